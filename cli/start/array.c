// SPDX-License-Identifier: GPL-2.0
/*
 * The option --array: see array.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "spool/ranges.h"
#include "spool/spool.h"
#include "start/array.h"

int array_parse(struct cli *cli, const char *text, struct array *array)
{
	auto_free char *copy = xstrdup(text);
	char *bound = strchr(copy, '%');
	int err, status;

	free(array->indices);
	*array = (struct array){ 0 };
	if (bound)
		*bound++ = '\0';
	status = bound ? cli_parse_number(cli, "--array: how many at once", bound, 1, SPOOL_MAX,
					  &array->at_once) : CLI_OK;
	if (status)
		return status;
	err = ranges_parse(copy, SPOOL_MAX, &array->indices, &array->nr);
	if (err == -E2BIG)
		return cli_usage(cli, "--array: '%s' are more than %d: submit several arrays",
				 text, SPOOL_MAX);
	if (err == -EEXIST)
		return cli_usage(cli, "--array: '%s' has an index twice", text);
	if (err)
		return cli_usage(cli, "--array: '%s' are no indices: say 0-39, 1,3,5-9 or 0-100:10, and %%4 behind it where 4 may run at once",
				 text);
	return CLI_OK;
}
