// SPDX-License-Identifier: GPL-2.0
/*
 * The shell around the core's engine: see arbiter.h.
 */
#include <linux/aios.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"
#include "arbiter/capacity.h"
#include "arbiter/wall.h"
#include "main.h"
#include "trace.h"
#include "turns.h"

/* So many are decided on without sleeping. */
#define FEW_JOBS	16

struct aios_engine aios_engine;

/* Nobody waits for long because others are always preferred to him. */
static const struct aios_engine_tuning default_tuning = {
	.quantum_ns = AIOS_QUANTUM_DEFAULT,
	.half_life_ns = AIOS_HALF_LIFE_DEFAULT,
	.guard_floor_ns = 600 * NSEC_PER_SEC,
	.guard = 4 * AIOS_GUARD_UNIT,
};

static struct {
	/* What is done with decisions; immutable after aios_arbiter_init(). */
	const struct aios_arbiter_ops *ops;
	/* Memory of the linear program, grown when more jobs are admitted; aios_lock. */
	void *workspace;
	size_t workspace_size;
	/* For decisions alone, which no job's worker that waits for files holds up. */
	struct workqueue_struct *wq;
} arbiter;

/* -------------------------------------------------------------------- time */

/**
 * aios_arbiter_now - tell the engine the time, for an event
 *
 * The caller holds aios_lock.
 *
 * Return: what the event takes.
 */
struct aios_now aios_arbiter_now(void)
{
	lockdep_assert_held(&aios_lock);
	return aios_engine_time(&aios_engine, ktime_get_ns());
}

/* ---------------------------------------------------------------- decisions */

static int fit_workspace(void)
{
	size_t size = aios_engine_workspace_size(&aios_engine);
	void *mem;

	if (size <= arbiter.workspace_size)
		return 0;
	if (aios_turn_is_brief())
		return -ENOMEM;
	size += size / 2;
	mem = kvmalloc(size, GFP_KERNEL);
	if (!mem)
		return -ENOMEM;
	kvfree(arbiter.workspace);
	arbiter.workspace = mem;
	arbiter.workspace_size = size;
	return 0;
}

static void decide_work(struct work_struct *work)
{
	mutex_lock(&aios_lock);
	aios_arbiter_decide();
	mutex_unlock(&aios_lock);
}

static DECLARE_WORK(arbiter_work, decide_work);
static DECLARE_DELAYED_WORK(due_work, decide_work);

/* The end of a time slice, or of somebody's patience, comes without an event. */
static void set_timer(void)
{
	u64 now = ktime_get_ns(), due = aios_engine.next_ns;

	if (due == AIOS_TIME_MAX)
		cancel_delayed_work(&due_work);
	else
		mod_delayed_work(arbiter.wq, &due_work,
				 due > now ? nsecs_to_jiffies(due - now) + 1 : 1);
}

/**
 * aios_arbiter_decide - decide now, what aios_arbiter_kick() does soon
 *
 * For calls whose caller expects to find their effect. The caller holds
 * aios_lock.
 */
void aios_arbiter_decide(void)
{
	bool grown;
	u64 begin;
	int ret;

	lockdep_assert_held(&aios_lock);
	aios_walls_check();
	begin = ktime_get_ns();
	if (aios_turn_is_brief() &&
	    aios_engine_workspace_size(&aios_engine) > arbiter.workspace_size) {
		/* Memory for it is found by the worker. */
		aios_arbiter_kick();
		return;
	}
	/* A decision can admit more jobs than the workspace had room for. */
	do {
		grown = !fit_workspace();
		ret = aios_engine_decide(&aios_engine, begin, arbiter.workspace,
					 arbiter.workspace_size);
	} while (ret == -ENOMEM && grown);
	if (ret && aios_turn_is_brief())
		aios_arbiter_kick();
	else if (ret)
		pr_warn_ratelimited("no memory for a decision: grants stay as they are\n");
	trace_aios_decide(&aios_engine, ktime_get_ns() - begin);
	arbiter.ops->decided();
	set_timer();
}

static void kick_now(struct aios_later *later)
{
	queue_work(arbiter.wq, &arbiter_work);
}

static struct aios_later kick = { .fn = kick_now };

/**
 * aios_arbiter_kick - something happened that the engine was told of: decide
 *
 * Returns at once; a burst of events shares a decision.
 */
void aios_arbiter_kick(void)
{
	if (aios_turn_is_here())
		aios_turn_later(&kick);
	else
		kick_now(&kick);
}

/**
 * aios_arbiter_turn - a turn of a call that decides
 * @fn: what is done under aios_lock, as of aios_turn(); what fails of -ENOMEM can be done
 *	once more
 * @arg: its argument
 *
 * Where there are few jobs the decision is short, and the caller makes it himself. He
 * holds no lock.
 *
 * Return: as aios_turn().
 */
int aios_arbiter_turn(int (*fn)(void *arg), void *arg)
{
	u32 nr = READ_ONCE(aios_engine.nr_queued) + READ_ONCE(aios_engine.nr_held);

	return nr <= FEW_JOBS ? aios_turn_quick(fn, arg) : aios_turn(fn, arg);
}

/**
 * aios_arbiter_preview - what would happen to a job that came now
 * @node: described as for aios_engine_job_submit(), not submitted
 * @preview: the answer
 *
 * The caller holds aios_lock.
 *
 * Return: as aios_engine_preview().
 */
int aios_arbiter_preview(struct aios_job_node *node, struct aios_preview *preview)
{
	int ret = fit_workspace();

	if (ret)
		return ret;
	aios_walls_check();
	if (aios_engine_pending(&aios_engine))
		aios_arbiter_decide();
	return aios_engine_preview(&aios_engine, node, ktime_get_ns(),
				   arbiter.workspace, arbiter.workspace_size, preview);
}

/**
 * aios_arbiter_tune - set the engine's numbers, with the memory that a guard needs
 * @tuning: all of them
 *
 * The caller holds aios_lock.
 *
 * Return: as aios_engine_tune().
 */
int aios_arbiter_tune(const struct aios_engine_tuning *tuning)
{
	struct aios_now now = aios_arbiter_now();
	void *memory;
	int ret;

	if (tuning->guard && !aios_engine.reference) {
		memory = kvmalloc(aios_engine_reference_size(), GFP_KERNEL);
		if (!memory)
			return -ENOMEM;
		aios_engine_reference_set(&aios_engine, now, memory);
	}
	ret = aios_engine_tune(&aios_engine, now, tuning);
	if (!aios_engine.tuning.guard)
		kvfree(aios_engine_reference_set(&aios_engine, now, NULL));
	return ret;
}

/* --------------------------------------------------------- setup, teardown */

/**
 * aios_arbiter_init - make the engine, with the machine's capacities
 * @ops: what is done with its decisions
 *
 * Return: 0 or -errno.
 */
int aios_arbiter_init(const struct aios_arbiter_ops *ops)
{
	int ret;

	arbiter.ops = ops;
	arbiter.wq = alloc_workqueue("aios_decide", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!arbiter.wq)
		return -ENOMEM;
	aios_engine_init(&aios_engine, &ops->engine, NULL, 1);
	mutex_lock(&aios_lock);
	ret = aios_arbiter_tune(&default_tuning);
	if (!ret)
		ret = aios_capacity_declare();
	mutex_unlock(&aios_lock);
	if (!ret)
		ret = aios_capacity_watch();
	if (ret) {
		destroy_workqueue(arbiter.wq);
		kvfree(aios_engine.reference);
	}
	return ret;
}

/**
 * aios_arbiter_exit - free what decisions needed
 *
 * No job is left, so nothing kicks any more.
 */
void aios_arbiter_exit(void)
{
	aios_capacity_unwatch();
	aios_walls_exit();
	cancel_work_sync(&arbiter_work);
	cancel_delayed_work_sync(&due_work);
	destroy_workqueue(arbiter.wq);
	kvfree(aios_engine.reference);
	kvfree(arbiter.workspace);
	arbiter.workspace = NULL;
	arbiter.workspace_size = 0;
}
