/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words that are not known: which of the known ones may have been meant.
 */
#ifndef AIOSCTL_BASE_SIMILAR_H
#define AIOSCTL_BASE_SIMILAR_H

#include <stddef.h>

#define SIMILAR_MAX	3

/* These are the words that resemble one most, all of them equally. */
struct similar {
	const char *text;	/* what was given */
	const char *words[SIMILAR_MAX];
	size_t nr;
	size_t apart;		/* how far they are from it */
};

/* This begins to look for what @text may have meant. */
void similar_begin(struct similar *s, const char *text);
/* This offers a word that is known; it has to live as long as @s. */
void similar_offer(struct similar *s, const char *word);
/* This offers a word that is known to mean the same, however it is written. */
void similar_offer_instead(struct similar *s, const char *word);
/*
 * This returns ": did you mean --sort?", or "" where nothing offered resembles the
 * text; @prefix stands before each word. To be freed.
 */
char *similar_text(const struct similar *s, const char *prefix);

#endif /* AIOSCTL_BASE_SIMILAR_H */
