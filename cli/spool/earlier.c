// SPDX-License-Identifier: GPL-2.0
/*
 * The records of jobs that the end of an earlier boot may have cut short.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "spool/internal.h"
#include "spool/spool.h"

struct earlier {
	const char *option;
	int (*take)(struct spool_record *record, const char *from, void *data);
	void *data;
	int folder;
	struct spool_entries list;
	char **replaced;	/* names of the jobs in whose place there is another */
	size_t nr_replaced;
};

static void replaced_read(struct earlier *e)
{
	struct spool_record record;

	e->replaced = xcalloc(e->list.nr + 1, sizeof(*e->replaced));
	for (size_t i = 0; i < e->list.nr; i++) {
		if (spool_get(e->folder, e->list.all[i].name, &record))
			continue;
		if (record.from)
			e->replaced[e->nr_replaced++] = xstrdup(record.from);
		spool_free(&record);
	}
}

static bool is_replaced(const struct earlier *e, const char *name)
{
	for (size_t i = 0; i < e->nr_replaced; i++)
		if (!strcmp(e->replaced[i], name))
			return true;
	return false;
}

static bool has_option(const struct spool_record *record, const char *option)
{
	for (size_t i = 0; i < record->nr_options; i++)
		if (!strcmp(record->options[i].name, option))
			return true;
	return false;
}

static int entry_take(struct earlier *e, const struct spool_entry *entry)
{
	struct spool_record record;
	int ret = 0;

	if (!entry->id || entry->present || is_replaced(e, entry->name) ||
	    spool_get(e->folder, entry->name, &record))
		return 0;
	if (has_option(&record, e->option))
		ret = e->take(&record, entry->name, e->data);
	spool_free(&record);
	return ret;
}

int spool_each_earlier(const char *option,
		       int (*take)(struct spool_record *record, const char *from, void *data),
		       void *data)
{
	struct earlier e = { .option = option, .take = take, .data = data };
	int copy, ret;

	e.folder = spool_folder(false);
	if (e.folder < 0)
		return e.folder == -ENOENT ? 0 : e.folder;
	/* The lock goes with the descriptor. */
	ret = flock(e.folder, LOCK_EX) ? -errno : 0;
	copy = ret ? -1 : spool_folder(false);
	if (!ret)
		ret = copy < 0 ? copy : spool_entries_read(copy, &e.list);
	if (!ret)
		replaced_read(&e);
	if (e.list.nr)
		qsort(e.list.all, e.list.nr, sizeof(*e.list.all), spool_entries_compare);
	for (size_t i = 0; i < e.list.nr && !ret; i++)
		ret = entry_take(&e, &e.list.all[i]);
	while (e.nr_replaced)
		free(e.replaced[--e.nr_replaced]);
	free(e.replaced);
	free(e.list.all);
	/* A process that was started meanwhile may have it too. */
	flock(e.folder, LOCK_UN);
	close(e.folder);
	return ret;
}
