// SPDX-License-Identifier: GPL-2.0
/*
 * Getting a sentence through a runtime. runc puts what a hook wrote to standard error into
 * its own message. crun gives hooks /dev/null there and says "error executing hook" alone, so
 * the sentence goes where crun's messages go: to its standard error, and as one more line
 * into the log that its engine named with --log. podman shows the one or the other.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <syslog.h>
#include <unistd.h>

#include <json-c/json.h>

#include "oci/report.h"

#define ME	"aios-oci-hook"

/* More than an engine passes to its runtime. */
#define ARGUMENTS_MAX	(64U << 10)

static bool is_dropped(int fd)
{
	struct stat st;

	return fstat(fd, &st) || (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
}

/* The file that the runtime logs to, of its arguments, which end with a NUL each; or NULL. */
static const char *log_of(const char *arguments, const char *end)
{
	for (const char *a = arguments; a < end; a += strlen(a) + 1) {
		const char *next = a + strlen(a) + 1;

		if (!strncmp(a, "--log=", 6))
			return a + 6;
		if (!strcmp(a, "--log") && next < end)
			return next;
	}
	return NULL;
}

static void log_write(const char *file, const char *sentence)
{
	int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	struct json_object *line;

	if (fd < 0)
		return;
	line = json_object_new_object();
	json_object_object_add(line, "msg", json_object_new_string(sentence));
	json_object_object_add(line, "level", json_object_new_string("error"));
	dprintf(fd, "%s\n", json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
	json_object_put(line);
	close(fd);
}

static void tell_runtime(pid_t runtime, const char *sentence)
{
	char path[64], *arguments = malloc(ARGUMENTS_MAX);
	const char *file = NULL;
	ssize_t len = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd/2", runtime);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		dprintf(fd, ME ": %s\n", sentence);
		close(fd);
	}
	snprintf(path, sizeof(path), "/proc/%d/cmdline", runtime);
	fd = arguments ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		len = read(fd, arguments, ARGUMENTS_MAX - 1);
		close(fd);
	}
	if (len > 0) {
		arguments[len] = '\0';
		file = log_of(arguments, arguments + len);
	}
	if (file && *file == '/')
		log_write(file, sentence);
	free(arguments);
}

void report(const char *sentence)
{
	fprintf(stderr, ME ": %s\n", sentence);
	syslog(LOG_ERR, "%s", sentence);
	if (is_dropped(STDERR_FILENO))
		tell_runtime(getppid(), sentence);
}
