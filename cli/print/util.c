// SPDX-License-Identifier: GPL-2.0
/*
 * Small helpers that every file of aiosctl uses: see util.h.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
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

/* Does no shell see anything in @word? */
static bool word_is_plain(const char *word)
{
	for (const char *c = word; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("@%+:,./_-", *c)))
			return false;
	return *word;
}

static void word_quote(FILE *f, const char *word)
{
	if (word_is_plain(word)) {
		fputs(word, f);
		return;
	}
	putc('\'', f);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", f);
		else
			putc(*word, f);
	}
	putc('\'', f);
}

char *shell_text(char **words)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		out_of_memory();
	for (size_t i = 0; words[i]; i++) {
		if (i)
			putc(' ', f);
		word_quote(f, words[i]);
	}
	if (fclose(f))
		out_of_memory();
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
