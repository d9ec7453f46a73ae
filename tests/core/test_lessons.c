// SPDX-License-Identifier: GPL-2.0
/*
 * The lessons that are kept for training: in the order in which they came, and shared so
 * that who ends more jobs pushes nobody else out.
 */
#include "core/predict/lessons.h"
#include "random.h"
#include "tap.h"

static u64 seed = 1;
static struct aios_lessons lessons;
static struct aios_lesson copy[AIOS_LESSONS_MAX];
static u32 whose[AIOS_LESSONS_MAX];
static u32 serial;

static void add(u32 user)
{
	struct aios_lesson lesson = { .run = (u16)user };

	lesson.x[0] = (u16)serial;
	lesson.x[1] = (u16)(serial >> 16);
	serial++;
	aios_lessons_add(&lessons, user, &lesson);
}

static u32 serial_of(const struct aios_lesson *lesson)
{
	return lesson->x[0] | (u32)lesson->x[1] << 16;
}

/* Return how many there are of a user, having looked that all are in order. */
static u32 count(u32 user)
{
	u32 nr = aios_lessons_copy(&lessons, copy, whose), found = 0, i;

	tap_need(nr == lessons.nr, "%u of %u", nr, lessons.nr);
	for (i = 0; i < nr; i++) {
		found += copy[i].run == user;
		tap_need((u16)whose[i] == copy[i].run, "whose %u is", i);
		tap_need(!i || serial_of(&copy[i - 1]) < serial_of(&copy[i]), "order at %u", i);
	}
	return found;
}

static void test_one(void)
{
	u32 i;

	aios_lessons_init(&lessons);
	tap_need(!aios_lessons_copy(&lessons, copy, whose), "empty");
	for (i = 0; i < AIOS_LESSONS_MAX; i++)
		add(1);
	tap_need(count(1) == AIOS_LESSONS_MAX && serial_of(copy) == serial - AIOS_LESSONS_MAX,
		 "full");
	for (i = 0; i < 5; i++)
		add(1);
	tap_need(count(1) == AIOS_LESSONS_MAX && serial_of(copy) == serial - AIOS_LESSONS_MAX,
		 "the newest stay");
	tap_point("who is alone has all the room, and his newest stay");
}

static void test_flood(void)
{
	u32 i;

	aios_lessons_init(&lessons);
	for (i = 0; i < 1000; i++) {
		add(1);
		add(2);
	}
	for (i = 0; i < 10 * AIOS_LESSONS_MAX; i++)
		add(3);
	tap_need(count(1) == 1000 && count(2) == 1000, "%u and %u", count(1), count(2));
	tap_need(count(3) == AIOS_LESSONS_MAX - 2000, "%u", count(3));
	for (i = 0; i < AIOS_LESSONS_MAX; i++)
		add(2);
	tap_need(count(1) == 1000, "%u", count(1));
	tap_need(count(2) == 4500 && count(3) == 4500, "%u and %u", count(2), count(3));
	tap_point("who floods takes from himself, and two who do share");
}

static void test_many(void)
{
	u32 i;

	aios_lessons_init(&lessons);
	for (i = 0; i < 5 * AIOS_LESSONS_MAX; i++) {
		add(random_below(&seed, 2000));
		if (!(i % 997))
			count(0);
	}
	tap_need(lessons.nr == AIOS_LESSONS_MAX, "%u", lessons.nr);
	count(0);
	tap_point("any number of users");
}

int main(void)
{
	test_one();
	test_flood();
	test_many();
	return tap_done();
}
