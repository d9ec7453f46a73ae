// SPDX-License-Identifier: GPL-2.0
/*
 * events: what happens to jobs, groups and devices, as it happens.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/commands.h"
#include "print/show.h"
#include "print/when.h"

enum {
	KEY_COUNT = CLI_KEY(1),
	KEY_TIMEOUT,
	KEY_TYPE,
	KEY_JOB,
};

static const struct cli_option events_options[] = {
	{ "count", KEY_COUNT, "N", "end after this many events" },
	{ "timeout", KEY_TIMEOUT, "DURATION", "end after this time" },
	{ "type", KEY_TYPE, "TYPE[,TYPE]...",
	  "only these: %s" },
	{ "job", KEY_JOB, "JOB", "only those of this job" },
	{ 0 }
};

struct events {
	struct cli *cli;
	uint64_t count;		/* 0: no end */
	uint64_t timeout_ns;	/* 0: none */
	uint64_t deadline;
	uint64_t types;		/* bit AIOS_EVENT_*, 0: all */
	uint64_t job;
};

static int types_parse(struct events *events)
{
	auto_free char *copy = xstrdup(optarg);
	char *rest = copy, *word;

	while ((word = strsep(&rest, ","))) {
		int event = aios_event_from_name(word);

		if (event < 0)
			return cli_unknown(events->cli, "--type", word);
		events->types |= 1ULL << event;
	}
	return CLI_OK;
}

static int events_parse(struct events *events, int argc, char **argv)
{
	struct cli *cli = events->cli;
	int key, status = CLI_OK;

	while ((key = cli_getopt(cli, argc, argv)) != -1 && !status) {
		switch (key) {
		case KEY_COUNT:
			status = cli_parse_number(cli, "--count", optarg, 1,
						  UINT64_MAX, &events->count);
			break;
		case KEY_TIMEOUT:
			status = cli_parse_duration(cli, "--timeout", optarg,
						    &events->timeout_ns);
			break;
		case KEY_TYPE:
			status = types_parse(events);
			break;
		case KEY_JOB:
			status = cli_parse_job(cli, optarg, &events->job);
			break;
		default:
			status = CLI_USAGE;
		}
	}
	if (!status && optind < argc)
		return cli_usage(cli, "events takes no argument '%s'", argv[optind]);
	return status;
}

/* Does the event tell something about resource @i? */
static bool stated(const struct aios_record *r, uint32_t i)
{
	if (!aios_resource_name(i))
		return false;
	if (AIOS_HAS(r, MASK))
		return r->mask & 1U << i;
	return r->grant[i] && r->grant[i] != AIOS_UNLIMITED;
}

/* The details are what a line of text says beyond time, event and job. */
static void details_text(const struct aios_record *r, char *buf, size_t len)
{
	char amounts[AIOS_RESOURCE_MAX * (AIOS_QUANTITY_LEN + 18)] = "";
	size_t at = 0;

	if (r->event == AIOS_EVENT_ENDED) {
		snprintf(buf, len, " %s", end_text(r->end, r->code));
		return;
	}
	if (AIOS_HAS(r, DEVICE)) {
		snprintf(buf, len, " device %" PRIu32, (uint32_t)r->device);
		return;
	}
	if (AIOS_HAS(r, DRAIN)) {
		if (r->drain_ns)
			wall_clock_text(r->drain_ns, amounts, sizeof(amounts));
		snprintf(buf, len, r->drain_ns ? " from %s on" : " is over", amounts);
		return;
	}
	if (r->event == AIOS_EVENT_RETRIED && AIOS_HAS(r, REQUEST)) {
		aios_quantity_format(AIOS_RESOURCE_MEMORY, r->request[AIOS_RESOURCE_MEMORY],
				     amounts, sizeof(amounts));
		snprintf(buf, len, " attempt=%u memory=%s", r->attempt, amounts);
		return;
	}
	for (uint32_t i = 0; i < AIOS_RESOURCE_MAX && AIOS_HAS(r, GRANT); i++) {
		char text[AIOS_QUANTITY_LEN];

		if (!stated(r, i))
			continue;
		aios_quantity_format(i, r->grant[i], text, sizeof(text));
		at += snprintf(amounts + at, sizeof(amounts) - at, " %s=%s",
			       aios_resource_name(i), text);
	}
	snprintf(buf, len, "%s", amounts);
}

static void event_text(const struct aios_record *r)
{
	char details[1024] = "";
	char when[32];

	details_text(r, details, sizeof(details));
	wall_clock_text(r->time_ns, when, sizeof(when));
	printf("%s  %-13s", when, aios_event_name(r->event) ?: "unknown");
	if (AIOS_HAS(r, JOB))
		printf("  job %" PRIu64 "%s%s", (uint64_t)r->job,
		       *r->name ? " " : "", r->name);
	if (*r->path)
		printf("  %s", r->path);
	printf(" %s\n", details);
}

static void event_json(struct cli *cli, const struct aios_record *r)
{
	struct out *o = &cli->out;

	cli_open(cli);
	out_string(o, "event", aios_event_name(r->event));
	out_u64(o, "time_ns", r->time_ns);
	if (AIOS_HAS(r, JOB))
		out_u64(o, "job", r->job);
	if (AIOS_HAS(r, NAME))
		out_string(o, "name", r->name);
	if (AIOS_HAS(r, GROUP))
		out_u64(o, "group_id", r->group);
	if (AIOS_HAS(r, PATH))
		out_string(o, "group", r->path);
	if (AIOS_HAS(r, STATE))
		out_string(o, "state", aios_state_name(r->state));
	if (AIOS_HAS(r, UID))
		out_u64(o, "uid", r->uid);
	if (AIOS_HAS(r, EPOCH))
		out_u64(o, "epoch", r->epoch);
	if (AIOS_HAS(r, ATTEMPT))
		out_u64(o, "attempt", r->attempt);
	if (AIOS_HAS(r, DEVICE))
		out_u64(o, "device", r->device);
	if (AIOS_HAS(r, DRAIN) && r->drain_ns)
		out_u64(o, "drain_ns", r->drain_ns);
	else if (AIOS_HAS(r, DRAIN))
		out_null(o, "drain_ns", NULL);
	if (AIOS_HAS(r, END)) {
		out_string(o, "end", aios_end_name(r->end));
		out_u64(o, "code", r->code);
	}
	if (AIOS_HAS(r, GRANT) || AIOS_HAS(r, LIMIT))
		show_amounts(o, NULL, &(struct show_amounts){
			.mask = AIOS_HAS(r, MASK) ? r->mask : ~0U,
			.request = AIOS_HAS(r, REQUEST) ? r->request : NULL,
			.grant = AIOS_HAS(r, GRANT) ? r->grant : NULL,
			.limit = AIOS_HAS(r, LIMIT) ? r->limit : NULL,
		});
	out_close(o);
}

static bool wanted(const struct events *events, const struct aios_record *r)
{
	if (events->types && !(events->types & 1ULL << r->event))
		return false;
	return !events->job || events->job == r->job;
}

static int remaining_ms(const struct events *events)
{
	uint64_t now = monotonic_ns();

	if (!events->deadline)
		return -1;
	if (now >= events->deadline)
		return 0;
	now = (events->deadline - now + 999999) / 1000000;
	return now > 3600000 ? 3600000 : now;
}

static void lost_print(struct cli *cli)
{
	if (cli->json) {
		cli_open(cli);
		out_string(&cli->out, "event", "lost");
		out_close(&cli->out);
	} else {
		printf("events were lost: they came faster than they were read\n");
		fflush(stdout);
	}
}

static int follow(struct events *events, struct aios_monitor *monitor)
{
	const struct aios_record *r;
	uint64_t seen = 0;

	while (!events->count || seen < events->count) {
		int n = aios_monitor_next(monitor, remaining_ms(events), &r);

		if (n == -ENOBUFS)
			lost_print(events->cli);
		else if (n < 0 && n != -EINTR)
			return cli_fail(events->cli, n, NULL, "cannot read events");
		if (!n && events->deadline && monotonic_ns() >= events->deadline)
			return !events->count ? CLI_OK :
				cli_error(events->cli, CLI_TIMEOUT,
					  "%" PRIu64 " of %" PRIu64 " events came in time",
					  seen, events->count);
		if (n <= 0 || !wanted(events, r))
			continue;
		seen++;
		if (events->cli->json)
			event_json(events->cli, r);
		else
			event_text(r);
		/* Whoever reads the events acts on each of them. */
		if (fflush(stdout))
			return CLI_FAILURE;
	}
	return CLI_OK;
}

static int events_run(struct cli *cli, int argc, char **argv)
{
	struct events events = { .cli = cli };
	struct aios_monitor *monitor;
	int status, err;

	status = events_parse(&events, argc, argv);
	if (status)
		return status;
	err = aios_monitor_new(&monitor);
	if (err == -ENOENT)
		return cli_no_netlink(cli);
	if (err)
		return cli_fail(cli, err, NULL, "cannot subscribe to events");
	if (access(AIOS_DEVICE_PATH, R_OK | W_OK))
		cli_note(cli, "you may not open %s: only what everybody may see is shown ('aiosctl doctor' tells more)",
			 AIOS_DEVICE_PATH);
	/* A burst of submissions must not overrun us; less room is no error. */
	aios_monitor_set_buffer(monitor, 1 << 22);
	if (events.timeout_ns)
		events.deadline = monotonic_ns() + events.timeout_ns;
	status = follow(&events, monitor);
	aios_monitor_unref(monitor);
	return status;
}

const struct cli_command events_command = {
	.name = "events",
	.summary = "follow what happens",
	.help = "Print what happens to jobs, groups and devices as it happens, one event a line; under --json one document a line.",
	.options = events_options,
	.run = events_run,
};
