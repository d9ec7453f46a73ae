// SPDX-License-Identifier: GPL-2.0
/*
 * What files are: see format.h.
 */
#include <string.h>

#include "base/format.h"
#include "print/util.h"

struct magic {
	const char *name;
	size_t len;
	unsigned char bytes[FORMAT_BYTES];
};

static const struct magic gzip = { "compressed with gzip", 2, { 0x1f, 0x8b } };

static const struct magic others[] = {
	{ "compressed with compress", 2, { 0x1f, 0x9d } },
	{ "compressed with xz", 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } },
	{ "compressed with zstd", 4, { 0x28, 0xb5, 0x2f, 0xfd } },
	{ "compressed with lz4", 4, { 0x04, 0x22, 0x4d, 0x18 } },
	{ "compressed with lzip", 5, { 'L', 'Z', 'I', 'P', 1 } },
	{ "compressed with lzma", 3, { 0x5d, 0, 0 } },
	{ "a zip archive", 4, { 'P', 'K', 3, 4 } },
	{ "a 7z archive", 6, { '7', 'z', 0xbc, 0xaf, 0x27, 0x1c } },
	{ "text in UTF-16", 2, { 0xff, 0xfe } },
	{ "text in UTF-16", 2, { 0xfe, 0xff } },
};

static bool begins(const void *bytes, size_t len, const struct magic *magic)
{
	return len >= magic->len && !memcmp(bytes, magic->bytes, magic->len);
}

bool format_is_gzip(const void *bytes, size_t len)
{
	return begins(bytes, len, &gzip);
}

const char *format_name(const void *bytes, size_t len)
{
	const char *text = bytes;

	if (begins(bytes, len, &gzip))
		return gzip.name;
	/* Its fourth byte is the size of a block. */
	if (len >= 4 && !memcmp(text, "BZh", 3) && text[3] >= '1' && text[3] <= '9')
		return "compressed with bzip2";
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (begins(bytes, len, &others[i]))
			return others[i].name;
	return NULL;
}

char *format_text(char *text)
{
	return strncmp(text, "\xef\xbb\xbf", 3) ? text : text + 3;
}
