// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_POLICY: what orders the queue and shares the surplus, of the machine, and
 * what orders the jobs of a group that has a policy of its own.
 */
#include <linux/aios.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "arbiter/arbiter.h"
#include "calls/calls.h"
#include "calls/ioctl.h"
#include "core/books/measure.h"
#include "core/policy/policy.h"
#include "group/group.h"
#include "group/station.h"
#include "names.h"
#include "turns.h"

#define OF_GROUP	(AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM | \
			 AIOS_POLICY_SET_INHERIT)

/* What is not to be set is what it was. */
static void complete_policy(struct aios_policy *p)
{
	const struct aios_engine *engine = &aios_engine;

	if (!(p->flags & AIOS_POLICY_SET_POLICY))
		p->policy = engine->policy_id;
	if (!(p->flags & AIOS_POLICY_SET_BACKFILL))
		p->backfill = engine->backfill;
	if (!(p->flags & AIOS_POLICY_SET_OBJECTIVE))
		p->objective = engine->objective;
	if (!(p->flags & AIOS_POLICY_SET_QUANTUM))
		p->quantum_ns = engine->tuning.quantum_ns;
	if (!(p->flags & AIOS_POLICY_SET_AGING))
		p->aging_ns = engine->tuning.aging_ns;
	if (!(p->flags & AIOS_POLICY_SET_HALF_LIFE))
		p->half_life_ns = engine->tuning.half_life_ns;
	if (!(p->flags & AIOS_POLICY_SET_GUARD)) {
		p->guard = engine->tuning.guard;
		p->guard_floor_ns = engine->tuning.guard_floor_ns;
	}
	p->nr_guarded = engine->nr_guarded;
	p->nr_preempted = engine->nr_preempted;
	p->nr_beyond = engine->nr_beyond;
}

static int switch_policy(const struct aios_policy *p)
{
	const struct aios_engine_tuning before = aios_engine.tuning;
	const struct aios_engine_tuning tuning = {
		.quantum_ns = p->quantum_ns,
		.aging_ns = p->aging_ns,
		.half_life_ns = p->half_life_ns,
		.guard_floor_ns = p->guard_floor_ns,
		.guard = p->guard,
	};
	int ret;

	ret = aios_arbiter_tune(&tuning);
	if (ret)
		return ret;
	ret = aios_engine_policy_set(&aios_engine, aios_arbiter_now(), p->policy,
				     p->backfill, p->objective);
	if (!ret)
		aios_group_unlearn();
	if (ret)
		aios_arbiter_tune(&before);
	else if (p->flags & AIOS_POLICY_SET_OBJECTIVE)
		/* Whoever sets it looks at the grants next. */
		aios_arbiter_decide();
	else
		aios_arbiter_kick();
	return ret;
}

/* ------------------------------------------------------------------ a group */

static void show_group(struct aios_policy *p, const struct aios_group_node *group)
{
	const struct aios_group_node *up;

	p->flags = 0;
	complete_policy(p);
	p->own = (group->policy ? AIOS_POLICY_SET_POLICY : 0) |
		 (group->quantum_ns ? AIOS_POLICY_SET_QUANTUM : 0);
	for (up = group; up->parent && !up->policy; up = up->parent)
		;
	if (up->policy)
		p->policy = up->policy->id;
	p->quantum_ns = aios_group_quantum(&aios_engine, group);
}

/* What fails changes nothing: the quantum is taken back when the policy is refused. */
static int switch_group(const struct aios_policy *p, struct aios_group_node *group)
{
	bool inherit = p->flags & AIOS_POLICY_SET_INHERIT;
	u64 before = group->quantum_ns;
	int ret = 0;

	/* That number is the engine's own word for it. */
	if (p->flags & AIOS_POLICY_SET_POLICY && p->policy == AIOS_GROUP_INHERITS)
		return -EOPNOTSUPP;
	if (inherit || p->flags & AIOS_POLICY_SET_QUANTUM)
		ret = aios_engine_group_quantum(&aios_engine, aios_arbiter_now(), group,
						inherit ? 0 : p->quantum_ns);
	if (ret)
		return ret;
	if (inherit || p->flags & AIOS_POLICY_SET_POLICY)
		ret = aios_engine_group_policy(&aios_engine, aios_arbiter_now(), group,
					       inherit ? AIOS_GROUP_INHERITS : p->policy);
	if (ret)
		aios_engine_group_quantum(&aios_engine, aios_arbiter_now(), group, before);
	else
		aios_arbiter_kick();
	return ret;
}

/**
 * struct policy_call - POLICY of a group under way
 */
struct policy_call {
	/** @p: the caller's struct */
	struct aios_policy *p;
	/** @path: of the group */
	const char *path;
};

static int policy_of_group(void *arg)
{
	const struct policy_call *call = arg;
	struct aios_policy *p = call->p;
	struct aios_group *group = aios_group_find(call->path);
	int ret = 0;

	if (!group || group->dying || !aios_group_known(group))
		return -ENOENT;
	if (!group->parent)
		return -EINVAL;
	if (p->flags && !aios_group_may(group->parent, AIOS_MAY_ADMINISTER))
		return -EPERM;
	if (p->flags)
		ret = switch_group(p, group->core);
	if (!ret)
		show_group(p, group->core);
	return ret;
}

static int group_call(struct aios_policy *p)
{
	u32 inherit = p->flags & AIOS_POLICY_SET_INHERIT;
	struct policy_call call = { .p = p };
	struct aios_why why;
	char *path;
	int ret;

	if (p->flags & ~OF_GROUP || (inherit && p->flags != inherit))
		return -EINVAL;
	path = aios_copy_string(p->path, p->path_len, AIOS_PATH_MAX, &why);
	if (IS_ERR(path))
		return PTR_ERR(path);
	call.path = path;
	ret = aios_path_check(path, &why);
	if (!ret)
		ret = aios_turn(policy_of_group, &call);
	kfree(path);
	return ret;
}

/* -------------------------------------------------------------- the machine */

static int policy_of_machine(void *arg)
{
	struct aios_policy *p = arg;

	complete_policy(p);
	p->own = 0;
	return p->flags ? switch_policy(p) : 0;
}

int aios_ioctl_policy(struct file *file, void *arg)
{
	struct aios_policy *p = arg;

	if (p->path || p->path_len)
		return group_call(p);
	if (p->flags & ~AIOS_POLICY_FLAGS)
		return -EINVAL;
	if (p->flags && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	return aios_turn(policy_of_machine, p);
}
