// SPDX-License-Identifier: GPL-2.0
/*
 * Times of a trace that are beyond what the engine takes, in either format: submit times
 * before time 0, and requests of more years than a time has room for.
 */
#include "print/util.h"
#include "print/when.h"
#include "simulate/trace_internal.h"

/*
 * Some logs begin before their time 0: times are counted from the first that is known,
 * which an earlier one changes for all. -1 says that the time is not known.
 */
enum number trace_submit_read(struct trace *t, const char *text, struct trace_job *job,
			      bool *known)
{
	enum number what = number_parse(text, 9, TRACE_TIME_MAX, &job->submit_ns);
	uint64_t before = 0;

	*known = true;
	if (what == NUMBER_NEGATIVE) {
		what = number_parse(text + 1, 9, TRACE_TIME_MAX, &before);
		*known = what || before != NSEC_PER_SEC;
		job->submit_ns = 0;
	}
	if (what || !*known)
		return what;
	if (before > t->early_ns) {
		t->early_ns = before;
		t->unsettled = true;
	}
	job->submit_ns += t->early_ns - before;
	return job->submit_ns > TRACE_TIME_MAX ? NUMBER_TOO_LARGE : NUMBER_OK;
}

bool trace_time_beyond(struct trace *t, const char *text, enum trace_odd odd)
{
	uint64_t ns;

	if (number_parse(text, 9, TRACE_TIME_MAX, &ns) != NUMBER_TOO_LARGE)
		return false;
	trace_note(t, odd);
	return true;
}
