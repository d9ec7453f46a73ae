// SPDX-License-Identifier: GPL-2.0
/*
 * How amounts, causes and ends are shown: see show.h.
 */
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "print/show.h"
#include "print/when.h"

void show_amount(struct out *o, const char *key, uint32_t resource,
		 uint64_t value)
{
	char text[AIOS_QUANTITY_LEN];

	aios_quantity_format(resource, value, text, sizeof(text));
	if (value == AIOS_UNLIMITED)
		out_null(o, key, text);
	else
		out_number(o, key, value, "%s", text);
}

void show_grant_cell(struct out *o, const char *key, uint32_t resource,
		     uint64_t grant, uint64_t request, uint64_t limit)
{
	char granted[AIOS_QUANTITY_LEN], range[AIOS_RANGE_LEN];

	aios_quantity_format(resource, grant, granted, sizeof(granted));
	aios_range_format(resource, request, limit, range, sizeof(range));
	out_cell(o, key, "%s/%s", granted, range);
}

void show_duration(struct out *o, const char *key, uint64_t ns)
{
	char text[32];

	out_number(o, key, ns, "%s", duration_text(ns, text, sizeof(text)));
}

void show_time(struct out *o, const char *key, uint64_t ns)
{
	char text[32];

	if (!ns)
		out_null(o, key, NULL);
	else
		out_number(o, key, ns, "%s", wall_clock_text(ns, text, sizeof(text)));
}

void show_why(struct out *o, struct aios_ctx *ctx, const char *key,
	      const struct aios_why *why)
{
	char sentence[AIOS_WHY_LEN + AIOS_PATH_MAX];

	if (why->code == AIOS_WHY_NONE) {
		out_null(o, key, NULL);
		return;
	}
	aios_why_describe(ctx, why, sentence, sizeof(sentence));
	out_cell(o, key, "%s", sentence);
	out_hidden_begin(o, key);
	out_string(o, "code", aios_why_name(why->code));
	out_string(o, "resource", aios_resource_name(why->resource));
	out_u64(o, "group", why->group);
	out_u64(o, "asked", why->asked);
	out_u64(o, "available", why->available);
	out_string(o, "message", sentence);
	out_hidden_end(o);
}

void show_state(struct out *o, uint32_t state)
{
	static const enum out_style styles[] = {
		[AIOS_STATE_QUEUED] = OUT_WARN,
		[AIOS_STATE_RUNNING] = OUT_GOOD,
		[AIOS_STATE_SUSPENDED] = OUT_DIM,
		[AIOS_STATE_FAILED] = OUT_BAD,
		[AIOS_STATE_CANCELLED] = OUT_BAD,
	};

	if (state < ARRAY_SIZE(styles))
		out_style(o, styles[state]);
	out_string(o, "state", aios_state_name(state) ?: "unknown");
}

const char *end_text(uint32_t end, uint32_t code)
{
	static char text[96];

	switch (end) {
	case AIOS_END_NONE:
		return "";
	case AIOS_END_EXIT:
		snprintf(text, sizeof(text), "exit status %" PRIu32, code);
		break;
	case AIOS_END_SIGNAL:
		snprintf(text, sizeof(text), "ended by %s", signal_text(code));
		break;
	case AIOS_END_OOM:
		return "exceeded its memory limit";
	case AIOS_END_FULL:
		return "its group was full: no memory was left beside what others requested";
	case AIOS_END_CANCELLED:
		snprintf(text, sizeof(text), "cancelled by %s", user_name(code));
		break;
	case AIOS_END_ABANDONED:
		return "abandoned by its submitter before it started";
	case AIOS_END_LOST:
		return "its cgroup was removed by somebody else";
	case AIOS_END_DEPENDENCY:
		return "a job that it waited for ended otherwise";
	case AIOS_END_TIME_LIMIT:
		return "its time limit was over";
	case AIOS_END_SETUP:
		snprintf(text, sizeof(text), "its cgroup could not be set up: %s",
			 strerror(code));
		break;
	default:
		snprintf(text, sizeof(text), "end %" PRIu32, end);
		break;
	}
	return text;
}

void show_retry(struct out *o, const struct aios_stat *stat)
{
	char limit[AIOS_QUANTITY_LEN];

	if (!stat->retry_factor) {
		out_data_u64(o, "attempt", stat->attempt);
		out_null(o, "retry", NULL);
		return;
	}
	aios_quantity_format(AIOS_RESOURCE_MEMORY, stat->retry_limit, limit, sizeof(limit));
	out_u64(o, "attempt", stat->attempt);
	out_cell(o, "retry", "%u left, with %g times the memory each, up to %s",
		 stat->retries, (double)stat->retry_factor / AIOS_RETRY_UNIT, limit);
	out_hidden_begin(o, "retry");
	out_u64(o, "left", stat->retries);
	out_double(o, "factor", (double)stat->retry_factor / AIOS_RETRY_UNIT, "%g", 0.0);
	if (stat->retry_limit == AIOS_UNLIMITED)
		out_null(o, "limit", NULL);
	else
		out_u64(o, "limit", stat->retry_limit);
	out_u64(o, "killed", stat->retry_kills);
	out_hidden_end(o);
}

static void amount_field(struct out *o, const char *key, uint32_t resource,
			 const __u64 *values)
{
	if (values)
		show_amount(o, key, resource, values[resource]);
}

void show_amounts(struct out *o, const char *title,
		  const struct show_amounts *amounts)
{
	const struct out_column all[] = {
		{ "resource", "RESOURCE", false },
		{ "request", "REQUEST", true },
		{ "charged", "REQUESTED", true },
		{ "limit", "LIMIT", true },
		{ "effective", "EFFECTIVE", true },
		{ "grant", "GRANT", true },
		{ "use", "USE", true },
		{ "left", "LEFT BEHIND", true },
		{ "peak", "PEAK", true },
		{ "how", "HOW", false },
	};
	const void * const known[] = {
		amounts, amounts->request, amounts->charged, amounts->limit,
		amounts->effective, amounts->grant, amounts->use, amounts->left,
		amounts->peak, amounts->how,
	};
	struct out_column columns[ARRAY_SIZE(all)];
	size_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all) && title; i++)
		if (known[i])
			columns[nr++] = all[i];
	if (title)
		out_table_begin(o, "resources", title, columns, nr);
	else
		out_hidden_array_begin(o, "resources");
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++) {
		if (!(amounts->mask & 1U << r) || !aios_resource_name(r))
			continue;
		if (title)
			out_row_begin(o);
		else
			out_hidden_begin(o, NULL);
		out_string(o, "resource", aios_resource_name(r));
		out_string(o, "unit", aios_resource_unit(r));
		amount_field(o, "request", r, amounts->request);
		amount_field(o, "limit", r, amounts->limit);
		amount_field(o, "effective", r, amounts->effective);
		amount_field(o, "grant", r, amounts->grant);
		amount_field(o, "charged", r, amounts->charged);
		amount_field(o, "use", r, amounts->use);
		amount_field(o, "left", r, amounts->left);
		amount_field(o, "peak", r, amounts->peak);
		if (amounts->how)
			out_string(o, "how", aios_how_name(amounts->how[r]));
		if (title)
			out_row_end(o);
		else
			out_hidden_end(o);
	}
	if (title)
		out_table_end(o);
	else
		out_hidden_end(o);
}

static void runtime_print(struct out *o, const char *key, const char *source_key,
			  uint64_t ns, uint32_t source)
{
	static const char * const texts[] = {
		[AIOS_RUNTIME_STATED] = "as stated",
		[AIOS_RUNTIME_LIMIT] = "its time limit",
		[AIOS_RUNTIME_PREDICTED] = "as predicted",
		[AIOS_RUNTIME_CORRECTED] = "corrected: it has outlived what was expected",
	};
	const char *text = source < ARRAY_SIZE(texts) ? texts[source] : NULL;
	char duration[32];

	if (source == AIOS_RUNTIME_UNKNOWN)
		out_null(o, key, "unknown");
	else
		out_number(o, key, ns, "%s, %s", duration_text(ns, duration, sizeof(duration)),
			   text ?: "for a reason that is not known here");
	out_data_string(o, source_key, aios_runtime_name(source));
}

void show_runtimes(struct out *o, const struct aios_stat *stat)
{
	runtime_print(o, "estimated_runtime_ns", "estimated_source", stat->estimated_runtime_ns,
		      stat->estimated_source);
	runtime_print(o, "most_runtime_ns", "most_source", stat->most_runtime_ns,
		      stat->most_source);
}
