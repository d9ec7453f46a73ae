// SPDX-License-Identifier: GPL-2.0
/*
 * Every errno that the header promises of a job's descriptor, at each of its calls.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "calls.h"
#include "harness.h"
#include "promise.h"

#define GROUP	"/kt-errors"
#define DEVICE	"kt-errors"

/* Everybody may see its jobs and submit to it, and nobody but root administers it. */
static void make_group(void)
{
	ASSERT_OK(group_create(GROUP, 0, 0, 0755, NULL));
	leave_group(GROUP);
}

static int small_job(void)
{
	return submit_cpu(GROUP, 10, 100);
}

static void end(int job)
{
	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	job_wait_end(job);
	close(job);
}

static int signalled(int job, unsigned long call)
{
	return errno_of(job_signal(job, call, NULL));
}

/* ----------------------------------------------------- what a call is made with */

static int call_enter(int job)
{
	return errno_of(job_enter_until(job, now_ns() + 1000000, NULL));
}

static int call_update(int job)
{
	struct aios_update u = job_update_args();

	u.flags = AIOS_UPDATE_WEIGHT;
	u.weight = AIOS_WEIGHT_DEFAULT;
	return errno_of(ioctl(job, AIOS_IOC_UPDATE, &u));
}

static int charge(int job, unsigned long call, uint32_t device, uint64_t bytes)
{
	struct aios_charge c = { .size = sizeof(c), .device = device, .bytes = bytes };

	return errno_of(ioctl(job, call, &c));
}

static int call_charge(int job)
{
	return charge(job, AIOS_IOC_CHARGE, 0, 1);
}

static int call_uncharge(int job)
{
	return charge(job, AIOS_IOC_UNCHARGE, 0, 1);
}

#define SIGNAL(name, call)						\
	static int call_##name(int job)					\
	{								\
		return signalled(job, call);				\
	}

SIGNAL(suspend, AIOS_IOC_SUSPEND)
SIGNAL(resume, AIOS_IOC_RESUME)
SIGNAL(cancel, AIOS_IOC_CANCEL)
SIGNAL(hold, AIOS_IOC_HOLD)
SIGNAL(release, AIOS_IOC_RELEASE)

/* ---------------------------------------------- of all that change, or enter, a job */

static int of_the_ended(int (*call)(int job))
{
	int job = small_job(), answer;

	ASSERT_OK(job_signal(job, AIOS_IOC_CANCEL, NULL));
	job_wait_end(job);
	answer = call(job);
	close(job);
	return answer;
}

static uint64_t observed;
static int (*observers)(int job);

/* The group lets everybody see its jobs, and this one is not his. */
static int call_as_observer(void)
{
	return observers(ASSERT_OK(job_open(observed)));
}

static int of_an_observer(int (*call)(int job))
{
	struct aios_submit s = ask(GROUP);
	int job = submit_ok(&s), answer;

	observed = s.id;
	observers = call;
	answer = as_somebody(call_as_observer);
	end(job);
	return answer;
}

#define CHANGES(name)							\
	static int name##_ended(void)					\
	{								\
		return of_the_ended(call_##name);			\
	}								\
	static int name##_observed(void)				\
	{								\
		return of_an_observer(call_##name);			\
	}

CHANGES(enter)
CHANGES(update)
CHANGES(suspend)
CHANGES(resume)
CHANGES(cancel)
CHANGES(hold)
CHANGES(release)
CHANGES(charge)
CHANGES(uncharge)

static const struct promise of_all[] = {
	{ "ENTER", ECANCELED, enter_ended },
	{ "ENTER", EPERM, enter_observed },
	{ "UPDATE", ECANCELED, update_ended },
	{ "UPDATE", EPERM, update_observed },
	{ "SUSPEND", ECANCELED, suspend_ended },
	{ "SUSPEND", EPERM, suspend_observed },
	{ "RESUME", ECANCELED, resume_ended },
	{ "RESUME", EPERM, resume_observed },
	{ "CANCEL", ECANCELED, cancel_ended },
	{ "CANCEL", EPERM, cancel_observed },
	{ "HOLD", ECANCELED, hold_ended },
	{ "HOLD", EPERM, hold_observed },
	{ "RELEASE", ECANCELED, release_ended },
	{ "RELEASE", EPERM, release_observed },
	{ "CHARGE", ECANCELED, charge_ended },
	{ "CHARGE", EPERM, charge_observed },
	{ "UNCHARGE", ECANCELED, uncharge_ended },
	{ "UNCHARGE", EPERM, uncharge_observed },
};

TEST(changes)
{
	make_group();
	promises_check(of_all, ARRAY_SIZE(of_all));
}

/* --------------------------------------------------------- ENTER, WAIT, STAT */

static int enter_beside_another(void)
{
	struct aios_submit s = ask(GROUP);
	struct queued q;
	int answer;

	s.flags = AIOS_SUBMIT_HOLD;
	q = queued_start(&s);
	answer = call_enter(q.job);
	queued_finish(&q);
	return answer;
}

static int enter_again(void)
{
	int *answer = shared(sizeof(*answer));
	int job = small_job();

	CHILD {
		ASSERT_OK(job_enter(job, NULL));
		*answer = call_enter(job);
	}
	job_wait_end(job);
	close(job);
	return *answer;
}

static int submit_held(void)
{
	struct aios_submit s = ask(GROUP);

	s.flags = AIOS_SUBMIT_HOLD;
	return submit_ok(&s);
}

static int enter_in_no_time(void)
{
	int job = submit_held(), answer = call_enter(job);

	end(job);
	return answer;
}

static int wait_in_no_time(void)
{
	struct aios_wait w;
	int job = small_job();
	int answer = errno_of(job_wait(job, 0, now_ns() + 1000000, &w));

	end(job);
	return answer;
}

static int stat_with_little_room(void)
{
	struct aios_stat st = { .size = sizeof(st) };
	int job = small_job(), answer;
	char room[4];

	st.group_path = (uintptr_t)room;
	st.group_room = sizeof(room);
	answer = errno_of(ioctl(job, AIOS_IOC_STAT, &st));
	end(job);
	return answer;
}

static const struct promise of_waiting[] = {
	{ "ENTER", EBUSY, enter_beside_another },
	{ "ENTER", EALREADY, enter_again },
	{ "ENTER", ETIMEDOUT, enter_in_no_time },
	{ "WAIT", ETIMEDOUT, wait_in_no_time },
	{ "STAT", ENOSPC, stat_with_little_room },
};

TEST(waiting)
{
	make_group();
	promises_check(of_waiting, ARRAY_SIZE(of_waiting));
}

/* ------------------------------------------------------------------- UPDATE */

static int update_cpus(int job, uint64_t request, uint64_t limit)
{
	struct aios_update u = job_update_args();

	u.resource_mask = 1U << AIOS_RESOURCE_CPU;
	u.request[AIOS_RESOURCE_CPU] = request;
	u.limit[AIOS_RESOURCE_CPU] = limit;
	return errno_of(ioctl(job, AIOS_IOC_UPDATE, &u));
}

static int update_request_above_limit(void)
{
	int job = small_job(), answer = update_cpus(job, 20, 10);

	end(job);
	return answer;
}

static int update_too_much(void)
{
	int job = small_job(), answer = update_cpus(job, all_cpus() + 1, AIOS_UNLIMITED);

	end(job);
	return answer;
}

/* Two jobs hold all that the group has. */
static int update_more_than_is_free(void)
{
	int first, second, answer;
	pid_t pids[2];

	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 200));
	first = submit_cpu(GROUP, 100, 100);
	second = submit_cpu(GROUP, 100, 100);
	pids[0] = job_start(first, work_sleep, NULL);
	pids[1] = job_start(second, work_sleep, NULL);
	answer = update_cpus(first, 150, 150);
	job_finish(first, pids[0]);
	job_finish(second, pids[1]);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, AIOS_UNLIMITED));
	return answer;
}

static int update_unheld(void)
{
	unsigned int nr = info_get(NULL, 0).nr_resources, r;
	struct aios_update u = job_update_args();
	int job, answer;

	for (r = 0; r < nr && resource_get(r).how != AIOS_HOW_NONE; r++)
		;
	if (r == nr)
		return NOT_HERE;
	job = small_job();
	u.resource_mask = 1U << r;
	u.limit[r] = 1;
	answer = errno_of(ioctl(job, AIOS_IOC_UPDATE, &u));
	end(job);
	return answer;
}

static int update_with_a_long_name(void)
{
	struct aios_update u = job_update_args();
	char name[AIOS_NAME_MAX + 1];
	int job = small_job();
	int answer;

	memset(name, 'x', sizeof(name));
	u.flags = AIOS_UPDATE_NAME;
	u.name = (uintptr_t)name;
	u.name_len = sizeof(name);
	answer = errno_of(ioctl(job, AIOS_IOC_UPDATE, &u));
	end(job);
	return answer;
}

static int update_before_nobody(void)
{
	struct aios_update u = job_update_args();
	int job = small_job();
	int answer;

	u.flags = AIOS_UPDATE_PLACE;
	u.before = 999999999;
	answer = errno_of(ioctl(job, AIOS_IOC_UPDATE, &u));
	end(job);
	return answer;
}

static const struct promise of_updates[] = {
	{ "UPDATE", ENAMETOOLONG, update_with_a_long_name },
	{ "UPDATE", ENOENT, update_before_nobody },
	{ "UPDATE", EINVAL, update_request_above_limit },
	{ "UPDATE", ENOSPC, update_too_much },
	{ "UPDATE", EAGAIN, update_more_than_is_free },
	{ "UPDATE", EOPNOTSUPP, update_unheld },
};

TEST(updates)
{
	make_group();
	promises_check(of_updates, ARRAY_SIZE(of_updates));
}

/* ------------------------------------------------- SUSPEND, RESUME, HOLD, RELEASE */

static int queued_answer(unsigned long call)
{
	int job = small_job(), answer = signalled(job, call);

	end(job);
	return answer;
}

static int suspend_queued(void)
{
	return queued_answer(AIOS_IOC_SUSPEND);
}

static int resume_queued(void)
{
	return queued_answer(AIOS_IOC_RESUME);
}

static int release_not_held(void)
{
	return queued_answer(AIOS_IOC_RELEASE);
}

static int running_answer(unsigned long first, unsigned long call)
{
	int job = small_job(), answer;
	pid_t pid = job_start(job, work_sleep, NULL);

	if (first)
		ASSERT_OK(job_signal(job, first, NULL));
	answer = signalled(job, call);
	job_finish(job, pid);
	return answer;
}

static int suspend_again(void)
{
	return running_answer(AIOS_IOC_SUSPEND, AIOS_IOC_SUSPEND);
}

static int hold_running(void)
{
	return running_answer(0, AIOS_IOC_HOLD);
}

static int release_running(void)
{
	return running_answer(0, AIOS_IOC_RELEASE);
}

static int hold_again(void)
{
	int job = submit_held(), answer = signalled(job, AIOS_IOC_HOLD);

	end(job);
	return answer;
}

/* What it had has been taken by another, for which it was suspended. */
static int resume_again(void)
{
	int job, other, answer;
	pid_t pids[2];

	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, 100));
	job = submit_cpu(GROUP, 100, 100);
	pids[0] = job_start(job, work_sleep, NULL);
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	other = submit_cpu(GROUP, 100, 100);
	pids[1] = job_start(other, work_sleep, NULL);
	ASSERT_OK(job_signal(job, AIOS_IOC_RESUME, NULL));
	answer = signalled(job, AIOS_IOC_RESUME);
	job_finish(other, pids[1]);
	job_finish(job, pids[0]);
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_CPU, AIOS_UNLIMITED));
	return answer;
}

static const struct promise of_signals[] = {
	{ "SUSPEND", EINVAL, suspend_queued },
	{ "SUSPEND", EALREADY, suspend_again },
	{ "RESUME", EINVAL, resume_queued },
	{ "RESUME", EALREADY, resume_again },
	{ "HOLD", EINVAL, hold_running },
	{ "HOLD", EALREADY, hold_again },
	{ "RELEASE", EINVAL, release_running },
	{ "RELEASE", EALREADY, release_not_held },
};

TEST(signals)
{
	make_group();
	promises_check(of_signals, ARRAY_SIZE(of_signals));
}

/* --------------------------------------------------------- CHARGE, UNCHARGE */

/* The answer of a call on the accelerator of a job that has 32 MiB of it. */
static int device_answer(unsigned long call, uint64_t bytes, uint32_t beside, bool runs)
{
	struct aios_submit s = ask("/");
	int job, answer;
	pid_t pid = 0;
	uint32_t id;

	for (struct aios_device d = { .id = 0 }; !device_get(d.id, &d); d.id++)
		return NOT_HERE;
	ASSERT_OK(device_add(DEVICE, 64 * MIB, &id));
	want(&s, AIOS_RESOURCE_GPU, 500, 500);
	want(&s, AIOS_RESOURCE_GPU_MEMORY, 32 * MIB, 32 * MIB);
	job = submit_ok(&s);
	if (runs)
		pid = job_start(job, work_sleep, NULL);
	answer = charge(job, call, id + beside, bytes);
	if (runs)
		job_finish(job, pid);
	else
		end(job);
	ASSERT_OK(device_remove(id));
	return answer;
}

static int charge_too_much(void)
{
	return device_answer(AIOS_IOC_CHARGE, 32 * MIB + 1, 0, true);
}

static int charge_another(void)
{
	return device_answer(AIOS_IOC_CHARGE, 1, 1, true);
}

static int charge_queued(void)
{
	return device_answer(AIOS_IOC_CHARGE, 1, 0, false);
}

static int uncharge_too_much(void)
{
	return device_answer(AIOS_IOC_UNCHARGE, 1, 0, true);
}

static int uncharge_another(void)
{
	return device_answer(AIOS_IOC_UNCHARGE, 1, 1, true);
}

static const struct promise of_charges[] = {
	{ "CHARGE", ENOMEM, charge_too_much },
	{ "CHARGE", ENODEV, charge_another },
	{ "CHARGE", EINVAL, charge_queued },
	{ "UNCHARGE", ERANGE, uncharge_too_much },
	{ "UNCHARGE", ENODEV, uncharge_another },
};

TEST(charges)
{
	promises_check(of_charges, ARRAY_SIZE(of_charges));
}
