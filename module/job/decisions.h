/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done with the answers of the arbiter.
 */
#ifndef _AIOS_JOB_DECISIONS_H
#define _AIOS_JOB_DECISIONS_H

struct aios_arbiter_ops;

extern const struct aios_arbiter_ops aios_job_decisions;

#endif /* _AIOS_JOB_DECISIONS_H */
