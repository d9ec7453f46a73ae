// SPDX-License-Identifier: GPL-2.0
/*
 * Loading zlib: see zlib.h.
 */
#include "lazy/zlib.h"

struct zlib zlib;

void zlib_load(void)
{
	static const struct lazy_symbol symbols[] = {
		LAZY_SYMBOL(zlib, gzbuffer),
		LAZY_SYMBOL(zlib, gzclose),
		LAZY_SYMBOL(zlib, gzdopen),
		LAZY_SYMBOL(zlib, gzeof),
		LAZY_SYMBOL(zlib, gzerror),
		LAZY_SYMBOL(zlib, gzgets),
		LAZY_SYMBOL(zlib, gzrewind),
	};
	static bool loaded;

	LAZY_COMPLETE(zlib, symbols);
	if (!loaded)
		LAZY_LOAD(ZLIB_SONAME, symbols);
	loaded = true;
}
