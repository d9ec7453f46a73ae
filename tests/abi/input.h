/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One input of the fuzzer: bytes that say which calls a process makes.
 *
 * It begins with struct input_head and as many bytes of data as that says. Records
 * follow, each a struct input_record and its payload; one that is cut off is the
 * last. Every input is valid, so that a fuzzer may change any byte.
 */
#ifndef ABI_INPUT_H
#define ABI_INPUT_H

#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define INPUT_MAX	(1U << 14)	/* bytes of an input */
#define INPUT_CALLS	24		/* records that are looked at */

/* Descriptors that calls can name: the first is of /dev/aios, the last of a cgroup. */
#define INPUT_FD_FIRST	3
#define INPUT_FDS	24
#define INPUT_FD_CGROUP	(INPUT_FD_FIRST + INPUT_FDS - 1)

/* Struct fields that hold an address name a place in the data by what they hold. */
#define INPUT_DATA	2048		/* bytes of data that can be pointed to */

/* Small job numbers are of the jobs that the input submits, from 1. */
#define INPUT_JOBS	16

/* A time with this bit is from the present on; without it, it is what it says. */
#define INPUT_NOW	(1ULL << 62)

struct input_head {
	uint8_t user;		/* odd: no administrator */
	uint8_t reserved;
	uint16_t data;		/* bytes of data that follow */
};

enum input_op {
	INPUT_IOCTL,		/* payload: the struct */
	INPUT_OPEN,		/* /dev/aios */
	INPUT_CLOSE,
	INPUT_READ,		/* payload: how many bytes, u16 */
	INPUT_MAP,		/* payload: struct input_map */
	INPUT_POLL,
	INPUT_NETLINK,		/* payload: attributes */
	INPUT_CHILD,		/* a process that enters and stays; payload: struct */
	INPUT_BESIDE,		/* the next record in a thread of its own */
	INPUT_PARAMETER,	/* the module's; payload: text that is written, or none */
	INPUT_OPS
};

struct input_record {
	uint8_t op;		/* enum input_op, modulo INPUT_OPS */
	uint8_t fd;		/* modulo INPUT_FDS; of INPUT_NETLINK: flags */
	uint8_t nr;		/* of an ioctl, a command of netlink, a parameter */
	uint8_t reserved;
	uint16_t len;		/* bytes of payload */
};

struct input_map {
	uint8_t protection;	/* as of mmap() */
	uint8_t shared;
	uint8_t pages;
	uint8_t offset;		/* in pages */
};

/* What a field is for, as tests/abi/describe knows it. */
enum input_kind {
	INPUT_NUMBER,
	INPUT_SIZE,		/* of the struct */
	INPUT_RESERVED,		/* 0 */
	INPUT_LENGTH,		/* of what an address is of */
	INPUT_ELEMENT,		/* how long one of these is */
	INPUT_ADDRESS,
	INPUT_JOB,		/* a job's number */
	INPUT_FD,
	INPUT_TIME,		/* absolute */
};

struct input_field {
	uint16_t at;			/* offset */
	uint16_t of;			/* INPUT_LENGTH, INPUT_ELEMENT: offset of the address */
	uint8_t width;			/* bytes of one */
	uint8_t count;
	uint8_t kind;			/* enum input_kind */
	const struct input_struct *points;	/* INPUT_ADDRESS: to what */
};

struct input_struct {
	uint16_t size;
	uint16_t nr_fields;
	const struct input_field *fields;
};

/* What an address may be of that is no struct. */
extern const struct input_struct input_targets[3];
#define INPUT_STRING	(&input_targets[0])
#define INPUT_NUMBERS	(&input_targets[1])	/* of 64 bits */
#define INPUT_ROOM	(&input_targets[2])	/* where the kernel writes */

struct input_call {
	uint8_t nr;
	uint8_t of_job;		/* it is made on a job's descriptor */
	const char *name;
	const struct input_struct *what;
};

unsigned int input_calls(void);
const struct input_call *input_call_at(unsigned int index);
const struct input_call *input_call(uint8_t nr);	/* NULL: there is none */

uint64_t input_get(const uint8_t *bytes, unsigned int width);
void input_put(uint8_t *bytes, unsigned int width, uint64_t value);

/* What stands for addresses, jobs and times in an input becomes those, and back. */
struct input_world {
	uint8_t *data;
	uint64_t last_job;	/* before the input */
	uint64_t now;
};

void input_pack(const struct input_struct *what, uint8_t *bytes, size_t len,
		uint64_t (*place)(uint64_t address), uint64_t last_job);
void input_unpack(const struct input_struct *what, uint8_t *bytes, size_t len,
		  const struct input_world *world);

#endif /* ABI_INPUT_H */
