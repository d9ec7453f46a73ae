// SPDX-License-Identifier: GPL-2.0
/*
 * Gangs: found by user, group and name at the submission of a member, made with
 * the first and gone with the last. When they start, the core decides.
 */
#include <linux/aios.h>
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "job/gang.h"
#include "job/job.h"
#include "main.h"
#include "turns.h"

/**
 * struct aios_gang - a gang
 * @core: protected by aios_lock
 * @node: in the table; protected by aios_lock
 * @group: immutable; a member holds a reference on it
 * @uid: immutable
 * @name: immutable
 */
struct aios_gang {
	struct aios_gang_node core;
	struct hlist_node node;
	struct aios_group *group;
	kuid_t uid;
	char name[AIOS_NAME_MAX + 1];
};

static DEFINE_HASHTABLE(gangs, 7);	/* protected by aios_lock */

static u32 hash_of(const struct aios_job *job)
{
	const struct aios_asked *asked = &job->asked;

	return jhash(asked->gang_name, strlen(asked->gang_name), __kuid_val(asked->uid));
}

static struct aios_gang *find_gang(const struct aios_job *job)
{
	struct aios_gang *gang;

	hash_for_each_possible(gangs, gang, node, hash_of(job))
		if (gang->group == job->group && uid_eq(gang->uid, job->asked.uid) &&
		    !strcmp(gang->name, job->asked.gang_name))
			return gang;
	return NULL;
}

/**
 * aios_gang_find - the gang that a new job shall belong to
 * @job: not registered, with the name and size of its gang, if any
 * @why: written on refusal
 *
 * The caller holds aios_lock, submits the job to the engine, and calls
 * aios_gang_put() when that fails or the job has ended.
 *
 * Return: 0, -EINVAL: the gang has another size, -ENOMEM.
 */
int aios_gang_find(struct aios_job *job, struct aios_why *why)
{
	struct aios_gang *gang;

	lockdep_assert_held(&aios_lock);
	if (!job->asked.gang_size)
		return 0;
	gang = find_gang(job);
	if (!gang) {
		gang = kzalloc(sizeof(*gang), aios_turn_gfp() | __GFP_ACCOUNT);
		if (!gang)
			return -ENOMEM;
		gang->core.size = job->asked.gang_size;
		gang->group = job->group;
		gang->uid = job->asked.uid;
		strscpy(gang->name, job->asked.gang_name, sizeof(gang->name));
		hash_add(gangs, &gang->node, hash_of(job));
	} else if (gang->core.size != job->asked.gang_size) {
		why->code = AIOS_WHY_GANG;
		why->asked = gang->core.nr_members;
		why->available = gang->core.size;
		return -EINVAL;
	}
	job->gang = gang;
	job->core.gang = &gang->core;
	return 0;
}

/**
 * aios_gang_put - a job has left its gang, or was not let into it
 * @job: the engine no longer has it
 *
 * The caller holds aios_lock. The last takes the gang along.
 */
void aios_gang_put(struct aios_job *job)
{
	struct aios_gang *gang = job->gang;

	lockdep_assert_held(&aios_lock);
	if (!gang)
		return;
	job->gang = NULL;
	job->core.gang = NULL;
	if (gang->core.nr_members) {
		aios_gang_track(aios_job_of(gang->core.first));
		return;
	}
	hash_del(&gang->node);
	kfree(gang);
}

/**
 * aios_gang_track - whether a job and those of its gang wait for room has changed
 * @job: a job that the engine knows
 *
 * The caller holds aios_lock.
 */
void aios_gang_track(struct aios_job *job)
{
	struct aios_job_node *node;

	lockdep_assert_held(&aios_lock);
	if (!job->core.gang) {
		aios_job_track(job);
		return;
	}
	for (node = job->core.gang->first; node; node = node->gang_next)
		aios_job_track(aios_job_of(node));
}
