// SPDX-License-Identifier: GPL-2.0
/*
 * The machine changes while the module is loaded: processors go and come back, and a disk
 * is plugged in.
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
	struct aios_submit s = ask("/"), small = ask("/");
	struct queued q, other;
	struct aios_stat st;

	if (access(ONLINE, W_OK))
		skip("there is one processor, or it cannot be taken away");
	ASSERT_OK(file_write(ONLINE, "0"));
	atexit(bring_back);
	ASSERT_SOON(cpu_capacity() == all - 1000, 10000);

	/* More than there ever was is refused; what is gone for now is waited for. */
	want(&s, AIOS_RESOURCE_CPU, all + 1, all + 1);
	ASSERT_ERR(submit(&s), ENOSPC);
	ASSERT_EQ(s.why.code, AIOS_WHY_NEVER_FITS);
	ASSERT_U64(s.why.available, all);
	want(&s, AIOS_RESOURCE_CPU, all, all);
	q = queued_start(&s);
	decided_and_queued(q.job);
	st = job_stat(q.job);
	ASSERT_EQ(st.why.code, AIOS_WHY_NOT_NOW);
	ASSERT_EQ(st.why.resource, AIOS_RESOURCE_CPU);
	ASSERT_U64(st.why.asked, all);
	ASSERT_U64(st.why.available, all - 1000);
	/* It keeps nobody back who needs no more than there is. */
	want(&small, AIOS_RESOURCE_CPU, all - 1000, all - 1000);
	other = queued_start(&small);
	job_wait_state(other.job, AIOS_STATE_RUNNING);
	queued_finish(&other);
	ASSERT_OK(file_write(ONLINE, "1"));
	ASSERT_SOON(cpu_capacity() == all, 10000);
	job_wait_state(q.job, AIOS_STATE_RUNNING);

	/* It keeps what it has. */
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

/* --------------------------------------------------------------------- disks */

#define PCI_DISK	"/sys/bus/pci/devices/0000:00:10.0"	/* as tests/vm/disks.t has it */

static void plug_in(void)
{
	if (access(PCI_DISK, F_OK))
		file_write("/sys/bus/pci/rescan", "1");
}

/* Lines of io.max: one for each disk that is limited. */
static unsigned int limited_disks(const char *directory)
{
	unsigned int lines = 0;
	char text[2048], *c;

	ASSERT(cg_read(directory, "io.max", text, sizeof(text)));
	for (c = text; *c; c++)
		lines += *c == '\n';
	return lines;
}

/* What comes when a job runs already is limited as what was there. */
TEST(a_disk_comes)
{
	struct aios_submit s = ask("/");
	char directory[4096];
	unsigned int before;
	int job;
	pid_t pid;

	if (!getenv("KSELFTEST_DISK"))
		skip("there is no disk to plug in");
	ASSERT_OK(access(PCI_DISK, F_OK));
	atexit(plug_in);
	ASSERT_OK(file_write(PCI_DISK "/remove", "1"));
	want(&s, AIOS_RESOURCE_IO, 0, MIB);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	job_directory(job, directory, sizeof(directory));
	/* The module may learn of the removal only now. */
	sleep_ms(2500);
	before = limited_disks(directory);
	plug_in();
	ASSERT_SOON(limited_disks(directory) == before + 1, 20000);
	job_finish(job, pid);
}
