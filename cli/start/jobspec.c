// SPDX-License-Identifier: GPL-2.0
/*
 * What a job asks for: from the command line to the call, and what a dry run
 * answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "print/prediction.h"
#include "print/queueing.h"
#include "print/show.h"
#include "start/jobspec.h"
#include "start/launch.h"
#include "start/retry.h"

enum {
	KEY_STRICT = CLI_KEY(600),
	KEY_EXCLUSIVE,
	KEY_ADOPT,
	KEY_THREADS,
	KEY_NO_PRELOAD,
	KEY_DRY_RUN,
	KEY_HOLD,
	KEY_PREDICT,
	KEY_GANG,
	KEY_GANG_SIZE,
	KEY_DEADLINE,
	KEY_BEGIN,
	KEY_TIME_LIMIT,
	KEY_RETRY_OOM,
	/* These stand in the order of AIOS_DEPEND_*. */
	KEY_AFTER,
	KEY_AFTEROK,
	KEY_AFTERANY,
	KEY_AFTERNOTOK,
};

#define RESOURCE_ARGUMENT	"REQUEST[:LIMIT]"

const struct cli_option jobspec_options[] = {
	RESOURCE_OPTIONS,
	{ "group", 'g', "GROUP", "submit to this group (default /)" },
	{ "name", 'n', "NAME", "name of the job (default: the command's)" },
	{ "weight", 'w', "N", "weight of its share of the surplus, 1 to 10000 (default 100)" },
	{ "priority", 'p', "N", "its priority: -1000 to 1000, higher goes first (default 0)" },
	{ "time", 't', "DURATION", "expected run time: 90, 1h30m, 2d, 1:30:00 or 2-12:00:00" },
	{ "time-limit", KEY_TIME_LIMIT, "DURATION|none",
	  "end it when it has run so long (default: the group's), with SIGTERM before" },
	{ "deadline", KEY_DEADLINE, "TIME",
	  "when it should have ended: 2h from now, 18:00, or '2026-11-27 18:00'" },
	{ "begin", KEY_BEGIN, "TIME",
	  "do not start before: 2h from now, 18:00, or '2026-11-27 18:00'" },
	{ "strict", KEY_STRICT, NULL, "cap CPU, disk and network at the grant, not at the limit" },
	{ "exclusive", KEY_EXCLUSIVE, NULL, "share no accelerator" },
	{ "feature", 'f', "N|NAME=N[,...]",
	  "whole numbers that describe the job to the predictor, as params=7e9,batch=32" },
	{ "predict", KEY_PREDICT, NULL,
	  "expect it to run what jobs like it have run, at most what --time or --time-limit say" },
	{ "adopt", KEY_ADOPT, "CGROUP", "run no command, govern this existing cgroup" },
	{ "threads", KEY_THREADS, "[=N]", "size thread pools to N, or to the CPUs granted" },
	{ "no-preload", KEY_NO_PRELOAD, NULL,
	  "do not hold its CUDA programs to what it is granted of accelerators" },
	{ "hold", KEY_HOLD, NULL, "keep the job back until 'aiosctl release'" },
	{ "gang", KEY_GANG, "NAME", "start together with the jobs of this gang" },
	{ "gang-size", KEY_GANG_SIZE, "N", "how many jobs the gang has, 1 to 64" },
	{ "retry-oom", KEY_RETRY_OOM, "N[:FACTOR]",
	  "start it again if it runs out of memory, up to N (1 to 16) times, each with "
	  "FACTOR (default 2) times the request, up to the limit" },
	{ "after", KEY_AFTER, "JOB[,JOB]...", "wait until these jobs have started or ended" },
	{ "afterok", KEY_AFTEROK, "JOB[,JOB]...",
	  "wait until these have ended with status 0; if one has not, this one ends" },
	{ "afterany", KEY_AFTERANY, "JOB[,JOB]...", "wait until these have ended" },
	{ "afternotok", KEY_AFTERNOTOK, "JOB[,JOB]...",
	  "wait until these have failed; if one does not, this one ends" },
	{ "dry-run", KEY_DRY_RUN, NULL, "show what would be decided, change nothing" },
	{ 0 }
};

void jobspec_init(struct jobspec *spec)
{
	*spec = (struct jobspec){
		.weight = AIOS_WEIGHT_DEFAULT,
		.priority = AIOS_PRIORITY_DEFAULT,
	};
}

/* The text is "12,14". */
static int depends_add(struct cli *cli, struct jobspec *spec, uint32_t kind,
		       const char *text)
{
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;
	uint64_t id;

	while ((word = strsep(&rest, ","))) {
		int status = cli_parse_job(cli, word, &id);

		if (status)
			return status;
		if (spec->nr_depends == AIOS_DEPENDS_MAX)
			return cli_usage(cli, "--%s: a job waits for at most %d others",
					 aios_depend_name(kind), AIOS_DEPENDS_MAX);
		spec->depends[spec->nr_depends++] = (struct aios_depend){
			.job = id, .kind = kind,
		};
	}
	return CLI_OK;
}

static int threads_set(struct cli *cli, struct jobspec *spec, const char *text)
{
	spec->threads = true;
	if (!text)
		return CLI_OK;
	return cli_parse_number(cli, "--threads", text, 1, 65536,
				&spec->nr_threads);
}

bool jobspec_is_name(const char *text)
{
	size_t len = strlen(text);

	if (!len || len > AIOS_NAME_MAX)
		return false;
	for (size_t i = 0, n; i < len; i += n) {
		unsigned char c = text[i];

		n = utf8_len(text + i);
		/* A name has neither the controls of ASCII nor those from U+0080 on. */
		if (!n || c < 0x20 || c == 0x7f || c == '/' ||
		    (c == 0xc2 && (unsigned char)text[i + 1] < 0xa0))
			return false;
	}
	return true;
}

int jobspec_option(struct cli *cli, struct jobspec *spec, int key,
		   const char *arg)
{
	int resource = resource_of_option(key);

	if (resource >= 0) {
		spec->resource_mask |= 1U << resource;
		return resource_parse(cli, resource, arg, &spec->request[resource],
				      &spec->limit[resource]);
	}
	switch (key) {
	case 'g':
		spec->group = arg;
		return CLI_OK;
	case 'n':
		spec->name = arg;
		return jobspec_is_name(arg) ? CLI_OK :
			cli_usage(cli, "--name: '%.64s' is no name of 1 to %d bytes: UTF-8, without '/' and control characters",
				  arg, AIOS_NAME_MAX);
	case 'w':
		return weight_parse(cli, arg, &spec->weight);
	case 'p':
		return priority_parse(cli, arg, &spec->priority);
	case 't':
		return cli_parse_duration(cli, "--time", arg, &spec->runtime_ns);
	case KEY_TIME_LIMIT:
		return time_limit_parse(cli, arg, &spec->max_runtime_ns);
	case 'f':
		return features_add(cli, &spec->features, arg);
	case KEY_STRICT:
		spec->flags |= AIOS_SUBMIT_STRICT;
		return CLI_OK;
	case KEY_EXCLUSIVE:
		spec->flags |= AIOS_SUBMIT_EXCLUSIVE;
		return CLI_OK;
	case KEY_ADOPT:
		spec->adopt = arg;
		return CLI_OK;
	case KEY_THREADS:
		return threads_set(cli, spec, arg);
	case KEY_NO_PRELOAD:
		spec->no_preload = true;
		return CLI_OK;
	case KEY_DEADLINE:
		return cli_parse_moment(cli, "--deadline", arg, &spec->deadline);
	case KEY_BEGIN:
		return cli_parse_moment(cli, "--begin", arg, &spec->begin);
	case KEY_GANG:
		spec->gang = arg;
		return CLI_OK;
	case KEY_GANG_SIZE:
		return cli_parse_number(cli, "--gang-size", arg, 1, AIOS_GANG_MAX,
					&spec->gang_size);
	case KEY_RETRY_OOM:
		return retry_parse(cli, arg, spec);
	case KEY_PREDICT:
		spec->flags |= AIOS_SUBMIT_PREDICT;
		return CLI_OK;
	case KEY_HOLD:
		spec->flags |= AIOS_SUBMIT_HOLD;
		return CLI_OK;
	case KEY_AFTER ... KEY_AFTERNOTOK:
		return depends_add(cli, spec, AIOS_DEPEND_AFTER + key - KEY_AFTER, arg);
	case KEY_DRY_RUN:
		spec->flags |= AIOS_SUBMIT_DRY_RUN;
		return CLI_OK;
	default:
		return -ENOENT;
	}
}

int jobspec_check_command(struct cli *cli, struct jobspec *spec, int argc,
			  char **argv)
{
	const char *slash;

	if (!spec->gang != !spec->gang_size)
		return cli_usage(cli, "--gang and --gang-size go together");
	if (spec->retries && spec->gang)
		return cli_usage(cli, "--retry-oom: a gang starts as a whole, and one of it cannot start again");
	if (spec->retries && spec->adopt)
		return cli_usage(cli, "--retry-oom: nobody here could start the processes of an adopted cgroup again");
	if (spec->adopt && spec->begin.ns)
		return cli_usage(cli, "--begin: the processes of an adopted cgroup run already");
	if (spec->adopt && argc)
		return cli_usage(cli, "--adopt takes no command: the cgroup's processes are the job");
	if (spec->adopt)
		return CLI_OK;
	if (!argc)
		return cli_usage(cli, "which command shall the job run?");
	spec->command = command_hash(argc, argv);
	spec->shape = shape_hash(argc, argv, &spec->features);
	if (!spec->name) {
		slash = strrchr(argv[0], '/');
		spec->name = slash ? slash + 1 : argv[0];
		/* The user has not chosen it, and a job can do without. */
		if (!jobspec_is_name(spec->name))
			spec->name = NULL;
	}
	return launch_check(cli, argv[0]);
}

int jobspec_predict(struct cli *cli, const struct jobspec *spec,
		    struct aios_predict_call *prediction)
{
	__s64 features[AIOS_FEATURES_MAX];
	int err;

	for (uint32_t i = 0; i < spec->features.nr; i++)
		features[i] = spec->features.feature[i].value;
	aios_predict_init(prediction, spec->name, spec->features.nr ? features : NULL,
			  spec->features.nr);
	prediction->command = spec->command;
	prediction->shape = spec->shape;
	prediction->resource_mask = spec->resource_mask;
	memcpy(prediction->request, spec->request, sizeof(prediction->request));
	prediction->expected_runtime_ns = spec->runtime_ns;
	prediction->max_runtime_ns = spec->max_runtime_ns;
	err = aios_predict_get(cli->ctx, prediction);
	/* They were kept by reference for as long as the call took. */
	prediction->features = 0;
	return err ? cli_fail(cli, err, NULL, "cannot predict") : CLI_OK;
}

/* Who has asked for a prediction is told what it is, and by whom. */
static void prediction_note(struct cli *cli, const struct aios_predict_call *prediction)
{
	auto_free char *text = prediction_text(prediction);

	cli_note(cli, "%s", text);
}

static void dry_run_print(struct cli *cli, const struct jobspec *spec,
			  const struct aios_submit *s, const char *group,
			  const struct aios_predict_call *prediction)
{
	struct aios_resource_info table[AIOS_RESOURCE_MAX];
	bool now = s->state == AIOS_STATE_ADMITTED;
	__u8 how[AIOS_RESOURCE_MAX] = { 0 };
	struct out *o = &cli->out;
	int nr;

	nr = aios_resources(cli->ctx, table, AIOS_RESOURCE_MAX);
	for (int i = 0; i < nr; i++)
		how[table[i].id] = table[i].how;

	cli_open(cli);
	out_sentence(o, "decision", now ? "the job would start now" :
			"the job would wait in the queue");
	out_record_begin(o, "job", NULL);
	out_string(o, "name", spec->name);
	out_string(o, "group", group);
	out_bool(o, "starts_now", now);
	if (spec->flags & AIOS_SUBMIT_PREDICT)
		prediction_print(o, prediction);
	else
		out_null(o, "prediction", NULL);
	out_number(o, "weight", s->weight, "%u", s->weight);
	out_s64(o, "priority", s->priority);
	if (!now) {
		show_time(o, "start_ns", s->start_ns);
		estimate_print(o, "estimate", &s->estimate);
	}
	show_why(&cli->out, cli->ctx, "why", &s->why);
	show_amounts(o, "Resources", &(struct show_amounts){
		.mask = spec->resource_mask,
		.request = s->request,
		.limit = s->limit,
		.grant = now ? s->grant : NULL,
		.how = nr > 0 ? how : NULL,
	});
	out_record_end(o);
}

/* What is asked of the kernel; @features is the room for those. */
static void submit_fill(struct aios_submit *s, const struct jobspec *spec, const char *group,
			__s64 features[AIOS_FEATURES_MAX])
{
	aios_submit_init(s);
	aios_submit_set_group(s, group);
	aios_submit_set_name(s, spec->name);
	for (uint32_t i = 0; i < spec->features.nr; i++)
		features[i] = spec->features.feature[i].value;
	if (spec->features.nr)
		aios_submit_set_features(s, features, spec->features.nr);
	s->command = spec->command;
	s->shape = spec->shape;
	aios_submit_set_depends(s, spec->depends, spec->nr_depends);
	if (spec->gang)
		aios_submit_set_gang(s, spec->gang, spec->gang_size);
	s->flags = spec->flags;
	s->weight = spec->weight;
	s->priority = spec->priority;
	s->expected_runtime_ns = spec->runtime_ns;
	s->max_runtime_ns = spec->max_runtime_ns;
	s->deadline_ns = spec->deadline.ns;
	if (spec->deadline.wall)
		s->flags |= AIOS_SUBMIT_DEADLINE_REALTIME;
	s->begin_ns = spec->begin.ns;
	if (spec->begin.wall)
		s->flags |= AIOS_SUBMIT_BEGIN_REALTIME;
	aios_submit_set_retry(s, spec->retries, spec->retry_factor);
	s->resource_mask = spec->resource_mask;
	memcpy(s->request, spec->request, sizeof(s->request));
	memcpy(s->limit, spec->limit, sizeof(s->limit));
}

int jobspec_submit(struct cli *cli, const struct jobspec *spec,
		   struct aios_job **job)
{
	bool predict = spec->flags & AIOS_SUBMIT_PREDICT;
	auto_free char *group = group_path(spec->group ?: "/");
	struct aios_predict_call prediction;
	__s64 features[AIOS_FEATURES_MAX];
	struct aios_submit s;
	int err, fd = -1;

	/* What is adopted has begun. */
	err = spec->adopt ? CLI_OK : resource_least_check(cli, spec->resource_mask, spec->limit);
	if (!err && predict)
		err = jobspec_predict(cli, spec, &prediction);
	if (err)
		return err;
	submit_fill(&s, spec, group, features);
	if (spec->adopt) {
		fd = open(spec->adopt, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return cli_fail(cli, -errno, NULL, "cannot open cgroup %s",
					spec->adopt);
		aios_submit_set_cgroup(&s, fd);
	}
	err = aios_submit(cli->ctx, &s, job);
	if (fd >= 0)
		close(fd);
	if (s.why.code == AIOS_WHY_DEPENDS_NEVER || s.why.code == AIOS_WHY_FORGOTTEN)
		return cli_fail(cli, err, &s.why, "cannot submit a job that waits so");
	if (err == -ENOENT && !s.why.code)
		return cli_error(cli, CLI_NOT_FOUND, "there is no group %s", group);
	if (err)
		return cli_fail(cli, err, &s.why, "cannot submit to group %s", group);
	if (!(spec->flags & AIOS_SUBMIT_DRY_RUN)) {
		if (predict && !spec->told)
			prediction_note(cli, &prediction);
		return CLI_OK;
	}
	dry_run_print(cli, spec, &s, group, &prediction);
	return cli_close(cli);
}
