// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_REPLAY: a caller's recorded workload, decided by an engine of the call's own on
 * a machine of the caller's, so that no lock is held. It is bounded in size by the ABI, in
 * time by the caller and by TIMEOUT_MAX_NS, in number with the user's linear programs; a
 * signal ends it.
 */
#include <linux/aios.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "calls/calls.h"
#include "calls/ioctl.h"
#include "core/replay/replay.h"
#include "user.h"

#define TIMEOUT_NS	(10 * NSEC_PER_SEC)	/* unless the caller says */
#define TIMEOUT_MAX_NS	(60 * NSEC_PER_SEC)
#define ROOT_ID		1
/* A record had this size in the first version. */
#define RECORD_SIZE_0	offsetofend(struct aios_replay_record, limit)

/* A job that is in the system. */
struct replayed {
	struct aios_replay_job job;
	u32 after;		/* number of another from 1, 0: none */
	u32 first;		/* of player.depends */
	u32 nr_depends;
	struct list_head link;
};

struct player {
	struct aios_replay replay;
	const struct aios_replay_call *call;
	struct list_head jobs;
	struct aios_group_node *groups[AIOS_REPLAY_GROUPS_MAX];
	struct aios_gang_node *gangs; /* AIOS_REPLAY_GANGS_MAX, at the first need */
	struct replayed **live;	/* by number from 0; NULL before and after */
	bool *failed;		/* by number from 0: ended without success */
	struct aios_replay_depend *depends; /* in the order of their records */
	u32 next_depend;	/* of records that have not been read */
	u32 record_size;
	struct aios_device_node *devices;
	struct aios_replay_drain *drains;
	void *reference;
	void *workspace;
	size_t workspace_size;
	u64 last_ns;		/* submit_ns of the record before */
	u32 nr_read;
	int err;
};

static_assert(AIOS_REPLAY_JOBS_MAX <= AIOS_HELD_MAX);

/* -------------------------------------------------------------------- jobs */

static struct aios_group_node *group_of(struct player *p, u32 number)
{
	struct aios_group_node *group;
	int ret;

	if (!number)
		return &p->replay.engine.root;
	if (number >= AIOS_REPLAY_GROUPS_MAX)
		return ERR_PTR(-EINVAL);
	if (p->groups[number])
		return p->groups[number];
	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->id = ROOT_ID + number;
	ret = aios_engine_group_attach(group, &p->replay.engine.root,
				       AIOS_WEIGHT_DEFAULT, NULL);
	if (ret) {
		kfree(group);
		return ERR_PTR(ret);
	}
	p->groups[number] = group;
	return group;
}

static struct aios_gang_node *gang_of(struct player *p, u32 number, u32 size)
{
	struct aios_gang_node *gang;

	if (!number)
		return size ? ERR_PTR(-EINVAL) : NULL;
	if (number >= AIOS_REPLAY_GANGS_MAX)
		return ERR_PTR(-EINVAL);
	if (!p->gangs)
		p->gangs = kvcalloc(AIOS_REPLAY_GANGS_MAX, sizeof(*p->gangs),
				    GFP_KERNEL_ACCOUNT);
	if (!p->gangs)
		return ERR_PTR(-ENOMEM);
	gang = &p->gangs[number];
	if (!gang->size)
		gang->size = size;
	return gang->size == size ? gang : ERR_PTR(-EINVAL);
}

/* A job has its own part of all dependencies, and room for the edges. */
static int find_depends(struct player *p, struct replayed *r)
{
	u32 i = p->next_depend;

	while (i < p->call->nr_depends && p->depends[i].record == p->nr_read)
		i++;
	r->first = p->next_depend;
	r->nr_depends = i - r->first;
	p->next_depend = i;
	if (!r->nr_depends && !r->after)
		return 0;
	r->job.node.edge = kcalloc(r->nr_depends + 1, sizeof(*r->job.node.edge),
				   GFP_KERNEL_ACCOUNT);
	return r->job.node.edge ? 0 : -ENOMEM;
}

static void free_replayed(struct replayed *r)
{
	if (r)
		kfree(r->job.node.edge);
	kfree(r);
}

static int describe(struct player *p, struct replayed *r,
		    const struct aios_replay_record *record)
{
	struct aios_job_node *node = &r->job.node;
	struct aios_group_node *group = group_of(p, record->group);
	struct aios_gang_node *gang = gang_of(p, record->gang, record->gang_size);

	if (IS_ERR(group))
		return PTR_ERR(group);
	if (IS_ERR(gang))
		return PTR_ERR(gang);
	/* What is wrong with the others, the engine says: the job is rejected. */
	if (record->submit_ns < p->last_ns || record->submit_ns > AIOS_TIME_MAX / 4 ||
	    record->run_ns > AIOS_TIME_MAX / 4 || record->flags & ~AIOS_REPLAY_FAILS ||
	    record->after >= p->nr_read)
		return -EINVAL;
	p->last_ns = record->submit_ns;
	r->job.run_ns = record->run_ns;
	r->job.fails = record->flags & AIOS_REPLAY_FAILS;
	node->id = p->nr_read;
	node->group = group;
	node->gang = gang;
	node->deadline_ns = record->deadline_ns;
	r->after = record->after;
	node->weight = record->weight;
	node->priority = record->priority;
	node->submit_ns = record->submit_ns;
	node->expected_runtime_ns = record->expected_runtime_ns;
	node->resource_mask = record->resource_mask;
	memcpy(node->request, record->request, sizeof(node->request));
	memcpy(node->limit, record->limit, sizeof(node->limit));
	return find_depends(p, r);
}

static struct replayed *read_record(struct player *p)
{
	void __user *from = u64_to_user_ptr(p->call->records);
	struct aios_replay_record *record;
	struct replayed *r;
	int ret = -ENOMEM;

	record = kmalloc(sizeof(*record), GFP_KERNEL_ACCOUNT);
	r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);
	if (!record || !r)
		goto free;
	ret = copy_struct_from_user(record, sizeof(*record),
				    from + (u64)p->nr_read * p->record_size, p->record_size);
	if (ret)
		goto free;
	p->nr_read++;
	ret = describe(p, r, record);
	if (ret)
		goto free;
	kfree(record);
	p->live[p->nr_read - 1] = r;
	return r;
free:
	kfree(record);
	free_replayed(r);
	return ERR_PTR(ret);
}

static struct aios_replay_job *on_next(struct aios_replay *replay)
{
	struct player *p = replay->arg;
	struct replayed *r;

	if (p->err || p->nr_read == p->call->nr_records)
		return NULL;
	r = read_record(p);
	if (IS_ERR(r)) {
		p->err = PTR_ERR(r);
		return NULL;
	}
	list_add(&r->link, &p->jobs);
	return &r->job;
}

static void wait_for(struct player *p, struct replayed *r, u32 kind, u32 number)
{
	struct replayed *on = p->live[number - 1];

	aios_replay_depend(&p->replay, &r->job, kind, on ? &on->job : NULL,
			   p->failed[number - 1]);
}

/* The job that it waits for is live, or has ended. */
static void on_arrives(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct replayed *r = container_of(job, struct replayed, job);
	struct player *p = replay->arg;

	u32 i;

	if (r->after)
		wait_for(p, r, AIOS_DEPEND_AFTERANY, r->after);
	for (i = r->first; i < r->first + r->nr_depends; i++)
		wait_for(p, r, p->depends[i].kind, p->depends[i].on);
}

static void on_ended(struct aios_replay *replay, struct aios_replay_job *job)
{
	struct replayed *r = container_of(job, struct replayed, job);
	struct player *p = replay->arg;

	p->live[job->node.id - 1] = NULL;
	p->failed[job->node.id - 1] = job->fails || job->rejected;
	list_del(&r->link);
	free_replayed(r);
}

static void yield_player(struct aios_replay *replay)
{
	cond_resched();
}

static const struct aios_replay_ops replay_ops = {
	.next = on_next,
	.arrives = on_arrives,
	.ended = on_ended,
	.yield = yield_player,
};

/* ----------------------------------------------------------------- machine */

static int add_devices(struct player *p, u64 milli)
{
	u64 nr = milli / AIOS_MILLI;
	u32 i;
	int ret = 0;

	if (nr > AIOS_DEVICES_MAX || milli % AIOS_MILLI)
		return -EINVAL;
	p->devices = kvcalloc(nr, sizeof(*p->devices), GFP_KERNEL_ACCOUNT);
	if (nr && !p->devices)
		return -ENOMEM;
	for (i = 0; i < nr && !ret; i++) {
		p->devices[i].id = i + 1;
		ret = aios_engine_device_add(&p->replay.engine,
					     aios_replay_now(&p->replay),
					     &p->devices[i]);
	}
	return ret;
}

static int build_machine(struct player *p)
{
	const struct aios_replay_call *c = p->call;
	struct aios_engine *engine = &p->replay.engine;
	u32 how, r;
	int ret = 0;

	for (r = 0; r < AIOS_RESOURCE_MAX && !ret; r++) {
		if (!((c->elastic | c->sticky) >> r & 1))
			continue;
		how = c->elastic >> r & 1 ? AIOS_RESOURCE_ELASTIC : AIOS_RESOURCE_STICKY;
		ret = aios_engine_resource_set(engine, aios_replay_now(&p->replay), r,
					       how, c->capacity[r]);
		if (!ret && r == AIOS_RESOURCE_GPU)
			ret = add_devices(p, c->capacity[r]);
	}
	return ret;
}

/* The caller's array; NULL for an empty one. */
static void *copy_array(u64 from, u32 nr, size_t size)
{
	void *array;

	if (!nr)
		return NULL;
	array = kvmalloc_array(nr, size, GFP_KERNEL_ACCOUNT);
	if (!array)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(array, u64_to_user_ptr(from), nr * size))
		return array;
	kvfree(array);
	return ERR_PTR(-EFAULT);
}

static int set_depends(struct player *p)
{
	const struct aios_replay_call *c = p->call;
	struct aios_replay_depend *depends;
	u32 record = 0, nr = 0, i;

	depends = copy_array(c->depends, c->nr_depends, sizeof(*depends));
	if (IS_ERR(depends))
		return PTR_ERR(depends);
	p->depends = depends;
	for (i = 0; i < c->nr_depends; i++) {
		const struct aios_replay_depend *d = &depends[i];

		nr = d->record == record ? nr + 1 : 1;
		if (d->record < record || d->record > c->nr_records ||
		    nr > AIOS_DEPENDS_MAX)
			return -EINVAL;
		if (!d->on || d->on >= d->record || d->kind < AIOS_DEPEND_AFTER ||
		    d->kind > AIOS_DEPEND_AFTERNOTOK || d->reserved)
			return -EINVAL;
		record = d->record;
	}
	return 0;
}

static int set_drains(struct player *p)
{
	const struct aios_replay_call *c = p->call;
	struct aios_replay_drain *drains;
	u64 begin = 0;
	u32 i;

	drains = copy_array(c->drains, c->nr_drains, sizeof(*drains));
	if (IS_ERR(drains))
		return PTR_ERR(drains);
	p->drains = drains;
	for (i = 0; i < c->nr_drains; i++) {
		u64 end = drains[i].end_ns;

		if (drains[i].start_ns < begin || drains[i].start_ns > AIOS_TIME_MAX / 4 ||
		    end > AIOS_TIME_MAX / 4)
			return -EINVAL;
		if (end ? end <= drains[i].start_ns : i + 1 < c->nr_drains)
			return -EINVAL;
		begin = end;
	}
	p->replay.drain = drains;
	p->replay.nr_drains = c->nr_drains;
	return 0;
}

static int order_group(struct player *p, const struct aios_replay_group *g)
{
	const u32 known = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM;
	struct aios_group_node *group;
	int ret = 0;

	if (!g->group || g->flags & ~known || g->reserved)
		return -EINVAL;
	if (g->group < AIOS_REPLAY_GROUPS_MAX && p->groups[g->group])
		return -EINVAL;
	group = group_of(p, g->group);
	if (IS_ERR(group))
		return PTR_ERR(group);
	if (g->flags & AIOS_POLICY_SET_QUANTUM)
		ret = aios_engine_group_quantum(&p->replay.engine,
						aios_replay_now(&p->replay), group,
						g->quantum_ns);
	if (!ret && g->flags & AIOS_POLICY_SET_POLICY)
		ret = aios_engine_group_policy(&p->replay.engine,
					       aios_replay_now(&p->replay), group,
					       g->policy);
	return ret;
}

/* No job has come yet: who has a policy of his own has it from the beginning. */
static int order_groups(struct player *p)
{
	const struct aios_replay_call *c = p->call;
	struct aios_replay_group *groups;
	int ret = 0;
	u32 i;

	groups = copy_array(c->groups, c->nr_groups, sizeof(*groups));
	if (IS_ERR(groups))
		return PTR_ERR(groups);
	for (i = 0; i < c->nr_groups && !ret; i++)
		ret = order_group(p, &groups[i]);
	kvfree(groups);
	return ret;
}

/* Only a guard needs it. */
static int lend_reference(struct player *p)
{
	p->reference = kvmalloc(aios_engine_reference_size(), GFP_KERNEL_ACCOUNT);
	if (!p->reference)
		return -ENOMEM;
	aios_engine_reference_set(&p->replay.engine, aios_replay_now(&p->replay), p->reference);
	return 0;
}

static int prepare_player(struct player *p)
{
	const struct aios_replay_call *c = p->call;
	const struct aios_engine_tuning tuning = {
		.quantum_ns = c->quantum_ns,
		.aging_ns = c->aging_ns,
		.half_life_ns = c->half_life_ns,
		.guard_floor_ns = c->guard_floor_ns,
		.guard = c->guard,
	};
	int ret;

	p->live = kvcalloc(c->nr_records + 1, sizeof(*p->live), GFP_KERNEL_ACCOUNT);
	p->failed = kvcalloc(c->nr_records + 1, sizeof(*p->failed), GFP_KERNEL_ACCOUNT);
	if (!p->live || !p->failed)
		return -ENOMEM;
	p->record_size = c->record_size ? c->record_size : RECORD_SIZE_0;
	aios_replay_init(&p->replay, &replay_ops, p);
	p->replay.resume_cost_ns = c->resume_cost_ns;
	p->replay.one_by_one = c->flags & AIOS_REPLAY_ONE_BY_ONE;
	p->replay.engine.blocking = c->flags & AIOS_REPLAY_ONE_BY_ONE;
	ret = set_depends(p);
	if (!ret)
		ret = set_drains(p);
	if (!ret)
		ret = build_machine(p);
	if (!ret && c->guard)
		ret = lend_reference(p);
	if (!ret)
		ret = aios_engine_tune(&p->replay.engine,
				       aios_replay_now(&p->replay), &tuning);
	if (!ret)
		ret = aios_engine_policy_set(&p->replay.engine,
					     aios_replay_now(&p->replay), c->policy,
					     c->backfill, AIOS_OBJECTIVE_UTILITY);
	if (!ret)
		ret = order_groups(p);
	return ret;
}

/* -------------------------------------------------------------------- call */

static int grow(struct player *p)
{
	kvfree(p->workspace);
	p->workspace_size = 2 * aios_engine_workspace_size(&p->replay.engine);
	p->workspace = kvmalloc(p->workspace_size, GFP_KERNEL_ACCOUNT);
	return p->workspace ? 1 : -ENOMEM;
}

static int play(struct player *p, u64 deadline_ns)
{
	int ret = grow(p);

	while (ret > 0) {
		ret = aios_replay_step(&p->replay, p->workspace, p->workspace_size);
		if (ret == -ENOMEM)
			ret = grow(p);
		if (p->err)
			return p->err;
		if (ret > 0 && signal_pending(current))
			return aios_ioctl_interrupted();
		if (ret > 0 && ktime_get_ns() > deadline_ns)
			return -ETIMEDOUT;
		cond_resched();
	}
	return ret;
}

static void clear(struct player *p)
{
	struct replayed *r, *next;
	u32 i;

	list_for_each_entry_safe(r, next, &p->jobs, link)
		free_replayed(r);
	for (i = 0; i < AIOS_REPLAY_GROUPS_MAX; i++)
		kfree(p->groups[i]);
	kvfree(p->devices);
	kvfree(p->drains);
	kvfree(p->gangs);
	kvfree(p->live);
	kvfree(p->failed);
	kvfree(p->depends);
	kvfree(p->reference);
	kvfree(p->workspace);
	kvfree(p);
}

static int replay(struct aios_replay_call *c)
{
	u64 timeout = c->timeout_duration_ns ? c->timeout_duration_ns : TIMEOUT_NS;
	u64 begin = ktime_get_ns();
	struct player *p;
	int ret;

	p = kvzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	if (!p)
		return -ENOMEM;
	INIT_LIST_HEAD(&p->jobs);
	p->call = c;
	ret = prepare_player(p);
	if (!ret)
		ret = play(p, begin + min_t(u64, timeout, TIMEOUT_MAX_NS));
	if (!ret) {
		c->hash = p->replay.hash;
		c->nr_decisions = p->replay.nr_decisions;
		c->nr_events = p->replay.nr_events;
		c->end_ns = p->replay.now;
		c->decide_duration_ns = ktime_get_ns() - begin;
	}
	clear(p);
	return ret;
}

int aios_ioctl_replay(struct file *file, void *arg)
{
	struct aios_replay_call *c = arg;
	struct aios_user *user;
	int ret;

	if (c->flags & ~AIOS_REPLAY_FLAGS || c->elastic & c->sticky ||
	    (c->elastic | c->sticky) >> AIOS_RESOURCE_MAX)
		return -EINVAL;
	if (c->nr_drains > AIOS_REPLAY_DRAINS_MAX ||
	    (c->nr_drains && c->flags & AIOS_REPLAY_ONE_BY_ONE))
		return -EINVAL;
	if (c->reserved || c->reserved2 || c->nr_depends > AIOS_REPLAY_DEPENDS_MAX ||
	    c->nr_groups >= AIOS_REPLAY_GROUPS_MAX)
		return -EINVAL;
	if ((c->record_size && c->record_size < RECORD_SIZE_0) || c->record_size > PAGE_SIZE)
		return -EINVAL;
	if (c->nr_records > AIOS_REPLAY_JOBS_MAX || c->resume_cost_ns > AIOS_TUNING_TIME_MAX)
		return -EINVAL;

	user = aios_user_begin_solve();
	if (IS_ERR(user))
		return PTR_ERR(user);
	ret = replay(c);
	aios_user_end_solve(user);
	return ret;
}
