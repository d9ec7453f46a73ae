// SPDX-License-Identifier: GPL-2.0
/*
 * A timeline as a picture: utilisation, work and jobs over time. Time is cut
 * into bins that hold means; when it outgrows them they are merged in pairs, so
 * that a picture of any length has between one and two thousand points.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "print/util.h"
#include "simulate/report.h"
#include "simulate/timeline_internal.h"

#define BINS		2048
#define BIN_NS		UINT64_C(1000000)

#define WIDTH		1040
#define LEFT		70
#define RIGHT		20
#define PLOT_WIDTH	(WIDTH - LEFT - RIGHT)
#define PANEL_HEIGHT	150
#define PANEL_STEP	210
#define TOP		64
#define NAME_WIDTH	8	/* of a character */
#define TITLE_WIDTH	9

/* A bin adds these up, times nanoseconds. */
enum series {
	USED,			/* of the capacity, by resource */
	ASKED = USED + TRACE_NR_RESOURCES,
	RUNNING = ASKED + TRACE_NR_RESOURCES,
	QUEUED,
	SUSPENDED,
	NR_SERIES,
};

struct svg {
	uint64_t width_ns;
	uint64_t end_ns;	/* since the begin */
	double bins[BINS][NR_SERIES];
};

struct line {
	enum series series;
	const char *name;
	const char *color;
	bool filled;
};

struct panel {
	const char *title;
	double top;		/* value at its upper edge, a whole number of steps */
	double step;		/* from one label to the next */
	double scale;		/* from a series to what is shown */
	int y;
};

/* -------------------------------------------------------------------- bins */

static void *svg_begin(struct timeline *t __attribute__((unused)))
{
	struct svg *s = xcalloc(1, sizeof(*s));

	s->width_ns = BIN_NS;
	return s;
}

static void halve(struct svg *s)
{
	for (size_t i = 0; i < BINS / 2; i++)
		for (int k = 0; k < NR_SERIES; k++)
			s->bins[i][k] = s->bins[2 * i][k] + s->bins[2 * i + 1][k];
	memset(s->bins[BINS / 2], 0, sizeof(s->bins) / 2);
	s->width_ns *= 2;
}

static void values_of(const struct timeline *t, double *values)
{
	const struct timeline_state *state = &t->state;

	memset(values, 0, NR_SERIES * sizeof(*values));
	for (int r = 0; r < TRACE_NR_RESOURCES; r++) {
		double capacity = (double)t->setup.capacity[r];

		if (t->setup.capacity[r] == UINT64_MAX)
			continue;
		values[USED + r] = (double)state->used[r] / capacity;
		values[ASKED + r] = (double)state->asked[r] / capacity;
	}
	values[RUNNING] = (double)state->running;
	values[QUEUED] = (double)state->queued;
	values[SUSPENDED] = (double)state->suspended;
}

static void svg_state(struct timeline *t, uint64_t from, uint64_t to)
{
	struct svg *s = t->data;
	double values[NR_SERIES];

	values_of(t, values);
	from -= t->begin_ns;
	to -= t->begin_ns;
	s->end_ns = to;
	while ((to - 1) / s->width_ns >= BINS)
		halve(s);
	while (from < to) {
		uint64_t i = from / s->width_ns;
		uint64_t until = (i + 1) * s->width_ns;

		until = until < to ? until : to;
		for (int k = 0; k < NR_SERIES; k++)
			s->bins[i][k] += values[k] * (double)(until - from);
		from = until;
	}
}

static size_t nr_bins(const struct svg *s)
{
	return (s->end_ns + s->width_ns - 1) / s->width_ns;
}

static double mean(const struct svg *s, size_t i, enum series series)
{
	uint64_t begin = i * s->width_ns;
	uint64_t len = s->end_ns - begin < s->width_ns ? s->end_ns - begin :
							  s->width_ns;

	return s->bins[i][series] / (double)len;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double highest(const struct svg *s, enum series series)
{
	double most = 0;

	for (size_t i = 0; i < nr_bins(s); i++)
		most = larger(most, mean(s, i, series));
	return most;
}

/* ----------------------------------------------------------------- drawing */

static void text_put(FILE *f, const char *s)
{
	size_t len;

	for (; *s; s += len ?: 1) {
		len = utf8_len(s);
		if (!len || ((unsigned char)*s < 0x20 && *s != '\t'))
			fputs("&#xfffd;", f);
		else if (strchr("&<>\"'", *s))
			fprintf(f, "&#%d;", *s);
		else
			fwrite(s, 1, len, f);
	}
}

/*
 * This returns the least of 1, 2 and 5 times a power of ten that is not below @least, which
 * is 0.1 or more.
 */
static double nice(double least)
{
	double power = .1, step;

	while (power * 10 <= least * (1 + 1e-9))
		power *= 10;
	step = power;
	if (step < least * (1 - 1e-9))
		step = 2 * power;
	if (step < least * (1 - 1e-9))
		step = 5 * power;
	return step < least * (1 - 1e-9) ? 10 * power : step;
}

/* The axis ends at the first label that is not below the peak. */
static struct panel panel_for(const char *title, double peak, int y)
{
	double most = larger(peak, 1), step = nice(most / 8);

	return (struct panel){
		.title = title,
		.top = step * ceil(most / step - 1e-9),
		.step = step,
		.scale = 1,
		.y = y,
	};
}

static double x_of(const struct svg *s, uint64_t ns)
{
	return LEFT + (s->end_ns ? PLOT_WIDTH * (double)ns / (double)s->end_ns : 0);
}

static double y_of(const struct panel *p, double value)
{
	return p->y + PANEL_HEIGHT * (1 - value * p->scale / p->top);
}

/* The line makes a step at each bin; a value that the one before has is not drawn again. */
static void series_draw(const struct timeline *t, const struct panel *p,
			const struct line *line)
{
	const struct svg *s = t->data;
	double before = NAN;

	if (line->filled)
		fprintf(t->file, "<path fill=\"%s\" fill-opacity=\".35\" stroke=\"none\" d=\"M%d %d",
			line->color, LEFT, p->y + PANEL_HEIGHT);
	else
		fprintf(t->file, "<path fill=\"none\" stroke=\"%s\" d=\"M%d %.1f",
			line->color, LEFT, y_of(p, mean(s, 0, line->series)));
	for (size_t i = 0; i < nr_bins(s); i++) {
		double y = y_of(p, mean(s, i, line->series));

		if (fabs(y - before) < 0.05)
			continue;
		fprintf(t->file, "H%.2fV%.1f", x_of(s, i * s->width_ns), y);
		before = y;
	}
	fprintf(t->file, "H%d", LEFT + PLOT_WIDTH);
	if (line->filled)
		fprintf(t->file, "V%dZ", p->y + PANEL_HEIGHT);
	fputs("\"/>\n", t->file);
}

static void y_axis(const struct timeline *t, const struct panel *p)
{
	for (int i = 0; i * p->step <= p->top * (1 + 1e-9); i++) {
		double v = i * p->step;
		double y = p->y + PANEL_HEIGHT * (1 - v / p->top);

		fprintf(t->file, "<path class=\"grid\" d=\"M%d %.1fh%d\"/>", LEFT, y,
			PLOT_WIDTH);
		fprintf(t->file, "<text class=\"right\" x=\"%d\" y=\"%.1f\">%.6g</text>\n",
			LEFT - 6, y + 4, v);
	}
}

/* These are distances of labels in seconds, and the unit that they are given in. */
static const struct {
	double step;
	double unit;
	const char *name;
} x_steps[] = {
	{ 1e-3, 1, "s" }, { 1e-2, 1, "s" }, { 0.1, 1, "s" }, { 1, 1, "s" },
	{ 5, 1, "s" }, { 10, 1, "s" }, { 30, 1, "s" },
	{ 60, 60, "min" }, { 300, 60, "min" }, { 600, 60, "min" }, { 1800, 60, "min" },
	{ 3600, 3600, "h" }, { 4 * 3600, 3600, "h" }, { 12 * 3600, 3600, "h" },
	{ 86400, 86400, "days" }, { 2 * 86400, 86400, "days" },
	{ 7 * 86400, 86400, "days" }, { 30 * 86400, 86400, "days" },
	{ 60 * 86400, 86400, "days" }, { 120 * 86400, 86400, "days" },
	{ 365 * 86400, 86400, "days" }, { 3650 * 86400., 86400, "days" },
	{ 36500 * 86400., 86400, "days" },
};

static void x_axis(const struct timeline *t, const struct panel *p)
{
	const struct svg *s = t->data;
	double span = (double)s->end_ns / 1e9;
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(x_steps) && span / x_steps[i].step > 12)
		i++;
	for (double at = 0; at <= span; at += x_steps[i].step) {
		double x = x_of(s, at * 1e9);

		fprintf(t->file, "<path class=\"grid\" d=\"M%.1f %dv%d\"/>", x, p->y,
			PANEL_HEIGHT + 4);
		fprintf(t->file, "<text class=\"middle\" x=\"%.1f\" y=\"%d\">%.6g</text>\n",
			x, p->y + PANEL_HEIGHT + 17, at / x_steps[i].unit);
	}
	fprintf(t->file, "<text class=\"middle\" x=\"%d\" y=\"%d\">%s since the first arrival</text>\n",
		LEFT + PLOT_WIDTH / 2, p->y + PANEL_HEIGHT + 32, x_steps[i].name);
}

/* The picture is grey where the machine drains. */
static void drains_draw(const struct timeline *t, const struct panel *p)
{
	for (size_t i = 0; i < t->setup.nr_drains; i++) {
		double x = x_of(t->data, t->setup.drains[i].start_ns);
		uint64_t end = timeline_drain_end(t, i);

		if (end)
			fprintf(t->file, "<rect class=\"drain\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"#eee\"><title>the machine drains</title></rect>\n",
				x, p->y, x_of(t->data, end) - x, PANEL_HEIGHT);
	}
}

static void panel_draw(const struct timeline *t, const struct panel *p,
		       const struct line *lines, size_t nr)
{
	int x = LEFT + PLOT_WIDTH;

	fprintf(t->file, "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT,
		p->y - 8, p->title);
	drains_draw(t, p);
	y_axis(t, p);
	x_axis(t, p);
	for (size_t i = nr; i--;) {
		int width = NAME_WIDTH * (int)strlen(lines[i].name);

		x -= 24 + width;
		fprintf(t->file, "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>",
			x, p->y - 17, lines[i].color);
		/* Whatever the font is, the name is as wide as there is room. */
		fprintf(t->file, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">%s</text>\n",
			x + 14, p->y - 8, width, lines[i].name);
	}
	for (size_t i = 0; i < nr && nr_bins(t->data); i++)
		series_draw(t, p, &lines[i]);
}

/* Work is measured in machines full of the scarcest resource. */
static int scarcest(const struct timeline *t)
{
	const struct svg *s = t->data;
	double most = -1;
	int scarce = 0;

	for (int r = 0; r < TRACE_NR_RESOURCES; r++) {
		double sum = 0;

		if (t->setup.capacity[r] == UINT64_MAX)
			continue;
		for (size_t i = 0; i < nr_bins(s); i++)
			sum += s->bins[i][USED + r] + s->bins[i][ASKED + r];
		if (sum <= most)
			continue;
		most = sum;
		scarce = r;
	}
	return scarce;
}

static void draw_utilisation(const struct timeline *t, int y)
{
	static const char * const colors[] = { "#1b6ca8", "#c05621", "#2f855a" };
	struct panel panel = { "utilisation, %", 100, 20, 100, y };
	struct line lines[TRACE_NR_RESOURCES];
	size_t nr = 0;

	for (int r = 0; r < TRACE_NR_RESOURCES; r++) {
		if (t->setup.capacity[r] == UINT64_MAX)
			continue;
		lines[nr] = (struct line){ USED + r, trace_resource_name(r), colors[r], !nr };
		nr++;
	}
	panel_draw(t, &panel, lines, nr);
}

static void draw_work(const struct timeline *t, int y)
{
	const struct svg *s = t->data;
	int r = scarcest(t);
	auto_free char *title = xasprintf("work, in machines full of %s",
					  trace_resource_name(r));
	const struct line lines[] = {
		{ ASKED + r, "queued", "#b7791f", false },
		{ USED + r, "running", "#1b6ca8", true },
	};
	double most = larger(highest(s, USED + r), highest(s, ASKED + r));
	struct panel panel = panel_for(title, most, y);

	panel_draw(t, &panel, lines, ARRAY_SIZE(lines));
}

static void draw_jobs(const struct timeline *t, int y)
{
	const struct svg *s = t->data;
	const struct line lines[] = {
		{ QUEUED, "queued", "#b7791f", false },
		{ RUNNING, "running", "#1b6ca8", true },
		{ SUSPENDED, "suspended", "#805ad5", false },
	};
	double most = larger(larger(highest(s, RUNNING), highest(s, QUEUED)),
			   highest(s, SUSPENDED));
	struct panel panel = panel_for("jobs", most, y);

	panel_draw(t, &panel, lines, highest(s, SUSPENDED) > 0 ? 3 : 2);
}

static void svg_end(struct timeline *t)
{
	int height = TOP + 3 * PANEL_STEP;

	fprintf(t->file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>",
		WIDTH, height);
	text_put(t->file, t->setup.title);
	fprintf(t->file, "</title>\n<style>.grid{stroke:#ddd;fill:none}.right{text-anchor:end}.middle{text-anchor:middle}.title{font-weight:bold}</style>\n"
		"<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"24\" font-size=\"15\"",
		WIDTH, height, LEFT);
	if (strlen(t->setup.title) > PLOT_WIDTH / TITLE_WIDTH)
		fprintf(t->file, " textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\"",
			PLOT_WIDTH);
	fputs(">", t->file);
	text_put(t->file, t->setup.title);
	fputs("</text>\n", t->file);
	draw_utilisation(t, TOP);
	draw_work(t, TOP + PANEL_STEP);
	draw_jobs(t, TOP + 2 * PANEL_STEP);
	fputs("</svg>\n", t->file);
	free(t->data);
}

const struct timeline_ops timeline_svg = {
	.suffix = ".svg",
	.begin = svg_begin,
	.state = svg_state,
	.end = svg_end,
};
