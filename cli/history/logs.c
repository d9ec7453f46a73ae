// SPDX-License-Identifier: GPL-2.0
/*
 * The files of the log. Each user has a folder, so that nobody's jobs push out those of others,
 * with one file in it and the one before that. All belongs to who records; the user gets into
 * his folder by an entry of an access list, where the file system has those, and nobody sees
 * from outside when his files grow.
 */
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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
#define ACL_ENTER	1
#define ACL_NOBODY	0xffffffff

#define FILE_NAME	"jobs.log"
#define FILE_BEFORE	FILE_NAME ".1"
/* Who else may write there, in the mode of a file. */
#define BY_ANOTHER	0022

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
			{ htole16(ACL_OWNER), htole16(ACL_READ | ACL_WRITE | ACL_ENTER),
			  ACL_NOBODY },
			{ htole16(ACL_A_USER), htole16(ACL_READ | ACL_ENTER), htole32(uid) },
			{ htole16(ACL_GROUP), 0, ACL_NOBODY },
			{ htole16(ACL_MASK), htole16(ACL_READ | ACL_ENTER), ACL_NOBODY },
			{ htole16(ACL_OTHERS), 0, ACL_NOBODY },
		},
	};

	/* Without such lists only who records can read it, which the manual says. */
	if (uid != geteuid() && fsetxattr(fd, ACL_NAME, &acl, sizeof(acl), 0))
		return;
}

const char *log_cause(int err)
{
	return err == -EPERM ?
		"it has to be a folder of your own, where nobody else may write, and no link" :
		strerror(-err);
}

/* Whoever else could write there could lead what is written elsewhere. */
static int folder_open(int at, const char *name, mode_t mode, bool *made)
{
	struct stat st;
	int fd, err = 0;

	*made = !mkdirat(at, name, mode);
	if (!*made && errno != EEXIST)
		return -errno;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? -EPERM : -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (st.st_uid != geteuid() || st.st_mode & BY_ANOTHER)
		err = -EPERM;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int user_folder_open(const char *folder, uint32_t uid)
{
	auto_free char *name = xasprintf("%" PRIu32, uid);
	int at, fd;
	bool made;

	/* Users pass through it, and do not see who else has a log. */
	at = folder_open(AT_FDCWD, folder, 0711, &made);
	if (at < 0)
		return at;
	fd = folder_open(at, name, 0700, &made);
	close(at);
	if (fd >= 0 && made)
		reader_add(fd, uid);
	return fd;
}

static int file_open(int folder, off_t *size)
{
	int fd = openat(folder, FILE_NAME, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
			0644);
	struct stat st;
	int err;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st)) {
		*size = st.st_size;
		return fd;
	}
	err = -errno;
	close(fd);
	return err;
}

/* A line is there whole or not at all, but where the machine stops in it. */
static int line_append(int fd, off_t size, const char *line)
{
	size_t len = strlen(line);
	ssize_t n;
	char last;
	int err;

	/* What it stopped in is no part of this line. */
	if (size && pread(fd, &last, 1, size - 1) == 1 && last != '\n' && write(fd, "\n", 1) < 0)
		return -errno;
	n = write(fd, line, len);
	if (n == (ssize_t)len)
		return 0;
	err = n < 0 ? -errno : -ENOSPC;
	return ftruncate(fd, size) ? -errno : err;
}

int log_append(const char *folder, const struct ended *e)
{
	auto_free char *line = ended_line(e);
	int at = user_folder_open(folder, e->uid);
	int fd, err = 0;
	off_t size;

	if (at < 0)
		return at;
	fd = file_open(at, &size);
	if (fd >= 0 && size + (off_t)strlen(line) > LOG_BYTES) {
		close(fd);
		fd = renameat(at, FILE_NAME, at, FILE_BEFORE) ? -errno : file_open(at, &size);
	}
	if (fd >= 0) {
		err = line_append(fd, size, line);
		close(fd);
	}
	close(at);
	return fd < 0 ? fd : err;
}

/* -------------------------------------------------------------------- reading */

static void file_read_all(int folder, const char *name, struct history *h)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	auto_free char *line = NULL;
	struct stat st;
	size_t room = 0;
	ssize_t len;
	bool file;

	/* In a folder that somebody names there can be anything. */
	file = f && !fstat(fd, &st) && S_ISREG(st.st_mode);
	while (file && (len = getline(&line, &room, f)) > 0) {
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

static int user_read(int folder, const char *name, struct history *h)
{
	int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	file_read_all(fd, FILE_BEFORE, h);
	file_read_all(fd, FILE_NAME, h);
	close(fd);
	return 0;
}

int log_read(const char *folder, struct history *h)
{
	auto_free char *own = xasprintf("%" PRIu32, (uint32_t)geteuid());
	int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), err = 0;
	struct dirent *item;
	uint64_t uid;
	DIR *d;

	if (at < 0)
		return -errno;
	d = opendir(folder);
	/* Who may not look round knows his own name. */
	if (!d)
		err = user_read(at, own, h);
	while (d && (item = readdir(d)))
		if (!u64_parse(item->d_name, &uid))
			user_read(at, item->d_name, h);
	if (d)
		closedir(d);
	close(at);
	return err;
}
