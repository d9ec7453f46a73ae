// SPDX-License-Identifier: GPL-2.0
/*
 * Ended jobs that are remembered: the newest of each user, so that they can be asked for.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/workqueue.h>

#include "job/job.h"
#include "main.h"
#include "user.h"

static void put_work(struct work_struct *work);

/*
 * Jobs that were taken out of the table. aios_lock is held at that time, which the end
 * of the last reference needs, so that a worker gives it up.
 */
static struct {
	struct list_head jobs;	/* protected by aios_lock */
	struct work_struct work;
} forgotten = {
	.jobs = LIST_HEAD_INIT(forgotten.jobs),
	.work = __WORK_INITIALIZER(forgotten.work, put_work),
};

static void put_work(struct work_struct *work)
{
	struct aios_job *job, *next;
	LIST_HEAD(list);

	mutex_lock(&aios_lock);
	list_splice_init(&forgotten.jobs, &list);
	mutex_unlock(&aios_lock);
	list_for_each_entry_safe(job, next, &list, remembered) {
		list_del_init(&job->remembered);
		aios_job_put(job);
	}
}

static void forget(struct aios_job *job)
{
	aios_job_remove(job);
	job->user = NULL;
	list_add_tail(&job->remembered, &forgotten.jobs);
	queue_work(aios_wq, &forgotten.work);
}

static bool forget_oldest(struct aios_user *user)
{
	struct aios_job *job;

	job = list_first_entry_or_null(&user->history, struct aios_job, remembered);
	if (!job)
		return false;
	list_del_init(&job->remembered);
	forget(job);
	aios_user_uncharge(user, AIOS_USER_HISTORY);
	return true;
}

/**
 * aios_job_remember - keep a job that has ended, or forget it
 * @job: charged to its user as one that lives
 *
 * The caller holds aios_lock and another reference than the table's. The oldest of
 * the user's make room.
 */
void aios_job_remember(struct aios_job *job)
{
	struct aios_user *user = job->user;

	lockdep_assert_held(&aios_lock);
	while (aios_user_held(user->uid, AIOS_USER_HISTORY) >=
	       aios_user_bound(AIOS_USER_HISTORY))
		if (!forget_oldest(user))
			break;
	if (IS_ERR(aios_user_charge(user->uid, AIOS_USER_HISTORY, NULL)))
		forget(job);
	else
		list_add_tail(&job->remembered, &user->history);
	aios_user_uncharge(user, AIOS_USER_JOBS);
}

/**
 * aios_history_exit - forget all ended jobs
 *
 * Every job has ended: a live one holds the module.
 */
void aios_history_exit(void)
{
	struct aios_job *job;
	u64 id = 0;

	mutex_lock(&aios_lock);
	while ((job = aios_job_next(&id))) {
		struct aios_user *user = job->user;

		list_del_init(&job->remembered);
		forget(job);
		aios_user_uncharge(user, AIOS_USER_HISTORY);
		id++;
	}
	mutex_unlock(&aios_lock);
	flush_work(&forgotten.work);
	aios_jobs_destroy();
}
