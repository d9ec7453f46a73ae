/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine: which job is admitted when, on which accelerators, and how the
 * surplus is shared. It is told events (submit, ready, end, limits, use) and
 * aios_engine_decide() answers with decisions through callbacks. The kernel
 * module and the simulator drive the same object files.
 *
 * Pure: no lock, no allocation, no clock, no I/O, no floating point. The caller
 * serialises all calls on one engine, passes the time (nanoseconds of any
 * monotonic clock) and the memory, and embeds the nodes in his own objects.
 * A node is zeroed before it is first given to the engine and stays at its
 * address until it is detached, ended or removed.
 *
 * Bounds are in bounds.h, events in events.h, questions in questions.h, what the
 * engine keeps in state.h and in the nodes of group.h, device.h and job.h.
 *
 * Cost, with n queued and r admitted jobs, d devices, depth g <= 16 of groups
 * and R <= 16 resources: submit, ready, end, update, charge and use
 * O(log n + log r + g R + d); decide O(admitted + candidates examined) times
 * that, plus O(r) for the reservation of a blocked head, plus one linear
 * program over r columns when something that it depends on has changed. When
 * nothing but one arrival happened since the last decision, only that job is
 * examined; when nothing happened, decide returns at once.
 */
#ifndef AIOS_CORE_ENGINE_ENGINE_H
#define AIOS_CORE_ENGINE_ENGINE_H

#include "core/books/engine.h"
#include "core/engine/events.h"
#include "core/engine/questions.h"

/**
 * aios_engine_init() - make an empty engine
 * @engine: memory of the caller's, any content
 * @ops: callbacks, used as long as the engine is
 * @arg: for the owner
 * @root_id: id of the root group
 *
 * The root group is aios_engine::root, without limits. There is no resource
 * and no device; policy priority, EASY backfill, objective utility.
 */
void aios_engine_init(struct aios_engine *engine,
		      const struct aios_engine_ops *ops, void *arg, u64 root_id);

/**
 * aios_engine_pending() - whether aios_engine_decide() has anything to do
 * @engine: the engine
 *
 * Return: true when an event happened since the last decision.
 */
bool aios_engine_pending(const struct aios_engine *engine);

/**
 * aios_engine_workspace_size() - memory that the next decision needs
 * @engine: the engine
 *
 * Enough for the jobs that are held and 64 more that are admitted in the same
 * decision.
 *
 * Return: bytes.
 */
size_t aios_engine_workspace_size(const struct aios_engine *engine);

/**
 * aios_engine_decide() - admit, resume, and distribute the surplus
 * @engine: the engine
 * @now: the time, never less than before
 * @workspace: memory aligned to 16 bytes, free again when the call returns
 * @size: its size
 *
 * Admits in the order of the policy what fits; the first that does not is the
 * head. With EASY backfill later candidates are admitted when, by expected run
 * times, they cannot delay it. Then the surplus is distributed by the linear
 * program; grants are published only when its certificate holds.
 *
 * Return: 0, or -ENOMEM: the workspace is too small; admissions are done, the
 * jobs keep their grants, new ones have their requests; call again with
 * aios_engine_workspace_size() bytes.
 */
int aios_engine_decide(struct aios_engine *engine, u64 now, void *workspace,
		       size_t size);

#endif /* AIOS_CORE_ENGINE_ENGINE_H */
