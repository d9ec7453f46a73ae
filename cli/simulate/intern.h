/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words numbered from 1 in the order in which they come: equal words have equal
 * numbers.
 */
#ifndef AIOSCTL_SIMULATE_INTERN_H
#define AIOSCTL_SIMULATE_INTERN_H

#include <stddef.h>
#include <stdint.h>

/* A table that is all zero is empty. */
struct intern {
	uint32_t nr;
	char **words;		/* word number i is words[i - 1] */
	uint32_t *slots;	/* numbers by hash, 0: free */
	uint32_t nr_slots;	/* a power of two */
};

uint32_t intern_number(struct intern *intern, const char *word);
/* This returns the number of a word that has come before, 0 when it has not. */
uint32_t intern_find(const struct intern *intern, const char *word);
const char *intern_word(const struct intern *intern, uint32_t number);
void intern_free(struct intern *intern);

#endif /* AIOSCTL_SIMULATE_INTERN_H */
