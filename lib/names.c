// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The words for the constants of the ABI, and back.
 */
#include <core/policy/list.h>

#include "private.h"

/* A table and the number of the constant that its first entry is for. */
struct words {
	const char * const *word;
	uint32_t nr;
	uint32_t first;
};

#define POLICY_WORD(name)	#name

#define WORD_TABLE(name, first, ...)					\
	static const char * const name##_table[] = { __VA_ARGS__ };	\
	static const struct words name##_words = {			\
		name##_table, ARRAY_SIZE(name##_table), first		\
	}

WORD_TABLE(resource, AIOS_RESOURCE_CPU, "cpu", "memory", "gpu", "gpu_memory",
	   "io", "net", "pids", "swap", "huge_pages");
/* In the same order: the unit decides how people write amounts. */
WORD_TABLE(unit, AIOS_RESOURCE_CPU, "milli", "bytes", "milli", "bytes",
	   "bytes/s", "bytes/s", "tasks", "bytes", "bytes");
WORD_TABLE(how, AIOS_HOW_NONE, "none", "enforced", "cooperative",
	   "advisory");
WORD_TABLE(why, AIOS_WHY_NONE, "none", "never_fits", "not_now", "behind",
	   "not_ready", "unenforceable", "request_above_limit", "above_parent",
	   "user_bound", "no_device", "name", "depth", "value", "state",
	   "permission", "cgroup", "busy", "on_hold", "depends",
	   "depends_never", "gang", "drain", "never_grows", "forgotten",
	   "held", "time_limit", "confined", "bound", "not_carried", "full",
	   "kept", "too_little", "begin");
WORD_TABLE(state, AIOS_STATE_QUEUED, "queued", "admitted", "running",
	   "suspended", "done", "failed", "cancelled");
WORD_TABLE(end, AIOS_END_NONE, "none", "exit", "signal", "oom",
	   "cancelled", "abandoned", "lost", "setup", "dependency",
	   "time_limit", "full");
WORD_TABLE(depend, AIOS_DEPEND_AFTER, "after", "afterok", "afterany",
	   "afternotok");
WORD_TABLE(event, AIOS_EVENT_SUBMITTED, "submitted", "admitted",
	   "started", "granted", "suspended", "resumed", "ended", "limit", "oom",
	   "group_created", "group_removed", "device", "held", "released",
	   "retried", "drain", "time_limit", "kept");
WORD_TABLE(runtime, AIOS_RUNTIME_UNKNOWN, "unknown", "stated", "limit",
	   "predicted", "corrected");
WORD_TABLE(row, AIOS_ROW_MACHINE, "machine", "group", "device");
WORD_TABLE(policy, AIOS_POLICY_PRIORITY, AIOS_POLICIES(POLICY_WORD));
WORD_TABLE(backfill, AIOS_BACKFILL_NONE, "none", "easy", "conservative");
WORD_TABLE(objective, AIOS_OBJECTIVE_UTILITY, "utility", "maxmin", "drf",
	   "proportional");
WORD_TABLE(lp_status, AIOS_LP_OPTIMAL, "optimal", "capped", "infeasible");
WORD_TABLE(feature, 0, "cpu", "memory", "io", "pids", "psi", "kill", "hugetlb");
WORD_TABLE(resource_flag, 0, "elastic", "sticky", "limit_only");
WORD_TABLE(submit_flag, 0, "dry_run", "strict", "exclusive", "adopt", "hold",
	   "deadline_realtime", "predict", "begin_realtime");
WORD_TABLE(job_flag, 0, "strict", "exclusive", "adopted", "ready",
	   "throttled", "preempted", "guarded", "on_hold", "ending",
	   "settled", "keeps");
WORD_TABLE(basis, AIOS_BASIS_NONE, "none", "state", "mmc", "ggc",
	   "future");
WORD_TABLE(queueing_flag, 0, "samples", "rate", "arrivals", "service", "load",
	   "one_server", "order", "sizes");
WORD_TABLE(expert, AIOS_EXPERT_REQUEST, "request", "last", "last_two", "same",
	   "like_1", "like_2", "like_3", "like_4", "like_5", "like_6", "tree",
	   "vectors");
WORD_TABLE(asks, AIOS_ASKS_REQUEST, "request", "size", "last", "earlier",
	   "last_two", "same", "near", "wide", "kind", "nr", "hour", "day");
WORD_TABLE(device_flag, 0, "pci", "declared", "offline", "gone");

static const char *word_of(const struct words *words, uint32_t value)
{
	/* wraps below the first, so that one comparison is enough */
	uint32_t i = value - words->first;

	return i < words->nr ? words->word[i] : NULL;
}

static bool same(const char *word, const char *text)
{
	while (*word && (*word == *text || (*word == '_' && *text == '-'))) {
		word++;
		text++;
	}
	return *word == *text;
}

static int value_of(const struct words *words, const char *text)
{
	uint32_t i;

	for (i = 0; i < words->nr; i++)
		if (same(words->word[i], text))
			return (int)(words->first + i);
	return -ENOENT;
}

#define NAME_OF(words)							\
	AIOS_EXPORT const char *aios_##words##_name(uint32_t value)	\
	{								\
		return word_of(&words##_words, value);			\
	}								\
	AIOS_EXPORT const char *aios_##words##_name(uint32_t value)

#define FROM_NAME(words)						\
	AIOS_EXPORT int aios_##words##_from_name(const char *name)	\
	{								\
		return value_of(&words##_words, name);			\
	}								\
	AIOS_EXPORT int aios_##words##_from_name(const char *name)

NAME_OF(resource);
NAME_OF(how);
NAME_OF(why);
NAME_OF(state);
NAME_OF(end);
NAME_OF(event);
NAME_OF(depend);
NAME_OF(runtime);
NAME_OF(row);
NAME_OF(policy);
NAME_OF(backfill);
NAME_OF(objective);
NAME_OF(lp_status);
NAME_OF(feature);
NAME_OF(resource_flag);
NAME_OF(submit_flag);
NAME_OF(job_flag);
NAME_OF(device_flag);
NAME_OF(basis);
NAME_OF(queueing_flag);
NAME_OF(expert);
NAME_OF(asks);

FROM_NAME(resource);
FROM_NAME(state);
FROM_NAME(end);
FROM_NAME(event);
FROM_NAME(policy);
FROM_NAME(backfill);
FROM_NAME(objective);

AIOS_EXPORT const char *aios_resource_unit(uint32_t resource)
{
	return word_of(&unit_words, resource);
}
