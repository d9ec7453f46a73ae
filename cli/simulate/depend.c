// SPDX-License-Identifier: GPL-2.0
/*
 * Whom jobs wait for: see depend.h. A number costs 48 bytes at most, only
 * where a trace has such columns.
 */
#include <stdlib.h>

#include "print/util.h"
#include "simulate/depend.h"

/* A place says what is known of a job: where it is, or that it has ended. */
#define DONE	UINT64_C(1)
#define FAILED	UINT64_C(2)

static struct aios_replay_job *live(uint64_t known)
{
	return known <= FAILED ? NULL : (struct aios_replay_job *)(uintptr_t)known;
}

void depends_arrive(struct sim_depends *depends, struct aios_replay *replay,
		    const struct trace *trace, const struct trace_job *what,
		    struct aios_replay_job *job)
{
	if (!trace_depends(trace))
		return;
	if (what->nr_depends)
		job->node.edge = xcalloc(what->nr_depends, sizeof(*job->node.edge));
	for (uint32_t i = 0; i < what->nr_depends; i++) {
		const struct trace_depend *d = &trace->depends[what->depends + i];
		const uint64_t *known = idmap_find(&depends->jobs, d->id);

		aios_replay_depend(replay, job, d->kind, known ? live(*known) : NULL,
				   known && *known == FAILED);
	}
	*idmap_add(&depends->jobs, what->id) = (uintptr_t)job;
}

void depends_end(struct sim_depends *depends, const struct trace_job *what,
		 struct aios_replay_job *job)
{
	uint64_t *known = idmap_find(&depends->jobs, what->id);

	if (known)
		*known = job->rejected || job->fails ? FAILED : DONE;
	free(job->node.edge);
	job->node.edge = NULL;
}

void depends_free(struct sim_depends *depends)
{
	idmap_free(&depends->jobs);
}
