// SPDX-License-Identifier: GPL-2.0
/*
 * Submission, the handles of jobs, how they travel between processes, and the
 * calls that a job's file descriptor takes.
 */
#include <aios.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "mock.h"
#include "tap.h"

#define JOB_ID	42

static const struct aios_info info = {
	.size = sizeof(struct aios_info),
	.abi_version = AIOS_ABI_VERSION,
};

static const struct aios_stat stat_in = { .size = sizeof(struct aios_stat) };
static const struct aios_stat stat_out = {
	.size = sizeof(struct aios_stat),
	.id = JOB_ID,
};

#define OPENING { AIOS_IOC_INFO, NULL, &info, sizeof(info), 0 }
#define ADOPTING { AIOS_IOC_STAT, &stat_in, &stat_out, sizeof(stat_in), 0 }

static struct aios_ctx *start(const struct mock_ioctl *step)
{
	static struct mock_ioctl script[2] = { OPENING };
	struct aios_ctx *ctx;

	script[1] = *step;
	mock_script(script, 2);
	if (!check(!aios_new(&ctx, NULL)))
		exit(1);
	return ctx;
}

/* A handle on @fd, whose next call is @step, if any. */
static struct aios_job *adopt(int fd, const struct mock_ioctl *step)
{
	static struct mock_ioctl script[2] = { ADOPTING };
	struct aios_job *job;

	if (step)
		script[1] = *step;
	mock_script(script, step ? 2 : 1);
	if (!check(!aios_job_from_fd(fd, &job)))
		exit(1);
	check_equal(mock_last_fd(), fd);
	return job;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* -------------------------------------------------------------- submission */

static void submission_carries_everything(void)
{
	static const char group[] = "/team", name[] = "train";
	static const __s64 features[] = { 1, -2, 3 };
	int fd = eventfd(0, EFD_CLOEXEC);
	struct aios_submit s, in = {
		.size = sizeof(in),
		.flags = AIOS_SUBMIT_ADOPT,
		.group = aios_pointer(group),
		.name = aios_pointer(name),
		.group_len = 5,
		.name_len = 5,
		.resource_mask = 1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY,
		.weight = AIOS_WEIGHT_DEFAULT,
		.cgroup_fd = 11,
		.features = aios_pointer(features),
		.nr_features = 3,
		.fd = -1,
	}, out;
	struct mock_ioctl step = { AIOS_IOC_SUBMIT, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx = start(&step);
	struct aios_job *job;

	in.request[AIOS_RESOURCE_CPU] = 2000;
	in.limit[AIOS_RESOURCE_CPU] = 8000;
	in.request[AIOS_RESOURCE_MEMORY] = 4ULL << 30;
	in.limit[AIOS_RESOURCE_MEMORY] = AIOS_UNLIMITED;
	out = in;
	out.id = JOB_ID;
	out.fd = fd;
	out.state = AIOS_STATE_QUEUED;

	memset(&s, 0xa5, sizeof(s));
	aios_submit_init(&s);
	aios_submit_set_group(&s, group);
	aios_submit_set_name(&s, name);
	aios_submit_set_features(&s, features, 3);
	aios_submit_set_cgroup(&s, 11);
	check_equal(aios_submit_set_resource(&s, AIOS_RESOURCE_CPU, 2000, 8000), 0);
	check_equal(aios_submit_set_text(&s, "memory", "4G:"), 0);
	check_equal(aios_submit(ctx, &s, &job), 0);
	check_equal(mock_last_fd(), aios_fd(ctx));
	check_equal(aios_job_id(job), JOB_ID);
	check_equal(aios_job_fd(job), fd);
	check_equal(s.state, AIOS_STATE_QUEUED);
	aios_unref(ctx);
	check(is_open(fd));
	aios_job_unref(job);
	check(!is_open(fd));
}

static void builder_refuses_what_is_wrong(void)
{
	struct aios_submit s, untouched;
	struct aios_update u;

	aios_submit_init(&s);
	untouched = s;
	check_equal(aios_submit_set_resource(&s, AIOS_RESOURCE_MAX, 1, 1), -EINVAL);
	check_equal(aios_submit_set_resource(&s, 0, 2, 1), -ERANGE);
	check_equal(aios_submit_set_text(&s, "gpus", "1"), -ENOENT);
	check_equal(aios_submit_set_text(&s, "gpu", "one"), -EINVAL);
	check_equal(aios_submit_set_text(&s, "gpu", "3:2"), -ERANGE);
	check(!memcmp(&s, &untouched, sizeof(s)));
	AIOS_INIT(&u);
	check_equal(aios_update_set_resource(&u, 3, 2, 1), -ERANGE);
	check_equal(aios_update_set_resource(&u, 99, 1, 1), -EINVAL);
	check_equal(u.resource_mask, 0);
	check_equal(aios_update_set_resource(&u, 3, 1, 2), 0);
	check_equal(u.resource_mask, 8);
	aios_submit_set_group(&s, NULL);
	aios_submit_set_name(&s, NULL);
	check(!s.group && !s.group_len && !s.name && !s.name_len);
}

static void refused_submission_leaves_nothing(void)
{
	struct aios_submit s, out = {
		.size = sizeof(out),
		.why.code = AIOS_WHY_NEVER_FITS,
	};
	struct mock_ioctl step = {
		AIOS_IOC_SUBMIT, NULL, &out, sizeof(out), ENOSPC
	};
	struct aios_job *job = (void *)1;
	struct aios_ctx *ctx = start(&step);

	aios_submit_init(&s);
	check_equal(aios_submit(ctx, &s, &job), -ENOSPC);
	check_equal(s.why.code, AIOS_WHY_NEVER_FITS);
	/* without memory for a handle nothing is submitted at all */
	aios_submit_init(&s);
	mock_fail_allocation(1);
	check_equal(aios_submit(ctx, &s, &job), -ENOMEM);
	s.size = 100;
	check_equal(aios_submit(ctx, &s, &job), -EINVAL);
	check(job == (void *)1);
	aios_unref(ctx);
}

static void dry_run_yields_no_job(void)
{
	struct aios_submit s, out = { .size = sizeof(out), .fd = -1 };
	struct mock_ioctl step = { AIOS_IOC_SUBMIT, NULL, &out, sizeof(out), 0 };
	struct aios_ctx *ctx = start(&step);
	struct aios_job *job = (void *)1;

	aios_submit_init(&s);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	check_equal(aios_submit(ctx, &s, &job), 0);
	check(!job);
	aios_unref(ctx);
}

static void descriptor_can_be_kept_bare(void)
{
	struct aios_submit s, out = { .size = sizeof(out), .fd = 7 };
	struct mock_ioctl step = { AIOS_IOC_SUBMIT, NULL, &out, sizeof(out), 0 };
	struct aios_ctx *ctx = start(&step);

	aios_submit_init(&s);
	check_equal(aios_submit(ctx, &s, NULL), 0);
	check_equal(s.fd, 7);
	aios_unref(ctx);
}

/* ----------------------------------------------------------------- handles */

static void job_is_opened_by_id(void)
{
	struct aios_job_open in = { .size = sizeof(in), .id = JOB_ID }, out = in;
	struct mock_ioctl step = { AIOS_IOC_JOB_OPEN, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx = start(&step);
	struct aios_job *job;
	int fd = eventfd(0, EFD_CLOEXEC);

	out.fd = fd;
	check_equal(aios_job_open(ctx, JOB_ID, &job), 0);
	check_equal(aios_job_id(job), JOB_ID);
	check_equal(aios_job_fd(job), fd);
	check(aios_job_ref(job) == job);
	check(!aios_job_unref(job));
	check(is_open(fd));
	check(!aios_job_unref(job));
	check(!is_open(fd));
	check(!aios_job_unref(NULL));
	aios_unref(ctx);

	step.err = ENOENT;
	ctx = start(&step);
	mock_fail_allocation(1);
	check_equal(aios_job_open(ctx, JOB_ID, &job), -ENOMEM);
	check_equal(aios_job_open(ctx, JOB_ID, &job), -ENOENT);
	aios_unref(ctx);
}

static void descriptor_is_adopted(void)
{
	static const struct mock_ioctl refused[] = {
		{ AIOS_IOC_STAT, NULL, NULL, 0, ENOTTY },
		ADOPTING,
	};
	int fd = eventfd(0, EFD_CLOEXEC);
	struct aios_job *job = adopt(fd, NULL);

	check_equal(aios_job_id(job), JOB_ID);
	check_equal(aios_job_fd(job), fd);
	aios_job_unref(job);
	check(!is_open(fd));

	fd = eventfd(0, EFD_CLOEXEC);
	mock_script(refused, 2);
	check_equal(aios_job_from_fd(fd, &job), -ENOTTY);
	mock_fail_allocation(1);
	check_equal(aios_job_from_fd(fd, &job), -ENOMEM);
	check(is_open(fd));
	close(fd);
}

static void environment_names_the_job(void)
{
	static const struct mock_ioctl script[] = { ADOPTING, ADOPTING };
	int fd = eventfd(0, EFD_CLOEXEC);
	struct aios_job *job = adopt(fd, NULL), *again, *other;
	char text[16];

	snprintf(text, sizeof(text), "%d", fd);
	check_equal(aios_job_to_environment(job), 0);
	check_text(getenv("AIOS_JOB_FD"), text);
	check_equal(fcntl(fd, F_GETFD), 0);

	mock_script(script, 2);
	check_equal(aios_job_from_environment(&again), 0);
	check_equal(aios_job_from_environment(&other), 0);
	check_equal(aios_job_id(again), JOB_ID);
	check(aios_job_fd(again) != fd);
	check(fcntl(aios_job_fd(again), F_GETFD) & FD_CLOEXEC);
	aios_job_unref(again);
	aios_job_unref(other);
	check(is_open(fd));
	aios_job_unref(job);
	unsetenv("AIOS_JOB_FD");
}

static void environment_can_be_wrong(void)
{
	static const char * const malformed[] = {
		"", "x", "3x", "-1", " 3", "+3", "99999999999", "0x3",
		"99999999999999999999999",
	};
	static const struct mock_ioctl refused[] = {
		{ AIOS_IOC_STAT, NULL, NULL, 0, ENOTTY },
	};
	struct aios_job *job = (void *)1;
	size_t i;

	unsetenv("AIOS_JOB_FD");
	check_equal(aios_job_from_environment(&job), -ENOENT);
	for (i = 0; i < ARRAY_SIZE(malformed); i++) {
		setenv("AIOS_JOB_FD", malformed[i], 1);
		check_equal(aios_job_from_environment(&job), -EINVAL);
	}
	setenv("AIOS_JOB_FD", "1000000", 1);
	check_equal(aios_job_from_environment(&job), -EBADF);
	setenv("AIOS_JOB_FD", "0", 1);
	mock_script(refused, 1);
	check_equal(aios_job_from_environment(&job), -ENOTTY);
	check(is_open(0));
	check(job == (void *)1);
	unsetenv("AIOS_JOB_FD");
}

static void *count_up_and_down(void *arg)
{
	int i;

	for (i = 0; i < 10000; i++) {
		aios_job_ref(arg);
		aios_job_unref(arg);
	}
	return NULL;
}

static void references_are_counted_by_threads(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	struct aios_job *job = adopt(fd, NULL);
	pthread_t threads[3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_create(&threads[i], NULL, count_up_and_down, job);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	check(is_open(fd));
	aios_job_unref(job);
	check(!is_open(fd));
}

/* ------------------------------------------------------------------- calls */

static void enter_tells_what_it_waited_for(void)
{
	struct aios_enter in = { .size = sizeof(in), .timeout_ns = 99 }, out = in;
	struct mock_ioctl step = {
		AIOS_IOC_ENTER, &in, &out, sizeof(in), ETIMEDOUT
	};
	struct aios_job *job = adopt(eventfd(0, EFD_CLOEXEC), &step);
	struct aios_why why;

	out.why = (struct aios_why){ .code = AIOS_WHY_BEHIND, .asked = 3 };
	check_equal(aios_job_enter(job, 99, &why), -ETIMEDOUT);
	check_equal(why.code, AIOS_WHY_BEHIND);
	check_equal(why.asked, 3);
	aios_job_unref(job);

	step.err = EINTR;
	job = adopt(eventfd(0, EFD_CLOEXEC), &step);
	check_equal(aios_job_enter(job, 99, NULL), -EINTR);
	aios_job_unref(job);
}

static void structs_are_passed_through(void)
{
	static struct {
		struct aios_wait wait;
		struct aios_stat stat;
		struct aios_update update;
		struct aios_explain explain;
	} in, out;
	struct aios_explain_row rows[4];
	char name[64], group[64], cgroup[64];
	const struct mock_ioctl script[] = {
		ADOPTING,
		{ AIOS_IOC_WAIT, &in.wait, &out.wait, sizeof(in.wait), 0 },
		{ AIOS_IOC_STAT, &in.stat, &out.stat, sizeof(in.stat), 0 },
		{ AIOS_IOC_UPDATE, &in.update, &out.update, sizeof(in.update), EPERM },
		{ AIOS_IOC_EXPLAIN, &in.explain, &out.explain, sizeof(in.explain), 0 },
	};
	struct aios_explain explain;
	struct aios_update update;
	struct aios_wait wait;
	struct aios_stat stat;
	struct aios_job *job;

	AIOS_INIT(&in.wait);
	in.wait.state_mask = 1U << AIOS_STATE_RUNNING;
	out.wait = in.wait;
	out.wait.code = 17;
	AIOS_INIT(&in.stat);
	aios_stat_set_buffers(&in.stat, name, 64, group, 63, cgroup, 62);
	check_equal(in.stat.group_path, aios_pointer(group));
	check_equal(in.stat.group_room, 63);
	check_equal(in.stat.cgroup, aios_pointer(cgroup));
	check_equal(in.stat.cgroup_room, 62);
	out.stat = in.stat;
	out.stat.position = 4;
	AIOS_INIT(&in.update);
	in.update.flags = AIOS_UPDATE_PRIORITY;
	in.update.priority = -5;
	out.update = in.update;
	out.update.why.code = AIOS_WHY_PERMISSION;
	AIOS_INIT(&in.explain);
	in.explain.rows = aios_pointer(rows);
	in.explain.nr_rows = 4;
	in.explain.row_size = sizeof(rows[0]);
	out.explain = in.explain;
	out.explain.nr_rows = 9;

	mock_script(script, ARRAY_SIZE(script));
	check_equal(aios_job_from_fd(eventfd(0, EFD_CLOEXEC), &job), 0);
	wait = in.wait;
	check_equal(aios_job_wait(job, &wait), 0);
	check_equal(wait.code, 17);
	stat = in.stat;
	check_equal(aios_job_stat(job, &stat), 0);
	check_equal(stat.position, 4);
	update = in.update;
	check_equal(aios_job_update(job, &update), -EPERM);
	check_equal(update.why.code, AIOS_WHY_PERMISSION);
	aios_explain_init(&explain, rows, 4);
	check_equal(aios_job_explain(job, &explain), 0);
	check_equal(explain.nr_rows, 9);
	check_equal(mock_last_fd(), aios_job_fd(job));
	aios_job_unref(job);
}

static void signals_tell_why(void)
{
	static const struct {
		int (*call)(struct aios_job *job, struct aios_why *why);
		unsigned int nr;
	} calls[] = {
		{ aios_job_suspend, AIOS_IOC_SUSPEND },
		{ aios_job_resume, AIOS_IOC_RESUME },
		{ aios_job_cancel, AIOS_IOC_CANCEL },
		{ aios_job_hold, AIOS_IOC_HOLD },
		{ aios_job_release, AIOS_IOC_RELEASE },
	};
	struct aios_signal in = { .size = sizeof(in) }, out = in;
	struct aios_why why;
	size_t i;

	out.why.code = AIOS_WHY_STATE;
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		struct mock_ioctl step = {
			calls[i].nr, &in, &out, sizeof(in), EINVAL
		};
		struct aios_job *job = adopt(eventfd(0, EFD_CLOEXEC), &step);

		memset(&why, 0, sizeof(why));
		check_equal(calls[i].call(job, &why), -EINVAL);
		check_equal(why.code, AIOS_WHY_STATE);
		aios_job_unref(job);
		step.err = 0;
		job = adopt(eventfd(0, EFD_CLOEXEC), &step);
		check_equal(calls[i].call(job, NULL), 0);
		aios_job_unref(job);
	}
}

static void memory_is_charged_and_given_back(void)
{
	struct aios_charge in = {
		.size = sizeof(in), .device = 2, .bytes = 1000,
	}, out = in;
	struct mock_ioctl step = { AIOS_IOC_CHARGE, &in, &out, sizeof(in), 0 };
	struct aios_job *job = adopt(eventfd(0, EFD_CLOEXEC), &step);
	uint64_t used = 5;
	struct aios_why why;

	out.used = 3000;
	check_equal(aios_job_charge(job, 2, 1000, &used, NULL), 0);
	check_equal(used, 3000);
	aios_job_unref(job);

	step.err = ENOMEM;
	out.why.code = AIOS_WHY_NOT_NOW;
	job = adopt(eventfd(0, EFD_CLOEXEC), &step);
	used = 5;
	check_equal(aios_job_charge(job, 2, 1000, &used, &why), -ENOMEM);
	check_equal(used, 5);
	check_equal(why.code, AIOS_WHY_NOT_NOW);
	aios_job_unref(job);

	step.nr = AIOS_IOC_UNCHARGE;
	step.err = 0;
	job = adopt(eventfd(0, EFD_CLOEXEC), &step);
	check_equal(aios_job_uncharge(job, 2, 1000, NULL, NULL), 0);
	aios_job_unref(job);
}

static void changes_are_polled_and_read(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), pipes[2];
	struct aios_job *job = adopt(fd, NULL);
	uint64_t epoch = 0;

	check_equal(aios_job_poll(job, 0), 0);
	check_equal(aios_job_read_epoch(job, &epoch), -EAGAIN);
	eventfd_write(fd, 1234);
	check_equal(aios_job_poll(job, -1), AIOS_JOB_CHANGED);
	check_equal(aios_job_read_epoch(job, &epoch), 0);
	check_equal(epoch, 1234);
	aios_job_unref(job);

	/* a pipe without a writer hangs up, and with 3 bytes is no epoch */
	if (pipe(pipes))
		return;
	job = adopt(pipes[0], NULL);
	check_equal(write(pipes[1], "abc", 3), 3);
	close(pipes[1]);
	check_equal(aios_job_poll(job, 0), AIOS_JOB_CHANGED | AIOS_JOB_ENDED);
	check_equal(aios_job_read_epoch(job, &epoch), -EIO);
	check_equal(aios_job_poll(job, 0), AIOS_JOB_ENDED);
	check_equal(aios_job_read_epoch(job, &epoch), -ECANCELED);
	close(pipes[0]);
	check_equal(aios_job_poll(job, 0), -EBADF);
	check_equal(aios_job_read_epoch(job, &epoch), -EBADF);
	check_equal(aios_job_to_environment(job), -EBADF);
	aios_job_unref(job);
}

static const struct tap_case cases[] = {
	{ "a submission carries everything", submission_carries_everything },
	{ "the builder refuses what is wrong", builder_refuses_what_is_wrong },
	{ "a refused submission", refused_submission_leaves_nothing },
	{ "a dry run", dry_run_yields_no_job },
	{ "a submission without a handle", descriptor_can_be_kept_bare },
	{ "a job by its id", job_is_opened_by_id },
	{ "a job by its descriptor", descriptor_is_adopted },
	{ "a job by the environment", environment_names_the_job },
	{ "a wrong environment", environment_can_be_wrong },
	{ "references from several threads", references_are_counted_by_threads },
	{ "enter", enter_tells_what_it_waited_for },
	{ "wait, stat, update and explain", structs_are_passed_through },
	{ "suspend, resume and cancel", signals_tell_why },
	{ "charge and uncharge", memory_is_charged_and_given_back },
	{ "poll and read", changes_are_polled_and_read },
};

int main(void)
{
	return tap_run(cases, ARRAY_SIZE(cases));
}
