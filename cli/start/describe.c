// SPDX-License-Identifier: GPL-2.0
/*
 * What describes a job to the predictor: see describe.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "start/describe.h"

/* FNV-1a (Fowler, Noll and Vo), the same on every machine. */
#define HASH_BEGIN	UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME	UINT64_C(0x100000001b3)

static uint64_t hash_text(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * HASH_PRIME;
	/* What follows does not run into it. */
	return (hash ^ 0xff) * HASH_PRIME;
}

/* 0 would say that nothing is known. */
static uint64_t hash_end(uint64_t hash)
{
	return hash ?: 1;
}

/* -------------------------------------------------------------------- features */

static int compare_names(const struct feature *a, const struct feature *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order;

	/* Those without a name stay in their order, behind all others. */
	if (!a->len || !b->len)
		return !a->len - !b->len;
	order = memcmp(a->name, b->name, len);
	return order ? order : (int)a->len - (int)b->len;
}

/* A whole number: "12", "-3" or "7e9". */
static int value_parse(const char *text, int64_t *value)
{
	char *end;
	double number;

	if (!s64_parse(text, value))
		return 0;
	errno = 0;
	number = strtod(text, &end);
	if (errno || end == text || *end || strpbrk(text, "xXnNpP") || number > 9e18 ||
	    number < -9e18)
		return -EINVAL;
	*value = (int64_t)number;
	return number == (double)*value ? 0 : -EINVAL;
}

static int feature_insert(struct cli *cli, struct features *features,
			  const struct feature *feature)
{
	uint32_t at = features->nr;

	if (features->nr == AIOS_FEATURES_MAX)
		return cli_usage(cli, "--feature: a job has at most %d of them",
				 AIOS_FEATURES_MAX);
	while (at && compare_names(feature, &features->feature[at - 1]) < 0)
		at--;
	if (at && feature->len && !compare_names(feature, &features->feature[at - 1]))
		return cli_usage(cli, "--feature: '%.*s' is given twice", (int)feature->len,
				 feature->name);
	memmove(&features->feature[at + 1], &features->feature[at],
		(features->nr - at) * sizeof(*feature));
	features->feature[at] = *feature;
	features->nr++;
	return CLI_OK;
}

int features_add(struct cli *cli, struct features *features, const char *text)
{
	while (text) {
		size_t len = strcspn(text, ",");
		auto_free char *word = xasprintf("%.*s", (int)len, text);
		const char *equals = strchr(word, '=');
		struct feature feature = { .name = text };
		int status;

		if (equals)
			feature.len = (size_t)(equals - word);
		if (equals && !feature.len)
			return cli_usage(cli, "--feature: '%s' has no name before '='", word);
		if (value_parse(equals ? equals + 1 : word, &feature.value))
			return cli_usage(cli, "--feature: '%s' is not a whole number; of a fraction give thousandths or millionths",
					 equals ? equals + 1 : word);
		status = feature_insert(cli, features, &feature);
		if (status)
			return status;
		text = text[len] ? text + len + 1 : NULL;
	}
	return CLI_OK;
}

/* ---------------------------------------------------------------------- hashes */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_interpreter(const char *name)
{
	static const char * const known[] = {
		"python", "bash", "sh", "dash", "zsh", "perl", "ruby", "node", "julia",
		"Rscript", "java", "torchrun", "accelerate",
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t len = strlen(known[i]);

		/* A version may follow: python3.11. */
		if (!strncmp(name, known[i], len) && !name[len + strspn(name + len, "0123456789.")])
			return true;
	}
	return false;
}

uint64_t command_hash(int argc, char **argv)
{
	const char *name = base_name(argv[0]);
	uint64_t hash = hash_text(HASH_BEGIN, name, strlen(name));

	for (int i = 1; i < argc && is_interpreter(name); i++) {
		if (*argv[i] == '-')
			continue;
		hash = hash_text(hash, base_name(argv[i]), strlen(base_name(argv[i])));
		break;
	}
	return hash_end(hash);
}

static bool is_number(const char *text)
{
	return *text && !text[strspn(text, "+-0123456789.eE:")] &&
	       strpbrk(text, "0123456789");
}

static uint64_t hash_argument(uint64_t hash, const char *text)
{
	const char *dot;

	if (is_number(text))
		return hash_text(hash, "#", 1);
	if (*text == '-')
		return hash_text(hash, text, strcspn(text, "=0123456789"));
	dot = strrchr(base_name(text), '.');
	return dot ? hash_text(hash, dot, strlen(dot)) : hash_text(hash, "", 0);
}

uint64_t shape_hash(int argc, char **argv, const struct features *features)
{
	uint64_t hash = HASH_BEGIN;

	for (int i = 1; i < argc; i++)
		hash = hash_argument(hash, argv[i]);
	for (uint32_t i = 0; i < features->nr; i++)
		hash = hash_text(hash, features->feature[i].name, features->feature[i].len);
	return hash_end(hash);
}
