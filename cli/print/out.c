// SPDX-License-Identifier: GPL-2.0
/*
 * The printer: see out.h for the model. JSON is a json-c tree that is written
 * at the end; a finished row is kept as its text, which takes a tenth of the
 * memory of the tree when ten thousand jobs are listed. Text is collected in a
 * buffer: tables and records need their widths before the first line.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lazy/jsonc.h"
#include "print/internal.h"
#include "print/out.h"
#include "print/util.h"

void out_init(struct out *o, FILE *file, bool json, bool color)
{
	*o = (struct out){ .file = file, .json = json, .color = color };
}

/* ---------------------------------------------------------------- records */

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
