// SPDX-License-Identifier: GPL-2.0
/*
 * The kinds of fields that a document holds: each makes of one value its JSON
 * and its text, and leaves the rest to out_field().
 */
#include <stdarg.h>

#include "lazy/jsonc.h"
#include "print/out.h"
#include "print/util.h"

struct json_object *out_json_string(const char *value)
{
	auto_free char *valid = utf8_text(value);

	return jsonc.json_object_new_string(valid);
}

void out_string(struct out *o, const char *key, const char *value)
{
	out_field(o, key, o->json && value ? out_json_string(value) : NULL, value);
}

void out_u64(struct out *o, const char *key, uint64_t value)
{
	out_number(o, key, value, "%llu", (unsigned long long)value);
}

void out_s64(struct out *o, const char *key, int64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	out_field(o, key, o->json ? jsonc.json_object_new_int64(value) : NULL, text);
}

void out_bool(struct out *o, const char *key, bool value)
{
	out_field(o, key, o->json ? jsonc.json_object_new_boolean(value) : NULL,
		  value ? "yes" : "no");
}

void out_number(struct out *o, const char *key, uint64_t value,
		const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	if (!o->json) {
		va_start(ap, format);
		text = xvasprintf(format, ap);
		va_end(ap);
	}
	out_field(o, key, o->json ? jsonc.json_object_new_uint64(value) : NULL, text);
	free(text);
}

void out_double(struct out *o, const char *key, double value,
		const char *format, ...)
{
	struct json_object *number = NULL;
	char digits[40];
	char *text = NULL;
	va_list ap;

	if (o->json) {
		snprintf(digits, sizeof(digits), "%.15g", value);
		number = jsonc.json_object_new_double_s(value, digits);
	} else {
		va_start(ap, format);
		text = xvasprintf(format, ap);
		va_end(ap);
	}
	out_field(o, key, number, text);
	free(text);
}

void out_null(struct out *o, const char *key, const char *text)
{
	out_field(o, key, NULL, text);
}

void out_data_u64(struct out *o, const char *key, uint64_t value)
{
	if (o->json)
		out_field(o, key, jsonc.json_object_new_uint64(value), NULL);
}

void out_data_string(struct out *o, const char *key, const char *value)
{
	if (o->json)
		out_string(o, key, value);
}
