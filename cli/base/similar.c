// SPDX-License-Identifier: GPL-2.0
/*
 * Words that resemble each other: see similar.h. How far two are apart is the number of
 * letters to insert, drop, replace or exchange with the next (Damerau, "A technique for
 * computer detection and correction of spelling errors", 1964); whoever types only the
 * beginning of a word means that word.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/similar.h"
#include "print/util.h"

/* No word of a command line that is known is longer; a longer one resembles none. */
#define WORD_MAX	32

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t k = 0; k <= m; k++)
		d[0][k] = k;
	for (size_t i = 1; i <= n; i++) {
		for (size_t k = 1; k <= m; k++) {
			size_t cost = !same(a[i - 1], b[k - 1]);

			d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1,
					d[i - 1][k - 1] + cost);
			if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) &&
			    same(a[i - 2], b[k - 1]))
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1);
		}
	}
	return d[n][m];
}

/* So many wrong letters are a slip; with more it is another word. */
static size_t slips(size_t len)
{
	return len < 3 ? 0 : len < 5 ? 1 : len < 9 ? 2 : 3;
}

void similar_begin(struct similar *s, const char *text)
{
	*s = (struct similar){ .text = text, .apart = slips(strlen(text)) };
}

void similar_offer(struct similar *s, const char *word)
{
	size_t n = strlen(s->text), m = strlen(word);
	size_t apart;

	if (!n || n > WORD_MAX || m > WORD_MAX)
		return;
	apart = strncasecmp(word, s->text, n) ? distance(s->text, n, word, m) : 0;
	if (apart > s->apart || (apart && apart >= m))
		return;
	if (apart < s->apart)
		s->nr = 0;
	s->apart = apart;
	if (s->nr < SIMILAR_MAX)
		s->words[s->nr++] = word;
}

void similar_offer_instead(struct similar *s, const char *word)
{
	s->words[0] = word;
	s->nr = 1;
	s->apart = 0;
}

char *similar_text(const struct similar *s, const char *prefix)
{
	char *text = xstrdup(s->nr ? ": did you mean " : "");

	for (size_t i = 0; i < s->nr; i++) {
		char *longer = xasprintf("%s%s%s%s%s", text,
					 !i ? "" : i + 1 < s->nr ? ", " : " or ", prefix,
					 s->words[i], i + 1 < s->nr ? "" : "?");

		free(text);
		text = longer;
	}
	return text;
}
