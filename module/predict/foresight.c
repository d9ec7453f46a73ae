// SPDX-License-Identifier: GPL-2.0
/*
 * The experience of the machine with jobs, and what it is asked: see core/predict/predict.h
 * for the methods. What is described in the terms of the calls is told in those of the core.
 *
 * What is foreseen of most jobs is looked at when they have ended. It is reckoned later than
 * they are submitted, and before anything is learnt that could change it.
 *
 * Nobody is told of another's job by what he is answered but through the tree and the
 * support vectors, whose answers are of the jobs of several users (aios_tree_share()).
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "group/group.h"
#include "main.h"
#include "predict/foresight.h"
#include "user.h"

/* Training begins when so many have been learnt from, and again after so many more. */
#define TRAIN_FIRST	300
#define TRAIN_EVERY	1000

/* Of so many jobs at most it is reckoned later: whoever learns does it for all of them. */
#define PUT_OFF_MAX	8

/* The first of these that a job requests is its size. */
static const u32 scarce[] = {
	AIOS_RESOURCE_GPU, AIOS_RESOURCE_CPU, AIOS_RESOURCE_MEMORY,
};

static struct {
	struct aios_predictor *experience;	/* both protected by aios_lock */
	struct aios_lessons *lessons;
	u64 nr_lessons;				/* since the load; protected by aios_lock */
	u32 nr_trained;				/* of the last training; protected by aios_lock */
	struct aios_foreseen *put_off[PUT_OFF_MAX]; /* the oldest first; protected by aios_lock */
	u32 nr_put_off;				/* protected by aios_lock */
} foresight;

/**
 * aios_foresight_init - begin without experience
 *
 * Return: 0 or -ENOMEM.
 */
int aios_foresight_init(void)
{
	int ret;

	foresight.experience = kvmalloc(sizeof(*foresight.experience), GFP_KERNEL);
	foresight.lessons = kvmalloc(sizeof(*foresight.lessons), GFP_KERNEL);
	ret = -ENOMEM;
	if (!foresight.experience || !foresight.lessons)
		goto free;
	aios_predictor_init(foresight.experience);
	aios_lessons_init(foresight.lessons);
	ret = aios_training_init();
	if (ret)
		goto free;
	return 0;

free:
	kvfree(foresight.lessons);
	kvfree(foresight.experience);
	return ret;
}

/**
 * aios_foresight_exit - forget all experience
 *
 * No job lives, and none can be submitted.
 */
void aios_foresight_exit(void)
{
	aios_training_exit();
	kvfree(foresight.lessons);
	kvfree(foresight.experience);
}

/* --------------------------------------------------------------- describing */

/*
 * Jobs that run the same, with arguments of the same shape and the same numbers, are of a
 * kind. It is the same hash after a boot. 0 would say that nothing is known.
 */
static u32 kind_of(const struct aios_described *described)
{
	u32 hash = 0;

	if (described->command)
		hash = jhash(&described->command, sizeof(described->command), hash);
	else if (described->name)
		hash = jhash(described->name, strlen(described->name), hash);
	if (described->shape)
		hash = jhash(&described->shape, sizeof(described->shape), hash);
	if (described->nr_features)
		hash = jhash(described->features, described->nr_features * sizeof(s64), hash);
	return hash;
}

static u64 size_of(const struct aios_described *described)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(scarce); i++)
		if (described->resource_mask & (1U << scarce[i]) &&
		    described->request[scarce[i]])
			return described->request[scarce[i]];
	return 0;
}

/* ------------------------------------------------------------------- asking */

/*
 * Whose experience it is. What somebody ran as an administrator is known to administrators
 * alone, as are the jobs: the number 0 is no right. Who uses a number that he was lent in a
 * user namespace has no experience: with that of the namespace's maker he would be told of
 * what others run there, and with one for each number he could push out all users.
 */
static u32 experience_of(const struct cred *cred)
{
	kuid_t user = aios_is_admin(cred) ? GLOBAL_ROOT_UID : cred->euid;

	if (!aios_is_admin(cred) && (uid_eq(user, GLOBAL_ROOT_UID) ||
				     !uid_eq(user, aios_user_answerable(cred))))
		return AIOS_PREDICT_NOBODY;
	/* The core has 0 for nobody, and no user has the largest number. */
	return __kuid_val(user) + 1;
}

static void describe(const struct aios_described *described, struct aios_predict_job *job)
{
	*job = (struct aios_predict_job){
		.user = experience_of(described->cred),
		.name = kind_of(described),
		.request_ns = described->expected_ns ?: described->max_ns,
		.size = size_of(described),
		.submit_ns = ktime_get_real_ns(),
	};
}

static void reckon(struct aios_foreseen *foreseen)
{
	aios_predict(foresight.experience, &foreseen->job, &foreseen->said, &foreseen->answer);
}

/**
 * aios_foresight_ask - what a job will run, as far as can be told
 * @described: the job
 * @foreseen: written whole
 *
 * The caller holds aios_lock.
 */
void aios_foresight_ask(const struct aios_described *described, struct aios_foreseen *foreseen)
{
	lockdep_assert_held(&aios_lock);
	describe(described, &foreseen->job);
	reckon(foreseen);
}

/* One that was put off is reckoned now; those behind it move up. */
static void settle(u32 i)
{
	struct aios_foreseen **at = &foresight.put_off[i];

	reckon(*at);
	foresight.nr_put_off--;
	memmove(at, at + 1, (foresight.nr_put_off - i) * sizeof(*at));
}

/**
 * aios_foresight_put_off - as aios_foresight_ask(), but the answer comes later
 * @described: the job
 * @foreseen: written whole before aios_foresight_settle() returns, until which it stays
 *
 * The answer is the one that would be given now. The caller holds aios_lock.
 */
void aios_foresight_put_off(const struct aios_described *described, struct aios_foreseen *foreseen)
{
	lockdep_assert_held(&aios_lock);
	describe(described, &foreseen->job);
	if (foresight.nr_put_off == PUT_OFF_MAX)
		settle(0);
	foresight.put_off[foresight.nr_put_off++] = foreseen;
	aios_settling_due();
}

/**
 * aios_foresight_settle - have an answer that was put off
 * @foreseen: as aios_foresight_put_off() or aios_foresight_ask() left it
 *
 * The caller holds aios_lock.
 */
void aios_foresight_settle(struct aios_foreseen *foreseen)
{
	u32 i;

	lockdep_assert_held(&aios_lock);
	for (i = 0; i < foresight.nr_put_off; i++) {
		if (foresight.put_off[i] != foreseen)
			continue;
		settle(i);
		return;
	}
}

/**
 * aios_foresight_settle_all - have all answers that were put off
 *
 * The caller holds aios_lock.
 */
void aios_foresight_settle_all(void)
{
	lockdep_assert_held(&aios_lock);
	while (foresight.nr_put_off)
		settle(foresight.nr_put_off - 1);
}

/**
 * aios_foresight_path - how the tree comes to what it says of a job
 * @foreseen: as aios_foresight_ask() has just written it
 * @path: written
 *
 * The caller holds aios_lock.
 */
void aios_foresight_path(const struct aios_foreseen *foreseen, struct aios_foreseen_path *path)
{
	const struct aios_tree *tree = &foresight.experience->tree;
	u16 node[AIOS_TREE_DEPTH + 1];
	u32 i;

	lockdep_assert_held(&aios_lock);
	aios_lesson_features(&foreseen->said, path->x);
	path->nr = aios_tree_path(tree, path->x, node);
	for (i = 0; i < path->nr; i++)
		path->node[i] = tree->node[node[i]];
}

/* ----------------------------------------------------------------- learning */

/**
 * aios_foresight_learn - a job has ended
 * @foreseen: what was said of it
 * @run_ns: what it ran
 *
 * The caller holds aios_lock.
 */
void aios_foresight_learn(const struct aios_foreseen *foreseen, u64 run_ns)
{
	struct aios_lesson lesson;

	lockdep_assert_held(&aios_lock);
	aios_foresight_settle_all();
	aios_predict_learn(foresight.experience, &foreseen->job, &foreseen->said,
			   max_t(u64, run_ns, 1), &lesson);
	aios_lessons_add(foresight.lessons, foreseen->job.user, &lesson);
	foresight.nr_lessons++;
	if (foresight.nr_lessons == TRAIN_FIRST || !(foresight.nr_lessons % TRAIN_EVERY))
		aios_training_due();
}

/**
 * aios_foresight_lessons - how many jobs the tree and the support vectors know
 *
 * How many have ended by now would tell everybody when another's job ends. The caller holds
 * aios_lock.
 */
u32 aios_foresight_lessons(void)
{
	lockdep_assert_held(&aios_lock);
	return foresight.nr_trained;
}

/**
 * aios_foresight_copy - what there is to train on, the oldest first
 * @to: room for AIOS_LESSONS_MAX
 * @user: likewise: whose each is
 *
 * The caller holds aios_lock.
 *
 * Return: how many there are.
 */
u32 aios_foresight_copy(struct aios_lesson *to, u32 *user)
{
	lockdep_assert_held(&aios_lock);
	return aios_lessons_copy(foresight.lessons, to, user);
}

/**
 * aios_foresight_trained - put in place what was trained
 * @tree: NULL: it stays
 * @svr: likewise
 * @nr: lessons that they were trained on
 *
 * The caller holds aios_lock.
 */
void aios_foresight_trained(const struct aios_tree *tree, const struct aios_svr *svr, u32 nr)
{
	lockdep_assert_held(&aios_lock);
	aios_foresight_settle_all();
	foresight.nr_trained = nr;
	if (tree)
		foresight.experience->tree = *tree;
	if (svr)
		foresight.experience->svr = *svr;
}
