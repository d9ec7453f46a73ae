/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the library share and programs do not see: the handles'
 * insides, the one way to make a call, and the marks of exported functions.
 */
#ifndef AIOS_PRIVATE_H
#define AIOS_PRIVATE_H

#include <errno.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "aios.h"

#define AIOS_EXPORT	__attribute__((visibility("default")))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct aios_ctx {
	unsigned int refs;	/* atomic */
	int fd;			/* immutable after aios_new() */
};

struct aios_job {
	unsigned int refs;	/* atomic */
	int fd;			/* immutable once the handle is handed out */
	uint64_t id;		/* likewise */
	const struct aios_status *page;	/* atomic; NULL until first read */
};

static inline void aios_refs_get(unsigned int *refs)
{
	__atomic_add_fetch(refs, 1, __ATOMIC_RELAXED);
}

/* Whether it was the last; then all that other threads did is visible. */
static inline bool aios_refs_put(unsigned int *refs)
{
	return __atomic_sub_fetch(refs, 1, __ATOMIC_ACQ_REL) == 0;
}

/*
 * Whether a struct of the caller has all members that the library touches. The
 * present structs are the first published ones; once one grows, the size of the
 * first goes here.
 */
#define aios_complete(p)	((p)->size >= sizeof((p)[0]))

static inline int aios_call(int fd, unsigned int nr, void *arg)
{
	return ioctl(fd, nr, arg) < 0 ? -errno : 0;
}

/* The last step of a call whose struct has a "why" that the caller may not want. */
static inline int aios_answer(int err, const struct aios_why *from,
			      struct aios_why *why)
{
	if (why)
		*why = *from;
	return err;
}

/* Sentences of AIOS_WHY_CONFINED, _BOUND and _NOT_CARRIED. */
void aios_confined_describe(const struct aios_why *why, char *buf, size_t len);

/* A handle with one reference and no file descriptor yet, or NULL. */
struct aios_job *aios_job_alloc(void);

#endif /* AIOS_PRIVATE_H */
