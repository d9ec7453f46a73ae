// SPDX-License-Identifier: GPL-2.0
/*
 * AIOS_IOC_PREDICT and AIOS_IOC_ATTEMPT: what a job would run, and what became of those
 * before.
 */
#include <linux/aios.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "calls/calls.h"
#include "calls/ioctl.h"
#include "names.h"
#include "predict/attempt.h"
#include "predict/foresight.h"
#include "turns.h"
#include "user.h"

/* The numbers of the ABI are those of the core. */
static_assert(AIOS_EXPERT_REQUEST == (int)AIOS_PREDICT_REQUEST);
static_assert(AIOS_EXPERT_LAST == (int)AIOS_PREDICT_LAST);
static_assert(AIOS_EXPERT_LAST_TWO == (int)AIOS_PREDICT_LAST_TWO);
static_assert(AIOS_EXPERT_SAME == (int)AIOS_PREDICT_SAME);
static_assert(AIOS_EXPERT_LIKE_1 == (int)AIOS_PREDICT_LIKE);
static_assert(AIOS_EXPERT_LIKE_6 == (int)AIOS_PREDICT_LIKE + AIOS_PREDICT_WEIGHINGS - 1);
static_assert(AIOS_EXPERT_TREE == (int)AIOS_PREDICT_TREE);
static_assert(AIOS_EXPERT_VECTORS == (int)AIOS_PREDICT_SVR);
static_assert(AIOS_EXPERT_MAX >= (int)AIOS_PREDICT_EXPERTS);
static_assert(AIOS_ASKS_REQUEST == (int)AIOS_FEATURE_REQUEST);
static_assert(AIOS_ASKS_SIZE == (int)AIOS_FEATURE_SIZE);
static_assert(AIOS_ASKS_LAST == (int)AIOS_FEATURE_BEFORE);
static_assert(AIOS_ASKS_EARLIER == (int)AIOS_FEATURE_EARLIER);
static_assert(AIOS_ASKS_LAST_TWO == (int)AIOS_FEATURE_LAST_TWO);
static_assert(AIOS_ASKS_SAME == (int)AIOS_FEATURE_SAME);
static_assert(AIOS_ASKS_NEAR == (int)AIOS_FEATURE_NEAR);
static_assert(AIOS_ASKS_WIDE == (int)AIOS_FEATURE_WIDE);
static_assert(AIOS_ASKS_KIND == (int)AIOS_FEATURE_KIND);
static_assert(AIOS_ASKS_NR == (int)AIOS_FEATURE_NR);
static_assert(AIOS_ASKS_HOUR == (int)AIOS_FEATURE_HOUR);
static_assert(AIOS_ASKS_DAY == (int)AIOS_FEATURE_DAY);
static_assert(AIOS_PREDICT_STEPS_MAX == AIOS_TREE_DEPTH);

/* ----------------------------------------------------------------- PREDICT */

/**
 * struct predict_call - PREDICT under way
 */
struct predict_call {
	/** @described: what is asked for */
	struct aios_described described;
	/** @foreseen: what was said */
	struct aios_foreseen foreseen;
	/** @path: how the tree came to its guess */
	struct aios_foreseen_path path;
	/** @nr_lessons: that the tree and the support vectors know */
	u32 nr_lessons;
};

static int foresee(void *arg)
{
	struct predict_call *call = arg;

	call->described.cred = current_cred();
	aios_foresight_ask(&call->described, &call->foreseen);
	aios_foresight_path(&call->foreseen, &call->path);
	call->nr_lessons = aios_foresight_lessons();
	return 0;
}

/* Most of what the tree asks for is a logarithm. */
static u64 asked_for(u32 asks, u16 value)
{
	return asks < AIOS_ASKS_KIND ? aios_predict_exp(value) : value;
}

static void show_steps(struct aios_predict_call *p, const struct aios_foreseen_path *path)
{
	u32 i;

	p->nr_steps = path->nr ? path->nr - 1 : 0;
	memset(p->step, 0, sizeof(p->step));
	for (i = 0; i < p->nr_steps; i++) {
		const struct aios_tree_node *node = &path->node[i];
		u16 value = path->x[node->feature];

		p->step[i] = (struct aios_predict_step){
			.asks = node->feature,
			.above = value > node->threshold,
			.value = asked_for(node->feature, value),
			.threshold = asked_for(node->feature, node->threshold),
		};
	}
}

static void show_prediction(struct aios_predict_call *p, const struct predict_call *call)
{
	const struct aios_prediction *answer = &call->foreseen.answer;
	const struct aios_predict_said *said = &call->foreseen.said;
	u32 i;

	p->run_duration_ns = answer->run_ns;
	p->low_duration_ns = answer->low_ns;
	p->high_duration_ns = answer->high_ns;
	p->most_duration_ns = answer->most_ns;
	p->expert = answer->expert;
	p->nr_known = said->nr;
	p->nr_same = said->kind;
	p->nr_lessons = call->nr_lessons;
	memset(p->guess, 0, sizeof(p->guess));
	memset(p->weight, 0, sizeof(p->weight));
	for (i = 0; i < AIOS_PREDICT_EXPERTS; i++) {
		p->weight[i] = answer->weight[i];
		if (said->log[i] != AIOS_PREDICT_SILENT)
			p->guess[i] = aios_predict_exp(said->log[i]);
	}
	show_steps(p, &call->path);
}

/* What the caller describes is copied for as long as the call takes. */
static int describe(const struct aios_predict_call *p, struct aios_described *described)
{
	struct aios_why why;
	char *name;
	int ret;

	ret = aios_copy_features(p->features, p->nr_features, (s64 **)&described->features);
	if (ret)
		return ret;
	name = aios_copy_string(p->name, p->name_len, AIOS_NAME_MAX, &why);
	if (IS_ERR(name))
		return PTR_ERR(name);
	described->name = name;
	described->command = p->command;
	described->shape = p->shape;
	described->nr_features = p->nr_features;
	described->resource_mask = p->resource_mask;
	described->request = p->request;
	described->expected_ns = p->expected_runtime_ns;
	if (p->max_runtime_ns != AIOS_UNLIMITED)
		described->max_ns = p->max_runtime_ns;
	return name ? aios_job_name_check(name, &why) : 0;
}

int aios_ioctl_predict(struct file *file, void *arg)
{
	struct aios_predict_call *p = arg;
	struct predict_call *call;
	int ret;

	if (p->flags || p->reserved || p->resource_mask >> AIOS_RESOURCE_MAX)
		return -EINVAL;
	call = kzalloc(sizeof(*call), GFP_KERNEL_ACCOUNT);
	if (!call)
		return -ENOMEM;
	ret = describe(p, &call->described);
	if (!ret)
		ret = aios_turn_brief(foresee, call);
	if (!ret)
		show_prediction(p, call);
	kfree(call->described.features);
	kfree(call->described.name);
	kfree(call);
	return ret;
}

/* ----------------------------------------------------------------- ATTEMPT */

/* So many are passed over in one turn, for a caller who may see few. */
#define PASSED_MAX	64

/* What was predicted tells of jobs of the submitter's that others may not see. */
static void hide_prediction(struct aios_attempt *a)
{
	a->predicted_duration_ns = 0;
	a->predicted_low_duration_ns = 0;
	a->predicted_high_duration_ns = 0;
	a->predicted_most_duration_ns = 0;
}

static int find_attempt(void *arg)
{
	struct aios_attempt *a = arg;
	const struct aios_attempt_kept *kept;
	struct user_namespace *ns = current_user_ns();
	u32 size = a->size, passed = 0;

	for (; (kept = aios_attempt_from(a->number)); a->number++) {
		a->number = kept->told.number;
		if (aios_attempt_visible_to(kept, current_cred()))
			break;
		if (++passed == PASSED_MAX) {
			a->number++;
			return -EAGAIN;
		}
	}
	if (!kept)
		return -ENOENT;
	*a = kept->told;
	a->size = size;
	a->uid = from_kuid_munged(ns, kept->uid);
	a->gid = from_kgid_munged(ns, kept->gid);
	if (!aios_attempt_is_of(kept, current_cred()))
		hide_prediction(a);
	if (a->end == AIOS_END_CANCELLED)
		a->code = from_kuid_munged(ns, kept->cancel_uid);
	return 0;
}

int aios_ioctl_attempt(struct file *file, void *arg)
{
	struct aios_attempt *a = arg;
	int ret;

	if (a->flags)
		return -EINVAL;
	do {
		ret = aios_turn_brief(find_attempt, a);
	} while (ret == -EAGAIN);
	return ret;
}
