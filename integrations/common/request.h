/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a user asks an engine for in words: pairs of a key and a value, as annotations of a
 * container or options of srun have them, become a submission. Keys and amounts are those of
 * aiosctl.
 */
#ifndef INTEGRATIONS_REQUEST_H
#define INTEGRATIONS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <aios.h>

/* Any message of request_set() fits, however long the value was. */
#define REQUEST_ERROR_LEN	512

struct request {
	struct aios_submit submit;
	char group[AIOS_PATH_MAX + 1];	/* "": the root */
	char name[AIOS_NAME_MAX + 1];	/* "": none */
	/* So long it may wait to be admitted, a duration; AIOS_UNLIMITED: as long as it takes. */
	uint64_t patience_ns;
};

void request_init(struct request *r);
/*
 * This takes one pair over; it returns 0, or -EINVAL with a sentence in @error. A key is the
 * name of a resource, or of an option of aiosctl.
 */
int request_set(struct request *r, const char *key, const char *value, char *error, size_t len);
/* This names the job unless it has been named; what no name can have becomes "-". */
void request_name(struct request *r, const char *name);
/* This points the submission at the strings; @r has to stay where it is from then on. */
void request_settle(struct request *r);

/* This reads "90", "30s", "10m", "2h" or "1d"; it returns 0 or -EINVAL. */
int duration_parse(const char *text, uint64_t *ns);

#endif /* INTEGRATIONS_REQUEST_H */
