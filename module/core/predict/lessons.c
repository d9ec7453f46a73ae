// SPDX-License-Identifier: GPL-2.0
/*
 * The lessons that are kept for training: see lessons.h.
 */
#include "core/predict/lessons.h"

static_assert(AIOS_LESSONS_MAX < U16_MAX);

/**
 * aios_lessons_init() - begin without any
 * @lessons: written whole
 */
void aios_lessons_init(struct aios_lessons *lessons)
{
	u32 i;

	memset(lessons, 0, sizeof(*lessons));
	for (i = 0; i + 1 < AIOS_LESSONS_MAX; i++)
		lessons->next[i] = (u16)(i + 2);
	lessons->free = 1;
}

static struct aios_lessons_share *share_of(struct aios_lessons *lessons, u32 user)
{
	return &lessons->share[(user * 2654435761U) >> 26];
}

static struct aios_lessons_share *longest(struct aios_lessons *lessons)
{
	struct aios_lessons_share *most = lessons->share;
	u32 i;

	for (i = 1; i < AIOS_LESSONS_SHARERS; i++)
		if (lessons->share[i].nr > most->nr)
			most = &lessons->share[i];
	return most;
}

static void drop_oldest(struct aios_lessons *lessons, struct aios_lessons_share *share)
{
	u16 i = share->oldest, newer = lessons->newer[i - 1], older = lessons->older[i - 1];

	share->oldest = lessons->next[i - 1];
	if (!share->oldest)
		share->newest = 0;
	share->nr--;
	if (older)
		lessons->newer[older - 1] = newer;
	else
		lessons->oldest = newer;
	if (newer)
		lessons->older[newer - 1] = older;
	else
		lessons->newest = older;
	lessons->next[i - 1] = lessons->free;
	lessons->free = i;
	lessons->nr--;
}

/**
 * aios_lessons_add() - keep a lesson
 * @lessons: lessons
 * @user: of whose job it is
 * @lesson: is copied
 */
void aios_lessons_add(struct aios_lessons *lessons, u32 user, const struct aios_lesson *lesson)
{
	struct aios_lessons_share *share = share_of(lessons, user);
	u16 i;

	if (!lessons->free)
		drop_oldest(lessons, longest(lessons));
	i = lessons->free;
	lessons->free = lessons->next[i - 1];
	lessons->lesson[i - 1] = *lesson;
	lessons->user[i - 1] = user;
	lessons->next[i - 1] = 0;
	lessons->newer[i - 1] = 0;
	lessons->older[i - 1] = lessons->newest;
	if (lessons->newest)
		lessons->newer[lessons->newest - 1] = i;
	else
		lessons->oldest = i;
	lessons->newest = i;
	if (share->newest)
		lessons->next[share->newest - 1] = i;
	else
		share->oldest = i;
	share->newest = i;
	share->nr++;
	lessons->nr++;
}

/**
 * aios_lessons_copy() - all lessons, the oldest first
 * @lessons: lessons
 * @to: room for AIOS_LESSONS_MAX
 * @user: likewise: whose each is
 *
 * Return: how many there are.
 */
u32 aios_lessons_copy(const struct aios_lessons *lessons, struct aios_lesson *to, u32 *user)
{
	u32 nr = 0;
	u16 i;

	for (i = lessons->oldest; i; i = lessons->newer[i - 1]) {
		user[nr] = lessons->user[i - 1];
		to[nr++] = lessons->lesson[i - 1];
	}
	return nr;
}
