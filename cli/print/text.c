// SPDX-License-Identifier: GPL-2.0
/*
 * The buffer that a document is collected in as text.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "print/internal.h"
#include "print/out.h"
#include "print/util.h"

static const char * const style_codes[] = {
	[OUT_PLAIN] = "",
	[OUT_BOLD] = "\033[1m",
	[OUT_DIM] = "\033[2m",
	[OUT_GOOD] = "\033[32m",
	[OUT_WARN] = "\033[33m",
	[OUT_BAD] = "\033[31m",
};

void text_add(struct out *o, const char *s, size_t len)
{
	if (o->text_len + len + 1 > o->text_room) {
		o->text_room = (o->text_len + len + 1) * 2;
		o->text = xrealloc(o->text, o->text_room);
	}
	memcpy(o->text + o->text_len, s, len);
	o->text_len += len;
	o->text[o->text_len] = '\0';
}

void text_puts(struct out *o, const char *s)
{
	text_add(o, s, strlen(s));
}

void text_pad(struct out *o, size_t n)
{
	while (n--)
		text_add(o, " ", 1);
}

size_t text_width(const char *s)
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

void text_styled(struct out *o, const char *s, enum out_style style)
{
	bool styled = o->color && style != OUT_PLAIN;

	if (styled)
		text_puts(o, style_codes[style]);
	text_puts(o, s);
	if (styled)
		text_puts(o, "\033[0m");
}

size_t text_depth(const struct out *o)
{
	size_t depth = 0;

	for (const struct out_frame *f = o->top; f; f = f->below)
		depth += f->indented;
	return depth;
}
