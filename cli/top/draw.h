/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What top draws of the machine and of jobs, on a terminal of any width.
 */
#ifndef AIOSCTL_TOP_DRAW_H
#define AIOSCTL_TOP_DRAW_H

#include "lazy/curses.h"
#include "top/top.h"

enum {
	PAIR_USE = 1,
	PAIR_GRANT,
	PAIR_QUEUED,
};

void style_begin(attr_t style);
void style_end(attr_t style);
/* This writes a line at @row from its beginning, as far as the terminal goes. */
void line_draw(int row, const char *text);
/* This draws the resources that something bounds and returns the number of lines. */
int machine_draw(const struct top *top);
void headings_draw(int row);
void job_draw(int row, const struct aios_record *job, bool selected);
/* This draws what the keys do, those that matter most where there is no room for all. */
void keys_draw(int row);

#endif /* AIOSCTL_TOP_DRAW_H */
