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

#define INPUT_MAX	(1U << 14)	/* bytes of an input */
#define INPUT_CALLS	48		/* records that are looked at */

/* Descriptors that calls can name: the first is of /dev/aios. */
#define INPUT_FD_FIRST	3
#define INPUT_FDS	24

/* Struct fields that hold an address name a place in the data by what they hold. */
#define INPUT_DATA	1024		/* bytes of data that can be pointed to */

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
	INPUT_OPS
};

struct input_record {
	uint8_t op;		/* enum input_op, modulo INPUT_OPS */
	uint8_t fd;		/* modulo INPUT_FDS; of INPUT_NETLINK: flags */
	uint8_t nr;		/* of an ioctl or a command of netlink */
	uint8_t reserved;
	uint16_t len;		/* bytes of payload */
};

struct input_map {
	uint8_t protection;	/* as of mmap() */
	uint8_t shared;
	uint8_t pages;
	uint8_t offset;		/* in pages */
};

/* A call: its number, and where addresses lie in its struct. */
struct input_call {
	uint8_t nr;
	uint8_t addresses;
	uint16_t size;
	uint16_t address[16];	/* offsets in bytes */
};

const struct input_call *input_call(uint8_t nr);	/* NULL: there is none */

/* Addresses become places in the data, and back. */
void input_pack(const struct input_call *call, uint8_t *bytes, size_t len,
		uint64_t (*place)(uint64_t address));
void input_unpack(const struct input_call *call, uint8_t *bytes, size_t len,
		  uint8_t *data);

#endif /* ABI_INPUT_H */
