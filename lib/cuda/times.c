// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How long kernels take, by the driver's events around some of their launches: the first
 * ones, those of kernels that take long, for which the events cost nothing, and one in many
 * of the others. A launch spends what its kernel is expected to take.
 *
 * What is measured can be too long, never too short: a device that turns to other jobs in
 * between, as it does when it shares its time, goes on counting. So the expectation follows
 * what was shorter at once, and what was longer by a sixteenth.
 *
 * A kernel that nothing is known of yet is launched a few times ahead, and then waited for;
 * these launches spend when it is known.
 */
#include <pthread.h>
#include <stdlib.h>

#include "cuda/launch.h"
#include "cuda/next.h"

#define WORKS		1024	/* that are known at a time, a power of two */
#define FIRST		4	/* launches that are timed at once */
#define LONG_NS		300000	/* of a kernel that is always timed: 1 % are 3 us */
#define ONE_IN		64	/* of the others */
#define MAX_MS		86400000.0f	/* a day: the driver's clock does not go back either */
#define LONGER		16	/* of what was longer one in this is taken over */

struct known {
	struct work work;
	uint64_t launches;
	uint64_t timed;		/* of them, and over */
	uint64_t open;		/* of them, and not over */
	int64_t expected_ns;
};

struct timed {
	struct timed *next;
	struct work work;
	CUevent begin;
	CUevent end;
	CUcontext context;
	CUstream stream;
	bool per_thread;
	uint32_t device;
	bool spent;		/* when it was launched */
};

/* Protected by @lock, like all lists and what is known. */
static struct known knowns[WORKS];
static struct timed *open_first, **open_last = &open_first;	/* oldest first */
static struct timed *unused;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_same(const struct work *a, const struct work *b)
{
	return a->function == b->function && a->grid == b->grid && a->block == b->block;
}

static struct known *known_place(const struct work *w)
{
	uint64_t h = ((uintptr_t)w->function ^ w->grid << 20 ^ w->block << 48) *
		     0x9e3779b97f4a7c15ULL;

	return &knowns[(h >> 32) % WORKS];
}

/* What is known of it; what was known of another in its place is forgotten. */
static struct known *known_get(const struct work *w)
{
	struct known *k = known_place(w);

	if (!is_same(&k->work, w))
		*k = (struct known){ .work = *w };
	return k;
}

/* --------------------------------------------------------------- what is timed */

/*
 * To ask events what they say is forbidden to all threads while one of them captures a
 * stream, unless a thread says that it knows what it does.
 */
static int capture_relax(void)
{
	int mode = CU_STREAM_CAPTURE_MODE_RELAXED;

	next_call(cuThreadExchangeStreamCaptureMode, &mode);
	return mode;
}

static void capture_restore(int mode)
{
	next_call(cuThreadExchangeStreamCaptureMode, &mode);
}

static void open_unlink(struct timed **at)
{
	struct timed *t = *at;

	*at = t->next;
	if (open_last == &t->next)
		open_last = at;
}

static void expect(struct known *k, int64_t ns)
{
	int64_t more = ns - k->expected_ns;

	if (!k->timed)
		k->expected_ns = ns;
	else
		k->expected_ns += more < 0 ? more : more / LONGER;
	k->timed++;
}

/* What a launch took, or -1: the driver does not tell, or nothing that can be. */
static int64_t elapsed_ns(const struct timed *t)
{
	float ms = 0;

	if (next_call(cuEventElapsedTime, &ms, t->begin, t->end) || !(ms >= 0 && ms <= MAX_MS))
		return -1;
	return (int64_t)((double)ms * 1e6);
}

/* It is over: what it took is what others are expected to take. */
static void learn(struct timed *t)
{
	struct known *k = known_place(&t->work);
	int64_t ns = elapsed_ns(t);

	if (is_same(&k->work, &t->work)) {
		k->open -= k->open ? 1 : 0;
		if (ns >= 0)
			expect(k, ns);
		ns = k->expected_ns;
	}
	if (ns < 0)
		ns = 0;
	if (!t->spent)
		budget_spend(t->device, (uint64_t)ns);
	t->next = unused;
	unused = t;
}

/* Whatever is over by now, in the order in which it was launched. */
static void harvest(void)
{
	while (open_first && next_call(cuEventQuery, open_first->end) != CUDA_ERROR_NOT_READY) {
		struct timed *t = open_first;

		open_unlink(&open_first);
		learn(t);
	}
}

/* Wait for the oldest launch of a kernel that nothing is known of. The lock is let go. */
static void wait_for(const struct work *w)
{
	struct timed **at = &open_first, *t;

	while (*at && !is_same(&(*at)->work, w))
		at = &(*at)->next;
	t = *at;
	if (!t)
		return;
	open_unlink(at);
	pthread_mutex_unlock(&lock);
	next_call(cuEventSynchronize, t->end);
	pthread_mutex_lock(&lock);
	learn(t);
}

static struct timed *timed_get(void)
{
	struct timed **at = &unused, *t;
	CUcontext context;

	if (next_call(cuCtxGetCurrent, &context))
		return NULL;
	while (*at && (*at)->context != context)
		at = &(*at)->next;
	t = *at;
	if (t) {
		*at = t->next;
		return t;
	}
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->context = context;
	if (next_call(cuEventCreate, &t->begin, CU_EVENT_DEFAULT))
		goto failed;
	if (next_call(cuEventCreate, &t->end, CU_EVENT_DEFAULT)) {
		next_call(cuEventDestroy_v2, t->begin);
		goto failed;
	}
	return t;

failed:
	free(t);
	return NULL;
}

static bool is_worth_timing(const struct known *k)
{
	return k->launches < FIRST || !k->timed || k->expected_ns >= LONG_NS ||
	       k->launches % ONE_IN == 0;
}

static CUresult record(const struct timed *t, CUevent event)
{
	return t->per_thread ? next_call(cuEventRecord_ptsz, event, t->stream) :
			       next_call(cuEventRecord, event, t->stream);
}

/* Return: what it is timed with, or NULL; it is expected to take @ns, or 0: not known. */
static struct timed *plan(const struct work *work, int64_t *ns)
{
	struct timed *t = NULL;
	struct known *k;
	int mode = 0;
	bool asks;

	pthread_mutex_lock(&lock);
	k = known_get(work);
	asks = open_first || is_worth_timing(k);
	if (asks)
		mode = capture_relax();
	harvest();
	if (!k->timed && k->open >= FIRST)
		wait_for(work);
	/* Another thread may have put something else in its place. */
	k = known_get(work);
	if (is_worth_timing(k))
		t = timed_get();
	k->launches++;
	k->open += t ? 1 : 0;
	*ns = k->timed ? k->expected_ns : 0;
	if (t)
		t->spent = k->timed;
	if (asks)
		capture_restore(mode);
	pthread_mutex_unlock(&lock);
	return t;
}

struct timed *timed_begin(const struct work *work, uint32_t id, CUstream stream,
			  bool per_thread)
{
	int64_t ns;
	struct timed *t = plan(work, &ns);

	budget_launch(id, (uint64_t)ns);
	if (!t)
		return NULL;
	t->work = *work;
	t->device = id;
	t->stream = stream;
	t->per_thread = per_thread;
	if (record(t, t->begin)) {
		timed_end(t, CUDA_ERROR_INVALID_VALUE);
		return NULL;
	}
	return t;
}

void timed_end(struct timed *t, CUresult result)
{
	struct known *k;

	if (!t)
		return;
	if (!result)
		result = record(t, t->end);
	pthread_mutex_lock(&lock);
	if (!result) {
		t->next = NULL;
		*open_last = t;
		open_last = &t->next;
	} else {
		k = known_place(&t->work);
		if (is_same(&k->work, &t->work) && k->open)
			k->open--;
		t->next = unused;
		unused = t;
	}
	pthread_mutex_unlock(&lock);
}

/* ------------------------------------------------------------ contexts, forks */

static struct timed *forget_of(struct timed **at, CUcontext context)
{
	struct timed *t = NULL;

	while (*at && (*at)->context != context)
		at = &(*at)->next;
	if (*at) {
		t = *at;
		open_unlink(at);
	}
	return t;
}

void launch_context_gone(CUcontext context)
{
	struct timed *t;

	pthread_mutex_lock(&lock);
	while ((t = forget_of(&open_first, context))) {
		struct known *k = known_place(&t->work);

		if (is_same(&k->work, &t->work) && k->open)
			k->open--;
		free(t);
	}
	while ((t = forget_of(&unused, context)))
		free(t);
	pthread_mutex_unlock(&lock);
}

void launch_fork_prepare(void)
{
	pthread_mutex_lock(&lock);
}

void launch_fork_parent(void)
{
	pthread_mutex_unlock(&lock);
}

void launch_fork_child(void)
{
	pthread_mutex_init(&lock, NULL);
	open_first = NULL;
	open_last = &open_first;
	unused = NULL;
}
