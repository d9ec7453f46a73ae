// SPDX-License-Identifier: GPL-2.0
/*
 * Loading json-c: see jsonc.h.
 */
#include "lazy/jsonc.h"

struct jsonc jsonc;

void jsonc_load(void)
{
	static const struct lazy_symbol symbols[] = {
		LAZY_SYMBOL(jsonc, json_object_array_add),
		LAZY_SYMBOL(jsonc, json_object_free_userdata),
		LAZY_SYMBOL(jsonc, json_object_is_type),
		LAZY_SYMBOL(jsonc, json_object_new_array),
		LAZY_SYMBOL(jsonc, json_object_new_boolean),
		LAZY_SYMBOL(jsonc, json_object_new_double_s),
		LAZY_SYMBOL(jsonc, json_object_new_int64),
		LAZY_SYMBOL(jsonc, json_object_new_object),
		LAZY_SYMBOL(jsonc, json_object_new_string),
		LAZY_SYMBOL(jsonc, json_object_new_uint64),
		LAZY_SYMBOL(jsonc, json_object_object_add),
		LAZY_SYMBOL(jsonc, json_object_put),
		LAZY_SYMBOL(jsonc, json_object_set_serializer),
		LAZY_SYMBOL(jsonc, json_object_to_json_string),
		LAZY_SYMBOL(jsonc, json_object_to_json_string_ext),
		LAZY_SYMBOL(jsonc, json_object_userdata_to_json_string),
		LAZY_SYMBOL(jsonc, json_tokener_error_desc),
		LAZY_SYMBOL(jsonc, json_tokener_free),
		LAZY_SYMBOL(jsonc, json_tokener_get_error),
		LAZY_SYMBOL(jsonc, json_tokener_get_parse_end),
		LAZY_SYMBOL(jsonc, json_tokener_new),
		LAZY_SYMBOL(jsonc, json_tokener_parse_ex),
		LAZY_SYMBOL(jsonc, json_tokener_set_flags),
	};
	static bool loaded;

	LAZY_COMPLETE(jsonc, symbols);
	if (!loaded)
		LAZY_LOAD(JSONC_SONAME, symbols);
	loaded = true;
}
