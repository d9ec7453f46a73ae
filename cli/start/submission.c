// SPDX-License-Identifier: GPL-2.0
/*
 * A command as a job that runs later: see submission.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "start/detach.h"
#include "start/output.h"
#include "start/submission.h"

#define DEFAULT_OUTPUT	"aios-%j.out"
/* Records that are too old are looked for when so many jobs have come. */
#define PRUNE_EVERY	32

void submission_init(struct submission *s, struct cli *cli)
{
	*s = (struct submission){ .cli = cli };
	jobspec_init(&s->spec);
}

static const struct cli_option own_options[] = {
	SUBMISSION_OPTIONS,
	{ 0 }
};

/* What was asked for stays known word for word, but for what it does to aiosctl alone. */
static void option_keep(struct submission *s, int key, const char *arg)
{
	const struct cli_option *o = own_options;

	while (o->name && o->key != key)
		o++;
	if (!o->name)
		for (o = jobspec_options; o->name && o->key != key; o++)
			;
	if (!o->name || key == 'C')
		return;
	s->options = xrealloc(s->options, (s->nr_options + 1) * sizeof(*s->options));
	s->options[s->nr_options++] = (struct spool_option){ o->name, arg };
}

static int option_take(struct submission *s, int key, const char *arg)
{
	switch (key) {
	case 'o':
		s->output = arg;
		return output_check(s->cli, "--output", arg);
	case 'e':
		s->error = arg;
		return output_check(s->cli, "--error", arg);
	case 'C':
		s->directory = arg;
		return CLI_OK;
	default:
		return jobspec_option(s->cli, &s->spec, key, arg);
	}
}

int submission_option(struct submission *s, int key, const char *arg)
{
	int status = option_take(s, key, arg);

	if (!status)
		option_keep(s, key, arg);
	return status;
}

const struct cli_option *submission_option_find(const char *name)
{
	const struct cli_option *o = own_options;

	while (o->name && strcmp(o->name, name))
		o++;
	if (!o->name)
		for (o = jobspec_options; o->name && strcmp(o->name, name); o++)
			;
	return o->name ? o : NULL;
}

/* The names of files tell of the job, so that they are known once it is there. */
static void paths_make(struct submission *s)
{
	auto_free char *group = group_path(s->spec.group ?: "/");
	struct output_names names = {
		.id = aios_job_id(s->job), .name = s->spec.name, .group = group,
	};
	const char *fallback = s->spec.adopt ? "/dev/null" : DEFAULT_OUTPUT;

	s->output_path = output_path(s->output ?: fallback, &names);
	if (s->error)
		s->error_path = output_path(s->error, &names);
}

/* The job was submitted: it gets its process. */
static int process_start(struct submission *s)
{
	struct launch_report failure = { .stage = LAUNCH_SETUP };
	struct detached d = {
		.cli = s->cli, .spec = &s->spec, .job = s->job,
		.output = s->output_path, .error = s->error_path,
	};
	int err = detach(&d, s->argv, &failure);

	s->submit_ns = d.submit_ns;
	if (err && failure.stage == LAUNCH_ENTER && err != -ECANCELED) {
		aios_job_cancel(s->job, NULL);
		return cli_fail(s->cli, err, &failure.why, "job %" PRIu64 " cannot be started from here, so it is cancelled",
				aios_job_id(s->job));
	}
	if (err && failure.stage != LAUNCH_ENTER) {
		aios_job_cancel(s->job, NULL);
		return cli_fail(s->cli, err, NULL, "cannot write to %s or start a process, so the job is cancelled",
				s->output_path);
	}
	return CLI_OK;
}

/* A job can do without a record, but whoever submitted it has to know. */
static void record_keep(struct submission *s)
{
	auto_free char *directory = get_current_dir_name();
	uint64_t id = aios_job_id(s->job);
	struct spool_record record = {
		.id = id, .submit_ns = s->submit_ns, .time_s = time(NULL),
		.name = s->spec.name, .directory = directory ?: "/",
		.output = s->output_path, .error = s->error_path,
		.argv = s->argv, .env = s->env ?: environ,
		.options = s->options, .nr_options = s->nr_options,
	};
	int err;

	if (s->spec.adopt)
		return;
	err = spool_write(&record);
	if (err)
		cli_note(s->cli, "no record of job %" PRIu64 " is kept, so that log and rerun will not know it: %s",
			 id, strerror(-err));
	if (!(id % PRUNE_EVERY))
		spool_prune(s->cli->ctx);
}

/* It is a line for a shell, and no program whose name is as odd. */
static bool is_line(const char *word)
{
	if (!strpbrk(word, " \t\n|&;<>()$`\\\"'*?"))
		return false;
	return !strchr(word, '/') || access(word, X_OK);
}

/* submit 'a | b': the shell runs it, and the job is called by the first word. */
static int line_take(struct submission *s, const char *line)
{
	const char *word = line + strspn(line, " \t\n(");
	size_t len = strcspn(word, " \t\n|&;<>()");
	const char *slash = memrchr(word, '/', len);

	if (slash) {
		len -= slash + 1 - word;
		word = slash + 1;
	}
	s->line_name = xasprintf("%.*s", (int)len, word);
	if (!s->spec.name && jobspec_is_name(s->line_name))
		s->spec.name = s->line_name;
	s->line[0] = (char *)"/bin/sh";
	s->line[1] = (char *)"-c";
	s->line[2] = (char *)line;
	s->argv = s->line;
	return 3;
}

/* The command is looked for, and runs, in its own environment. */
static int job_start(struct submission *s, int argc)
{
	int status = jobspec_check_command(s->cli, &s->spec, argc, s->argv);

	if (!status && !s->cli->ctx)
		status = cli_connect(s->cli);
	if (!status)
		status = jobspec_submit(s->cli, &s->spec, &s->job);
	if (status || !s->job)
		return status;
	paths_make(s);
	return process_start(s);
}

int submission_start(struct submission *s, int argc, char **argv)
{
	char **own = environ;
	int status;

	if (s->directory && chdir(s->directory))
		return cli_fail(s->cli, -errno, NULL, "cannot go to %s", s->directory);
	s->argv = argv;
	if (argc == 1 && !s->spec.adopt && is_line(argv[0]))
		argc = line_take(s, argv[0]);
	if (s->env)
		environ = s->env;
	status = job_start(s, argc);
	environ = own;
	/* The job's start does not wait for this. */
	if (!status && s->job)
		record_keep(s);
	return status;
}

void submission_note(struct submission *s)
{
	/* $(aiosctl submit ...) has nobody who reads it. */
	if (s->spec.adopt || s->cli->json || !isatty(STDOUT_FILENO))
		return;
	cli_note(s->cli, "job %" PRIu64 " writes to %s%s%s", aios_job_id(s->job), s->output_path,
		 s->error_path ? " and " : "", s->error_path ?: "");
}

void submission_fields(struct submission *s)
{
	auto_free char *directory = get_current_dir_name();
	struct out *o = &s->cli->out;

	out_u64(o, "id", aios_job_id(s->job));
	out_string(o, "name", s->spec.name);
	out_string(o, "output", s->output_path);
	out_string(o, "error", s->error_path);
	out_string(o, "directory", directory);
}

void submission_end(struct submission *s)
{
	free(s->output_path);
	free(s->error_path);
	free(s->options);
	free(s->line_name);
	if (s->job)
		aios_job_unref(s->job);
}
