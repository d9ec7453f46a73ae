// SPDX-License-Identifier: GPL-2.0
/*
 * Ended jobs that are remembered: the newest of each user, so that they can be asked for.
 */
#include <linux/list.h>

#include "job/job.h"
#include "main.h"
#include "user.h"

/* So many are forgotten when one is remembered. */
#define FORGOTTEN_MAX	64

/* Whoever still uses it has a reference of his own. */
static void forget(struct aios_job *job)
{
	aios_job_remove(job);
	job->user = NULL;
	aios_job_put(job);
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
 * the user's make room; where the administrator has lowered the bound, some at each end.
 */
void aios_job_remember(struct aios_job *job)
{
	struct aios_user *user = job->user;
	unsigned int forgotten = 0;
	int ret;

	lockdep_assert_held(&aios_lock);
	do {
		ret = aios_user_take(user, AIOS_USER_HISTORY, NULL);
	} while (ret && forgotten++ < FORGOTTEN_MAX && forget_oldest(user));
	if (ret)
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
	aios_jobs_destroy();
}
