/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operations on the cgroup file system: whatever the module does there goes through
 * one of these, so that tests can make each of them fail (fault.c).
 */
#ifndef _AIOS_ENFORCE_HIERARCHY_H
#define _AIOS_ENFORCE_HIERARCHY_H

#include <linux/types.h>

struct dir_context;
struct file;
struct path;

int aios_hierarchy_mkdir(const struct path *dir, const char *name);
int aios_hierarchy_rmdir(const struct path *dir, const char *name);
int aios_hierarchy_lookup(const struct path *dir, const char *name, struct path *found);
int aios_hierarchy_find(const struct path *top, const char *path, struct path *found);
int aios_hierarchy_list(const struct path *dir, struct dir_context *ctx);
struct file *aios_hierarchy_open(const struct path *dir, const char *name, int flags);
int aios_hierarchy_write(struct file *file, const char *text, size_t len);
ssize_t aios_hierarchy_read(struct file *file, char *buf, size_t size);

#ifdef CONFIG_FAULT_INJECTION
int aios_hierarchy_fault(void);
#else
static inline int aios_hierarchy_fault(void)
{
	return 0;
}
#endif

#endif /* _AIOS_ENFORCE_HIERARCHY_H */
