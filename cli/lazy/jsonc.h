/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json-c, for documents that are JSON and for programs of lp that are.
 */
#ifndef AIOSCTL_LAZY_JSONC_H
#define AIOSCTL_LAZY_JSONC_H

#include <json-c/json.h>

#include "lazy/lazy.h"

/* Nothing of it may be used before jsonc_load(). */
extern struct jsonc {
	LAZY_MEMBER(json_object_array_add);
	LAZY_MEMBER(json_object_free_userdata);
	LAZY_MEMBER(json_object_is_type);
	LAZY_MEMBER(json_object_new_array);
	LAZY_MEMBER(json_object_new_boolean);
	LAZY_MEMBER(json_object_new_double_s);
	LAZY_MEMBER(json_object_new_int64);
	LAZY_MEMBER(json_object_new_object);
	LAZY_MEMBER(json_object_new_string);
	LAZY_MEMBER(json_object_new_uint64);
	LAZY_MEMBER(json_object_object_add);
	LAZY_MEMBER(json_object_put);
	LAZY_MEMBER(json_object_set_serializer);
	LAZY_MEMBER(json_object_to_json_string);
	LAZY_MEMBER(json_object_to_json_string_ext);
	LAZY_MEMBER(json_object_userdata_to_json_string);
	LAZY_MEMBER(json_tokener_error_desc);
	LAZY_MEMBER(json_tokener_free);
	LAZY_MEMBER(json_tokener_get_error);
	LAZY_MEMBER(json_tokener_get_parse_end);
	LAZY_MEMBER(json_tokener_new);
	LAZY_MEMBER(json_tokener_parse_ex);
	LAZY_MEMBER(json_tokener_set_flags);
} jsonc;

void jsonc_load(void);

#endif /* AIOSCTL_LAZY_JSONC_H */
