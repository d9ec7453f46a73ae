/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Libraries that few commands need are loaded by these alone, so that the others,
 * run and submit first of all, start without them. Each has a header in this
 * folder, with a struct whose members are the functions that aiosctl calls.
 */
#ifndef AIOSCTL_LAZY_LAZY_H
#define AIOSCTL_LAZY_LAZY_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* A member that points to the function of its own name. */
#define LAZY_MEMBER(function)	__typeof__(function) *function

/* The address of a function or of a variable goes into the pointer @to. */
struct lazy_symbol {
	const char *name;
	void *to;
};

#define LAZY_SYMBOL(library, function)	{ #function, &(library).function }

#define LAZY_NR(symbols)	(sizeof(symbols) / sizeof((symbols)[0]))

/* Each member of the struct has its symbol. */
#define LAZY_COMPLETE(library, symbols)	\
	static_assert(sizeof(library) == LAZY_NR(symbols) * sizeof(void *), #library)

/* Load the library @soname; where it or a symbol is missing, the command ends. */
void lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t nr);

/* The same for a whole array of symbols. */
#define LAZY_LOAD(soname, symbols) \
	lazy_load(soname, symbols, LAZY_NR(symbols))

#endif /* AIOSCTL_LAZY_LAZY_H */
