// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to change a running job's grant, to read it, and to charge
 * accelerator memory: see calls.h.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "hand.h"

/* Each in turn with GRANT_LOW or with the other. */
#define GRANT_HIGH	400
#define GROUP_LOW	200
#define GROUP_HIGH	250

/* A job that runs, and its process that waits for a signal. */
struct running {
	struct aios_job *job;
	pid_t pid;
	char cgroup[4096];
};

static void run(struct calls *c, struct running *r, struct aios_submit *s)
{
	char path[2048] = "";
	struct aios_wait wait;
	struct aios_stat stat;

	calls_why_ok(c, aios_submit(c->ctx, s, &r->job), "SUBMIT", &s->why);
	r->pid = calls_fork();
	if (!r->pid) {
		if (!aios_job_enter(r->job, 0, NULL))
			pause();
		_exit(1);
	}
	AIOS_INIT(&wait);
	wait.state_mask = 1U << AIOS_STATE_RUNNING;
	calls_ok(aios_job_wait(r->job, &wait), "WAIT");
	AIOS_INIT(&stat);
	aios_stat_set_buffers(&stat, NULL, 0, NULL, 0, path, sizeof(path));
	calls_ok(aios_job_stat(r->job, &stat), "STAT");
	if (stat.state != AIOS_STATE_RUNNING)
		die("a job does not run: it is %s", aios_state_name(stat.state));
	snprintf(r->cgroup, sizeof(r->cgroup), "%s%s",
		 strncmp(path, "/sys/", 5) ? "/sys/fs/cgroup" : "", path);
}

static void stop(struct calls *c, struct running *r)
{
	calls_ok(aios_job_cancel(r->job, NULL), "CANCEL");
	must(waitpid(r->pid, NULL, 0));
	aios_job_unref(r->job);
	calls_settle(c);
}

/* Reads until the file begins with a number; whoever writes it may go first. */
static void await_number(int fd, unsigned long number)
{
	char text[64];
	ssize_t len;

	for (;;) {
		len = must(pread(fd, text, sizeof(text) - 1, 0));
		text[len] = '\0';
		if (strtoul(text, NULL, 10) == number)
			return;
		sched_yield();
	}
}

static void await_grant(struct aios_job *job, uint64_t milli)
{
	struct aios_status status;

	AIOS_INIT(&status);
	for (;;) {
		calls_ok(aios_job_status_read(job, &status), "status page");
		if (status.grant[AIOS_RESOURCE_CPU] == milli)
			return;
		sched_yield();
	}
}

static void measure_update(struct calls *c, struct running *r)
{
	char path[4200];
	unsigned int i;
	int weight;

	snprintf(path, sizeof(path), "%s/cpu.weight", r->cgroup);
	weight = must(open(path, O_RDONLY | O_CLOEXEC));
	for (i = 0; i < c->samples; i++) {
		unsigned int milli = i % 2 ? GRANT_LOW : GRANT_HIGH;
		struct aios_update u;
		uint64_t begin;

		AIOS_INIT(&u);
		calls_ok(aios_update_set_resource(&u, AIOS_RESOURCE_CPU, 100, milli), "cpu");
		begin = now_ns();
		calls_why_ok(c, aios_job_update(r->job, &u), "UPDATE", &u.why);
		await_grant(r->job, milli);
		series_add(&c->ours[UPDATE], since_ns(begin));
		/* the module writes cpu.weight last */
		await_number(weight, milli / 10);
		series_add(&c->ours[UPDATE_HELD], since_ns(begin));
	}
	close(weight);
}

static void measure_limit(struct calls *c, struct running *r)
{
	struct aios_limit l;
	unsigned int i;
	char path[4200];
	int cpu_max;

	snprintf(path, sizeof(path), "%s/../cpu.max", r->cgroup);
	cpu_max = must(open(path, O_RDONLY | O_CLOEXEC));
	for (i = 0; i < c->samples; i++) {
		unsigned int milli = i % 2 ? GROUP_LOW : GROUP_HIGH;
		uint64_t begin;

		aios_limit_init_group(&l, CALLS_GROUP);
		calls_ok(aios_limit_set_resource(&l, AIOS_RESOURCE_CPU, milli), "cpu");
		begin = now_ns();
		calls_why_ok(c, aios_limit_set(c->ctx, &l), "LIMIT", &l.why);
		await_grant(r->job, milli);
		series_add(&c->ours[LIMIT], since_ns(begin));
		await_number(cpu_max, milli * 100);
		series_add(&c->ours[LIMIT_HELD], since_ns(begin));
	}
	close(cpu_max);
	aios_limit_init_group(&l, CALLS_GROUP);
	calls_ok(aios_limit_set_resource(&l, AIOS_RESOURCE_CPU, GROUP_MOST), "cpu");
	calls_why_ok(c, aios_limit_set(c->ctx, &l), "LIMIT", &l.why);
}

static void measure_reading(struct calls *c, struct running *r)
{
	struct aios_status status;
	struct aios_stat stat;

	AIOS_INIT(&status);
	calls_ok(aios_job_status_read(r->job, &status), "status page");
	MEASURE_BATCHES(c, &c->ours[STATUS], aios_job_status_read(r->job, &status));
	AIOS_INIT(&stat);
	MEASURE_BATCHES(c, &c->ours[STAT], aios_job_stat(r->job, &stat));
}

void measure_running(struct calls *c)
{
	struct aios_submit s;
	struct running r;

	calls_ask(&s);
	run(c, &r, &s);
	measure_update(c, &r);
	measure_limit(c, &r);
	measure_reading(c, &r);
	stop(c, &r);
}

void measure_running_by_hand(struct calls *c)
{
	struct hand_status status;
	struct hand_job job;
	unsigned int i;
	pid_t pid;

	hand_create(&job, 0);
	pid = calls_fork();
	if (!pid) {
		hand_enter(&job);
		pause();
		_exit(1);
	}
	hand_keep_open(&job);
	for (i = 0; i < c->samples; i++) {
		uint64_t begin = now_ns(), passed;

		hand_grant(&job, i % 2 ? GRANT_LOW : GRANT_HIGH);
		passed = since_ns(begin);
		series_add(&c->hand[UPDATE], passed);
		series_add(&c->hand[UPDATE_HELD], passed);

		begin = now_ns();
		hand_group_limit(i % 2 ? GROUP_LOW : GROUP_HIGH);
		passed = since_ns(begin);
		series_add(&c->hand[LIMIT], passed);
		series_add(&c->hand[LIMIT_HELD], passed);
	}
	MEASURE_BATCHES(c, &c->hand[STATUS], hand_read(&job, &status));
	MEASURE_BATCHES(c, &c->hand[STAT], hand_read(&job, &status));
	kill(pid, SIGKILL);
	must(waitpid(pid, NULL, 0));
	hand_wait(&job);
	hand_remove(&job);
}

/* --------------------------------------------------------------------- charge */

void measure_charge(struct calls *c)
{
	struct aios_device device;
	struct aios_submit s;
	struct running r;
	unsigned int i;

	AIOS_INIT(&device);
	snprintf(device.name, sizeof(device.name), "bench");
	device.memory = 16 * 1024 * MIB;
	calls_ok(aios_device_add(c->ctx, &device), "DEVICE_ADD");
	calls_ask(&s);
	calls_ok(aios_submit_set_resource(&s, AIOS_RESOURCE_GPU, 500, 500), "gpu");
	calls_ok(aios_submit_set_resource(&s, AIOS_RESOURCE_GPU_MEMORY, 1024 * MIB,
					  8192 * MIB), "gpu_memory");
	run(c, &r, &s);
	for (i = 0; i < c->samples; i++) {
		struct aios_why why;
		uint64_t begin = now_ns();

		calls_why_ok(c, aios_job_charge(r.job, device.id, MIB, NULL, &why),
			     "CHARGE", &why);
		series_add(&c->ours[CHARGE], since_ns(begin));
		begin = now_ns();
		calls_why_ok(c, aios_job_uncharge(r.job, device.id, MIB, NULL, &why),
			     "UNCHARGE", &why);
		series_add(&c->ours[UNCHARGE], since_ns(begin));
	}
	stop(c, &r);
	calls_ok(aios_device_remove(c->ctx, device.id), "DEVICE_REMOVE");
}
