// SPDX-License-Identifier: GPL-2.0
/*
 * The folder of the spool. Whoever may write where it lies could lead us elsewhere: so
 * each folder on the way that is ours to make has to be the caller's own, and none of them
 * a link.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "print/util.h"
#include "spool/internal.h"

/* Who else may write there, in the mode of a file. */
#define BY_GROUP	0020
#define BY_OTHERS	0002

#define BOOT_ID	"/proc/sys/kernel/random/boot_id"

/* A folder that only its owner, who is the caller, can change; @shut: or his group. */
static int own_check(int fd, mode_t shut)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	return st.st_uid == geteuid() && !(st.st_mode & shut) ? 0 : -EPERM;
}

/* This goes from the folder @at, which is closed, to one in it. */
static int step(int at, const char *name, int make, int flags, mode_t shut)
{
	int fd, err = 0;

	if (make && mkdirat(at, name, 0700) && errno != EEXIST)
		err = -errno;
	fd = err ? err : openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
	if (!err && fd < 0)
		fd = -errno;
	close(at);
	if (fd < 0)
		return fd;
	err = own_check(fd, shut);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* The user's own folder of what programs keep, as the XDG base directories have it. */
static int state_folder(int make)
{
	const char *state = secure_getenv("XDG_STATE_HOME");
	const char *home = secure_getenv("HOME");
	int fd, err;

	if (state && *state == '/') {
		if (make && mkdir(state, 0700) && errno != EEXIST)
			return -errno;
		fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else if (home && *home == '/') {
		fd = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else {
		return -ENOENT;
	}
	if (fd < 0)
		return -errno;
	err = own_check(fd, BY_OTHERS);
	if (err) {
		close(fd);
		return err;
	}
	if (state && *state == '/')
		return fd;
	/* These two are for others too: a user may have put them elsewhere. */
	fd = step(fd, ".local", make, 0, BY_OTHERS);
	return fd < 0 ? fd : step(fd, "state", make, 0, BY_OTHERS);
}

int spool_folder(int make)
{
	int fd = state_folder(make);

	if (fd >= 0)
		fd = step(fd, "aios", make, O_NOFOLLOW, BY_GROUP | BY_OTHERS);
	if (fd >= 0)
		fd = step(fd, "jobs", make, O_NOFOLLOW, BY_GROUP | BY_OTHERS);
	return fd;
}

void spool_boot(char boot[SPOOL_BOOT_LEN])
{
	auto_free char *id = file_read(BOOT_ID);

	if (!id || strlen(id) >= SPOOL_BOOT_LEN || strchr(id, '/'))
		strcpy(boot, "0");
	else
		strcpy(boot, id);
}

void spool_name(uint64_t id, const char *boot, char name[SPOOL_NAME_LEN])
{
	snprintf(name, SPOOL_NAME_LEN, "%" PRIu64 "@%s", id, boot);
}

int spool_name_parse(const char *name, uint64_t *id, char boot[SPOOL_BOOT_LEN])
{
	const char *at = strchr(name, '@');
	char *end;

	if (!at || *name < '0' || *name > '9' || strlen(at + 1) >= SPOOL_BOOT_LEN)
		return -EINVAL;
	*id = strtoull(name, &end, 10);
	if (end != at)
		return -EINVAL;
	strcpy(boot, at + 1);
	return 0;
}
