// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs that start again after they ran out of memory: see retry.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "print/when.h"
#include "start/retry.h"

#define DIGITS	3	/* behind the point of a factor: AIOS_RETRY_UNIT */

/* This reads "1.5" in 1/AIOS_RETRY_UNIT; it returns 0 or -EINVAL. */
static int factor_parse(const char *text, uint32_t *factor)
{
	static const char digits[] = "0123456789";
	size_t whole = strspn(text, digits), part = 0;
	const char *point = text + whole;
	uint32_t value = 0;

	if (*point == '.')
		part = strspn(point + 1, digits);
	if (!whole || whole > 3 || part > DIGITS || (*point == '.' && !part) ||
	    point[part ? part + 1 : 0])
		return -EINVAL;
	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (uint32_t)(text[i] - '0');
	for (size_t i = 0; i < DIGITS; i++)
		value = value * 10 + (i < part ? (uint32_t)(point[1 + i] - '0') : 0);
	*factor = value;
	return value > AIOS_RETRY_UNIT && value <= AIOS_RETRY_FACTOR_MAX ? 0 : -EINVAL;
}

int retry_parse(struct cli *cli, const char *text, struct jobspec *spec)
{
	auto_free char *copy = xstrdup(text);
	char *factor = copy;
	char *number = strsep(&factor, ":");
	uint64_t retries;
	int status;

	status = cli_parse_number(cli, "--retry-oom", number, 1, AIOS_RETRIES_MAX, &retries);
	if (status)
		return status;
	spec->retries = retries;
	spec->retry_factor = AIOS_RETRY_FACTOR_DEFAULT;
	if (factor && factor_parse(factor, &spec->retry_factor))
		return cli_usage(cli, "--retry-oom: '%s' is no factor: above 1, up to %d, with up to %d digits behind the point",
				 factor, AIOS_RETRY_FACTOR_MAX / AIOS_RETRY_UNIT, DIGITS);
	return CLI_OK;
}

enum retry_state retry_wait(struct aios_job *job, int status, uint64_t patience_ns)
{
	struct aios_wait wait;
	int err;

	/* All of a job that runs out of memory is killed so. */
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		return RETRY_OVER;
	AIOS_INIT(&wait);
	wait.state_mask = 1U << AIOS_STATE_QUEUED;
	wait.timeout_ns = monotonic_ns() + patience_ns;
	err = aios_job_wait(job, &wait);
	if (err == -ETIMEDOUT || err == -EINTR)
		return RETRY_UNKNOWN;
	return !err && wait.state == AIOS_STATE_QUEUED ? RETRY_AGAIN : RETRY_OVER;
}

char *retry_text(const struct aios_stat *stat)
{
	char next[AIOS_QUANTITY_LEN];

	aios_quantity_format(AIOS_RESOURCE_MEMORY, stat->request[AIOS_RESOURCE_MEMORY],
			     next, sizeof(next));
	return xasprintf("job %" PRIu64 " ran out of memory and waits to run again with %s (attempt %u, %u more can follow)",
			 (uint64_t)stat->id, next, stat->attempt, stat->retries);
}
