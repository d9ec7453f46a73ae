// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Quantities of resources as people write them. aios.h states the rules.
 */
#include <stdio.h>

#include "private.h"

#define NANO		1000000000ULL

enum kind {
	KIND_MILLI,		/* thousandths of a thing */
	KIND_BYTES,		/* bare letters are powers of 1024 */
	KIND_RATE,		/* bare letters are powers of 1000 */
	KIND_COUNT,
};

static enum kind kind_of(uint32_t resource)
{
	static const char * const units[] = {
		[KIND_MILLI] = "milli",
		[KIND_BYTES] = "bytes",
		[KIND_RATE] = "bytes/s",
	};
	const char *unit = aios_resource_unit(resource);
	uint32_t kind = KIND_MILLI;

	while (kind < KIND_COUNT && (!unit || strcmp(unit, units[kind])))
		kind++;
	return (enum kind)kind;
}

static uint64_t power(uint64_t base, int exponent)
{
	uint64_t value = 1;

	while (exponent-- > 0)
		value *= base;
	return value;
}

/* Advance @text past @word where it begins with it. */
static bool skip(const char **text, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*text, word, len))
		return false;
	*text += len;
	return true;
}

/* 1 to 6 for the letter at @text, which is passed; 0 when there is none. */
static int skip_letter(const char **text)
{
	static const char letters[] = "KMGTPE";
	char c = **text == 'k' ? 'K' : **text;
	const char *found = c ? strchr(letters, c) : NULL;

	if (!found)
		return 0;
	(*text)++;
	return (int)(found - letters) + 1;
}

/* Pass a suffix; how many units the number before it counts, 0 for a wrong one. */
static uint64_t parse_suffix(enum kind kind, const char **text)
{
	bool bytes = kind == KIND_BYTES || kind == KIND_RATE;
	uint64_t base = kind == KIND_BYTES ? 1024 : 1000;
	int letter;

	if (kind == KIND_MILLI)
		return skip(text, "m") ? 1 : 1000;
	letter = skip_letter(text);
	if (bytes) {
		if (letter && skip(text, "i")) {
			base = 1024;
			skip(text, "B");
		} else if (skip(text, "B")) {
			base = 1000;
		}
		if (kind == KIND_RATE)
			skip(text, "/s");
	}
	return power(base, letter);
}

/* Pass digits; false when there are none or the number is too large. */
static bool parse_whole(const char **text, uint64_t *whole, bool *overflow)
{
	const char *start = *text;

	*whole = 0;
	for (; **text >= '0' && **text <= '9'; (*text)++)
		if (__builtin_mul_overflow(*whole, 10, whole) ||
		    __builtin_add_overflow(*whole, (uint64_t)(**text - '0'), whole))
			*overflow = true;
	return *text != start;
}

/* Pass a fraction's digits; in 1e-9, where a digit past these cannot matter much. */
static bool parse_nano(const char **text, uint64_t *nano)
{
	const char *start = *text;
	uint64_t place = NANO;

	*nano = 0;
	for (; **text >= '0' && **text <= '9'; (*text)++) {
		place /= 10;
		*nano += place * (uint64_t)(**text - '0');
	}
	return *text != start;
}

static int parse(enum kind kind, const char **text, uint64_t *value)
{
	uint64_t whole, nano = 0, unit, part;
	bool overflow = false;

	if (skip(text, "max")) {
		*value = AIOS_UNLIMITED;
		return 0;
	}
	if (!parse_whole(text, &whole, &overflow))
		return -EINVAL;
	if (skip(text, ".") && !parse_nano(text, &nano))
		return -EINVAL;
	unit = parse_suffix(kind, text);
	/* nano * unit / NANO, which would not fit in between */
	part = nano * (unit / NANO) + nano * (unit % NANO) / NANO;
	if (overflow || __builtin_mul_overflow(whole, unit, value) ||
	    __builtin_add_overflow(*value, part, value) ||
	    *value == AIOS_UNLIMITED)
		return -ERANGE;
	return !*value && (whole || nano) ? -ERANGE : 0;
}

AIOS_EXPORT int aios_quantity_parse(uint32_t resource, const char *text,
				    uint64_t *value)
{
	uint64_t v;
	int err = parse(kind_of(resource), &text, &v);

	if (*text && (!err || err == -ERANGE))
		return -EINVAL;
	if (!err)
		*value = v;
	return err;
}

AIOS_EXPORT int aios_range_parse(uint32_t resource, const char *text,
				 uint64_t *request, uint64_t *limit)
{
	enum kind kind = kind_of(resource);
	uint64_t low = 0, high = AIOS_UNLIMITED;
	int err = 0, err_high = 0;

	if (*text != ':')
		err = parse(kind, &text, &low);
	if (err == -EINVAL)
		return err;
	if (*text == ':') {
		text++;
		if (*text)
			err_high = parse(kind, &text, &high);
	} else if (low == AIOS_UNLIMITED) {
		low = 0;
	} else {
		high = low;
	}
	if (*text || err_high == -EINVAL)
		return -EINVAL;
	if (err || err_high || low > high || low == AIOS_UNLIMITED)
		return -ERANGE;
	*request = low;
	*limit = high;
	return 0;
}

/* The largest power of @base, as an exponent, that is at most @value. */
static int exponent_of(uint64_t value, uint64_t base)
{
	int n = 0;

	while (value >= base) {
		value /= base;
		n++;
	}
	return n;
}

/* "@whole.@fraction@suffix", where the fraction has @digits, less its last zeros. */
static void format_fraction(uint64_t whole, uint64_t fraction, int digits,
			    const char *suffix, char *buf, size_t len)
{
	while (digits && fraction % 10 == 0) {
		fraction /= 10;
		digits--;
	}
	if (digits)
		snprintf(buf, len, "%llu.%0*llu%s", (unsigned long long)whole,
			 digits, (unsigned long long)fraction, suffix);
	else
		snprintf(buf, len, "%llu%s", (unsigned long long)whole, suffix);
}

/* @value in units of @unit, rounded to two decimals. */
static void format_scaled(uint64_t value, uint64_t unit, const char *suffix,
			  char *buf, size_t len)
{
	uint64_t whole = value / unit;
	uint64_t rest = value % unit;
	uint64_t hundredths;

	/* rest * 100 / unit, where the product could be too large */
	if (unit > UINT64_MAX / 200)
		hundredths = (rest + unit / 200) / (unit / 100);
	else
		hundredths = (rest * 100 + unit / 2) / unit;
	if (hundredths >= 100) {
		hundredths = 0;
		whole++;
	}
	format_fraction(whole, hundredths, 2, suffix, buf, len);
}

AIOS_EXPORT char *aios_quantity_format(uint32_t resource, uint64_t value,
				       char *buf, size_t len)
{
	static const char * const binary[] = {
		"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"
	};
	static const char * const decimal[] = {
		"B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s", "EB/s"
	};
	int n;

	if (!value || value == AIOS_UNLIMITED) {
		snprintf(buf, len, value ? "max" : "0");
		return buf;
	}
	switch (kind_of(resource)) {
	case KIND_MILLI:
		format_fraction(value / 1000, value % 1000, 3, "", buf, len);
		break;
	case KIND_BYTES:
		n = exponent_of(value, 1024);
		format_scaled(value, power(1024, n), binary[n], buf, len);
		break;
	case KIND_RATE:
		n = exponent_of(value, 1000);
		format_scaled(value, power(1000, n), decimal[n], buf, len);
		break;
	case KIND_COUNT:
		snprintf(buf, len, "%llu", (unsigned long long)value);
		break;
	}
	return buf;
}

AIOS_EXPORT char *aios_range_format(uint32_t resource, uint64_t request,
				    uint64_t limit, char *buf, size_t len)
{
	char low[AIOS_QUANTITY_LEN], high[AIOS_QUANTITY_LEN];

	aios_quantity_format(resource, request, low, sizeof(low));
	if (request == limit) {
		snprintf(buf, len, "%s", low);
		return buf;
	}
	aios_quantity_format(resource, limit, high, sizeof(high));
	snprintf(buf, len, "%s:%s", low, high);
	return buf;
}
