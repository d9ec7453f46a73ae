// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The token bucket of an accelerator: one number that the processes of the job share, the
 * time at which what they have taken has been earned back (ITU-T I.371's virtual scheduling).
 * A kernel of a millisecond at a grant of a quarter moves it on by four. The rate is the
 * grant as the status page has it when the kernel is launched; the wait makes the only
 * system call.
 *
 * A launch takes first and then waits until what was taken before it is earned back, so that
 * processes and threads of the job have their turns in the order in which they came.
 */
#include "cuda/launch.h"
#include "cuda/shared.h"

#define WHOLE		1000U
/* So far ahead of what was earned a job may launch, so that the device does not fall idle. */
#define BURST_NS	20000000ULL
/* How long a wait goes on before the grant, which may have grown, is read again. */
#define LOOK_NS		50000000ULL

/* What is owed at one rate takes so long at another. */
static uint64_t at_rate(uint64_t at, uint64_t now, uint32_t old, uint32_t rate)
{
	return at > now ? now + (uint64_t)((unsigned __int128)(at - now) * old / rate) : at;
}

/* Whoever sees first that the grant has changed has the debt follow it. */
static unsigned int rate_of(uint32_t id, int place, uint64_t now)
{
	uint64_t *earned = shared_earned_ns(place);
	uint32_t *known = shared_rate(place);
	uint32_t rate = job_share(id), old = __atomic_load_n(known, __ATOMIC_RELAXED);
	uint64_t at;

	if (rate == old || !__atomic_compare_exchange_n(known, &old, rate, false,
							__ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
	    !old)
		return rate;
	at = __atomic_load_n(earned, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(earned, &at, at_rate(at, now, old, rate), false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return rate;
}

/* Return: the time at which all that was taken before is earned back. */
static uint64_t take(int place, uint64_t now, uint64_t cost)
{
	uint64_t *earned = shared_earned_ns(place);
	uint64_t at = __atomic_load_n(earned, __ATOMIC_RELAXED), from;

	/* What was not used so far is not saved up. */
	do {
		from = at < now ? now : at;
	} while (!__atomic_compare_exchange_n(earned, &at, from + cost, false,
					      __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return from;
}

void budget_spend(uint32_t id, uint64_t ns)
{
	int place = shared_device(id);
	uint64_t now = clock_ns();

	take(place, now, ns * WHOLE / rate_of(id, place, now));
}

void budget_launch(uint32_t id, uint64_t ns)
{
	int place = shared_device(id);
	uint64_t now = clock_ns(), until, turn;
	unsigned int rate = rate_of(id, place, now), old;

	turn = take(place, now, ns * WHOLE / rate);
	while (turn > now + BURST_NS) {
		until = turn - BURST_NS;
		clock_wait(until < now + LOOK_NS ? until : now + LOOK_NS);
		job_wait_resumed();
		old = rate;
		now = clock_ns();
		rate = rate_of(id, place, now);
		if (rate >= WHOLE)
			return;
		turn = at_rate(turn, now, old, rate);
	}
}
