// SPDX-License-Identifier: GPL-2.0
/*
 * How top draws the machine and jobs. A line of a job has as many columns as fit, those
 * that matter most; what is left of the width goes to names.
 */
#include <inttypes.h>
#include <string.h>

#include "print/show.h"
#include "print/when.h"
#include "top/draw.h"

#define BAR_WIDTH_MAX	30
#define BAR_WIDTH_MIN	8
#define JOB_BAR_WIDTH	10
/* Of a resource's name, and the brackets of a bar. */
#define LABEL_WIDTH	11
#define BRACKETS	2
#define NAME_WIDTH_MAX	32

void style_begin(attr_t style)
{
	curses.wattr_on(*curses.screen, style, NULL);
}

void style_end(attr_t style)
{
	curses.wattr_off(*curses.screen, style, NULL);
}

void line_draw(int row, const char *text)
{
	curses.wmove(*curses.screen, row, 0);
	curses.waddnstr(*curses.screen, text, *curses.columns);
}

static void styled_repeat(int n, chtype c, int pair)
{
	style_begin(COLOR_PAIR(pair));
	while (n-- > 0)
		curses.waddch(*curses.screen, c);
	style_end(COLOR_PAIR(pair));
}

/* The bar "[|||||:::::     ]" shows use, what is granted beyond it, and the rest of @of. */
static void bar_draw(uint64_t use, uint64_t grant, uint64_t of, int width)
{
	double scale = of ? (double)width / of : 0;
	int used = use * scale + 0.5;
	int granted = grant * scale + 0.5;

	used = used > width ? width : used;
	granted = granted > width ? width : granted;
	curses.waddch(*curses.screen, '[');
	styled_repeat(used, '|', PAIR_USE);
	styled_repeat(granted - used, ':', PAIR_GRANT);
	styled_repeat(width - (granted > used ? granted : used), ' ', 0);
	curses.waddch(*curses.screen, ']');
}

/* ---------------------------------------------------------------- machine */

static void resource_draw(const struct top *top, int row, int i)
{
	const struct aios_resource_info *r = &top->resources[i];
	char use[AIOS_QUANTITY_LEN], granted[AIOS_QUANTITY_LEN];
	char capacity[AIOS_QUANTITY_LEN];
	auto_free char *text = NULL;
	int width, room = *curses.columns - LABEL_WIDTH - BRACKETS;

	aios_quantity_format(r->id, top->use[r->id], use, sizeof(use));
	aios_quantity_format(r->id, r->granted, granted, sizeof(granted));
	aios_quantity_format(r->id, r->capacity, capacity, sizeof(capacity));
	text = xasprintf(" %s used, %s granted of %s", use, granted, capacity);
	if ((int)strlen(text) > room - BAR_WIDTH_MIN) {
		free(text);
		text = xasprintf(" %s/%s/%s", use, granted, capacity);
	}
	width = room - (int)strlen(text);
	width = width < BAR_WIDTH_MIN ? BAR_WIDTH_MIN : width;
	width = width > BAR_WIDTH_MAX ? BAR_WIDTH_MAX : width;
	curses.wmove(*curses.screen, row, 0);
	curses.printw("%-10.10s ", r->name);
	bar_draw(top->use[r->id], r->granted, r->capacity, width);
	if (room > width)
		curses.waddnstr(*curses.screen, text, room - width);
}

int machine_draw(const struct top *top)
{
	auto_free char *jobs = xasprintf("aios: %u running, %u queued", top->info.nr_running,
					 top->info.nr_queued);
	auto_free char *text = xasprintf("%s, %u groups, %u devices", jobs, top->info.nr_groups,
					 top->info.nr_devices);
	int row = 0;

	line_draw(row++, (int)strlen(text) > *curses.columns ? jobs : text);
	for (int i = 0; i < top->nr_resources; i++)
		if (top->resources[i].capacity != AIOS_UNLIMITED &&
		    top->resources[i].capacity)
			resource_draw(top, row++, i);
	return row;
}

/* ------------------------------------------------------------------- jobs */

enum column {
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_GROUP,
	COLUMN_USER,
	COLUMN_STATE,
	COLUMN_CPU_BAR,
	COLUMN_CPU,
	COLUMN_MEM_BAR,
	COLUMN_MEM,
	COLUMN_TIME,
	NR_COLUMNS
};

static const struct {
	const char *heading;
	int width;
	bool right;
} columns[NR_COLUMNS] = {
	[COLUMN_ID] = { "ID", 6, true },
	[COLUMN_NAME] = { "NAME", 10, false },
	[COLUMN_GROUP] = { "GROUP", 14, false },
	[COLUMN_USER] = { "USER", 8, false },
	[COLUMN_STATE] = { "STATE", 9, false },
	[COLUMN_CPU_BAR] = { "CPU", JOB_BAR_WIDTH + BRACKETS, false },
	[COLUMN_CPU] = { "GRANT", 8, false },
	[COLUMN_MEM_BAR] = { "MEM", JOB_BAR_WIDTH + BRACKETS, false },
	[COLUMN_MEM] = { "GRANT", 9, false },
	[COLUMN_TIME] = { "TIME", 7, true },
};

/* The first four take 40 columns. */
static const enum column importance[NR_COLUMNS] = {
	COLUMN_ID, COLUMN_NAME, COLUMN_CPU_BAR, COLUMN_STATE, COLUMN_TIME, COLUMN_MEM_BAR,
	COLUMN_CPU, COLUMN_GROUP, COLUMN_USER, COLUMN_MEM,
};

/* How wide each column is; 0: there is no room for it. */
static void columns_fit(int width[NR_COLUMNS])
{
	int room = *curses.columns + 1;

	memset(width, 0, NR_COLUMNS * sizeof(*width));
	for (int i = 0; i < NR_COLUMNS && columns[importance[i]].width < room; i++) {
		width[importance[i]] = columns[importance[i]].width;
		room -= columns[importance[i]].width + 1;
	}
	if (width[COLUMN_NAME])
		width[COLUMN_NAME] += room > NAME_WIDTH_MAX - width[COLUMN_NAME] ?
			NAME_WIDTH_MAX - width[COLUMN_NAME] : room;
}

void headings_draw(int row)
{
	int width[NR_COLUMNS], at = 0;

	columns_fit(width);
	style_begin(A_BOLD);
	for (int c = 0; c < NR_COLUMNS; c++) {
		if (!width[c])
			continue;
		curses.wmove(*curses.screen, row, at);
		curses.printw(columns[c].right ? "%*s" : "%-*s", width[c], columns[c].heading);
		at += width[c] + 1;
	}
	style_end(A_BOLD);
}

static void job_bar(const struct aios_record *job, uint32_t r)
{
	uint64_t of = job->limit[r];

	if (of == AIOS_UNLIMITED)
		of = job->grant[r] > job->use[r] ? job->grant[r] : job->use[r];
	bar_draw(job->use[r], job->grant[r], of, JOB_BAR_WIDTH);
}

static void amount_draw(const struct aios_record *job, uint32_t r, int width)
{
	bool queued = job->state == AIOS_STATE_QUEUED;
	char amount[AIOS_RANGE_LEN];

	aios_quantity_format(r, queued ? job->request[r] : job->grant[r], amount,
			     sizeof(amount));
	curses.printw("%-*.*s", width, width, amount);
}

static void time_draw(const struct aios_record *job, int width)
{
	uint64_t now = monotonic_ns();
	char spent[32];

	duration_text(job->state == AIOS_STATE_QUEUED ? job_wait_ns(job, now) :
		      job_run_ns(job, now), spent, sizeof(spent));
	curses.printw("%*.*s", width, width, spent);
}

static void cell_draw(const struct aios_record *job, enum column c, int width)
{
	switch (c) {
	case COLUMN_ID:
		curses.printw("%*" PRIu64, width, (uint64_t)job->job);
		break;
	case COLUMN_NAME:
		curses.printw("%-*.*s", width, width, *job->name ? job->name : "-");
		break;
	case COLUMN_GROUP:
		curses.printw("%-*.*s", width, width, job->path);
		break;
	case COLUMN_USER:
		curses.printw("%-*.*s", width, width, user_name(job->uid));
		break;
	case COLUMN_STATE:
		curses.printw("%-*.*s", width, width, aios_state_name(job->state) ?: "?");
		break;
	case COLUMN_CPU_BAR:
		job_bar(job, AIOS_RESOURCE_CPU);
		break;
	case COLUMN_CPU:
		amount_draw(job, AIOS_RESOURCE_CPU, width);
		break;
	case COLUMN_MEM_BAR:
		job_bar(job, AIOS_RESOURCE_MEMORY);
		break;
	case COLUMN_MEM:
		amount_draw(job, AIOS_RESOURCE_MEMORY, width);
		break;
	default:
		time_draw(job, width);
	}
}

void job_draw(int row, const struct aios_record *job, bool selected)
{
	bool queued = job->state == AIOS_STATE_QUEUED;
	int width[NR_COLUMNS], at = 0;

	columns_fit(width);
	if (selected)
		style_begin(A_REVERSE);
	if (queued)
		style_begin(COLOR_PAIR(PAIR_QUEUED));
	for (int c = 0; c < NR_COLUMNS; c++) {
		if (!width[c])
			continue;
		if (at)
			curses.waddch(*curses.screen, ' ');
		curses.wmove(*curses.screen, row, at);
		cell_draw(job, c, width[c]);
		at += width[c] + 1;
	}
	if (queued)
		style_end(COLOR_PAIR(PAIR_QUEUED));
	if (selected)
		style_end(A_REVERSE);
}

/* ------------------------------------------------------------------- keys */

void keys_draw(int row)
{
	static const char * const keys[] = {
		"q quit", "h help", "s sort", "k cancel", "e explain", "z suspend/resume",
	};
	auto_free char *text = xstrdup("");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char *longer;

		if ((int)(strlen(text) + strlen(keys[i]) + 2) > *curses.columns)
			break;
		longer = xasprintf("%s%s%s", text, i ? "  " : "", keys[i]);
		free(text);
		text = longer;
	}
	line_draw(row, text);
}
