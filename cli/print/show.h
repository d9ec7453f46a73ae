/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How amounts, causes and ends are shown, the same in every command.
 */
#ifndef AIOSCTL_PRINT_SHOW_H
#define AIOSCTL_PRINT_SHOW_H

#include <aios.h>

#include "print/out.h"
#include "print/util.h"

/* This shows an amount of a resource as "4GiB", 4294967296, null where nothing bounds it. */
void show_amount(struct out *o, const char *key, uint32_t resource,
		 uint64_t value);
/* Only text has this: "grant/request:limit" in the column @key. */
void show_grant_cell(struct out *o, const char *key, uint32_t resource,
		     uint64_t grant, uint64_t request, uint64_t limit);
/* This shows a length of time as "1m30s", 90000000000. */
void show_duration(struct out *o, const char *key, uint64_t ns);
/* This shows a CLOCK_MONOTONIC time as local date and time, @ns; 0 is null and left out. */
void show_time(struct out *o, const char *key, uint64_t ns);
/* This shows the cause as a sentence, and in JSON with its parts. */
void show_why(struct out *o, struct aios_ctx *ctx, const char *key,
	      const struct aios_why *why);
/* This shows "state" in its colour. */
void show_state(struct out *o, uint32_t state);

/*
 * This returns "exit status 3", "SIGKILL" or "exceeded its memory limit", and "" while
 * it lives.
 */
const char *end_text(uint32_t end, uint32_t code);
/*
 * This shows the attempt and how the request grows, as fields of a job; text without
 * them shows nothing.
 */
void show_retry(struct out *o, const struct aios_stat *stat);
/* This shows what a job is expected to run, what it may run at most, and whence each comes. */
void show_runtimes(struct out *o, const struct aios_stat *stat);

/* Resources are an array "resources" of objects. */
struct show_amounts {
	uint32_t mask;		/* which of them */
	const __u64 *request;	/* each NULL: not known */
	const __u64 *limit;
	const __u64 *grant;
	const __u64 *use;
	const __u64 *peak;
	const __u64 *charged;
	const __u64 *left;
	const __u64 *effective;
	const __u8 *how;
};

/* Text has a table when @title is given, else nothing. */
void show_amounts(struct out *o, const char *title,
		  const struct show_amounts *amounts);

#endif /* AIOSCTL_PRINT_SHOW_H */
