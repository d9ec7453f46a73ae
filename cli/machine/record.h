/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job that was submitted from here: its record, and the job itself where the kernel
 * still knows it.
 */
#ifndef AIOSCTL_MACHINE_RECORD_H
#define AIOSCTL_MACHINE_RECORD_H

#include "base/cli.h"
#include "spool/spool.h"

struct recorded {
	struct spool_record record;
	struct aios_job *job;	/* NULL: it has ended and is forgotten, or there is no module */
};

/* This returns 0, or a status after having said that there is no record of job @id. */
int recorded_open(struct cli *cli, uint64_t id, struct recorded *r);
void recorded_close(struct recorded *r);

#endif /* AIOSCTL_MACHINE_RECORD_H */
