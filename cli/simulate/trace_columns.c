// SPDX-License-Identifier: GPL-2.0
/*
 * The columns of CSV: which a trace has, and the job that a row is.
 */
#include <linux/aios.h>
#include <string.h>

#include "base/format.h"
#include "print/util.h"
#include "simulate/trace_csv.h"
#include "simulate/trace_internal.h"

/* A message names so many columns at most. */
#define COLUMNS_NAMED	16

#define CPU_COLUMNS	(1U << TRACE_PROCS | 1U << TRACE_CPU_MILLI)
#define GPU_COLUMNS	(1U << TRACE_GPUS | 1U << TRACE_GPU_MILLI)

/* The most memory there can be, in millionths of MiB. */
#define MEM_MAX_MICRO	((TRACE_AMOUNT_MAX >> 20) * 1000000)

static const char * const column_names[TRACE_NR_COLUMNS] = {
	[TRACE_JOB_ID] = "job_id",
	[TRACE_SUBMIT] = "submit_s",
	[TRACE_RUN] = "run_s",
	[TRACE_PROCS] = "procs",
	[TRACE_REQUEST] = "req_s",
	[TRACE_GPUS] = "gpus",
	[TRACE_CPU_MILLI] = "cpu_milli",
	[TRACE_MEM_MIB] = "mem_mib",
	[TRACE_GPU_MILLI] = "gpu_milli",
	[TRACE_USER] = "user",
	[TRACE_GROUP] = "group",
	[TRACE_VC] = "vc",
	[TRACE_CLEAN] = "clean",
	[TRACE_PRIORITY] = "priority",
	[TRACE_DEADLINE] = "deadline_s",
	[TRACE_GANG] = "gang",
	[TRACE_GANG_SIZE] = "gang_size",
	[TRACE_AFTER] = "after",
	[TRACE_AFTEROK] = "afterok",
	[TRACE_AFTERANY] = "afterany",
	[TRACE_AFTERNOTOK] = "afternotok",
	[TRACE_EXIT_STATUS] = "exit_status",
};

bool trace_tells(const struct trace *t, enum trace_resource resource)
{
	switch (resource) {
	case TRACE_GPU:
		return t->columns & GPU_COLUMNS;
	case TRACE_MEMORY:
		return trace_has(t, TRACE_MEM_MIB);
	default:
		return t->columns & CPU_COLUMNS || !(t->columns & GPU_COLUMNS);
	}
}

bool trace_sized(const struct trace *t)
{
	return t->columns & (CPU_COLUMNS | GPU_COLUMNS | 1U << TRACE_MEM_MIB);
}

int trace_number_fail(struct trace *t, const char *name, const char *text, enum number what)
{
	static const char * const words[] = {
		[NUMBER_MALFORMED] = "is no number",
		[NUMBER_TOO_LARGE] = "is too large",
		[NUMBER_NEGATIVE] = "is negative",
		[NUMBER_FRACTION] = "is not whole",
	};

	if (what == NUMBER_MISSING)
		return trace_fail(t, t->line, "%s is empty", name);
	return trace_fail(t, t->line, "%s '%.40s' %s", name, text, words[what]);
}

/* This returns the text of a column, NULL where there is no such column. */
static const char *text_of(const struct trace *t, char **fields,
			   enum trace_column column)
{
	return t->index[column] < 0 ? NULL : fields[t->index[column]];
}

/* Nothing, NaN and -1 say that a number is not known, as programs write tables. */
static bool says_nothing(const char *text)
{
	int64_t value;

	return !*text || !strcasecmp(text, "nan") ||
	       (!number_signed(text, &value) && value == -1);
}

/* The number must be there where its column is; this returns 0 or -1. */
static int number_of(struct trace *t, char **fields, enum trace_column column,
		     uint32_t digits, uint64_t max, uint64_t *value)
{
	const char *text = text_of(t, fields, column);
	enum number what;

	if (!text)
		return 0;
	what = number_parse(text, digits, max, value);
	return what ? trace_number_fail(t, column_names[column], text, what) : 0;
}

/* The same, of a number that counts or names something; this returns 0 or -1. */
static int whole_of(struct trace *t, char **fields, enum trace_column column,
		    uint64_t max, uint64_t *value)
{
	const char *text = text_of(t, fields, column);
	enum number what;

	if (!text)
		return 0;
	what = number_whole(text, max, value);
	return what ? trace_number_fail(t, column_names[column], text, what) : 0;
}

/* The number may be missing: the value stays then; this returns 0 or -1. */
static int number_if(struct trace *t, char **fields, enum trace_column column,
		     uint32_t digits, uint64_t max, uint64_t *value, bool *known)
{
	const char *text = text_of(t, fields, column);

	*known = text && !says_nothing(text);
	return *known ? number_of(t, fields, column, digits, max, value) : 0;
}

/* The same of a time that bounds something, which one beyond all times does not. */
static int time_if(struct trace *t, char **fields, enum trace_column column,
		   enum trace_odd odd, uint64_t *ns, bool *known)
{
	const char *text = text_of(t, fields, column);

	*known = false;
	if (text && trace_time_beyond(t, text, odd))
		return 0;
	return number_if(t, fields, column, 9, TRACE_TIME_MAX, ns, known);
}

static void owners_read(struct trace *t, char **fields, struct trace_job *job)
{
	for (int i = 0; i < TRACE_NR_OWNERS; i++) {
		const char *text = text_of(t, fields, TRACE_USER + i);

		if (text && *text && strcmp(text, "-1"))
			job->owner[i] = intern_number(&t->names[i], text);
	}
}

/* Accelerators are gpus, each gpu_milli of one: 2 and 500 are two halves. */
static int gpus_read(struct trace *t, char **fields, struct trace_job *job)
{
	uint64_t count = trace_has(t, TRACE_GPUS) ? 0 : 1000;
	uint64_t milli = trace_has(t, TRACE_GPU_MILLI) ? 0 : 1000;
	bool known;

	if (!trace_tells(t, TRACE_GPU))
		return 0;
	if (number_if(t, fields, TRACE_GPUS, 3, TRACE_AMOUNT_MAX / 1000, &count, &known) ||
	    number_if(t, fields, TRACE_GPU_MILLI, 0, TRACE_AMOUNT_MAX, &milli, &known))
		return -1;
	if (trace_has(t, TRACE_GPUS) && milli > 1000)
		return trace_fail(t, t->line, "gpu_milli %llu is more than a whole one of each of the gpus",
				  (unsigned long long)milli);
	job->amount[TRACE_GPU] = trace_has(t, TRACE_GPUS) ? count * milli / 1000 : milli;
	return 0;
}

static int amounts_read(struct trace *t, char **fields, struct trace_job *job)
{
	uint64_t micro = 0, milli = 0;
	bool known, procs;

	if (number_if(t, fields, TRACE_PROCS, 3, TRACE_AMOUNT_MAX,
		      &job->amount[TRACE_CPU], &procs) ||
	    number_if(t, fields, TRACE_CPU_MILLI, 0, TRACE_AMOUNT_MAX, &milli, &known))
		return -1;
	if (procs && known && milli != job->amount[TRACE_CPU])
		return trace_fail(t, t->line, "procs and cpu_milli say that it takes different amounts of cpu");
	if (known)
		job->amount[TRACE_CPU] = milli;
	if (number_if(t, fields, TRACE_MEM_MIB, 6, MEM_MAX_MICRO, &micro, &known))
		return -1;
	job->amount[TRACE_MEMORY] = (unsigned __int128)micro * (1 << 20) / 1000000;
	if (gpus_read(t, fields, job))
		return -1;
	/* Where a trace tells no sizes, each job takes one server. */
	if (!(t->columns & CPU_COLUMNS) && trace_tells(t, TRACE_CPU))
		job->amount[TRACE_CPU] = 1000;
	return 0;
}

/* Other systems have words or scales of their own there: these are the default. */
static int32_t priority_of(struct trace *t, char **fields)
{
	const char *text = text_of(t, fields, TRACE_PRIORITY);
	int64_t value;

	if (!text || !*text)
		return AIOS_PRIORITY_DEFAULT;
	if (!number_signed(text, &value) && value >= AIOS_PRIORITY_MIN &&
	    value <= AIOS_PRIORITY_MAX)
		return value;
	trace_note(t, TRACE_ODD_PRIORITY);
	return AIOS_PRIORITY_DEFAULT;
}

/* An empty field is none. */
static int gang_read(struct trace *t, char **fields, struct trace_job *job)
{
	const char *gang = text_of(t, fields, TRACE_GANG);
	uint64_t size = 0;

	if (!gang || !*gang)
		return 0;
	if (whole_of(t, fields, TRACE_GANG_SIZE, AIOS_GANG_MAX, &size))
		return -1;
	if (!size)
		return trace_fail(t, t->line, "the job of gang %.40s says no gang_size", gang);
	job->gang = intern_number(&t->gangs, gang);
	job->gang_size = size;
	return 0;
}

static int depend_add(struct trace *t, struct trace_job *job, uint32_t kind,
		      const char *word)
{
	const char *column = column_names[TRACE_AFTER + kind - AIOS_DEPEND_AFTER];
	struct trace_depend depend = { .kind = kind };

	if (number_whole(word, UINT64_MAX, &depend.id))
		return trace_fail(t, t->line, "%s '%.40s' is no number of a job", column, word);
	if (job->nr_depends == AIOS_DEPENDS_MAX)
		return trace_fail(t, t->line, "a job waits for at most %d others",
				  AIOS_DEPENDS_MAX);
	if (t->nr_depends == t->room_depends) {
		if (t->room_depends > UINT32_MAX / 2)
			return trace_fail(t, t->line, "there are too many dependencies");
		t->room_depends = t->room_depends ? t->room_depends * 2 : 256;
		t->depends = xrealloc(t->depends, t->room_depends * sizeof(depend));
	}
	t->depends[t->nr_depends++] = depend;
	job->nr_depends++;
	return 0;
}

/* The jobs are "12 14", "12:14" as in Slurm, or "12,14" in quotation marks, for each kind. */
static int depends_read(struct trace *t, char **fields, struct trace_job *job)
{
	const char *status = text_of(t, fields, TRACE_EXIT_STATUS);
	uint64_t value = 0;

	if (status && *status &&
	    whole_of(t, fields, TRACE_EXIT_STATUS, UINT64_MAX, &value))
		return -1;
	job->fails = value;
	job->depends = t->nr_depends;
	for (uint32_t kind = AIOS_DEPEND_AFTER; kind <= AIOS_DEPEND_AFTERNOTOK; kind++) {
		int column = t->index[TRACE_AFTER + kind - AIOS_DEPEND_AFTER];
		char *rest = column < 0 ? NULL : fields[column];
		char *word;

		while ((word = strsep(&rest, " ,:;")))
			if (*word && depend_add(t, job, kind, word))
				return -1;
	}
	return 0;
}

/* A job whose id is no number has its row's, unless somebody may wait for it. */
static int id_read(struct trace *t, char **fields, struct trace_job *job)
{
	const char *id = text_of(t, fields, TRACE_JOB_ID);

	if (id && !number_whole(id, UINT64_MAX, &job->id))
		return 0;
	if (id && trace_depends(t))
		return trace_fail(t, t->line, "job_id '%.40s' is no number, by which others could name it",
				  id);
	job->id = t->row;
	return 0;
}

/*
 * The word is 0 or 1, or "0.0" or "True" of programs that write tables; this returns 0
 * or -1.
 */
static int clean_read(struct trace *t, char **fields, struct trace_job *job)
{
	const char *clean = text_of(t, fields, TRACE_CLEAN);
	uint64_t value = 1000;

	if (clean && !strcasecmp(clean, "false"))
		value = 0;
	else if (clean && strcasecmp(clean, "true") &&
		 (number_parse(clean, 3, 1000, &value) || value % 1000))
		return trace_fail(t, t->line, "clean '%.40s' is neither 0 nor 1", clean);
	job->clean = value;
	return 0;
}

static int submit_read(struct trace *t, char **fields, struct trace_job *job)
{
	const char *text = text_of(t, fields, TRACE_SUBMIT);
	bool known;
	enum number what = trace_submit_read(t, text, job, &known);

	if (what)
		return trace_number_fail(t, column_names[TRACE_SUBMIT], text, what);
	return known ? 0 : trace_fail(t, t->line, "submit_s '%.40s' says that the submit time is not known",
				      text);
}

int trace_csv_job(struct trace *t, char **fields, struct trace_job *job)
{
	bool known;

	if (submit_read(t, fields, job) ||
	    number_if(t, fields, TRACE_RUN, 9, TRACE_TIME_MAX, &job->run_ns,
		      &job->run_known) ||
	    time_if(t, fields, TRACE_REQUEST, TRACE_ODD_REQUEST, &job->request_ns,
		    &job->request_known) ||
	    amounts_read(t, fields, job) || gang_read(t, fields, job) ||
	    id_read(t, fields, job) || depends_read(t, fields, job) ||
	    clean_read(t, fields, job) ||
	    time_if(t, fields, TRACE_DEADLINE, TRACE_ODD_DEADLINE, &job->deadline_ns, &known))
		return -1;
	job->priority = priority_of(t, fields);
	owners_read(t, fields, job);
	return 0;
}

/* Columns are not looked at that have another name: which they are is said. */
static void unknown_add(struct trace *t, const char *name, int nr)
{
	char *longer;

	if (nr > COLUMNS_NAMED)
		return;
	if (nr == COLUMNS_NAMED)
		longer = xasprintf("%s and more", t->unknown);
	else
		longer = xasprintf("%s%s'%.40s'", t->unknown ?: "", nr ? ", " : "", name);
	free(t->unknown);
	t->unknown = longer;
}

static int column_find(const char *name)
{
	for (int c = 0; c < TRACE_NR_COLUMNS; c++)
		if (!strcmp(name, column_names[c]))
			return c;
	return -1;
}

static int headings_missing(struct trace *t, int column)
{
	const char *first = t->csv->fields[0];
	bool one = t->csv->nr_fields == 1;

	if (one && (strchr(first, ';') || strchr(first, '\t')))
		return trace_fail(t, t->line, "column '%s' is missing: fields are separated by commas, not by %s",
				  column_names[column], strchr(first, ';') ? "semicolons" : "tabs");
	return trace_fail(t, t->line, "column '%s' is missing: the first line names the columns, of which submit_s and run_s are needed",
			  column_names[column]);
}

int trace_headings_read(struct trace *t)
{
	int nr_unknown = 0;

	t->nr_fields = t->csv->nr_fields;
	for (int c = 0; c < TRACE_NR_COLUMNS; c++)
		t->index[c] = -1;
	for (int i = 0; i < t->nr_fields; i++) {
		int c = column_find(t->csv->fields[i]);

		if (c < 0) {
			unknown_add(t, t->csv->fields[i], nr_unknown++);
			continue;
		}
		if (t->index[c] >= 0)
			return trace_fail(t, t->line, "there are two columns '%s'",
					  column_names[c]);
		t->index[c] = i;
		t->columns |= 1U << c;
	}
	for (int c = TRACE_SUBMIT; c <= TRACE_RUN; c++)
		if (t->index[c] < 0)
			return headings_missing(t, c);
	return 0;
}
