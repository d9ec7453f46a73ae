// SPDX-License-Identifier: GPL-2.0
/*
 * The training of the tree and the support vectors: by a thread of its own at the lowest
 * priority, in steps, after each of which it sleeps as long as its share of one CPU asks
 * for. What is elapsed counts, which is no less than what it ran.
 *
 * It holds no lock, since others of its priority or above could keep it from going on:
 * what it needs of the experience it is given in a turn, and what it made it gives back in
 * another. What is foreseen of jobs that nobody waits for is reckoned at its call, too.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>

#include "predict/foresight.h"
#include "turns.h"

#define SLICE_NS	NSEC_PER_MSEC	/* after which it sleeps; a step may take as long */
#define PRUNE_PART	5		/* one in so many lessons prunes the tree */
#define PERCENT_MAX	50U
#define SETTLE_MS	10	/* so long after a job is submitted, what was put off is reckoned */

static unsigned int train_percent = 2;
module_param(train_percent, uint, 0644);
MODULE_PARM_DESC(train_percent,
		 "share of one CPU that predictors of run times are trained with at most, in percent up to 50; 0: they are not trained");

enum stage {
	BEGIN,
	TREE,
	VECTORS,
	END,
};

/**
 * struct training - a training under way; only the thread uses it
 */
struct training {
	/** @stage: what comes next */
	enum stage stage;
	/** @nr: lessons */
	u32 nr;
	/** @has_tree: @tree is complete */
	bool has_tree;
	/** @has_svr: @svr is complete */
	bool has_svr;
	/** @tree: that grows */
	struct aios_tree tree;
	/** @svr: that is trained */
	struct aios_svr svr;
	/** @growth: of @tree */
	struct aios_tree_growth growth;
	/** @vectors: of @svr */
	struct aios_svr_training vectors;
	/** @lesson: what is trained on */
	struct aios_lesson lesson[AIOS_LESSONS_MAX];
	/** @user: whose each is */
	u32 user[AIOS_LESSONS_MAX];
	/** @memory: for one of the two at a time */
	u8 memory[AIOS_LESSONS_MAX * ((AIOS_FEATURES + 2) * sizeof(u16) + sizeof(u8))] __aligned(8);
};

static void train_work(struct kthread_work *work);

static struct {
	struct kthread_worker *worker;	/* immutable */
	struct kthread_delayed_work work; /* of its worker */
	struct training *now;		/* NULL: none; the worker's alone */
	struct kthread_delayed_work settling; /* of its worker */
} trainer;

/* --------------------------------------------------------------------- turns */

static int take_lessons(void *arg)
{
	struct training *t = arg;

	t->nr = aios_foresight_copy(t->lesson, t->user);
	return 0;
}

static int give_result(void *arg)
{
	const struct training *t = arg;

	aios_foresight_trained(t->has_tree ? &t->tree : NULL, t->has_svr ? &t->svr : NULL, t->nr);
	return 0;
}

/* --------------------------------------------------------------------- steps */

static void begin(struct training *t)
{
	aios_turn_uninterrupted(take_lessons, t);
	t->stage = END;
	if (!aios_tree_begin(&t->growth, &t->tree, t->lesson, t->nr, t->nr / PRUNE_PART,
			     t->memory))
		t->stage = TREE;
}

static void grow(struct training *t)
{
	if (aios_tree_step(&t->growth))
		return;
	aios_tree_share(&t->growth, t->user);
	t->has_tree = true;
	t->stage = END;
	/* The lessons are of too few users: support vectors, too, would tell of them. */
	if (!t->tree.nr)
		t->has_svr = true;
	else if (!aios_svr_begin(&t->vectors, &t->svr, t->lesson, t->nr, t->memory))
		t->stage = VECTORS;
}

static void look_for_vectors(struct training *t)
{
	if (aios_svr_step(&t->vectors))
		return;
	t->has_svr = true;
	t->stage = END;
}

/* Return whether there is more to do. */
static bool step(struct training *t)
{
	switch (t->stage) {
	case BEGIN:
		begin(t);
		return true;
	case TREE:
		grow(t);
		return true;
	case VECTORS:
		look_for_vectors(t);
		return true;
	default:
		aios_turn_uninterrupted(give_result, t);
		return false;
	}
}

static void stop(void)
{
	kvfree(trainer.now);
	trainer.now = NULL;
}

/* How long to sleep after so much: the rest of the time is others'. */
static unsigned long rest_of(u64 took_ns, unsigned int percent)
{
	return nsecs_to_jiffies(div_u64(took_ns * (100 - percent), percent)) + 1;
}

static void train_work(struct kthread_work *work)
{
	unsigned int percent = min(READ_ONCE(train_percent), PERCENT_MAX);
	u64 begin_ns = ktime_get_ns(), took_ns;
	bool more = true;

	/* What was begun is given up; the next occasion begins anew. */
	if (!percent) {
		stop();
		return;
	}
	if (!trainer.now)
		trainer.now = kvzalloc(sizeof(*trainer.now), GFP_KERNEL);
	if (!trainer.now)
		return;
	do {
		more = step(trainer.now);
		took_ns = ktime_get_ns() - begin_ns;
	} while (more && took_ns < SLICE_NS);
	/* It may have become due again meanwhile, which is no reason to sleep less. */
	if (more)
		kthread_mod_delayed_work(trainer.worker, &trainer.work,
					 rest_of(took_ns, percent));
	else
		stop();
}

/* ------------------------------------------------------------------ settling */

static int settle_all(void *arg)
{
	aios_foresight_settle_all();
	return 0;
}

static void settle_work(struct kthread_work *work)
{
	aios_turn_uninterrupted(settle_all, NULL);
}

/**
 * aios_settling_due - there is an answer that was put off
 *
 * It is reckoned soon, when nobody else wants the processor. Any context.
 */
void aios_settling_due(void)
{
	kthread_queue_delayed_work(trainer.worker, &trainer.settling,
				   msecs_to_jiffies(SETTLE_MS));
}

/* ---------------------------------------------------------------------- life */

/**
 * aios_training_init - make the thread that trains
 *
 * Return: 0 or -errno.
 */
int aios_training_init(void)
{
	static_assert(sizeof(trainer.now->memory) >= AIOS_LESSONS_MAX * sizeof(s32));

	kthread_init_delayed_work(&trainer.work, train_work);
	kthread_init_delayed_work(&trainer.settling, settle_work);
	trainer.worker = kthread_create_worker(0, "aios_train");
	if (IS_ERR(trainer.worker))
		return PTR_ERR(trainer.worker);
	set_user_nice(trainer.worker->task, MAX_NICE);
	/* Newer kernels make it and do not start it; where it runs, this does nothing. */
	wake_up_process(trainer.worker->task);
	return 0;
}

/**
 * aios_training_exit - give up what is trained, within a step
 */
void aios_training_exit(void)
{
	kthread_cancel_delayed_work_sync(&trainer.settling);
	kthread_cancel_delayed_work_sync(&trainer.work);
	kthread_destroy_worker(trainer.worker);
	stop();
}

/**
 * aios_training_due - there is something new to train on
 *
 * One that goes on goes on with what it has. Any context.
 */
void aios_training_due(void)
{
	kthread_queue_delayed_work(trainer.worker, &trainer.work, 1);
}
