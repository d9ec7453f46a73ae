// SPDX-License-Identifier: GPL-2.0
/*
 * What groups and jobs may be called: see names.h.
 *
 * A component of a group's path becomes part of a directory's name and of
 * metric labels, so it is kept to letters, digits, '_', '-' and '.', and does
 * not begin with one of the last two. A job's name is for people: any UTF-8
 * without control characters and slashes.
 */
#include <linux/aios.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "names.h"

static int refuse_name(struct aios_why *why, u32 code, u64 asked, u64 available,
		       int err)
{
	why->code = code;
	why->asked = asked;
	why->available = available;
	return err;
}

static bool component_char(unsigned char c, bool first)
{
	if (isascii(c) && (isalnum(c) || c == '_'))
		return true;
	return !first && (c == '-' || c == '.');
}

/**
 * aios_path_component - the next component of a path
 * @path: advanced behind it
 * @len: of the component
 *
 * Return: its start, not NUL-terminated; NULL at the end.
 */
const char *aios_path_component(const char **path, size_t *len)
{
	const char *start = *path;

	while (*start == '/')
		start++;
	*len = strchrnul(start, '/') - start;
	*path = start + *len;
	return *len ? start : NULL;
}

/**
 * aios_path_check - whether a string is a group's path
 * @path: "/" or "/a/b"
 * @why: written on refusal
 *
 * Return: 0; -EINVAL (AIOS_WHY_NAME) for a relative path, an empty component,
 * a slash at the end or a character that is not allowed; -ENAMETOOLONG for a
 * component of more than AIOS_NAME_MAX bytes (AIOS_WHY_NAME) or more than
 * AIOS_DEPTH_MAX of them (AIOS_WHY_DEPTH).
 */
int aios_path_check(const char *path, struct aios_why *why)
{
	u32 depth = 0, len = 0;
	const char *p;

	if (path[0] != '/')
		return refuse_name(why, AIOS_WHY_NAME, 0, 0, -EINVAL);
	if (!path[1])
		return 0;
	for (p = path + 1; ; p++) {
		if (*p == '/' || !*p) {
			if (!len)
				return refuse_name(why, AIOS_WHY_NAME, p - path, 0, -EINVAL);
			depth++;
			len = 0;
			if (!*p)
				break;
			continue;
		}
		if (!component_char(*p, !len))
			return refuse_name(why, AIOS_WHY_NAME, p - path, 0, -EINVAL);
		if (++len > AIOS_NAME_MAX)
			return refuse_name(why, AIOS_WHY_NAME, p - path,
					   AIOS_NAME_MAX, -ENAMETOOLONG);
	}
	if (depth > AIOS_DEPTH_MAX)
		return refuse_name(why, AIOS_WHY_DEPTH, depth, AIOS_DEPTH_MAX,
				   -ENAMETOOLONG);
	return 0;
}

/* Bytes of the well-formed UTF-8 sequence at s (Unicode 15, table 3-7), or 0. */
static unsigned int utf8_len(const unsigned char *s)
{
	unsigned int n, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/**
 * aios_job_name_check - whether a string can be a job's name
 * @name: the string
 * @why: written on refusal
 *
 * Return: 0; -EINVAL or -ENAMETOOLONG, with AIOS_WHY_NAME.
 */
int aios_job_name_check(const char *name, struct aios_why *why)
{
	const unsigned char *s = (const unsigned char *)name;
	size_t i, len = strlen(name);
	unsigned int n;

	if (len > AIOS_NAME_MAX)
		return refuse_name(why, AIOS_WHY_NAME, AIOS_NAME_MAX, AIOS_NAME_MAX,
				   -ENAMETOOLONG);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return refuse_name(why, AIOS_WHY_NAME, 0, 0, -EINVAL);
	for (i = 0; i < len; i += n) {
		n = utf8_len(s + i);
		/* C1 controls are two bytes, 0xc2 0x80 to 0xc2 0x9f */
		if (!n || s[i] == '/' || s[i] < 0x20 || s[i] == 0x7f ||
		    (s[i] == 0xc2 && s[i + 1] < 0xa0))
			return refuse_name(why, AIOS_WHY_NAME, i, 0, -EINVAL);
	}
	return 0;
}
