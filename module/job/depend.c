// SPDX-License-Identifier: GPL-2.0
/*
 * Dependencies of jobs: the array of a submission becomes edges of the core, what
 * has ended already is settled here, and jobs that can never start are ended.
 */
#include <linux/aios.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arbiter/arbiter.h"
#include "job/depend.h"
#include "job/job.h"
#include "main.h"
#include "turns.h"

/* Dropped by the engine and not ended yet; protected by aios_lock. */
static LIST_HEAD(dropped);

/**
 * aios_depends_copy - the dependencies that a caller states
 * @s: the submission
 * @depends: written: an array of its own, NULL when there are none
 *
 * Return: 0, -EINVAL, -E2BIG for an element with an unknown tail, -EFAULT or
 * -ENOMEM.
 */
int aios_depends_copy(struct aios_submit *s, struct aios_depend **depends)
{
	void __user *from = u64_to_user_ptr(s->depends);
	struct aios_depend *to;
	u32 i;
	int ret;

	if (!s->nr_depends != !s->depends || s->nr_depends > AIOS_DEPENDS_MAX)
		return -EINVAL;
	if (!s->nr_depends)
		return s->depend_size ? -EINVAL : 0;
	if (s->depend_size < sizeof(*to) || s->depend_size > PAGE_SIZE)
		return -EINVAL;
	to = kcalloc(s->nr_depends, sizeof(*to), GFP_KERNEL_ACCOUNT);
	if (!to)
		return -ENOMEM;
	for (i = 0; i < s->nr_depends; i++, from += s->depend_size) {
		ret = copy_struct_from_user(&to[i], sizeof(*to), from, s->depend_size);
		if (!ret && (to[i].reserved || to[i].kind < AIOS_DEPEND_AFTER ||
			     to[i].kind > AIOS_DEPEND_AFTERNOTOK))
			ret = -EINVAL;
		if (ret) {
			kfree(to);
			return ret;
		}
	}
	*depends = to;
	return 0;
}

static int refuse_edge(struct aios_why *why, u32 code, const struct aios_depend *d, int err)
{
	why->code = code;
	why->asked = d->job;
	why->available = d->kind;
	return err;
}

/* A job that was there and is remembered no more has ended, which is all that is known. */
static int settle_forgotten(const struct aios_depend *d, struct aios_why *why)
{
	if (!aios_job_id_given(d->job))
		return refuse_edge(why, AIOS_WHY_DEPENDS_NEVER, d, -ENOENT);
	if (d->kind == AIOS_DEPEND_AFTEROK || d->kind == AIOS_DEPEND_AFTERNOTOK)
		return refuse_edge(why, AIOS_WHY_FORGOTTEN, d, -ECANCELED);
	return 0;
}

/* What has ended already: 0 when it is as it should be. */
static int settle_edge(const struct aios_job *on, u32 kind)
{
	bool done = on->state == AIOS_STATE_DONE;

	if (kind == AIOS_DEPEND_AFTEROK)
		return done ? 0 : -ECANCELED;
	if (kind == AIOS_DEPEND_AFTERNOTOK)
		return done ? -ECANCELED : 0;
	return 0;
}

/**
 * aios_depends_resolve - find the jobs that a new job depends on
 * @job: not registered, with its depends; its edges are written
 * @why: written on refusal
 *
 * The caller holds aios_lock and goes on to submit or preview without giving it up.
 *
 * Return: 0, -ENOENT: there is none that the caller may see, -ECANCELED: one has ended, and
 * otherwise than the job needs, or it is not known any more how, -ENOMEM.
 */
int aios_depends_resolve(struct aios_job *job, struct aios_why *why)
{
	struct aios_edge *edge;
	u32 i;
	int ret;

	lockdep_assert_held(&aios_lock);
	if (!job->asked.nr_depends)
		return 0;
	edge = kcalloc(job->asked.nr_depends, sizeof(*edge),
		       aios_turn_gfp() | __GFP_ACCOUNT);
	if (!edge)
		return -ENOMEM;
	/* A turn that lacked memory may have come so far before. */
	kfree(job->core.edge);
	job->core.edge = edge;
	job->core.nr_edges = job->asked.nr_depends;
	for (i = 0; i < job->asked.nr_depends; i++) {
		const struct aios_depend *d = &job->asked.depends[i];
		struct aios_job *on = aios_job_find(d->job);

		edge[i].kind = d->kind;
		if (!on) {
			ret = settle_forgotten(d, why);
		} else if (!aios_job_visible_to(on, current_cred())) {
			ret = refuse_edge(why, AIOS_WHY_DEPENDS_NEVER, d, -ENOENT);
		} else if (!aios_job_ended(on)) {
			edge[i].on = &on->core;
			ret = 0;
		} else {
			ret = settle_edge(on, d->kind);
			if (ret)
				refuse_edge(why, AIOS_WHY_DEPENDS_NEVER, d, ret);
		}
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * aios_depends_dropped - the engine has dropped a job, in a decision
 * @job: the job; it is ended by aios_depends_end()
 *
 * The caller holds aios_lock.
 */
void aios_depends_dropped(struct aios_job *job)
{
	lockdep_assert_held(&aios_lock);
	job->why.code = AIOS_WHY_DEPENDS_NEVER;
	job->why.asked = job->core.depend.lost;
	job->why.available = job->core.depend.lost_kind;
	list_add_tail(&job->dropped, &dropped);
}

/**
 * aios_depends_end - end those that a decision has dropped
 *
 * The caller holds aios_lock, and no decision is under way.
 */
void aios_depends_end(void)
{
	struct aios_job *job, *next;

	lockdep_assert_held(&aios_lock);
	list_for_each_entry_safe(job, next, &dropped, dropped) {
		list_del_init(&job->dropped);
		aios_job_end(job, AIOS_STATE_CANCELLED, AIOS_END_DEPENDENCY, 0);
	}
}

/**
 * aios_depends_show - what STAT says of the dependencies
 * @job: the job
 * @s: its array is written as far as there is room, and its number
 * @room: as the caller gave it
 * @hidden: bit i: the number of the i-th is not told
 *
 * Return: 0 or -EFAULT.
 */
int aios_depends_show(const struct aios_job *job, struct aios_stat *s, u32 room,
		      u32 hidden)
{
	void __user *to = u64_to_user_ptr(s->depends);
	u32 size = min_t(u32, s->depend_size, sizeof(struct aios_depend));
	u32 i;

	s->nr_depends = job->asked.nr_depends;
	if (!s->depends)
		return 0;
	BUILD_BUG_ON(BITS_PER_TYPE(hidden) < AIOS_DEPENDS_MAX);
	for (i = 0; i < min(room, job->asked.nr_depends); i++, to += s->depend_size) {
		struct aios_depend depend = job->asked.depends[i];

		if (hidden >> i & 1)
			depend.job = 0;
		if (copy_to_user(to, &depend, size) ||
		    clear_user(to + size, s->depend_size - size))
			return -EFAULT;
	}
	return 0;
}
