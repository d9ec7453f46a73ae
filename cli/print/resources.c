// SPDX-License-Identifier: GPL-2.0
/*
 * What aiosctl has of each resource: see resources.h.
 */
#include <string.h>

#include "print/resources.h"
#include "print/util.h"

#define RESOURCE_WORDS(constant, option, letter, help, key, header, one) \
	[AIOS_RESOURCE_##constant] = { option, key, one }

static const struct {
	const char *option;
	const char *column;
	const char *price;
} words[] = {
	RESOURCES(RESOURCE_WORDS)
};

/* The unit decides these. */
static const struct {
	const char *name;
	const char *example;
	double price_unit;
} units[] = {
	{ "milli", "2, 1.5 or 500m", 1e3 },
	{ "bytes", "512M, 4G or 4GiB", 1 << 30 },
	{ "bytes/s", "100M or 1GiB (a second)", 1e6 },
	{ "tasks", "500", 1 },
};

static size_t unit_of(uint32_t resource)
{
	const char *name = aios_resource_unit(resource);
	size_t i = 0;

	while (i < ARRAY_SIZE(units) - 1 && (!name || strcmp(units[i].name, name)))
		i++;
	return i;
}

const char *resource_option_name(uint32_t resource)
{
	return resource < ARRAY_SIZE(words) ? words[resource].option : NULL;
}

const char *resource_column(uint32_t resource)
{
	return resource < ARRAY_SIZE(words) ? words[resource].column : NULL;
}

const char *resource_example(uint32_t resource)
{
	return units[unit_of(resource)].example;
}

const char *resource_price_text(uint32_t resource)
{
	return resource < ARRAY_SIZE(words) && words[resource].price ?
		words[resource].price : "unit";
}

double resource_price_unit(uint32_t resource)
{
	return units[unit_of(resource)].price_unit;
}
