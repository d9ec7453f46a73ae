// SPDX-License-Identifier: GPL-2.0
/*
 * The screen of top: bars of the machine's resources, then the jobs, with a
 * cursor on one of them that keys act on.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lazy/curses.h"
#include "machine/job.h"
#include "print/show.h"
#include "print/when.h"
#include "top/draw.h"
#include "top/top.h"

struct screen {
	struct top *top;
	uint64_t selected;	/* id of the job under the cursor; 0: none */
	size_t cursor;
	size_t first;		/* first job shown */
	size_t sort;		/* key that s chose; past the last: as given */
	bool reverse;
	char message[AIOS_WHY_LEN + 64];
};

/* This keeps the cursor on the job that it was on, and in sight. */
static void cursor_place(struct screen *s, int rows)
{
	const struct joblist *jobs = &s->top->jobs;

	for (size_t i = 0; i < jobs->nr && s->selected; i++)
		if (jobs->jobs[i].job == s->selected)
			s->cursor = i;
	if (s->cursor >= jobs->nr)
		s->cursor = jobs->nr ? jobs->nr - 1 : 0;
	s->selected = jobs->nr ? jobs->jobs[s->cursor].job : 0;
	if (s->cursor < s->first)
		s->first = s->cursor;
	if (rows > 0 && s->cursor >= s->first + rows)
		s->first = s->cursor - rows + 1;
}

static void screen_draw(struct screen *s)
{
	const struct top *top = s->top;
	int row, rows;

	curses.werase(*curses.screen);
	row = machine_draw(top) + 1;
	headings_draw(row++);
	rows = *curses.lines - row - 1;
	cursor_place(s, rows);
	for (int i = 0; i < rows && s->first + i < top->jobs.nr; i++)
		job_draw(row + i, &top->jobs.jobs[s->first + i], s->first + i == s->cursor);
	if (!top->jobs.nr)
		line_draw(row, "no jobs");
	if (*s->message)
		curses.mvprintw(*curses.lines - 1, 0, "%.*s", *curses.columns - 1, s->message);
	else
		keys_draw(*curses.lines - 1);
	curses.wrefresh(*curses.screen);
}

/* ------------------------------------------------------------------ pages */

/* This shows text until a key is pressed. */
static void page_show(const char *text)
{
	int row = 0;

	curses.werase(*curses.screen);
	while (*text && row < *curses.lines - 2) {
		size_t len = strcspn(text, "\n");

		curses.wmove(*curses.screen, row++, 0);
		curses.waddnstr(*curses.screen, text, len < (size_t)*curses.columns ?
				(int)len : *curses.columns - 1);
		text += len + (text[len] == '\n');
	}
	curses.mvprintw(*curses.lines - 1, 0, "press a key");
	curses.wrefresh(*curses.screen);
	curses.wtimeout(*curses.screen, -1);
	curses.wgetch(*curses.screen);
}

static void help_show(void)
{
	page_show("Keys\n\n"
		  "  Up, Down, PgUp, PgDn, Home, End   move\n"
		  "  s, S         sort by the next key; reverse the order\n"
		  "  z            suspend the job under the cursor, or resume it\n"
		  "  k            cancel it\n"
		  "  Enter, e     explain why it has what it has\n"
		  "  Space        refresh now\n"
		  "  q            quit\n\n"
		  "Bars\n\n"
		  "  |            used\n"
		  "  :            granted beyond what is used\n");
}

static void explain_show(struct screen *s)
{
	auto_free char *text = NULL;
	struct cli cli = *s->top->cli;
	struct aios_job *job;
	size_t len;
	FILE *f;
	int err;

	err = aios_job_open(cli.ctx, s->selected, &job);
	if (err) {
		snprintf(s->message, sizeof(s->message), "job %" PRIu64 ": %s",
			 s->selected, strerror(-err));
		return;
	}
	f = open_memstream(&text, &len);
	if (!f)
		out_of_memory();
	out_init(&cli.out, f, false, false);
	out_open(&cli.out, NULL);
	out_list_begin(&cli.out, "jobs");
	if (!job_explain_print(&cli, job, NULL)) {
		out_list_end(&cli.out);
		out_close(&cli.out);
	}
	fclose(f);
	aios_job_unref(job);
	page_show(text);
}

/* ------------------------------------------------------------------- keys */

static void job_call(struct screen *s, const char *verb,
		     int (*call)(struct aios_job *job, struct aios_why *why))
{
	char sentence[AIOS_WHY_LEN] = "";
	struct aios_why why = { 0 };
	struct aios_job *job;
	int err;

	err = aios_job_open(s->top->cli->ctx, s->selected, &job);
	if (!err) {
		err = call(job, &why);
		aios_job_unref(job);
	}
	if (why.code)
		aios_why_describe(s->top->cli->ctx, &why, sentence,
				  sizeof(sentence));
	snprintf(s->message, sizeof(s->message), "%s job %" PRIu64 ": %s", verb,
		 s->selected, !err ? "done" : why.code ? sentence : strerror(-err));
}

static void suspend_toggle(struct screen *s)
{
	if (s->top->jobs.jobs[s->cursor].state == AIOS_STATE_SUSPENDED)
		job_call(s, "resume", aios_job_resume);
	else
		job_call(s, "suspend", aios_job_suspend);
}

static void cancel_ask(struct screen *s)
{
	int key;

	snprintf(s->message, sizeof(s->message), "cancel job %" PRIu64 "? (y/n)",
		 s->selected);
	screen_draw(s);
	curses.wtimeout(*curses.screen, -1);
	key = curses.wgetch(*curses.screen);
	*s->message = '\0';
	if (key == 'y' || key == 'Y')
		job_call(s, "cancel", aios_job_cancel);
}

static void sort_apply(struct screen *s)
{
	const char *name = joblist_key_name(s->sort);
	char text[64];

	snprintf(text, sizeof(text), "%s%s", s->reverse ? "-" : "", name);
	s->top->nr_keys = joblist_keys_parse(text, s->top->keys);
	joblist_sort(&s->top->jobs, s->top->keys, s->top->nr_keys);
	snprintf(s->message, sizeof(s->message), "sorted by %s%s", name,
		 s->reverse ? ", reversed" : "");
}

static void sort_next(struct screen *s)
{
	s->sort++;
	if (!joblist_key_name(s->sort))
		s->sort = 0;
	sort_apply(s);
}

static void cursor_move(struct screen *s, long by)
{
	long to = (long)s->cursor + by;
	long last = (long)s->top->jobs.nr - 1;

	to = to > last ? last : to;
	s->cursor = to < 0 ? 0 : to;
	if (s->top->jobs.nr)
		s->selected = s->top->jobs.jobs[s->cursor].job;
}

/* This handles a key that acts on a job. */
static void key_act(struct screen *s, int key)
{
	if (!s->top->jobs.nr)
		return;
	switch (key) {
	case 'z':
		suspend_toggle(s);
		break;
	case 'k':
		cancel_ask(s);
		break;
	case 'e':
	case '\n':
	case KEY_ENTER:
		explain_show(s);
		break;
	}
}

/* This returns false to quit. */
static bool key_handle(struct screen *s, int key)
{
	*s->message = '\0';
	switch (key) {
	case 'q':
		return false;
	case KEY_UP:
		cursor_move(s, -1);
		break;
	case KEY_DOWN:
		cursor_move(s, 1);
		break;
	case KEY_PPAGE:
		cursor_move(s, -*curses.lines / 2);
		break;
	case KEY_NPAGE:
		cursor_move(s, *curses.lines / 2);
		break;
	case KEY_HOME:
		cursor_move(s, -(long)s->top->jobs.nr);
		break;
	case KEY_END:
		cursor_move(s, s->top->jobs.nr);
		break;
	case 's':
		sort_next(s);
		break;
	case 'S':
		s->reverse = !s->reverse;
		sort_apply(s);
		break;
	case 'h':
	case '?':
		help_show();
		break;
	default:
		key_act(s, key);
		break;
	}
	return true;
}

static void colors_init(const struct cli *cli)
{
	if (!cli->color || !curses.has_colors())
		return;
	curses.start_color();
	curses.use_default_colors();
	curses.init_pair(PAIR_USE, COLOR_GREEN, -1);
	curses.init_pair(PAIR_GRANT, COLOR_BLUE, -1);
	curses.init_pair(PAIR_QUEUED, COLOR_YELLOW, -1);
}

/* This handles keys until the next refresh is due; it returns false to quit. */
static bool keys_handle(struct screen *s)
{
	uint64_t due = monotonic_ns() + s->top->delay_ns;

	for (;;) {
		uint64_t now = monotonic_ns();
		int key;

		if (now >= due)
			return true;
		curses.wtimeout(*curses.screen, (due - now + 999999) / 1000000);
		key = curses.wgetch(*curses.screen);
		if (key == ERR)
			continue;
		if (key == ' ')
			return true;
		if (!key_handle(s, key))
			return false;
		screen_draw(s);
	}
}

int top_screen(struct top *top)
{
	struct screen s = { .top = top };
	int err = 0;

	curses_load();
	locale_use();
	if (!curses.newterm(NULL, stdout, stdin))
		return cli_error(top->cli, CLI_FAILURE, "the terminal cannot be set up: use --batch");
	curses.cbreak();
	curses.noecho();
	curses.keypad(*curses.screen, TRUE);
	curses.curs_set(0);
	colors_init(top->cli);
	for (uint64_t n = 0; !top->iterations || n < top->iterations; n++) {
		err = top_read(top);
		if (err)
			break;
		screen_draw(&s);
		if (!keys_handle(&s))
			break;
	}
	curses.endwin();
	return err ? list_fail(top->cli, err, "jobs") : CLI_OK;
}
