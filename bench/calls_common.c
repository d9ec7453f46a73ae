// SPDX-License-Identifier: GPL-2.0
/*
 * What all measurements of the calls begin with: see calls.h.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"

void calls_ok(int err, const char *call)
{
	if (err < 0)
		die("%s: %s", call, strerror(-err));
}

void calls_why_ok(struct calls *c, int err, const char *call,
		  const struct aios_why *why)
{
	char text[AIOS_WHY_LEN];

	if (err < 0)
		die("%s: %s: %s", call, strerror(-err),
		    aios_why_describe(c->ctx, why, text, sizeof(text)));
}

void calls_settle(struct calls *c)
{
	struct aios_info info;

	/* what ended is still being cleared away */
	do {
		usleep(1000);
		AIOS_INIT(&info);
		calls_ok(aios_info(c->ctx, &info), "INFO");
	} while (info.nr_queued || info.nr_running);
}

void calls_ask(struct aios_submit *s)
{
	aios_submit_init(s);
	aios_submit_set_group(s, CALLS_GROUP);
	calls_ok(aios_submit_set_resource(s, AIOS_RESOURCE_CPU, 100, GRANT_LOW),
		 "cpu");
	calls_ok(aios_submit_set_resource(s, AIOS_RESOURCE_MEMORY, 16 * MIB,
					  32 * MIB), "memory");
	calls_ok(aios_submit_set_resource(s, AIOS_RESOURCE_PIDS, 0, 64), "pids");
}

pid_t calls_fork(void)
{
	fflush(NULL);
	return must(fork());
}
