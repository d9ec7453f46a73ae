// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that take jobs by their ids: how the ids become handles.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>

#include "machine/job.h"

int job_open(struct cli *cli, uint64_t id, struct aios_job **job)
{
	int err = aios_job_open(cli->ctx, id, job);

	switch (err) {
	case 0:
		return CLI_OK;
	case -ENOENT:
		return cli_error(cli, CLI_NOT_FOUND,
				 "there is no job %" PRIu64 ", or it has ended long ago", id);
	case -EACCES:
	case -EPERM:
		return cli_error(cli, CLI_PERMISSION,
				 "you may not see job %" PRIu64 ": ask the owner of its group", id);
	default:
		return cli_fail(cli, err, NULL, "cannot open job %" PRIu64, id);
	}
}

/* This takes the options and looks at every id before anything is done. */
static int arguments_parse(struct cli *cli, int argc, char **argv,
			   int (*option)(struct cli *cli, int key, void *data),
			   void *data)
{
	uint64_t id;
	int key, status = CLI_OK;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = key == '?' || !option ? CLI_USAGE : option(cli, key, data);
		if (status)
			return status;
	}
	if (optind == argc)
		return cli_usage(cli, "which job?");
	for (int i = optind; i < argc && !status; i++)
		status = cli_parse_job(cli, argv[i], &id);
	return status ?: cli_connect(cli);
}

int job_each(struct cli *cli, int argc, char **argv,
	     int (*option)(struct cli *cli, int key, void *data),
	     int (*fn)(struct cli *cli, struct aios_job *job, void *data),
	     void *data)
{
	int first = CLI_OK;
	int status;

	status = arguments_parse(cli, argc, argv, option, data);
	if (status)
		return status;
	cli_several_begin(cli, "jobs");
	for (int i = optind; i < argc; i++) {
		struct aios_job *job;
		uint64_t id;

		/* It was looked at before. */
		cli_parse_job(cli, argv[i], &id);
		cli_item_begin(cli);
		if (cli->several)
			out_u64(&cli->out, "id", id);
		status = job_open(cli, id, &job);
		if (!status) {
			status = fn(cli, job, data);
			aios_job_unref(job);
		}
		cli_item_end(cli, status);
		first = first ?: status;
	}
	return cli_several_end(cli, first);
}

int job_each_print(struct cli *cli, int argc, char **argv,
		   int (*fn)(struct cli *cli, struct aios_job *job, void *data))
{
	int status;

	status = arguments_parse(cli, argc, argv, NULL, NULL);
	if (status)
		return status;
	cli_open(cli);
	out_list_begin(&cli->out, "jobs");
	for (int i = optind; i < argc; i++) {
		struct aios_job *job;
		uint64_t id;

		status = cli_parse_job(cli, argv[i], &id);
		if (!status)
			status = job_open(cli, id, &job);
		if (status)
			return status;
		status = fn(cli, job, NULL);
		aios_job_unref(job);
		if (status)
			return status;
	}
	out_list_end(&cli->out);
	return cli_close(cli);
}

struct job_order {
	int (*call)(struct aios_job *job, struct aios_why *why);
	const char *verb;
};

static int order_give(struct cli *cli, struct aios_job *job, void *data)
{
	const struct job_order *order = data;
	struct aios_why why = { 0 };
	int err;

	err = order->call(job, &why);
	if (err)
		return cli_fail(cli, err, &why, "cannot %s job %" PRIu64,
				order->verb, aios_job_id(job));
	return CLI_OK;
}

int job_order(struct cli *cli, int argc, char **argv, const char *verb,
	      int (*call)(struct aios_job *job, struct aios_why *why))
{
	struct job_order order = { .call = call, .verb = verb };

	return job_each(cli, argc, argv, NULL, order_give, &order);
}
