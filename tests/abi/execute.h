/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making the calls that an input names, one input after the other in one process.
 */
#ifndef ABI_EXECUTE_H
#define ABI_EXECUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input.h"

#define EXECUTE_KINDS	(INPUT_OPS + 64)

/* What is counted, for the fuzzer and the processes that it makes. */
struct executed {
	uint64_t calls;
	uint64_t of_kind[EXECUTE_KINDS];	/* by enum input_op; calls of ioctl follow */
	uint64_t done[EXECUTE_KINDS];		/* of these, without an error */
	uint64_t ns[EXECUTE_KINDS];		/* that they took */
	uint64_t last_job;			/* that was submitted */
	bool entered;				/* the process is in a job */
};

const char *execute_kind(unsigned int kind);	/* its name; NULL: there is none */

/* Before the processes are made: 0, or -1 when the module does not answer. */
int execute_setup(struct executed *counts);

/* Once in each: as nobody, if need be. */
void execute_begin(bool nobody, bool telling);

/* How many of its bytes it took to reach the last that was new; 0: nothing was. */
size_t execute(const uint8_t *input, size_t len);

#endif /* ABI_EXECUTE_H */
