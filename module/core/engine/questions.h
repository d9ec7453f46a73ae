/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Questions: what can be asked of the engine. None changes what anybody else sees. One
 * that takes an engine that is not const uses its memory for the answer: it is asked
 * with the same exclusion as an event happens.
 *
 * A "why" is as in events.h.
 */
#ifndef AIOS_CORE_ENGINE_QUESTIONS_H
#define AIOS_CORE_ENGINE_QUESTIONS_H

#include "core/books/engine.h"

/**
 * aios_engine_group_effective() - the smallest limit up to the machine
 * @engine: the engine
 * @group: attached group
 * @resource: AIOS_RESOURCE_*
 * @binding: id of the nearest group that has this limit; the root's where the
 *	machine binds; may be NULL
 *
 * Return: the limit.
 */
u64 aios_engine_group_effective(const struct aios_engine *engine,
				const struct aios_group_node *group,
				u32 resource, u64 *binding);

/**
 * aios_engine_job_effective() - the same for a job
 * @engine: the engine
 * @job: job, in any state
 * @resource: AIOS_RESOURCE_*
 * @binding: 0 where the job's own limit binds; may be NULL
 *
 * Return: the limit.
 */
u64 aios_engine_job_effective(const struct aios_engine *engine,
			      const struct aios_job_node *job, u32 resource,
			      u64 *binding);

/**
 * aios_engine_job_beside() - what a job can use while all others keep their requests
 * @engine: the engine
 * @job: job, in any state
 * @resource: AIOS_RESOURCE_*, a sticky one
 * @binding: written: id of the group that leaves it no more, the root's where it is the
 *	machine, 0: nothing is promised to others; may be NULL
 *
 * Return: the amount, AIOS_UNLIMITED where nothing is promised to others.
 */
u64 aios_engine_job_beside(const struct aios_engine *engine,
			   const struct aios_job_node *job, u32 resource, u64 *binding);

/**
 * aios_engine_job_check() - whether a job is well-formed and can ever run
 * @engine: the engine
 * @job: job with all that the owner sets, not submitted
 * @why: cause of a refusal
 *
 * Return: 0; -EINVAL: weight, priority, time or amount out of range, request
 * above limit, retries out of range, with a gang, or with nothing to grow into;
 * -EOPNOTSUPP: a resource that does not exist; -ENOSPC: its
 * request exceeds a limit or the machine, or no set of accelerators has its
 * shape.
 */
int aios_engine_job_check(const struct aios_engine *engine,
			  const struct aios_job_node *job,
			  struct aios_why *why);

/**
 * aios_engine_job_waits() - whether nothing but room is lacking to a job
 * @job: queued job
 *
 * Return: true when it is a candidate.
 */
bool aios_engine_job_waits(const struct aios_job_node *job);

/**
 * aios_engine_retry_request() - what a job would ask for at its next attempt
 * @engine: the engine
 * @job: job, in any state
 *
 * Its request for memory times its factor, rounded down but at least one more, as
 * far as its own limit, those of its groups and the machine let it grow.
 *
 * Return: bytes, 0 when there is no next attempt.
 */
u64 aios_engine_retry_request(const struct aios_engine *engine,
			      const struct aios_job_node *job);

/**
 * aios_engine_device_find() - the accelerator at or after an id
 * @engine: the engine
 * @id: id
 *
 * Return: the one with the smallest id that is at least @id, or NULL.
 */
struct aios_device_node *aios_engine_device_find(const struct aios_engine *engine,
						 u32 id);

/**
 * aios_engine_job_why() - what a job waits for
 * @engine: the engine
 * @job: job
 * @why: AIOS_WHY_DRAIN, _ON_HOLD, _BEGIN, _DEPENDS, _DEPENDS_NEVER, _NOT_READY, _GANG,
 *	_NEVER_FITS (limits were lowered since),
 *	_NOT_NOW, _NO_DEVICE or _BEHIND; AIOS_WHY_NONE when it does not wait
 */
void aios_engine_job_why(struct aios_engine *engine, struct aios_job_node *job,
			 struct aios_why *why);

/**
 * aios_engine_position() - place of a job in the queue
 * @engine: the engine
 * @job: job
 *
 * Return: 1 plus the candidates ahead of it, 0 when it is not queued.
 */
u32 aios_engine_position(struct aios_engine *engine,
			 const struct aios_job_node *job);

/**
 * aios_engine_ahead() - candidates of a group that start before a job
 * @engine: the engine
 * @job: job that waits, or might
 * @group: group; those in and below it count
 *
 * O(log n) for the root, else O(AIOS_ESTIMATE_MAX), after which the others are
 * taken to be in @group too.
 *
 * Return: the number.
 */
u32 aios_engine_ahead(struct aios_engine *engine, struct aios_job_node *job,
		      const struct aios_group_node *group);

/**
 * aios_engine_estimate_start() - when a queued job starts
 * @engine: the engine
 * @job: queued job; one that is not ready is treated as if it were
 * @now: the time
 *
 * Plays the future by expected run times: candidates start in order, none
 * overtakes. O((n + r) (log r + g R + d)) up to the job, at most
 * AIOS_ESTIMATE_MAX jobs, but for the look at each running job while one of them has
 * two ends (aios_node_apart()).
 *
 * Return: the time, 0 when a run time it depends on is not known, there are
 * too many jobs ahead, it is on hold, or it cannot end before the machine drains.
 */
u64 aios_engine_estimate_start(struct aios_engine *engine,
			       struct aios_job_node *job, u64 now);

/**
 * struct aios_runtimes - the two expectations of a job
 * @expected_ns: what it is expected to run, as far as is known now; void where nothing is
 * @most_ns: what it may run at most, likewise
 * @expected_source: AIOS_RUNTIME_*
 * @most_source: AIOS_RUNTIME_*
 */
struct aios_runtimes {
	u64 expected_ns;
	u64 most_ns;
	u32 expected_source;
	u32 most_source;
};

/**
 * aios_engine_job_runtimes() - what a job is expected to run, and may run at most
 * @job: job
 * @now: the time
 * @runtimes: written
 *
 * What a running or suspended job has outlived is corrected: see runtime.c.
 */
void aios_engine_job_runtimes(const struct aios_job_node *job, u64 now,
			      struct aios_runtimes *runtimes);

/**
 * struct aios_preview - what aios_engine_preview() found
 * @state: AIOS_STATE_ADMITTED if it would be admitted at once, else
 *	AIOS_STATE_QUEUED
 * @position: place in the queue from 1; 0 when admitted
 * @start_ns: estimated start, 0 when unknown
 * @why: what it would wait for
 */
struct aios_preview {
	u32 state;
	u32 position;
	u64 start_ns;
	struct aios_why why;
};

/**
 * aios_engine_preview() - what would happen to a job if it came now
 * @engine: the engine, no event pending
 * @job: job with all that the owner sets, not submitted and of no gang; grant
 *	and share are written
 * @now: the time
 * @workspace: as for aios_engine_decide()
 * @size: its size
 * @preview: the answer; its why is filled on failure too
 *
 * Changes nothing that anybody else sees.
 *
 * Return: as aios_engine_job_check(), or -ENOMEM: the workspace is too small.
 */
int aios_engine_preview(struct aios_engine *engine, struct aios_job_node *job,
			u64 now, void *workspace, size_t size,
			struct aios_preview *preview);

/**
 * struct aios_explanation - why a job has what it has
 * @goal: AIOS_OBJECTIVE_* that the last decision was made for
 * @goal_set: the one that is set; another than @goal: that was not proven
 * @status: enum aios_lp_status of the decision
 * @nr_jobs: jobs in the decision
 * @epoch: the decision
 * @objective: of the decision, 2^-AIOS_X_FRAC
 * @gap: what is certified of it, see aios_alloc_result::gap
 * @shift: fraction bits of prices
 * @cost_shift: fraction bits of @reduced_cost
 * @weight: that the job had in the decision
 * @x: position between request and limit, 2^-AIOS_X_FRAC
 * @reduced_cost: weight less the sum of price times column, 2^-@cost_shift
 * @level: height of the job under a fair goal, for a weight of
 *	AIOS_WEIGHT_DEFAULT, 2^-AIOS_X_FRAC; 0 under another goal
 * @nr_rows: rows that the job's column meets
 * @bottleneck: which of these holds it back; @nr_rows: none does
 * @position: place in the queue from 1, 0 when it is not queued
 * @why: what it waits for
 */
struct aios_explanation {
	u32 goal;
	u32 goal_set;
	u32 status;
	u32 nr_jobs;
	u64 epoch;
	u64 objective[2];
	u64 gap[2];
	u32 shift;
	u32 cost_shift;
	u32 weight;
	u64 x;
	s64 reduced_cost;
	u64 level;
	u32 nr_rows;
	u32 bottleneck;
	u32 position;
	struct aios_why why;
};

/**
 * struct aios_explanation_row - a row that the column of a job meets
 * @kind: AIOS_ROW_*
 * @resource: AIOS_RESOURCE_*
 * @id: of the group or the accelerator
 * @capacity: b
 * @activity: (A x) rounded up
 * @price: y
 * @column: the job's coefficient
 */
struct aios_explanation_row {
	u32 kind;
	u32 resource;
	u64 id;
	u64 capacity;
	u64 activity;
	u64 price;
	u64 column;
};

/**
 * aios_engine_explain() - why a job has what it has
 * @engine: the engine
 * @job: job
 * @out: written
 * @rows: room for the rows that its column meets; may be NULL
 * @room: how many
 */
void aios_engine_explain(struct aios_engine *engine, struct aios_job_node *job,
			 struct aios_explanation *out,
			 struct aios_explanation_row *rows, u32 room);

#endif /* AIOS_CORE_ENGINE_QUESTIONS_H */
