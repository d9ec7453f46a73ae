// SPDX-License-Identifier: GPL-2.0
/*
 * The cgroup v2 file interface from inside the kernel: see cgroup.h.
 *
 * Every function but aios_cgroup_call() and the unwatching runs in a worker of
 * the module (aios_wq). kernfs files are sequential: each read starts at 0.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "enforce/cgroup.h"
#include "enforce/hierarchy.h"
#include "enforce/leftover.h"
#include "enforce/resource.h"
#include "main.h"
#include "net/shaper.h"

#define WRITE_MAX	256	/* longest text written to a control file */

static const struct {
	const char *name;
	int flags;
} cg_files[AIOS_CG_NR_FILES] = {
	[AIOS_CG_EVENTS]	= { "cgroup.events", O_RDONLY },
	[AIOS_CG_PROCS]	= { "cgroup.procs", O_RDWR },
	[AIOS_CG_FREEZE]	= { "cgroup.freeze", O_RDWR },
	[AIOS_CG_KILL]	= { "cgroup.kill", O_WRONLY },
	[AIOS_CG_CONTROLLERS]	= { "cgroup.controllers", O_RDONLY },
	[AIOS_CG_SUBTREE]	= { "cgroup.subtree_control", O_RDWR },
	[AIOS_CG_CPU_MAX]	= { "cpu.max", O_RDWR },
	[AIOS_CG_CPU_WEIGHT]	= { "cpu.weight", O_RDWR },
	[AIOS_CG_CPU_STAT]	= { "cpu.stat", O_RDONLY },
	[AIOS_CG_CPU_PRESSURE] = { "cpu.pressure", O_RDONLY },
	[AIOS_CG_MEMORY_MAX]	= { "memory.max", O_RDWR },
	[AIOS_CG_MEMORY_HIGH]	= { "memory.high", O_RDWR },
	[AIOS_CG_MEMORY_MIN]	= { "memory.min", O_RDWR },
	[AIOS_CG_MEMORY_SWAP_MAX] = { "memory.swap.max", O_RDWR },
	[AIOS_CG_MEMORY_SWAP_CURRENT] = { "memory.swap.current", O_RDONLY },
	[AIOS_CG_MEMORY_STAT]	= { "memory.stat", O_RDONLY },
	[AIOS_CG_MEMORY_CURRENT] = { "memory.current", O_RDONLY },
	[AIOS_CG_MEMORY_PEAK]	= { "memory.peak", O_RDONLY },
	[AIOS_CG_MEMORY_EVENTS] = { "memory.events", O_RDONLY },
	[AIOS_CG_MEMORY_OOM_GROUP] = { "memory.oom.group", O_RDWR },
	[AIOS_CG_MEMORY_PRESSURE] = { "memory.pressure", O_RDONLY },
	[AIOS_CG_IO_MAX]	= { "io.max", O_RDWR },
	[AIOS_CG_IO_STAT]	= { "io.stat", O_RDONLY },
	[AIOS_CG_IO_PRESSURE]	= { "io.pressure", O_RDONLY },
	[AIOS_CG_PIDS_MAX]	= { "pids.max", O_RDWR },
	[AIOS_CG_PIDS_CURRENT] = { "pids.current", O_RDONLY },
	[AIOS_CG_HUGETLB_64KB_MAX] = { "hugetlb.64KB.max", O_RDWR },
	[AIOS_CG_HUGETLB_64KB_RSVD_MAX] = { "hugetlb.64KB.rsvd.max", O_RDWR },
	[AIOS_CG_HUGETLB_2MB_MAX] = { "hugetlb.2MB.max", O_RDWR },
	[AIOS_CG_HUGETLB_2MB_RSVD_MAX] = { "hugetlb.2MB.rsvd.max", O_RDWR },
	[AIOS_CG_HUGETLB_32MB_MAX] = { "hugetlb.32MB.max", O_RDWR },
	[AIOS_CG_HUGETLB_32MB_RSVD_MAX] = { "hugetlb.32MB.rsvd.max", O_RDWR },
	[AIOS_CG_HUGETLB_1GB_MAX] = { "hugetlb.1GB.max", O_RDWR },
	[AIOS_CG_HUGETLB_1GB_RSVD_MAX] = { "hugetlb.1GB.rsvd.max", O_RDWR },
};

/* ---------------------------------------------------------------- workers */

struct call {
	struct work_struct work;
	int (*fn)(void *arg);
	void *arg;
	int ret;
};

static void call_work(struct work_struct *work)
{
	struct call *call = container_of(work, struct call, work);

	call->ret = call->fn(call->arg);
}

/**
 * aios_cgroup_call - run a function in a worker and wait for it
 * @fn: the function
 * @arg: its argument
 *
 * A worker has the kernel's own credentials, root directory and namespaces,
 * and no signals.
 *
 * Return: what @fn returned.
 */
int aios_cgroup_call(int (*fn)(void *arg), void *arg)
{
	struct call call = { .fn = fn, .arg = arg };

	INIT_WORK_ONSTACK(&call.work, call_work);
	queue_work(aios_wq, &call.work);
	flush_work(&call.work);
	destroy_work_on_stack(&call.work);
	return call.ret;
}

/* ------------------------------------------------------------ directories */

/* The control files that a job's limits, and its suspension, are written to. */
static const enum aios_cg_file limiting[] = {
	AIOS_CG_CPU_MAX,
	AIOS_CG_CPU_WEIGHT,
	AIOS_CG_MEMORY_MAX,
	AIOS_CG_MEMORY_HIGH,
	AIOS_CG_IO_MAX,
	AIOS_CG_PIDS_MAX,
	AIOS_CG_FREEZE,
};

/* What has no controller in a cgroup is not limited there either. */
static int may_write(const struct path *dir, enum aios_cg_file which)
{
	struct file *file = file_open_root(dir, cg_files[which].name, O_WRONLY, 0);

	if (!IS_ERR(file))
		fput(file);
	else if (PTR_ERR(file) != -ENOENT)
		return PTR_ERR(file);
	return 0;
}

/**
 * aios_cgroup_may_limit - whether the caller may limit a cgroup by hand
 * @dir: its directory, as he has it open: his mount counts too
 * @mask: bits of the resources that he states
 *
 * A cgroup that was delegated to somebody is his, but its limits are not. The files of swap
 * and huge pages count only where he states those (see aios_resource_late()); all others may
 * be written later. Runs in the call itself, with its credentials.
 *
 * Return: 0; -EACCES when he may not write to one of the files; or what opening it said.
 */
int aios_cgroup_may_limit(const struct path *dir, u32 mask)
{
	const struct aios_resource_ops *ops;
	int ret = 0;
	u32 i, k;

	for (i = 0; !ret && i < ARRAY_SIZE(limiting); i++)
		ret = may_write(dir, limiting[i]);
	for_each_aios_resource(i, ops)
		for (k = 0; !ret && ops->beside && k < ARRAY_SIZE(ops->saved); k++)
			if (aios_resource_in(mask, i) && ops->saved[k])
				ret = may_write(dir, ops->saved[k]);
	return ret;
}

/**
 * aios_cgroup_open - take hold of an existing cgroup directory
 * @cg: empty
 * @dir: a directory; its references are taken, not moved
 *
 * Return: 0, or -ENOTDIR or -EINVAL when it is no directory of cgroup v2.
 */
int aios_cgroup_open(struct aios_cgroup *cg, const struct path *dir)
{
	if (!d_is_dir(dir->dentry))
		return -ENOTDIR;
	if (dir->dentry->d_sb->s_magic != CGROUP2_SUPER_MAGIC)
		return -EINVAL;
	cg->dir = *dir;
	path_get(&cg->dir);
	return 0;
}

/**
 * aios_cgroup_create - make a cgroup below another and take hold of it
 * @cg: empty
 * @parent: where
 * @name: of the directory
 *
 * Return: 0; -EEXIST; -EAGAIN when the hierarchy is full; -ENOENT when @parent
 * was removed behind our back; or what the file system said.
 */
int aios_cgroup_create(struct aios_cgroup *cg, const struct aios_cgroup *parent,
		       const char *name)
{
	struct path dir;
	int ret;

	ret = aios_hierarchy_mkdir(&parent->dir, name);
	/* What could not be removed before may be in the way. */
	if (ret == -EEXIST && aios_leftovers_remove())
		ret = aios_hierarchy_mkdir(&parent->dir, name);
	if (ret)
		return ret;
	ret = aios_hierarchy_lookup(&parent->dir, name, &dir);
	if (!ret) {
		ret = aios_cgroup_open(cg, &dir);
		path_put(&dir);
	}
	if (ret)
		aios_hierarchy_rmdir(&parent->dir, name);
	return ret;
}

/**
 * aios_cgroup_close - let go of a cgroup without removing it
 * @cg: may be empty
 */
void aios_cgroup_close(struct aios_cgroup *cg)
{
	size_t i;

	aios_shaper_drop(&cg->shaper);
	for (i = 0; i < ARRAY_SIZE(cg->files); i++) {
		if (cg->files[i])
			fput(cg->files[i]);
		cg->files[i] = NULL;
	}
	if (cg->dir.dentry)
		path_put(&cg->dir);
	cg->dir.dentry = NULL;
	cg->dir.mnt = NULL;
	cg->charged = NULL;
}

/* The first subdirectory that a listing shows. */
struct first_dir {
	struct dir_context ctx;
	char name[NAME_MAX + 1];
};

static bool first_dir_actor(struct dir_context *ctx, const char *name, int len,
			    loff_t pos, u64 ino, unsigned int type)
{
	struct first_dir *first = container_of(ctx, struct first_dir, ctx);

	if (type != DT_DIR || len > NAME_MAX || name[0] == '.')
		return true;
	memcpy(first->name, name, len);
	first->name[len] = '\0';
	return false;
}

static int first_subdir(const struct path *dir, struct first_dir *first)
{
	int ret;

	first->ctx.actor = first_dir_actor;
	first->ctx.pos = 0;
	first->name[0] = '\0';
	ret = aios_hierarchy_list(dir, &first->ctx);
	if (ret)
		return ret;
	return first->name[0] ? 0 : -ENOENT;
}

/* One step down: *dir becomes its first subdirectory; -ENOENT says that it has none. */
static int descend(struct path *dir, struct first_dir *first)
{
	struct path sub;
	int ret = first_subdir(dir, first);

	if (!ret)
		ret = aios_hierarchy_lookup(dir, first->name, &sub);
	if (ret)
		return ret;
	path_put(dir);
	*dir = sub;
	return 0;
}

/* One step up: *dir becomes its parent, and the directory itself is removed. */
static int remove_and_ascend(struct path *dir)
{
	struct path up = { .mnt = dir->mnt, .dentry = dget_parent(dir->dentry) };
	int ret = aios_hierarchy_rmdir(&up, dir->dentry->d_name.name);

	mntget(up.mnt);
	path_put(dir);
	*dir = up;
	/* It is well if somebody else has removed it. */
	return ret == -ENOENT ? 0 : ret;
}

/*
 * What a job made below its own cgroup is removed, however deep it is: the walk goes down
 * along first subdirectories, and up over what it has removed.
 */
static int remove_subdirs(const struct path *top)
{
	struct first_dir *first = kmalloc(sizeof(*first), GFP_KERNEL);
	struct path dir = *top;
	int ret;

	if (!first)
		return -ENOMEM;
	path_get(&dir);
	do {
		ret = descend(&dir, first);
		if (ret == -ENOENT) {
			if (path_equal(&dir, top))
				break;
			ret = remove_and_ascend(&dir);
		}
		cond_resched();
	} while (!ret);
	path_put(&dir);
	kfree(first);
	return ret == -ENOENT ? 0 : ret;
}

/**
 * aios_cgroup_gone - whether somebody has removed a cgroup
 * @cg: the cgroup
 *
 * No file has to be read for it, so that this cannot fail.
 */
bool aios_cgroup_gone(const struct aios_cgroup *cg)
{
	return IS_DEADDIR(d_inode(cg->dir.dentry));
}

/**
 * aios_cgroup_remove_dir - remove the directory of a cgroup and what is below it
 * @dir: the directory
 *
 * Return: as aios_cgroup_remove().
 */
int aios_cgroup_remove_dir(const struct path *dir)
{
	const char *name = dir->dentry->d_name.name;
	struct path up = { .mnt = dir->mnt };
	int ret;

	/* Another may have its name since. */
	if (IS_DEADDIR(d_inode(dir->dentry)))
		return 0;
	up.dentry = dget_parent(dir->dentry);
	ret = aios_hierarchy_rmdir(&up, name);
	if (ret == -EBUSY && !remove_subdirs(dir))
		ret = aios_hierarchy_rmdir(&up, name);
	dput(up.dentry);
	/* Whatever was said, it is well if it is not there any more. */
	return IS_DEADDIR(d_inode(dir->dentry)) ? 0 : ret;
}

/**
 * aios_cgroup_remove - remove the directory of a cgroup, and let go of it
 * @cg: may be empty; empty after success, and as it was after a failure
 *
 * Subgroups that a job made inside are removed with it.
 *
 * Return: 0, also when somebody else removed it before; -EBUSY when processes
 * are left in it; or what the file system said.
 */
int aios_cgroup_remove(struct aios_cgroup *cg)
{
	int ret = aios_cgroup_exists(cg) ? aios_cgroup_remove_dir(&cg->dir) : 0;

	if (!ret)
		aios_cgroup_close(cg);
	return ret;
}

/**
 * aios_cgroup_discard - let go of a cgroup, and have its directory removed
 * @cg: may be empty; empty afterwards
 *
 * For whoever has no use for it any more. A directory that cannot be removed now is
 * removed as soon as that can be: see leftover.c.
 *
 * Return: as aios_cgroup_remove(), to be reported.
 */
int aios_cgroup_discard(struct aios_cgroup *cg)
{
	int ret = aios_cgroup_remove(cg);

	if (ret)
		aios_leftovers_add(&cg->dir);
	aios_cgroup_close(cg);
	return ret;
}

/* ------------------------------------------------------------------ files */

static struct file *get_file_of(struct aios_cgroup *cg, enum aios_cg_file which)
{
	struct file *file = cg->files[which];

	if (file)
		return file;
	if (!cg->dir.dentry)
		return ERR_PTR(-ENODEV);
	file = aios_hierarchy_open(&cg->dir, cg_files[which].name, cg_files[which].flags);
	if (!IS_ERR(file))
		cg->files[which] = file;
	return file;
}

/**
 * aios_cgroup_write - write one line to a control file
 * @cg: the cgroup
 * @which: the file
 * @fmt: of the text, at most 255 bytes
 *
 * Return: 0; -ENOENT when the controller lacks the file; -ENODEV when the
 * cgroup was removed; or what the controller said.
 */
int aios_cgroup_write(struct aios_cgroup *cg, enum aios_cg_file which,
		      const char *fmt, ...)
{
	struct file *file = get_file_of(cg, which);
	char text[WRITE_MAX];
	va_list args;
	int len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	va_start(args, fmt);
	len = vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return aios_hierarchy_write(file, text, len);
}

/**
 * aios_cgroup_read - the text of a file
 * @cg: the cgroup
 * @which: the file
 * @buf: gets the text, NUL-terminated and cut at @size - 1 bytes
 * @size: of @buf
 *
 * Return: its length, or as aios_cgroup_write().
 */
int aios_cgroup_read(struct aios_cgroup *cg, enum aios_cg_file which,
		     char *buf, size_t size)
{
	struct file *file = get_file_of(cg, which);
	ssize_t len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = aios_hierarchy_read(file, buf, size - 1);
	if (len < 0)
		return len;
	buf[len] = '\0';
	return len;
}

/**
 * aios_cgroup_read_u64 - the number in a file
 * @cg: the cgroup
 * @which: the file
 * @value: "max" reads as AIOS_UNLIMITED
 *
 * Return: 0, -EINVAL when it is no number, or as aios_cgroup_read().
 */
int aios_cgroup_read_u64(struct aios_cgroup *cg, enum aios_cg_file which,
			 u64 *value)
{
	char text[32];
	int ret = aios_cgroup_read(cg, which, text, sizeof(text));

	if (ret < 0)
		return ret;
	if (!strcmp(strim(text), "max")) {
		*value = U64_MAX;
		return 0;
	}
	return kstrtou64(strim(text), 10, value);
}

/**
 * aios_cgroup_peek - the text of a control file that is not kept open
 * @dir: the directory of the cgroup
 * @name: of the file
 * @buf: gets the text, NUL-terminated and cut at @size - 1 bytes
 * @size: of @buf
 *
 * It takes no lock of the cgroup's owner.
 *
 * Return: as aios_cgroup_read().
 */
int aios_cgroup_peek(const struct path *dir, const char *name, char *buf, size_t size)
{
	struct file *file = aios_hierarchy_open(dir, name, O_RDONLY);
	ssize_t len;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = aios_hierarchy_read(file, buf, size - 1);
	fput(file);
	if (len < 0)
		return len;
	buf[len] = '\0';
	return len;
}

/**
 * aios_cgroup_find_key - a value in flat-keyed text
 * @text: lines of "key value"
 * @key: to be found at the start of a line
 * @value: written when found
 *
 * Return: whether it was found.
 */
bool aios_cgroup_find_key(const char *text, const char *key, u64 *value)
{
	size_t len = strlen(key);
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (!strncmp(line, key, len) && line[len] == ' ')
			return sscanf(line + len, " %llu", value) == 1;
	}
	return false;
}

/* ---------------------------------------------------------------- watches */

static int watch_wake(wait_queue_entry_t *wait, unsigned int mode, int flags,
		      void *key)
{
	struct aios_cgroup_watch *watch =
		container_of(wait, struct aios_cgroup_watch, wait);

	watch->fn(watch);
	return 0;
}

static void watch_queue(struct file *file, wait_queue_head_t *head,
			poll_table *table)
{
	struct aios_cgroup_watch *watch =
		container_of(table, struct aios_cgroup_watch, table);

	watch->head = head;
	add_wait_queue(head, &watch->wait);
}

/**
 * aios_cgroup_watch - be called for every change of a file
 * @watch: not watching; it must not move while it is
 * @cg: the cgroup
 * @which: a file that kernfs notifies of (cgroup.events, memory.events)
 * @fn: see struct aios_cgroup_watch
 *
 * The change that came before the call is not reported: read the file after.
 *
 * Return: 0 or as aios_cgroup_read().
 */
int aios_cgroup_watch(struct aios_cgroup_watch *watch, struct aios_cgroup *cg,
		      enum aios_cg_file which,
		      void (*fn)(struct aios_cgroup_watch *watch))
{
	struct file *file = get_file_of(cg, which);

	if (IS_ERR(file))
		return PTR_ERR(file);
	watch->fn = fn;
	watch->head = NULL;
	init_waitqueue_func_entry(&watch->wait, watch_wake);
	init_poll_funcptr(&watch->table, watch_queue);
	watch->file = get_file(file);
	vfs_poll(file, &watch->table);
	return 0;
}

/**
 * aios_cgroup_unwatch - end a watch
 * @watch: may be not watching
 *
 * When it returns, the function is not running and will not be called. The
 * queue cannot vanish before: it belongs to the kernfs node's open state,
 * which our file holds.
 */
void aios_cgroup_unwatch(struct aios_cgroup_watch *watch)
{
	if (!watch->file)
		return;
	if (watch->head)
		remove_wait_queue(watch->head, &watch->wait);
	fput(watch->file);
	watch->file = NULL;
}
