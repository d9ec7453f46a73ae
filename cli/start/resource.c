// SPDX-License-Identifier: GPL-2.0
/*
 * The options that state amounts of resources, and others that several commands
 * take: see resource.h.
 */
#include <errno.h>
#include <string.h>

#include "start/resource.h"

#define RESOURCE_OF_KEY(constant, option, letter, help, key, header, one) \
	{ RESOURCE_KEY(constant, letter), AIOS_RESOURCE_##constant }

static const struct {
	int key;
	uint32_t resource;
} resource_keys[] = {
	RESOURCES(RESOURCE_OF_KEY)
};

int resource_of_option(int key)
{
	for (size_t i = 0; i < ARRAY_SIZE(resource_keys); i++)
		if (resource_keys[i].key == key)
			return resource_keys[i].resource;
	return -1;
}

/*
 * With a lower limit a job is admitted and its command never begins: it is killed before,
 * or waits for ever. The kernel gives no cgroup less CPU than this; what a process needs
 * to execute another was measured. More is the command's matter.
 */
static const struct {
	uint32_t resource;
	uint64_t limit;
} least[] = {
	{ AIOS_RESOURCE_CPU, 10 },
	{ AIOS_RESOURCE_MEMORY, 1 << 20 },
	{ AIOS_RESOURCE_IO, 4096 },
	{ AIOS_RESOURCE_PIDS, 1 },
};

int resource_least_check(struct cli *cli, uint32_t mask, const void *limits)
{
	char asked[AIOS_QUANTITY_LEN], enough[AIOS_QUANTITY_LEN];
	uint64_t limit[AIOS_RESOURCE_MAX];

	memcpy(limit, limits, sizeof(limit));
	for (size_t i = 0; i < ARRAY_SIZE(least); i++) {
		uint32_t r = least[i].resource;

		if (!(mask >> r & 1) || limit[r] >= least[i].limit)
			continue;
		return cli_usage(cli, "--%s: nothing can start with %s, the least is %s: say %s",
				 resource_option_name(r),
				 aios_quantity_format(r, limit[r], asked, sizeof(asked)),
				 aios_quantity_format(r, least[i].limit, enough, sizeof(enough)),
				 resource_example(r));
	}
	return CLI_OK;
}

int resource_parse(struct cli *cli, uint32_t resource, const char *text,
		   uint64_t *request, uint64_t *limit)
{
	const char *option = resource_option_name(resource);
	const char *colon = strchr(text, ':');
	int err;

	if (limit)
		err = aios_range_parse(resource, text, request, limit);
	else
		err = aios_quantity_parse(resource, text, request);
	if (!err)
		return CLI_OK;
	if (!limit && colon)
		return cli_usage(cli, "--%s takes one amount here, the limit, not '%s'",
				 option, text);
	if (err == -ERANGE && colon)
		return cli_usage(cli, "--%s: '%s' has its request above its limit, or an amount that is too large or too small",
				 option, text);
	if (err == -ERANGE)
		return cli_usage(cli, "--%s: '%s' is too large, or below one unit",
				 option, text);
	return cli_usage(cli, "--%s: '%s' is no amount: say %s", option, text,
			 resource_example(resource));
}

int resource_limit_option(struct cli *cli, struct aios_limit *limit, int key,
			  const char *arg)
{
	int resource = resource_of_option(key);
	uint64_t value;
	int status;

	if (resource < 0)
		return -ENOENT;
	status = resource_parse(cli, resource, arg, &value, NULL);
	if (!status)
		aios_limit_set_resource(limit, resource, value);
	return status;
}

int mode_parse(struct cli *cli, const char *text, uint32_t *mode)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 8);
	if (*text < '0' || *text > '7' || *end || value > 0777)
		return cli_usage(cli, "--mode: '%s' is no mode: say 0750", text);
	*mode = value;
	return CLI_OK;
}

int weight_parse(struct cli *cli, const char *text, uint32_t *weight)
{
	uint64_t value;
	int status = cli_parse_number(cli, "--weight", text, AIOS_WEIGHT_MIN,
				      AIOS_WEIGHT_MAX, &value);

	if (!status)
		*weight = value;
	return status;
}

int time_limit_parse(struct cli *cli, const char *text, uint64_t *ns)
{
	int status;

	*ns = AIOS_UNLIMITED;
	if (!strcmp(text, "none"))
		return CLI_OK;
	status = cli_parse_duration(cli, "--time-limit", text, ns);
	if (!status && !*ns)
		return cli_usage(cli, "--time-limit: no time at all: say 2h, or none");
	return status;
}

int priority_parse(struct cli *cli, const char *text, int32_t *priority)
{
	int64_t value;

	if (s64_parse(text, &value) || value < AIOS_PRIORITY_MIN ||
	    value > AIOS_PRIORITY_MAX)
		return cli_usage(cli, "--priority: '%s' is not a whole number from %d to %d",
				 text, AIOS_PRIORITY_MIN, AIOS_PRIORITY_MAX);
	*priority = value;
	return CLI_OK;
}

char *group_path(const char *text)
{
	size_t len;
	char *path;

	path = xasprintf("%s%s", *text == '/' ? "" : "/", text);
	len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	return path;
}
