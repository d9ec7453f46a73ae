// SPDX-License-Identifier: GPL-2.0
/*
 * The printer: see out.h for the model. JSON is a json-c tree that is written
 * at the end; a finished row is kept as its text, which takes a tenth of the
 * memory of the tree when ten thousand jobs are listed. Text is collected in a
 * buffer: tables and records need their widths before the first line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "lazy/jsonc.h"
#include "print/out.h"
#include "print/util.h"

enum out_kind {
	OUT_DOCUMENT,
	OUT_RECORD,
	OUT_LIST,
	OUT_TABLE,
	OUT_ROW,
	OUT_HIDDEN,
};

struct out_item {
	char *key;
	char *text;		/* NULL: an empty cell */
	enum out_style style;
};

struct out_frame {
	struct out_frame *below;
	enum out_kind kind;
	struct json_object *json; /* owned by the frame below, but for rows */
	const struct out_column *columns;
	size_t nr_columns;
	const char *drop;	/* tables: as of out_table_fit(), or NULL */
	const char *how;
	bool indented;		/* records: their fields are, below a heading */
	struct out_item *items;	/* records: lines; tables: cells by rows */
	size_t nr_items;
	size_t room;
};

static const char * const style_codes[] = {
	[OUT_PLAIN] = "",
	[OUT_BOLD] = "\033[1m",
	[OUT_DIM] = "\033[2m",
	[OUT_GOOD] = "\033[32m",
	[OUT_WARN] = "\033[33m",
	[OUT_BAD] = "\033[31m",
};

void out_init(struct out *o, FILE *file, bool json, bool color)
{
	*o = (struct out){ .file = file, .json = json, .color = color };
}

/* ------------------------------------------------------------------- text */

static void text_add(struct out *o, const char *s, size_t len)
{
	if (o->text_len + len + 1 > o->text_room) {
		o->text_room = (o->text_len + len + 1) * 2;
		o->text = xrealloc(o->text, o->text_room);
	}
	memcpy(o->text + o->text_len, s, len);
	o->text_len += len;
	o->text[o->text_len] = '\0';
}

static void text_puts(struct out *o, const char *s)
{
	text_add(o, s, strlen(s));
}

static void text_pad(struct out *o, size_t n)
{
	while (n--)
		text_add(o, " ", 1);
}

/* This counts the columns that @s takes on a terminal, or bytes where it is not valid text. */
static size_t text_width(const char *s)
{
	size_t bytes = strlen(s);
	wchar_t wide[256];
	size_t n = 0;
	int width;

	/* most is ASCII, and to read the user's locale takes as long as to start */
	while (isascii(s[n]))
		if (!s[n++])
			return bytes;
	locale_use();
	n = mbstowcs(wide, s, ARRAY_SIZE(wide));
	if (n == (size_t)-1 || n == ARRAY_SIZE(wide))
		return bytes;
	width = wcswidth(wide, n);
	return width < 0 ? bytes : (size_t)width;
}

static void text_styled(struct out *o, const char *s, enum out_style style)
{
	bool styled = o->color && style != OUT_PLAIN;

	if (styled)
		text_puts(o, style_codes[style]);
	text_puts(o, s);
	if (styled)
		text_puts(o, "\033[0m");
}

/* The fields are indented by the depth of records around the present one. */
static size_t text_depth(const struct out *o)
{
	size_t depth = 0;

	for (const struct out_frame *f = o->top; f; f = f->below)
		depth += f->indented;
	return depth;
}

static void items_free(struct out_frame *f)
{
	for (size_t i = 0; i < f->nr_items; i++) {
		free(f->items[i].key);
		free(f->items[i].text);
	}
	free(f->items);
	f->items = NULL;
	f->nr_items = 0;
	f->room = 0;
}

static struct out_item *item_new(struct out_frame *f)
{
	if (f->nr_items == f->room) {
		f->room = f->room ? f->room * 2 : 16;
		f->items = xrealloc(f->items, f->room * sizeof(*f->items));
	}
	f->items[f->nr_items] = (struct out_item){ 0 };
	return &f->items[f->nr_items++];
}

/* People see a duration or a date and need no unit: this counts the bytes of the label. */
static size_t label_len(const char *key)
{
	static const char * const suffixes[] = { "_duration_ns", "_ns" };
	size_t len = strlen(key);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t tail = strlen(suffixes[i]);

		if (len > tail && !strcmp(key + len - tail, suffixes[i]))
			return len - tail;
	}
	return len;
}

/* "cpu_time_ns" is the key, "cpu time" the label. */
static void label_print(struct out *o, const char *key)
{
	size_t len = label_len(key);

	for (size_t i = 0; i < len; i++)
		text_add(o, key[i] == '_' ? " " : &key[i], 1);
}

/* This writes the lines that a record has collected, aligned with each other. */
static void record_flush(struct out *o, struct out_frame *f)
{
	size_t width = 0;

	for (size_t i = 0; i < f->nr_items; i++) {
		size_t w = label_len(f->items[i].key);

		width = w > width ? w : width;
	}
	for (size_t i = 0; i < f->nr_items; i++) {
		const struct out_item *item = &f->items[i];

		text_pad(o, 2 * text_depth(o));
		label_print(o, item->key);
		text_pad(o, width - label_len(item->key) + 2);
		text_styled(o, item->text, item->style);
		text_puts(o, "\n");
	}
	items_free(f);
}

/* Whatever is open collects lines: this lets them out before something else. */
static void text_flush(struct out *o)
{
	if (o->top && (o->top->kind == OUT_RECORD || o->top->kind == OUT_DOCUMENT))
		record_flush(o, o->top);
}

static void heading_print(struct out *o, const char *title)
{
	if (!title || o->no_header)
		return;
	if (o->text_len)
		text_puts(o, "\n");
	text_pad(o, 2 * text_depth(o));
	text_styled(o, title, OUT_BOLD);
	text_puts(o, "\n");
}

static void cell_print(struct out *o, const struct out_column *column,
		       const char *text, enum out_style style, size_t width,
		       bool last)
{
	size_t pad = width - text_width(text);

	if (column->right)
		text_pad(o, pad);
	text_styled(o, text, style);
	if (!last)
		text_pad(o, (column->right ? 0 : pad) + 2);
}

/* How a table is laid out. */
struct layout {
	size_t *width;		/* of each column */
	bool *hidden;
	size_t last;		/* the last column that is shown */
	size_t total;		/* of a line */
};

/* The narrowest that a column may become whose text goes on below. */
#define WRAP_MIN	16

static void layout_count(const struct out *o, const struct out_frame *f, struct layout *l)
{
	l->total = 2 * text_depth(o);
	for (size_t c = 0; c < f->nr_columns; c++) {
		if (l->hidden[c])
			continue;
		l->total += l->width[c] + 2;
		l->last = c;
	}
	l->total -= 2;
}

/* Has no row anything to say in column @c? */
static bool column_is_empty(const struct out_frame *f, size_t c)
{
	for (size_t i = c; i < f->nr_items; i += f->nr_columns)
		if (f->items[i].text && strcmp(f->items[i].text, "-"))
			return false;
	return true;
}

/* This hides columns of @f->drop until the table fits, only the empty ones or all. */
static void columns_drop(const struct out *o, const struct out_frame *f, struct layout *l,
			 bool empty)
{
	auto_free char *copy = xstrdup(f->drop);
	char *rest = copy, *key;

	while (l->total > o->width && (key = strsep(&rest, ","))) {
		for (size_t c = 0; c < f->nr_columns; c++)
			if (!strcmp(f->columns[c].key, key) && (!empty || column_is_empty(f, c)))
				l->hidden[c] = true;
		layout_count(o, f, l);
	}
}

static void layout_fit(const struct out *o, const struct out_frame *f, struct layout *l)
{
	size_t excess;

	layout_count(o, f, l);
	if (!o->width || !f->drop || l->total <= o->width)
		return;
	columns_drop(o, f, l, true);
	columns_drop(o, f, l, false);
	if (l->total <= o->width || f->columns[l->last].right)
		return;
	excess = l->total - o->width;
	if (l->width[l->last] < excess + WRAP_MIN)
		return;
	l->width[l->last] -= excess;
	l->total -= excess;
}

/* The last cell of a line may be longer than its column: its words go on below each other. */
static void cell_wrap(struct out *o, const char *text, enum out_style style,
		      const struct layout *l)
{
	size_t width = l->width[l->last], len;
	size_t indent = l->total - width;

	while (text_width(text) > width) {
		auto_free char *line = NULL;

		for (len = width; len && text[len] != ' '; len--)
			;
		/* A word that is too long is left whole. */
		len = len ?: strcspn(text, " ");
		if (!text[len])
			break;
		line = xasprintf("%.*s", (int)len, text);
		text_styled(o, line, style);
		text_puts(o, "\n");
		text_pad(o, indent);
		text += len + 1;
	}
	text_styled(o, text, style);
}

static void row_write(struct out *o, const struct out_frame *f, const struct layout *l,
		      const struct out_item *items)
{
	text_pad(o, 2 * text_depth(o));
	for (size_t c = 0; c < f->nr_columns; c++) {
		const char *text = items ? items[c].text ?: "-" : f->columns[c].header;
		enum out_style style = items ? items[c].style : OUT_BOLD;

		if (l->hidden[c])
			continue;
		if (c == l->last && text_width(text) > l->width[c])
			cell_wrap(o, text, style, l);
		else
			cell_print(o, &f->columns[c], text, style, l->width[c], c == l->last);
	}
	text_puts(o, "\n");
}

/* This says which columns are not shown, in as many lines as it takes. */
static void hidden_note(struct out *o, const struct out_frame *f, const struct layout *l)
{
	const struct layout whole = { .width = &o->width, .total = o->width };
	auto_free char *note = xstrdup("left out to fit:");
	bool any = false;
	char *longer;

	for (size_t c = 0; c < f->nr_columns; c++) {
		if (!l->hidden[c])
			continue;
		longer = xasprintf("%s%s %s", note, any ? "," : "", f->columns[c].header);
		free(note);
		note = longer;
		any = true;
	}
	if (!any)
		return;
	longer = xasprintf("%s; %s", note, f->how);
	free(note);
	note = longer;
	cell_wrap(o, note, OUT_DIM, &whole);
	text_puts(o, "\n");
}

static void table_print(struct out *o, struct out_frame *f)
{
	size_t nr = f->nr_columns;
	struct layout l = {
		.width = xcalloc(nr, sizeof(*l.width)),
		.hidden = xcalloc(nr, sizeof(*l.hidden)),
	};

	for (size_t c = 0; c < nr; c++)
		l.width[c] = o->no_header ? 0 : text_width(f->columns[c].header);
	for (size_t i = 0; i < f->nr_items; i++) {
		size_t w = f->items[i].text ? text_width(f->items[i].text) : 1;

		if (w > l.width[i % nr])
			l.width[i % nr] = w;
	}
	if (nr) {
		layout_fit(o, f, &l);
		if (!o->no_header)
			row_write(o, f, &l, NULL);
		for (size_t i = 0; i < f->nr_items; i += nr)
			row_write(o, f, &l, &f->items[i]);
		hidden_note(o, f, &l);
	}
	free(l.width);
	free(l.hidden);
}

/* ----------------------------------------------------------------- frames */

static struct out_frame *frame_push(struct out *o, enum out_kind kind,
				    struct json_object *json)
{
	struct out_frame *f = xcalloc(1, sizeof(*f));

	f->below = o->top;
	f->kind = kind;
	f->json = json;
	o->top = f;
	return f;
}

static void frame_pop(struct out *o)
{
	struct out_frame *f = o->top;

	o->top = f->below;
	items_free(f);
	free(f);
}

/* This hangs @value below the open object or array and consumes it. */
static void json_attach(struct out *o, const char *key, struct json_object *value)
{
	struct json_object *into = o->top->json;

	if (jsonc.json_object_is_type(into, json_type_array))
		jsonc.json_object_array_add(into, value);
	else
		jsonc.json_object_object_add(into, key, value);
}

void out_open(struct out *o, const char *command)
{
	struct out_frame *f;

	if (o->json)
		jsonc_load();
	f = frame_push(o, OUT_DOCUMENT, o->json ? jsonc.json_object_new_object() : NULL);
	if (!o->json)
		return;
	jsonc.json_object_object_add(f->json, "schema",
			       jsonc.json_object_new_string(OUT_SCHEMA));
	if (command)
		jsonc.json_object_object_add(f->json, "command",
				       jsonc.json_object_new_string(command));
}

void out_drop(struct out *o)
{
	while (o->top) {
		/* The rows are not attached yet, and the document never is. */
		if (o->top->json &&
		    (o->top->kind == OUT_ROW || o->top->kind == OUT_DOCUMENT))
			jsonc.json_object_put(o->top->json);
		frame_pop(o);
	}
	free(o->text);
	o->text = NULL;
	o->text_len = 0;
	o->text_room = 0;
}

int out_close(struct out *o)
{
	int err = 0;

	if (!o->top)
		return 0;
	if (o->json) {
		const char *s = jsonc.json_object_to_json_string_ext(o->top->json,
				JSON_C_TO_STRING_PLAIN |
				JSON_C_TO_STRING_NOSLASHESCAPE);

		fprintf(o->file, "%s\n", s);
	} else {
		text_flush(o);
		fwrite(o->text, 1, o->text_len, o->file);
	}
	if (fflush(o->file) || ferror(o->file))
		err = errno ? -errno : -EIO;
	out_drop(o);
	return err;
}

void out_record_begin(struct out *o, const char *key, const char *title)
{
	bool hidden = o->top->kind == OUT_ROW || o->top->kind == OUT_HIDDEN;
	struct json_object *json = NULL;

	if (!o->json && !hidden) {
		text_flush(o);
		if (o->top->kind == OUT_LIST && o->text_len)
			text_puts(o, "\n");
		heading_print(o, title);
	}
	if (o->json) {
		json = jsonc.json_object_new_object();
		json_attach(o, key, json);
	}
	frame_push(o, hidden ? OUT_HIDDEN : OUT_RECORD, json);
	o->top->indented = title && !hidden;
}

void out_record_end(struct out *o)
{
	if (!o->json)
		text_flush(o);
	frame_pop(o);
}

static void hidden_push(struct out *o, const char *key, struct json_object *json)
{
	if (o->json)
		json_attach(o, key, json);
	frame_push(o, OUT_HIDDEN, json);
}

void out_hidden_begin(struct out *o, const char *key)
{
	hidden_push(o, key, o->json ? jsonc.json_object_new_object() : NULL);
}

void out_hidden_array_begin(struct out *o, const char *key)
{
	hidden_push(o, key, o->json ? jsonc.json_object_new_array() : NULL);
}

void out_hidden_end(struct out *o)
{
	frame_pop(o);
}

void out_list_begin(struct out *o, const char *key)
{
	struct json_object *json = NULL;

	if (o->json) {
		json = jsonc.json_object_new_array();
		json_attach(o, key, json);
	} else {
		text_flush(o);
	}
	frame_push(o, OUT_LIST, json);
}

void out_list_end(struct out *o)
{
	frame_pop(o);
}

void out_table_begin(struct out *o, const char *key, const char *title,
		     const struct out_column *columns, size_t nr_columns)
{
	struct json_object *json = NULL;
	struct out_frame *f;

	if (o->json) {
		json = jsonc.json_object_new_array();
		json_attach(o, key, json);
	} else {
		text_flush(o);
		heading_print(o, title);
	}
	f = frame_push(o, OUT_TABLE, json);
	f->columns = columns;
	f->nr_columns = nr_columns;
}

void out_table_fit(struct out *o, const char *drop, const char *how)
{
	o->top->drop = drop;
	o->top->how = how;
}

void out_table_end(struct out *o)
{
	if (!o->json)
		table_print(o, o->top);
	frame_pop(o);
}

void out_row_begin(struct out *o)
{
	struct out_frame *table = o->top;

	/* The row's cells are the table's last items. */
	if (!o->json)
		for (size_t c = 0; c < table->nr_columns; c++)
			item_new(table);
	frame_push(o, OUT_ROW, o->json ? jsonc.json_object_new_object() : NULL);
}

void out_row_end(struct out *o)
{
	struct json_object *row = o->top->json;
	struct json_object *raw;
	const char *text;

	frame_pop(o);
	if (!o->json)
		return;
	text = jsonc.json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	raw = jsonc.json_object_new_object();
	jsonc.json_object_set_serializer(raw, jsonc.json_object_userdata_to_json_string,
					 xstrdup(text), jsonc.json_object_free_userdata);
	jsonc.json_object_put(row);
	json_attach(o, NULL, raw);
}

/* ----------------------------------------------------------------- fields */

void out_style(struct out *o, enum out_style style)
{
	o->style = style;
}

static void cell_set(struct out *o, const char *key, const char *text)
{
	struct out_frame *table = o->top->below;
	struct out_item *cells = table->items + table->nr_items - table->nr_columns;

	for (size_t c = 0; c < table->nr_columns; c++) {
		if (strcmp(table->columns[c].key, key))
			continue;
		free(cells[c].text);
		cells[c].text = xstrdup(text);
		cells[c].style = o->style;
	}
}

static void text_field(struct out *o, const char *key, const char *text)
{
	struct out_item *item;

	switch (o->top->kind) {
	case OUT_ROW:
		if (o->top->below->nr_columns)
			cell_set(o, key, text);
		break;
	case OUT_RECORD:
	case OUT_DOCUMENT:
		item = item_new(o->top);
		item->key = xstrdup(key);
		item->text = xstrdup(text);
		item->style = o->style;
		break;
	default:
		break;
	}
}

void out_field(struct out *o, const char *key, struct json_object *value,
	       const char *text)
{
	if (o->json)
		json_attach(o, key, value);
	else if (text)
		text_field(o, key, text);
	o->style = OUT_PLAIN;
}

void out_cell(struct out *o, const char *key, const char *format, ...)
{
	char *text;
	va_list ap;

	if (!o->json) {
		va_start(ap, format);
		text = xvasprintf(format, ap);
		va_end(ap);
		text_field(o, key, text);
		free(text);
	}
	o->style = OUT_PLAIN;
}

void out_sentence(struct out *o, const char *key, const char *format, ...)
{
	enum out_style style = o->style;
	char *text;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	if (o->json) {
		json_attach(o, key, out_json_string(text));
	} else {
		text_flush(o);
		text_pad(o, 2 * text_depth(o));
		text_styled(o, text, style);
		text_puts(o, "\n");
	}
	o->style = OUT_PLAIN;
	free(text);
}
