// SPDX-License-Identifier: GPL-2.0
/*
 * The operations on the cgroup file system: see hierarchy.h. All but the removal of an
 * unused file handle run in workers of the module.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/path.h>

#include "compat/compat.h"
#include "enforce/hierarchy.h"

#define DIRECTORY_MODE	0755

int aios_hierarchy_mkdir(const struct path *dir, const char *name)
{
	int ret = aios_hierarchy_fault();

	return ret ? ret : aios_compat_mkdir(dir, name, DIRECTORY_MODE);
}

int aios_hierarchy_rmdir(const struct path *dir, const char *name)
{
	int ret = aios_hierarchy_fault();

	return ret ? ret : aios_compat_rmdir(dir, name);
}

int aios_hierarchy_lookup(const struct path *dir, const char *name, struct path *found)
{
	int ret = aios_hierarchy_fault();

	return ret ? ret : aios_compat_lookup(dir, name, found);
}

/**
 * aios_hierarchy_find - find a directory far below another
 * @top: that one
 * @path: from there
 * @found: referenced on success
 *
 * Return: 0; -EXDEV when something else is mounted there; or -errno.
 */
int aios_hierarchy_find(const struct path *top, const char *path, struct path *found)
{
	struct file *file = aios_hierarchy_open(top, path, O_RDONLY | O_DIRECTORY);
	int ret = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (file->f_path.dentry->d_sb == top->dentry->d_sb) {
		*found = file->f_path;
		path_get(found);
	} else {
		ret = -EXDEV;
	}
	fput(file);
	return ret;
}

/**
 * aios_hierarchy_list - go through the entries of a directory
 * @dir: the directory
 * @ctx: as for iterate_dir()
 *
 * Return: 0 or -errno.
 */
int aios_hierarchy_list(const struct path *dir, struct dir_context *ctx)
{
	int ret = aios_hierarchy_fault();
	struct file *file;

	if (ret)
		return ret;
	file = dentry_open(dir, O_RDONLY | O_DIRECTORY, current_cred());
	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = iterate_dir(file, ctx);
	fput(file);
	return ret;
}

/**
 * aios_hierarchy_open - open a control file
 * @dir: the directory of its cgroup
 * @name: of the file
 * @flags: O_RDONLY and so on
 *
 * Return: the file, or ERR_PTR(-errno).
 */
struct file *aios_hierarchy_open(const struct path *dir, const char *name, int flags)
{
	int ret = aios_hierarchy_fault();

	return ret ? ERR_PTR(ret) : file_open_root(dir, name, flags, 0);
}

/**
 * aios_hierarchy_write - write to a control file, from its begin
 * @file: the file
 * @text: what is written, as one line
 * @len: its bytes
 *
 * Return: 0 or -errno.
 */
int aios_hierarchy_write(struct file *file, const char *text, size_t len)
{
	ssize_t ret = aios_hierarchy_fault();
	loff_t pos = 0;

	if (!ret)
		ret = kernel_write(file, text, len, &pos);
	return min_t(ssize_t, ret, 0);
}

/**
 * aios_hierarchy_read - read a control file, from its begin
 * @file: the file
 * @buf: gets what is read
 * @size: of @buf
 *
 * Return: the number of bytes, or -errno.
 */
ssize_t aios_hierarchy_read(struct file *file, char *buf, size_t size)
{
	int ret = aios_hierarchy_fault();
	loff_t pos = 0;

	return ret ? ret : kernel_read(file, buf, size, &pos);
}
