// SPDX-License-Identifier: GPL-2.0
/*
 * Loading zlib: see zlib.h.
 */
#include "lazy/zlib.h"

struct zlib zlib;

void zlib_load(void)
{
	static const struct lazy_symbol symbols[] = {
		LAZY_SYMBOL(zlib, inflate),
		LAZY_SYMBOL(zlib, inflateEnd),
		LAZY_SYMBOL(zlib, inflateInit2_),
		LAZY_SYMBOL(zlib, inflateReset),
	};
	static bool loaded;

	LAZY_COMPLETE(zlib, symbols);
	if (!loaded)
		LAZY_LOAD(ZLIB_SONAME, symbols);
	loaded = true;
}
