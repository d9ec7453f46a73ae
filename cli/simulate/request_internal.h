/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of simulate's options share.
 */
#ifndef AIOSCTL_SIMULATE_REQUEST_INTERNAL_H
#define AIOSCTL_SIMULATE_REQUEST_INTERNAL_H

#include "simulate/request.h"

/* The words that options take, each list ended by NULL. */
extern const char * const request_protocols[];
extern const char * const request_owners[];
extern const char * const request_runtimes_options[];

const char *request_backfill_at(unsigned int i, uint32_t *id);

/* This reads a list of names; @which is 0 for policies, 1 for modes. */
int option_names(struct cli *cli, struct request *r, int which, const char *option,
		 const char *(*at)(unsigned int i, uint32_t *id));

/* Each reads what stands in optarg and returns a status. */
int option_capacity(struct cli *cli, struct request *r);
int option_window(struct cli *cli, struct request *r);
int option_group_policy(struct cli *cli, struct request *r);
int option_drain(struct cli *cli, struct request *r);
int option_load(struct cli *cli, struct request *r);
int option_protocol(struct cli *cli, struct request *r);
int option_runtimes(struct cli *cli, struct request *r, int which);
int option_group_by(struct cli *cli, struct request *r);
int option_guard(struct cli *cli, struct request *r);
int option_tuning(struct cli *cli, const char *option, uint64_t *ns);
int option_quantum(struct cli *cli, struct request *r);

#endif /* AIOSCTL_SIMULATE_REQUEST_INTERNAL_H */
