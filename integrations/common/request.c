// SPDX-License-Identifier: GPL-2.0
/*
 * From words to a submission: see request.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/request.h"

#define NS_PER_S	1000000000ULL

/* aiosctl calls some resources otherwise than the kernel does. */
static const struct {
	const char *option;
	const char *resource;
} resource_options[] = {
	{ "cpus", "cpu" },
	{ "mem", "memory" },
	{ "gpus", "gpu" },
	{ "gpu-mem", "gpu_memory" },
};

int duration_parse(const char *text, uint64_t *ns)
{
	static const struct {
		const char *unit;
		uint64_t seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(end, units[i].unit))
			continue;
		/* What the kernel takes for a time ends below 2^62. */
		if (value > (1ULL << 61) / NS_PER_S / units[i].seconds)
			return -EINVAL;
		*ns = value * units[i].seconds * NS_PER_S;
		return 0;
	}
	return -EINVAL;
}

/* -------------------------------------------------------------------- values */

static int number_set(const char *value, long min, long max, long *number, char *error,
		      size_t len)
{
	char *end;

	errno = 0;
	*number = strtol(value, &end, 10);
	if (!errno && end != value && !*end && *number >= min && *number <= max)
		return 0;
	snprintf(error, len, "'%.64s' is not a whole number from %ld to %ld", value, min, max);
	return -EINVAL;
}

static int flag_set(__u32 *flags, __u32 flag, const char *value, char *error, size_t len)
{
	if (!strcmp(value, "true") || !strcmp(value, "yes") || !*value) {
		*flags |= flag;
	} else if (!strcmp(value, "false") || !strcmp(value, "no")) {
		*flags &= ~flag;
	} else {
		snprintf(error, len, "'%.64s' is neither true nor false", value);
		return -EINVAL;
	}
	return 0;
}

/* @none: the word for having none, which is @without. */
static int time_set(__u64 *ns, const char *none, uint64_t without, const char *value,
		    char *error, size_t len)
{
	uint64_t duration;

	if (none && !strcmp(value, none)) {
		*ns = without;
		return 0;
	}
	if (!duration_parse(value, &duration) && (duration || !without)) {
		*ns = duration;
		return 0;
	}
	snprintf(error, len, "'%.64s' is no duration: say 30s, 10m, 2h or 1d%s%s", value,
		 none ? ", or " : "", none ? none : "");
	return -EINVAL;
}

static int text_set(char *to, size_t room, const char *value, char *error, size_t len)
{
	size_t length = strlen(value);

	if (length && length < room) {
		memcpy(to, value, length + 1);
		return 0;
	}
	snprintf(error, len, "it has 1 to %zu bytes", room - 1);
	return -EINVAL;
}

static int wait_set(struct request *r, const char *value, char *error, size_t len)
{
	if (!strcmp(value, "true") || !strcmp(value, "yes")) {
		r->patience_ns = AIOS_UNLIMITED;
	} else if (!strcmp(value, "false") || !strcmp(value, "no")) {
		r->patience_ns = 0;
	} else if (duration_parse(value, &r->patience_ns)) {
		snprintf(error, len, "'%.64s' is no duration: say 30s, 10m, yes or no", value);
		return -EINVAL;
	}
	return 0;
}

/* ---------------------------------------------------------------------- keys */

static const char *resource_of(const char *key)
{
	for (size_t i = 0; i < sizeof(resource_options) / sizeof(*resource_options); i++)
		if (!strcmp(key, resource_options[i].option))
			return resource_options[i].resource;
	return aios_resource_from_name(key) >= 0 ? key : NULL;
}

static int resource_set(struct request *r, const char *resource, const char *value,
			char *error, size_t len)
{
	int err = aios_submit_set_text(&r->submit, resource, value);

	if (err == -ERANGE)
		snprintf(error, len, "'%.64s' has its request above its limit, or an amount that is too large or too small",
			 value);
	else if (err)
		snprintf(error, len, "'%.64s' is no amount: say REQUEST or REQUEST:LIMIT, as 500m:2 of cpu or 4G:16G of memory",
			 value);
	return err ? -EINVAL : 0;
}

static int other_set(struct request *r, const char *key, const char *value, char *error,
		     size_t len)
{
	struct aios_submit *s = &r->submit;
	long number;
	int err;

	if (!strcmp(key, "group"))
		return text_set(r->group, sizeof(r->group), value, error, len);
	if (!strcmp(key, "name"))
		return text_set(r->name, sizeof(r->name), value, error, len);
	if (!strcmp(key, "weight")) {
		err = number_set(value, AIOS_WEIGHT_MIN, AIOS_WEIGHT_MAX, &number, error, len);
		if (!err)
			s->weight = number;
		return err;
	}
	if (!strcmp(key, "priority")) {
		err = number_set(value, AIOS_PRIORITY_MIN, AIOS_PRIORITY_MAX, &number, error,
				 len);
		if (!err)
			s->priority = number;
		return err;
	}
	if (!strcmp(key, "time"))
		return time_set(&s->expected_runtime_ns, NULL, 0, value, error, len);
	if (!strcmp(key, "time-limit"))
		return time_set(&s->max_runtime_ns, "none", AIOS_UNLIMITED, value, error, len);
	if (!strcmp(key, "strict"))
		return flag_set(&s->flags, AIOS_SUBMIT_STRICT, value, error, len);
	if (!strcmp(key, "exclusive"))
		return flag_set(&s->flags, AIOS_SUBMIT_EXCLUSIVE, value, error, len);
	if (!strcmp(key, "wait"))
		return wait_set(r, value, error, len);
	snprintf(error, len, "there is no such thing to ask for: it is cpu, memory, gpu, gpu-memory, io, net, pids, swap, huge-pages, group, name, weight, priority, time, time-limit, strict, exclusive or wait");
	return -EINVAL;
}

int request_set(struct request *r, const char *key, const char *value, char *error, size_t len)
{
	const char *resource = resource_of(key);

	*error = '\0';
	return resource ? resource_set(r, resource, value, error, len) :
			  other_set(r, key, value, error, len);
}

/* -------------------------------------------------------------- whole requests */

void request_init(struct request *r)
{
	memset(r, 0, sizeof(*r));
	aios_submit_init(&r->submit);
	r->patience_ns = AIOS_UNLIMITED;
}

void request_name(struct request *r, const char *name)
{
	if (*r->name)
		return;
	snprintf(r->name, sizeof(r->name), "%s", name);
	for (char *c = r->name; *c; c++)
		if (*c <= ' ' || *c == '/' || *c == 0x7f)
			*c = '-';
}

void request_settle(struct request *r)
{
	aios_submit_set_group(&r->submit, *r->group ? r->group : NULL);
	aios_submit_set_name(&r->submit, *r->name ? r->name : NULL);
}
