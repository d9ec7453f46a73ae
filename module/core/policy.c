// SPDX-License-Identifier: GPL-2.0
/*
 * The table of policies.
 */
#include "policy.h"

static const struct aios_policy_ops *const policies[] = {
	&aios_policy_priority,
	&aios_policy_fifo,
};

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
