// SPDX-License-Identifier: GPL-2.0
/*
 * A configuration as a file: sections in brackets, a key and its value on a line, comments
 * behind #. The first key is the version of the form.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/similar.h"
#include "remember/config.h"

#define FILE_MAX	(1u << 20)	/* a few thousand groups */

/* -------------------------------------------------------------------- reading */

struct reader {
	struct config *config;
	const char *file;
	unsigned int line;
	struct config_section *section;
	bool head;		/* no section has begun */
	bool version;		/* it was stated */
	bool complete;		/* what the file does not state is not so */
	size_t *seen;		/* sections that this file has, by number */
	size_t nr_seen;
};

#define problem(r, ...) config_problem((r)->config, (r)->file, (r)->line, __VA_ARGS__)

static char *strip(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* Names that no group can have are told here, with the line, and not by the kernel. */
static bool path_is_valid(const char *path)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t depth = 0, len;

	if (!strcmp(path, "/"))
		return true;
	for (; *path == '/'; path += len) {
		path++;
		len = strspn(path, letters);
		if (!len || len > AIOS_NAME_MAX || *path == '-' || *path == '.' ||
		    ++depth > AIOS_DEPTH_MAX)
			return false;
	}
	return !*path;
}

static bool device_is_valid(const char *name)
{
	for (const char *s = name; *s; s++)
		if (!isgraph((unsigned char)*s) || *s == '/')
			return false;
	return *name && strlen(name) < sizeof(((struct aios_device *)0)->name);
}

/* The words between the brackets; -1: they name none, which is said. */
static int kind_find(struct reader *r, const char *word, const char *name)
{
	static const char * const words[] = {
		[CONFIG_DEVICE] = "device", [CONFIG_GROUP] = "group",
		[CONFIG_DEFAULT] = "default", [CONFIG_POLICY] = "policy",
		[CONFIG_SOURCES] = "sources",
	};
	auto_free char *meant = NULL;
	struct similar similar;
	uint32_t kind;

	similar_begin(&similar, word);
	for (kind = 0; kind < ARRAY_SIZE(words); kind++) {
		if (!strcmp(words[kind], word))
			break;
		similar_offer(&similar, words[kind]);
	}
	if (kind == ARRAY_SIZE(words)) {
		meant = similar_text(&similar, "");
		problem(r, "there is no section [%s]%s%s say device, group, default, policy or sources",
			word, meant, *meant ? " Else" : ":");
		return -1;
	}
	if (kind == CONFIG_GROUP && !path_is_valid(name))
		problem(r, "[group %s]: name a group by its path, as [group /team]", name);
	else if (kind == CONFIG_DEFAULT && strcmp(name, "user") && strcmp(name, "group"))
		problem(r, "[default %s]: say [default user] or [default group]", name);
	else if (kind == CONFIG_DEVICE && !device_is_valid(name))
		problem(r, "[device %s]: name one by where it is on the bus, as 0000:01:00.0, or by the name that it is declared by",
			name);
	else if (kind > CONFIG_DEFAULT && *name)
		problem(r, "[%s %s]: there is one alone: say [%s]", word, name, word);
	else
		return kind;
	return -1;
}

static void section_begin(struct reader *r, char *text)
{
	char *end = strchr(text, ']'), *name;
	size_t at;
	int kind;

	r->section = NULL;
	r->head = false;
	if (!end || *strip(end + 1)) {
		problem(r, "a section is named between brackets, as [group /team]");
		return;
	}
	*end = '\0';
	text = strip(text + 1);
	name = text + strcspn(text, " \t");
	if (*name)
		*name++ = '\0';
	name = strip(name);
	kind = kind_find(r, text, name);
	if (kind < 0)
		return;
	r->section = config_get(r->config, kind, name);
	at = r->section - r->config->sections;
	for (size_t i = 0; i < r->nr_seen; i++)
		if (r->seen[i] == at)
			problem(r, "the section was there before, at line %u", r->section->line);
	r->seen = xrealloc(r->seen, (r->nr_seen + 1) * sizeof(*r->seen));
	r->seen[r->nr_seen++] = at;
	r->section->file = r->file;
	r->section->line = r->line;
	/* The list as a whole takes the place of another. */
	if (kind == CONFIG_SOURCES) {
		free(r->section->leave);
		r->section->leave = xstrdup("");
		r->section->stated = CONFIG_BIT(CONFIG_LEAVE);
	}
}

static void head_take(struct reader *r, const char *key, const char *value)
{
	uint64_t version;

	if (!strcmp(key, "version")) {
		r->version = true;
		if (u64_parse(value, &version) || !version)
			problem(r, "version: '%s' is no number", value);
		else if (version > CONFIG_VERSION)
			problem(r, "this aiosctl reads version %d of the file, and it has version %s: a newer one wrote it",
				CONFIG_VERSION, value);
	} else if (!strcmp(key, "complete")) {
		if (strcmp(value, "yes") && strcmp(value, "no"))
			problem(r, "complete: '%s' is neither yes nor no", value);
		r->complete = !strcmp(value, "yes");
	} else {
		problem(r, "'%s' stands in no section: begin one, as [group /team]", key);
	}
}

static void key_unknown(struct reader *r, const char *key)
{
	auto_free char *meant = NULL, *title = config_title(r->section);
	struct similar similar;
	const char *name;

	similar_begin(&similar, key);
	for (uint32_t i = 0; i < CONFIG_KEYS; i++) {
		name = config_key_name(r->section->kind, i);
		if (name)
			similar_offer(&similar, name);
	}
	meant = similar_text(&similar, "");
	problem(r, "[%s] has no key '%s'%s", title, key, meant);
}

static void pattern_add(struct config_section *s, const char *pattern)
{
	char *longer = xasprintf("%s%s%s", s->leave, *s->leave ? "," : "", pattern);

	free(s->leave);
	s->leave = longer;
}

static void key_take(struct reader *r, const char *key, const char *value)
{
	struct config_section *s = r->section;
	int number = config_key_find(s->kind, key);
	char *wrong;
	uint64_t read;

	if (number < 0) {
		key_unknown(r, key);
		return;
	}
	if (!(config_keys(s->kind, s->name) & CONFIG_BIT(number))) {
		auto_free char *title = config_title(s);

		problem(r, "[%s] cannot have '%s'", title, key);
		return;
	}
	wrong = config_value_read(s->kind, number, value, &read);
	if (wrong) {
		problem(r, "%s: %s", key, wrong);
		free(wrong);
		return;
	}
	if (number == CONFIG_LEAVE)
		pattern_add(s, value);
	s->value[number] = read;
	s->stated |= CONFIG_BIT(number);
	s->firm |= CONFIG_BIT(number);
}

static void line_take(struct reader *r, char *text)
{
	char *value;

	text = strip(text);
	if (!*text || *text == '#')
		return;
	if (*text == '[') {
		section_begin(r, text);
		return;
	}
	value = strchr(text, '=');
	if (!value) {
		problem(r, "'%s' is neither a section nor 'key = value'", text);
		return;
	}
	*value++ = '\0';
	if (r->section)
		key_take(r, strip(text), strip(value));
	else if (r->head)
		head_take(r, strip(text), strip(value));
}

/* A file that is complete says so of what it does not state. */
static void complete(struct reader *r)
{
	static const char * const defaults[] = { "user", "group" };
	uint64_t value;

	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		struct config_section *s = config_get(r->config, CONFIG_DEFAULT, defaults[i]);

		s->file = s->file ?: r->file;
	}
	for (size_t i = 0; i < r->config->nr; i++) {
		struct config_section *s = &r->config->sections[i];
		uint64_t all = config_keys(s->kind, s->name);

		if (s->file != r->file)
			continue;
		s->firm = 0;
		for (uint32_t key = 0; key < CONFIG_KEYS; key++) {
			if (s->stated & CONFIG_BIT(key) || !(all & CONFIG_BIT(key)) ||
			    !config_key_default(s->kind, key, &value))
				continue;
			s->value[key] = value;
			s->stated |= CONFIG_BIT(key);
		}
	}
}

/* One that a boot is made from: nobody but root, or who reads it, can have written it. */
static int file_trust(const struct stat *st)
{
	bool own = !st->st_uid || st->st_uid == geteuid();

	return own && S_ISREG(st->st_mode) && !(st->st_mode & 0022) ? 0 : EPERM;
}

/* This returns the text of the file, or NULL with errno set. */
static char *file_text(const char *path, bool trust, size_t *len)
{
	/* A pipe that nobody writes to is told from a file before it holds this up. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | (trust ? O_NONBLOCK : 0));
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = NULL;
	struct stat st;
	int err = 0;

	if (!f)
		return NULL;
	if (fstat(fd, &st))
		err = errno;
	else if (S_ISDIR(st.st_mode))
		err = EISDIR;
	else if (st.st_size > FILE_MAX)
		err = EFBIG;
	else if (trust)
		err = file_trust(&st);
	if (!err) {
		text = xcalloc(FILE_MAX + 1, 1);
		*len = fread(text, 1, FILE_MAX, f);
		if (ferror(f)) {
			err = EIO;
			free(text);
			text = NULL;
		}
	}
	fclose(f);
	errno = err;
	return text;
}

int config_read(struct config *c, const char *path, bool trust)
{
	struct reader r = { .config = c, .head = true };
	size_t len = 0;
	auto_free char *text = file_text(path, trust, &len);
	char *rest = text, *line;

	if (!text)
		return errno ? -errno : -EIO;
	if (strlen(text) != len) {
		rest = NULL;
		r.version = true;
	}
	c->files = xrealloc(c->files, (c->nr_files + 1) * sizeof(*c->files));
	c->files[c->nr_files] = xstrdup(path);
	r.file = c->files[c->nr_files++];
	if (!rest)
		config_problem(c, r.file, 0, "it has a byte of zero, as no text has: it is damaged");
	while ((line = strsep(&rest, "\n"))) {
		r.line++;
		line_take(&r, line);
	}
	if (!r.version)
		config_problem(c, r.file, 0, "it does not say its version: begin it with 'version = %d'",
			       CONFIG_VERSION);
	if (r.complete)
		complete(&r);
	free(r.seen);
	config_sort(c);
	return 0;
}

/* ------------------------------------------------------------------- checking */

static struct config_section *parent_of(const struct config *c, const struct config_section *s)
{
	auto_free char *path = xstrdup(s->name);
	char *slash = strrchr(path, '/');

	slash[slash == path] = '\0';
	return config_find(c, CONFIG_GROUP, path);
}

/*
 * A limit is not above one that holds higher up. Where somebody has stated so, that is a
 * mistake; one that was saved does not count, for the one above it was lowered later.
 */
static void limit_check(struct config *c, struct config_section *s,
			const struct config_section *up, uint32_t r)
{
	auto_free char *mine = NULL, *above = NULL;

	if (!(s->stated & up->stated & CONFIG_BIT(r)) || s->value[r] <= up->value[r])
		return;
	if (s->value[r] == AIOS_UNLIMITED)
		return;
	if (!(s->firm & CONFIG_BIT(r))) {
		s->value[r] = up->value[r];
		return;
	}
	mine = config_value_text(s, r);
	above = config_value_text(up, r);
	config_problem(c, s->file, s->line, "[group %s] has %s = %s, and [group %s] above it %s",
		       s->name, config_key_name(CONFIG_GROUP, r), mine, up->name, above);
}

void config_check(struct config *c)
{
	for (size_t i = 0; i < c->nr; i++) {
		struct config_section *s = &c->sections[i];
		const struct config_section *up = s;

		if (s->kind != CONFIG_GROUP || !strcmp(s->name, "/"))
			continue;
		if (strchr(s->name + 1, '/') && !parent_of(c, s))
			config_problem(c, s->file, s->line, "[group %s] stands without the group above it, which needs a section too, an empty one at least",
				       s->name);
		while (up && strcmp(up->name, "/")) {
			up = parent_of(c, up);
			for (uint32_t r = 0; up && r < AIOS_RESOURCE_MAX; r++)
				limit_check(c, s, up, r);
		}
	}
}

/* -------------------------------------------------------------------- writing */

/* A group that follows a default is made when it is needed; one above another is needed. */
static bool is_needed(const struct config *c, const struct config_section *s)
{
	size_t len = strlen(s->name);

	if (s->kind != CONFIG_GROUP || !s->follows)
		return true;
	for (size_t i = 0; i < c->nr; i++) {
		const struct config_section *below = &c->sections[i];

		if (below->kind == CONFIG_GROUP && !below->follows &&
		    !strncmp(below->name, s->name, len) && below->name[len] == '/')
			return true;
	}
	return false;
}

static bool is_default(const struct config_section *s, uint32_t key)
{
	uint64_t value;

	return config_key_default(s->kind, key, &value) && s->value[key] == value;
}

static void patterns_write(FILE *f, const char *list)
{
	auto_free char *copy = xstrdup(list);
	char *rest = copy, *pattern;

	while (*list && (pattern = strsep(&rest, ",")))
		fprintf(f, "leave = %s\n", pattern);
}

static void section_write(FILE *f, const struct config_section *s)
{
	auto_free char *title = config_title(s);

	fprintf(f, "\n[%s]\n", title);
	/* Numbers stay when somebody is renamed, and people read names. */
	if (s->kind == CONFIG_GROUP && s->stated & CONFIG_BIT(CONFIG_OWNER))
		fprintf(f, "# owned by %s, group %s\n", user_name(s->value[CONFIG_OWNER]),
			group_name(s->value[CONFIG_OWNER_GROUP]));
	for (uint32_t key = 0; key < CONFIG_KEYS; key++) {
		auto_free char *text = NULL;

		if (!(s->stated & CONFIG_BIT(key)) || is_default(s, key))
			continue;
		if (key == CONFIG_LEAVE) {
			patterns_write(f, s->leave);
			continue;
		}
		text = config_value_text(s, key);
		fprintf(f, "%s = %s\n", config_key_name(s->kind, key), text);
	}
}

/* A default in which nothing is limited is none. */
static bool is_empty(const struct config_section *s)
{
	if (s->kind != CONFIG_DEFAULT)
		return false;
	for (uint32_t key = 0; key < CONFIG_KEYS; key++)
		if (s->stated & CONFIG_BIT(key) && !is_default(s, key))
			return false;
	return true;
}

char *config_text(const struct config *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		out_of_memory();
	fprintf(f, "# What this machine remembers: written by 'aiosctl save', read by 'aiosctl restore'.\n"
		"# aios.conf(5) describes it. Write what shall hold at each boot into "
		CONFIG_WRITTEN ".\n"
		"version = %d\ncomplete = yes\n", CONFIG_VERSION);
	for (size_t i = 0; i < c->nr; i++)
		if (is_needed(c, &c->sections[i]) && !is_empty(&c->sections[i]))
			section_write(f, &c->sections[i]);
	if (fclose(f))
		out_of_memory();
	return text;
}
