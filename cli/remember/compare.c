// SPDX-License-Identifier: GPL-2.0
/*
 * What a configuration has otherwise than the machine.
 */
#include <string.h>

#include "remember/config.h"

static struct config_difference *plan_add(struct config_plan *plan)
{
	struct config_difference *d;

	plan->all = xrealloc(plan->all, (plan->nr + 1) * sizeof(*plan->all));
	d = &plan->all[plan->nr++];
	*d = (struct config_difference){ 0 };
	return d;
}

/* The keys of @of that a section has otherwise than by default. */
static uint64_t notable(const struct config_section *s)
{
	uint64_t keys = 0, value;

	for (uint32_t key = 0; key < CONFIG_KEYS; key++)
		if (s->stated & CONFIG_BIT(key) &&
		    !(config_key_default(s->kind, key, &value) && s->value[key] == value))
			keys |= CONFIG_BIT(key);
	return keys;
}

static uint64_t different(const struct config_section *wanted,
			  const struct config_section *present)
{
	uint64_t keys = 0;

	for (uint32_t key = 0; key < CONFIG_KEYS; key++) {
		if (!(wanted->stated & CONFIG_BIT(key)))
			continue;
		if (key == CONFIG_LEAVE ? strcmp(wanted->leave, present->leave ?: "") != 0 :
		    wanted->value[key] != present->value[key])
			keys |= CONFIG_BIT(key);
	}
	return keys;
}

static void section_compare(const struct config_section *wanted,
			    const struct config_section *present, struct config_plan *plan)
{
	uint64_t keys = present ? different(wanted, present) : notable(wanted);
	bool on_bus = wanted->kind == CONFIG_DEVICE && config_is_address(wanted->name);
	struct config_difference *d;

	if (present && !keys)
		return;
	d = plan_add(plan);
	*d = (struct config_difference){ .wanted = wanted, .present = present, .keys = keys };
	/* Another accelerator has other memory, though it is in the same place. */
	d->absent = on_bus && (!present || keys & CONFIG_BIT(CONFIG_IDS));
}

/* Would a file that tells all name it? */
static bool is_extra(const struct config_section *s)
{
	switch (s->kind) {
	case CONFIG_GROUP:
		return !s->follows && (strcmp(s->name, "/") || notable(s) & CONFIG_LIMITS);
	case CONFIG_DEVICE:
		return !config_is_address(s->name);
	case CONFIG_DEFAULT:
		return notable(s);
	default:
		return false;
	}
}

void config_compare(const struct config *wanted, const struct config *present, bool extra,
		    struct config_plan *plan)
{
	*plan = (struct config_plan){ 0 };
	for (size_t i = 0; i < wanted->nr; i++) {
		const struct config_section *s = &wanted->sections[i];

		section_compare(s, config_find(present, s->kind, s->name), plan);
	}
	for (size_t i = 0; extra && i < present->nr; i++) {
		const struct config_section *s = &present->sections[i];
		struct config_difference *d;

		if (config_find(wanted, s->kind, s->name) || !is_extra(s))
			continue;
		d = plan_add(plan);
		d->present = s;
		d->keys = notable(s) & ~(CONFIG_OWNERS | CONFIG_BIT(CONFIG_MODE));
	}
}

/* ------------------------------------------------------------------- printing */

static void value_show(struct out *o, const char *column, const struct config_section *s,
		       uint32_t key)
{
	auto_free char *text = NULL;

	if (!s || !(s->stated & CONFIG_BIT(key))) {
		out_null(o, column, "-");
		return;
	}
	text = config_value_text(s, key);
	out_string(o, column, text);
}

static void row_print(struct out *o, const struct config_difference *d, uint32_t key)
{
	const struct config_section *s = d->wanted ?: d->present;
	auto_free char *title = config_title(s);

	out_row_begin(o);
	out_string(o, "section", title);
	out_string(o, "key", config_key_name(s->kind, key));
	value_show(o, "machine", d->present, key);
	value_show(o, "file", d->wanted, key);
	out_row_end(o);
}

/* A section of which only one side knows has a row of its own, with no key. */
static void section_print(struct out *o, const struct config_difference *d)
{
	auto_free char *title = config_title(d->wanted ?: d->present);

	out_row_begin(o);
	out_string(o, "section", title);
	out_null(o, "key", "-");
	out_string(o, "machine", d->present ? "there" : "missing");
	out_string(o, "file", d->wanted ? "there" : "missing");
	out_row_end(o);
}

void config_plan_print(struct out *o, const struct config_plan *plan)
{
	static const struct out_column columns[] = {
		{ "section", "SECTION", false },
		{ "key", "KEY", false },
		{ "machine", "MACHINE", false },
		{ "file", "FILE", false },
	};

	out_table_begin(o, "differences", NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < plan->nr; i++) {
		const struct config_difference *d = &plan->all[i];

		if (!d->wanted || !d->present)
			section_print(o, d);
		for (uint32_t key = 0; key < CONFIG_KEYS; key++)
			if (d->keys & CONFIG_BIT(key))
				row_print(o, d, key);
	}
	out_table_end(o);
	for (size_t i = 0; i < plan->nr; i++) {
		const struct config_difference *d = &plan->all[i];
		auto_free char *title = d->absent ? config_title(d->wanted) : NULL;

		if (title)
			out_sentence(o, "note", "%s is not in this machine, or another is in its place: it is left out",
				     title);
	}
}
