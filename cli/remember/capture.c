// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration of the machine as it is.
 */
#include <errno.h>
#include <string.h>

#include "machine/device.h"
#include "machine/joblist.h"
#include "machine/sources.h"
#include "remember/config.h"

static void set(struct config_section *s, uint32_t key, uint64_t value)
{
	s->value[key] = value;
	s->stated |= CONFIG_BIT(key);
}

static void device_take(const struct aios_device *d, void *data)
{
	bool on_bus = d->flags & AIOS_DEVICE_PCI;
	auto_free char *name = NULL;
	struct config *c = data;
	struct config_section *s;

	if (d->flags & AIOS_DEVICE_GONE)
		return;
	if (on_bus)
		name = xasprintf("%04x:%02x:%02x.%u", d->pci_domain, d->pci_bus,
				 d->pci_devfn >> 3, d->pci_devfn & 7);
	else
		name = xasprintf("%.*s", (int)sizeof(d->name), d->name);
	s = config_get(c, CONFIG_DEVICE, name);
	s->device = d->id;
	if (on_bus)
		set(s, CONFIG_IDS, (uint64_t)d->pci_vendor << 16 | d->pci_device);
	set(s, CONFIG_DEVICE_MEMORY, d->memory);
	set(s, CONFIG_OFFLINE, !!(d->flags & AIOS_DEVICE_OFFLINE));
}

/* What groups and defaults have in common. */
static void limits_take(struct config_section *s, const struct aios_limit *limit)
{
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (config_key_name(s->kind, r))
			set(s, r, limit->limit[r]);
	set(s, CONFIG_WEIGHT, limit->weight);
	set(s, CONFIG_STRICT, limit->strict);
	set(s, CONFIG_TIME_LIMIT, limit->max_runtime_ns);
}

struct capture {
	struct cli *cli;
	struct config *config;
};

static int group_take(const struct aios_record *record, void *data)
{
	struct capture *capture = data;
	struct aios_ctx *ctx = capture->cli->ctx;
	struct config_section *s;
	struct aios_policy policy;
	struct aios_limit limit;
	int err;

	AIOS_INIT(&limit);
	limit.path = aios_pointer(record->path);
	limit.path_len = strlen(record->path);
	err = aios_limit_get(ctx, &limit);
	/* It may be gone by now. */
	if (err)
		return err == -ENOENT ? 0 : err;
	s = config_get(capture->config, CONFIG_GROUP, record->path);
	limits_take(s, &limit);
	s->follows = limit.follows;
	set(s, CONFIG_MODE, limit.mode);
	if (!strcmp(record->path, "/"))
		return 0;
	set(s, CONFIG_OWNER, record->uid);
	set(s, CONFIG_OWNER_GROUP, record->gid);
	AIOS_INIT(&policy);
	aios_policy_set_group(&policy, record->path);
	err = aios_policy_get(ctx, &policy);
	if (err)
		return err == -ENOENT ? 0 : err;
	set(s, CONFIG_ORDER, policy.own & AIOS_POLICY_SET_POLICY ? policy.policy : CONFIG_INHERIT);
	set(s, CONFIG_QUANTUM, policy.own & AIOS_POLICY_SET_QUANTUM ? policy.quantum_ns : 0);
	return 0;
}

static int default_take(struct capture *capture, const char *name, uint32_t flag)
{
	struct config_section *s = config_get(capture->config, CONFIG_DEFAULT, name);
	struct aios_limit limit;
	int err;

	AIOS_INIT(&limit);
	limit.flags = flag;
	err = aios_limit_get(capture->cli->ctx, &limit);
	if (!err)
		limits_take(s, &limit);
	return err;
}

static int policy_take(struct capture *capture)
{
	struct config_section *s = config_get(capture->config, CONFIG_POLICY, "");
	struct aios_policy policy;
	int err;

	AIOS_INIT(&policy);
	err = aios_policy_get(capture->cli->ctx, &policy);
	if (err)
		return err;
	set(s, CONFIG_ORDER, policy.policy);
	set(s, CONFIG_QUANTUM, policy.quantum_ns);
	set(s, CONFIG_BACKFILL, policy.backfill);
	set(s, CONFIG_OBJECTIVE, policy.objective);
	set(s, CONFIG_AGING, policy.aging_ns);
	set(s, CONFIG_HALF_LIFE, policy.half_life_ns);
	set(s, CONFIG_GUARD, policy.guard);
	set(s, CONFIG_GUARD_FLOOR, policy.guard_floor_ns);
	return 0;
}

/* A list that changes while it is read is read again so often. */
#define READ_TRIES	5

int config_capture(struct cli *cli, struct config *c)
{
	struct capture capture = { .cli = cli, .config = c };
	char list[SOURCES_LEN];
	struct config_section *s;
	int status, err = -EAGAIN;

	status = cli_connect(cli);
	if (status)
		return status;
	for (int try = 0; try < READ_TRIES && err == -EAGAIN; try++) {
		config_end(c);
		err = aios_group_list(group_take, &capture);
	}
	if (err)
		return list_fail(cli, err, "list of groups");
	err = devices_each(cli->ctx, device_take, c);
	if (!err)
		err = default_take(&capture, "user", AIOS_LIMIT_DEFAULT_USER);
	if (!err)
		err = default_take(&capture, "group", AIOS_LIMIT_DEFAULT_GROUP);
	if (!err)
		err = policy_take(&capture);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read what the machine has");
	status = sources_read(cli, list, sizeof(list));
	if (status)
		return status;
	s = config_get(c, CONFIG_SOURCES, "");
	s->leave = xstrdup(list);
	set(s, CONFIG_LEAVE, 0);
	config_sort(c);
	/* What is above a limit higher up has no effect, and could not be set again. */
	config_check(c);
	return CLI_OK;
}
