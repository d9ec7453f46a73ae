/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file is that should be text and is not, by how it begins: a message that names
 * it is of more use than one about its first line.
 */
#ifndef AIOSCTL_BASE_FORMAT_H
#define AIOSCTL_BASE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/* So many bytes tell all that are known. */
#define FORMAT_BYTES	8

/* This returns "compressed with bzip2" or the like for the first bytes of a file, else NULL. */
const char *format_name(const void *bytes, size_t len);
bool format_is_gzip(const void *bytes, size_t len);
/* This returns where the text begins behind a mark that says it is UTF-8. */
char *format_text(char *text);

#endif /* AIOSCTL_BASE_FORMAT_H */
