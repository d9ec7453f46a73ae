// SPDX-License-Identifier: GPL-2.0
/*
 * The names of the files that a job writes its output to: see output.h.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "start/output.h"

#define KNOWN	"jaAnguht%"

/* A group as a part of one file name: "team-nlp" for /team/nlp. */
static char *group_word(const char *path)
{
	char *word = xstrdup(path[0] == '/' && path[1] ? path + 1 : "root");

	for (char *c = word; *c; c++)
		if (*c == '/')
			*c = '-';
	return word;
}

/* The machine's name without its domain. */
static char *host_word(void)
{
	char host[256] = "";

	/* A longer name than the system allows may come without its end. */
	if (gethostname(host, sizeof(host) - 1))
		return xstrdup("localhost");
	host[strcspn(host, ".")] = '\0';
	return xstrdup(host);
}

/* 20261127-180000, local time, which sorts. */
static char *time_word(void)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };
	char text[32] = "";

	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y%m%d-%H%M%S", &tm);
	return xstrdup(text);
}

static char *word_of(char c, const struct output_names *names)
{
	switch (c) {
	case 'j':
		return xasprintf("%" PRIu64, names->id);
	case 'a':
		return xasprintf("%" PRIu64, names->index);
	case 'A':
		return xasprintf("%" PRIu64, names->array);
	case 'n':
		return xstrdup(names->name ?: "job");
	case 'g':
		return group_word(names->group);
	case 'u':
		return xstrdup(user_name(getuid()));
	case 'h':
		return host_word();
	case 't':
		return time_word();
	default:
		return xstrdup("%");
	}
}

int output_check(struct cli *cli, const char *option, const char *pattern)
{
	const char *c = pattern;

	while ((c = strchr(c, '%'))) {
		if (!c[1] || !strchr(KNOWN, c[1]))
			return cli_usage(cli, "%s: '%.2s' stands for nothing: say %%j (job), %%A (array), %%a (index), %%n (name), %%g (group), %%u (user), %%h (host), %%t (time) or %%%%",
					 option, c);
		c += 2;
	}
	return CLI_OK;
}

char *output_path(const char *pattern, const struct output_names *names)
{
	auto_free char *directory = NULL;
	char *path = xstrdup("");

	for (size_t len; *pattern; pattern += len) {
		auto_free char *word = NULL;
		char *longer;

		len = *pattern == '%' ? 2 : strcspn(pattern, "%");
		if (*pattern == '%')
			word = word_of(pattern[1], names);
		longer = xasprintf("%s%.*s%s", path, word ? 0 : (int)len, pattern, word ?: "");
		free(path);
		path = longer;
	}
	if (*path != '/')
		directory = get_current_dir_name();
	/* One that nobody can name any more leaves the path as it is. */
	if (directory) {
		char *absolute = xasprintf("%s/%s", strcmp(directory, "/") ? directory : "", path);

		free(path);
		path = absolute;
	}
	return path;
}
