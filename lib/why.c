// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Causes as sentences: what stands in the way, and what would help.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "private.h"

#define NS_PER_S 1000000000ULL
#define JOB_LEN	40	/* of "job 18446744073709551615" */

/* What a sentence is made of, already as text. */
struct parts {
	const struct aios_why *why;
	const char *resource;
	char unknown[16];	/* a resource without a name */
	char asked[AIOS_QUANTITY_LEN + 32];	/* "6 cpu" */
	char available[AIOS_QUANTITY_LEN];
	char holder[AIOS_PATH_MAX + 16];	/* "group /team", "this machine" */
};

static void find_holder(struct aios_ctx *ctx, uint64_t id, char *buf, size_t len)
{
	char path[AIOS_PATH_MAX + 1];
	struct aios_group_stat stat;

	aios_group_stat_init(&stat, NULL, id, path, sizeof(path));
	if (!id)
		snprintf(buf, len, "this machine");
	else if (!ctx || aios_group_stat(ctx, &stat))
		snprintf(buf, len, "group %llu", (unsigned long long)id);
	else if (!strcmp(path, "/"))
		snprintf(buf, len, "this machine");
	else
		snprintf(buf, len, "group %s", path);
}

static void find_parts(struct aios_ctx *ctx, const struct aios_why *why,
		       struct parts *p)
{
	char quantity[AIOS_QUANTITY_LEN];

	p->why = why;
	p->resource = aios_resource_name(why->resource);
	if (!p->resource) {
		snprintf(p->unknown, sizeof(p->unknown), "resource %u",
			 why->resource);
		p->resource = p->unknown;
	}
	aios_quantity_format(why->resource, why->asked, quantity,
			     sizeof(quantity));
	snprintf(p->asked, sizeof(p->asked), "%s of %s", quantity, p->resource);
	aios_quantity_format(why->resource, why->available, p->available,
			     sizeof(p->available));
	find_holder(ctx, why->group, p->holder, sizeof(p->holder));
}

static void describe_amount(const struct parts *p, char *buf, size_t len)
{
	switch (p->why->code) {
	case AIOS_WHY_NEVER_FITS:
		snprintf(buf, len,
			 "%s are requested and %s never has more than %s: request less, or have that limit raised",
			 p->asked, p->holder, p->available);
		break;
	case AIOS_WHY_NOT_NOW:
		snprintf(buf, len,
			 "%s are requested and %s has %s free: wait until a job ends, or request less",
			 p->asked, p->holder, p->available);
		break;
	case AIOS_WHY_REQUEST_ABOVE_LIMIT:
		snprintf(buf, len,
			 "%s are requested, above the limit of %s: request less, or raise the limit",
			 p->asked, p->available);
		break;
	case AIOS_WHY_ABOVE_PARENT:
		snprintf(buf, len,
			 "%s are above the %s of %s, higher up: stay below that, or raise that limit first",
			 p->asked, p->available, p->holder);
		break;
	default: /* AIOS_WHY_TOO_LITTLE */
		snprintf(buf, len, "nothing can start with %s: give at least %s", p->asked,
			 p->available);
		break;
	}
}

/* How much of @resource the accelerators that can be used have; *nr: how many they are. */
static uint64_t devices_sum(struct aios_ctx *ctx, uint32_t resource, unsigned int *nr)
{
	struct aios_device device;
	uint64_t sum = 0;
	uint32_t next = 0;

	for (*nr = 0;; next = device.id + 1) {
		AIOS_INIT(&device);
		if (aios_device_get(ctx, next, &device))
			return sum;
		if (device.flags & (AIOS_DEVICE_OFFLINE | AIOS_DEVICE_GONE))
			continue;
		++*nr;
		sum += resource == AIOS_RESOURCE_GPU ? device.milli : device.memory;
	}
}

/* What waiting cannot mend is told apart from what it can. */
static void describe_device(struct aios_ctx *ctx, const struct parts *p, char *buf, size_t len)
{
	char all[AIOS_QUANTITY_LEN];
	unsigned int nr = 1;
	uint64_t sum = ctx ? devices_sum(ctx, p->why->resource, &nr) : UINT64_MAX;

	if (!nr)
		snprintf(buf, len,
			 "%s are requested and this machine has no accelerators: request none, or have an administrator declare them ('aiosctl devices' shows what there is)",
			 p->asked);
	else if (p->why->asked > sum)
		snprintf(buf, len,
			 "%s are requested and the accelerators of this machine have %s in all: request less ('aiosctl devices' shows them)",
			 p->asked, aios_quantity_format(p->why->resource, sum, all, sizeof(all)));
	else
		snprintf(buf, len,
			 "no free accelerators have the shape of the request, %s: wait until a job ends, request less, or share them ('aiosctl devices' shows them)",
			 p->asked);
}

/*
 * Whom to ask depends on whose the group is: its owner does what he likes below it, and
 * what it may use itself is decided above.
 */
static void describe_permission(struct aios_ctx *ctx, const struct aios_why *why, char *buf,
				size_t len)
{
	char path[AIOS_PATH_MAX + 1];
	char above[AIOS_PATH_MAX + 16];
	struct aios_group_stat stat;

	aios_group_stat_init(&stat, NULL, why->group, path, sizeof(path));
	if (!why->group || !ctx || aios_group_stat(ctx, &stat)) {
		snprintf(buf, len,
			 "group %llu does not let you do this: ask its owner, or an administrator of the machine",
			 (unsigned long long)why->group);
	} else if (!strcmp(path, "/")) {
		snprintf(buf, len,
			 "the root of all groups does not let you do this: do it in a group that does ('aiosctl group' lists them), or ask an administrator of the machine");
	} else if (stat.uid == geteuid()) {
		find_holder(ctx, stat.parent, above, sizeof(above));
		snprintf(buf, len,
			 "group %s is yours and you may do this only below it, in a group that you make there: ask %s%s",
			 path, strcmp(above, "this machine") ? "the owner of " : "an administrator of ",
			 above);
	} else {
		snprintf(buf, len,
			 "group %s does not let you do this: ask its owner ('aiosctl group show %s' names him), or an administrator of the machine",
			 path, path);
	}
}

/* A job, or 0 for one that the caller may not see. */
static void format_job(unsigned long long id, char *buf, size_t len)
{
	if (id)
		snprintf(buf, len, "job %llu", id);
	else
		snprintf(buf, len, "a job that is not shown to you");
}

static void describe_number(const struct aios_why *why, char *buf, size_t len)
{
	char job[JOB_LEN];
	unsigned long long asked = why->asked;
	unsigned long long available = why->available;

	switch (why->code) {
	case AIOS_WHY_BEHIND:
		format_job(asked, job, sizeof(job));
		snprintf(buf, len,
			 "it waits behind %s, which goes first: wait, or raise the priority",
			 job);
		break;
	case AIOS_WHY_USER_BOUND:
		snprintf(buf, len,
			 "the user holds %llu of the %llu that one user may hold: end or remove some first",
			 asked, available);
		break;
	case AIOS_WHY_NAME:
		snprintf(buf, len,
			 "the name is malformed at byte %llu: a group's path is like /team/project, of letters, digits, '_', '-' and '.'; a job's name has no slash and no control character; both parts and names have at most %d bytes",
			 asked, AIOS_NAME_MAX);
		break;
	case AIOS_WHY_DEPTH:
		snprintf(buf, len,
			 "the path has %llu components and may have %llu: put the group higher up",
			 asked, available);
		break;
	default: /* AIOS_WHY_VALUE; a priority is signed */
		snprintf(buf, len,
			 "%lld is out of range, whose bound is %llu: give a value within it",
			 (long long)asked, available);
		break;
	}
}

static void describe_depends(const struct aios_why *why, char *buf, size_t len)
{
	static const char * const waits[] = {
		[AIOS_DEPEND_AFTER] = "to start",
		[AIOS_DEPEND_AFTEROK] = "to end with success",
		[AIOS_DEPEND_AFTERANY] = "to end",
		[AIOS_DEPEND_AFTERNOTOK] = "to fail",
	};
	char job[JOB_LEN];
	const char *what = why->available < ARRAY_SIZE(waits) ?
		waits[why->available] : NULL;

	format_job(why->asked, job, sizeof(job));
	if (why->code == AIOS_WHY_DEPENDS)
		snprintf(buf, len, "it waits for %s %s: wait, or cancel it",
			 job, what ? what : "to do something");
	else if (why->code == AIOS_WHY_FORGOTTEN)
		snprintf(buf, len,
			 "it was to wait for %s %s, which has ended, and how is no longer remembered: look at its results, or wait for its end only",
			 job, what ? what : "to do something");
	else
		snprintf(buf, len,
			 "it was to wait for %s %s, which can never be, or there is no such job: submit it anew, with what holds",
			 job, what ? what : "to do something");
}

static void describe_held(const struct aios_why *why, char *buf, size_t len)
{
	char process[JOB_LEN];

	snprintf(process, sizeof(process), "process %llu", (unsigned long long)why->asked);
	snprintf(buf, len,
		 "it was killed, and %s, which traces it, does not let it end: detach that, or end it",
		 why->asked ? process : "a process outside this pid namespace");
}

static void describe_runtime(const struct parts *p, char *buf, size_t len)
{
	static const char advice[] = "ask for less, or have that limit raised";
	unsigned long long most = p->why->available / NS_PER_S;

	if (p->why->asked == AIOS_UNLIMITED)
		snprintf(buf, len, "no job of %s runs without a time limit, but %llu s at most: %s",
			 p->holder, most, advice);
	else
		snprintf(buf, len, "%llu s are above the %llu s that a job of %s runs at most: %s",
			 (unsigned long long)p->why->asked / NS_PER_S, most, p->holder,
			 advice);
}

static void describe_kept(const struct parts *p, unsigned long long id, char *buf, size_t len)
{
	char job[JOB_LEN];

	format_job(id, job, sizeof(job));
	snprintf(buf, len,
		 "%s has what it requests but for %s of %s, held by %s, which cannot give it back: wait until that job frees it or ends",
		 p->holder, p->available, p->resource, job);
}

static void describe_growth(const struct aios_why *why, char *buf, size_t len)
{
	char request[AIOS_QUANTITY_LEN], limit[AIOS_QUANTITY_LEN];

	aios_quantity_format(why->resource, why->asked, request, sizeof(request));
	aios_quantity_format(why->resource, why->available, limit, sizeof(limit));
	snprintf(buf, len,
		 "no retry could get more %s: the request is %s and the limit %s, and the request can never grow: state a limit above it, as in 4G:32G",
		 aios_resource_name(why->resource) ?: "of it", request, limit);
}

static void describe_state(const struct aios_why *why, char *buf, size_t len)
{
	const char *state = aios_state_name((uint32_t)why->asked);
	const char *remedy;

	switch (why->asked) {
	case AIOS_STATE_QUEUED:
	case AIOS_STATE_ADMITTED:
		remedy = "wait until it runs";
		break;
	case AIOS_STATE_RUNNING:
		remedy = "it has started, so leave it as it is, or cancel it and submit it anew";
		break;
	case AIOS_STATE_SUSPENDED:
		remedy = "resume it first, or cancel it";
		break;
	default:
		remedy = "it has ended, submit it again";
		break;
	}
	snprintf(buf, len, "the job is %s, in which this cannot be done: %s",
		 state ? state : "in another state", remedy);
}

static void describe_cgroup(const struct aios_why *why, char *buf, size_t len)
{
	char text[64];

	snprintf(buf, len,
		 "a cgroup operation failed (%s): see the kernel's log, and whether something else changes the cgroups of this module",
		 strerror_r((int)why->asked, text, sizeof(text)));
}

static void describe_busy(const struct parts *p, char *buf, size_t len)
{
	if (p->why->asked || p->why->available)
		snprintf(buf, len,
			 "%s has %llu jobs and %llu groups in it: end and remove these first",
			 p->holder, (unsigned long long)p->why->asked,
			 (unsigned long long)p->why->available);
	else
		snprintf(buf, len,
			 "the root of all groups cannot be removed: name one below it");
}

/* The time is of CLOCK_MONOTONIC, and people read the other one. */
static void describe_begin(const struct aios_why *why, char *buf, size_t len)
{
	struct timespec now, real;
	char text[32] = "";
	struct tm tm;
	time_t when;

	clock_gettime(CLOCK_MONOTONIC, &now);
	clock_gettime(CLOCK_REALTIME, &real);
	/* It is rounded, because the two clocks are not read at one instant. */
	when = (time_t)(((int64_t)why->asked + (real.tv_sec - now.tv_sec) * (int64_t)NS_PER_S +
			 real.tv_nsec - now.tv_nsec + (int64_t)(NS_PER_S / 2)) /
			(int64_t)NS_PER_S);
	if (localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(buf, len,
		 "it is not to begin before %s: wait, or 'aiosctl update --begin now' lets it go on",
		 text);
}

AIOS_EXPORT char *aios_why_describe(struct aios_ctx *ctx,
				    const struct aios_why *why, char *buf,
				    size_t len)
{
	struct parts p;

	if (!len)
		return buf;
	buf[0] = '\0';
	switch (why->code) {
	case AIOS_WHY_NONE:
		break;
	case AIOS_WHY_NEVER_FITS:
	case AIOS_WHY_NOT_NOW:
	case AIOS_WHY_REQUEST_ABOVE_LIMIT:
	case AIOS_WHY_ABOVE_PARENT:
	case AIOS_WHY_TOO_LITTLE:
		find_parts(ctx, why, &p);
		describe_amount(&p, buf, len);
		break;
	case AIOS_WHY_NO_DEVICE:
		find_parts(ctx, why, &p);
		describe_device(ctx, &p, buf, len);
		break;
	case AIOS_WHY_UNENFORCEABLE:
		find_parts(ctx, why, &p);
		snprintf(buf, len,
			 "nothing on this machine holds a limit on %s: leave it out, or enable what does ('aiosctl doctor' tells)",
			 p.resource);
		break;
	case AIOS_WHY_NOT_READY:
		snprintf(buf, len,
			 "no process waits to become the job: start the one that enters it");
		break;
	case AIOS_WHY_DEPENDS:
	case AIOS_WHY_DEPENDS_NEVER:
	case AIOS_WHY_FORGOTTEN:
		describe_depends(why, buf, len);
		break;
	case AIOS_WHY_DRAIN:
		snprintf(buf, len,
			 "the machine drains and it is not expected to end before that: state a shorter run time if it is one, or wait until the drain is over ('aiosctl drain --show' tells more)");
		break;
	case AIOS_WHY_GANG:
		snprintf(buf, len,
			 "its gang has %llu of %llu jobs there and ready: submit and enter the others, or give this one another gang",
			 (unsigned long long)why->asked,
			 (unsigned long long)why->available);
		break;
	case AIOS_WHY_BEGIN:
		describe_begin(why, buf, len);
		break;
	case AIOS_WHY_ON_HOLD:
		snprintf(buf, len,
			 "it is on hold: 'aiosctl release' lets it go on");
		break;
	case AIOS_WHY_BEHIND:
	case AIOS_WHY_USER_BOUND:
	case AIOS_WHY_NAME:
	case AIOS_WHY_DEPTH:
	case AIOS_WHY_VALUE:
		describe_number(why, buf, len);
		break;
	case AIOS_WHY_HELD:
		describe_held(why, buf, len);
		break;
	case AIOS_WHY_TIME_LIMIT:
		find_parts(ctx, why, &p);
		describe_runtime(&p, buf, len);
		break;
	case AIOS_WHY_CONFINED:
	case AIOS_WHY_BOUND:
	case AIOS_WHY_NOT_CARRIED:
		aios_confined_describe(why, buf, len);
		break;
	case AIOS_WHY_FULL:
		find_parts(ctx, why, &p);
		snprintf(buf, len,
			 "%s ran out of memory when the job had used %s, which is not its own limit: request what it needs, and have others of that group request theirs",
			 p.holder, p.asked);
		break;
	case AIOS_WHY_KEPT:
		find_parts(ctx, why, &p);
		describe_kept(&p, why->asked, buf, len);
		break;
	case AIOS_WHY_NEVER_GROWS:
		describe_growth(why, buf, len);
		break;
	case AIOS_WHY_STATE:
		describe_state(why, buf, len);
		break;
	case AIOS_WHY_PERMISSION:
		describe_permission(ctx, why, buf, len);
		break;
	case AIOS_WHY_CGROUP:
		describe_cgroup(why, buf, len);
		break;
	case AIOS_WHY_BUSY:
		find_parts(ctx, why, &p);
		describe_busy(&p, buf, len);
		break;
	default:
		snprintf(buf, len,
			 "cause %u, which this version of the library does not know",
			 why->code);
		break;
	}
	return buf;
}
