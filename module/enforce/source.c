// SPDX-License-Identifier: GPL-2.0
/*
 * The cgroup that a caller is in, and whether he may leave it for a job: see source.h.
 *
 * The measure is what the kernel asks of whoever moves a process (its
 * cgroup_procs_write_permission()): the right to write to cgroup.procs of the nearest cgroup
 * above both where the process comes from and where it goes, and that he sees both from his
 * cgroup namespace. Who has no such right leaves only what the administrator lets users
 * leave (allowed.c), and takes its limits along (carry.c); nobody leaves a namespace or a
 * filter so.
 *
 * The kernel tells a module where a task is by its structs alone: what is read of them here
 * is in its public headers, under RCU, which is why nothing here needs a reference.
 */
#include <linux/bpf-cgroup.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/nsproxy.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "enforce/cgroup.h"
#include "enforce/hierarchy.h"
#include "enforce/source.h"
#include "enforce/waiting.h"

/* The cgroup that the module governs; immutable between load and unload. */
static struct {
	struct cgroup *cgroup;	/* referenced */
	struct path dir;	/* its directory; the root group holds the references */
	char *path;		/* from the top of the hierarchy */
} top;

/**
 * struct place - where a caller is
 */
struct place {
	/** @id: of his cgroup */
	u64 id;
	/** @at_top: it is the top of the hierarchy */
	bool at_top;
	/** @up: levels from the governed cgroup up to the nearest above both */
	unsigned int up;
	/** @down: levels from that down to his */
	unsigned int down;
	/** @job: in whose own cgroup or below it he is; 0: none */
	u64 job;
	/** @waiting: he is where those are who wait for their jobs */
	bool waiting;
	/** @sees_both: so does his cgroup namespace */
	bool sees_both;
	/** @hides: AIOS_CONFINED_* that he must not leave, 0: nothing */
	u32 hides;
};

/* ---------------------------------------------------------------------- filters */

#ifdef CONFIG_CGROUP_BPF
static bool same_programs(const struct bpf_prog_array *a, const struct bpf_prog_array *b)
{
	const struct bpf_prog_array_item *x = a->items, *y = b->items;

	for (; x->prog && x->prog == y->prog; x++, y++)
		;
	return x->prog == y->prog;
}

/* Whether the same programs decide in both: on devices, addresses, system settings. */
static bool same_filters(const struct cgroup *a, const struct cgroup *b)
{
	unsigned int i;

	for (i = 0; i < MAX_CGROUP_BPF_ATTACH_TYPE; i++) {
		const struct bpf_prog_array *x = rcu_dereference(a->bpf.effective[i]);
		const struct bpf_prog_array *y = rcu_dereference(b->bpf.effective[i]);

		if (x != y && (!x || !y || !same_programs(x, y)))
			return false;
	}
	return true;
}
#else
static bool same_filters(const struct cgroup *a, const struct cgroup *b)
{
	return true;
}
#endif

/* ------------------------------------------------------------------ where he is */

/* What is left of a path below the governed cgroup, from a slash on; NULL: it is not there. */
static const char *below_top(const char *path)
{
	size_t len = strlen(top.path);

	return !strncmp(path, top.path, len) && path[len] == '/' ? path + len : NULL;
}

/*
 * Groups and jobs have directories of these names, which nobody but the module makes. The
 * levels above and with that of the job are counted.
 */
static u64 job_of(const char *below, unsigned int *levels)
{
	u64 id = 0;

	for (*levels = 1; below && *below; (*levels)++) {
		const char *name = below + 1;

		below = strchrnul(name, '/');
		if (!strncmp(name, "group.", strlen("group.")))
			continue;
		if (sscanf(name, "job.%llu", &id) != 1)
			id = 0;
		break;
	}
	return id;
}

static bool is_split(struct cgroup *cgroup)
{
	struct task_struct *thread;

	if (thread_group_empty(current))
		return false;
	for_each_thread(current, thread)
		if (task_dfl_cgroup(thread) != cgroup)
			return true;
	return false;
}

/* The caller is in an RCU read section. */
static u32 what_hides(struct cgroup *cgroup, struct cgroup *above)
{
	if (current->nsproxy->cgroup_ns != init_task.nsproxy->cgroup_ns)
		return AIOS_CONFINED_NAMESPACE;
	if (!same_filters(cgroup, above))
		return AIOS_CONFINED_FILTER;
	return is_split(cgroup) ? AIOS_CONFINED_THREADS : 0;
}

/* What is below the governed cgroup: its nearest above both is that of the job. */
static void look_below(struct place *place, const char *path)
{
	const char *below = below_top(path);
	unsigned int levels;

	if (!below)
		return;
	place->job = job_of(below, &levels);
	if (place->job)
		place->down -= levels;
	place->waiting = !place->job && aios_waiting_owns(below);
}

static int look(struct place *place, char *path)
{
	struct cgroup *cgroup, *above, *sight;
	int ret = 0;

	rcu_read_lock();
	cgroup = task_dfl_cgroup(current->group_leader);
	sight = current->nsproxy->cgroup_ns->root_cset->dfl_cgrp;
	place->id = cgroup_id(cgroup);
	place->at_top = !cgroup_parent(cgroup);
	for (above = top.cgroup; !cgroup_is_descendant(cgroup, above);
	     above = cgroup_parent(above))
		place->up++;
	place->down = cgroup->level - above->level;
	place->sees_both = cgroup_is_descendant(cgroup, sight) &&
			   cgroup_is_descendant(top.cgroup, sight);
	if (path) {
		ret = cgroup_path(cgroup, path, PATH_MAX);
		if (ret >= 0 && ret < PATH_MAX) {
			look_below(place, path);
			above = cgroup_ancestor(cgroup, cgroup->level - place->down);
			ret = 0;
		} else {
			ret = -ENAMETOOLONG;
		}
	}
	place->hides = what_hides(cgroup, above);
	rcu_read_unlock();
	return ret;
}

/**
 * aios_source_of - the cgroup that a process is in now
 * @leader: of its threads, referenced
 *
 * Return: its number.
 */
u64 aios_source_of(struct task_struct *leader)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_dfl_cgroup(leader));
	rcu_read_unlock();
	return id;
}

/**
 * aios_source_below - whether a process is in a cgroup, or below it
 * @leader: of its threads, referenced
 * @dir: directory of the cgroup
 *
 * Return: whether it is at this moment.
 */
bool aios_source_below(struct task_struct *leader, const struct path *dir)
{
	u64 id = d_inode(dir->dentry)->i_ino;
	struct cgroup *cgroup;

	rcu_read_lock();
	cgroup = task_dfl_cgroup(leader);
	while (cgroup && cgroup_id(cgroup) != id)
		cgroup = cgroup_parent(cgroup);
	rcu_read_unlock();
	return cgroup;
}

/* ---------------------------------------------------------------------- moving */

/**
 * aios_process_move - move a process into a cgroup
 * @dir: its directory
 * @leader: of the process's threads, referenced
 *
 * Runs in a worker. The file is opened anew, since several may be moved at one time.
 *
 * Return: 0 or what the file system said.
 */
int aios_process_move(const struct path *dir, struct task_struct *leader)
{
	struct file *file = aios_hierarchy_open(dir, "cgroup.procs", O_WRONLY);
	char text[16];
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	snprintf(text, sizeof(text), "%d", task_tgid_nr(leader));
	ret = aios_hierarchy_write(file, text, strlen(text));
	fput(file);
	return ret;
}

/**
 * aios_source_return - move a process back to where it came from
 * @id: the number of that cgroup
 * @leader: of the process's threads, referenced
 *
 * Runs in a worker.
 *
 * Return: 0; -ENOENT when there is no such cgroup any more; or what the file system said.
 */
int aios_source_return(u64 id, struct task_struct *leader)
{
	struct cgroup *cgroup = cgroup_get_from_id(id);
	struct path dir;
	char *path;
	int ret;

	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	path = kmalloc(PATH_MAX, GFP_KERNEL);
	ret = path ? cgroup_path(cgroup, path, PATH_MAX) : -ENOMEM;
	if (ret >= PATH_MAX)
		ret = -ENAMETOOLONG;
	if (ret >= 0)
		ret = aios_cgroup_find(path, &dir);
	cgroup_put(cgroup);
	kfree(path);
	if (ret)
		return ret;
	ret = aios_process_move(&dir, leader);
	path_put(&dir);
	return ret;
}

/* ------------------------------------------------------------------ the right */

/* As file_open_root(), for somebody who is not the administrator: see aios_source_find(). */
static bool may_write_procs(const struct path *dir, const char *name)
{
	struct file *file = file_open_root(dir, name, O_WRONLY, 0);
	bool may;

	if (IS_ERR(file))
		return false;
	/* The number 0 by itself is no right. */
	may = !uid_eq(file_inode(file)->i_uid, GLOBAL_ROOT_UID);
	fput(file);
	return may;
}

/* The right to write to cgroup.procs of the nearest cgroup above both. */
static bool may_move(const struct place *place, const char *path)
{
	struct path dir = { .mnt = top.dir.mnt, .dentry = dget(top.dir.dentry) };
	unsigned int i;
	bool may;

	if (place->job) {
		const char *below = below_top(path);
		const char *end = below + strlen(below);
		char *name;

		for (i = 0; i < place->down; i++)
			while (*--end != '/')
				;
		name = kasprintf(GFP_KERNEL_ACCOUNT, "%.*s/cgroup.procs",
				 (int)(end - below - 1), below + 1);
		may = name && may_write_procs(&dir, name);
		kfree(name);
	} else {
		for (i = 0; i < place->up; i++) {
			struct dentry *up = dget_parent(dir.dentry);

			dput(dir.dentry);
			dir.dentry = up;
		}
		may = may_write_procs(&dir, "cgroup.procs");
	}
	dput(dir.dentry);
	return may;
}

static int confined(const struct place *place, u32 by, struct aios_why *why)
{
	why->code = AIOS_WHY_CONFINED;
	why->asked = place->id;
	why->available = by;
	return -EPERM;
}

static int judge(struct aios_source *source, const struct place *place, bool admin,
		 struct aios_why *why)
{
	const char *path = source->path ? : "/";
	bool allowed = !place->hides && aios_source_allowed(path, current_euid());

	/* There are no limits at the top that one could be free of. */
	if (allowed && place->at_top)
		return 0;
	if (place->sees_both && (admin || may_move(place, path)))
		return 0;
	if (place->hides)
		return confined(place, place->hides, why);
	/* Whoever is in a job, or waits, has left before what bounds that. */
	source->job = place->job;
	if (!allowed && !place->waiting && !(place->job && !place->down))
		return confined(place, AIOS_CONFINED_LIST, why);
	source->levels = place->down;
	return 0;
}

/**
 * aios_source_find - which cgroup the caller is in, and whether he may leave it for a job
 * @source: written; to be given to aios_source_forget()
 * @admin: he is the administrator, who may do what the kernel lets root do
 * @why: names the cgroup that he may not leave, and why
 *
 * Runs in the call itself, with its credentials, and without any lock.
 *
 * Return: 0, -EPERM with a cause, or -errno.
 */
int aios_source_find(struct aios_source *source, bool admin, struct aios_why *why)
{
	struct place place = {};
	int ret;

	memset(source, 0, sizeof(*source));
	ret = look(&place, NULL);
	if (!place.at_top) {
		memset(&place, 0, sizeof(place));
		source->path = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
		if (!source->path)
			return -ENOMEM;
		ret = look(&place, source->path);
	}
	source->id = place.id;
	if (!ret)
		ret = judge(source, &place, admin, why);
	if (ret)
		aios_source_forget(source);
	return ret;
}

/**
 * aios_source_forget - free what belongs to a source
 * @source: as of aios_source_find()
 */
void aios_source_forget(struct aios_source *source)
{
	kfree(source->path);
	source->path = NULL;
	kfree(source->level);
	source->level = NULL;
	source->nr_levels = 0;
}

/* ------------------------------------------------------------ setup, teardown */

/**
 * aios_source_open - know the governed cgroup
 * @root: its directory
 *
 * Runs in a worker.
 *
 * Return: 0 or -errno.
 */
int aios_source_open(const struct aios_cgroup *root)
{
	struct cgroup *cgroup = cgroup_get_from_id(d_inode(root->dir.dentry)->i_ino);
	int ret;

	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	top.path = kmalloc(PATH_MAX, GFP_KERNEL);
	ret = top.path ? cgroup_path(cgroup, top.path, PATH_MAX) : -ENOMEM;
	top.cgroup = cgroup;
	top.dir = root->dir;
	if (ret >= 0 && ret < PATH_MAX)
		return 0;
	aios_source_close();
	return ret < 0 ? ret : -ENAMETOOLONG;
}

/**
 * aios_source_close - forget it
 */
void aios_source_close(void)
{
	kfree(top.path);
	top.path = NULL;
	if (top.cgroup)
		cgroup_put(top.cgroup);
	top.cgroup = NULL;
}
