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

/*
 * The control files that are used: AIOS_CG_<the first>, name, and how it is opened.
 */
#define AIOS_CG_FILES(FILE)						\
	FILE(EVENTS, "cgroup.events", O_RDONLY)	\
	FILE(PROCS, "cgroup.procs", O_RDWR)	\
	FILE(FREEZE, "cgroup.freeze", O_RDWR)	\
	FILE(KILL, "cgroup.kill", O_WRONLY)	\
	FILE(CONTROLLERS, "cgroup.controllers", O_RDONLY)	\
	FILE(SUBTREE, "cgroup.subtree_control", O_RDWR)	\
	FILE(CPU_MAX, "cpu.max", O_RDWR)	\
	FILE(CPU_WEIGHT, "cpu.weight", O_RDWR)	\
	FILE(CPU_STAT, "cpu.stat", O_RDONLY)	\
	FILE(CPU_PRESSURE, "cpu.pressure", O_RDONLY)	\
	FILE(MEMORY_MAX, "memory.max", O_RDWR)	\
	FILE(MEMORY_HIGH, "memory.high", O_RDWR)	\
	FILE(MEMORY_CURRENT, "memory.current", O_RDONLY)	\
	FILE(MEMORY_PEAK, "memory.peak", O_RDONLY)	\
	FILE(MEMORY_EVENTS, "memory.events", O_RDONLY)	\
	FILE(MEMORY_OOM_GROUP, "memory.oom.group", O_RDWR)	\
	FILE(MEMORY_PRESSURE, "memory.pressure", O_RDONLY)	\
	FILE(IO_MAX, "io.max", O_RDWR)	\
	FILE(IO_STAT, "io.stat", O_RDONLY)	\
	FILE(IO_PRESSURE, "io.pressure", O_RDONLY)	\
	FILE(PIDS_MAX, "pids.max", O_RDWR)	\
	FILE(PIDS_CURRENT, "pids.current", O_RDONLY)

#define AIOS_CG_ENUM(_name, _file, _flags)	AIOS_CG_##_name,
enum aios_cg_file {
	AIOS_CG_NONE,
	AIOS_CG_FILES(AIOS_CG_ENUM)
	AIOS_CG_NR_FILES,
};
#undef AIOS_CG_ENUM

/**
 * struct aios_cgroup - an open cgroup directory
 * @dir: pinned; dir.dentry is NULL when there is none. Immutable while set
 * @files: opened on first use and kept; protected by the lock of whoever owns
 *	the struct (a job's cg_lock, a group's cg_lock)
 */
struct aios_cgroup {
	struct path dir;
	struct file *files[AIOS_CG_NR_FILES];
};

static inline bool aios_cgroup_exists(const struct aios_cgroup *cg)
{
	return cg->dir.dentry;
}

int aios_cgroup_open(struct aios_cgroup *cg, const struct path *dir);
int aios_cgroup_create(struct aios_cgroup *cg, const struct aios_cgroup *parent,
		       const char *name);
int aios_cgroup_remove(struct aios_cgroup *cg);
void aios_cgroup_close(struct aios_cgroup *cg);

__printf(3, 4)
int aios_cgroup_write(struct aios_cgroup *cg, enum aios_cg_file which,
		      const char *fmt, ...);
int aios_cgroup_read(struct aios_cgroup *cg, enum aios_cg_file which,
		     char *buf, size_t size);
int aios_cgroup_read_u64(struct aios_cgroup *cg, enum aios_cg_file which,
			 u64 *value);
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
u64 aios_cgroup_features(void);
const char *aios_cgroup_root_path(void);

#endif /* _AIOS_ENFORCE_CGROUP_H */
