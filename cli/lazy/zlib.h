/* SPDX-License-Identifier: GPL-2.0 */
/*
 * zlib, for traces that are compressed.
 */
#ifndef AIOSCTL_LAZY_ZLIB_H
#define AIOSCTL_LAZY_ZLIB_H

#include <zlib.h>

#include "lazy/lazy.h"

/* Nothing of it may be used before zlib_load(). */
extern struct zlib {
	LAZY_MEMBER(inflate);
	LAZY_MEMBER(inflateEnd);
	LAZY_MEMBER(inflateInit2_);
	LAZY_MEMBER(inflateReset);
} zlib;

void zlib_load(void);

#endif /* AIOSCTL_LAZY_ZLIB_H */
