// SPDX-License-Identifier: GPL-2.0
/*
 * The last jobs of each user: see history.h.
 *
 * What is to be forgotten is found by a hand that goes round (the second chance of
 * Corbato, A paging experiment with the Multics system, 1968): of jobs it takes the oldest
 * of the first user who has more than his share, of trusts and users the first that was not
 * looked at since it came by.
 */
#include "core/predict/history.h"

static u16 chain_of(u32 id)
{
	/* Fibonacci hashing: Knuth, TAOCP 3, 6.4. */
	return (u16)((id * 2654435769U) >> 23);
}

/**
 * aios_history_init() - begin without any
 * @history: written whole
 */
void aios_history_init(struct aios_predict_history *history)
{
	u16 i;

	memset(history, 0, sizeof(*history));
	for (i = AIOS_PREDICT_JOBS; i; i--) {
		history->job[i - 1].next = history->free_jobs;
		history->free_jobs = i;
	}
	for (i = AIOS_PREDICT_TRUSTS; i; i--) {
		history->trust[i - 1].next = history->free_trusts;
		history->free_trusts = i;
	}
	for (i = AIOS_PREDICT_USERS; i; i--) {
		history->user[i - 1].next = history->free_users;
		history->free_users = i;
	}
}

static u16 user_at(const struct aios_predict_history *history, u32 id)
{
	u16 i = history->chain[chain_of(id)];

	while (i && history->user[i - 1].id != id)
		i = history->user[i - 1].next;
	return i;
}

/**
 * aios_history_find() - what is known of a user
 * @history: history
 * @id: of the user
 *
 * Return: the user, NULL when nothing is.
 */
const struct aios_predict_user *aios_history_find(const struct aios_predict_history *history,
						  u32 id)
{
	u16 i = user_at(history, id);

	return i ? &history->user[i - 1] : NULL;
}

/* ------------------------------------------------------------ to be forgotten */

static void forget_oldest_job(struct aios_predict_history *history,
			      struct aios_predict_user *user)
{
	u16 *link = &user->jobs, i;

	while (history->job[*link - 1].next)
		link = &history->job[*link - 1].next;
	i = *link;
	*link = 0;
	user->nr--;
	history->job[i - 1].next = history->free_jobs;
	history->free_jobs = i;
}

static void forget_trust(struct aios_predict_history *history, u16 i)
{
	u16 *link = &history->user[history->owner[i - 1] - 1].trust;

	while (*link != i)
		link = &history->trust[*link - 1].next;
	*link = history->trust[i - 1].next;
	history->owner[i - 1] = 0;
	history->trust[i - 1].next = history->free_trusts;
	history->free_trusts = i;
}

static void forget_user(struct aios_predict_history *history, u16 i)
{
	struct aios_predict_user *user = &history->user[i - 1];
	u16 *link = &history->chain[chain_of(user->id)];

	while (user->nr)
		forget_oldest_job(history, user);
	while (user->trust)
		forget_trust(history, user->trust);
	while (*link != i)
		link = &history->user[*link - 1].next;
	*link = user->next;
	user->next = history->free_users;
	history->free_users = i;
	history->nr_users--;
}

static void make_room_for_user(struct aios_predict_history *history)
{
	u32 i;

	/* In the second round nobody is left who was seen. */
	for (i = 0; i < 2 * AIOS_PREDICT_USERS && !history->free_users; i++) {
		u16 hand = history->user_hand;

		history->user_hand = (u16)((hand + 1) % AIOS_PREDICT_USERS);
		if (!history->user[hand].seen)
			forget_user(history, hand + 1);
		else
			history->user[hand].seen = 0;
	}
}

static void make_room_for_trust(struct aios_predict_history *history)
{
	u32 i;

	for (i = 0; i < 2 * AIOS_PREDICT_TRUSTS && !history->free_trusts; i++) {
		u16 hand = history->trust_hand;

		history->trust_hand = (u16)((hand + 1) % AIOS_PREDICT_TRUSTS);
		if (!history->trust[hand].seen)
			forget_trust(history, hand + 1);
		else
			history->trust[hand].seen = 0;
	}
}

/*
 * There is no free job: one of those who have not ended any of late lets go of his oldest,
 * as long as he has some left. Where all have, @user lets go of his own.
 */
static void make_room_for_job(struct aios_predict_history *history,
			      struct aios_predict_user *user)
{
	u32 i;

	for (i = 0; i < 2 * AIOS_PREDICT_USERS; i++) {
		struct aios_predict_user *other = &history->user[history->job_hand];

		history->job_hand = (u16)((history->job_hand + 1U) % AIOS_PREDICT_USERS);
		if (!other->seen && other->nr > AIOS_PREDICT_JOBS_LEFT) {
			forget_oldest_job(history, other);
			return;
		}
		other->seen = 0;
	}
	if (user->nr)
		forget_oldest_job(history, user);
}

/* ------------------------------------------------------------ to be kept */

/**
 * aios_history_user() - what is known of a user, from now on
 * @history: history
 * @id: of the user
 *
 * Where there is no room, one is forgotten of whom nothing was learnt for long.
 *
 * Return: the user.
 */
struct aios_predict_user *aios_history_user(struct aios_predict_history *history, u32 id)
{
	struct aios_predict_user *user;
	u16 i = user_at(history, id);

	if (!i) {
		u16 *chain = &history->chain[chain_of(id)];

		make_room_for_user(history);
		i = history->free_users;
		user = &history->user[i - 1];
		history->free_users = user->next;
		memset(user, 0, sizeof(*user));
		user->id = id;
		user->next = *chain;
		*chain = i;
		history->nr_users++;
		aios_experts_begin(user);
	}
	user = &history->user[i - 1];
	user->seen = 1;
	return user;
}

/**
 * aios_history_trust() - how experts fared with jobs of a kind
 * @history: history
 * @user: whose jobs
 * @kind: of jobs
 *
 * Return: the trust, NULL when nothing is known.
 */
const struct aios_predict_trust *
aios_history_trust(const struct aios_predict_history *history,
		   const struct aios_predict_user *user, u32 kind)
{
	u16 i = user->trust;

	while (i && history->trust[i - 1].kind != kind)
		i = history->trust[i - 1].next;
	return i ? &history->trust[i - 1] : NULL;
}

/**
 * aios_history_trust_for() - the same, made where there is none
 * @history: history
 * @user: whose jobs
 * @kind: of jobs
 *
 * Return: the trust.
 */
struct aios_predict_trust *aios_history_trust_for(struct aios_predict_history *history,
						  struct aios_predict_user *user, u32 kind)
{
	struct aios_predict_trust *trust =
		(struct aios_predict_trust *)aios_history_trust(history, user, kind);
	u16 i;

	if (!trust) {
		if (!history->free_trusts)
			make_room_for_trust(history);
		i = history->free_trusts;
		trust = &history->trust[i - 1];
		history->free_trusts = trust->next;
		memset(trust, 0, sizeof(*trust));
		trust->kind = (u8)kind;
		trust->next = user->trust;
		user->trust = i;
		history->owner[i - 1] = (u16)(user - history->user) + 1;
	}
	trust->seen = 1;
	return trust;
}

/**
 * aios_history_add() - a job has ended
 * @history: history
 * @user: whose it was
 * @past: the job; its next does not matter
 */
void aios_history_add(struct aios_predict_history *history, struct aios_predict_user *user,
		      const struct aios_predict_past *past)
{
	u16 i;

	if (user->nr == AIOS_PREDICT_JOBS_OF_USER)
		forget_oldest_job(history, user);
	else if (!history->free_jobs)
		make_room_for_job(history, user);
	i = history->free_jobs;
	history->free_jobs = history->job[i - 1].next;
	history->job[i - 1] = *past;
	history->job[i - 1].next = user->jobs;
	user->jobs = i;
	user->nr++;
}
