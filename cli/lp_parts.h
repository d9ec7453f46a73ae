/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of a linear program, as both forms of its file have them. Each function
 * returns NULL, or what is wrong, for the caller to free.
 */
#ifndef AIOSCTL_LP_PARTS_H
#define AIOSCTL_LP_PARTS_H

#include <stddef.h>

#include "lp_file.h"

/* Numbers are kept as they come, before it is known which array they belong to. */
struct lp_numbers {
	char **text;
	size_t nr;
	size_t room;
};

/* The list has @text, which was allocated, from now on. */
void lp_numbers_add(struct lp_numbers *list, char *text);
void lp_numbers_free(struct lp_numbers *list);

/* The weights come first: they say how many columns there are. */
char *lp_weights_set(struct lp_program *lp, const struct lp_numbers *list);
char *lp_row_add(struct lp_program *lp, const struct lp_numbers *list, const char *b);
/* @what is "lower" or "upper", and *out lp->lo or lp->hi. */
char *lp_bounds_set(struct lp_program *lp, const struct lp_numbers *list,
		    const char *what, uint64_t **out);

/* This puts the line before an error, which is freed; none stays none. */
char *lp_error_at(unsigned int line, char *error);

char *lp_json_read(const char *text, struct lp_program *lp);

#endif /* AIOSCTL_LP_PARTS_H */
