/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: each step of a job's life and each decision.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM aios

#if !defined(_AIOS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _AIOS_TRACE_H

#include <linux/tracepoint.h>

struct aios_engine;
struct aios_job;

TRACE_EVENT(aios_job,
	TP_PROTO(const struct aios_job *job, u32 event),
	TP_ARGS(job, event),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u64, epoch)
		__field(u32, event)
		__field(u32, state)
		__field(u32, end)
		__field(u32, code)
	),
	TP_fast_assign(
		__entry->id = job->core.id;
		__entry->epoch = job->epoch;
		__entry->event = event;
		__entry->state = job->state;
		__entry->end = job->end;
		__entry->code = aios_job_code(job, &init_user_ns);
	),
	TP_printk("job=%llu event=%u state=%u epoch=%llu end=%u code=%u",
		  __entry->id, __entry->event, __entry->state, __entry->epoch,
		  __entry->end, __entry->code)
);

TRACE_EVENT(aios_decide,
	TP_PROTO(const struct aios_engine *engine, u64 duration_ns),
	TP_ARGS(engine, duration_ns),
	TP_STRUCT__entry(
		__field(u64, epoch)
		__field(u64, duration_ns)
		__field(u64, gap)
		__field(u32, queued)
		__field(u32, held)
		__field(u32, rows)
		__field(u32, rounds)
	),
	TP_fast_assign(
		__entry->epoch = engine->epoch;
		__entry->duration_ns = duration_ns;
		__entry->gap = engine->result.gap[0];
		__entry->queued = engine->nr_queued;
		__entry->held = engine->nr_held;
		__entry->rows = engine->result.nr_rows;
		__entry->rounds = engine->result.rounds;
	),
	TP_printk("epoch=%llu duration_ns=%llu queued=%u held=%u rows=%u rounds=%u gap=%llu",
		  __entry->epoch, __entry->duration_ns, __entry->queued,
		  __entry->held, __entry->rows, __entry->rounds, __entry->gap)
);

#endif /* _AIOS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
