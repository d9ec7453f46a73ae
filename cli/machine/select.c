// SPDX-License-Identifier: GPL-2.0
/*
 * The jobs that a command is to be done to: see select.h.
 */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "machine/select.h"

/* More than these nobody has in mind one by one. */
#define FEW	5

enum {
	KEY_ALL = CLI_KEY(700),
	KEY_YES,
};

const struct cli_option selection_options[] = {
	{ "all", KEY_ALL, NULL, "all of your jobs for which it makes sense" },
	{ "user", 'u', "USER", "of them those of this user, * for everybody" },
	{ "group", 'g', "GROUP", "of them those of this group and of those below it" },
	{ "state", 's', "STATE[,STATE]...", "of them those in these states: %s" },
	{ "name", 'n', "NAME", "of them those of this name, in which * and ? stand for others" },
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

static int selected(struct cli *cli, struct selection *s, uint32_t states)
{
	struct joblist_key by_id = { 0 };
	struct joblist jobs;
	int err;

	if (!s->filter.states)
		s->filter.states = states;
	if (!s->everybody && !s->filter.by_user) {
		s->filter.by_user = true;
		s->filter.uid = geteuid();
	}
	err = joblist_read(&jobs, &s->filter);
	if (err)
		return list_fail(cli, err, "list of jobs");
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
