// SPDX-License-Identifier: GPL-2.0
/*
 * Names of users and groups, wherever this machine has them from (nsswitch.conf(5)).
 */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>

#include "print/util.h"

const char *user_name(uint32_t uid)
{
	static char number[16];
	static uint32_t last = -1;
	static char *name;
	struct passwd *pw;

	/* Lists name the same user again and again. */
	if (name && uid == last)
		return name;
	pw = getpwuid(uid);
	if (!pw) {
		snprintf(number, sizeof(number), "%" PRIu32, uid);
		return number;
	}
	free(name);
	name = xstrdup(pw->pw_name);
	last = uid;
	return name;
}

const char *group_name(uint32_t gid)
{
	static char number[16];
	struct group *gr = getgrgid(gid);

	if (gr)
		return gr->gr_name;
	snprintf(number, sizeof(number), "%" PRIu32, gid);
	return number;
}

static int id_parse(const char *text, uint32_t *id)
{
	uint64_t value;

	if (u64_parse(text, &value) || value >= UINT32_MAX)
		return -ENOENT;
	*id = value;
	return 0;
}

int user_parse(const char *text, uint32_t *uid)
{
	struct passwd *pw = getpwnam(text);

	if (!pw)
		return id_parse(text, uid);
	*uid = pw->pw_uid;
	return 0;
}

int gid_parse(const char *text, uint32_t *gid)
{
	struct group *gr = getgrnam(text);

	if (!gr)
		return id_parse(text, gid);
	*gid = gr->gr_gid;
	return 0;
}
