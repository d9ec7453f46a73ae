// SPDX-License-Identifier: GPL-2.0
/*
 * The two expectations of a job. What it is expected to run orders the queue and foretells
 * starts and ends; what it may run at most is what is reserved for it. One number for both
 * ruins backfilling as soon as it is a prediction, which many jobs outlive (Tsafrir,
 * Etsion, Feitelson, Backfilling using system-generated predictions rather than user
 * runtime estimates, IEEE TPDS 18(6), 2007).
 *
 * What is expected is the prediction, else what the job states, else its time limit, and no
 * more than that limit, which is enforced. What it may run at most is the limit, else what
 * it states, else what few jobs like it exceed. A job that outlives what was expected is
 * expected to run what it may at most; one that outlives that as well, or has no such bound,
 * may end at any moment.
 */
#include "core/books/books.h"

/**
 * aios_node_expected() - what a job is expected to run
 * @job: job
 *
 * It stays the same while the job runs: see aios_node_expected_end().
 *
 * Return: the duration, 0 when nothing is known of it.
 */
u64 aios_node_expected(const struct aios_job_node *job)
{
	u64 expected = job->predicted_runtime_ns ?: job->expected_runtime_ns;

	if (!expected || !job->max_runtime_ns)
		return expected ?: job->max_runtime_ns;
	return min(expected, job->max_runtime_ns);
}

/**
 * aios_node_most() - what a job may run at most
 * @job: job
 *
 * Return: the duration, 0 when nothing is known of it.
 */
u64 aios_node_most(const struct aios_job_node *job)
{
	return job->max_runtime_ns ?: job->expected_runtime_ns ?: job->predicted_most_ns;
}

/* Return what is left of @runtime, AIOS_TIME_MAX when it is not known. */
static u64 runtime_left(const struct aios_job_node *job, u64 runtime)
{
	if (!runtime)
		return AIOS_TIME_MAX;
	if (job->state == AIOS_CORE_SUSPENDED)
		runtime -= min(runtime, job->books.ran_ns);
	return runtime;
}

/**
 * aios_node_left() - what one job may still run at most
 * @job: queued or suspended job
 *
 * Return: the duration, AIOS_TIME_MAX when it is not known.
 */
u64 aios_node_left(const struct aios_job_node *job)
{
	return runtime_left(job, aios_node_most(job));
}

/**
 * aios_gang_left() - what a candidate may still run at most
 * @job: candidate; of a gang the longest
 *
 * Return: the duration, AIOS_TIME_MAX when it is not known.
 */
u64 aios_gang_left(const struct aios_job_node *job)
{
	const struct aios_job_node *member;
	u64 most = 0;

	aios_for_each_member(member, job)
		most = max(most, aios_node_left(member));
	return most;
}

/**
 * aios_gang_expected() - what a candidate is expected to run yet
 * @job: candidate; of a gang the longest
 *
 * Return: the duration, AIOS_TIME_MAX when it is not known.
 */
u64 aios_gang_expected(const struct aios_job_node *job)
{
	const struct aios_job_node *member;
	u64 longest = 0;

	aios_for_each_member(member, job)
		longest = max(longest, runtime_left(member, aios_node_expected(member)));
	return longest;
}

/* Reckon when a running job is expected to end, and when at the latest. */
void aios_node_expect(struct aios_job_node *job)
{
	u64 expected = aios_node_expected(job), most = aios_node_most(job);

	job->end_ns = AIOS_TIME_MAX;
	if (most)
		job->end_ns = min(job->books.base_ns + most, AIOS_TIME_MAX);
	job->expected_end_ns = AIOS_TIME_MAX;
	if (expected)
		job->expected_end_ns = min(job->books.base_ns + expected, AIOS_TIME_MAX);
}

/**
 * aios_node_expected_end() - when a running job is expected to end, as far as is known now
 * @job: held job
 * @now: the time
 *
 * Return: the time, past for a job that may end at any moment; AIOS_TIME_MAX: it is not
 * known.
 */
u64 aios_node_expected_end(const struct aios_job_node *job, u64 now)
{
	if (job->expected_end_ns > now || job->end_ns == AIOS_TIME_MAX)
		return job->expected_end_ns;
	return job->end_ns;
}
