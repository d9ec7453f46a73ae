/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lessons that are kept for training, in room that users share: when it is full, whoever
 * has most of it loses his oldest (longest queue drop: Suter, Lakshman, Stiliadis, Choudhury,
 * INFOCOM 1998). So nobody can push others out by ending jobs more often.
 *
 * Pure: no lock, no allocation, no clock, no floating point; loops are bounded. The caller
 * serialises all calls on one store.
 */
#ifndef AIOS_CORE_PREDICT_LESSONS_H
#define AIOS_CORE_PREDICT_LESSONS_H

#include "core/predict/lesson.h"

/* Users whose numbers are alike in so many ways share. */
#define AIOS_LESSONS_SHARERS	64U

/**
 * struct aios_lessons_share - what one sharer has
 * @oldest: his oldest lesson, from 1, 0: none
 * @newest: his newest, likewise
 * @nr: how many
 */
struct aios_lessons_share {
	u16 oldest;
	u16 newest;
	u16 nr;
};

/**
 * struct aios_lessons - lessons in the order in which they came; the members are private
 * @lesson: the lessons
 * @user: whose each is
 * @newer: the one that came after each, of all, from 1, 0: none
 * @older: the one that came before, likewise
 * @next: the next of the same sharer, or another that is free, likewise
 * @share: what each sharer has
 * @oldest: the oldest of all, from 1, 0: none
 * @newest: the newest, likewise
 * @free: first that is free, likewise
 * @nr: how many there are
 */
struct aios_lessons {
	struct aios_lesson lesson[AIOS_LESSONS_MAX];
	u32 user[AIOS_LESSONS_MAX];
	u16 newer[AIOS_LESSONS_MAX];
	u16 older[AIOS_LESSONS_MAX];
	u16 next[AIOS_LESSONS_MAX];
	struct aios_lessons_share share[AIOS_LESSONS_SHARERS];
	u16 oldest;
	u16 newest;
	u16 free;
	u16 nr;
};

void aios_lessons_init(struct aios_lessons *lessons);
void aios_lessons_add(struct aios_lessons *lessons, u32 user, const struct aios_lesson *lesson);
u32 aios_lessons_copy(const struct aios_lessons *lessons, struct aios_lesson *to, u32 *user);

#endif /* AIOS_CORE_PREDICT_LESSONS_H */
