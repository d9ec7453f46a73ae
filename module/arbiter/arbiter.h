/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shell around the core's engine: one engine for the machine, decisions
 * taken by a worker soon after the events that ask for them.
 */
#ifndef _AIOS_ARBITER_ARBITER_H
#define _AIOS_ARBITER_ARBITER_H

#include "core/engine/engine.h"

/**
 * struct aios_arbiter_ops - what is done with the arbiter's decisions
 *
 * All of it runs under aios_lock.
 */
struct aios_arbiter_ops {
	/** @engine: called within a decision, for each job that it concerns */
	struct aios_engine_ops engine;
	/** @decided: called after a decision, when the engine can be told of events */
	void (*decided)(void);
};

extern struct aios_engine aios_engine;	/* protected by aios_lock */

int aios_arbiter_init(const struct aios_arbiter_ops *ops);
void aios_arbiter_exit(void);

struct aios_now aios_arbiter_now(void);
void aios_arbiter_kick(void);
void aios_arbiter_decide(void);
int aios_arbiter_tune(const struct aios_engine_tuning *tuning);
int aios_arbiter_turn(int (*fn)(void *arg), void *arg);
int aios_arbiter_preview(struct aios_job_node *node, struct aios_preview *preview);

#endif /* _AIOS_ARBITER_ARBITER_H */
