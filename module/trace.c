// SPDX-License-Identifier: GPL-2.0
/*
 * The one place where the tracepoints of trace.h are defined.
 */
#include "core/engine/engine.h"
#include "job/job.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
