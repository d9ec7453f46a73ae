// SPDX-License-Identifier: GPL-2.0
/*
 * Small helpers that every file of aiosctl uses: see util.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "print/util.h"

void out_of_memory(void)
{
	fputs("aiosctl: out of memory\n", stderr);
	exit(1);
}

void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p && size)
		out_of_memory();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ?: 1, size ?: 1);

	if (!p)
		out_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		out_of_memory();
	return copy;
}

char *xvasprintf(const char *format, va_list ap)
{
	char *s;

	if (vasprintf(&s, format, ap) < 0)
		out_of_memory();
	return s;
}

char *xasprintf(const char *format, ...)
{
	va_list ap;
	char *s;

	va_start(ap, format);
	s = xvasprintf(format, ap);
	va_end(ap);
	return s;
}

uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

char *duration_text(uint64_t ns, char *buf, size_t len)
{
	uint64_t s = ns / NSEC_PER_SEC;

	if (ns < 1000000)
		snprintf(buf, len, "%" PRIu64 "us", ns / 1000);
	else if (ns < NSEC_PER_SEC)
		snprintf(buf, len, "%" PRIu64 "ms", ns / 1000000);
	else if (s < 60)
		snprintf(buf, len, "%" PRIu64 ".%" PRIu64 "s", s,
			 ns % NSEC_PER_SEC / 100000000);
	else if (s < 3600)
		snprintf(buf, len, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, len, "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s / 60 % 60);
	else
		snprintf(buf, len, "%" PRIu64 "d%02" PRIu64 "h", s / 86400,
			 s / 3600 % 24);
	return buf;
}

static int64_t realtime_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * (int64_t)NSEC_PER_SEC + ts.tv_nsec;
}

char *wall_clock_text(uint64_t ns, char *buf, size_t len)
{
	int64_t at = realtime_ns() - (int64_t)(monotonic_ns() - ns);
	/*
	 * It is rounded to the nearest second, because the two clocks are not read at
	 * one instant.
	 */
	time_t then = (at + (int64_t)NSEC_PER_SEC / 2) / (int64_t)NSEC_PER_SEC;
	struct tm tm;

	if (!localtime_r(&then, &tm) ||
	    !strftime(buf, len, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(buf, len, "%" PRIu64 " ns", ns);
	return buf;
}

/* "1:30:00" and "2:30" are hours, minutes and seconds from the right. */
static int clock_parse(const char *text, uint64_t *ns)
{
	uint64_t total = 0;
	int parts = 0;

	while (*text) {
		unsigned long part;
		char *end;

		if (*text < '0' || *text > '9' || ++parts > 3)
			return -EINVAL;
		errno = 0;
		part = strtoul(text, &end, 10);
		if (errno || part > UINT32_MAX || (parts > 1 && part > 59))
			return -EINVAL;
		total = total * 60 + part;
		text = end;
		if (*text == ':' && text[1])
			text++;
		else if (*text)
			return -EINVAL;
	}
	if (parts < 2 || total > UINT64_MAX / NSEC_PER_SEC)
		return -EINVAL;
	*ns = total * NSEC_PER_SEC;
	return 0;
}

int duration_parse(const char *text, uint64_t *ns)
{
	static const struct {
		const char *suffix;
		double scale;
	} units[] = {
		{ "", 1e9 }, { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 },
		{ "ns", 1 }, { "m", 60e9 }, { "min", 60e9 }, { "h", 3600e9 },
		{ "d", 86400e9 }, { "w", 7 * 86400e9 },
	};
	double value;
	char *end;

	if (strchr(text, ':'))
		return clock_parse(text, ns);
	if (*text < '0' || *text > '9')
		return -EINVAL;
	value = strtod(text, &end);
	if (end == text || !isfinite(value) || strpbrk(text, "xXpP"))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].suffix))
			continue;
		/* 2^63 ns are 292 years; beyond it the rounding is undefined */
		if (value * units[i].scale >= 9.2e18)
			return -EINVAL;
		*ns = value * units[i].scale;
		return 0;
	}
	return -EINVAL;
}

int moment_parse(const char *text, uint64_t *ns)
{
	static const char * const formats[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
	};
	uint64_t ahead, now = monotonic_ns();

	if (!duration_parse(text, &ahead)) {
		*ns = now + ahead;
		return *ns < now ? -EINVAL : 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &tm);
		int64_t left;

		if (!end || *end)
			continue;
		left = (int64_t)mktime(&tm) * (int64_t)NSEC_PER_SEC - realtime_ns();
		/* What was before the machine was started counts as its first instant. */
		*ns = left < 0 && (uint64_t)-left >= now ? 1 : now + left;
		return 0;
	}
	return -EINVAL;
}

int u64_parse(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (errno)
		return -ERANGE;
	return *end ? -EINVAL : 0;
}

int s64_parse(const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-' || *text == '+');
	char *end;

	if (*digits < '0' || *digits > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoll(text, &end, 10);
	if (errno)
		return -ERANGE;
	return *end ? -EINVAL : 0;
}

const char *signal_text(int sig)
{
	static char text[32];
	const char *name = sigabbrev_np(sig);

	if (name)
		snprintf(text, sizeof(text), "SIG%s", name);
	else
		snprintf(text, sizeof(text), "signal %d", sig);
	return text;
}

size_t utf8_len(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = *u < 0x80 ? 1 : *u >> 5 == 6 ? 2 : *u >> 4 == 14 ? 3 :
		     *u >> 3 == 30 ? 4 : 0;

	for (size_t i = 1; i < len; i++)
		if (u[i] >> 6 != 2)
			return 0;
	/* UTF-8 has no longer form than needed, no half of a pair, nothing beyond the last. */
	if ((len == 2 && *u < 0xc2) ||
	    (len == 3 && ((*u == 0xe0 && u[1] < 0xa0) ||
			  (*u == 0xed && u[1] >= 0xa0) ||
			  (*u == 0xef && u[1] == 0xbf && u[2] >= 0xbe))) ||
	    (len == 4 && ((*u == 0xf0 && u[1] < 0x90) || *u > 0xf4 ||
			  (*u == 0xf4 && u[1] >= 0x90))))
		return 0;
	return len;
}

char *utf8_text(const char *s)
{
	static const char unknown[] = "\xef\xbf\xbd";
	char *text = xrealloc(NULL, strlen(s) * strlen(unknown) + 1);
	char *to = text;
	size_t len;

	for (; *s; s += len ?: 1) {
		len = utf8_len(s);
		to = mempcpy(to, len ? s : unknown, len ?: strlen(unknown));
	}
	*to = '\0';
	return text;
}

char *file_read(const char *path)
{
	size_t len = 0, room = 4096;
	ssize_t n;
	char *s;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	s = xrealloc(NULL, room);
	while ((n = read(fd, s + len, room - len - 1)) > 0) {
		len += n;
		if (len == room - 1)
			s = xrealloc(s, room *= 2);
	}
	close(fd);
	if (n < 0) {
		free(s);
		return NULL;
	}
	while (len && s[len - 1] == '\n')
		len--;
	s[len] = '\0';
	return s;
}

void locale_use(void)
{
	static bool used;

	if (!used)
		setlocale(LC_CTYPE, "");
	used = true;
}
