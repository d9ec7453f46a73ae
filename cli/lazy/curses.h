/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ncurses, for the screen of top.
 */
#ifndef AIOSCTL_LAZY_CURSES_H
#define AIOSCTL_LAZY_CURSES_H

#include <curses.h>

#include "lazy/lazy.h"

/* Nothing of it may be used before curses_load(). */
extern struct curses {
	LAZY_MEMBER(cbreak);
	LAZY_MEMBER(curs_set);
	LAZY_MEMBER(endwin);
	LAZY_MEMBER(has_colors);
	LAZY_MEMBER(init_pair);
	LAZY_MEMBER(keypad);
	LAZY_MEMBER(mvprintw);
	LAZY_MEMBER(newterm);
	LAZY_MEMBER(noecho);
	LAZY_MEMBER(printw);
	LAZY_MEMBER(start_color);
	LAZY_MEMBER(use_default_colors);
	LAZY_MEMBER(waddch);
	LAZY_MEMBER(waddnstr);
	LAZY_MEMBER(wattr_off);
	LAZY_MEMBER(wattr_on);
	LAZY_MEMBER(werase);
	LAZY_MEMBER(wgetch);
	LAZY_MEMBER(wmove);
	LAZY_MEMBER(wrefresh);
	LAZY_MEMBER(wtimeout);
	WINDOW **screen;	/* stdscr */
	int *lines;		/* LINES */
	int *columns;		/* COLS */
} curses;

void curses_load(void);

#endif /* AIOSCTL_LAZY_CURSES_H */
