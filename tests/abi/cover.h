/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is reached of the module, by whatever counts it here: aios_cover.ko (cover/), or KCOV.
 */
#ifndef ABI_COVER_H
#define ABI_COVER_H

#include <stdint.h>

#include "cover_area.h"

/* Neither need be there: then nothing is reached. */
void cover_open(void);

/* In a process whose calls are to be counted. */
void cover_child(void);
void cover_child_end(void);

/* The module comes, and is about to go. */
void cover_begin(void);
void cover_end(void);

/* A call begins. */
void cover_turn(void);

/* It grows when something new is reached. */
uint64_t cover_sum(void);

const struct cover_area *cover_area(void);

#endif /* ABI_COVER_H */
