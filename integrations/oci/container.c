// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a container and its annotations: see container.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oci/container.h"

/* A state is its annotations, in the main; whoever writes more means no state. */
#define STATE_MAX	(4U << 20)
#define JOB_FILE	"aios-job"

/* All of a stream as a string, to be freed; NULL: there is too much, or no memory. */
static char *read_all(FILE *from)
{
	size_t len = 0, room = 4096;
	char *text = malloc(room), *more;

	while (text) {
		len += fread(text + len, 1, room - len - 1, from);
		if (len + 1 < room) {
			text[len] = '\0';
			return text;
		}
		room *= 2;
		more = room > STATE_MAX ? NULL : realloc(text, room);
		if (!more)
			free(text);
		text = more;
	}
	return NULL;
}

static const char *string_of(struct json_object *state, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(state, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

int container_read(struct container *c, FILE *from, char *error, size_t len)
{
	char *text = read_all(from);
	struct json_object *value;
	const char *status;

	memset(c, 0, sizeof(*c));
	c->state = text ? json_tokener_parse(text) : NULL;
	free(text);
	c->id = json_object_is_type(c->state, json_type_object) ? string_of(c->state, "id") : NULL;
	if (!c->id || !*c->id) {
		snprintf(error, len, "standard input has no state of a container: a runtime starts this as a hook");
		container_forget(c);
		return -EINVAL;
	}
	c->bundle = string_of(c->state, "bundle");
	status = string_of(c->state, "status");
	c->stopped = status && !strcmp(status, "stopped");
	if (json_object_object_get_ex(c->state, "pid", &value))
		c->pid = json_object_get_int(value);
	if (json_object_object_get_ex(c->state, "annotations", &value) &&
	    json_object_is_type(value, json_type_object))
		c->annotations = value;
	return 0;
}

void container_forget(struct container *c)
{
	json_object_put(c->state);
	memset(c, 0, sizeof(*c));
}

int container_request(const struct container *c, struct request *r, char *error, size_t len)
{
	const size_t prefix = strlen(ANNOTATION_PREFIX);
	char cause[REQUEST_ERROR_LEN];

	if (!c->annotations)
		return 0;
	json_object_object_foreach(c->annotations, key, value) {
		const char *text = json_object_get_string(value);

		if (strncmp(key, ANNOTATION_PREFIX, prefix))
			continue;
		if (request_set(r, key + prefix, text ? text : "", cause, sizeof(cause))) {
			snprintf(error, len, "annotation %.128s: %s", key, cause);
			return -EINVAL;
		}
	}
	return 0;
}

/* ------------------------------------------------------------ between the stages */

/* The path of the file, or false: it has no bundle. */
static bool job_file(const struct container *c, char *path, size_t len)
{
	return c->bundle && *c->bundle == '/' &&
	       (size_t)snprintf(path, len, "%s/" JOB_FILE, c->bundle) < len;
}

int container_remember(const struct container *c, uint64_t job)
{
	char path[PATH_MAX];
	int fd, err = 0;

	if (!job_file(c, path, sizeof(path)))
		return -ENOENT;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (dprintf(fd, "%" PRIu64 "\n", job) < 0)
		err = -errno;
	close(fd);
	return err;
}

uint64_t container_job(const struct container *c)
{
	char path[PATH_MAX];
	uint64_t job = 0;
	FILE *file;

	if (!job_file(c, path, sizeof(path)))
		return 0;
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%" SCNu64, &job) != 1)
		job = 0;
	fclose(file);
	return job;
}

void container_forget_job(const struct container *c)
{
	char path[PATH_MAX];

	if (job_file(c, path, sizeof(path)))
		unlink(path);
}
