// SPDX-License-Identifier: GPL-2.0
/*
 * What the values of simulate's options say: each function reads optarg and returns a status.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include <core/engine/engine.h>
#include <core/policy/policy.h>

#include "print/util.h"
#include "print/when.h"
#include "simulate/request_internal.h"

const char * const request_protocols[] = { "p1", "p2", NULL };
const char * const request_owners[] = { "none", "user", "group", "vc", NULL };

const char * const request_runtimes_options[] = { "--runtimes", "--order-by", "--reserve-by" };

/* This is thirty years: added to any time of a trace it is still a time. */
#define DRAIN_MAX_NS	(NSEC_PER_SEC * 86400 * 365 * 30)

const char *request_backfill_at(unsigned int i, uint32_t *id)
{
	*id = i;
	return aios_backfill_name(i);
}

/* This makes "fifo, sjf" of what @at has, for messages. */
static char *names_text(const char *(*at)(unsigned int i, uint32_t *id))
{
	char *text = xstrdup("");
	const char *name;
	uint32_t id;

	for (unsigned int i = 0; (name = at(i, &id)); i++) {
		char *longer = xasprintf("%s%s%s", text, i ? ", " : "", name);

		free(text);
		text = longer;
	}
	return text;
}

static int name_find(const char *(*at)(unsigned int i, uint32_t *id),
		     const char *word, const char **name, uint32_t *id)
{
	for (unsigned int i = 0; (*name = at(i, id)); i++)
		if (!strcmp(*name, word))
			return 0;
	return -ENOENT;
}

/* This reads the list of @option in optarg; @which is 0 for policies, 1 for modes. */
int option_names(struct cli *cli, struct request *r, int which, const char *option,
		 const char *(*at)(unsigned int i, uint32_t *id))
{
	auto_free char *list = xstrdup(optarg);
	char *rest = list, *word;

	r->nr[which] = 0;
	while ((word = strsep(&rest, ","))) {
		size_t n = r->nr[which];

		if (n == POLICIES_MAX)
			return cli_usage(cli, "%s takes at most %d", option, POLICIES_MAX);
		if (name_find(at, word, &r->names[which][n], &r->ids[which][n]))
			return cli_unknown(cli, option, word);
		for (size_t i = 0; i < n; i++)
			if (r->ids[which][i] == r->ids[which][n])
				return cli_usage(cli, "%s names '%s' twice", option, word);
		r->nr[which]++;
	}
	return CLI_OK;
}

/* This reads one of several words in optarg; its number from 0 is left in @value. */
static int word_parse(struct cli *cli, const char *option,
		      const char * const *words, int *value)
{
	auto_free char *known = xstrdup("");

	for (int i = 0; words[i]; i++) {
		char *longer;

		if (!strcmp(words[i], optarg)) {
			*value = i;
			return CLI_OK;
		}
		longer = xasprintf("%s%s%s", known, !i ? "" :
				   words[i + 1] ? ", " : " or ", words[i]);
		free(known);
		known = longer;
	}
	return cli_usage(cli, "%s takes %s, not '%s'", option, known, optarg);
}

static int capacity_item(struct cli *cli, struct request *r, char *item)
{
	static const struct {
		const char *name;
		uint32_t resource;
	} resources[TRACE_NR_RESOURCES] = {
		[TRACE_CPU] = { "cpu", AIOS_RESOURCE_CPU },
		[TRACE_GPU] = { "gpu", AIOS_RESOURCE_GPU },
		[TRACE_MEMORY] = { "memory", AIOS_RESOURCE_MEMORY },
	};
	char *amount = item;
	const char *name = strsep(&amount, "=");
	uint64_t value;

	for (size_t i = 0; amount && i < ARRAY_SIZE(resources); i++) {
		if (strcmp(resources[i].name, name))
			continue;
		if (aios_quantity_parse(resources[i].resource, amount, &value) ||
		    value > TRACE_AMOUNT_MAX || !value)
			return cli_usage(cli, "--capacity: '%s' is no amount of %s above 0",
					 amount, name);
		if (r->workload.capacity[i] != UINT64_MAX)
			return cli_usage(cli, "--capacity names %s twice", name);
		r->workload.capacity[i] = value;
		r->capacity_given = true;
		return CLI_OK;
	}
	return cli_usage(cli, "--capacity: '%s' is not cpu=AMOUNT, gpu=AMOUNT or memory=AMOUNT",
			 item);
}

int option_capacity(struct cli *cli, struct request *r)
{
	auto_free char *list = xstrdup(optarg);
	char *rest = list, *item;
	int status = CLI_OK;

	while (!status && (item = strsep(&rest, ",")))
		status = capacity_item(cli, r, item);
	return status;
}

int option_window(struct cli *cli, struct request *r)
{
	auto_free char *text = xstrdup(optarg);
	struct window window;
	char *count = text;
	const char *start = strsep(&count, ":");

	if (!count || u64_parse(start, &window.start) ||
	    u64_parse(count, &window.count) || !window.count)
		return cli_usage(cli, "--window takes START:COUNT, as 1981:1024, not '%s'",
				 optarg);
	r->windows = xrealloc(r->windows,
			      (r->nr_windows + 1) * sizeof(*r->windows));
	r->windows[r->nr_windows++] = window;
	return CLI_OK;
}

/* An item is a policy, or "quantum=5m". */
static int own_item(struct cli *cli, struct sim_group *group, const char *item)
{
	static const char quantum[] = "quantum=";
	const struct aios_policy_ops *ops;
	auto_free char *known = NULL;
	const char *name;

	if (!strncmp(item, quantum, strlen(quantum))) {
		if (duration_parse(item + strlen(quantum), &group->quantum_ns) ||
		    group->quantum_ns < AIOS_QUANTUM_MIN_NS ||
		    group->quantum_ns > AIOS_TUNING_TIME_MAX)
			return cli_usage(cli, "--group-policy: a quantum is 1 ms to 52 days, not '%s'",
					 item + strlen(quantum));
		return CLI_OK;
	}
	if (group->policy != AIOS_GROUP_INHERITS)
		return cli_usage(cli, "--group-policy: '%s' names two policies", optarg);
	known = names_text(sim_policy_at);
	if (name_find(sim_policy_at, item, &name, &group->policy))
		return cli_usage(cli, "--group-policy: '%s' is not known: say %s, or quantum=DURATION",
				 item, known);
	ops = aios_policy_find(group->policy);
	if (ops->flags & (AIOS_POLICY_WHOLE | AIOS_POLICY_PREEMPTIVE))
		return cli_usage(cli, "--group-policy: a group cannot order its own jobs by %s, which %s",
				 item, ops->flags & AIOS_POLICY_WHOLE ?
				 "compares them with all others" : "suspends jobs");
	return CLI_OK;
}

int option_group_policy(struct cli *cli, struct request *r)
{
	size_t nr = r->rules.nr_own;
	struct sim_group *group;
	char *rest, *item;
	int status = CLI_OK;

	r->own = xrealloc(r->own, (nr + 1) * sizeof(*r->own));
	r->rules.own = r->own;
	r->rules.nr_own++;
	group = &r->own[nr];
	*group = (struct sim_group){ xstrdup(optarg), AIOS_GROUP_INHERITS, 0 };
	rest = strchr(group->name, '=');
	if (!rest || rest == group->name || !rest[1])
		return cli_usage(cli, "--group-policy takes GROUP=POLICY, as vision=sjf, not '%s'",
				 optarg);
	*rest++ = '\0';
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(r->own[i].name, group->name))
			return cli_usage(cli, "--group-policy names group '%s' twice",
					 group->name);
	while (!status && (item = strsep(&rest, ",")))
		status = own_item(cli, group, item);
	return status;
}

int option_drain(struct cli *cli, struct request *r)
{
	auto_free char *text = xstrdup(optarg);
	size_t nr = r->rules.nr_drains;
	uint64_t start = 0, end = 0;
	char *rest = text + strcspn(text, "+-");
	bool until = *rest == '-', ends = *rest;

	*rest = '\0';
	if (duration_parse(text, &start) || (ends && duration_parse(rest + 1, &end)))
		return cli_usage(cli, "--drain takes AT, AT-UNTIL or AT+FOR, as 4h or 4h+90m, not '%s'",
				 optarg);
	if (start > DRAIN_MAX_NS || end > DRAIN_MAX_NS)
		return cli_usage(cli, "--drain: '%s' is too late", optarg);
	if (ends && !until)
		end += start;
	if (ends && end <= start)
		return cli_usage(cli, "--drain: '%s' ends before it begins", optarg);
	if (nr == AIOS_REPLAY_DRAINS_MAX)
		return cli_usage(cli, "--drain is taken %d times at most", AIOS_REPLAY_DRAINS_MAX);
	if (nr && (!r->drains[nr - 1].end_ns ||
		   start < r->drains[nr - 1].end_ns))
		return cli_usage(cli, "--drain: '%s' begins before the one before it ends",
				 optarg);
	r->drains = xrealloc(r->drains, (nr + 1) * sizeof(*r->drains));
	r->drains[nr] = (struct aios_replay_drain){ .start_ns = start, .end_ns = end };
	r->rules.drains = r->drains;
	r->rules.nr_drains++;
	return CLI_OK;
}

int option_load(struct cli *cli, struct request *r)
{
	char *end;

	r->workload.load = strtod(optarg, &end);
	if (*end || end == optarg || strpbrk(optarg, "xXpP") ||
	    !(r->workload.load > 0 && r->workload.load <= 1000))
		return cli_usage(cli, "--load: '%s' is no load above 0: say 0.9", optarg);
	return CLI_OK;
}

int option_protocol(struct cli *cli, struct request *r)
{
	int value, status = word_parse(cli, "--protocol", request_protocols, &value);

	if (!status)
		r->workload.protocol = value ? PROTOCOL_P2 : PROTOCOL_P1;
	return status;
}

int option_runtimes(struct cli *cli, struct request *r, int which)
{
	return word_parse(cli, request_runtimes_options[which], sim_runtimes_names,
			  &r->runtimes[which]);
}

int option_group_by(struct cli *cli, struct request *r)
{
	int value, status = word_parse(cli, "--group-by", request_owners, &value);

	if (!status)
		r->rules.group_by = value - 1;
	return status;
}

int option_guard(struct cli *cli, struct request *r)
{
	uint64_t most = AIOS_GUARD_MAX / AIOS_GUARD_UNIT;
	char *end;
	double multiple = strtod(optarg, &end);

	if (*end || end == optarg || strpbrk(optarg, "xXpP") ||
	    !(multiple * AIOS_GUARD_UNIT >= AIOS_GUARD_UNIT + 1 && multiple <= most))
		return cli_usage(cli, "--guard: '%s' is no multiple above 1 and up to %llu: say 2",
				 optarg, (unsigned long long)most);
	r->rules.guard = multiple * AIOS_GUARD_UNIT + 0.5;
	return CLI_OK;
}

int option_tuning(struct cli *cli, const char *option, uint64_t *ns)
{
	int status = cli_parse_duration(cli, option, optarg, ns);

	if (!status && *ns > AIOS_TUNING_TIME_MAX)
		return cli_usage(cli, "%s takes up to 52 days", option);
	return status;
}

int option_quantum(struct cli *cli, struct request *r)
{
	int status = cli_parse_duration(cli, "--quantum", optarg, &r->rules.quantum_ns);

	if (!status && (r->rules.quantum_ns < AIOS_QUANTUM_MIN_NS ||
			r->rules.quantum_ns > AIOS_TUNING_TIME_MAX))
		return cli_usage(cli, "--quantum takes 1 ms to 52 days");
	return status;
}
