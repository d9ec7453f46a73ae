/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a job is expected to run, and what it may run at most.
 */
#ifndef AIOS_CORE_BOOKS_RUNTIME_H
#define AIOS_CORE_BOOKS_RUNTIME_H

#include "core/books/job.h"

u64 aios_node_expected(const struct aios_job_node *job);
u64 aios_node_most(const struct aios_job_node *job);
u64 aios_node_left(const struct aios_job_node *job);
u64 aios_gang_left(const struct aios_job_node *job);
u64 aios_gang_expected(const struct aios_job_node *job);
void aios_node_expect(struct aios_job_node *job);
u64 aios_node_expected_end(const struct aios_job_node *job, u64 now);

/* Say whether a running job is expected to end at another time than at its latest. */
static inline bool aios_node_apart(const struct aios_job_node *job)
{
	return job->expected_end_ns != job->end_ns;
}

#endif /* AIOS_CORE_BOOKS_RUNTIME_H */
