// SPDX-License-Identifier: GPL-2.0
/*
 * A job that was submitted from here: see record.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "machine/record.h"

/* Ids begin anew with the module: a record can be of another job that had this one. */
static bool is_of_job(struct recorded *r)
{
	struct aios_stat stat;

	if (!r->job || !r->record.submit_ns)
		return true;
	AIOS_INIT(&stat);
	return aios_job_stat(r->job, &stat) || stat.submit_ns == r->record.submit_ns;
}

int recorded_open(struct cli *cli, uint64_t id, struct recorded *r)
{
	const char *cause = NULL;
	int err;

	*r = (struct recorded){ 0 };
	err = spool_read(id, &r->record);
	/* What was recorded can be read without the module. */
	if (!err && !cli->ctx && aios_new(&cli->ctx, NULL))
		cli->ctx = NULL;
	if (!err && cli->ctx && aios_job_open(cli->ctx, id, &r->job))
		r->job = NULL;
	if (!err && is_of_job(r))
		return CLI_OK;
	if (err == -EPERM)
		cause = "it, or a folder that it lies in, is not yours alone";
	else if (err == -EPROTO)
		cause = "it is damaged, or of a newer version";
	if (err && err != -ENOENT)
		return cli_error(cli, err == -EPERM ? CLI_PERMISSION : CLI_FAILURE,
				 "cannot read the record of job %" PRIu64 ": %s", id,
				 cause ?: strerror(-err));
	recorded_close(r);
	return cli_error(cli, CLI_NOT_FOUND,
			 "there is no record of job %" PRIu64 ": you have not submitted it since the machine started, or it was long ago",
			 id);
}

void recorded_close(struct recorded *r)
{
	spool_free(&r->record);
	if (r->job)
		aios_job_unref(r->job);
	r->job = NULL;
}
