// SPDX-License-Identifier: GPL-2.0
/*
 * Gangs: jobs of one group that are admitted in one decision or not at all, and
 * freeze and resume together. All live members are in the same state at all times
 * but within a decision. The first member stands in the queue for all: the gang
 * has its place, and what is asked of a candidate is asked of all members at once.
 *
 * Whether they fit together is found out by letting them in one after the other,
 * in the simulation or on the real charges, and taking that back. Each question
 * costs what it costs of one job, times the members.
 */
#include "core/engine/sim.h"

/* ------------------------------------------------------------- joining, leaving */

/**
 * aios_gang_check() - whether a new job may join its gang
 * @engine: the engine
 * @job: job that is being submitted; alone it always may
 * @why: written when it may not
 *
 * Return: 0, -EINVAL or -EBUSY.
 */
int aios_gang_check(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_why *why)
{
	const struct aios_gang_node *gang = job->gang;
	const struct aios_edge *edge;
	u32 i;

	if (!gang)
		return 0;
	if (!gang->size || gang->size > AIOS_GANG_MAX) {
		aios_why_set(why, AIOS_WHY_VALUE, 0, 0, gang->size, AIOS_GANG_MAX);
		return -EINVAL;
	}
	aios_why_set(why, AIOS_WHY_GANG, 0, 0, gang->nr_members, gang->size);
	if (gang->started || gang->nr_members >= gang->size)
		return -EBUSY;
	if (gang->first && gang->first->group != job->group)
		return -EINVAL;
	for (i = 0; i < job->nr_edges; i++)
		if (job->edge[i].on && job->edge[i].on->gang == gang)
			return -EINVAL;
	edge = aios_depend_circle(engine, job);
	if (edge) {
		aios_why_set(why, AIOS_WHY_DEPENDS, 0, 0, edge->on->id, edge->kind);
		return -EINVAL;
	}
	aios_why_clear(why);
	return 0;
}

/* Add a job to its gang, as the last in the order of arrival. */
void aios_gang_join(struct aios_job_node *job)
{
	struct aios_job_node **link = &job->gang->first;

	while (*link)
		link = &(*link)->gang_next;
	*link = job;
	job->gang_next = NULL;
	job->gang->nr_members++;
}

/**
 * aios_gang_leave() - a member has ended
 * @engine: the engine
 * @job: member
 *
 * Whoever has come to stand for the others takes the place, or none if they must
 * wait for somebody to come instead.
 */
void aios_gang_leave(struct aios_engine *engine, struct aios_job_node *job)
{
	struct aios_gang_node *gang = job->gang;
	struct aios_job_node **link = &gang->first;
	bool urgent = gang->first->urgent;

	aios_candidate_remove(engine, gang->first);
	while (*link != job)
		link = &(*link)->gang_next;
	*link = job->gang_next;
	job->gang_next = NULL;
	job->gang = NULL;
	gang->nr_members--;
	if (!gang->first) {
		gang->started = false;
		return;
	}
	gang->first->urgent = urgent;
	aios_candidate_consider(engine, gang->first);
}

/**
 * aios_gang_ready() - how many members wait for nothing but room
 * @gang: gang
 *
 * Return: the number.
 */
u32 aios_gang_ready(const struct aios_gang_node *gang)
{
	const struct aios_job_node *job;
	u32 nr = 0;

	for (job = gang->first; job; job = job->gang_next)
		nr += aios_node_ready(job);
	return nr;
}

/* -------------------------------------------------------------- fitting together */

/* Put what a job needs into the real charges, or take it out of them again. */
static void charge_need(struct aios_engine *engine, struct aios_job_node *job, bool in)
{
	bool again = job->state == AIOS_CORE_SUSPENDED;
	u32 mask = aios_node_arbitrated(engine, job);
	u32 i, r;

	aios_for_each_resource(r, mask) {
		u64 need = aios_node_need(engine, job, r);

		aios_quota_move(job->group, r, (s64)(in ? need : 0 - need), 0, 0);
	}
	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];
		struct aios_device_node *device = share->device;

		device->milli_held += in ? share->milli : 0 - share->milli;
		if (again)
			continue;
		device->memory_held += in ? share->memory : 0 - share->memory;
		device->nr_jobs += in ? 1 : -1;
		if (job->exclusive)
			device->exclusive = in;
	}
}

static void let_in(struct aios_engine *engine, struct aios_job_node *job,
		   enum aios_view view)
{
	/*
	 * The simulation comes first, for it takes what it has not touched from the
	 * charges.
	 */
	if (view == AIOS_VIEW_SIM || view == AIOS_VIEW_BOTH)
		aios_sim_start_alone(engine, job);
	if (view != AIOS_VIEW_SIM)
		charge_need(engine, job, true);
}

static void take_back(struct aios_engine *engine, struct aios_job_node *job,
		      enum aios_view view)
{
	if (view != AIOS_VIEW_SIM)
		charge_need(engine, job, false);
	if (view == AIOS_VIEW_SIM || view == AIOS_VIEW_BOTH)
		aios_sim_undo_alone(engine, job);
}

/**
 * aios_gang_fits() - whether a candidate can be admitted or resumed
 * @engine: the engine
 * @job: candidate, for its whole gang; the shares of all are written
 * @view: state of the machine
 * @why: written when it cannot
 *
 * Return: true when it can.
 */
bool aios_gang_fits(struct aios_engine *engine, struct aios_job_node *job,
		    enum aios_view view, struct aios_why *why)
{
	struct aios_job_node *member, *stop = NULL;

	if (!job->gang)
		return aios_node_fits(engine, job, view, why);
	for (member = job; member; member = member->gang_next) {
		if (!aios_node_fits(engine, member, view, why)) {
			stop = member;
			break;
		}
		let_in(engine, member, view);
	}
	for (member = job; member != stop; member = member->gang_next)
		take_back(engine, member, view);
	return !stop;
}

/* Note that a job has its shares on a machine that is empty but for its gang. */
static void occupy_alone(const struct aios_engine *engine, const struct aios_job_node *job)
{
	u32 i;

	for (i = 0; i < job->nr_shares; i++) {
		const struct aios_share *share = &job->share[i];
		struct aios_device_load *load = &share->device->alone;

		if (load->stamp != engine->stamps.alone)
			*load = (struct aios_device_load){ .stamp = engine->stamps.alone };
		load->milli += share->milli;
		load->memory += share->memory;
		load->jobs++;
		load->exclusive |= job->exclusive;
	}
}

/* Say whether the accelerators of an empty machine suffice for all members. */
static bool place_alone(struct aios_engine *engine, struct aios_job_node *job,
			struct aios_why *why)
{
	engine->stamps.alone++;
	for (; job; job = job->gang_next) {
		if (!aios_place_find(engine, job, AIOS_VIEW_ALONE, why))
			return false;
		occupy_alone(engine, job);
	}
	return true;
}

/**
 * aios_gang_possible() - whether an empty machine would admit a candidate
 * @engine: the engine
 * @job: candidate, for its whole gang
 * @why: written when it would not
 *
 * Return: true when it would.
 */
bool aios_gang_possible(struct aios_engine *engine, struct aios_job_node *job,
			struct aios_why *why)
{
	struct aios_job_node *member;
	u32 r;

	if (!job->gang)
		return aios_node_possible(engine, job, AIOS_VIEW_EMPTY, why);
	for (r = 0; r < AIOS_RESOURCE_MAX; r++) {
		u64 sum = 0;

		for (member = job; member; member = member->gang_next)
			if (aios_node_arbitrated(engine, member) >> r & 1)
				sum += aios_node_base(member, r);
		if (!aios_quota_fits(engine, job->group, r, sum,
				     AIOS_VIEW_EMPTY, why))
			return false;
	}
	for (member = job; member; member = member->gang_next)
		if (!aios_node_possible(engine, member, AIOS_VIEW_EMPTY, why))
			return false;
	/* Jobs that are frozen have their accelerators. */
	return job->state == AIOS_CORE_SUSPENDED || place_alone(engine, job, why);
}
