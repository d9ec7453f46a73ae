/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Having a cgroup adopted for an engine, whole or not at all: whoever asks gets a job that
 * runs, or a sentence that says why there is none and nothing that is left behind.
 */
#ifndef INTEGRATIONS_ADMISSION_H
#define INTEGRATIONS_ADMISSION_H

#include <stddef.h>
#include <sys/types.h>

#include "common/request.h"

/* Any sentence fits but for the end of a very long path. */
#define ADMISSION_ERROR_LEN	(AIOS_WHY_LEN + 256)

/* Below this the kernel may just be late: who does not wait is answered so. */
#define ADMISSION_AT_ONCE_NS	10000000000ULL

struct admission {
	struct request *request;
	const char *cgroup;	/* path of its directory */
	pid_t leader;		/* whose end is that of the job; 0: nobody's */
	pid_t owner;		/* for whom it is done: with his end the wait ends; 0: for itself */
	/* This is called with the id before the wait begins; it may be NULL. */
	int (*submitted)(uint64_t id, void *data);
	void *data;
	uint64_t id;		/* out: of the job, once it has been submitted */
};

/*
 * This submits and waits until the job runs. It returns 0, or -errno with a sentence in
 * @error: the submission has been taken back then. SIGTERM, SIGINT and SIGHUP end the
 * wait, and so does the end of the leader or of the owner.
 */
int admission_take(struct admission *a, char *error, size_t len);

/*
 * This makes the calling process a job of its own, likewise at once or not at all; @cgroup,
 * @leader, @owner and the patience of the request do not matter.
 */
int admission_enter(struct admission *a, char *error, size_t len);

/* This waits until a job that somebody else has submitted runs, for a moment. */
int admission_await(uint64_t id, char *error, size_t len);

/* This returns the path of the directory of the cgroup that @pid is in, to be freed, or NULL. */
char *cgroup_of(pid_t pid);

#endif /* INTEGRATIONS_ADMISSION_H */
