/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job's file descriptor, and what all calls on it have in common.
 */
#ifndef _AIOS_CALLS_JOB_FILE_H
#define _AIOS_CALLS_JOB_FILE_H

#include <linux/types.h>

struct aios_job;
struct aios_why;
struct file;
struct pid_namespace;

/**
 * struct aios_job_file - an open file descriptor of a job
 */
struct aios_job_file {
	/** @job: referenced; immutable */
	struct aios_job *job;
	/** @control: may change the job, not only look at it; immutable once it is installed */
	bool control;
	/** @seen: epoch that the holder has been told of; read and advanced as a whole */
	u64 seen;
};

int aios_job_open_file(struct aios_job *job, struct file **file);
void aios_job_lose_control(struct aios_job *job);
struct aios_job_file *aios_job_file_of(struct file *file);

void aios_job_file_told(struct aios_job_file *jf, u64 epoch);
int aios_job_wrong_state(struct aios_why *why, const struct aios_job *job);
bool aios_job_may_weigh(const struct aios_job *job, u32 weight);
int aios_job_grant_runtime(const struct aios_job *job, u64 stated, u64 *runtime_ns,
			   struct aios_why *why);
int aios_job_denied(struct aios_why *why, const struct aios_job *job);
void aios_job_hide_others(const struct aios_job *job, struct aios_why *why);
void aios_job_why(struct aios_job *job, struct pid_namespace *ns, struct aios_why *why);

#endif /* _AIOS_CALLS_JOB_FILE_H */
