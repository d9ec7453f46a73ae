// SPDX-License-Identifier: GPL-2.0
/*
 * A record of the spool as a file: words that end with a zero byte, as in
 * /proc/PID/environ. The first names the format and its version, each other one is
 * key=value, and the last is "end". Some keys come several times, and one that a reader
 * does not know says nothing to him.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/internal.h"
#include "spool/spool.h"

#define FORMAT		"aios-job 1"
#define LAST		"end"
#define RECORD_MAX	(16u << 20)	/* the system lets no command have more */

/* -------------------------------------------------------------------- writing */

static void word_put(FILE *f, const char *key, const char *value)
{
	fprintf(f, "%s=%s%c", key, value, '\0');
}

static void number_put(FILE *f, const char *key, uint64_t value)
{
	fprintf(f, "%s=%" PRIu64 "%c", key, value, '\0');
}

static void words_put(FILE *f, const char *key, char **words)
{
	for (; *words; words++)
		word_put(f, key, *words);
}

/* This returns the file's contents, to be freed. */
static char *record_text(const struct spool_record *r, const char *boot, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (!f)
		out_of_memory();
	fprintf(f, FORMAT "%c", '\0');
	number_put(f, "id", r->id);
	word_put(f, "boot", boot);
	number_put(f, "submit_ns", r->submit_ns);
	number_put(f, "time_s", r->time_s);
	if (r->name)
		word_put(f, "name", r->name);
	word_put(f, "directory", r->directory);
	word_put(f, "output", r->output);
	if (r->error)
		word_put(f, "error", r->error);
	if (r->from)
		word_put(f, "from", r->from);
	if (r->array) {
		number_put(f, "array", r->array);
		number_put(f, "index", r->index);
		word_put(f, "members", r->members);
	}
	for (size_t i = 0; i < r->nr_options; i++)
		fprintf(f, "option=%s%s%s%c", r->options[i].name, r->options[i].value ? "=" : "",
			r->options[i].value ?: "", '\0');
	words_put(f, "arg", r->argv);
	words_put(f, "env", r->env);
	fprintf(f, LAST "%c", '\0');
	if (fclose(f))
		out_of_memory();
	return text;
}

static int all_write(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= n;
		}
	}
	return 0;
}

/* This makes a file that nobody else can read, whole or not at all. */
static int file_put(int folder, const char *name, const char *text, size_t len)
{
	char draft[SPOOL_NAME_LEN];
	int fd, err;

	snprintf(draft, sizeof(draft), ".new.%ld", (long)getpid());
	/* One may be left of a process with our number. */
	unlinkat(folder, draft, 0);
	fd = openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = fchmod(fd, 0600) ? -errno : all_write(fd, text, len);
	if (close(fd) && !err)
		err = -errno;
	if (!err && renameat(folder, draft, folder, name))
		err = -errno;
	if (err)
		unlinkat(folder, draft, 0);
	return err;
}

int spool_write(const struct spool_record *record)
{
	char boot[SPOOL_BOOT_LEN], name[SPOOL_NAME_LEN];
	auto_free char *text = NULL;
	int folder, err;
	size_t len;

	folder = spool_folder(true);
	if (folder < 0)
		return folder;
	spool_boot(boot);
	spool_name(record->id, boot, name);
	text = record_text(record, boot, &len);
	err = len > RECORD_MAX ? -E2BIG : file_put(folder, name, text, len);
	close(folder);
	return err;
}

/* -------------------------------------------------------------------- reading */

/* @argv, @env and @options of a record that is read have room for every word of it. */
struct parsed {
	struct spool_record *record;
	size_t nr_args;
	size_t nr_env;
};

static void option_add(struct spool_record *r, char *word)
{
	char *value = strchr(word, '=');

	if (value)
		*value++ = '\0';
	r->options[r->nr_options++] = (struct spool_option){ word, value };
}

static void word_take(struct parsed *p, const char *key, char *value)
{
	struct spool_record *r = p->record;
	uint64_t number;

	if (!strcmp(key, "arg"))
		r->argv[p->nr_args++] = value;
	else if (!strcmp(key, "env"))
		r->env[p->nr_env++] = value;
	else if (!strcmp(key, "option"))
		option_add(r, value);
	else if (!strcmp(key, "name"))
		r->name = value;
	else if (!strcmp(key, "directory"))
		r->directory = value;
	else if (!strcmp(key, "output"))
		r->output = value;
	else if (!strcmp(key, "error"))
		r->error = value;
	else if (!strcmp(key, "from"))
		r->from = value;
	else if (!strcmp(key, "members"))
		r->members = value;
	else if (!strcmp(key, "array") && !u64_parse(value, &number))
		r->array = number;
	else if (!strcmp(key, "index") && !u64_parse(value, &number))
		r->index = number;
	else if (!strcmp(key, "id") && !u64_parse(value, &number))
		r->id = number;
	else if (!strcmp(key, "submit_ns") && !u64_parse(value, &number))
		r->submit_ns = number;
	else if (!strcmp(key, "time_s") && !u64_parse(value, &number))
		r->time_s = number;
}

/* The @len bytes at record->text, a zero behind them, are taken apart in place. */
static int record_parse(struct spool_record *r, size_t len)
{
	struct parsed p = { .record = r };
	char *word = r->text, *end = r->text + len;
	size_t nr = 1;

	for (const char *c = r->text; c < end; c++)
		nr += !*c;
	r->argv = xcalloc(nr, sizeof(*r->argv));
	r->env = xcalloc(nr, sizeof(*r->env));
	r->options = xcalloc(nr, sizeof(*r->options));
	if (strcmp(word, FORMAT))
		return -EPROTO;
	for (word += strlen(word) + 1; word < end && strcmp(word, LAST);) {
		char *next = word + strlen(word) + 1;
		char *value = strchr(word, '=');

		if (value) {
			*value = '\0';
			word_take(&p, word, value + 1);
		}
		word = next;
	}
	/* One that was cut short is none. */
	if (word >= end || !p.nr_args || !r->directory || !r->output)
		return -EPROTO;
	return 0;
}

/* A file of the user's own, nothing else: it has what will be executed. */
static int file_get(int folder, const char *name, char **text, size_t *len)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 022 ||
		 st.st_size > RECORD_MAX)
		err = -EPERM;
	*len = 0;
	*text = xcalloc(err ? 1 : st.st_size + 1, 1);
	while (!err && *len < (size_t)st.st_size &&
	       (n = read(fd, *text + *len, st.st_size - *len)) > 0)
		*len += n;
	if (!err && n < 0)
		err = -errno;
	close(fd);
	return err;
}

int spool_get(int folder, const char *name, struct spool_record *record)
{
	size_t len = 0;
	int err;

	*record = (struct spool_record){ 0 };
	err = file_get(folder, name, &record->text, &len);
	if (!err)
		err = record_parse(record, len);
	if (err)
		spool_free(record);
	return err;
}

int spool_read(uint64_t id, struct spool_record *record)
{
	char boot[SPOOL_BOOT_LEN], name[SPOOL_NAME_LEN];
	int folder = spool_folder(false), err;

	*record = (struct spool_record){ 0 };
	if (folder < 0)
		return folder;
	spool_boot(boot);
	spool_name(id, boot, name);
	err = spool_get(folder, name, record);
	close(folder);
	return err;
}

void spool_free(struct spool_record *record)
{
	free(record->argv);
	free(record->env);
	free(record->options);
	free(record->text);
	*record = (struct spool_record){ 0 };
}
