/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of a container as a runtime writes it to the standard input of a hook (OCI
 * runtime specification, "State"), and what a hook remembers between two stages.
 */
#ifndef INTEGRATIONS_OCI_CONTAINER_H
#define INTEGRATIONS_OCI_CONTAINER_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <json-c/json.h>

#include "common/request.h"

/* These annotations are for aios. */
#define ANNOTATION_PREFIX	"dev.aios/"

struct container {
	struct json_object *state;	/* which owns all that follows */
	const char *id;
	const char *bundle;		/* its directory; NULL: not told */
	pid_t pid;			/* of its first process; 0: none any more */
	bool stopped;			/* its last process has ended: this is poststop */
	struct json_object *annotations; /* NULL: none */
};

/* This reads a state to its end; it returns 0 or -errno with a sentence in @error. */
int container_read(struct container *c, FILE *from, char *error, size_t len);
void container_forget(struct container *c);

/* This takes all annotations for aios over; it returns 0 or -EINVAL with a sentence. */
int container_request(const struct container *c, struct request *r, char *error, size_t len);

/*
 * The id of the container's job lies in its bundle, which goes with it. The first returns
 * -errno, and the second 0 where there is none.
 */
int container_remember(const struct container *c, uint64_t job);
uint64_t container_job(const struct container *c);
void container_forget_job(const struct container *c);

#endif /* INTEGRATIONS_OCI_CONTAINER_H */
