// SPDX-License-Identifier: GPL-2.0
/*
 * rerun: jobs that have ended are submitted once more, from their records: the same
 * command, directory, environment and options, but for what is given here.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/commands.h"
#include "history/ended.h"
#include "machine/record.h"
#include "machine/select.h"
#include "start/submission.h"

enum {
	KEY_FAILED = CLI_KEY(1),
	KEY_ARRAY,
	KEY_LOG,
};

static const struct cli_option rerun_options[] = {
	{ "failed", KEY_FAILED, NULL, "of the jobs only those that did not end with status 0" },
	{ "array", KEY_ARRAY, "JOB", "the jobs of the array that this one is of" },
	{ "requeue", SUBMISSION_KEY_REQUEUE, NULL,
	  "your jobs with submit --requeue that had not ended when the machine went down" },
	{ "log", KEY_LOG, "DIRECTORY", "where --requeue looks for ended jobs (" LOG_FOLDER ")" },
	SUBMISSION_OPTIONS,
	{ 0 }
};

struct rerun {
	struct cli *cli;
	bool failed;
	bool dry;
	bool requeue;
	int first;		/* status of the first job that could not be submitted */
	const char *log;	/* folder */
	struct history ended;	/* for --requeue: what is in it */
	uint64_t array;		/* id of one of its jobs; 0: jobs are named */
	uint64_t *ids;
	size_t nr;
	char *directory;	/* absolute, of a relative --chdir */
	struct given {
		int key;
		const char *arg;
	} *given;
	size_t nr_given;
};

/*
 * What belongs to the first run alone: whom it waited for and until when, and that it was
 * held, where it was released since.
 */
static bool is_left_out(const struct rerun *rerun, const char *option)
{
	return !strncmp(option, "after", 5) ||
	       (!rerun->requeue && (!strcmp(option, "hold") || !strcmp(option, "begin")));
}

/* Should the job run again? CLI_OK and *@wanted, or a status after having said why not. */
static int ended_look(struct rerun *rerun, const struct recorded *r, bool *wanted)
{
	struct cli *cli = rerun->cli;
	uint64_t id = r->record.id;
	struct aios_stat stat;
	int status;

	*wanted = true;
	status = cli->ctx ? CLI_OK : cli_connect(cli);
	if (status)
		return status;
	if (!r->job && rerun->failed)
		return cli_error(cli, CLI_NOT_FOUND, "job %" PRIu64 " has ended, and it is not known any more how: run it again without --failed",
				 id);
	if (!r->job)
		return CLI_OK;
	AIOS_INIT(&stat);
	status = aios_job_stat(r->job, &stat);
	if (status)
		return cli_fail(cli, status, NULL, "cannot read job %" PRIu64, id);
	if (rerun->failed)
		*wanted = stat.end && stat.state != AIOS_STATE_DONE;
	else if (!stat.end)
		return cli_error(cli, CLI_FAILURE, "job %" PRIu64 " has not ended: wait for it, or cancel it first",
				 id);
	return CLI_OK;
}

static bool is_given(const struct rerun *rerun, int key)
{
	for (size_t i = 0; i < rerun->nr_given; i++)
		if (rerun->given[i].key == key)
			return true;
	return false;
}

static int option_replay(struct rerun *rerun, struct submission *s,
			 const struct spool_option *kept)
{
	const struct cli_option *o = submission_option_find(kept->name);

	/* What lies in a file may have been written by another version. */
	if (!o || (o->arg && *o->arg != '[' && !kept->value))
		return cli_error(rerun->cli, CLI_FAILURE, "the record has an option '%s' that is not known here",
				 kept->name);
	if (is_given(rerun, o->key) || is_left_out(rerun, kept->name))
		return CLI_OK;
	return submission_option(s, o->key, kept->value);
}

static int options_take(struct rerun *rerun, struct submission *s, const struct spool_record *r)
{
	int status = CLI_OK;

	for (size_t i = 0; i < r->nr_options && !status; i++)
		status = option_replay(rerun, s, &r->options[i]);
	for (size_t i = 0; i < rerun->nr_given && !status; i++)
		status = submission_option(s, rerun->given[i].key, rerun->given[i].arg);
	return status;
}

static int submitted_print(struct rerun *rerun, struct submission *s)
{
	struct out *o = &rerun->cli->out;

	if (!s->nr)
		return CLI_OK;
	submission_note(s);
	if (rerun->cli->json) {
		out_record_begin(o, "job", NULL);
		submission_fields(s, &s->jobs[0]);
		out_record_end(o);
		return CLI_OK;
	}
	cli_open(rerun->cli);
	out_sentence(o, "id", "%" PRIu64, s->jobs[0].id);
	return cli_close(rerun->cli);
}

/* One of an array runs as that, with its index and the array's id. */
static void array_take(struct submission *s, const struct spool_record *record)
{
	if (!record->array)
		return;
	s->array_id = record->array;
	s->array.nr = 1;
	s->array.indices = xcalloc(1, sizeof(*s->array.indices));
	s->array.indices[0] = record->index;
}

static int record_submit(struct rerun *rerun, const struct spool_record *record,
			 const char *from)
{
	struct cli *cli = rerun->cli;
	int argc = 0, status;
	struct submission s;

	submission_init(&s, cli);
	s.env = record->env;
	s.spec.name = record->name;
	s.from = from;
	array_take(&s, record);
	status = options_take(rerun, &s, record);
	if (!status && chdir(record->directory))
		status = cli_fail(cli, -errno, NULL, "cannot go to %s, where job %" PRIu64 " ran",
				  record->directory, record->id);
	while (record->argv[argc])
		argc++;
	if (!status)
		status = submission_start(&s, argc, record->argv);
	if (!status)
		status = submitted_print(rerun, &s);
	submission_end(&s);
	return status;
}

static int job_rerun(struct rerun *rerun, uint64_t id)
{
	struct recorded r;
	bool wanted;
	int status;

	status = recorded_open(rerun->cli, id, &r);
	if (status)
		return status;
	status = ended_look(rerun, &r, &wanted);
	if (!status && wanted)
		status = record_submit(rerun, &r.record, NULL);
	recorded_close(&r);
	return status;
}

/* ---------------------------------------------------------------- after a boot */

static bool had_ended(const struct rerun *rerun, const struct spool_record *record)
{
	for (size_t i = 0; i < rerun->ended.nr; i++) {
		const struct ended *e = &rerun->ended.all[i];

		/* The number may have been another job's before. */
		if (e->job == record->id && e->uid == geteuid() && e->end_s >= record->time_s)
			return true;
	}
	return false;
}

/* Whom it waited for has another number now, or has ended, and nobody tells how. */
static bool waited_for_others(const struct spool_record *record)
{
	for (size_t i = 0; i < record->nr_options; i++)
		if (!strncmp(record->options[i].name, "after", 5))
			return true;
	return false;
}

static int earlier_take(struct spool_record *record, const char *from, void *data)
{
	struct rerun *rerun = data;
	struct cli *cli = rerun->cli;
	int status;

	if (had_ended(rerun, record))
		return 0;
	if (waited_for_others(record)) {
		cli_note(cli, "job %" PRIu64 " is not submitted anew: it waited for others, which have other numbers now",
			 record->id);
		return 0;
	}
	cli_item_begin(cli);
	if (cli->several)
		out_u64(&cli->out, "id", record->id);
	status = record_submit(rerun, record, from);
	cli_item_end(cli, status);
	rerun->first = rerun->first ?: status;
	return 0;
}

static int requeue(struct rerun *rerun)
{
	struct cli *cli = rerun->cli;
	struct stat st;
	int err;

	/* A user of whom nothing has ended has no part in it. */
	err = stat(rerun->log, &st) ? -errno : log_read(rerun->log, &rerun->ended);
	if (err && (err != -ENOENT || stat(rerun->log, &st)))
		return cli_fail_because(cli, err, NULL, "it tells which jobs had ended, and aios-log.service writes it",
					"cannot read the log in %s", rerun->log);
	cli_several_begin(cli, "jobs");
	err = spool_each_earlier("requeue", earlier_take, rerun);
	if (err)
		rerun->first = cli_fail(cli, err, NULL, "cannot read your records");
	return cli_several_end(cli, rerun->first);
}

/* All ids are looked at before anything is done. */
static int jobs_take(struct rerun *rerun, int argc, char **argv)
{
	int status = CLI_OK;

	if (rerun->requeue && (argc || rerun->array || rerun->nr_given || rerun->failed))
		return cli_usage(rerun->cli, "--requeue takes neither jobs nor other options: it submits all that had not ended");
	if (rerun->requeue)
		return CLI_OK;
	if (argc && rerun->array)
		return cli_usage(rerun->cli, "name jobs or an array, not both: '%s'", argv[0]);
	if (rerun->array) {
		rerun->ids = array_members(rerun->cli, rerun->array, &rerun->nr, &status);
		return status;
	}
	if (!argc)
		return cli_usage(rerun->cli, "which job? Give the number that submit printed, or that list shows");
	rerun->ids = xcalloc(argc, sizeof(*rerun->ids));
	while (!status && rerun->nr < (size_t)argc) {
		status = cli_parse_job(rerun->cli, argv[rerun->nr], &rerun->ids[rerun->nr]);
		rerun->nr++;
	}
	return status;
}

/* Options are looked at before anything is done, as if for a job of their own. */
static int rerun_parse(struct rerun *rerun, int argc, char **argv)
{
	struct submission s;
	int key, status = CLI_OK;

	submission_init(&s, rerun->cli);
	while (!status && (key = cli_getopt(rerun->cli, argc, argv)) != -1) {
		if (key == KEY_FAILED) {
			rerun->failed = true;
			continue;
		}
		if (key == SUBMISSION_KEY_REQUEUE || key == KEY_LOG) {
			rerun->requeue |= key == SUBMISSION_KEY_REQUEUE;
			rerun->log = key == KEY_LOG ? optarg : rerun->log;
			continue;
		}
		if (key == KEY_ARRAY) {
			status = cli_parse_job(rerun->cli, optarg, &rerun->array);
			continue;
		}
		status = key == '?' ? CLI_USAGE : submission_option(&s, key, optarg);
		rerun->given = xrealloc(rerun->given,
					(rerun->nr_given + 1) * sizeof(*rerun->given));
		rerun->given[rerun->nr_given++] = (struct given){ key, optarg };
		/* It is meant from here, and each job runs where it ran. */
		if (key == 'C' && *optarg != '/' && !rerun->directory)
			rerun->directory = realpath(optarg, NULL);
		if (key == 'C' && *optarg != '/' && rerun->directory)
			rerun->given[rerun->nr_given - 1].arg = rerun->directory;
	}
	rerun->dry = s.spec.flags & AIOS_SUBMIT_DRY_RUN;
	if (!status && s.spec.adopt)
		status = cli_usage(rerun->cli, "--adopt takes no command, and a job that is run again has one");
	submission_end(&s);
	if (!status)
		status = jobs_take(rerun, argc - optind, argv + optind);
	if (!status && rerun->dry && rerun->nr > 1)
		status = cli_usage(rerun->cli, "--dry-run takes one job");
	return status;
}

static int rerun_run(struct cli *cli, int argc, char **argv)
{
	struct rerun rerun = { .cli = cli, .log = LOG_FOLDER };
	int status, first = CLI_OK;

	status = rerun_parse(&rerun, argc, argv);
	if (!status && rerun.requeue) {
		status = requeue(&rerun);
		history_end(&rerun.ended);
		return status;
	}
	if (!status && !rerun.dry)
		cli_several_begin(cli, "jobs");
	for (size_t i = 0; i < rerun.nr && !status; i++) {
		cli_item_begin(cli);
		if (cli->several)
			out_u64(&cli->out, "id", rerun.ids[i]);
		status = job_rerun(&rerun, rerun.ids[i]);
		cli_item_end(cli, status);
		first = first ?: status;
		status = CLI_OK;
	}
	free(rerun.given);
	free(rerun.ids);
	free(rerun.directory);
	return cli_several_end(cli, first ?: status);
}

const struct cli_command rerun_command = {
	.name = "rerun",
	.args = "[JOB]...",
	.summary = "submit jobs that have ended once more",
	.help = "Submit jobs that you have submitted before, and that have ended, once more, and print the new ids: the same command in the same directory with the same environment and the same options. Options given here count instead of those given then; whom it waited for, --begin and --hold are not taken over. With --requeue these are the jobs that were submitted with --requeue before the machine started, and of which the log of ended jobs does not tell: each once, in their order.",
	.options = rerun_options,
	.shared = jobspec_options,
	.run = rerun_run,
};
