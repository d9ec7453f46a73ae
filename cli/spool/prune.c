// SPDX-License-Identifier: GPL-2.0
/*
 * The spool as a whole: which record is the newest, and which ones go.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool/internal.h"
#include "spool/spool.h"

/* So many of SPOOL_MAX go at once, so that not every submission looks for one. */
#define BATCH	100

int spool_entries_read(int folder, struct spool_entries *list)
{
	char present[SPOOL_BOOT_LEN], boot[SPOOL_BOOT_LEN];
	DIR *d = fdopendir(folder);
	struct dirent *item;
	struct spool_entry *e;
	struct stat st;

	*list = (struct spool_entries){ 0 };
	if (!d) {
		close(folder);
		return -EIO;
	}
	spool_boot(present);
	while ((item = readdir(d))) {
		if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..") ||
		    strlen(item->d_name) >= SPOOL_NAME_LEN ||
		    fstatat(folder, item->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (list->nr == list->room) {
			list->room = list->room ? list->room * 2 : 64;
			list->all = xrealloc(list->all, list->room * sizeof(*list->all));
		}
		e = &list->all[list->nr++];
		*e = (struct spool_entry){ .time = st.st_mtim };
		strcpy(e->name, item->d_name);
		/* What has another name is a draft that was left. */
		if (!spool_name_parse(e->name, &e->id, boot))
			e->present = !strcmp(boot, present);
	}
	closedir(d);
	return 0;
}

int spool_entries_compare(const void *a, const void *b)
{
	const struct spool_entry *x = a, *y = b;

	if (x->time.tv_sec != y->time.tv_sec)
		return x->time.tv_sec < y->time.tv_sec ? -1 : 1;
	if (x->time.tv_nsec != y->time.tv_nsec)
		return x->time.tv_nsec < y->time.tv_nsec ? -1 : 1;
	/* Clocks of file systems are coarse. */
	return x->id < y->id ? -1 : x->id > y->id;
}

int spool_newest(uint64_t *id)
{
	const struct spool_entry *newest = NULL;
	struct spool_entries list;
	int err, folder = spool_folder(false);

	if (folder < 0)
		return folder;
	err = spool_entries_read(folder, &list);
	for (size_t i = 0; i < list.nr; i++)
		if (list.all[i].present &&
		    (!newest || spool_entries_compare(newest, &list.all[i]) < 0))
			newest = &list.all[i];
	if (newest)
		*id = newest->id;
	else if (!err)
		err = -ENOENT;
	free(list.all);
	return err;
}

static bool is_live(struct aios_ctx *ctx, const struct spool_entry *e)
{
	struct aios_job *job;
	struct aios_stat stat;
	bool live;

	if (!e->present || !e->id || aios_job_open(ctx, e->id, &job))
		return false;
	AIOS_INIT(&stat);
	live = aios_job_stat(job, &stat) || !stat.end_ns;
	aios_job_unref(job);
	return live;
}

void spool_prune(struct aios_ctx *ctx)
{
	int folder = spool_folder(false);
	struct spool_entries list;
	size_t go = 0;

	if (folder < 0 || spool_entries_read(folder, &list))
		return;
	if (list.nr > SPOOL_MAX) {
		qsort(list.all, list.nr, sizeof(*list.all), spool_entries_compare);
		go = list.nr - (SPOOL_MAX - BATCH);
		folder = spool_folder(false);
	}
	for (size_t i = 0; go && folder >= 0 && i < list.nr; i++) {
		if (is_live(ctx, &list.all[i]))
			continue;
		/* Another submission may have been about the same. */
		if (!unlinkat(folder, list.all[i].name, 0) || errno == ENOENT)
			go--;
	}
	if (list.nr > SPOOL_MAX && folder >= 0)
		close(folder);
	free(list.all);
}
