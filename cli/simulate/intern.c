// SPDX-License-Identifier: GPL-2.0
/*
 * Words to numbers: see intern.h. Open addressing with linear probing.
 */
#include <string.h>

#include "print/util.h"
#include "simulate/intern.h"

static uint32_t hash(const char *word)
{
	uint32_t h = 2166136261U;

	for (; *word; word++)
		h = (h ^ (unsigned char)*word) * 16777619U;
	return h;
}

static uint32_t *slot_of(const struct intern *in, const char *word)
{
	uint32_t i = hash(word) & (in->nr_slots - 1);

	while (in->slots[i] && strcmp(in->words[in->slots[i] - 1], word))
		i = (i + 1) & (in->nr_slots - 1);
	return &in->slots[i];
}

static void grow(struct intern *in)
{
	in->nr_slots = in->nr_slots ? in->nr_slots * 2 : 64;
	free(in->slots);
	in->slots = xcalloc(in->nr_slots, sizeof(*in->slots));
	in->words = xrealloc(in->words, in->nr_slots * sizeof(*in->words));
	for (uint32_t i = 0; i < in->nr; i++)
		*slot_of(in, in->words[i]) = i + 1;
}

uint32_t intern_number(struct intern *in, const char *word)
{
	uint32_t *slot;

	if (in->nr * 2 >= in->nr_slots)
		grow(in);
	slot = slot_of(in, word);
	if (!*slot) {
		in->words[in->nr] = xstrdup(word);
		*slot = ++in->nr;
	}
	return *slot;
}

uint32_t intern_find(const struct intern *in, const char *word)
{
	return in->nr_slots ? *slot_of(in, word) : 0;
}

const char *intern_word(const struct intern *in, uint32_t number)
{
	return number && number <= in->nr ? in->words[number - 1] : NULL;
}

void intern_free(struct intern *in)
{
	for (uint32_t i = 0; i < in->nr; i++)
		free(in->words[i]);
	free(in->words);
	free(in->slots);
	*in = (struct intern){ 0 };
}
