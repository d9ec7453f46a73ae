// SPDX-License-Identifier: GPL-2.0
/*
 * The table of policies.
 */
#include "core/policy/policy.h"

static const struct aios_policy_ops *const policies[] = {
	&aios_policy_priority,
	&aios_policy_fifo,
	&aios_policy_sjf,
	&aios_policy_saf,
	&aios_policy_f1,
	&aios_policy_wfp3,
	&aios_policy_smallest,
	&aios_policy_edf,
	&aios_policy_tetris,
	&aios_policy_drf,
	&aios_policy_fairshare,
	&aios_policy_rr,
	&aios_policy_las,
	&aios_policy_srtf,
};

/**
 * aios_policy_at() - the policies in turn
 * @i: from 0
 *
 * Return: the policy, NULL after the last.
 */
const struct aios_policy_ops *aios_policy_at(u32 i)
{
	return i < ARRAY_SIZE(policies) ? policies[i] : NULL;
}

/**
 * aios_policy_find() - the policy of an id
 * @id: AIOS_POLICY_*
 *
 * Return: the policy, NULL when there is none.
 */
const struct aios_policy_ops *aios_policy_find(u32 id)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		if (policies[i]->id == id)
			return policies[i];
	return NULL;
}
