// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of a context: each makes one ioctl with the struct that it should,
 * gives back what came, and passes errors on.
 */
#include <aios.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "mock.h"
#include "tap.h"

#define POISON	0xa5a5a5a5a5a5a5a5ULL

static const struct aios_info info_in = { .size = sizeof(struct aios_info) };
static const struct aios_info info_out = {
	.size = sizeof(struct aios_info),
	.abi_version = AIOS_ABI_VERSION,
};

#define OPENING { AIOS_IOC_INFO, &info_in, &info_out, sizeof(info_in), 0 }

/* A context whose next calls are @step, if any. */
static struct aios_ctx *start(const struct mock_ioctl *step)
{
	static struct mock_ioctl script[2] = { OPENING };
	struct aios_ctx *ctx = NULL;

	if (step)
		script[1] = *step;
	mock_script(script, step ? 2 : 1);
	check_equal(aios_new(&ctx, NULL), 0);
	if (!ctx)
		exit(1);
	return ctx;
}

static void opens(void)
{
	struct aios_ctx *ctx = start(NULL);

	check_text(mock_last_path(), "/dev/aios");
	check_equal(mock_last_fd(), aios_fd(ctx));
	check(fcntl(aios_fd(ctx), F_GETFD) & FD_CLOEXEC);
	check(aios_ref(ctx) == ctx);
	check(!aios_unref(ctx));
	check(fcntl(aios_fd(ctx), F_GETFD) >= 0);
	check(!aios_unref(ctx));
	check(!aios_unref(NULL));
	check_text(aios_version(), AIOS_VERSION);
}

static void opens_another_path(void)
{
	static const struct mock_ioctl script[] = { OPENING };
	struct aios_ctx *ctx;

	mock_script(script, 1);
	check_equal(aios_new(&ctx, "/dev/other"), 0);
	check_text(mock_last_path(), "/dev/other");
	aios_unref(ctx);
}

static void reports_why_it_cannot_open(void)
{
	static const struct mock_ioctl wrong_file[] = {
		{ AIOS_IOC_INFO, NULL, NULL, 0, ENOTTY },
	};
	static const struct aios_info old = { .abi_version = 0 };
	static const struct mock_ioctl old_module[] = {
		{ AIOS_IOC_INFO, NULL, &old, sizeof(old), 0 },
	};
	struct aios_ctx *ctx = (void *)1;

	mock_fail_open(ENOENT);
	check_equal(aios_new(&ctx, NULL), -ENOENT);
	mock_fail_open(EACCES);
	check_equal(aios_new(&ctx, NULL), -EACCES);
	mock_script(wrong_file, 1);
	check_equal(aios_new(&ctx, NULL), -ENOTTY);
	mock_script(old_module, 1);
	check_equal(aios_new(&ctx, NULL), -EPROTONOSUPPORT);
	mock_fail_allocation(1);
	check_equal(aios_new(&ctx, NULL), -ENOMEM);
	check(mock_allocation_failed());
	check(ctx == (void *)1);
}

static void resources_are_sized_by_the_caller(void)
{
	struct aios_resource_info table[2];
	struct aios_info in = info_in, out = info_out;
	struct mock_ioctl step = { AIOS_IOC_INFO, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx;

	in.resources = aios_pointer(table);
	in.nr_resources = 2;
	in.resource_size = sizeof(table[0]);
	out.nr_resources = 7;
	ctx = start(&step);
	check_equal(aios_resources(ctx, table, 2), 7);
	step.err = EFAULT;
	aios_unref(ctx);
	ctx = start(&step);
	check_equal(aios_resources(ctx, table, 2), -EFAULT);
	aios_unref(ctx);
}

static void cgroup_root_must_fit(void)
{
	char buf[16];
	struct aios_info in = info_in, out = info_out;
	struct mock_ioctl step = { AIOS_IOC_INFO, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx;

	in.cgroup_root = aios_pointer(buf);
	in.cgroup_root_len = sizeof(buf);
	out.cgroup_root_len = 6;
	ctx = start(&step);
	check_equal(aios_cgroup_root(ctx, buf, sizeof(buf)), 0);
	aios_unref(ctx);

	out.cgroup_root_len = 17;
	ctx = start(&step);
	check_equal(aios_cgroup_root(ctx, buf, sizeof(buf)), -ERANGE);
	aios_unref(ctx);

	step.err = ENOSPC;
	ctx = start(&step);
	check_equal(aios_cgroup_root(ctx, buf, sizeof(buf)), -ERANGE);
	aios_unref(ctx);
}

static void group_create_has_defaults(void)
{
	static const char path[] = "/team/nlp";
	struct aios_group_create c, in = {
		.size = sizeof(in),
		.path = aios_pointer(path),
		.path_len = 9,
		.weight = AIOS_WEIGHT_DEFAULT,
		.uid = ~0U,
		.gid = ~0U,
		.mode = ~0U,
	}, out = in;
	struct mock_ioctl step = {
		AIOS_IOC_GROUP_CREATE, &in, &out, sizeof(in), 0
	};
	struct aios_ctx *ctx;

	out.id = 5;
	out.why.code = AIOS_WHY_DEPTH;
	memset(&c, 0xa5, sizeof(c));
	ctx = start(&step);
	aios_group_create_init(&c, path);
	check_equal(aios_group_create(ctx, &c), 0);
	check_equal(c.id, 5);
	aios_unref(ctx);

	step.err = ENAMETOOLONG;
	ctx = start(&step);
	aios_group_create_init(&c, path);
	check_equal(aios_group_create(ctx, &c), -ENAMETOOLONG);
	check_equal(c.why.code, AIOS_WHY_DEPTH);
	aios_unref(ctx);
}

static void group_remove_tells_why(void)
{
	static const char path[] = "/team";
	struct aios_group_remove in = {
		.size = sizeof(in),
		.path = aios_pointer(path),
		.path_len = 5,
	}, out = in;
	struct mock_ioctl step = {
		AIOS_IOC_GROUP_REMOVE, &in, &out, sizeof(in), EBUSY
	};
	struct aios_why why = { .code = 99 };
	struct aios_ctx *ctx;

	out.why = (struct aios_why){ .code = AIOS_WHY_BUSY, .asked = 3 };
	ctx = start(&step);
	check_equal(aios_group_remove(ctx, path, &why), -EBUSY);
	check_equal(why.code, AIOS_WHY_BUSY);
	check_equal(why.asked, 3);
	aios_unref(ctx);

	step.err = 0;
	ctx = start(&step);
	check_equal(aios_group_remove(ctx, path, NULL), 0);
	aios_unref(ctx);
}

static void group_stat_by_path_and_by_id(void)
{
	static const char path[] = "/team";
	char full[AIOS_PATH_MAX + 1];
	struct aios_group_stat s, in = {
		.size = sizeof(in),
		.path = aios_pointer(path),
		.path_len = 5,
		.name_room = sizeof(full),
		.full_path = aios_pointer(full),
	};
	struct mock_ioctl step = {
		AIOS_IOC_GROUP_STAT, &in, NULL, sizeof(in), ENOENT
	};
	struct aios_ctx *ctx = start(&step);

	aios_group_stat_init(&s, path, 0, full, sizeof(full));
	check_equal(aios_group_stat(ctx, &s), -ENOENT);
	aios_unref(ctx);

	in.path = 0;
	in.path_len = 0;
	in.id = 12;
	step.err = 0;
	ctx = start(&step);
	aios_group_stat_init(&s, NULL, 12, full, sizeof(full));
	check_equal(aios_group_stat(ctx, &s), 0);
	aios_unref(ctx);
}

static void queueing_by_path_and_by_id(void)
{
	static const char path[] = "/team";
	static const struct aios_queueing out = {
		.size = sizeof(out), .id = 12, .servers = 3, .arrivals = 7,
	};
	struct aios_queueing q, in = {
		.size = sizeof(in),
		.path = aios_pointer(path),
		.path_len = 5,
	};
	struct mock_ioctl step = {
		AIOS_IOC_QUEUEING, &in, NULL, sizeof(in), ENOENT
	};
	struct aios_ctx *ctx = start(&step);

	aios_queueing_init(&q, path, 0);
	check_equal(aios_queueing_get(ctx, &q), -ENOENT);
	aios_unref(ctx);

	in.path = 0;
	in.path_len = 0;
	in.id = 12;
	in.servers = 3;
	step.out = &out;
	step.err = 0;
	ctx = start(&step);
	aios_queueing_init(&q, NULL, 12);
	q.servers = 3;
	check_equal(aios_queueing_get(ctx, &q), 0);
	check_equal(q.arrivals, 7);
	aios_unref(ctx);
}

static void prediction_is_passed_on(void)
{
	static const __s64 features[] = { 7, -1 };
	static const char name[] = "train";
	static const struct aios_predict_call out = {
		.size = sizeof(out), .run_duration_ns = 90, .expert = AIOS_EXPERT_SAME,
	};
	struct aios_predict_call p, in = {
		.size = sizeof(in),
		.name = aios_pointer(name),
		.name_len = 5,
		.features = aios_pointer(features),
		.nr_features = 2,
		.command = 12,
	};
	struct mock_ioctl step = {
		AIOS_IOC_PREDICT, &in, &out, sizeof(in), 0
	};
	struct aios_ctx *ctx = start(&step);

	aios_predict_init(&p, name, features, 2);
	p.command = 12;
	check_equal(aios_predict_get(ctx, &p), 0);
	check_equal(p.run_duration_ns, 90);
	check_equal(p.expert, AIOS_EXPERT_SAME);
	aios_unref(ctx);
}

static void attempts_are_walked(void)
{
	static const struct aios_attempt out = {
		.size = sizeof(out), .number = 9, .job = 3,
	};
	struct aios_attempt a, in = { .size = sizeof(in), .number = 4 };
	struct mock_ioctl step = { AIOS_IOC_ATTEMPT, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx = start(&step);

	AIOS_INIT(&a);
	check_equal(aios_attempt_get(ctx, 4, &a), 0);
	check_equal(a.number, 9);
	check_equal(a.job, 3);
	aios_unref(ctx);

	in = out;
	in.number = 10;
	step.out = NULL;
	step.err = ENOENT;
	ctx = start(&step);
	check_equal(aios_attempt_get(ctx, 10, &a), -ENOENT);
	a.size = 4;
	check_equal(aios_attempt_get(ctx, 1, &a), -EINVAL);
	aios_unref(ctx);
}

static void limit_of_a_group_is_set(void)
{
	static const char path[] = "/team";
	struct aios_limit l, in = {
		.size = sizeof(in),
		.path = aios_pointer(path),
		.path_len = 5,
		.resource_mask = 1U << AIOS_RESOURCE_MEMORY | 1U << 15,
	};
	struct mock_ioctl step = {
		AIOS_IOC_LIMIT, &in, NULL, sizeof(in), EOPNOTSUPP
	};
	struct aios_ctx *ctx = start(&step);

	in.limit[AIOS_RESOURCE_MEMORY] = 1ULL << 33;
	in.limit[15] = AIOS_UNLIMITED;
	aios_limit_init_group(&l, path);
	check_equal(aios_limit_set_resource(&l, AIOS_RESOURCE_MEMORY, 1ULL << 33), 0);
	check_equal(aios_limit_set_resource(&l, 15, AIOS_UNLIMITED), 0);
	check_equal(aios_limit_set_resource(&l, AIOS_RESOURCE_MAX, 1), -EINVAL);
	check_equal(aios_limit_set(ctx, &l), -EOPNOTSUPP);
	aios_unref(ctx);
}

static void limit_of_a_job_is_only_read(void)
{
	struct aios_limit l, in = {
		.size = sizeof(in),
		.flags = AIOS_LIMIT_JOB,
		.id = 77,
	};
	struct mock_ioctl step = { AIOS_IOC_LIMIT, &in, NULL, sizeof(in), 0 };
	struct aios_ctx *ctx = start(&step);

	aios_limit_init_job(&l, 77);
	l.flags |= AIOS_LIMIT_STRICT;
	l.weight = 4;
	l.resource_mask = 3;
	check_equal(aios_limit_get(ctx, &l), 0);
	l.size = 8;
	check_equal(aios_limit_get(ctx, &l), -EINVAL);
	aios_unref(ctx);
}

static void limit_of_a_default_is_only_read(void)
{
	struct aios_limit l, in = { .size = sizeof(in), .flags = AIOS_LIMIT_DEFAULT_GROUP };
	struct mock_ioctl step = { AIOS_IOC_LIMIT, &in, NULL, sizeof(in), 0 };
	struct aios_ctx *ctx = start(&step);

	AIOS_INIT(&l);
	l.flags = AIOS_LIMIT_DEFAULT_GROUP | AIOS_LIMIT_STRICT;
	l.weight = 4;
	check_equal(aios_limit_get(ctx, &l), 0);
	aios_unref(ctx);
}

static void policy_is_read_and_set(void)
{
	struct aios_policy p, in = { .size = sizeof(in) }, out = {
		.size = sizeof(out),
		.policy = AIOS_POLICY_FIFO,
		.backfill = AIOS_BACKFILL_EASY,
	};
	struct mock_ioctl step = { AIOS_IOC_POLICY, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx = start(&step);

	AIOS_INIT(&p);
	p.flags = AIOS_POLICY_FLAGS;
	check_equal(aios_policy_get(ctx, &p), 0);
	check_equal(p.policy, AIOS_POLICY_FIFO);
	check_equal(p.backfill, AIOS_BACKFILL_EASY);
	p.size = 0;
	check_equal(aios_policy_get(ctx, &p), -EINVAL);
	aios_unref(ctx);

	in.flags = AIOS_POLICY_SET_POLICY;
	in.policy = AIOS_POLICY_FIFO;
	step.err = EPERM;
	ctx = start(&step);
	check_equal(aios_policy_set(ctx, &in), -EPERM);
	aios_unref(ctx);
}

static void devices_are_walked(void)
{
	struct aios_device d, in = { .size = sizeof(in), .id = 4 }, out = in;
	struct mock_ioctl step = {
		AIOS_IOC_DEVICE_GET, &in, &out, sizeof(in), 0
	};
	struct aios_ctx *ctx = start(&step);

	out.id = 9;
	out.memory = 1ULL << 34;
	AIOS_INIT(&d);
	check_equal(aios_device_get(ctx, 4, &d), 0);
	check_equal(d.id, 9);
	d.size = 4;
	check_equal(aios_device_get(ctx, 4, &d), -EINVAL);
	aios_unref(ctx);

	step.err = ENOENT;
	step.out = NULL;
	ctx = start(&step);
	AIOS_INIT(&d);
	check_equal(aios_device_get(ctx, 4, &d), -ENOENT);
	aios_unref(ctx);
}

static void devices_are_declared_and_forgotten(void)
{
	struct aios_device in = { .size = sizeof(in), .memory = 1024 };
	struct mock_ioctl step = {
		AIOS_IOC_DEVICE_ADD, &in, NULL, sizeof(in), 0
	};
	struct aios_device gone = { .size = sizeof(gone), .id = 3 };
	struct aios_ctx *ctx = start(&step);

	check_equal(aios_device_add(ctx, &in), 0);
	aios_unref(ctx);
	step.nr = AIOS_IOC_DEVICE_SET;
	step.err = EPERM;
	ctx = start(&step);
	check_equal(aios_device_set(ctx, &in), -EPERM);
	aios_unref(ctx);
	step = (struct mock_ioctl){
		AIOS_IOC_DEVICE_REMOVE, &gone, NULL, sizeof(gone), EBUSY
	};
	ctx = start(&step);
	check_equal(aios_device_remove(ctx, 3), -EBUSY);
	aios_unref(ctx);
}

static void linear_program_is_passed_on(void)
{
	struct aios_lp_solve in = { .size = sizeof(in), .n = 2, .m = 1 };
	struct aios_lp_solve out = in;
	struct mock_ioctl step = { AIOS_IOC_LP_SOLVE, &in, &out, sizeof(in), 0 };
	struct aios_lp_solve lp = in;
	struct aios_ctx *ctx;

	in.goal = AIOS_OBJECTIVE_DRF;
	in.nr_resources = 1;
	out = in;
	lp = in;
	out.status = AIOS_LP_CAPPED;
	out.gap[1] = POISON;
	ctx = start(&step);
	check_equal(aios_program_solve(ctx, &lp), 0);
	check_equal(lp.status, AIOS_LP_CAPPED);
	check(lp.gap[1] == POISON);
	aios_unref(ctx);
}

static void workload_is_passed_on(void)
{
	struct aios_replay_call in = { .size = sizeof(in), .nr_records = 3 };
	struct aios_replay_call out = in, call = in;
	struct mock_ioctl step = { AIOS_IOC_REPLAY, &in, &out, sizeof(in), 0 };
	struct aios_ctx *ctx;

	out.hash = POISON;
	out.nr_decisions = 7;
	ctx = start(&step);
	check_equal(aios_workload_replay(ctx, &call), 0);
	check(call.hash == POISON);
	check_equal(call.nr_decisions, 7);
	aios_unref(ctx);
}

static const struct tap_case cases[] = {
	{ "a context opens the device and closes it", opens },
	{ "a context opens another path", opens_another_path },
	{ "a device that cannot be opened", reports_why_it_cannot_open },
	{ "the table of resources", resources_are_sized_by_the_caller },
	{ "the cgroup root", cgroup_root_must_fit },
	{ "a group is created", group_create_has_defaults },
	{ "a group is removed", group_remove_tells_why },
	{ "a group by path and by id", group_stat_by_path_and_by_id },
	{ "its queue by path and by id", queueing_by_path_and_by_id },
	{ "what a job would run", prediction_is_passed_on },
	{ "the walk over attempts", attempts_are_walked },
	{ "a group's limits", limit_of_a_group_is_set },
	{ "a job's limits, read", limit_of_a_job_is_only_read },
	{ "the limits of a default, read", limit_of_a_default_is_only_read },
	{ "the policy", policy_is_read_and_set },
	{ "a replay", workload_is_passed_on },
	{ "the walk over devices", devices_are_walked },
	{ "a declared device", devices_are_declared_and_forgotten },
	{ "a linear program", linear_program_is_passed_on },
};

int main(void)
{
	return tap_run(cases, ARRAY_SIZE(cases));
}
