// SPDX-License-Identifier: GPL-2.0
/*
 * Configurations and their sections: see config.h.
 */
#include <string.h>

#include "remember/config.h"

void config_end(struct config *c)
{
	for (size_t i = 0; i < c->nr; i++) {
		free(c->sections[i].name);
		free(c->sections[i].leave);
	}
	for (size_t i = 0; i < c->nr_problems; i++)
		free(c->problems[i].text);
	for (size_t i = 0; i < c->nr_files; i++)
		free(c->files[i]);
	free(c->sections);
	free(c->problems);
	free(c->files);
	*c = (struct config){ 0 };
}

struct config_section *config_find(const struct config *c, enum config_kind kind,
				   const char *name)
{
	for (size_t i = 0; i < c->nr; i++)
		if (c->sections[i].kind == kind && !strcmp(c->sections[i].name, name))
			return &c->sections[i];
	return NULL;
}

struct config_section *config_get(struct config *c, enum config_kind kind, const char *name)
{
	struct config_section *s = config_find(c, kind, name);

	if (s)
		return s;
	if (c->nr == c->room) {
		c->room = c->room ? c->room * 2 : 16;
		c->sections = xrealloc(c->sections, c->room * sizeof(*c->sections));
	}
	s = &c->sections[c->nr++];
	*s = (struct config_section){ .kind = kind, .name = xstrdup(name) };
	return s;
}

void config_problem(struct config *c, const char *file, unsigned int line, const char *format,
		    ...)
{
	struct config_problem *p;
	va_list ap;

	c->problems = xrealloc(c->problems, (c->nr_problems + 1) * sizeof(*c->problems));
	p = &c->problems[c->nr_problems++];
	*p = (struct config_problem){ .file = file, .line = line };
	va_start(ap, format);
	p->text = xvasprintf(format, ap);
	va_end(ap);
}

/* A path is below the one that it begins with, and a slash is less than what a name has. */
static int compare_names(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == '/' || *b == '/')
		return *a == '/' ? (*b ? -1 : 1) : (*a ? 1 : -1);
	return (unsigned char)*a - (unsigned char)*b;
}

static int compare_sections(const void *a, const void *b)
{
	const struct config_section *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return compare_names(x->name, y->name);
}

void config_sort(struct config *c)
{
	if (c->nr)
		qsort(c->sections, c->nr, sizeof(*c->sections), compare_sections);
}

char *config_title(const struct config_section *s)
{
	static const char * const kinds[] = {
		[CONFIG_DEVICE] = "device", [CONFIG_GROUP] = "group",
		[CONFIG_DEFAULT] = "default", [CONFIG_POLICY] = "policy",
		[CONFIG_SOURCES] = "sources",
	};

	return xasprintf("%s%s%s", kinds[s->kind], *s->name ? " " : "", s->name);
}
