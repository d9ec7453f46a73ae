// SPDX-License-Identifier: GPL-2.0
/*
 * What keeps a queued job back although a process waits in it and there is room:
 * hold, dependencies and gangs. Who may do that, what the job says meanwhile, its name and
 * its place, and what becomes of a job that can never start. What goes by the clock is in
 * dates.c.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-gate"
#define SECOND	1000000000ULL

static struct aios_submit whole(void)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_CPU, all_cpus(), all_cpus());
	return s;
}

/* -------------------------------------------------------------------- hold */

TEST(hold_and_release)
{
	struct aios_submit s = whole();
	struct queued first, second;

	s.flags = AIOS_SUBMIT_HOLD;
	first = queued_start(&s);
	queued_waits(&first, AIOS_WHY_ON_HOLD);
	ASSERT(job_stat(first.job).flags & AIOS_JOB_ON_HOLD);
	s.flags = 0;
	second = queued_start(&s);
	job_wait_state(second.job, AIOS_STATE_RUNNING);
	ASSERT_ERR(job_signal(first.job, AIOS_IOC_HOLD, NULL), EALREADY);
	ASSERT_OK(job_signal(first.job, AIOS_IOC_RELEASE, NULL));
	ASSERT_ERR(job_signal(first.job, AIOS_IOC_RELEASE, NULL), EALREADY);
	queued_waits(&first, AIOS_WHY_NOT_NOW);
	ASSERT(!(job_stat(first.job).flags & AIOS_JOB_ON_HOLD));
	queued_finish(&second);
	job_wait_state(first.job, AIOS_STATE_RUNNING);
	queued_finish(&first);
}

/* Whoever comes meanwhile stands behind it. */
TEST(hold_keeps_the_place)
{
	struct aios_submit s = whole();
	struct queued holder = queued_start(&s), held = queued_start(&s), later = queued_start(&s);

	ASSERT_OK(job_signal(held.job, AIOS_IOC_HOLD, NULL));
	ASSERT_EQ(job_stat(later.job).position, 1);
	ASSERT_OK(job_signal(held.job, AIOS_IOC_RELEASE, NULL));
	ASSERT_EQ(job_stat(held.job).position, 1);
	ASSERT_EQ(job_stat(later.job).position, 2);
	ASSERT_OK(job_signal(held.job, AIOS_IOC_HOLD, NULL));
	queued_finish(&holder);
	job_wait_state(later.job, AIOS_STATE_RUNNING);
	queued_finish(&later);
	queued_waits(&held, AIOS_WHY_ON_HOLD);
	queued_finish(&held);
}

TEST(hold_is_for_queued_jobs)
{
	struct aios_submit s = whole();
	struct queued q = queued_start(&s);
	struct aios_why why;

	job_wait_state(q.job, AIOS_STATE_RUNNING);
	ASSERT_ERR(job_signal(q.job, AIOS_IOC_HOLD, &why), EINVAL);
	ASSERT_EQ(why.code, AIOS_WHY_STATE);
	ASSERT_U64(why.asked, AIOS_STATE_RUNNING);
	ASSERT_OK(job_signal(q.job, AIOS_IOC_CANCEL, NULL));
	reap(q.pid);
	job_wait_end(q.job);
	ASSERT_ERR(job_signal(q.job, AIOS_IOC_HOLD, NULL), ECANCELED);
	close(q.job);
}

/* One on hold can be cancelled and abandoned like any other. */
TEST(hold_and_cancel)
{
	struct aios_submit s = whole();
	struct queued q;
	int idle;

	s.flags = AIOS_SUBMIT_HOLD;
	q = queued_start(&s);
	idle = submit_ok(&s);
	close(idle);
	ASSERT_OK(job_signal(q.job, AIOS_IOC_CANCEL, NULL));
	ASSERT_EQ(job_wait_end(q.job).end, AIOS_END_CANCELLED);
	reap(q.pid);
	close(q.job);
}

/* What the administrator holds, its user cannot release; what he holds himself he can. */
TEST(hold_of_an_administrator)
{
	uint64_t *id = shared(sizeof(*id));
	int *go = shared(sizeof(*go));
	pid_t pid;
	int job;

	ASSERT_OK(group_create(GROUP, 0, 0, 0755, NULL));
	leave_group(GROUP);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		struct aios_submit s = ask(GROUP);
		struct aios_why why;

		become(ALICE);
		dev_forget();
		submit_ok(&s);
		ASSERT_OK(job_signal(s.fd, AIOS_IOC_HOLD, NULL));
		ASSERT_OK(job_signal(s.fd, AIOS_IOC_RELEASE, NULL));
		__atomic_store_n(id, s.id, __ATOMIC_RELEASE);
		ASSERT_SOON(__atomic_load_n(go, __ATOMIC_ACQUIRE) == 1, 5000);
		ASSERT_ERR(job_signal(s.fd, AIOS_IOC_RELEASE, &why), EPERM);
		ASSERT_EQ(why.code, AIOS_WHY_PERMISSION);
		__atomic_store_n(go, 2, __ATOMIC_RELEASE);
		ASSERT_SOON(__atomic_load_n(go, __ATOMIC_ACQUIRE) == 3, 5000);
		ASSERT(!(job_stat(s.fd).flags & AIOS_JOB_ON_HOLD));
		_exit(0);
	}
	ASSERT_SOON(__atomic_load_n(id, __ATOMIC_ACQUIRE), 5000);
	job = ASSERT_OK(job_open(*id));
	ASSERT_OK(job_signal(job, AIOS_IOC_HOLD, NULL));
	__atomic_store_n(go, 1, __ATOMIC_RELEASE);
	ASSERT_SOON(__atomic_load_n(go, __ATOMIC_ACQUIRE) == 2, 5000);
	ASSERT_OK(job_signal(job, AIOS_IOC_RELEASE, NULL));
	__atomic_store_n(go, 3, __ATOMIC_RELEASE);
	reap_ok(pid);
	close(job);
}

/* ------------------------------------------------------------- dependencies */

static void depend(struct aios_submit *s, struct aios_depend *d, unsigned int nr)
{
	s->depends = (uintptr_t)d;
	s->nr_depends = nr;
	s->depend_size = sizeof(*d);
}

static struct aios_submit after(uint64_t job, unsigned int kind, struct aios_depend *d)
{
	struct aios_submit s = ask("/");

	*d = (struct aios_depend){ .job = job, .kind = kind };
	depend(&s, d, 1);
	return s;
}

static uint64_t id_of(const struct queued *q)
{
	return job_stat(q->job).id;
}

TEST(after_each_kind)
{
	static const unsigned int kinds[] = {
		AIOS_DEPEND_AFTER, AIOS_DEPEND_AFTEROK, AIOS_DEPEND_AFTERANY,
		AIOS_DEPEND_AFTERNOTOK,
	};

	for (long status = 0; status < 2; status++) {
		struct aios_submit s = whole(), m;
		struct queued holder = queued_start(&s), on, q[4];
		struct aios_depend d[4];
		struct aios_wait w;

		on = (struct queued){ .job = submit_ok(&s) };
		for (unsigned int i = 0; i < 4; i++) {
			m = after(id_of(&on), kinds[i], &d[i]);
			q[i] = queued_start(&m);
		}
		for (unsigned int i = 0; i < 4; i++) {
			queued_waits(&q[i], AIOS_WHY_DEPENDS);
			ASSERT_U64(job_stat(q[i].job).why.asked, id_of(&on));
			ASSERT_U64(job_stat(q[i].job).why.available, kinds[i]);
		}
		queued_finish(&holder);
		on.pid = job_launch(on.job, work_exit, (void *)status);
		job_wait_end(on.job);
		reap(on.pid);
		job_wait_state(q[0].job, AIOS_STATE_RUNNING);
		job_wait_state(q[2].job, AIOS_STATE_RUNNING);
		job_wait_state(q[status ? 3 : 1].job, AIOS_STATE_RUNNING);
		w = job_wait_end(q[status ? 1 : 3].job);
		ASSERT_EQ(w.state, AIOS_STATE_CANCELLED);
		ASSERT_EQ(w.end, AIOS_END_DEPENDENCY);
		ASSERT_EQ(job_stat(q[status ? 1 : 3].job).why.code, AIOS_WHY_DEPENDS_NEVER);
		reap(q[status ? 1 : 3].pid);
		for (unsigned int i = 0; i < 4; i++)
			if (i != (status ? 1 : 3))
				queued_finish(&q[i]);
		close(q[status ? 1 : 3].job);
		close(on.job);
	}
}

/* The first fails: all go, and are told which they waited for. */
TEST(chain_of_dependencies)
{
	struct aios_submit s = whole();
	struct queued first = queued_start(&s), q[20];
	struct aios_depend d[20];
	uint64_t before = id_of(&first);

	for (unsigned int i = 0; i < 20; i++) {
		s = after(before, AIOS_DEPEND_AFTEROK, &d[i]);
		q[i].job = submit_ok(&s);
		before = id_of(&q[i]);
	}
	ASSERT_OK(job_signal(first.job, AIOS_IOC_CANCEL, NULL));
	reap(first.pid);
	before = id_of(&first);
	for (unsigned int i = 0; i < 20; i++) {
		ASSERT_EQ(job_wait_end(q[i].job).end, AIOS_END_DEPENDENCY);
		ASSERT_U64(job_stat(q[i].job).why.asked, before);
		before = id_of(&q[i]);
		close(q[i].job);
	}
	close(first.job);
}

TEST(dependencies_that_are_refused)
{
	struct aios_depend many[AIOS_DEPENDS_MAX + 1] = { { 0 } }, d;
	struct aios_submit s = whole();
	struct queued q = queued_start(&s);
	uint64_t id = id_of(&q);

	job_wait_state(q.job, AIOS_STATE_RUNNING);
	s = after(id + 1000000, AIOS_DEPEND_AFTER, &d);
	ASSERT_ERR(submit(&s), ENOENT);
	ASSERT_EQ(s.why.code, AIOS_WHY_DEPENDS_NEVER);
	s = after(id, AIOS_DEPEND_AFTERNOTOK + 1, &d);
	ASSERT_ERR(submit(&s), EINVAL);
	s = after(id, 0, &d);
	ASSERT_ERR(submit(&s), EINVAL);
	s = after(id, AIOS_DEPEND_AFTER, &d);
	d.reserved = 1;
	ASSERT_ERR(submit(&s), EINVAL);
	s = after(id, AIOS_DEPEND_AFTER, &d);
	s.depend_size = 8;
	ASSERT_ERR(submit(&s), EINVAL);
	s.depend_size = sizeof(d);
	s.depends = (uintptr_t)unmapped();
	ASSERT_ERR(submit(&s), EFAULT);
	s.depends = 0;
	ASSERT_ERR(submit(&s), EINVAL);
	for (unsigned int i = 0; i <= AIOS_DEPENDS_MAX; i++)
		many[i] = (struct aios_depend){ .job = id, .kind = AIOS_DEPEND_AFTERANY };
	depend(&s, many, AIOS_DEPENDS_MAX + 1);
	ASSERT_ERR(submit(&s), EINVAL);
	depend(&s, many, AIOS_DEPENDS_MAX);
	submit_ok(&s);
	close(s.fd);
	/* Ended well and ended badly, and known to have. */
	ASSERT_OK(job_signal(q.job, AIOS_IOC_CANCEL, NULL));
	reap(q.pid);
	job_wait_end(q.job);
	s = after(id, AIOS_DEPEND_AFTEROK, &d);
	ASSERT_ERR(submit(&s), ECANCELED);
	ASSERT_EQ(s.why.code, AIOS_WHY_DEPENDS_NEVER);
	s = after(id, AIOS_DEPEND_AFTERNOTOK, &d);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.state, AIOS_STATE_ADMITTED);
	close(q.job);
}

/* What came true for certain is true; what is not known is refused as that. */
static void assert_forgotten(uint64_t id)
{
	struct aios_submit s;
	struct aios_depend d;

	s = after(id, AIOS_DEPEND_AFTER, &d);
	close(submit_ok(&s));
	s = after(id, AIOS_DEPEND_AFTERANY, &d);
	s.flags = AIOS_SUBMIT_DRY_RUN;
	ASSERT_OK(submit(&s));
	ASSERT_EQ(s.state, AIOS_STATE_ADMITTED);
	for (uint32_t kind = AIOS_DEPEND_AFTEROK; kind <= AIOS_DEPEND_AFTERNOTOK;
	     kind += AIOS_DEPEND_AFTERNOTOK - AIOS_DEPEND_AFTEROK) {
		s = after(id, kind, &d);
		ASSERT_ERR(submit(&s), ECANCELED);
		ASSERT_EQ(s.why.code, AIOS_WHY_FORGOTTEN);
		ASSERT_U64(s.why.asked, id);
		ASSERT_U64(s.why.available, kind);
	}
}

/* Each end makes room for itself, so that where many are remembered it takes some. */
static void forget(uint64_t id)
{
	unsigned int ends = 0;
	int job;

	do {
		another_job();
		job = job_open(id);
		if (job >= 0)
			close(job);
	} while (job >= 0 && ++ends < 64);
	ASSERT_ERR(job, ENOENT);
}

TEST(dependency_on_a_forgotten_job)
{
	const char *history = "/sys/module/aios/parameters/history";
	struct aios_submit s = ask("/");
	char before[32];
	uint64_t id;

	submit_ok(&s);
	id = s.id;
	ASSERT_OK(job_signal(s.fd, AIOS_IOC_CANCEL, NULL));
	close(s.fd);
	ASSERT(file_read(history, before, sizeof(before)));
	ASSERT_OK(file_write(history, "1"));
	forget(id);
	assert_forgotten(id);
	ASSERT_OK(file_write(history, before));
	/* None that there was, before this load or yet. */
	s = after(id + 1000000, AIOS_DEPEND_AFTERANY, &(struct aios_depend){ 0 });
	ASSERT_ERR(submit(&s), ENOENT);
	ASSERT_EQ(s.why.code, AIOS_WHY_DEPENDS_NEVER);
}

/* A job of others that one may not see is not there. */
TEST(dependency_on_a_hidden_job)
{
	struct aios_submit s;
	int hidden;

	ASSERT_OK(group_create(GROUP, 0, 0, 0711, NULL));
	leave_group(GROUP);
	s = ask(GROUP);
	hidden = submit_ok(&s);
	AS_USER(ALICE) {
		struct aios_depend d;
		struct aios_submit m = after(s.id, AIOS_DEPEND_AFTER, &d), absent;

		ASSERT_ERR(submit(&m), ENOENT);
		absent = after(s.id + 1000000, AIOS_DEPEND_AFTER, &d);
		ASSERT_ERR(submit(&absent), ENOENT);
		m.why.asked = absent.why.asked;
		ASSERT(!memcmp(&m.why, &absent.why, sizeof(m.why)));
	}
	close(hidden);
}

TEST(dependencies_are_shown)
{
	struct aios_depend out[3], in[2] = { { 0 } };
	struct aios_submit s = whole();
	struct aios_stat stat = { .size = sizeof(stat) };
	int a = submit_ok(&s), b = submit_ok(&s), job;

	in[0] = (struct aios_depend){ .job = job_stat(a).id, .kind = AIOS_DEPEND_AFTEROK };
	in[1] = (struct aios_depend){ .job = job_stat(b).id, .kind = AIOS_DEPEND_AFTER };
	depend(&s, in, 2);
	job = submit_ok(&s);
	memset(out, POISON, sizeof(out));
	stat.depends = (uintptr_t)out;
	stat.nr_depends = 1;
	stat.depend_size = sizeof(out[0]);
	ASSERT_OK(ioctl(job, AIOS_IOC_STAT, &stat));
	ASSERT_EQ(stat.nr_depends, 2);
	ASSERT(!memcmp(out, in, sizeof(in[0])));
	ASSERT_EQ(((unsigned char *)&out[1])[0], POISON);
	stat.nr_depends = 3;
	ASSERT_OK(ioctl(job, AIOS_IOC_STAT, &stat));
	ASSERT(!memcmp(out, in, sizeof(in)));
	stat.depend_size = 4;
	ASSERT_ERR(ioctl(job, AIOS_IOC_STAT, &stat), EINVAL);
	close(job);
	close(a);
	close(b);
}

/* -------------------------------------------------------------------- gangs */

static struct aios_submit member(const char *group, unsigned int size, uint64_t cpu)
{
	static const char name[] = "kt-gang";
	struct aios_submit s = ask(group);

	want(&s, AIOS_RESOURCE_CPU, cpu, cpu);
	s.gang = (uintptr_t)name;
	s.gang_len = strlen(name);
	s.gang_size = size;
	return s;
}

static void wait_all(struct queued *q, unsigned int nr, uint32_t state)
{
	for (unsigned int i = 0; i < nr; i++)
		job_wait_state(q[i].job, state);
}

TEST(gang_starts_together)
{
	uint64_t third = all_cpus() / 3;
	struct aios_submit s = member("/", 3, third), h = ask("/");
	struct queued holder, q[3];
	struct aios_stat stat;

	want(&h, AIOS_RESOURCE_CPU, third, third);
	holder = queued_start(&h);
	job_wait_state(holder.job, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 2; i++)
		q[i] = queued_start(&s);
	queued_waits(&q[1], AIOS_WHY_GANG);
	stat = job_stat(q[0].job);
	ASSERT_U64(stat.why.asked, 2);
	ASSERT_U64(stat.why.available, 3);
	ASSERT_EQ(stat.gang_size, 3);
	q[2] = queued_start(&s);
	for (unsigned int i = 0; i < 3; i++) {
		queued_waits(&q[i], AIOS_WHY_NOT_NOW);
		ASSERT_EQ(job_stat(q[i].job).position, 1);
	}
	ASSERT_ERR(submit(&s), EBUSY);
	ASSERT_EQ(s.why.code, AIOS_WHY_GANG);
	queued_finish(&holder);
	wait_all(q, 3, AIOS_STATE_RUNNING);
	s = member("/", 3, third);
	ASSERT_ERR(submit(&s), EBUSY);
	/* One ends, and the others go on. */
	queued_finish(&q[0]);
	decided();
	ASSERT_EQ(job_state(q[1].job), AIOS_STATE_RUNNING);
	queued_finish(&q[1]);
	queued_finish(&q[2]);
	/* The name is free again, for another size too. */
	s = member("/", 1, third);
	q[0] = queued_start(&s);
	job_wait_state(q[0].job, AIOS_STATE_RUNNING);
	queued_finish(&q[0]);
}

TEST(gang_suspends_together)
{
	struct aios_submit s = member("/", 2, all_cpus() / 2);
	struct queued q[2];

	for (unsigned int i = 0; i < 2; i++)
		q[i] = queued_start(&s);
	wait_all(q, 2, AIOS_STATE_RUNNING);
	ASSERT_OK(job_signal(q[1].job, AIOS_IOC_SUSPEND, NULL));
	wait_all(q, 2, AIOS_STATE_SUSPENDED);
	ASSERT_ERR(job_signal(q[0].job, AIOS_IOC_SUSPEND, NULL), EALREADY);
	ASSERT_OK(job_signal(q[0].job, AIOS_IOC_RESUME, NULL));
	wait_all(q, 2, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 2; i++)
		queued_finish(&q[i]);
}

/* Frozen by the policy for a short job, all of it, and resumed all of it. */
TEST(gang_is_preempted_as_a_whole)
{
	struct aios_policy p = {
		.size = sizeof(p), .policy = AIOS_POLICY_SRTF,
		.quantum_ns = SECOND / 100 * scale(),
		.flags = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM,
	};
	struct aios_submit s = member("/", 2, all_cpus() / 2), h = whole();
	struct queued q[2], shorter;

	ASSERT_OK(ioctl(dev(), AIOS_IOC_POLICY, &p));
	/* Longer than the test may take, both. */
	s.expected_runtime_ns = 360000 * SECOND;
	for (unsigned int i = 0; i < 2; i++)
		q[i] = queued_start(&s);
	wait_all(q, 2, AIOS_STATE_RUNNING);
	h.expected_runtime_ns = 3600 * SECOND;
	want(&h, AIOS_RESOURCE_CPU, all_cpus() / 2, all_cpus() / 2);
	shorter = queued_start(&h);
	job_wait_state(shorter.job, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 2; i++) {
		ASSERT_EQ(job_state(q[i].job), AIOS_STATE_SUSPENDED);
		ASSERT(job_stat(q[i].job).flags & AIOS_JOB_PREEMPTED);
	}
	queued_finish(&shorter);
	wait_all(q, 2, AIOS_STATE_RUNNING);
	for (unsigned int i = 0; i < 2; i++)
		queued_finish(&q[i]);
}

/* Who is cancelled before the start leaves a place for another. */
TEST(gang_with_a_gap)
{
	struct aios_submit s = member("/", 2, 100);
	struct queued a = queued_start(&s), b;

	ASSERT_OK(job_signal(a.job, AIOS_IOC_CANCEL, NULL));
	reap(a.pid);
	job_wait_end(a.job);
	close(a.job);
	a = queued_start(&s);
	queued_waits(&a, AIOS_WHY_GANG);
	kill(a.pid, SIGKILL);
	reap(a.pid);
	b = queued_start(&s);
	queued_waits(&b, AIOS_WHY_GANG);
	a.pid = job_launch(a.job, work_sleep, NULL);
	job_wait_state(a.job, AIOS_STATE_RUNNING);
	job_wait_state(b.job, AIOS_STATE_RUNNING);
	queued_finish(&a);
	queued_finish(&b);
}

TEST(gangs_that_are_refused)
{
	struct aios_submit s = member("/", 2, 100), m;
	struct aios_depend d;
	int first;

	first = submit_ok(&s);
	m = member("/", 3, 100);
	ASSERT_ERR(submit(&m), EINVAL);
	ASSERT_EQ(m.why.code, AIOS_WHY_GANG);
	m = member("/", AIOS_GANG_MAX + 1, 100);
	ASSERT_ERR(submit(&m), EINVAL);
	m = member("/", 0, 100);
	ASSERT_ERR(submit(&m), EINVAL);
	m = member("/", 2, 100);
	m.gang_len = 0;
	ASSERT_ERR(submit(&m), EINVAL);
	m = member("/", 2, 100);
	d = (struct aios_depend){ .job = s.id, .kind = AIOS_DEPEND_AFTERANY };
	depend(&m, &d, 1);
	ASSERT_ERR(submit(&m), EINVAL);
	/* The gang of another user, or of another group, is another gang. */
	AS_USER(ALICE) {
		m = member("/", 5, 100);
		submit_ok(&m);
		close(m.fd);
	}
	group_make(GROUP);
	m = member(GROUP, 4, 100);
	submit_ok(&m);
	close(m.fd);
	close(first);
}

/* ------------------------------------------------------------ name and place */

static int take_place(const struct queued *job, uint64_t before)
{
	struct aios_update u = job_update_args();

	u.flags = AIOS_UPDATE_PLACE;
	u.before = before;
	return ioctl(job->job, AIOS_IOC_UPDATE, &u);
}

TEST(moves_among_his_own)
{
	struct aios_submit s = ask("/");
	struct queued holder, alices, a, b, c;
	struct aios_update u = job_update_args();
	uint64_t *id = shared(sizeof(*id));
	uint64_t submitted;

	want(&s, AIOS_RESOURCE_CPU, all_cpus(), all_cpus());
	holder = queued_start(&s);
	job_wait_state(holder.job, AIOS_STATE_RUNNING);
	a = queued_start(&s);
	AS_USER(ALICE) {
		alices = queued_start(&s);
		*id = id_of(&alices);
	}
	alices.job = ASSERT_OK(job_open(*id));
	b = queued_start(&s);
	s.priority = -1;
	c = queued_start(&s);
	submitted = job_stat(b.job).submit_ns;
	ASSERT_ERR(take_place(&b, id_of(&alices)), EINVAL);
	ASSERT_ERR(take_place(&b, id_of(&c)), EINVAL);
	ASSERT_ERR(take_place(&b, id_of(&holder)), EINVAL);
	ASSERT_ERR(take_place(&a, id_of(&b)), EINVAL);
	ASSERT_ERR(take_place(&b, 999999), ENOENT);
	ASSERT_ERR(take_place(&holder, 0), EINVAL);
	u.flags = AIOS_UPDATE_PLACE | AIOS_UPDATE_PRIORITY;
	ASSERT_ERR(ioctl(b.job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_EQ(job_stat(a.job).position, 1);
	ASSERT_OK(take_place(&b, id_of(&a)));
	ASSERT_EQ(job_stat(b.job).position, 1);
	ASSERT_EQ(job_stat(alices.job).position, 2);
	ASSERT_EQ(job_stat(a.job).position, 3);
	ASSERT_U64(job_stat(b.job).submit_ns, submitted);
	ASSERT_OK(take_place(&a, 0));
	ASSERT_EQ(job_stat(a.job).position, 1);
	ASSERT_EQ(job_stat(alices.job).position, 2);
	ASSERT_EQ(job_stat(b.job).position, 3);
	ASSERT_OK(take_place(&a, 0));
	ASSERT_EQ(job_stat(a.job).position, 1);
	queued_finish(&holder);
	job_wait_state(a.job, AIOS_STATE_RUNNING);
	ASSERT_ERR(take_place(&alices, id_of(&b)), EINVAL);
	queued_finish(&a);
	ASSERT_OK(job_signal(alices.job, AIOS_IOC_CANCEL, NULL));
	job_wait_end(alices.job);
	close(alices.job);
	queued_finish(&b);
	queued_finish(&c);
}

TEST(takes_another_name)
{
	struct aios_update u = job_update_args();
	struct aios_submit s = ask("/");
	char name[AIOS_NAME_MAX + 1];
	struct aios_stat stat;
	struct queued job;

	job = queued_start(&s);
	u.flags = AIOS_UPDATE_NAME;
	u.name = (uintptr_t)"second";
	u.name_len = 6;
	ASSERT_OK(ioctl(job.job, AIOS_IOC_UPDATE, &u));
	memset(&stat, 0, sizeof(stat));
	stat.size = sizeof(stat);
	stat.name = (uintptr_t)name;
	stat.name_room = sizeof(name);
	ASSERT_OK(ioctl(job.job, AIOS_IOC_STAT, &stat));
	ASSERT(!strcmp(name, "second"));
	u.name = (uintptr_t)"a/b";
	u.name_len = 3;
	ASSERT_ERR(ioctl(job.job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_EQ(u.why.code, AIOS_WHY_NAME);
	u.name_len = AIOS_NAME_MAX + 1;
	ASSERT_ERR(ioctl(job.job, AIOS_IOC_UPDATE, &u), ENAMETOOLONG);
	u.name_len = 0;
	ASSERT_ERR(ioctl(job.job, AIOS_IOC_UPDATE, &u), EINVAL);
	ASSERT_OK(ioctl(job.job, AIOS_IOC_STAT, &stat));
	ASSERT(!strcmp(name, "second"));
	u.name = 0;
	ASSERT_OK(ioctl(job.job, AIOS_IOC_UPDATE, &u));
	ASSERT_OK(ioctl(job.job, AIOS_IOC_STAT, &stat));
	ASSERT(!*name);
	queued_finish(&job);
}
