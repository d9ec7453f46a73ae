// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes of a directory. 6.3 replaced the user namespace of a mount by its
 * idmap.
 */
#include <linux/mount.h>
#include <linux/xattr.h>

#include "compat/compat.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define mount_map(path)	mnt_idmap((path)->mnt)
#else
#define mount_map(path)	mnt_user_ns((path)->mnt)
#endif

/**
 * aios_compat_getxattr - read an attribute
 * @path: whose
 * @name: with its prefix
 * @value: gets what is there
 * @size: of @value
 *
 * Return: its bytes, -ENODATA, or what the file system said.
 */
ssize_t aios_compat_getxattr(const struct path *path, const char *name, void *value,
			     size_t size)
{
	return vfs_getxattr(mount_map(path), path->dentry, name, value, size);
}

/**
 * aios_compat_setxattr - write an attribute
 * @path: whose
 * @name: with its prefix
 * @value: what is written
 * @size: of @value
 *
 * Return: 0 or what the file system said.
 */
int aios_compat_setxattr(const struct path *path, const char *name, const void *value,
			 size_t size)
{
	int ret = mnt_want_write(path->mnt);

	if (ret)
		return ret;
	ret = vfs_setxattr(mount_map(path), path->dentry, name, value, size, 0);
	mnt_drop_write(path->mnt);
	return ret;
}
