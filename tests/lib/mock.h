/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands between the library and the kernel, so that the library is tested with
 * no module and no root.
 *
 * A test program defines ioctl() and what else is below. The dynamic linker
 * finds a program's symbols before those of libc, so the unchanged libaios.so
 * calls them; it is what LD_PRELOAD does, without a library to preload.
 *
 * The script of a case lists the ioctls to come. Each is compared, all bytes of
 * the struct, with what is expected, and answered. A call that the script does
 * not have fails the case, and so does one that did not come.
 */
#ifndef TESTS_LIB_MOCK_H
#define TESTS_LIB_MOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mock_ioctl {
	unsigned int nr;	/* AIOS_IOC_* */
	const void *in;		/* the struct that is expected, or NULL: any */
	const void *out;	/* the struct to answer with, or NULL: unchanged */
	size_t size;		/* of both */
	int err;		/* 0 or the errno to fail with, after answering */
};

/* The ioctls of the case, kept by reference. */
void mock_script(const struct mock_ioctl *script, size_t nr);

/* For the rest of the case, called with the struct of each call that succeeds. */
void mock_on_success(void (*act)(unsigned int nr, void *arg));

/* End of a case: complain of calls that did not come, and reset everything. */
void mock_end(void);

/* The file descriptor of the last scripted ioctl. */
int mock_last_fd(void);

/* Path that the library opened last; it got /dev/null instead. */
const char *mock_last_path(void);

/* The device's next open fails so. */
void mock_fail_open(int err);

/* Let the allocation that is @countdown further on fail; 0: none. */
void mock_fail_allocation(int countdown);
/* Whether it came to that since. */
int mock_allocation_failed(void);

/* ----------------------------------------------------------------- netlink */

#define MOCK_FAMILY	0x1d

/* Whether the family is registered; yes at the start of a case. */
void mock_netlink_family(int there);

/*
 * Answer the next request that is not for the controller with these bytes, as
 * one datagram. Header fields that name the requester are filled in for every
 * message within.
 */
void mock_netlink_answer(const void *messages, size_t len);
/* These are answered to who asks for groups; without them he is answered the same. */
void mock_netlink_groups(const void *messages, size_t len);

/* Command and flags of that request. */
int mock_netlink_command(void);
int mock_netlink_flags(void);

/* A datagram that comes unasked to the last socket, from port @from. */
void mock_netlink_event(const void *message, size_t len, uint32_t from);

/* The next receive fails so. */
void mock_fail_receive(int err);

/* Answer the next subscriber with @err, after the @len bytes at @early. */
void mock_netlink_subscription(int err, const void *early, size_t len);

/* Whether somebody subscribed. */
bool mock_netlink_subscribed(void);

#endif /* TESTS_LIB_MOCK_H */
