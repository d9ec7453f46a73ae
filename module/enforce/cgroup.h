/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cgroup v2 file interface, used from inside the kernel: directories made
 * and removed, files written, read and waited on. All of it runs in the
 * module's own workers, so that neither credentials, nor namespaces, nor
 * signals, nor the memory cgroup of a caller matter.
 */
#ifndef _AIOS_ENFORCE_CGROUP_H
#define _AIOS_ENFORCE_CGROUP_H

#include <linux/path.h>
#include <linux/poll.h>
#include <linux/types.h>
#include <linux/wait.h>

struct aios_shaper;

/* The control files that are used; cgroup.c has their names. */
enum aios_cg_file {
	AIOS_CG_NONE,
	AIOS_CG_EVENTS,
	AIOS_CG_PROCS,
	AIOS_CG_FREEZE,
	AIOS_CG_KILL,
	AIOS_CG_CONTROLLERS,
	AIOS_CG_SUBTREE,
	AIOS_CG_CPU_MAX,
	AIOS_CG_CPU_WEIGHT,
	AIOS_CG_CPU_STAT,
	AIOS_CG_CPU_PRESSURE,
	AIOS_CG_MEMORY_MAX,
	AIOS_CG_MEMORY_HIGH,
	AIOS_CG_MEMORY_MIN,
	AIOS_CG_MEMORY_SWAP_MAX,
	AIOS_CG_MEMORY_SWAP_CURRENT,
	AIOS_CG_MEMORY_STAT,
	AIOS_CG_MEMORY_CURRENT,
	AIOS_CG_MEMORY_PEAK,
	AIOS_CG_MEMORY_EVENTS,
	AIOS_CG_MEMORY_OOM_GROUP,
	AIOS_CG_MEMORY_PRESSURE,
	AIOS_CG_IO_MAX,
	AIOS_CG_IO_STAT,
	AIOS_CG_IO_PRESSURE,
	AIOS_CG_PIDS_MAX,
	AIOS_CG_PIDS_CURRENT,
	AIOS_CG_HUGETLB_64KB_MAX,
	AIOS_CG_HUGETLB_64KB_RSVD_MAX,
	AIOS_CG_HUGETLB_2MB_MAX,
	AIOS_CG_HUGETLB_2MB_RSVD_MAX,
	AIOS_CG_HUGETLB_32MB_MAX,
	AIOS_CG_HUGETLB_32MB_RSVD_MAX,
	AIOS_CG_HUGETLB_1GB_MAX,
	AIOS_CG_HUGETLB_1GB_RSVD_MAX,
	AIOS_CG_NR_FILES,
};

/**
 * struct aios_cgroup - an open cgroup directory
 * @dir: pinned; dir.dentry is NULL when there is none. Immutable while set
 * @charged: directory of the cgroup whose limits on what has no control file hold for this
 *	one though it lies elsewhere; NULL: none. Immutable while @dir is set
 * @shaper: of its sockets; NULL: none. Protected as @files are
 * @files: opened on first use and kept; protected by the lock of whoever owns
 *	the struct (a job's cg_lock, a group's cg_lock)
 */
struct aios_cgroup {
	struct path dir;
	struct dentry *charged;
	struct aios_shaper *shaper;
	struct file *files[AIOS_CG_NR_FILES];
};

static inline bool aios_cgroup_exists(const struct aios_cgroup *cg)
{
	return cg->dir.dentry;
}

int aios_cgroup_may_limit(const struct path *dir, u32 mask);
int aios_cgroup_open(struct aios_cgroup *cg, const struct path *dir);
int aios_cgroup_create(struct aios_cgroup *cg, const struct aios_cgroup *parent,
		       const char *name);
bool aios_cgroup_gone(const struct aios_cgroup *cg);
int aios_cgroup_remove_dir(const struct path *dir);
int aios_cgroup_remove(struct aios_cgroup *cg);
int aios_cgroup_discard(struct aios_cgroup *cg);
void aios_cgroup_close(struct aios_cgroup *cg);

__printf(3, 4)
int aios_cgroup_write(struct aios_cgroup *cg, enum aios_cg_file which,
		      const char *fmt, ...);
int aios_cgroup_read(struct aios_cgroup *cg, enum aios_cg_file which,
		     char *buf, size_t size);
int aios_cgroup_read_u64(struct aios_cgroup *cg, enum aios_cg_file which,
			 u64 *value);
int aios_cgroup_peek(const struct path *dir, const char *name, char *buf, size_t size);
bool aios_cgroup_find_key(const char *text, const char *key, u64 *value);

/**
 * struct aios_cgroup_watch - a call for every change of one cgroup file
 * @fn: called from any context, with kernel-internal locks held: it may only
 *	queue work. Immutable while watching
 * @wait: our entry on the file's wait queue
 * @head: that queue; it lives as long as @file is open
 * @table: captures @head
 * @file: held open while watching; NULL when not watching
 */
struct aios_cgroup_watch {
	void (*fn)(struct aios_cgroup_watch *watch);
	wait_queue_entry_t wait;
	wait_queue_head_t *head;
	poll_table table;
	struct file *file;
};

int aios_cgroup_watch(struct aios_cgroup_watch *watch, struct aios_cgroup *cg,
		      enum aios_cg_file which,
		      void (*fn)(struct aios_cgroup_watch *watch));
void aios_cgroup_unwatch(struct aios_cgroup_watch *watch);

int aios_cgroup_call(int (*fn)(void *arg), void *arg);

int aios_cgroup_root_open(struct aios_cgroup *root, const char *path);
void aios_cgroup_root_close(struct aios_cgroup *root);
int aios_cgroup_enable(struct aios_cgroup *cg);
int aios_cgroup_root_recall(void *number);
int aios_cgroup_root_note(void *number);
u64 aios_cgroup_features(void);
const char *aios_cgroup_root_path(void);
int aios_cgroup_find(const char *path, struct path *dir);

#endif /* _AIOS_ENFORCE_CGROUP_H */
