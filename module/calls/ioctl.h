/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One table describes every call of a file: its number, the size of its struct
 * in this version and in the first, and its handler. aios_ioctl_dispatch()
 * copies structs in and out by the rules that uapi/linux/aios.h states.
 */
#ifndef _AIOS_CALLS_IOCTL_H
#define _AIOS_CALLS_IOCTL_H

#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct aios_why;

/**
 * struct aios_ioctl - one call
 * @cmd: AIOS_IOC_*
 * @size: bytes of the struct in this version
 * @min_size: bytes of the struct in the first version that had the call
 * @why: offset of its struct aios_why, or negative
 * @handler: gets the file and a kernel copy of the struct, zero beyond what the
 *	caller passed; returns 0, and the struct is copied back, or -errno, and
 *	only its why is
 */
struct aios_ioctl {
	unsigned int cmd;
	u32 size;
	u32 min_size;
	int why;
	int (*handler)(struct file *file, void *arg);
};

#define AIOS_IOCTL(_cmd, _type, _last, _handler)			\
	{ .cmd = (_cmd), .size = sizeof(_type), .why = -1,		\
	  .min_size = offsetofend(_type, _last), .handler = (_handler) }

/* For a struct whose first version ended with its why. */
#define AIOS_IOCTL_WHY(_cmd, _type, _handler)				\
	{ .cmd = (_cmd), .size = sizeof(_type),				\
	  .why = offsetof(_type, why),					\
	  .min_size = offsetofend(_type, why), .handler = (_handler) }

/*
 * What a call returns that computes and finds signal_pending(): so does the kernel have it
 * freeze the caller when the machine is suspended. No signal came then, and the call is made
 * once more when the machine is back.
 */
static inline int aios_ioctl_interrupted(void)
{
	return freezing(current) ? -ERESTARTNOINTR : -EINTR;
}

long aios_ioctl_dispatch(const struct aios_ioctl *table, size_t nr,
			 struct file *file, unsigned int cmd, void __user *arg);

char *aios_copy_string(u64 uptr, u32 len, u32 max, struct aios_why *why);
int aios_copy_features(u64 uptr, u32 nr, s64 **features);
int aios_copy_out_string(u64 uptr, u32 room, const char *s);

#endif /* _AIOS_CALLS_IOCTL_H */
