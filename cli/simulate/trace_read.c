// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs of a trace: see trace_read.h. Both formats are brought into the fields
 * of a CSV line and go through the same checks.
 *
 * SWF: Chapin et al., "Benchmarks and Standards for the Evaluation of Parallel
 * Job Schedulers", JSSPP 1999. Processors are the larger of the allocated and
 * the requested ones.
 */
#include <errno.h>
#include <linux/aios.h>
#include <stdarg.h>
#include <string.h>

#include "print/util.h"
#include "base/number.h"
#include "simulate/trace_read.h"
#include "simulate/trace_source.h"

#define FIELDS_MAX	256

#define CPU_COLUMNS	(1U << TRACE_PROCS | 1U << TRACE_CPU_MILLI)
#define GPU_COLUMNS	(1U << TRACE_GPUS | 1U << TRACE_GPU_MILLI)

/* A line of SWF has these fields, from 0. */
enum {
	SWF_JOB, SWF_SUBMIT, SWF_WAIT, SWF_RUN, SWF_PROCS, SWF_CPU_TIME,
	SWF_MEMORY_USED, SWF_PROCS_ASKED, SWF_TIME_ASKED, SWF_MEMORY_ASKED,
	SWF_STATUS, SWF_USER, SWF_GROUP, SWF_PROGRAM, SWF_QUEUE, SWF_PARTITION,
	SWF_NR_FIELDS = 18,
};

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

int trace_fail(struct trace *t, uint64_t line, const char *format, ...)
{
	char *message;
	va_list ap;

	va_start(ap, format);
	message = xvasprintf(format, ap);
	va_end(ap);
	free(t->error);
	if (line)
		t->error = xasprintf("%s:%llu: %s", t->path,
				     (unsigned long long)line, message);
	else
		t->error = xasprintf("%s: %s", t->path, message);
	free(message);
	return -1;
}

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

/* ----------------------------------------------------------------- fields */

static int number_fail(struct trace *t, const char *name, const char *text,
		       enum number what)
{
	static const char * const words[] = {
		[NUMBER_MALFORMED] = "is no number",
		[NUMBER_TOO_LARGE] = "is too large",
		[NUMBER_NEGATIVE] = "is negative",
	};

	if (what == NUMBER_MISSING)
		return trace_fail(t, t->line, "%s is empty", name);
	return trace_fail(t, t->line, "%s '%.40s' %s", name, text, words[what]);
}

/* Spaces around a field are no part of it. */
static char *trim(char *s)
{
	size_t len;

	s += strspn(s, " \t");
	len = strlen(s);
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		s[--len] = '\0';
	return s;
}

/*
 * A field is in quotation marks, where a doubled one stands for itself; this returns
 * what follows.
 */
static char *unquote(char *s)
{
	char *to = s, *from = s + 1;

	while (*from) {
		if (*from == '"' && from[1] != '"') {
			from++;
			break;
		}
		from += *from == '"';
		*to++ = *from++;
	}
	/* @to stays behind @from, so that nothing unread is overwritten. */
	if (*from) {
		*to = '\0';
		return from;
	}
	*to = '\0';
	return NULL;
}

/*
 * This splits a line at commas; it returns the number of fields, above FIELDS_MAX for
 * too many.
 */
static int split_csv(char *line, char **fields)
{
	int n = 0;

	for (;;) {
		char *rest = line;

		if (n == FIELDS_MAX)
			return n + 1;
		line += strspn(line, " \t");
		fields[n] = line;
		rest = *line == '"' ? unquote(line) : line;
		if (rest)
			rest = strchr(rest, ',');
		if (rest)
			*rest = '\0';
		if (*line)
			fields[n] = trim(fields[n]);
		n++;
		if (!rest)
			return n;
		line = rest + 1;
	}
}

static int split_blank(char *line, char **fields)
{
	int n = 0;

	for (char *save, *word = strtok_r(line, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (n == FIELDS_MAX)
			return n + 1;
		fields[n++] = word;
	}
	return n;
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
	char *end;

	return !*text || !strcasecmp(text, "nan") ||
	       (*text == '-' && strtod(text, &end) == -1 && !*end);
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
	return what ? number_fail(t, column_names[column], text, what) : 0;
}

/* The number may be missing: the value stays then; this returns 0 or -1. */
static int number_if(struct trace *t, char **fields, enum trace_column column,
		     uint32_t digits, uint64_t max, uint64_t *value, bool *known)
{
	const char *text = text_of(t, fields, column);

	*known = text && !says_nothing(text);
	return *known ? number_of(t, fields, column, digits, max, value) : 0;
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
	uint64_t micro = 0;
	bool known;

	if (number_if(t, fields, TRACE_PROCS, 3, TRACE_AMOUNT_MAX,
		      &job->amount[TRACE_CPU], &known) ||
	    number_if(t, fields, TRACE_CPU_MILLI, 0, TRACE_AMOUNT_MAX,
		      &job->amount[TRACE_CPU], &known) ||
	    number_if(t, fields, TRACE_MEM_MIB, 6, TRACE_AMOUNT_MAX >> 20, &micro,
		      &known))
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
static int32_t priority_of(const struct trace *t, char **fields)
{
	const char *text = text_of(t, fields, TRACE_PRIORITY);
	uint64_t value;

	if (!text || number_parse(text + (*text == '-'), 0, AIOS_PRIORITY_MAX, &value))
		return AIOS_PRIORITY_DEFAULT;
	return *text == '-' ? -(int32_t)value : (int32_t)value;
}

/* An empty field is none. */
static int gang_read(struct trace *t, char **fields, struct trace_job *job)
{
	const char *gang = text_of(t, fields, TRACE_GANG);
	const char *deadline = text_of(t, fields, TRACE_DEADLINE);
	uint64_t size = 0;

	if (deadline && *deadline &&
	    number_of(t, fields, TRACE_DEADLINE, 9, TRACE_TIME_MAX, &job->deadline_ns))
		return -1;
	if (!gang || !*gang)
		return 0;
	if (number_of(t, fields, TRACE_GANG_SIZE, 0, AIOS_GANG_MAX, &size))
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

	if (number_parse(word, 0, UINT64_MAX, &depend.id))
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
	    number_of(t, fields, TRACE_EXIT_STATUS, 0, UINT64_MAX, &value))
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

	if (id && !number_parse(id, 0, UINT64_MAX, &job->id))
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

static int csv_job(struct trace *t, char **fields, struct trace_job *job)
{
	if (number_of(t, fields, TRACE_SUBMIT, 9, TRACE_TIME_MAX,
		      &job->submit_ns) ||
	    number_if(t, fields, TRACE_RUN, 9, TRACE_TIME_MAX, &job->run_ns,
		      &job->run_known) ||
	    number_if(t, fields, TRACE_REQUEST, 9, TRACE_TIME_MAX, &job->request_ns,
		      &job->request_known) ||
	    amounts_read(t, fields, job) || gang_read(t, fields, job) ||
	    id_read(t, fields, job) || depends_read(t, fields, job) ||
	    clean_read(t, fields, job))
		return -1;
	job->priority = priority_of(t, fields);
	owners_read(t, fields, job);
	return 0;
}

/* ------------------------------------------------------------------- SWF */

/* A negative number in this field says that it is not known; this returns 0 or -1. */
static int swf_number(struct trace *t, char **fields, int i, const char *name,
		      uint32_t digits, uint64_t max, uint64_t *value,
		      bool *known)
{
	enum number what = number_parse(fields[i], digits, max, value);

	*known = what == NUMBER_OK;
	if (what == NUMBER_NEGATIVE) {
		*value = 0;
		return 0;
	}
	return what ? number_fail(t, name, fields[i], what) : 0;
}

static void swf_owners(struct trace *t, char **fields, struct trace_job *job)
{
	static const int where[] = { SWF_USER, SWF_GROUP, SWF_PARTITION };

	for (int i = 0; i < TRACE_NR_OWNERS; i++)
		if (*fields[where[i]] != '-')
			job->owner[i] = intern_number(&t->names[i],
						      fields[where[i]]);
}

static int swf_job(struct trace *t, char **fields, struct trace_job *job)
{
	uint64_t procs, asked, memory;
	bool known;

	if (swf_number(t, fields, SWF_JOB, "the job's number", 0, UINT64_MAX,
		       &job->id, &known) ||
	    swf_number(t, fields, SWF_SUBMIT, "the submit time", 9,
		       TRACE_TIME_MAX, &job->submit_ns, &known))
		return -1;
	if (!known)
		return trace_fail(t, t->line, "the submit time '%.40s' is negative",
				  fields[SWF_SUBMIT]);
	if (swf_number(t, fields, SWF_PROCS, "the processors", 3,
		       TRACE_AMOUNT_MAX, &procs, &known) ||
	    swf_number(t, fields, SWF_PROCS_ASKED, "the requested processors",
		       3, TRACE_AMOUNT_MAX, &asked, &known) ||
	    swf_number(t, fields, SWF_TIME_ASKED, "the requested time", 9,
		       TRACE_TIME_MAX, &job->request_ns, &job->request_known) ||
	    swf_number(t, fields, SWF_MEMORY_ASKED, "the requested memory", 0,
		       TRACE_AMOUNT_MAX >> 10, &memory, &known) ||
	    swf_number(t, fields, SWF_RUN, "the run time", 9, TRACE_TIME_MAX,
		       &job->run_ns, &job->run_known))
		return -1;
	job->amount[TRACE_CPU] = procs > asked ? procs : asked;
	/* The format has KiB for each processor. */
	if (__builtin_mul_overflow(memory << 10, job->amount[TRACE_CPU] / 1000,
				   &job->amount[TRACE_MEMORY]) ||
	    job->amount[TRACE_MEMORY] > TRACE_AMOUNT_MAX)
		return trace_fail(t, t->line, "the requested memory '%.40s' is too large",
				  fields[SWF_MEMORY_ASKED]);
	job->clean = true;
	swf_owners(t, fields, job);
	return 0;
}

/*
 * This reads "128", also at the end of a clause; -1, words and "1,024" say nothing and
 * give 0.
 */
static uint64_t header_number(char *word)
{
	size_t len = strlen(word);
	uint64_t value = 0;

	while (len && strchr(",.", word[len - 1]))
		word[--len] = '\0';
	number_parse(word, 0, UINT64_MAX, &value);
	return value;
}

/* The line is "; MaxProcs: 128". */
static void swf_header(struct trace *t, const char *line)
{
	char word[32];

	if (sscanf(line, "; MaxProcs: %31[-+0-9.,]", word) == 1)
		t->max_procs = header_number(word);
	if (sscanf(line, "; MaxNodes: %31[-+0-9.,]", word) == 1)
		t->max_nodes = header_number(word);
}

/* ------------------------------------------------------------------ lines */

/* This finds the next line that is neither empty nor a comment; it returns 1, 0 or -1. */
static int line_next(struct trace *t, char **line)
{
	char *error = NULL;
	int more;

	for (;;) {
		t->line++;
		more = source_line(t->source, line, &error);
		if (more < 0) {
			trace_fail(t, t->line, "%s", error);
			free(error);
		}
		if (more <= 0)
			return more;
		if (t->line == 1 && !strncmp(*line, "\xef\xbb\xbf", 3))
			*line += 3;
		*line += strspn(*line, " \t");
		if (**line == ';')
			swf_header(t, *line);
		else if (**line && **line != '#')
			return 1;
	}
}

static int headings_read(struct trace *t, char *line)
{
	char *fields[FIELDS_MAX + 1];
	int n = split_csv(line, fields);

	for (int c = 0; c < TRACE_NR_COLUMNS; c++)
		t->index[c] = -1;
	if (n > FIELDS_MAX)
		return trace_fail(t, t->line, "there are more than %d columns", FIELDS_MAX);
	t->nr_fields = n;
	for (int i = 0; i < n; i++) {
		for (int c = 0; c < TRACE_NR_COLUMNS; c++) {
			if (strcmp(fields[i], column_names[c]))
				continue;
			if (t->index[c] >= 0)
				return trace_fail(t, t->line, "there are two columns '%s'",
						  column_names[c]);
			t->index[c] = i;
			t->columns |= 1U << c;
		}
	}
	for (int c = TRACE_SUBMIT; c <= TRACE_RUN; c++)
		if (t->index[c] < 0)
			return trace_fail(t, t->line, "column '%s' is missing: the first line names the columns, of which submit_s and run_s are needed",
					  column_names[c]);
	return 0;
}

/* This reads which format it is, and the headings, up to the first job; it returns 0 or -1. */
static int begin(struct trace *t)
{
	char *line;
	int more = line_next(t, &line);

	if (more < 0)
		return -1;
	if (!more)
		return trace_fail(t, 0, "there is no job in it");
	/* A line of SWF has nothing but numbers and blanks. */
	t->swf = !line[strspn(line, "0123456789+-.eE \t")];
	if (!t->swf)
		return headings_read(t, line);
	t->columns = 1 << TRACE_JOB_ID | 1 << TRACE_SUBMIT | 1 << TRACE_RUN |
		     1 << TRACE_PROCS | 1 << TRACE_REQUEST | 1 << TRACE_MEM_MIB |
		     1 << TRACE_USER | 1 << TRACE_GROUP | 1 << TRACE_VC;
	return trace_rewind(t);
}

struct trace *trace_open(const char *path)
{
	struct trace *t = xcalloc(1, sizeof(*t));
	char *error = NULL;

	t->path = xstrdup(strcmp(path, "-") ? path : "standard input");
	t->source = source_open(path, &error);
	t->missing = !t->source && errno == ENOENT;
	if (!t->source)
		trace_fail(t, 0, "%s", error);
	else
		begin(t);
	free(error);
	return t;
}

int trace_rewind(struct trace *t)
{
	char *error = NULL;
	char *line;

	t->line = 0;
	t->row = 0;
	t->nr_depends = 0;
	if (source_rewind(t->source, &error)) {
		trace_fail(t, 0, "%s", error);
		free(error);
		return -1;
	}
	return !t->swf && line_next(t, &line) < 0 ? -1 : 0;
}

int trace_next(struct trace *t, struct trace_job *job)
{
	char *fields[FIELDS_MAX + 1];
	int n, more;
	char *line;

	more = line_next(t, &line);
	if (more <= 0)
		return more;
	*job = (struct trace_job){ .line = t->line };
	t->row++;
	if (t->swf) {
		n = split_blank(line, fields);
		if (n < SWF_NR_FIELDS)
			return trace_fail(t, t->line, "%d fields: a line of the Standard Workload Format has %d",
					  n, SWF_NR_FIELDS);
		return swf_job(t, fields, job) ? -1 : 1;
	}
	n = split_csv(line, fields);
	if (n != t->nr_fields)
		return trace_fail(t, t->line, "%d fields for %d columns", n, t->nr_fields);
	return csv_job(t, fields, job) ? -1 : 1;
}

void trace_close(struct trace *t)
{
	if (!t)
		return;
	source_close(t->source);
	for (int i = 0; i < TRACE_NR_OWNERS; i++)
		intern_free(&t->names[i]);
	intern_free(&t->gangs);
	free(t->depends);
	free(t->error);
	free(t->path);
	free(t);
}
