/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that aios builds for, 6.1 to 7.x. Only this
 * folder tests the kernel's version.
 */
#ifndef _AIOS_COMPAT_H
#define _AIOS_COMPAT_H

#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/path.h>
#include <linux/version.h>
#include <net/sock.h>

int aios_compat_mkdir(const struct path *dir, const char *name, umode_t mode);
int aios_compat_rmdir(const struct path *dir, const char *name);
int aios_compat_lookup(const struct path *dir, const char *name, struct path *found);
int aios_compat_writable(const struct path *path);
ssize_t aios_compat_getxattr(const struct path *path, const char *name, void *value,
			     size_t size);
int aios_compat_setxattr(const struct path *path, const char *name, const void *value,
			 size_t size);

/* 6.3 made vm_flags private, for the sake of per-VMA locking. */
static inline void aios_compat_vm_flags(struct vm_area_struct *vma,
					vm_flags_t set, vm_flags_t clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

/* 6.13 made one step of two, and 6.15 removed the two. */
static inline void
aios_compat_hrtimer_setup(struct hrtimer *timer,
			  enum hrtimer_restart (*function)(struct hrtimer *timer),
			  clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

#endif /* _AIOS_COMPAT_H */
