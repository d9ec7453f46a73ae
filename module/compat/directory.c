// SPDX-License-Identifier: GPL-2.0
/*
 * Making and removing one directory by its name in another. 6.3 replaced the
 * user namespace of a mount by its idmap, 6.15 made vfs_mkdir() return the
 * dentry and drop it on failure, 6.16 renamed lookup_one_len(), 6.19 brought
 * start_creating_noperm() and its like with end_*() and delegations.
 */
#include <linux/err.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/string.h>

#include "compat/compat.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define mount_map(path)	mnt_idmap((path)->mnt)
#else
#define mount_map(path)	mnt_user_ns((path)->mnt)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)

static int make(const struct path *dir, const char *name, umode_t mode)
{
	struct dentry *dentry;

	dentry = start_creating_noperm(dir->dentry, &QSTR(name));
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	dentry = vfs_mkdir(mount_map(dir), d_inode(dir->dentry), dentry, mode,
			   NULL);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	end_creating(dentry);
	return 0;
}

static int unmake(const struct path *dir, const char *name)
{
	struct dentry *dentry;
	int ret;

	dentry = start_removing_noperm(dir->dentry, &QSTR(name));
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	ret = vfs_rmdir(mount_map(dir), d_inode(dir->dentry), dentry, NULL);
	end_removing(dentry);
	return ret;
}

static struct dentry *look_up(const struct path *dir, const char *name)
{
	return lookup_noperm_unlocked(&QSTR(name), dir->dentry);
}

#else

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define lookup_one_len(name, base, len) \
	lookup_noperm(&QSTR_LEN(name, len), base)
#define lookup_one_len_unlocked(name, base, len) \
	lookup_noperm_unlocked(&QSTR_LEN(name, len), base)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)

static int make_at(const struct path *dir, struct dentry *dentry, umode_t mode)
{
	dentry = vfs_mkdir(mount_map(dir), d_inode(dir->dentry), dentry, mode);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	dput(dentry);
	return 0;
}

#else

static int make_at(const struct path *dir, struct dentry *dentry, umode_t mode)
{
	int ret = vfs_mkdir(mount_map(dir), d_inode(dir->dentry), dentry, mode);

	dput(dentry);
	return ret;
}

#endif

static int make(const struct path *dir, const char *name, umode_t mode)
{
	struct inode *inode = d_inode(dir->dentry);
	struct dentry *dentry;
	int ret;

	inode_lock_nested(inode, I_MUTEX_PARENT);
	dentry = lookup_one_len(name, dir->dentry, strlen(name));
	if (IS_ERR(dentry)) {
		ret = PTR_ERR(dentry);
	} else if (d_really_is_positive(dentry)) {
		ret = -EEXIST;
		dput(dentry);
	} else {
		ret = make_at(dir, dentry, mode);
	}
	inode_unlock(inode);
	return ret;
}

static int unmake(const struct path *dir, const char *name)
{
	struct inode *inode = d_inode(dir->dentry);
	struct dentry *dentry;
	int ret;

	inode_lock_nested(inode, I_MUTEX_PARENT);
	dentry = lookup_one_len(name, dir->dentry, strlen(name));
	if (IS_ERR(dentry)) {
		ret = PTR_ERR(dentry);
	} else {
		ret = -ENOENT;
		if (d_really_is_positive(dentry))
			ret = vfs_rmdir(mount_map(dir), inode, dentry);
		dput(dentry);
	}
	inode_unlock(inode);
	return ret;
}

static struct dentry *look_up(const struct path *dir, const char *name)
{
	return lookup_one_len_unlocked(name, dir->dentry, strlen(name));
}

#endif

/**
 * aios_compat_mkdir - make a directory
 * @dir: where
 * @name: one path component
 * @mode: permission bits
 *
 * Return: 0, -EEXIST, or what the file system said.
 */
int aios_compat_mkdir(const struct path *dir, const char *name, umode_t mode)
{
	int ret = mnt_want_write(dir->mnt);

	if (ret)
		return ret;
	ret = make(dir, name, mode);
	mnt_drop_write(dir->mnt);
	return ret;
}

/**
 * aios_compat_rmdir - remove an empty directory
 * @dir: where
 * @name: one path component
 *
 * Return: 0, -ENOENT, -EBUSY, or what the file system said.
 */
int aios_compat_rmdir(const struct path *dir, const char *name)
{
	int ret = mnt_want_write(dir->mnt);

	if (ret)
		return ret;
	ret = unmake(dir, name);
	mnt_drop_write(dir->mnt);
	return ret;
}

/**
 * aios_compat_lookup - find a directory in a directory
 * @dir: where
 * @name: one path component
 * @found: referenced on success
 *
 * Return: 0, -ENOENT, -ENOTDIR, or what the file system said.
 */
int aios_compat_lookup(const struct path *dir, const char *name, struct path *found)
{
	struct dentry *dentry = look_up(dir, name);

	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (!d_is_dir(dentry)) {
		int ret = d_really_is_positive(dentry) ? -ENOTDIR : -ENOENT;

		dput(dentry);
		return ret;
	}
	found->mnt = mntget(dir->mnt);
	found->dentry = dentry;
	return 0;
}

/**
 * aios_compat_writable - whether the caller may write in a directory
 * @path: the directory
 *
 * Return: 0 or -EACCES.
 */
int aios_compat_writable(const struct path *path)
{
	return inode_permission(mount_map(path), d_inode(path->dentry),
				MAY_WRITE | MAY_EXEC);
}
