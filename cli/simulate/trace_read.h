/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a recorded workload: the Standard Workload Format or CSV with a line
 * of headings, plain or gzipped, from a file or from standard input. One job at
 * a time, so that the length of a trace costs no memory; what it says of users
 * and groups is numbered. What is malformed is an error that names the file and the
 * line; what is left out is counted, to be said.
 */
#ifndef AIOSCTL_SIMULATE_TRACE_READ_H
#define AIOSCTL_SIMULATE_TRACE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "simulate/idmap.h"
#include "simulate/intern.h"

/* These are the latest time and the largest amount that the engine takes. */
#define TRACE_TIME_MAX		((UINT64_C(1) << 62) - 1)
#define TRACE_AMOUNT_MAX	((UINT64_C(1) << 56) - 1)

/* CSV has these columns by their names; SWF has those that it has. */
enum trace_column {
	TRACE_JOB_ID,
	TRACE_SUBMIT,
	TRACE_RUN,
	TRACE_PROCS,
	TRACE_REQUEST,
	TRACE_GPUS,
	TRACE_CPU_MILLI,
	TRACE_MEM_MIB,
	TRACE_GPU_MILLI,
	TRACE_USER,
	TRACE_GROUP,
	TRACE_VC,
	TRACE_CLEAN,
	TRACE_PRIORITY,
	TRACE_DEADLINE,
	TRACE_GANG,
	TRACE_GANG_SIZE,
	TRACE_AFTER,		/* these four in the order of AIOS_DEPEND_* */
	TRACE_AFTEROK,
	TRACE_AFTERANY,
	TRACE_AFTERNOTOK,
	TRACE_EXIT_STATUS,
	TRACE_NR_COLUMNS,
};

/* An owner says whose a job is: the same in each of these is the same number. */
enum trace_owner {
	TRACE_BY_USER,
	TRACE_BY_GROUP,
	TRACE_BY_VC,
	TRACE_NR_OWNERS,
};

/* Jobs take these: thousandths of CPUs and of accelerators, bytes. */
enum trace_resource {
	TRACE_CPU,
	TRACE_GPU,
	TRACE_MEMORY,
	TRACE_NR_RESOURCES,
};

/* A job waits for another. */
struct trace_depend {
	uint64_t id;		/* of the other */
	uint32_t kind;		/* AIOS_DEPEND_* */
};

struct trace_job {
	uint64_t line;
	uint64_t id;		/* as the trace has it, or the number of the row */
	uint64_t submit_ns;
	uint64_t run_ns;
	uint64_t request_ns;	/* 0: not stated, or stated as 0 */
	uint64_t amount[TRACE_NR_RESOURCES];
	uint32_t owner[TRACE_NR_OWNERS]; /* 0: not known */
	int32_t priority;
	uint64_t deadline_ns;	/* after submit_ns; 0: none */
	uint32_t gang;		/* its number; 0: none */
	uint32_t gang_size;
	uint32_t depends;	/* the first of its own in trace->depends */
	uint32_t nr_depends;
	bool fails;		/* it ends with another status than 0 */
	bool run_known;		/* SWF may have -1 */
	bool request_known;	/* a number was there, 0 or more */
	bool clean;		/* as the trace says; true where it says nothing */
};

/* What is unusual in a trace and does no harm, or is left out, is counted and said. */
enum trace_odd {
	TRACE_ODD_FIELDS,	/* SWF: more fields than the format has */
	TRACE_ODD_NEGATIVE,	/* SWF: negative numbers that are not -1 */
	TRACE_ODD_REQUEST,	/* requests beyond any time there can be */
	TRACE_ODD_DEADLINE,	/* CSV: deadlines likewise */
	TRACE_ODD_STATUS,	/* SWF: a status that the format does not have */
	TRACE_ODD_PART,		/* SWF: lines of parts of a job that has one for all */
	TRACE_ODD_JOINED,	/* SWF: jobs that are made of the lines of their parts */
	TRACE_ODD_PRIORITY,	/* CSV: priorities of other systems */
	TRACE_NR_ODD,
};

struct trace_oddity {
	uint64_t nr;
	uint64_t line;		/* of the first */
};

/* How much is known of the parts of jobs in SWF: see trace_swf.h. */
enum trace_stage {
	TRACE_STAGE_FIRST,
	TRACE_STAGE_WHOLE,
	TRACE_STAGE_SETTLED,
};

struct trace {
	char *path;
	bool swf;
	uint32_t columns;	/* bits of enum trace_column */
	uint64_t max_procs;	/* of SWF's header; 0: not stated */
	uint64_t max_nodes;
	uint64_t early_ns;	/* the first submit time was so long before 0 */
	char *unknown;		/* columns that are not looked at, or NULL */
	struct trace_oddity odd[TRACE_NR_ODD]; /* since the first job */
	struct intern names[TRACE_NR_OWNERS];
	struct intern gangs;
	struct trace_depend *depends; /* of all jobs since the first */
	uint32_t nr_depends;
	char *error;		/* of the call that failed last */
	bool missing;		/* there is no such file */
	struct trace_source *source; /* private, like all below */
	struct csv_row *csv;	/* the present one; NULL: it is SWF */
	enum trace_stage stage;
	bool begun;		/* a job was looked for since the first */
	bool unsettled;		/* what was found changes jobs that were read before */
	struct idmap part_of;	/* job to parts */
	struct trace_part *parts;
	int index[TRACE_NR_COLUMNS];
	int nr_fields;
	uint32_t room_depends;
	uint64_t line;
	uint64_t row;
};

/* This tells whether the trace says what jobs take of a resource. */
bool trace_tells(const struct trace *trace, enum trace_resource resource);

/* This tells whether the trace says what jobs take of anything. */
bool trace_sized(const struct trace *trace);

static inline bool trace_has(const struct trace *trace, enum trace_column column)
{
	return trace->columns >> column & 1;
}

/* This tells whether jobs of the trace wait for others. */
static inline bool trace_depends(const struct trace *trace)
{
	return trace->columns & (0xfU << TRACE_AFTER);
}

/*
 * This opens @path ("-": standard input) and reads as far as the first job. It returns
 * the trace, which has an error when it cannot be read; trace_close() ends it.
 */
struct trace *trace_open(const char *path);
/* This reads the next job; it returns 1, 0 at the end, -1 with trace->error. */
int trace_next(struct trace *trace, struct trace_job *job);
/* This goes to the first job again; it returns 0, or -1 with trace->error. */
int trace_rewind(struct trace *trace);
/*
 * All jobs have been read: this tells whether that changed what they are, so that they are
 * to be read again from the first.
 */
bool trace_unsettled(struct trace *trace);
void trace_close(struct trace *trace);

/* This sets trace->error to "FILE:LINE: ..." or "FILE: ..." for line 0 and returns -1. */
__attribute__((format(printf, 3, 4)))
int trace_fail(struct trace *trace, uint64_t line, const char *format, ...);

#endif /* AIOSCTL_SIMULATE_TRACE_READ_H */
