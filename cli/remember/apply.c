// SPDX-License-Identifier: GPL-2.0
/*
 * The machine is made as a plan wants it: what comes first is what others need, and when
 * something is refused all that was done is taken back.
 */
#include <errno.h>
#include <string.h>

#include "machine/sources.h"
#include "remember/config.h"

#define POLICY_KEYS	(CONFIG_BIT(CONFIG_ORDER) | CONFIG_BIT(CONFIG_QUANTUM))
#define GUARD_KEYS	(CONFIG_BIT(CONFIG_GUARD) | CONFIG_BIT(CONFIG_GUARD_FLOOR))

static const char not_administrator[] = "only an administrator of the machine may: run it as root";

/* It is what the file states, else what the machine has. */
static uint64_t value_of(const struct config_section *s, const struct config_section *other,
			 uint32_t key)
{
	if (s->stated & CONFIG_BIT(key) || !other)
		return s->value[key];
	return other->value[key];
}

/* -------------------------------------------------------------------- setting */

static int call_failed(struct cli *cli, int err, const struct aios_why *why,
		       const struct config_section *s)
{
	auto_free char *title = config_title(s);

	if (err == -EPERM && !(why && why->code))
		return cli_fail_because(cli, err, why, not_administrator, "cannot set %s", title);
	if (s->file)
		return cli_fail(cli, err, why, "cannot set %s, as line %u of %s wants it", title,
				s->line, s->file);
	return cli_fail(cli, err, why, "cannot set %s", title);
}

static int limits_set(struct cli *cli, const struct config_section *s, uint64_t keys)
{
	struct aios_limit limit;
	int err;

	AIOS_INIT(&limit);
	if (s->kind == CONFIG_GROUP) {
		limit.path = aios_pointer(s->name);
		limit.path_len = strlen(s->name);
	} else {
		limit.flags = !strcmp(s->name, "user") ? AIOS_LIMIT_DEFAULT_USER :
			AIOS_LIMIT_DEFAULT_GROUP;
	}
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (keys & CONFIG_BIT(r))
			aios_limit_set_resource(&limit, r, s->value[r]);
	if (keys & CONFIG_BIT(CONFIG_WEIGHT))
		limit.weight = s->value[CONFIG_WEIGHT];
	if (keys & CONFIG_BIT(CONFIG_STRICT))
		limit.flags |= s->value[CONFIG_STRICT] ? AIOS_LIMIT_STRICT :
			AIOS_LIMIT_WORK_CONSERVING;
	if (keys & CONFIG_BIT(CONFIG_TIME_LIMIT)) {
		limit.flags |= AIOS_LIMIT_MAX_RUNTIME;
		limit.max_runtime_ns = s->value[CONFIG_TIME_LIMIT];
	}
	if (keys & CONFIG_BIT(CONFIG_MODE)) {
		limit.flags |= AIOS_LIMIT_MODE;
		limit.mode = s->value[CONFIG_MODE];
	}
	err = aios_limit_set(cli->ctx, &limit);
	return err ? call_failed(cli, err, &limit.why, s) : CLI_OK;
}

static int group_policy_set(struct cli *cli, const struct config_section *s,
			    const struct config_section *other, uint64_t keys)
{
	uint64_t order = value_of(s, other, CONFIG_ORDER);
	uint64_t quantum = value_of(s, other, CONFIG_QUANTUM);
	struct aios_policy policy;
	int err = 0;

	/* Who inherits the one gives up the other with it. */
	if (keys & CONFIG_BIT(CONFIG_ORDER) && order == CONFIG_INHERIT) {
		AIOS_INIT(&policy);
		aios_policy_set_group(&policy, s->name);
		policy.flags = AIOS_POLICY_SET_INHERIT;
		err = aios_policy_set(cli->ctx, &policy);
		keys |= quantum ? CONFIG_BIT(CONFIG_QUANTUM) : 0;
	}
	AIOS_INIT(&policy);
	aios_policy_set_group(&policy, s->name);
	if (keys & CONFIG_BIT(CONFIG_ORDER) && order != CONFIG_INHERIT) {
		policy.flags |= AIOS_POLICY_SET_POLICY;
		policy.policy = order;
	}
	if (keys & CONFIG_BIT(CONFIG_QUANTUM)) {
		policy.flags |= AIOS_POLICY_SET_QUANTUM;
		policy.quantum_ns = quantum;
	}
	if (!err && policy.flags)
		err = aios_policy_set(cli->ctx, &policy);
	return err ? call_failed(cli, err, NULL, s) : CLI_OK;
}

static int group_make(struct cli *cli, const struct config_section *s)
{
	struct aios_group_create create;
	int err;

	aios_group_create_init(&create, s->name);
	if (s->stated & CONFIG_BIT(CONFIG_OWNER))
		create.uid = s->value[CONFIG_OWNER];
	if (s->stated & CONFIG_BIT(CONFIG_OWNER_GROUP))
		create.gid = s->value[CONFIG_OWNER_GROUP];
	if (s->stated & CONFIG_BIT(CONFIG_MODE))
		create.mode = s->value[CONFIG_MODE];
	err = aios_group_create(cli->ctx, &create);
	return err ? call_failed(cli, err, &create.why, s) : CLI_OK;
}

static int policy_set(struct cli *cli, const struct config_section *s,
		      const struct config_section *other, uint64_t keys)
{
	struct aios_policy policy;
	int err;

	AIOS_INIT(&policy);
	policy.policy = s->value[CONFIG_ORDER];
	policy.quantum_ns = s->value[CONFIG_QUANTUM];
	policy.backfill = s->value[CONFIG_BACKFILL];
	policy.objective = s->value[CONFIG_OBJECTIVE];
	policy.aging_ns = s->value[CONFIG_AGING];
	policy.half_life_ns = s->value[CONFIG_HALF_LIFE];
	/* The kernel takes the guard as a whole. */
	policy.guard = value_of(s, other, CONFIG_GUARD);
	policy.guard_floor_ns = value_of(s, other, CONFIG_GUARD_FLOOR);
	policy.flags = (keys & CONFIG_BIT(CONFIG_ORDER) ? AIOS_POLICY_SET_POLICY : 0) |
		(keys & CONFIG_BIT(CONFIG_QUANTUM) ? AIOS_POLICY_SET_QUANTUM : 0) |
		(keys & CONFIG_BIT(CONFIG_BACKFILL) ? AIOS_POLICY_SET_BACKFILL : 0) |
		(keys & CONFIG_BIT(CONFIG_OBJECTIVE) ? AIOS_POLICY_SET_OBJECTIVE : 0) |
		(keys & CONFIG_BIT(CONFIG_AGING) ? AIOS_POLICY_SET_AGING : 0) |
		(keys & CONFIG_BIT(CONFIG_HALF_LIFE) ? AIOS_POLICY_SET_HALF_LIFE : 0) |
		(keys & GUARD_KEYS ? AIOS_POLICY_SET_GUARD : 0);
	err = aios_policy_set(cli->ctx, &policy);
	return err ? call_failed(cli, err, NULL, s) : CLI_OK;
}

static int device_set(struct cli *cli, const struct config_section *s,
		      const struct config_section *other)
{
	struct aios_device device;
	int err;

	AIOS_INIT(&device);
	err = aios_device_get(cli->ctx, other->device, &device);
	if (err)
		return call_failed(cli, err, NULL, s);
	device.memory = value_of(s, other, CONFIG_DEVICE_MEMORY);
	device.flags &= ~AIOS_DEVICE_OFFLINE;
	if (value_of(s, other, CONFIG_OFFLINE))
		device.flags |= AIOS_DEVICE_OFFLINE;
	err = aios_device_set(cli->ctx, &device);
	return err ? call_failed(cli, err, NULL, s) : CLI_OK;
}

static int device_add(struct cli *cli, const struct config_section *s, uint32_t *id)
{
	struct aios_device device;
	int err;

	AIOS_INIT(&device);
	device.flags = AIOS_DEVICE_DECLARED |
		(s->value[CONFIG_OFFLINE] ? AIOS_DEVICE_OFFLINE : 0);
	device.memory = s->value[CONFIG_DEVICE_MEMORY];
	strcpy(device.name, s->name);
	err = aios_device_add(cli->ctx, &device);
	*id = device.id;
	return err ? call_failed(cli, err, NULL, s) : CLI_OK;
}

/* What was done about a difference, so that it can be taken back. */
struct deed {
	bool made;		/* the section was not there */
	bool changed;
	uint32_t device;	/* the number of the one that was made */
};

static int group_set(struct cli *cli, const struct config_section *s,
		     const struct config_section *other, uint64_t keys, struct deed *deed)
{
	int status = keys & ~POLICY_KEYS ? limits_set(cli, s, keys) : CLI_OK;

	deed->changed |= !status && keys & ~POLICY_KEYS;
	if (!status && keys & POLICY_KEYS)
		status = group_policy_set(cli, s, other, keys);
	return status;
}

/* The machine has it, as @other says; each call but those for a group does all or nothing. */
static int section_set(struct cli *cli, const struct config_section *s,
		       const struct config_section *other, uint64_t keys, struct deed *deed)
{
	switch (s->kind) {
	case CONFIG_DEVICE:
		return device_set(cli, s, other);
	case CONFIG_GROUP:
		return group_set(cli, s, other, keys, deed);
	case CONFIG_DEFAULT:
		return limits_set(cli, s, keys);
	case CONFIG_POLICY:
		return policy_set(cli, s, other, keys);
	case CONFIG_SOURCES:
		return sources_write(cli, s->leave);
	}
	return CLI_OK;
}

/* ------------------------------------------------------------ all, or nothing */

static int difference_apply(struct cli *cli, const struct config_difference *d,
			    struct deed *deed)
{
	uint64_t keys = d->keys & ~CONFIG_OWNERS;
	int status;

	if (d->present) {
		status = section_set(cli, d->wanted, d->present, keys, deed);
		deed->changed |= !status;
		return status;
	}
	if (d->wanted->kind == CONFIG_DEVICE)
		status = device_add(cli, d->wanted, &deed->device);
	else
		status = group_make(cli, d->wanted);
	deed->made = !status;
	keys &= ~CONFIG_BIT(CONFIG_MODE);
	if (status || d->wanted->kind == CONFIG_DEVICE || !keys)
		return status;
	return section_set(cli, d->wanted, NULL, keys, deed);
}

/* The first failure has been told; what follows from it is a note. */
static void undo_failed(struct cli *cli, const struct config_section *s)
{
	auto_free char *title = config_title(s);

	cli_note(cli, "%s is not as it was before: 'aiosctl config diff' shows what is so now",
		 title);
}

static void made_remove(struct cli *cli, const struct config_difference *d,
			const struct deed *deed)
{
	int err;

	if (d->wanted->kind == CONFIG_DEVICE)
		err = aios_device_remove(cli->ctx, deed->device);
	else
		err = aios_group_remove(cli->ctx, d->wanted->name, NULL);
	if (err)
		undo_failed(cli, d->wanted);
}

/* Limits are taken back in the order in which they were set: parents come first. */
static void undo(struct cli *cli, const struct config_plan *plan, const struct deed *deeds,
		 size_t nr)
{
	struct cli quiet = *cli;
	struct deed deed = { 0 };

	quiet.json = false;
	out_init(&quiet.out, stderr, false, false);
	for (size_t i = 0; i < nr; i++) {
		const struct config_section *s = plan->all[i].present;

		if (s && deeds[i].changed &&
		    section_set(&quiet, s, s, plan->all[i].keys & ~CONFIG_OWNERS, &deed))
			undo_failed(cli, s);
	}
	while (nr--)
		if (deeds[nr].made)
			made_remove(cli, &plan->all[nr], &deeds[nr]);
}

/* What nobody can do is told before anything is done. */
static int owners_check(struct cli *cli, const struct config_plan *plan)
{
	for (size_t i = 0; i < plan->nr; i++) {
		const struct config_difference *d = &plan->all[i];
		const struct config_section *s = d->wanted;

		if (!d->present || s->kind != CONFIG_GROUP || !(d->keys & CONFIG_OWNERS))
			continue;
		return cli_error(cli, CLI_FAILURE, "%s:%u: group %s is there and belongs to %s, and nobody can give it to %s: remove it, or leave out whose it is",
				 s->file, s->line, s->name,
				 user_name(d->present->value[CONFIG_OWNER]),
				 d->keys & CONFIG_BIT(CONFIG_OWNER) ? "another user" :
				 "another group of the system");
	}
	return CLI_OK;
}

int config_apply(struct cli *cli, const struct config_plan *plan)
{
	struct deed *deeds = xcalloc(plan->nr ?: 1, sizeof(*deeds));
	int status = owners_check(cli, plan);

	for (size_t i = 0; i < plan->nr && !status; i++) {
		const struct config_difference *d = &plan->all[i];

		if (d->absent)
			continue;
		status = difference_apply(cli, d, &deeds[i]);
		if (status)
			undo(cli, plan, deeds, i + 1);
	}
	free(deeds);
	return status;
}
