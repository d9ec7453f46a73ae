// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of a trace: see trace_source.h. What comes from a pipe is put by in a file
 * without a name: a trace is read several times. zlib's own reader of files is not
 * used, for it takes what is no gzip behind a member as the end and drops it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"
#include "lazy/zlib.h"
#include "print/util.h"
#include "simulate/trace_source.h"

#define LINE_MAX_BYTES	65536
#define READ_BYTES	(256 << 10)

struct trace_source {
	int fd;
	off_t start;		/* of the trace in the file */
	uint64_t line_number;
	bool gzipped;
	bool inside;		/* a member of the gzipped data */
	bool padded;		/* zero bytes came behind the last */
	z_stream stream;	/* what it has not taken yet is in @packed */
	size_t at;		/* of what is read next in @bytes */
	size_t len;		/* of @bytes */
	unsigned char packed[READ_BYTES];
	unsigned char bytes[READ_BYTES];
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

/* This finds out what the file is; it returns 0, or -1 with *error set. */
static int format_find(struct trace_source *s, char **error)
{
	unsigned char first[FORMAT_BYTES];
	ssize_t n;

	s->start = lseek(s->fd, 0, SEEK_CUR);
	n = s->start < 0 ? -1 : pread(s->fd, first, sizeof(first), s->start);
	if (n < 0) {
		*error = xasprintf("cannot read it: %s", strerror(errno));
		return -1;
	}
	s->gzipped = format_is_gzip(first, n);
	if (s->gzipped || !format_name(first, n))
		return 0;
	*error = xasprintf("it is %s: a trace is plain text, or that compressed with gzip",
			   format_name(first, n));
	return -1;
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
	s->fd = fd;
	/* Whether it can be loaded does not depend on which trace is read. */
	zlib_load();
	if (format_find(s, error)) {
		source_close(s);
		return NULL;
	}
	/* The window is the largest there is, and 16 says that it is gzip. */
	if (s->gzipped && zlib.inflateInit2_(&s->stream, MAX_WBITS + 16, ZLIB_VERSION,
					     sizeof(s->stream)) != Z_OK)
		out_of_memory();
	return s;
}

/* ------------------------------------------------------------------- bytes */

static ssize_t bytes_read(struct trace_source *s, unsigned char *to, char **error)
{
	ssize_t n;

	do
		n = read(s->fd, to, READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		*error = xasprintf("cannot read it: %s", strerror(errno));
	return n;
}

/*
 * Behind a member another one may follow, or zero bytes up to the end, as tapes have
 * them. This returns 1 where one begins, 0 where none does, -1 with *error set.
 */
static int member_begin(struct trace_source *s, char **error)
{
	while (s->stream.avail_in && !*s->stream.next_in) {
		s->padded = true;
		s->stream.next_in++;
		s->stream.avail_in--;
	}
	if (!s->stream.avail_in)
		return 0;
	if (s->padded || *s->stream.next_in != 0x1f) {
		*error = xstrdup("cannot read it: what stands behind the gzipped data is none");
		return -1;
	}
	s->inside = true;
	zlib.inflateReset(&s->stream);
	return 1;
}

/* This unpacks more of the packed bytes that there are; it returns 0, or -1 with *error set. */
static int bytes_unpack(struct trace_source *s, char **error)
{
	int code;

	s->stream.next_out = s->bytes;
	s->stream.avail_out = sizeof(s->bytes);
	code = zlib.inflate(&s->stream, Z_NO_FLUSH);
	s->len = sizeof(s->bytes) - s->stream.avail_out;
	if (code == Z_STREAM_END)
		s->inside = false;
	if (code == Z_STREAM_END || code == Z_OK || code == Z_BUF_ERROR)
		return 0;
	*error = xasprintf("cannot read it: the gzipped data is damaged: %s",
			   s->stream.msg ?: "it does not say how");
	return -1;
}

/* This fills @bytes with what is unpacked next; it returns 1, 0 at the end, -1 with *error set. */
static int packed_fill(struct trace_source *s, char **error)
{
	do {
		ssize_t n = 1;
		int more;

		if (!s->stream.avail_in) {
			n = bytes_read(s, s->packed, error);
			if (n < 0 || (!n && !s->inside))
				return n;
			s->stream.next_in = s->packed;
			s->stream.avail_in = n;
		}
		if (!s->inside) {
			more = member_begin(s, error);
			if (more < 0)
				return more;
			if (!more)
				continue;
		}
		if (bytes_unpack(s, error))
			return -1;
		/* Without more to take it may still have more to give. */
		if (!n && !s->len && s->inside) {
			*error = xstrdup("cannot read it: the gzipped data ends too early");
			return -1;
		}
	} while (!s->len);
	return 1;
}

/* This fills @bytes again; it returns 1, 0 at the end, -1 with *error set. */
static int bytes_fill(struct trace_source *s, char **error)
{
	ssize_t n;

	s->at = 0;
	s->len = 0;
	if (s->gzipped)
		return packed_fill(s, error);
	n = bytes_read(s, s->bytes, error);
	if (n <= 0)
		return n;
	s->len = n;
	return 1;
}

/* ------------------------------------------------------------------- lines */

/* The bytes of a line are there, with its line feed or at the end. */
static int line_take(struct trace_source *s, size_t len, char **line, char **error)
{
	if (memchr(s->line, '\0', len)) {
		*error = xstrdup("there is a zero byte: it is no text");
		return -1;
	}
	if (len && s->line[len - 1] == '\n')
		len--;
	if (len && s->line[len - 1] == '\r')
		len--;
	s->line[len] = '\0';
	*line = s->line;
	return 1;
}

int source_line(struct trace_source *s, char **line, char **error)
{
	size_t len = 0, most;
	int more;

	s->line_number++;
	do {
		const unsigned char *from, *end;

		if (s->at == s->len) {
			more = bytes_fill(s, error);
			if (more < 0 || (!more && !len))
				return more;
			if (!more)
				break;
		}
		from = s->bytes + s->at;
		end = memchr(from, '\n', s->len - s->at);
		most = end ? (size_t)(end - from) + 1 : s->len - s->at;
		if (most >= sizeof(s->line) - len) {
			*error = xasprintf("the line is longer than %zu bytes",
					   sizeof(s->line) - 1);
			return -1;
		}
		memcpy(s->line + len, from, most);
		len += most;
		s->at += most;
	} while (s->line[len - 1] != '\n');
	return line_take(s, len, line, error);
}

uint64_t source_line_number(const struct trace_source *s)
{
	return s->line_number;
}

int source_rewind(struct trace_source *s, char **error)
{
	s->line_number = 0;
	s->at = 0;
	s->len = 0;
	s->inside = false;
	s->padded = false;
	s->stream.avail_in = 0;
	if (lseek(s->fd, s->start, SEEK_SET) >= 0)
		return 0;
	*error = xasprintf("cannot go back to its beginning: %s", strerror(errno));
	return -1;
}

void source_close(struct trace_source *s)
{
	if (!s)
		return;
	if (s->gzipped)
		zlib.inflateEnd(&s->stream);
	close(s->fd);
	free(s);
}
