// SPDX-License-Identifier: GPL-2.0
/*
 * The keys of a configuration: what they are called, which section has them, and how their
 * values are written. What is written is read as the same value.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/values.h"
#include "print/resources.h"
#include "print/when.h"
#include "remember/config.h"

#define GROUPS		(1U << CONFIG_GROUP)
#define DEFAULTS	(1U << CONFIG_DEFAULT)
#define POLICIES	(1U << CONFIG_POLICY)
#define DEVICES		(1U << CONFIG_DEVICE)

enum form {
	WEIGHT,
	YES_OR_NO,
	OCTAL,
	USER,
	USER_GROUP,
	TIME,			/* "none" where 0 or AIOS_UNLIMITED is meant, see time_of() */
	ORDER,
	BACKFILL,
	OBJECTIVE,
	GUARD,
	IDS,
	MEMORY,
	PATTERN,
};

/* Those of resources are made from the table of resources. */
static const struct {
	const char *name;
	enum form form;
	uint32_t kinds;
} keys[CONFIG_KEYS] = {
	[CONFIG_WEIGHT] = { "weight", WEIGHT, GROUPS | DEFAULTS },
	[CONFIG_STRICT] = { "strict", YES_OR_NO, GROUPS | DEFAULTS },
	[CONFIG_TIME_LIMIT] = { "time-limit", TIME, GROUPS | DEFAULTS },
	[CONFIG_OWNER] = { "owner", USER, GROUPS },
	[CONFIG_OWNER_GROUP] = { "owner-group", USER_GROUP, GROUPS },
	[CONFIG_MODE] = { "mode", OCTAL, GROUPS },
	[CONFIG_ORDER] = { "policy", ORDER, GROUPS | POLICIES },
	[CONFIG_QUANTUM] = { "quantum", TIME, GROUPS | POLICIES },
	[CONFIG_BACKFILL] = { "backfill", BACKFILL, POLICIES },
	[CONFIG_OBJECTIVE] = { "objective", OBJECTIVE, POLICIES },
	[CONFIG_AGING] = { "aging", TIME, POLICIES },
	[CONFIG_HALF_LIFE] = { "half-life", TIME, POLICIES },
	[CONFIG_GUARD] = { "guard", GUARD, POLICIES },
	[CONFIG_GUARD_FLOOR] = { "guard-floor", TIME, POLICIES },
	[CONFIG_IDS] = { "ids", IDS, DEVICES },
	[CONFIG_DEVICE_MEMORY] = { "mem", MEMORY, DEVICES },
	[CONFIG_OFFLINE] = { "offline", YES_OR_NO, DEVICES },
	[CONFIG_LEAVE] = { "leave", PATTERN, 1U << CONFIG_SOURCES },
};

static bool is_limit(uint32_t key)
{
	return key < AIOS_RESOURCE_MAX;
}

const char *config_key_name(enum config_kind kind, uint32_t key)
{
	if (is_limit(key))
		return (GROUPS | DEFAULTS) >> kind & 1 ? resource_option_name(key) : NULL;
	return key < CONFIG_KEYS && keys[key].kinds >> kind & 1 ? keys[key].name : NULL;
}

int config_key_find(enum config_kind kind, const char *name)
{
	for (uint32_t key = 0; key < CONFIG_KEYS; key++) {
		const char *known = config_key_name(kind, key);

		if (known && !strcmp(known, name))
			return key;
	}
	return -1;
}

bool config_is_address(const char *name)
{
	static const char form[] = "xxxx:xx:xx.x";

	if (strlen(name) != strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'x' ? !isxdigit((unsigned char)name[i]) : name[i] != form[i])
			return false;
	return true;
}

uint64_t config_keys(enum config_kind kind, const char *name)
{
	uint64_t all = 0;

	for (uint32_t key = 0; key < CONFIG_KEYS; key++)
		if (config_key_name(kind, key))
			all |= CONFIG_BIT(key);
	/* The root is the administrator's, and its policy is the machine's. */
	if (kind == CONFIG_GROUP && !strcmp(name, "/"))
		all &= ~(CONFIG_OWNERS | CONFIG_BIT(CONFIG_ORDER) | CONFIG_BIT(CONFIG_QUANTUM));
	if (kind == CONFIG_DEVICE && !config_is_address(name))
		all &= ~CONFIG_BIT(CONFIG_IDS);
	return all;
}

bool config_key_default(enum config_kind kind, uint32_t key, uint64_t *value)
{
	if (kind != CONFIG_GROUP && kind != CONFIG_DEFAULT)
		return false;
	*value = 0;
	if (is_limit(key) || key == CONFIG_TIME_LIMIT)
		*value = AIOS_UNLIMITED;
	else if (key == CONFIG_WEIGHT)
		*value = AIOS_WEIGHT_DEFAULT;
	else if (key == CONFIG_ORDER)
		*value = CONFIG_INHERIT;
	else if (key != CONFIG_STRICT && key != CONFIG_QUANTUM)
		return false;
	return true;
}

/* -------------------------------------------------------------------- reading */

/* What "none" is; false: the key has to have a time. */
static bool time_none(enum config_kind kind, uint32_t key, uint64_t *value)
{
	*value = key == CONFIG_TIME_LIMIT ? AIOS_UNLIMITED : 0;
	if (key == CONFIG_QUANTUM)
		return kind == CONFIG_GROUP;
	return key != CONFIG_GUARD_FLOOR;
}

static char *time_read(enum config_kind kind, uint32_t key, const char *text, uint64_t *value)
{
	bool none = time_none(kind, key, value);

	if (none && !strcmp(text, "none"))
		return NULL;
	if (duration_parse(text, value))
		return xasprintf("'%s' is no length of time: say " DURATION_FORMS "%s", text,
				 none ? ", or none" : "");
	if (key == CONFIG_TIME_LIMIT)
		return *value ? NULL : xstrdup("no time at all: say 2h, or none");
	if (*value > AIOS_TUNING_TIME_MAX)
		return xasprintf("'%s' is longer than 52 days", text);
	if (key == CONFIG_QUANTUM && *value < AIOS_QUANTUM_MIN_NS)
		return xasprintf("'%s' is shorter than 1ms", text);
	return NULL;
}

static char *word_read(const struct cli_values *words, int found, const char *text,
		       uint64_t *value)
{
	auto_free char *known = NULL;

	*value = found;
	if (found >= 0)
		return NULL;
	known = cli_words_text(words);
	return xasprintf("'%s' is not known: say %s", text, known);
}

static char *order_read(enum config_kind kind, const char *text, uint64_t *value)
{
	const struct cli_values words = {
		.word = kind == CONFIG_GROUP ? cli_group_policy_word : cli_policy_word,
	};
	int found = aios_policy_from_name(text);

	*value = CONFIG_INHERIT;
	if (kind == CONFIG_GROUP && !strcmp(text, "inherit"))
		return NULL;
	if (found >= 0 && kind == CONFIG_GROUP) {
		const char *word;

		for (uint32_t i = 0; (word = cli_word(&words, i)); i++)
			if (!strcmp(word, aios_policy_name(found)))
				break;
		if (!word)
			return xasprintf("a group cannot order its own jobs by %s, which compares them with all others or suspends some",
					 text);
	}
	return word_read(&words, found, text, value);
}

static char *guard_read(const char *text, uint64_t *value)
{
	*value = 0;
	if (!strcmp(text, "none"))
		return NULL;
	if (number_parse(text, 3, AIOS_GUARD_MAX, value) || *value <= AIOS_GUARD_UNIT)
		return xasprintf("'%s' is not above 1 and up to %u, nor none", text,
				 AIOS_GUARD_MAX / AIOS_GUARD_UNIT);
	return NULL;
}

static char *owner_read(enum form form, const char *text, uint64_t *value)
{
	uint32_t id;

	if (form == USER ? user_parse(text, &id) : gid_parse(text, &id))
		return xasprintf("the system has no %s '%s'",
				 form == USER ? "user" : "group", text);
	*value = id;
	return NULL;
}

static char *ids_read(const char *text, uint64_t *value)
{
	unsigned int vendor, device;
	int end = 0;

	if (strlen(text) != 9 || sscanf(text, "%4x:%4x%n", &vendor, &device, &end) != 2 ||
	    text[end])
		return xasprintf("'%s' is no vendor and device: say 10de:2330, as devices --columns ids shows",
				 text);
	*value = (uint64_t)vendor << 16 | device;
	return NULL;
}

static char *amount_read(uint32_t resource, const char *text, uint64_t *value)
{
	int err = aios_quantity_parse(resource, text, value);

	if (err == -ERANGE)
		return xasprintf("'%s' is too large, or below one unit", text);
	return !err ? NULL : xasprintf("'%s' is no amount: say %s, or max", text,
				       resource_example(resource));
}

static char *octal_read(const char *text, uint64_t *value)
{
	char *end;

	*value = strtoul(text, &end, 8);
	if (*text < '0' || *text > '7' || *end || *value > 0777)
		return xasprintf("'%s' is no mode: say 0750", text);
	return NULL;
}

static char *weight_read(const char *text, uint64_t *value)
{
	if (u64_parse(text, value) || *value < AIOS_WEIGHT_MIN || *value > AIOS_WEIGHT_MAX)
		return xasprintf("'%s' is not a whole number from %d to %d", text,
				 AIOS_WEIGHT_MIN, AIOS_WEIGHT_MAX);
	return NULL;
}

static char *yes_read(const char *text, uint64_t *value)
{
	*value = !strcmp(text, "yes");
	return *value || !strcmp(text, "no") ? NULL : xasprintf("'%s' is neither yes nor no", text);
}

static char *memory_read(const char *text, uint64_t *value)
{
	char *wrong = amount_read(AIOS_RESOURCE_GPU_MEMORY, text, value);

	if (wrong || *value != AIOS_UNLIMITED)
		return wrong;
	return xstrdup("an accelerator has no memory without end: say how much, or 0 where it is not known");
}

char *config_value_read(enum config_kind kind, uint32_t key, const char *text, uint64_t *value)
{
	static const struct cli_values backfills = { .word = cli_backfill_word };
	static const struct cli_values objectives = { .word = cli_objective_word };

	if (is_limit(key))
		return amount_read(key, text, value);
	switch (keys[key].form) {
	case WEIGHT:
		return weight_read(text, value);
	case YES_OR_NO:
		return yes_read(text, value);
	case OCTAL:
		return octal_read(text, value);
	case USER:
	case USER_GROUP:
		return owner_read(keys[key].form, text, value);
	case TIME:
		return time_read(kind, key, text, value);
	case ORDER:
		return order_read(kind, text, value);
	case BACKFILL:
		return word_read(&backfills, aios_backfill_from_name(text), text, value);
	case OBJECTIVE:
		return word_read(&objectives, aios_objective_from_name(text), text, value);
	case GUARD:
		return guard_read(text, value);
	case IDS:
		return ids_read(text, value);
	case MEMORY:
		return memory_read(text, value);
	case PATTERN:
		break;
	}
	*value = 0;
	if (*text == '/' && !strpbrk(text, ", \t"))
		return NULL;
	return xasprintf("'%s' is no path of a cgroup from the top, without commas and blanks",
			 text);
}

/* -------------------------------------------------------------------- writing */

/* The short form where it is exact, else the number of units. */
static char *amount_text(uint32_t resource, uint64_t value)
{
	const char *unit = aios_resource_unit(resource);
	char text[AIOS_QUANTITY_LEN];
	uint64_t again;

	aios_quantity_format(resource, value, text, sizeof(text));
	if (!aios_quantity_parse(resource, text, &again) && again == value)
		return xstrdup(text);
	return xasprintf("%" PRIu64 "%s", value, unit && !strcmp(unit, "milli") ? "m" : "");
}

static char *time_text(uint64_t ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "d", 86400 * NSEC_PER_SEC }, { "h", 3600 * NSEC_PER_SEC },
		{ "m", 60 * NSEC_PER_SEC }, { "s", NSEC_PER_SEC }, { "ms", 1000000 },
		{ "us", 1000 }, { "ns", 1 },
	};
	size_t i = 0;

	while (ns % units[i].ns)
		i++;
	return xasprintf("%" PRIu64 "%s", ns / units[i].ns, ns ? units[i].name : "s");
}

static char *guard_text(uint64_t guard)
{
	char *text;
	size_t len;

	if (!guard)
		return xstrdup("none");
	text = xasprintf("%" PRIu64 ".%03" PRIu64, guard / AIOS_GUARD_UNIT,
			 guard % AIOS_GUARD_UNIT);
	for (len = strlen(text); text[len - 1] == '0'; len--)
		;
	text[len - (text[len - 1] == '.')] = '\0';
	return text;
}

char *config_value_text(const struct config_section *s, uint32_t key)
{
	uint64_t value = s->value[key], none;

	if (is_limit(key))
		return amount_text(key, value);
	switch (keys[key].form) {
	case WEIGHT:
	case USER:
	case USER_GROUP:
		return xasprintf("%" PRIu64, value);
	case YES_OR_NO:
		return xstrdup(value ? "yes" : "no");
	case OCTAL:
		return xasprintf("%04" PRIo64, value);
	case TIME:
		return time_none(s->kind, key, &none) && value == none ? xstrdup("none") :
			time_text(value);
	case ORDER:
		return xstrdup(value == CONFIG_INHERIT ? "inherit" :
			       aios_policy_name(value) ?: "unknown");
	case BACKFILL:
		return xstrdup(aios_backfill_name(value) ?: "unknown");
	case OBJECTIVE:
		return xstrdup(aios_objective_name(value) ?: "unknown");
	case GUARD:
		return guard_text(value);
	case IDS:
		return xasprintf("%04" PRIx64 ":%04" PRIx64, value >> 16, value & 0xffff);
	case MEMORY:
		return amount_text(AIOS_RESOURCE_GPU_MEMORY, value);
	case PATTERN:
		break;
	}
	return xstrdup(s->leave ?: "");
}
