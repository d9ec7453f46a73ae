// SPDX-License-Identifier: GPL-2.0
/*
 * EASY backfilling that sorts everything: see easy.h. The method is that of
 * Mu'alem and Feitelson, "Utilization, predictability, workloads, and user
 * runtime estimates in scheduling the IBM SP2 with backfilling", IEEE TPDS
 * 12(6), 2001, section 2.2.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "easy.h"
#include "measure.h"

void easy_init(struct easy *easy, size_t room)
{
	memset(easy, 0, sizeof(*easy));
	easy->room = room;
	easy->queued = calloc(room, sizeof(struct easy_job *));
	easy->running = calloc(room, sizeof(struct easy_job *));
	if (!easy->queued || !easy->running)
		die("out of memory");
}

void easy_exit(struct easy *easy)
{
	free(easy->queued);
	free(easy->running);
}

void easy_submit(struct easy *easy, struct easy_job *job)
{
	if (easy->nr_queued == easy->room)
		die("the queue of the reference is full");
	easy->queued[easy->nr_queued++] = job;
}

static void take(struct easy *easy, const struct easy_job *job)
{
	for (unsigned int r = 0; r < EASY_RESOURCES; r++) {
		easy->free[r] -= job->need[r];
		easy->group_free[job->group][r] -= job->need[r];
	}
}

static void give_back(struct easy *easy, const struct easy_job *job)
{
	for (unsigned int r = 0; r < EASY_RESOURCES; r++) {
		easy->free[r] += job->need[r];
		easy->group_free[job->group][r] += job->need[r];
	}
}

static bool fits(const struct easy *easy, const struct easy_job *job)
{
	for (unsigned int r = 0; r < EASY_RESOURCES; r++)
		if (job->need[r] > easy->free[r] ||
		    job->need[r] > easy->group_free[job->group][r])
			return false;
	return true;
}

static int by_order(const void *a, const void *b)
{
	const struct easy_job *x = *(struct easy_job *const *)a;
	const struct easy_job *y = *(struct easy_job *const *)b;

	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static int by_end(const void *a, const void *b)
{
	const struct easy_job *x = *(struct easy_job *const *)a;
	const struct easy_job *y = *(struct easy_job *const *)b;

	return x->end_ns < y->end_ns ? -1 : x->end_ns > y->end_ns;
}

static void start(struct easy *easy, struct easy_job *job, uint64_t now)
{
	take(easy, job);
	job->end_ns = now + job->runtime_ns;
	easy->running[easy->nr_running++] = job;
	easy->admitted++;
}

/*
 * When the head can start at the latest, and in @then what is left beside it
 * at that time.
 */
static uint64_t reserve(struct easy *easy, const struct easy_job *head,
			struct easy *then)
{
	uint64_t shadow = UINT64_MAX;
	size_t i;

	memcpy(then->free, easy->free, sizeof(then->free));
	memcpy(then->group_free, easy->group_free, sizeof(then->group_free));
	qsort(easy->running, easy->nr_running, sizeof(easy->running[0]), by_end);
	for (i = 0; i < easy->nr_running && !fits(then, head); i++) {
		give_back(then, easy->running[i]);
		shadow = easy->running[i]->end_ns;
	}
	if (fits(then, head))
		take(then, head);
	return shadow;
}

void easy_decide(struct easy *easy, uint64_t now)
{
	struct easy_job *head = NULL;
	uint64_t shadow = 0;
	struct easy then;
	size_t i, kept = 0;

	qsort(easy->queued, easy->nr_queued, sizeof(easy->queued[0]), by_order);
	for (i = 0; i < easy->nr_queued; i++) {
		struct easy_job *job = easy->queued[i];
		bool may = fits(easy, job);

		if (!may && !head) {
			head = job;
			shadow = reserve(easy, head, &then);
		} else if (may && head && now + job->runtime_ns > shadow) {
			may = fits(&then, job);
			if (may)
				take(&then, job);
		}
		if (may)
			start(easy, job, now);
		else
			easy->queued[kept++] = job;
	}
	easy->nr_queued = kept;
}

struct easy_job *easy_end_next(struct easy *easy)
{
	struct easy_job *job;
	size_t i, first = 0;

	if (!easy->nr_running)
		die("nothing runs in the reference");
	for (i = 1; i < easy->nr_running; i++)
		if (easy->running[i]->end_ns < easy->running[first]->end_ns)
			first = i;
	job = easy->running[first];
	easy->running[first] = easy->running[--easy->nr_running];
	give_back(easy, job);
	return job;
}
