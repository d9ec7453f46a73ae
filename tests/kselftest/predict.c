// SPDX-License-Identifier: GPL-2.0
/*
 * Prediction: what is said of a user's jobs after some have ended, what the engine then
 * expects of one that asks for that, what is recorded of attempts, who sees it, what nobody
 * is told of others, and that training comes to something while jobs come and go.
 *
 * Each test has a user of its own, of whom nothing is known before.
 */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-predict"
#define HOUR	(3600 * 1000000000ULL)
#define PARAMETER "/sys/module/aios/parameters/attempts"
/* So many have to end before anything is trained, and of so many users. */
#define TRAIN_FIRST	300
#define TRAIN_USERS	3

static struct aios_predict_call predict_args(const char *name)
{
	struct aios_predict_call p;

	memset(&p, POISON, sizeof(p));
	p.size = sizeof(p);
	p.flags = 0;
	p.name = (uintptr_t)name;
	p.name_len = strlen(name);
	p.features = 0;
	p.nr_features = 0;
	p.command = 0;
	p.shape = 0;
	p.resource_mask = 0;
	p.expected_runtime_ns = 0;
	p.max_runtime_ns = 0;
	p.reserved = 0;
	return p;
}

static struct aios_predict_call predict(const char *name)
{
	struct aios_predict_call p = predict_args(name);

	ASSERT_OK(ioctl(dev(), AIOS_IOC_PREDICT, &p));
	ASSERT_LE(p.low_duration_ns, p.run_duration_ns);
	ASSERT_LE(p.run_duration_ns, p.high_duration_ns);
	ASSERT_LE(p.run_duration_ns, p.most_duration_ns);
	return p;
}

static struct aios_submit ask_named(const char *name)
{
	struct aios_submit s = ask("/");

	ask_name(&s, name);
	return s;
}

/* A job of this name that ends by itself. Return its id. */
static uint64_t run_job(const char *name, long ms)
{
	struct aios_submit s = ask_named(name);
	int job = submit_ok(&s);
	pid_t pid = job_launch(job, work_nap, (void *)ms);

	reap_ok(pid);
	ASSERT_EQ(job_wait_end(job).end, AIOS_END_EXIT);
	close(job);
	return s.id;
}

/* The record of a job from a number on; false when the caller sees none. */
static bool find_attempt(uint64_t job, uint64_t from, struct aios_attempt *a)
{
	do {
		memset(a, POISON, sizeof(*a));
		a->size = sizeof(*a);
		a->flags = 0;
		a->number = from;
		if (ioctl(dev(), AIOS_IOC_ATTEMPT, a)) {
			ASSERT_EQ(errno, ENOENT);
			return false;
		}
		ASSERT_GE(a->number, from);
		from = a->number + 1;
	} while (a->job != job);
	return true;
}

/* ------------------------------------------------------------------ learning */

TEST(nothing_is_known_at_first)
{
	AS_USER(4101) {
		struct aios_predict_call p = predict("first");

		ASSERT_U64(p.run_duration_ns, 0);
		ASSERT_U64(p.most_duration_ns, 0);
		ASSERT_EQ(p.nr_known, 0);
		ASSERT_EQ(p.nr_same, 0);
		step("but what it states");
		p.expected_runtime_ns = HOUR;
		ASSERT_OK(ioctl(dev(), AIOS_IOC_PREDICT, &p));
		ASSERT_CMP(p.run_duration_ns, >=, HOUR - HOUR / 500);
		ASSERT_CMP(p.run_duration_ns, <=, HOUR);
		ASSERT_CMP(p.most_duration_ns, <=, HOUR);
		ASSERT_EQ(p.expert, AIOS_EXPERT_REQUEST);
		ASSERT_CMP(p.weight[AIOS_EXPERT_REQUEST], >, 0);
		ASSERT_U64(p.weight[AIOS_EXPERT_LAST], 0);
	}
}

/* An answer is what some job of the user did run, as far as logarithms tell. */
TEST(what_has_run_is_learnt)
{
	AS_USER(4102) {
		uint64_t least = UINT64_MAX, most = 0, id;
		struct aios_predict_call p;
		struct aios_attempt a;

		for (int i = 0; i < 3; i++) {
			id = run_job("train", 100);
			ASSERT(find_attempt(id, 1, &a));
			ASSERT_CMP(a.run_duration_ns, >=, 100 * 1000000);
			if (a.run_duration_ns < least)
				least = a.run_duration_ns;
			if (a.run_duration_ns > most)
				most = a.run_duration_ns;
		}
		p = predict("train");
		ASSERT_EQ(p.nr_known, 3);
		ASSERT_EQ(p.nr_same, 3);
		ASSERT_CMP(p.run_duration_ns, >=, least - least / 500);
		ASSERT_CMP(p.run_duration_ns, <=, most + most / 500);
		ASSERT_CMP(p.guess[AIOS_EXPERT_SAME], >=, least - least / 500);
		step("another name, or other numbers, are of another kind");
		ASSERT_EQ(predict("test").nr_same, 0);
		ASSERT_EQ(predict("test").nr_known, 3);
		p = predict_args("train");
		p.features = (uintptr_t)(const int64_t[]){ 7 };
		p.nr_features = 1;
		ASSERT_OK(ioctl(dev(), AIOS_IOC_PREDICT, &p));
		ASSERT_EQ(p.nr_same, 0);
	}
}

TEST(what_was_cancelled_is_no_lesson)
{
	AS_USER(4103) {
		struct aios_submit s = ask_named("never");
		struct aios_predict_call before, after;
		struct aios_attempt a;
		int job;

		run_job("never", 10);
		before = predict("never");
		job = submit_ok(&s);
		job_finish(job, job_start(job, work_sleep, NULL));
		after = predict("never");
		ASSERT_EQ(after.nr_known, 1);
		if (after.nr_lessons == before.nr_lessons)
			ASSERT_U64(after.run_duration_ns, before.run_duration_ns);
		ASSERT(find_attempt(s.id, 1, &a));
		ASSERT_EQ(a.end, AIOS_END_CANCELLED);
		ASSERT_EQ(a.code, 4103);
	}
}

/* Who poisons his history has his own predictions wrong. */
TEST(nobody_learns_from_anothers_jobs)
{
	struct aios_predict_call *said = shared(2 * sizeof(*said));

	AS_USER(4104) {
		run_job("same", 50);
	}
	/* A training in between, which may be due to earlier tests, would tell of itself. */
	do {
		AS_USER(4104) {
			said[0] = predict("same");
		}
		AS_USER(4105) {
			for (int i = 0; i < 8; i++)
				run_job("same", 1);
			ASSERT_GE(predict("same").nr_known, 8);
		}
		AS_USER(4104) {
			said[1] = predict("same");
		}
	} while (said[1].nr_lessons != said[0].nr_lessons);
	ASSERT_EQ(said[1].nr_known, 1);
	ASSERT_U64(said[1].run_duration_ns, said[0].run_duration_ns);
	ASSERT_U64(said[1].most_duration_ns, said[0].most_duration_ns);
	ASSERT(!memcmp(said[1].weight, said[0].weight, sizeof(said[0].weight)));
}

/* Not even that one has ended. */
TEST(nobody_is_told_that_anothers_job_ended)
{
	struct aios_predict_call *said = shared(2 * sizeof(*said));

	do {
		AS_USER(4113) {
			said[0] = predict("same");
		}
		AS_USER(4114) {
			run_job("same", 1);
		}
		AS_USER(4113) {
			said[1] = predict("same");
		}
	} while (said[1].nr_lessons != said[0].nr_lessons);
	ASSERT(!memcmp(&said[0], &said[1], sizeof(said[0])));
}

static void drop_capabilities(void)
{
	struct {
		uint32_t version;
		int pid;
	} header = { 0x20080522, 0 };
	uint32_t none[6] = { 0 };

	ASSERT_OK(prctl(PR_SET_KEEPCAPS, 0));
	ASSERT_OK(syscall(SYS_capset, &header, none));
}

/* What administrators run is not known to everybody who has the number 0. */
TEST(root_without_capabilities_has_no_experience)
{
	run_job("secret", 1);
	ASSERT_CMP(predict("secret").nr_known, >, 0);
	CHILD {
		drop_capabilities();
		ASSERT_EQ(predict("secret").nr_known, 0);
		run_job("his", 1);
		ASSERT_EQ(predict("his").nr_known, 0);
	}
	CHILD {
		ASSERT_OK(unshare(CLONE_NEWUSER));
		ASSERT_EQ(predict("secret").nr_known, 0);
	}
}

/* Whoever lends numbers in a user namespace lends no experience with them, nor gets any. */
TEST(lent_users_have_no_experience)
{
	int *step_of = shared(sizeof(*step_of));
	char path[64];
	pid_t pid;

	AS_USER(4115) {
		run_job("lender", 1);
		ASSERT_OK(unshare(CLONE_NEWUSER));
		ASSERT_EQ(predict("lender").nr_known, 1);
	}
	pid = fork();
	if (!pid) {
		become(4115);
		ASSERT_OK(unshare(CLONE_NEWUSER));
		*step_of = 1;
		ASSERT_SOON(*step_of == 2, 3000);
		dev_forget();
		ASSERT_OK(setresuid(5, 5, 5));
		ASSERT_EQ(predict("lender").nr_known, 0);
		run_job("lent", 1);
		ASSERT_EQ(predict("lent").nr_known, 0);
		_exit(0);
	}
	ASSERT_SOON(*step_of == 1, 3000);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	ASSERT_OK(file_write(path, "0 4115 1\n1 200000 30"));
	*step_of = 2;
	reap_ok(pid);
	AS_USER(4115) {
		ASSERT_EQ(predict("lender").nr_known, 1);
	}
}

/* Numbers of every size, of a job that runs and of one that is only asked about. */
TEST(numbers_of_every_size)
{
	static const int64_t numbers[] = { INT64_MIN, INT64_MAX, -1, 0, 1 };
	static const uint64_t sizes[] = { 0, 1, 1ULL << 56, INT64_MAX, UINT64_MAX };

	AS_USER(4116) {
		for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
			struct aios_submit s = ask_named("large");
			int64_t all[AIOS_FEATURES_MAX];

			for (unsigned int k = 0; k < ARRAY_SIZE(all); k++)
				all[k] = numbers[(i + k) % ARRAY_SIZE(numbers)];
			s.features = (uintptr_t)all;
			s.nr_features = ARRAY_SIZE(all);
			s.command = sizes[i];
			s.shape = sizes[i];
			s.expected_runtime_ns = i ? INT64_MAX / 2 : 1;
			s.flags = AIOS_SUBMIT_PREDICT;
			reap_ok(job_launch(submit_ok(&s), work_nap, (void *)1L));
			job_wait_end(s.fd);
			close(s.fd);
		}
		ASSERT_EQ(predict("large").nr_known, ARRAY_SIZE(numbers));
		for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct aios_predict_call p = predict_args("large");

			p.features = (uintptr_t)numbers;
			p.nr_features = ARRAY_SIZE(numbers);
			p.resource_mask = (1U << AIOS_RESOURCE_MAX) - 1;
			for (unsigned int r = 0; r < AIOS_RESOURCE_MAX; r++)
				p.request[r] = sizes[i];
			p.expected_runtime_ns = sizes[i];
			p.max_runtime_ns = sizes[ARRAY_SIZE(sizes) - 1 - i];
			ASSERT_OK(ioctl(dev(), AIOS_IOC_PREDICT, &p));
			ASSERT_CMP(p.run_duration_ns, >, 0);
			ASSERT_LE(p.low_duration_ns, p.run_duration_ns);
			ASSERT_LE(p.run_duration_ns, p.high_duration_ns);
			ASSERT_LE(p.run_duration_ns, p.most_duration_ns);
			if (sizes[i])
				ASSERT(p.most_duration_ns <= sizes[i]);
		}
	}
}

/* Whoever asks and submits without end keeps nobody from either. */
TEST(a_flood_of_questions_delays_nobody)
{
	uint64_t *asked = shared(4 * sizeof(*asked));
	pid_t pids[4];

	for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		become(4117);
		dev_forget();
		for (;; asked[i]++) {
			struct aios_submit s = ask_named("flood");

			s.flags = AIOS_SUBMIT_PREDICT;
			predict("flood");
			submit_ok(&s);
			close(s.fd);
		}
	}
	ASSERT_SOON(asked[0] && asked[1] && asked[2] && asked[3], 60000);
	AS_USER(4118) {
		for (unsigned int i = 0; i < 3; i++)
			run_job("calm", 1);
		ASSERT_EQ(predict("calm").nr_known, 3);
		ASSERT_EQ(predict("calm").nr_same, 3);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++) {
		ASSERT(alive(pids[i]));
		kill(pids[i], SIGKILL);
		reap_signal(pids[i], SIGKILL);
	}
}

/* ---------------------------------------------------------------- scheduling */

TEST(who_asks_is_scheduled_by_it)
{
	AS_USER(4106) {
		struct aios_submit s = ask_named("go");
		struct aios_update u = job_update_args();
		struct aios_predict_call p;
		struct aios_stat st;
		int job;

		run_job("go", 20);
		run_job("go", 20);
		step("who does not ask");
		st = job_stat(submit_ok(&s));
		ASSERT_EQ(st.estimated_source, AIOS_RUNTIME_UNKNOWN);
		ASSERT_EQ(st.most_source, AIOS_RUNTIME_UNKNOWN);
		step("who asks");
		p = predict("go");
		s.flags = AIOS_SUBMIT_PREDICT;
		job = submit_ok(&s);
		st = job_stat(job);
		ASSERT_EQ(st.estimated_source, AIOS_RUNTIME_PREDICTED);
		ASSERT_U64(st.estimated_runtime_ns, p.run_duration_ns);
		ASSERT_EQ(st.most_source, AIOS_RUNTIME_PREDICTED);
		ASSERT_U64(st.most_runtime_ns, p.most_duration_ns);
		ASSERT_U64(st.expected_runtime_ns, 0);
		step("and then says so himself");
		u.flags = AIOS_UPDATE_RUNTIME;
		u.expected_runtime_ns = HOUR;
		ASSERT_OK(ioctl(job, AIOS_IOC_UPDATE, &u));
		st = job_stat(job);
		ASSERT_EQ(st.estimated_source, AIOS_RUNTIME_STATED);
		ASSERT_U64(st.estimated_runtime_ns, HOUR);
		ASSERT_EQ(st.most_source, AIOS_RUNTIME_STATED);
		step("what is stated is what is reserved");
		s.expected_runtime_ns = HOUR;
		st = job_stat(submit_ok(&s));
		ASSERT_EQ(st.estimated_source, AIOS_RUNTIME_PREDICTED);
		ASSERT_CMP(st.estimated_runtime_ns, <=, HOUR);
		ASSERT_EQ(st.most_source, AIOS_RUNTIME_STATED);
		ASSERT_U64(st.most_runtime_ns, HOUR);
	}
}

TEST(what_is_outlived_is_corrected)
{
	AS_USER(4107) {
		struct aios_submit s = ask_named("long");
		pid_t pid;
		int job;

		run_job("long", 1);
		s.flags = AIOS_SUBMIT_PREDICT;
		job = submit_ok(&s);
		pid = job_start(job, work_sleep, NULL);
		ASSERT_SOON(job_stat(job).estimated_source == AIOS_RUNTIME_CORRECTED, 60000);
		ASSERT_SOON(job_stat(job).most_source == AIOS_RUNTIME_CORRECTED, 60000);
		job_finish(job, pid);
	}
}

TEST(a_dry_run_tells_the_same)
{
	AS_USER(4108) {
		struct aios_submit s = ask_named("dry");
		struct aios_predict_call before, after;

		run_job("dry", 5);
		before = predict("dry");
		s.flags = AIOS_SUBMIT_PREDICT | AIOS_SUBMIT_DRY_RUN;
		ASSERT_OK(submit(&s));
		ASSERT_EQ(s.state, AIOS_STATE_ADMITTED);
		after = predict("dry");
		ASSERT_EQ(after.nr_known, before.nr_known);
		ASSERT_U64(after.run_duration_ns, before.run_duration_ns);
	}
}

/* ------------------------------------------------------------------- records */

TEST(an_attempt_leaves_a_record)
{
	static const int64_t features[] = { 7000000000, -1 };
	struct aios_submit s;
	struct aios_attempt a;
	struct aios_stat st;
	uint64_t group;
	int job;

	group = group_make(GROUP);
	s = ask(GROUP);
	ask_name(&s, "recorded");
	want(&s, AIOS_RESOURCE_CPU, 100, 200);
	s.expected_runtime_ns = HOUR;
	s.max_runtime_ns = 2 * HOUR;
	s.features = (uintptr_t)features;
	s.nr_features = ARRAY_SIZE(features);
	s.command = 11;
	s.shape = 12;
	job = submit_ok(&s);
	reap(job_launch(job, work_exit, (void *)3L));
	job_wait_end(job);
	st = job_stat(job);
	close(job);
	ASSERT(find_attempt(s.id, 1, &a));
	ASSERT_U64(a.group, group);
	ASSERT_EQ(a.attempt, 1);
	ASSERT_EQ(a.uid, 0);
	ASSERT_EQ(a.end, AIOS_END_EXIT);
	ASSERT_EQ(a.code, 3);
	ASSERT_EQ(a.retried, 0);
	ASSERT(!strcmp(a.name, "recorded"));
	ASSERT_U64(a.command, 11);
	ASSERT_U64(a.shape, 12);
	ASSERT_EQ(a.nr_features, 2);
	ASSERT(!memcmp(a.features, features, sizeof(features)));
	ASSERT_U64(a.features[2], 0);
	ASSERT_EQ(a.resource_mask, 1U << AIOS_RESOURCE_CPU);
	ASSERT_U64(a.request[AIOS_RESOURCE_CPU], 100);
	ASSERT_U64(a.limit[AIOS_RESOURCE_CPU], 200);
	ASSERT_U64(a.expected_runtime_ns, HOUR);
	ASSERT_U64(a.max_runtime_ns, 2 * HOUR);
	ASSERT_CMP(a.run_duration_ns, >, 0);
	ASSERT_CMP(a.run_duration_ns, <=, st.end_ns - st.start_ns);
	ASSERT_CMP(a.wait_duration_ns, <=, st.admit_ns - st.submit_ns);
	ASSERT_U64(a.cpu_duration_ns, st.cpu_duration_ns);
	ASSERT_CMP(a.submit_realtime_ns, >, 0);
	ASSERT_CMP(a.predicted_low_duration_ns, <=, a.predicted_duration_ns);
	ASSERT_CMP(a.predicted_duration_ns, <=, a.predicted_most_duration_ns);
}

TEST(each_attempt_leaves_one)
{
	struct aios_submit s = ask("/");
	struct aios_attempt a;
	int job;

	want(&s, AIOS_RESOURCE_MEMORY, 16 * MIB, 100 * MIB);
	s.retries = 1;
	s.retry_factor = 4000;
	job = submit_ok(&s);
	reap_signal(job_launch(job, work_hog, (void *)40L), SIGKILL);
	job_wait_state(job, AIOS_STATE_QUEUED);
	step("of the first, while the job waits for the second");
	ASSERT(find_attempt(s.id, 1, &a));
	ASSERT_EQ(a.attempt, 1);
	ASSERT_EQ(a.end, AIOS_END_OOM);
	ASSERT_EQ(a.retried, 1);
	ASSERT_U64(a.request[AIOS_RESOURCE_MEMORY], 16 * MIB);
	ASSERT(!find_attempt(s.id, a.number + 1, &a));
	reap_ok(job_launch(job, work_nap, (void *)1L));
	job_wait_end(job);
	close(job);
	step("of the second");
	ASSERT(find_attempt(s.id, 1, &a));
	ASSERT(find_attempt(s.id, a.number + 1, &a));
	ASSERT_EQ(a.attempt, 2);
	ASSERT_EQ(a.end, AIOS_END_EXIT);
	ASSERT_EQ(a.retried, 0);
	ASSERT_U64(a.request[AIOS_RESOURCE_MEMORY], 64 * MIB);
}

/*
 * What was predicted of a job is made from others of its submitter's, which who sees this one
 * may not see.
 */
TEST(what_was_predicted_is_the_submitters)
{
	uint64_t *id = shared(sizeof(*id));
	struct aios_attempt a;

	ASSERT_OK(group_create(GROUP, 4119, 4119, 0755, NULL));
	leave_group(GROUP);
	AS_USER(4119) {
		struct aios_submit s = ask(GROUP);

		ask_name(&s, "told");
		run_job("told", 5);
		reap_ok(job_launch(submit_ok(&s), work_nap, (void *)1L));
		job_wait_end(s.fd);
		close(s.fd);
		*id = s.id;
		ASSERT(find_attempt(*id, 1, &a));
		ASSERT_CMP(a.predicted_duration_ns, >, 0);
	}
	ASSERT(find_attempt(*id, 1, &a));
	ASSERT_CMP(a.predicted_duration_ns, >, 0);
	AS_USER(BOB) {
		ASSERT(find_attempt(*id, 1, &a));
		ASSERT_CMP(a.run_duration_ns, >, 0);
		ASSERT_U64(a.predicted_duration_ns, 0);
		ASSERT_U64(a.predicted_low_duration_ns, 0);
		ASSERT_U64(a.predicted_high_duration_ns, 0);
		ASSERT_U64(a.predicted_most_duration_ns, 0);
	}
}

/* A record is seen by whoever sees the job. */
TEST(what_is_not_seen_is_not_there)
{
	uint64_t *id = shared(sizeof(*id));
	struct aios_attempt a;

	ASSERT_OK(group_create(GROUP, 4110, 4110, 0710, NULL));
	leave_group(GROUP);
	AS_USER(4110) {
		struct aios_submit s = ask(GROUP);
		int job = submit_ok(&s);

		reap_ok(job_launch(job, work_nap, (void *)1L));
		job_wait_end(job);
		close(job);
		id[0] = s.id;
		ASSERT(find_attempt(id[0], 1, &a));
		ASSERT_EQ(a.uid, 4110);
	}
	ASSERT(find_attempt(id[0], 1, &a));
	AS_USER(BOB) {
		ASSERT(!find_attempt(id[0], 1, &a));
		step("by its number neither");
		memset(&a, 0, sizeof(a));
		a.size = sizeof(a);
		a.number = UINT64_MAX;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_ATTEMPT, &a), ENOENT);
	}
}

TEST(a_user_keeps_so_many)
{
	char before[32];

	ASSERT(file_read(PARAMETER, before, sizeof(before)));
	ASSERT_OK(file_write(PARAMETER, "2"));
	AS_USER(4111) {
		struct aios_attempt a;
		uint64_t ids[4];

		for (int i = 0; i < 4; i++)
			ids[i] = run_job("kept", 1);
		ASSERT(!find_attempt(ids[0], 1, &a));
		ASSERT(!find_attempt(ids[1], 1, &a));
		ASSERT(find_attempt(ids[2], 1, &a));
		ASSERT(find_attempt(ids[3], 1, &a));
	}
	step("none");
	ASSERT_OK(file_write(PARAMETER, "0"));
	AS_USER(4112) {
		struct aios_attempt a;

		ASSERT(!find_attempt(run_job("none", 1), 1, &a));
		ASSERT_EQ(predict("none").nr_known, 1);
	}
	ASSERT_OK(file_write(PARAMETER, before));
}

/* ------------------------------------------------------------------ training */

/*
 * The tree answers at last, while jobs go on to come and go, and its path leads on. One user
 * would not do: what would be said then would be of his jobs alone.
 */
TEST(training_comes_to_something)
{
	struct aios_predict_call p;

	if (scale() > 1)
		skip("too many jobs for this kernel");
	for (uid_t uid = 4121; uid < 4121 + TRAIN_USERS; uid++) {
		AS_USER(uid) {
			for (unsigned int i = 0; i < TRAIN_FIRST / TRAIN_USERS; i++)
				run_job("many", 1);
		}
	}
	ASSERT_SOON(predict("many").guess[AIOS_EXPERT_TREE], 60000);
	run_job("many", 1);
	ASSERT_SOON(predict("many").guess[AIOS_EXPERT_VECTORS], 60000);
	p = predict("many");
	ASSERT_GE(p.nr_lessons, TRAIN_FIRST);
	ASSERT_LE(p.nr_steps, AIOS_PREDICT_STEPS_MAX);
	for (unsigned int i = 0; i < p.nr_steps; i++) {
		ASSERT_LE(p.step[i].asks, AIOS_ASKS_DAY);
		ASSERT_EQ(p.step[i].above, p.step[i].value > p.step[i].threshold);
	}
}
