// SPDX-License-Identifier: GPL-2.0
/*
 * The jobs that a command is to be done to: see select.h.
 */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/record.h"
#include "machine/select.h"
#include "spool/ranges.h"

/* More than these nobody has in mind one by one. */
#define FEW	5

enum {
	KEY_ALL = CLI_KEY(700),
	KEY_ARRAY,
	KEY_YES,
};

const struct cli_option selection_options[] = {
	{ "all", KEY_ALL, NULL, "all of your jobs for which it makes sense" },
	{ "user", 'u', "USER", "of them those of this user, * for everybody" },
	{ "group", 'g', "GROUP", "of them those of this group and of those below it" },
	{ "state", 's', "STATE[,STATE]...", "of them those in these states: %s" },
	{ "name", 'n', "NAME", "of them those of this name, in which * and ? stand for others" },
	{ "array", KEY_ARRAY, "JOB", "of them those of the array that this job is of" },
	{ "yes", KEY_YES, NULL, "do not ask when there are many" },
	{ 0 }
};

static int user_option(struct cli *cli, struct selection *s, const char *arg)
{
	s->everybody = !strcmp(arg, "*");
	s->filter.by_user = !s->everybody;
	if (s->everybody || !user_parse(arg, &s->filter.uid))
		return CLI_OK;
	return cli_error(cli, CLI_NOT_FOUND, "there is no user '%s'", arg);
}

int selection_option(struct cli *cli, struct selection *s, int key, const char *arg)
{
	if (key == KEY_YES) {
		s->yes = true;
		return CLI_OK;
	}
	switch (key) {
	case KEY_ALL:
		break;
	case 'u':
		s->used = true;
		return user_option(cli, s, arg);
	case 'g':
		free(s->group);
		s->group = xasprintf("%s%s", *arg == '/' ? "" : "/", arg);
		while (s->group[1] && s->group[strlen(s->group) - 1] == '/')
			s->group[strlen(s->group) - 1] = '\0';
		s->filter.group = s->group;
		break;
	case 's':
		s->used = true;
		return states_parse(cli, "--state", arg, &s->filter.states);
	case 'n':
		s->name = arg;
		break;
	case KEY_ARRAY:
		s->used = true;
		return cli_parse_job(cli, arg, &s->array);
	default:
		return -ENOENT;
	}
	s->used = true;
	return CLI_OK;
}

static int named(struct cli *cli, struct selection *s, int argc, char **argv)
{
	int status = CLI_OK;

	if (!argc)
		return cli_usage(cli, "which job? Give the number that submit printed, or that list shows");
	s->ids = xcalloc(argc, sizeof(*s->ids));
	for (int i = 0; i < argc && !status; i++)
		status = cli_parse_job(cli, argv[i], &s->ids[s->nr++]);
	return status;
}

static bool matches(const struct selection *s, const struct aios_record *job)
{
	int held = job->flags & AIOS_JOB_ON_HOLD ? 1 : -1;

	if (s->held && held != s->held)
		return false;
	return !s->name || !fnmatch(s->name, job->name, 0);
}

uint64_t *array_members(struct cli *cli, uint64_t id, size_t *nr, int *status)
{
	uint64_t *ids = NULL;
	struct recorded r;

	*nr = 0;
	*status = recorded_open(cli, id, &r);
	if (*status)
		return NULL;
	if (!r.record.members || ranges_parse(r.record.members, SPOOL_MAX, &ids, nr))
		*status = cli_error(cli, CLI_NOT_FOUND, "job %" PRIu64 " is of no array: give the number that 'submit --array' printed",
				    id);
	recorded_close(&r);
	return ids;
}

static bool is_among(uint64_t id, const uint64_t *ids, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (ids[i] == id)
			return true;
	return false;
}

int array_keep(struct cli *cli, struct joblist *jobs, uint64_t id)
{
	size_t nr, kept = 0;
	uint64_t *ids;
	int status;

	ids = array_members(cli, id, &nr, &status);
	if (!ids)
		return status;
	for (size_t i = 0; i < jobs->nr; i++) {
		struct aios_record job = jobs->jobs[i];

		/* What stays moves up, and what goes is freed with the rest. */
		if (!is_among(job.job, ids, nr))
			continue;
		jobs->jobs[i] = jobs->jobs[kept];
		jobs->jobs[kept++] = job;
	}
	while (jobs->nr > kept) {
		jobs->nr--;
		free((char *)jobs->jobs[jobs->nr].name);
		free((char *)jobs->jobs[jobs->nr].path);
	}
	free(ids);
	return CLI_OK;
}

static int selected(struct cli *cli, struct selection *s, uint32_t states)
{
	struct joblist_key by_id = { 0 };
	struct joblist jobs;
	int err;

	/* How those ended that the kernel lists no more matters to who waits for all. */
	if (s->array && s->ended && !s->filter.states && !s->name && !s->group) {
		s->ids = array_members(cli, s->array, &s->nr, &err);
		return err;
	}
	if (!s->filter.states)
		s->filter.states = states;
	if (!s->everybody && !s->filter.by_user) {
		s->filter.by_user = true;
		s->filter.uid = geteuid();
	}
	err = joblist_read(&jobs, &s->filter);
	if (err)
		return list_fail(cli, err, "list of jobs");
	err = s->array ? array_keep(cli, &jobs, s->array) : CLI_OK;
	if (err) {
		joblist_free(&jobs);
		return err;
	}
	joblist_sort(&jobs, &by_id, 0);
	s->ids = xcalloc(jobs.nr, sizeof(*s->ids));
	for (size_t i = 0; i < jobs.nr; i++)
		if (matches(s, &jobs.jobs[i]))
			s->ids[s->nr++] = jobs.jobs[i].job;
	joblist_free(&jobs);
	if (!s->nr)
		cli_note(cli, "there is no such job");
	return CLI_OK;
}

/* Only a person can be asked. */
static int ask(struct cli *cli, const struct selection *s, const char *verb)
{
	char answer[16] = "";

	if (s->nr <= FEW || s->yes || cli->json || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return CLI_OK;
	fprintf(stderr, "aiosctl: %s %zu jobs? [y/N] ", verb, s->nr);
	if (fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y'))
		return CLI_OK;
	return cli_error(cli, CLI_FAILURE, "nothing was done");
}

int selection_find(struct cli *cli, struct selection *s, uint32_t states, const char *verb,
		   int argc, char **argv)
{
	int status;

	if (!s->used)
		return named(cli, s, argc, argv);
	if (argc)
		return cli_usage(cli, "name jobs or select them, not both: '%s'", argv[0]);
	status = selected(cli, s, states);
	return status || !verb ? status : ask(cli, s, verb);
}

void selection_free(struct selection *s)
{
	free(s->ids);
	free(s->group);
	*s = (struct selection){ 0 };
}
