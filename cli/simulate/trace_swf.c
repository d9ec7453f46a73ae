// SPDX-License-Identifier: GPL-2.0
/*
 * The Standard Workload Format: see trace_swf.h, and Chapin et al., "Benchmarks and
 * Standards for the Evaluation of Parallel Job Schedulers", JSSPP 1999. Processors are
 * the larger of the allocated and the requested ones.
 */
#include <stdio.h>
#include <string.h>

#include "print/util.h"
#include "print/when.h"
#include "simulate/trace_internal.h"
#include "simulate/trace_swf.h"

/* More words than any line that is read. */
#define WORDS_MAX	64

/* A line has these fields, from 0. */
enum {
	SWF_JOB, SWF_SUBMIT, SWF_WAIT, SWF_RUN, SWF_PROCS, SWF_CPU_TIME,
	SWF_MEMORY_USED, SWF_PROCS_ASKED, SWF_TIME_ASKED, SWF_MEMORY_ASKED,
	SWF_STATUS, SWF_USER, SWF_GROUP, SWF_PROGRAM, SWF_QUEUE, SWF_PARTITION,
	SWF_NR_FIELDS = 18,
};

/* What a job ended as; without one of these it is not known how. */
enum {
	SWF_FAILED, SWF_COMPLETED, SWF_PART, SWF_LAST_COMPLETED, SWF_LAST_FAILED,
	SWF_CANCELLED,
};

/* The lines of a job's parts, together. */
struct trace_part {
	uint64_t line;		/* of the first */
	bool whole;		/* there is a line for the whole job as well */
	struct trace_job job;
};

/* ------------------------------------------------------------------- lines */

static int words_split(char *line, char **words)
{
	int n = 0;

	for (char *save, *word = strtok_r(line, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (n == WORDS_MAX)
			return n + 1;
		words[n++] = word;
	}
	return n;
}

static bool is_number(const char *word)
{
	uint64_t value;
	enum number what = number_parse(word, 0, UINT64_MAX, &value);

	return what != NUMBER_MALFORMED && what != NUMBER_MISSING;
}

bool swf_is_line(const char *line)
{
	auto_free char *copy = xstrdup(line);
	char *words[WORDS_MAX];
	int n = words_split(copy, words);

	/* Words where numbers should be are told with their field, as in any other line. */
	return (n > 1 && is_number(words[0]) && is_number(words[1])) ||
	       (n >= SWF_NR_FIELDS && !strchr(line, ','));
}

/*
 * This reads "128", also at the end of a clause; -1, words and "1,024" say nothing and
 * give 0.
 */
static uint64_t header_number(char *word)
{
	size_t len = strlen(word);
	uint64_t value = 0;

	while (len && strchr(",.;", word[len - 1]))
		word[--len] = '\0';
	return number_whole(word, UINT64_MAX, &value) ? 0 : value;
}

static int header_set(struct trace *t, const char *line, const char *format,
		      const char *name, uint64_t *size)
{
	char word[32];
	uint64_t value;

	if (sscanf(line, format, word) != 1)
		return 0;
	value = header_number(word);
	if (*size && value && *size != value)
		return trace_fail(t, t->line, "%s is %llu here and was %llu before", name,
				  (unsigned long long)value, (unsigned long long)*size);
	*size = value ?: *size;
	return 0;
}

int swf_header(struct trace *t, const char *line)
{
	return header_set(t, line, "; MaxProcs: %31s", "MaxProcs", &t->max_procs) ?:
	       header_set(t, line, "; MaxNodes: %31s", "MaxNodes", &t->max_nodes);
}

/* ------------------------------------------------------------------ fields */

static int field_fail(struct trace *t, char **words, int i, enum number what)
{
	char name[32];

	snprintf(name, sizeof(name), "field %d", i + 1);
	return trace_number_fail(t, name, words[i], what);
}

/* All fields are numbers, those too that are not used; this returns 0 or -1. */
static int fields_check(struct trace *t, char **words, int nr)
{
	if (nr < SWF_NR_FIELDS)
		return trace_fail(t, t->line, "%d fields: a line of the Standard Workload Format has %d",
				  nr, SWF_NR_FIELDS);
	if (nr > WORDS_MAX)
		return trace_fail(t, t->line, "there are more than %d fields", WORDS_MAX);
	for (int i = 0; i < SWF_NR_FIELDS; i++)
		if (!is_number(words[i]))
			return field_fail(t, words, i, NUMBER_MALFORMED);
	/* A blank within a number, as in "1 000", must not shift those behind it. */
	if (t->nr_fields && nr != t->nr_fields)
		return trace_fail(t, t->line, "%d fields: the lines before have %d", nr,
				  t->nr_fields);
	t->nr_fields = nr;
	if (nr > SWF_NR_FIELDS)
		trace_note(t, TRACE_ODD_FIELDS);
	return 0;
}

/* A negative number says that it is not known; only -1 should be one. */
static int swf_number(struct trace *t, char **words, int i, uint32_t digits,
		      uint64_t max, uint64_t *value, bool *known)
{
	enum number what = number_parse(words[i], digits, max, value);
	uint64_t one;

	*known = what == NUMBER_OK;
	if (what != NUMBER_NEGATIVE)
		return what ? field_fail(t, words, i, what) : 0;
	*value = 0;
	if (number_whole(words[i] + 1, 1, &one))
		trace_note(t, TRACE_ODD_NEGATIVE);
	return 0;
}

static int submit_read(struct trace *t, char **words, struct trace_job *job, bool *known)
{
	enum number what = trace_submit_read(t, words[SWF_SUBMIT], job, known);

	return what ? field_fail(t, words, SWF_SUBMIT, what) : 0;
}

static int request_read(struct trace *t, char **words, struct trace_job *job)
{
	if (trace_time_beyond(t, words[SWF_TIME_ASKED], TRACE_ODD_REQUEST))
		return 0;
	return swf_number(t, words, SWF_TIME_ASKED, 9, TRACE_TIME_MAX, &job->request_ns,
			  &job->request_known);
}

static int amounts_read(struct trace *t, char **words, struct trace_job *job)
{
	uint64_t procs, asked, memory;
	bool known;

	if (swf_number(t, words, SWF_PROCS, 3, TRACE_AMOUNT_MAX, &procs, &known) ||
	    swf_number(t, words, SWF_PROCS_ASKED, 3, TRACE_AMOUNT_MAX, &asked, &known) ||
	    swf_number(t, words, SWF_MEMORY_ASKED, 0, TRACE_AMOUNT_MAX >> 10, &memory,
		       &known))
		return -1;
	job->amount[TRACE_CPU] = procs > asked ? procs : asked;
	/* The format has KiB for each processor. */
	if (__builtin_mul_overflow(memory << 10, job->amount[TRACE_CPU] / 1000,
				   &job->amount[TRACE_MEMORY]) ||
	    job->amount[TRACE_MEMORY] > TRACE_AMOUNT_MAX)
		return field_fail(t, words, SWF_MEMORY_ASKED, NUMBER_TOO_LARGE);
	return 0;
}

static void swf_owners(struct trace *t, char **words, struct trace_job *job)
{
	static const int where[] = { SWF_USER, SWF_GROUP, SWF_PARTITION };

	for (int i = 0; i < TRACE_NR_OWNERS; i++)
		if (*words[where[i]] != '-')
			job->owner[i] = intern_number(&t->names[i], words[where[i]]);
}

/* ------------------------------------------------------------------- parts */

static struct trace_part *part_find(const struct trace *t, uint64_t id)
{
	const uint64_t *at = idmap_find(&t->part_of, id);

	return at ? &t->parts[*at] : NULL;
}

/* This tells whether the present line is the job, for all of its parts. */
static bool part_stands(const struct trace *t, const struct trace_part *part)
{
	return t->stage == TRACE_STAGE_SETTLED && part && !part->whole &&
	       part->line == t->line;
}

static void part_begin(struct trace *t, const struct trace_job *job)
{
	size_t nr = t->part_of.nr;

	t->parts = xrealloc(t->parts, (nr + 1) * sizeof(*t->parts));
	t->parts[nr] = (struct trace_part){ .line = t->line, .job = *job };
	*idmap_add(&t->part_of, job->id) = nr;
}

/* This adds a line to those of its job; it returns 0 or -1. */
static int part_add(struct trace *t, struct trace_part *part, const struct trace_job *job)
{
	struct trace_job *sum = &part->job;

	sum->run_ns += job->run_ns;
	if (sum->run_ns > TRACE_TIME_MAX)
		return trace_fail(t, t->line, "job %llu runs too long in all its parts",
				  (unsigned long long)job->id);
	sum->run_known &= job->run_known;
	sum->request_known |= job->request_known;
	if (job->request_ns > sum->request_ns)
		sum->request_ns = job->request_ns;
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (job->amount[r] > sum->amount[r])
			sum->amount[r] = job->amount[r];
	return 0;
}

/* The line is one of a part; this returns 1 where it stands for all, 0, or -1. */
static int part_job(struct trace *t, struct trace_part *part, struct trace_job *job)
{
	uint64_t submit_ns = job->submit_ns;

	if (!part)
		part_begin(t, job);
	else if (t->stage == TRACE_STAGE_FIRST)
		return part_add(t, part, job);
	else if (part->whole && t->stage == TRACE_STAGE_SETTLED)
		trace_note(t, TRACE_ODD_PART);
	if (!part_stands(t, part))
		return 0;
	trace_note(t, TRACE_ODD_JOINED);
	*job = part->job;
	job->line = t->line;
	job->submit_ns = submit_ns;
	return 1;
}

/* This reads the status and tells whether the line is one of a part. */
static bool is_part(struct trace *t, char **words)
{
	uint64_t status = 0;
	enum number what = number_whole(words[SWF_STATUS], SWF_CANCELLED, &status);

	if (what && what != NUMBER_NEGATIVE)
		trace_note(t, TRACE_ODD_STATUS);
	return !what && status >= SWF_PART && status <= SWF_LAST_FAILED;
}

int swf_job(struct trace *t, char *line, struct trace_job *job)
{
	char *words[WORDS_MAX + 1];
	struct trace_part *part;
	bool id_known, submit_known, part_of_one;

	if (fields_check(t, words, words_split(line, words)) ||
	    swf_number(t, words, SWF_JOB, 0, UINT64_MAX, &job->id, &id_known) ||
	    submit_read(t, words, job, &submit_known) ||
	    amounts_read(t, words, job) || request_read(t, words, job) ||
	    swf_number(t, words, SWF_RUN, 9, TRACE_TIME_MAX, &job->run_ns, &job->run_known))
		return -1;
	job->clean = true;
	swf_owners(t, words, job);
	part = id_known ? part_find(t, job->id) : NULL;
	part_of_one = is_part(t, words);
	if (part_of_one && !id_known)
		return trace_fail(t, t->line, "field 1 '%s' does not tell which job this is a part of",
				  words[SWF_JOB]);
	/* Of the parts only that which stands for all has to say it. */
	if (!submit_known && (!part_of_one || part_stands(t, part)))
		return trace_fail(t, t->line, "field 2 '%s' says that the submit time is not known",
				  words[SWF_SUBMIT]);
	if (part_of_one)
		return part_job(t, part, job);
	if (part)
		part->whole = true;
	return 1;
}

bool swf_unsettled(struct trace *t)
{
	/* Parts are found in one reading, lines of whole jobs with such in the next. */
	bool again = t->stage != TRACE_STAGE_SETTLED && t->part_of.nr;

	t->stage = t->stage == TRACE_STAGE_FIRST && t->part_of.nr ? TRACE_STAGE_WHOLE :
								    TRACE_STAGE_SETTLED;
	return again;
}

void swf_free(struct trace *t)
{
	idmap_free(&t->part_of);
	free(t->parts);
}
