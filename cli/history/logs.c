// SPDX-License-Identifier: GPL-2.0
/*
 * The files of the log: one for each user, so that nobody's jobs push out those of others,
 * and the one before it. They belong to who records; their user can read them by an entry
 * of an access list, where the file system has those.
 */
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "history/ended.h"

/* The form of an access list as the kernel takes it: linux/posix_acl_xattr.h. */
#define ACL_NAME	"system.posix_acl_access"
#define ACL_VERSION	2
#define ACL_OWNER	0x01
#define ACL_A_USER	0x02
#define ACL_GROUP	0x04
#define ACL_MASK	0x10
#define ACL_OTHERS	0x20
#define ACL_READ	4
#define ACL_WRITE	2
#define ACL_NOBODY	0xffffffff

struct acl_entry {
	uint16_t tag;
	uint16_t may;
	uint32_t id;
};

static void reader_add(int fd, uint32_t uid)
{
	const struct {
		uint32_t version;
		struct acl_entry entries[5];
	} acl = {
		htole32(ACL_VERSION), {
			{ htole16(ACL_OWNER), htole16(ACL_READ | ACL_WRITE), ACL_NOBODY },
			{ htole16(ACL_A_USER), htole16(ACL_READ), htole32(uid) },
			{ htole16(ACL_GROUP), 0, ACL_NOBODY },
			{ htole16(ACL_MASK), htole16(ACL_READ), ACL_NOBODY },
			{ htole16(ACL_OTHERS), 0, ACL_NOBODY },
		},
	};

	/* Without such lists only who records can read it, which the manual says. */
	if (uid != geteuid() && fsetxattr(fd, ACL_NAME, &acl, sizeof(acl), 0))
		return;
}

static int file_open(const char *path, uint32_t uid)
{
	int flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags);

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	fd = open(path, flags | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return -errno;
	reader_add(fd, uid);
	return fd;
}

/* A line is there whole or not at all, but where the machine stops in it. */
static int line_append(int fd, const char *line)
{
	size_t len = strlen(line);
	ssize_t n = write(fd, line, len);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -ENOSPC;
}

int log_append(const char *folder, const struct ended *e)
{
	auto_free char *path = xasprintf("%s/jobs-%u.log", folder, e->uid);
	auto_free char *old = xasprintf("%s.1", path);
	auto_free char *line = ended_line(e);
	struct stat st;
	int fd, err;

	if (mkdir(folder, 0755) && errno != EEXIST)
		return -errno;
	fd = file_open(path, e->uid);
	if (fd >= 0 && !fstat(fd, &st) && st.st_size + (off_t)strlen(line) > LOG_BYTES) {
		close(fd);
		if (rename(path, old))
			return -errno;
		fd = file_open(path, e->uid);
	}
	if (fd < 0)
		return fd;
	err = line_append(fd, line);
	close(fd);
	return err;
}

/* -------------------------------------------------------------------- reading */

static void file_read_all(int folder, const char *name, struct history *h)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	auto_free char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while (f && (len = getline(&line, &room, f)) > 0) {
		struct ended e;

		if (line[len - 1] != '\n')
			break;
		line[len - 1] = '\0';
		if (ended_parse(line, &e))
			*history_add(h) = e;
	}
	if (f)
		fclose(f);
}

int log_read(const char *folder, struct history *h)
{
	DIR *d = opendir(folder);
	struct dirent *item;

	if (!d)
		return -errno;
	while ((item = readdir(d)))
		if (!strncmp(item->d_name, "jobs-", strlen("jobs-")))
			file_read_all(dirfd(d), item->d_name, h);
	closedir(d);
	return 0;
}
