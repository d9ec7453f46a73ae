// SPDX-License-Identifier: GPL-2.0
/*
 * The table of policies.
 */
#include "core/policy/policy.h"

#define POLICY_POINTER(name)	(&aios_policy_##name)

static const struct aios_policy_ops *const policies[] = {
	AIOS_POLICIES(POLICY_POINTER)
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
