/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Distribution of the surplus: the linear program over the running jobs, its
 * certificate, and the grants that follow from it.
 *
 * The grant of job i in resource r is base + x_i * span, where base is the
 * request and span what the smallest of the job's limit, its groups' and the
 * machine's leaves above it. The rows are the machine's resources, the groups'
 * limits and the accelerators shared by several jobs; one that cannot bind
 * (the spans below it do not exceed what is left) is left out, and of the rest
 * at most AIOS_LP_MAX_ROWS are in the program at once. Rows that were left out
 * and are exceeded come in for another round; those without a price go out.
 *
 * Use of a sticky resource above the request is lent. A first program, the
 * target, says what everybody should have once all is given back. Where
 * somebody uses more than that, a second one holds what is in use, and a
 * borrower is granted the lesser of both: he shrinks, and nobody gets what he
 * has not given back yet.
 *
 * Whatever the programs say, grants are at last made one by one against exact
 * counters of every group and accelerator, so none can exceed a limit.
 */
#ifndef AIOS_CORE_ALLOC_ALLOC_H
#define AIOS_CORE_ALLOC_ALLOC_H

#include "core/books/books.h"

u64 aios_alloc_machine(const struct aios_engine *engine, u32 resource);
u64 aios_alloc_dominant_share(const struct aios_engine *engine,
			      const struct aios_job_node *job);
u64 aios_alloc_group_column(const struct aios_job_node *job, u32 resource,
			    bool lent);
u64 aios_alloc_share_column(const struct aios_job_node *job, u32 i, u32 what,
			    bool lent);
size_t aios_alloc_size(u32 nr_jobs);
int aios_alloc_run(struct aios_engine *engine, void *workspace, size_t size);
int aios_alloc_preview(struct aios_engine *engine, struct aios_job_node *job,
		       void *workspace, size_t size);

#endif /* AIOS_CORE_ALLOC_ALLOC_H */
