// SPDX-License-Identifier: GPL-2.0
/*
 * A job that has ended: read from the kernel, as a line, and the other way round.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "history/ended.h"
#include "machine/joblist.h"

/* Each line begins with the version of its form; words are set apart by tabs. */
#define VERSION	"1"

struct ended *history_add(struct history *h)
{
	if (h->nr == h->room) {
		h->room = h->room ? h->room * 2 : 64;
		h->all = xrealloc(h->all, h->room * sizeof(*h->all));
	}
	h->all[h->nr] = (struct ended){ 0 };
	return &h->all[h->nr++];
}

static void strings_free(struct ended *e)
{
	free(e->name);
	free(e->group);
}

void history_end(struct history *h)
{
	for (size_t i = 0; i < h->nr; i++)
		strings_free(&h->all[i]);
	free(h->all);
	*h = (struct history){ 0 };
}

static int compare(const void *a, const void *b)
{
	const struct ended *x = a, *y = b;

	if (x->end_s != y->end_s)
		return x->end_s < y->end_s ? -1 : 1;
	return x->job < y->job ? -1 : x->job > y->job;
}

void history_sort(struct history *h)
{
	if (h->nr)
		qsort(h->all, h->nr, sizeof(*h->all), compare);
}

const struct ended *history_find(const struct history *h, const struct ended *job)
{
	for (size_t i = 0; i < h->nr; i++) {
		const struct ended *e = &h->all[i];

		/* No two jobs of one number take the same times, to the nanosecond. */
		if (e->job == job->job && e->uid == job->uid && e->wait_ns == job->wait_ns &&
		    e->run_ns == job->run_ns)
			return e;
	}
	return NULL;
}

/* ----------------------------------------------------------------- the kernel's */

static uint64_t between(uint64_t from, uint64_t to)
{
	return from && to > from ? to - from : 0;
}

static void stat_take(const struct aios_stat *s, struct ended *e)
{
	uint64_t ago = between(s->end_ns, monotonic_ns());

	e->job = s->id;
	e->uid = s->uid;
	e->state = s->state;
	e->end = s->end;
	e->code = s->code;
	e->why = s->why.code;
	e->attempt = s->attempt;
	e->end_s = time(NULL) - (int64_t)(ago / NSEC_PER_SEC);
	e->wait_ns = between(s->submit_ns, s->admit_ns ?: s->end_ns);
	e->run_ns = between(s->start_ns, s->end_ns);
	e->cpu_ns = s->cpu_duration_ns;
	e->mask = s->resource_mask;
	memcpy(e->request, s->request, sizeof(e->request));
	memcpy(e->limit, s->limit, sizeof(e->limit));
	memcpy(e->peak, s->peak, sizeof(e->peak));
}

int ended_read(struct aios_ctx *ctx, uint64_t id, struct ended *e)
{
	char name[AIOS_NAME_MAX + 1] = "", group[AIOS_PATH_MAX + 1] = "";
	struct aios_stat stat;
	struct aios_job *job;
	int err = aios_job_open(ctx, id, &job);

	if (err)
		return err;
	AIOS_INIT(&stat);
	stat.name = aios_pointer(name);
	stat.name_room = sizeof(name);
	stat.group_path = aios_pointer(group);
	stat.group_room = sizeof(group);
	err = aios_job_stat(job, &stat);
	aios_job_unref(job);
	if (!err && !stat.end)
		err = -EAGAIN;
	if (err)
		return err;
	stat_take(&stat, e);
	e->name = xstrdup(name);
	e->group = xstrdup(group);
	return 0;
}

int ended_add_remembered(struct aios_ctx *ctx, struct history *h)
{
	const struct joblist_filter filter = { .states = ~JOBLIST_LIVE };
	struct joblist list;
	int err = joblist_read(&list, &filter);

	for (size_t i = 0; !err && i < list.nr; i++) {
		struct ended e = { 0 };

		if (ended_read(ctx, list.jobs[i].job, &e))
			continue;
		if (history_find(h, &e))
			strings_free(&e);
		else
			*history_add(h) = e;
	}
	joblist_free(&list);
	return err;
}

/* ------------------------------------------------------------------------ lines */

/* Amounts of what is stated stand as "cpu:1000" with commas between them. */
static void amounts_put(FILE *f, const char *key, uint32_t mask, const __u64 *amounts)
{
	const char *comma = "";

	fprintf(f, "\t%s=", key);
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++) {
		if (!(mask & 1U << r) || !aios_resource_name(r))
			continue;
		fprintf(f, "%s%s:%" PRIu64, comma, aios_resource_name(r), (uint64_t)amounts[r]);
		comma = ",";
	}
}

static uint32_t nonzero(const __u64 *amounts)
{
	uint32_t mask = 0;

	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
		mask |= (uint32_t)!!amounts[r] << r;
	return mask;
}

char *ended_line(const struct ended *e)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		out_of_memory();
	fprintf(f, VERSION "\tjob=%" PRIu64 "\tuid=%u\tstate=%s\tend=%s\tcode=%u\twhy=%s\tattempt=%u"
		"\tend_s=%" PRId64 "\twait_ns=%" PRIu64 "\trun_ns=%" PRIu64 "\tcpu_ns=%" PRIu64,
		e->job, e->uid, aios_state_name(e->state) ?: "", aios_end_name(e->end) ?: "",
		e->code, aios_why_name(e->why) ?: "none", e->attempt, e->end_s, e->wait_ns,
		e->run_ns, e->cpu_ns);
	amounts_put(f, "request", e->mask, e->request);
	amounts_put(f, "limit", e->mask, e->limit);
	if (e->granted)
		amounts_put(f, "grant", nonzero(e->grant), e->grant);
	amounts_put(f, "peak", nonzero(e->peak), e->peak);
	/* Neither has a control character. */
	fprintf(f, "\tgroup=%s\tname=%s\n", e->group, e->name);
	if (fclose(f))
		out_of_memory();
	return text;
}

static uint32_t amounts_parse(char *text, __u64 *amounts)
{
	uint32_t mask = 0;
	uint64_t amount;
	char *word;

	while ((word = strsep(&text, ","))) {
		char *value = strchr(word, ':');
		int resource;

		if (!value)
			continue;
		*value++ = '\0';
		resource = aios_resource_from_name(word);
		if (resource < 0 || u64_parse(value, &amount))
			continue;
		amounts[resource] = amount;
		mask |= 1U << resource;
	}
	return mask;
}

static uint32_t why_from_name(const char *name)
{
	for (uint32_t why = 0; aios_why_name(why); why++)
		if (!strcmp(aios_why_name(why), name))
			return why;
	return AIOS_WHY_NONE;
}

static void number_take(struct ended *e, const char *key, uint64_t value)
{
	if (!strcmp(key, "job"))
		e->job = value;
	else if (!strcmp(key, "uid"))
		e->uid = value;
	else if (!strcmp(key, "code"))
		e->code = value;
	else if (!strcmp(key, "attempt"))
		e->attempt = value;
	else if (!strcmp(key, "end_s"))
		e->end_s = value;
	else if (!strcmp(key, "wait_ns"))
		e->wait_ns = value;
	else if (!strcmp(key, "run_ns"))
		e->run_ns = value;
	else if (!strcmp(key, "cpu_ns"))
		e->cpu_ns = value;
}

static void word_take(struct ended *e, const char *key, char *value)
{
	int state = aios_state_from_name(value), end = aios_end_from_name(value);
	uint64_t number;

	if (!strcmp(key, "state") && state >= 0)
		e->state = state;
	else if (!strcmp(key, "end") && end >= 0)
		e->end = end;
	else if (!strcmp(key, "why"))
		e->why = why_from_name(value);
	else if (!strcmp(key, "request"))
		e->mask |= amounts_parse(value, e->request);
	else if (!strcmp(key, "limit"))
		e->mask |= amounts_parse(value, e->limit);
	else if (!strcmp(key, "peak"))
		amounts_parse(value, e->peak);
	else if (!strcmp(key, "grant"))
		e->granted = amounts_parse(value, e->grant) != 0;
	else if (!u64_parse(value, &number))
		number_take(e, key, number);
}

bool ended_parse(char *line, struct ended *e)
{
	const char *version = strsep(&line, "\t"), *name = NULL, *group = NULL;
	char *word;

	*e = (struct ended){ 0 };
	if (strcmp(version, VERSION))
		return false;
	while ((word = strsep(&line, "\t"))) {
		char *value = strchr(word, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (!strcmp(word, "name"))
			name = value;
		else if (!strcmp(word, "group"))
			group = value;
		else
			word_take(e, word, value);
	}
	/* One that was cut short lacks what stands last. */
	if (!e->job || !e->state || !name || !group)
		return false;
	e->name = xstrdup(name);
	e->group = xstrdup(group);
	return true;
}
