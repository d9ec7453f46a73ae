// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of a trace: see trace_source.h. zlib reads plain files as they are. What
 * comes from a pipe is put by in a file without a name: a trace is read several
 * times.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lazy/zlib.h"
#include "print/util.h"
#include "simulate/trace_source.h"

#define LINE_MAX_BYTES	65536
#define READ_BYTES	(256 << 10)

struct trace_source {
	gzFile file;
	char line[LINE_MAX_BYTES];
};

/* This returns a file with what @from has left, or -1 with *error set. */
static int spool(int from, char **error)
{
	static char buf[READ_BYTES];
	FILE *file = tmpfile();
	ssize_t n = 0;
	int fd = -1;

	while (file && (n = read(from, buf, sizeof(buf))) > 0)
		if (fwrite(buf, 1, n, file) != (size_t)n)
			break;
	if (file && !n && !fflush(file) && !fseek(file, 0, SEEK_SET))
		fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		*error = xasprintf("cannot put it by: %s", strerror(errno));
	if (file)
		fclose(file);
	return fd;
}

static int descriptor_open(const char *path, char **error)
{
	struct stat st;
	int fd, copy;

	fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) :
				 fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (fd < 0 || fstat(fd, &st)) {
		*error = xasprintf("cannot open it: %s", strerror(errno));
		return fd;
	}
	if (S_ISREG(st.st_mode))
		return fd;
	if (S_ISDIR(st.st_mode)) {
		*error = xstrdup("it is a directory");
		return fd;
	}
	copy = spool(fd, error);
	close(fd);
	return copy;
}

struct trace_source *source_open(const char *path, char **error)
{
	struct trace_source *s;
	int fd;

	*error = NULL;
	fd = descriptor_open(path, error);
	if (*error) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	zlib_load();
	s->file = zlib.gzdopen(fd, "rb");
	if (!s->file)
		out_of_memory();
	zlib.gzbuffer(s->file, READ_BYTES);
	return s;
}

int source_line(struct trace_source *s, char **line, char **error)
{
	const char *cause;
	size_t len;
	int code;

	if (!zlib.gzgets(s->file, s->line, sizeof(s->line))) {
		cause = zlib.gzerror(s->file, &code);
		if (code == Z_OK || code == Z_STREAM_END)
			return 0;
		*error = xasprintf("cannot read it: %s",
				   code == Z_ERRNO ? strerror(errno) :
				   code == Z_BUF_ERROR ? "the gzipped data ends too early" :
				   cause);
		return -1;
	}
	len = strlen(s->line);
	if (len == sizeof(s->line) - 1) {
		*error = xasprintf("the line is longer than %zu bytes", len);
		return -1;
	}
	if ((!len || s->line[len - 1] != '\n') && !zlib.gzeof(s->file)) {
		*error = xstrdup("there is a zero byte: it is no text");
		return -1;
	}
	while (len && (s->line[len - 1] == '\n' || s->line[len - 1] == '\r'))
		s->line[--len] = '\0';
	*line = s->line;
	return 1;
}

int source_rewind(struct trace_source *s, char **error)
{
	if (!zlib.gzrewind(s->file))
		return 0;
	*error = xasprintf("cannot go back to its beginning: %s", strerror(errno));
	return -1;
}

void source_close(struct trace_source *s)
{
	if (!s)
		return;
	zlib.gzclose(s->file);
	free(s);
}
