// SPDX-License-Identifier: GPL-2.0
/*
 * The machine changes while the module is loaded: processors go and come back.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"

#define ONLINE	"/sys/devices/system/cpu/cpu1/online"

static uint64_t cpu_capacity(void)
{
	return resource_get(AIOS_RESOURCE_CPU).capacity;
}

static void bring_back(void)
{
	file_write(ONLINE, "1");
}

/* Its capacity follows, and what needs a processor that is gone waits for it. */
TEST(processors_go_and_come)
{
	uint64_t all = cpu_capacity();
	struct aios_submit s = ask("/");
	struct queued q;

	if (access(ONLINE, W_OK))
		skip("there is one processor, or it cannot be taken away");
	ASSERT_OK(file_write(ONLINE, "0"));
	atexit(bring_back);
	ASSERT_SOON(cpu_capacity() == all - 1000, 10000);

	want(&s, AIOS_RESOURCE_CPU, all, all);
	ASSERT_ERR(submit(&s), ENOSPC);
	ASSERT_OK(file_write(ONLINE, "1"));
	ASSERT_SOON(cpu_capacity() == all, 10000);
	q = queued_start(&s);
	job_wait_state(q.job, AIOS_STATE_RUNNING);

	/* It keeps what it has; who comes while there is less is refused. */
	ASSERT_OK(file_write(ONLINE, "0"));
	ASSERT_SOON(cpu_capacity() == all - 1000, 10000);
	ASSERT_U64(job_state(q.job), AIOS_STATE_RUNNING);
	ASSERT_U64(job_stat(q.job).grant[AIOS_RESOURCE_CPU], all);
	ASSERT_OK(file_write(ONLINE, "1"));
	ASSERT_SOON(cpu_capacity() == all, 10000);
	queued_finish(&q);
}

/* What waits for a processor that went starts when it is back. */
TEST(waits_for_a_processor)
{
	uint64_t all = cpu_capacity();
	struct aios_submit s = ask("/");
	struct queued first, second;

	if (access(ONLINE, W_OK))
		skip("there is one processor, or it cannot be taken away");
	want(&s, AIOS_RESOURCE_CPU, all, all);
	first = queued_start(&s);
	job_wait_state(first.job, AIOS_STATE_RUNNING);
	s = ask("/");
	want(&s, AIOS_RESOURCE_CPU, all, all);
	second = queued_start(&s);

	ASSERT_OK(file_write(ONLINE, "0"));
	atexit(bring_back);
	ASSERT_SOON(cpu_capacity() == all - 1000, 10000);
	queued_finish(&first);
	decided();
	ASSERT_U64(job_state(second.job), AIOS_STATE_QUEUED);
	ASSERT_OK(file_write(ONLINE, "1"));
	job_wait_state(second.job, AIOS_STATE_RUNNING);
	queued_finish(&second);
}
