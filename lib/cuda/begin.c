// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The library in its process: it is loaded ahead of the program, forked with it, and gives
 * back at its end what the process has charged. A process without a job, or without the
 * driver, is none of its business.
 */
#include <pthread.h>

#include "cuda/launch.h"
#include "cuda/memory.h"
#include "cuda/shared.h"

/* Locks are taken in the order in which calls take them: pools charge, and charges look. */
static void prepare(void)
{
	launch_fork_prepare();
	pools_fork_prepare();
	physical_fork_prepare();
	table_fork_prepare();
	job_fork_prepare();
}

static void parent(void)
{
	job_fork_parent();
	table_fork_parent();
	physical_fork_parent();
	pools_fork_parent();
	launch_fork_parent();
}

static void child(void)
{
	job_fork_child();
	table_fork_child();
	physical_fork_child();
	pools_fork_child();
	launch_fork_child();
}

static __attribute__((constructor)) void begin(void)
{
	pthread_atfork(prepare, parent, child);
}

static __attribute__((destructor)) void end(void)
{
	if (!job_attached())
		return;
	memory_leave();
	shared_leave();
}
