// SPDX-License-Identifier: GPL-2.0
/*
 * A command as a job that runs later: see submission.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "spool/ranges.h"
#include "start/detach.h"
#include "start/notify.h"
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
	SUBMISSION_REQUEUE,
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
	/* After a boot "2h" is another time. */
	if (s->spec.begin.ns && !strcmp(o->name, "begin"))
		arg = moment_text(&s->spec.begin, s->begin, sizeof(s->begin));
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
	case SUBMISSION_KEY_REQUEUE:
		/* It is kept, and done by rerun after a boot. */
		return CLI_OK;
	case SUBMISSION_KEY_NOTIFY:
		s->notify = arg;
		return CLI_OK;
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

/* ------------------------------------------------------------------- one job */

/* The names of files tell of the job, so that they are known once it is there. */
static void paths_make(struct submission *s, struct submitted *job)
{
	auto_free char *group = group_path(s->spec.group ?: "/");
	struct output_names names = {
		.id = job->id, .name = s->spec.name, .group = group,
		.array = s->array_id ?: job->id, .index = job->index,
	};
	const char *fallback = s->spec.adopt ? "/dev/null" : DEFAULT_OUTPUT;

	job->output_path = output_path(s->output ?: fallback, &names);
	if (s->error)
		job->error_path = output_path(s->error, &names);
}

/* What a job finds of its array; who submits from a job of one does not hand that on. */
static void array_export(const struct submission *s, const struct submitted *job)
{
	auto_free char *index = xasprintf("%" PRIu64, job->index);
	auto_free char *id = xasprintf("%" PRIu64, s->array_id);

	if (!s->array.nr) {
		unsetenv("AIOS_ARRAY_ID");
		unsetenv("AIOS_ARRAY_INDEX");
		return;
	}
	if (setenv("AIOS_ARRAY_ID", id, true) || setenv("AIOS_ARRAY_INDEX", index, true))
		out_of_memory();
}

/* The job was submitted: it gets its process. */
static int process_start(struct submission *s, struct submitted *job)
{
	struct launch_report failure = { .stage = LAUNCH_SETUP };
	struct detached d = {
		.cli = s->cli, .spec = &s->spec, .job = job->job,
		.output = job->output_path, .error = job->error_path,
	};
	int err = 0;

	/* What adopts a cgroup waits by itself, whoever ends meanwhile. */
	if (!s->spec.adopt)
		err = detach(&d, s->argv, &failure);
	job->submit_ns = d.submit_ns;
	if (err && failure.stage == LAUNCH_ENTER && err != -ECANCELED) {
		aios_job_cancel(job->job, NULL);
		return cli_fail(s->cli, err, &failure.why, "job %" PRIu64 " cannot be started from here, so it is cancelled",
				job->id);
	}
	if (err && failure.stage != LAUNCH_ENTER) {
		aios_job_cancel(job->job, NULL);
		return cli_fail(s->cli, err, NULL, "cannot write to %s or start a process, so the job is cancelled",
				job->output_path);
	}
	return CLI_OK;
}

/* The ids of the jobs of an array, in the order of their indices. */
static char *members_text(const struct submission *s)
{
	auto_free uint64_t *ids = xcalloc(s->nr, sizeof(*ids));

	for (size_t i = 0; i < s->nr; i++)
		ids[i] = s->jobs[i].id;
	return ranges_text(ids, s->nr);
}

/*
 * A job can do without a record, but whoever submitted it has to know. It is kept where
 * the environment @own says, which is aiosctl's.
 */
static void record_keep(struct submission *s, const struct submitted *job, char **own)
{
	auto_free char *directory = get_current_dir_name();
	auto_free char *members = s->array.nr ? members_text(s) : NULL;
	char **env = environ;
	struct spool_record record = {
		.id = job->id, .submit_ns = job->submit_ns, .time_s = time(NULL),
		.name = s->spec.name, .directory = directory ?: "/",
		.output = job->output_path, .error = job->error_path,
		.array = s->array_id, .index = job->index, .members = members,
		.from = s->from,
		.argv = s->argv, .env = env,
		.options = s->options, .nr_options = s->nr_options,
	};
	int err;

	if (s->spec.adopt)
		return;
	environ = own;
	err = spool_write(&record);
	if (err)
		cli_note(s->cli, "no record of job %" PRIu64 " is kept, so that log and rerun will not know it: %s",
			 job->id, strerror(-err));
	if (!(job->id % PRUNE_EVERY))
		spool_prune(s->cli->ctx);
	environ = env;
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

/* -------------------------------------------------------------------- all jobs */

/* "sweep.7"; where that is too long the job is called as all of them are. */
static char *name_of(const struct submission *s, uint64_t index)
{
	auto_free char *name = NULL;

	if (!s->spec.name)
		return NULL;
	name = xasprintf("%s.%" PRIu64, s->spec.name, index);
	return xstrdup(s->array.nr && jobspec_is_name(name) ? name : s->spec.name);
}

/* Number @i of the jobs has no process yet, and so it does not start. */
static int job_submit(struct submission *s, size_t i)
{
	struct submitted *job = &s->jobs[i];
	struct jobspec spec = s->spec;
	uint64_t at_once = s->array.at_once;
	int status;

	job->index = s->array.nr ? s->array.indices[i] : 0;
	job->name = name_of(s, job->index);
	spec.name = job->name;
	spec.told = i;
	/* Each waits for the end of the one that is so far ahead of it. */
	if (at_once && i >= at_once)
		spec.depends[spec.nr_depends++] = (struct aios_depend){
			.job = s->jobs[i - at_once].id, .kind = AIOS_DEPEND_AFTERANY,
		};
	status = jobspec_submit(s->cli, &spec, &job->job);
	if (status || !job->job)
		return status;
	job->id = aios_job_id(job->job);
	s->nr = i + 1;
	if (!s->array_id && s->array.nr)
		s->array_id = job->id;
	paths_make(s, job);
	return CLI_OK;
}

/* What waits for another goes first, so that nothing starts. */
static void jobs_cancel(struct submission *s, size_t from)
{
	while (s->nr > from) {
		struct submitted *job = &s->jobs[--s->nr];

		aios_job_cancel(job->job, NULL);
	}
}

static int jobs_start(struct submission *s, char **own)
{
	int status, err;

	for (size_t i = 0; i < s->nr; i++) {
		array_export(s, &s->jobs[i]);
		status = process_start(s, &s->jobs[i]);
		if (status) {
			jobs_cancel(s, i);
			return status;
		}
		/* The job's start does not wait for this. */
		record_keep(s, &s->jobs[i], own);
	}
	err = s->notify ? notify_start(s) : 0;
	if (err)
		cli_note(s->cli, "nothing will tell of the end of job %" PRIu64 ": no process can be started: %s",
			 s->jobs[0].id, strerror(-err));
	return CLI_OK;
}

static int array_check(struct submission *s)
{
	if (!s->array.nr)
		return CLI_OK;
	if (s->spec.adopt)
		return cli_usage(s->cli, "--array runs a command several times, and --adopt none");
	if (s->array.at_once && s->spec.gang)
		return cli_usage(s->cli,
				 "--array: the jobs of a gang start together, so leave %%%" PRIu64 " out",
				 s->array.at_once);
	if (s->array.at_once && s->spec.nr_depends == AIOS_DEPENDS_MAX)
		return cli_usage(s->cli, "--array: a job waits for at most %d others, and one of them is of the array",
				 AIOS_DEPENDS_MAX);
	return CLI_OK;
}

/* The command is looked for, and runs, in its own environment. */
static int submission_submit(struct submission *s, int argc, char **own)
{
	size_t nr = s->array.nr ?: 1;
	int status = jobspec_check_command(s->cli, &s->spec, argc, s->argv);

	if (!status)
		status = array_check(s);
	if (!status && !s->cli->ctx)
		status = cli_connect(s->cli);
	s->jobs = xcalloc(nr, sizeof(*s->jobs));
	for (size_t i = 0; i < nr && !status; i++) {
		status = job_submit(s, i);
		/* A dry run tells of one. */
		if (!status && !s->jobs[i].job)
			return CLI_OK;
	}
	if (status) {
		jobs_cancel(s, 0);
		return status;
	}
	return jobs_start(s, own);
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
	status = submission_submit(s, argc, own);
	environ = own;
	return status;
}

void submission_note(struct submission *s)
{
	const struct submitted *job = &s->jobs[0];

	/* $(aiosctl submit ...) has nobody who reads it. */
	if (s->spec.adopt || s->cli->json || !isatty(STDOUT_FILENO))
		return;
	cli_note(s->cli, "job %" PRIu64 " writes to %s%s%s", job->id, job->output_path,
		 job->error_path ? " and " : "", job->error_path ?: "");
	if (s->nr > 1)
		cli_note(s->cli, "and so do %zu more: 'aiosctl list --array %" PRIu64 "' shows all",
			 s->nr - 1, s->array_id);
}

void submission_fields(struct submission *s, const struct submitted *job)
{
	auto_free char *directory = get_current_dir_name();
	struct out *o = &s->cli->out;

	out_u64(o, "id", job->id);
	out_string(o, "name", job->name);
	if (s->array.nr) {
		out_u64(o, "array", s->array_id);
		out_u64(o, "index", job->index);
	}
	out_string(o, "output", job->output_path);
	out_string(o, "error", job->error_path);
	out_string(o, "directory", directory);
}

void submission_end(struct submission *s)
{
	for (size_t i = 0; s->jobs && i < (s->array.nr ?: 1); i++) {
		free(s->jobs[i].name);
		free(s->jobs[i].output_path);
		free(s->jobs[i].error_path);
		if (s->jobs[i].job)
			aios_job_unref(s->jobs[i].job);
	}
	free(s->jobs);
	free(s->array.indices);
	free(s->options);
	free(s->line_name);
}
