/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as people write many of them: "0-39", "1,3,5-9", "0-100:10".
 */
#ifndef AIOSCTL_SPOOL_RANGES_H
#define AIOSCTL_SPOOL_RANGES_H

#include <stddef.h>
#include <stdint.h>

/*
 * This reads at most @most numbers into *@numbers, to be freed, in the order of the text; it
 * returns 0, -EINVAL when that is none, -E2BIG when there are more, or -EEXIST when one
 * comes twice.
 */
int ranges_parse(const char *text, size_t most, uint64_t **numbers, size_t *nr);

/* This returns the shortest text of the numbers, to be freed. */
char *ranges_text(const uint64_t *numbers, size_t nr);

#endif /* AIOSCTL_SPOOL_RANGES_H */
