// SPDX-License-Identifier: GPL-2.0
/*
 * Smallest area first: expected run time times size. As good as the best on many
 * logs (Carastan-Santos, de Camargo, Trystram, Zrigui, One can only gain by
 * replacing EASY Backfilling, CCGRID 2019). Unknown run times come last.
 */
#include "core/books/engine.h"
#include "core/books/measure.h"
#include "core/books/runtime.h"
#include "core/policy/policy.h"

static void saf_key(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key)
{
	u64 size = aios_measure_size(engine, job), expected = aios_node_expected(job);

	if (expected)
		aios_key_u128(key, (u128)size * expected);
	else
		key->major = AIOS_KEY_LAST;
}

const struct aios_policy_ops aios_policy_saf = {
	.id = AIOS_POLICY_SAF,
	.name = "saf",
	.summary = "smallest area: expected run time times size",
	.key = saf_key,
};
