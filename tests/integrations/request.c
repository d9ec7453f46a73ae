// SPDX-License-Identifier: GPL-2.0
/*
 * What a user asks an engine for, in words: what becomes of each key, and what is no request.
 * And the state of a container, as runtimes write it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../core/tap.h"
#include "common/request.h"
#include "oci/container.h"

static char error[REQUEST_ERROR_LEN];

static bool set(struct request *r, const char *key, const char *value)
{
	return !request_set(r, key, value, error, sizeof(error));
}

static void amounts(void)
{
	struct request r;
	struct aios_submit *s = &r.submit;

	request_init(&r);
	tap_need(!s->resource_mask && s->cgroup_fd == -1, "nothing is asked for at first");
	tap_need(set(&r, "cpu", "1:2"), "%s", error);
	tap_need(s->request[AIOS_RESOURCE_CPU] == 1000 && s->limit[AIOS_RESOURCE_CPU] == 2000,
		 "1:2");
	tap_need(set(&r, "mem", "4G"), "%s", error);
	tap_need(s->request[AIOS_RESOURCE_MEMORY] == 4ULL << 30, "4G");
	tap_need(set(&r, "gpus", "0.5"), "%s", error);
	tap_need(s->limit[AIOS_RESOURCE_GPU] == 500, "0.5");
	tap_need(set(&r, "gpu-mem", "6G:12G") && set(&r, "gpu-memory", "6G:12G"), "%s", error);
	tap_need(s->limit[AIOS_RESOURCE_GPU_MEMORY] == 12ULL << 30, "6G:12G");
	tap_need(s->resource_mask == (1U << AIOS_RESOURCE_CPU | 1U << AIOS_RESOURCE_MEMORY |
				      1U << AIOS_RESOURCE_GPU | 1U << AIOS_RESOURCE_GPU_MEMORY),
		 "mask %x", s->resource_mask);
	tap_point("amounts are those of aiosctl");
}

static void others(void)
{
	struct request r;

	request_init(&r);
	tap_need(r.patience_ns == AIOS_UNLIMITED, "it waits as long as it takes");
	tap_need(set(&r, "wait", "10s") && r.patience_ns == 10000000000ULL, "10s");
	tap_need(set(&r, "wait", "no") && !r.patience_ns, "no");
	tap_need(set(&r, "wait", "yes") && r.patience_ns == AIOS_UNLIMITED, "yes");
	tap_need(set(&r, "time", "2h") && r.submit.expected_runtime_ns == 7200000000000ULL, "2h");
	tap_need(set(&r, "time-limit", "none") && r.submit.max_runtime_ns == AIOS_UNLIMITED,
		 "none");
	tap_need(set(&r, "weight", "300") && r.submit.weight == 300, "300");
	tap_need(set(&r, "priority", "-5") && r.submit.priority == -5, "-5");
	tap_need(set(&r, "strict", "true") && r.submit.flags == AIOS_SUBMIT_STRICT, "true");
	tap_need(set(&r, "strict", "false") && !r.submit.flags, "false");
	tap_need(set(&r, "group", "/team/a") && set(&r, "name", "x"), "%s", error);
	request_settle(&r);
	tap_need(r.submit.group_len == 7 && r.submit.name_len == 1, "lengths");
	request_name(&r, "other");
	tap_need(!strcmp(r.name, "x"), "it has a name");
	*r.name = '\0';
	request_name(&r, "a/b c");
	tap_need(!strcmp(r.name, "a-b-c"), "%s", r.name);
	tap_point("so is the rest");
}

static void refused(void)
{
	static const char * const pairs[][2] = {
		{ "cpu", "lots" }, { "cpu", "2:1" }, { "memory", "" }, { "cpuz", "1" },
		{ "wait", "soon" }, { "wait", "99999999999999999999" }, { "time", "0x10" },
		{ "time-limit", "0" }, { "weight", "0" }, { "weight", "1x" },
		{ "priority", "1001" }, { "strict", "maybe" }, { "group", "" }, { "", "1" },
	};
	struct request before, r;

	request_init(&r);
	before = r;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		tap_need(!set(&r, pairs[i][0], pairs[i][1]), "%s=%s", pairs[i][0], pairs[i][1]);
		tap_need(*error, "%s=%s says why", pairs[i][0], pairs[i][1]);
		tap_need(!memcmp(&before, &r, sizeof(r)), "%s=%s changes nothing", pairs[i][0],
			 pairs[i][1]);
	}
	tap_point("what is no request is refused, and changes nothing");
}

static bool state(struct container *c, const char *text)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	int err = container_read(c, f, error, sizeof(error));

	fclose(f);
	return !err;
}

static void states(void)
{
	struct container c;
	struct request r;

	tap_need(state(&c, "{\"ociVersion\":\"1.0\",\"id\":\"abc\",\"pid\":7,"
			   "\"status\":\"created\",\"bundle\":\"/b\","
			   "\"annotations\":{\"dev.aios/cpu\":\"2\",\"x\":\"y\"}}"),
		 "%s", error);
	tap_need(!strcmp(c.id, "abc") && c.pid == 7 && !c.stopped, "its fields");
	request_init(&r);
	tap_need(!container_request(&c, &r, error, sizeof(error)), "%s", error);
	tap_need(r.submit.resource_mask == 1U << AIOS_RESOURCE_CPU, "its annotations");
	container_forget(&c);
	tap_need(state(&c, "{\"id\":\"a\",\"status\":\"stopped\"}") && c.stopped && !c.pid,
		 "stopped");
	container_forget(&c);
	tap_need(state(&c, "{\"id\":\"a\",\"annotations\":{\"dev.aios/cpu\":\"x\"}}"), "%s", error);
	tap_need(container_request(&c, &r, error, sizeof(error)), "a wrong annotation");
	tap_need(strstr(error, "dev.aios/cpu"), "%s", error);
	container_forget(&c);
	tap_point("states of containers");
	tap_need(!state(&c, "") && !state(&c, "{") && !state(&c, "[]") && !state(&c, "{}") &&
		 !state(&c, "{\"id\":5}") && !state(&c, "\"id\"") && *error, "no state");
	tap_point("what is none is refused");
}

static void remembered(void)
{
	char bundle[] = "/tmp/aios-bundle-XXXXXX";
	struct container c = { .id = "a", .bundle = mkdtemp(bundle) };

	tap_need(c.bundle, "a directory");
	tap_need(!container_job(&c), "none at first");
	tap_need(!container_remember(&c, 1234567890123ULL), "remembered");
	tap_need(container_job(&c) == 1234567890123ULL, "and found");
	container_forget_job(&c);
	tap_need(!container_job(&c), "and forgotten");
	rmdir(bundle);
	c.bundle = "relative";
	tap_need(container_remember(&c, 1), "not below a relative path");
	tap_point("a container's job is remembered in its bundle");
}

int main(void)
{
	amounts();
	others();
	refused();
	states();
	remembered();
	return tap_done();
}
