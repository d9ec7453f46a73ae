// SPDX-License-Identifier: GPL-2.0
/*
 * Loading ncurses: see curses.h.
 */
#include "lazy/curses.h"

struct curses curses;

void curses_load(void)
{
	static const struct lazy_symbol symbols[] = {
		LAZY_SYMBOL(curses, cbreak),
		LAZY_SYMBOL(curses, curs_set),
		LAZY_SYMBOL(curses, endwin),
		LAZY_SYMBOL(curses, has_colors),
		LAZY_SYMBOL(curses, init_pair),
		LAZY_SYMBOL(curses, keypad),
		LAZY_SYMBOL(curses, mvprintw),
		LAZY_SYMBOL(curses, newterm),
		LAZY_SYMBOL(curses, noecho),
		LAZY_SYMBOL(curses, printw),
		LAZY_SYMBOL(curses, start_color),
		LAZY_SYMBOL(curses, use_default_colors),
		LAZY_SYMBOL(curses, waddch),
		LAZY_SYMBOL(curses, waddnstr),
		LAZY_SYMBOL(curses, wattr_off),
		LAZY_SYMBOL(curses, wattr_on),
		LAZY_SYMBOL(curses, werase),
		LAZY_SYMBOL(curses, wgetch),
		LAZY_SYMBOL(curses, wmove),
		LAZY_SYMBOL(curses, wrefresh),
		LAZY_SYMBOL(curses, wtimeout),
		{ "stdscr", &curses.screen },
		{ "LINES", &curses.lines },
		{ "COLS", &curses.columns },
	};
	static bool loaded;

	LAZY_COMPLETE(curses, symbols);
	if (!loaded)
		LAZY_LOAD(CURSES_SONAME, symbols);
	loaded = true;
}
