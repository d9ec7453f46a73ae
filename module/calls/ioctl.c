// SPDX-License-Identifier: GPL-2.0
/*
 * Copying of call structs and strings between user space and the handlers, the
 * same for the device and for job files.
 */
#include <linux/build_bug.h>
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "calls/ioctl.h"

/* The ABI's layout, the same for 32-bit and 64-bit programs. */
static_assert(sizeof(struct aios_resource_info) == 72);
static_assert(sizeof(struct aios_why) == 32);
static_assert(sizeof(struct aios_info) == 88);
static_assert(sizeof(struct aios_estimate) == 24);
static_assert(sizeof(struct aios_submit) == 616);
static_assert(sizeof(struct aios_depend) == 16);
static_assert(sizeof(struct aios_job_open) == 24);
static_assert(sizeof(struct aios_group_create) == 80);
static_assert(sizeof(struct aios_group_remove) == 56);
static_assert(sizeof(struct aios_group_stat) == 848);
static_assert(sizeof(struct aios_limit) == 632);
static_assert(sizeof(struct aios_policy) == 96);
static_assert(sizeof(struct aios_device) == 136);
static_assert(sizeof(struct aios_lp_solve) == 152);
static_assert(sizeof(struct aios_queueing_model) == 40);
static_assert(sizeof(struct aios_queueing) == 408);
static_assert(sizeof(struct aios_predict_step) == 24);
static_assert(sizeof(struct aios_predict_call) == 832);
static_assert(sizeof(struct aios_attempt) == 752);
static_assert(sizeof(struct aios_replay_record) == 320);
static_assert(sizeof(struct aios_replay_depend) == 16);
static_assert(sizeof(struct aios_replay_group) == 24);
static_assert(sizeof(struct aios_replay_drain) == 16);
static_assert(sizeof(struct aios_replay_call) == 304);
static_assert(sizeof(struct aios_drain) == 40);
static_assert(sizeof(struct aios_enter) == 48);
static_assert(sizeof(struct aios_wait) == 40);
static_assert(sizeof(struct aios_job_device) == 24);
static_assert(sizeof(struct aios_stat) == 1360);
static_assert(sizeof(struct aios_update) == 368);
static_assert(sizeof(struct aios_signal) == 40);
static_assert(sizeof(struct aios_charge) == 64);
static_assert(sizeof(struct aios_explain_row) == 48);
static_assert(sizeof(struct aios_explain) == 208);
static_assert(sizeof(struct aios_status) == 1032);

static const struct aios_ioctl *find(const struct aios_ioctl *table, size_t nr,
				     unsigned int cmd)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (table[i].cmd == cmd)
			return &table[i];
	return NULL;
}

/**
 * aios_ioctl_dispatch - run one call of a table
 * @table: the calls
 * @nr: their number
 * @file: passed to the handler
 * @cmd: the call's number
 * @arg: the caller's struct
 *
 * Return: 0; -ENOTTY when the table lacks @cmd; -EINVAL, -E2BIG or -EFAULT when
 * the struct cannot be copied; else what the handler returned.
 */
long aios_ioctl_dispatch(const struct aios_ioctl *table, size_t nr,
			 struct file *file, unsigned int cmd, void __user *arg)
{
	const struct aios_ioctl *call = find(table, nr, cmd);
	u32 usize;
	void *buf;
	int ret;

	if (!call)
		return -ENOTTY;
	if (get_user(usize, (u32 __user *)arg))
		return -EFAULT;
	if (usize < call->min_size)
		return -EINVAL;

	buf = kzalloc(call->size, GFP_KERNEL_ACCOUNT);
	if (!buf)
		return -ENOMEM;
	ret = copy_struct_from_user(buf, call->size, arg, usize);
	if (ret)
		goto free;
	/* Nothing may happen that the caller then cannot be told of. */
	ret = -EFAULT;
	if (copy_to_user(arg, buf, min(usize, call->size)))
		goto free;

	ret = call->handler(file, buf);
	if (!ret) {
		if (copy_to_user(arg, buf, min(usize, call->size)))
			ret = -EFAULT;
	} else if (call->why >= 0) {
		if (copy_to_user(arg + call->why, buf + call->why,
				 sizeof(struct aios_why)))
			ret = -EFAULT;
	}
free:
	kfree(buf);
	return ret;
}

/**
 * aios_copy_string - a NUL-terminated kernel copy of a caller's string
 * @uptr: where it is
 * @len: its bytes, without a NUL
 * @max: the most that are accepted
 * @why: written when the length is refused or a NUL is inside
 *
 * Return: the string, to be freed with kfree(); NULL when @len and @uptr are 0;
 * ERR_PTR(-ENAMETOOLONG), (-EINVAL) when one of them is 0 or a NUL is inside,
 * (-EFAULT) or (-ENOMEM).
 */
char *aios_copy_string(u64 uptr, u32 len, u32 max, struct aios_why *why)
{
	char *s;

	if (!uptr && !len)
		return NULL;
	if (!uptr || !len)
		return ERR_PTR(-EINVAL);
	if (len > max) {
		why->code = AIOS_WHY_NAME;
		why->asked = max;
		why->available = max;
		return ERR_PTR(-ENAMETOOLONG);
	}

	s = kmalloc(len + 1, GFP_KERNEL_ACCOUNT);
	if (!s)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(s, u64_to_user_ptr(uptr), len)) {
		kfree(s);
		return ERR_PTR(-EFAULT);
	}
	s[len] = '\0';
	if (strlen(s) != len) {
		why->code = AIOS_WHY_NAME;
		why->asked = strlen(s);
		kfree(s);
		return ERR_PTR(-EINVAL);
	}
	return s;
}

/**
 * aios_copy_features - a kernel copy of numbers that describe a job
 * @uptr: where they are
 * @nr: how many
 * @features: written, to be freed with kfree(); NULL: there are none
 *
 * Return: 0; -EINVAL when there are too many, or one of @uptr and @nr is 0; -EFAULT or
 * -ENOMEM. @features is to be freed then as well.
 */
int aios_copy_features(u64 uptr, u32 nr, s64 **features)
{
	size_t size = nr * sizeof(s64);

	*features = NULL;
	if (!nr != !uptr || nr > AIOS_FEATURES_MAX)
		return -EINVAL;
	if (!nr)
		return 0;
	*features = kmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!*features)
		return -ENOMEM;
	return copy_from_user(*features, u64_to_user_ptr(uptr), size) ? -EFAULT : 0;
}

/**
 * aios_copy_out_string - write a string to a caller's buffer
 * @uptr: the buffer; 0: none, which is no error
 * @room: its bytes
 * @s: the string
 *
 * Return: 0, -ENOSPC when it does not fit with its NUL, or -EFAULT.
 */
int aios_copy_out_string(u64 uptr, u32 room, const char *s)
{
	size_t len = strlen(s) + 1;

	if (!uptr)
		return 0;
	if (len > room)
		return -ENOSPC;
	return copy_to_user(u64_to_user_ptr(uptr), s, len) ? -EFAULT : 0;
}
