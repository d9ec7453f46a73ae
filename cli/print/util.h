/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small helpers that every file of aiosctl uses: memory that is there or the
 * command ends, numbers, names, and text for people.
 */
#ifndef AIOSCTL_PRINT_UTIL_H
#define AIOSCTL_PRINT_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

__attribute__((noreturn)) void out_of_memory(void);
void *xrealloc(void *p, size_t size);
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);
__attribute__((format(printf, 1, 0))) char *xvasprintf(const char *format, va_list ap);
__attribute__((format(printf, 1, 2))) char *xasprintf(const char *format, ...);

/* A cell of memory so marked is freed at the end of its scope. */
static inline void free_pointer(void *p)
{
	free(*(void **)p);
}

#define auto_free __attribute__((cleanup(free_pointer)))

/* These read a whole decimal number; they return 0, -EINVAL or -ERANGE. */
int u64_parse(const char *text, uint64_t *value);
int s64_parse(const char *text, int64_t *value);

/* These return the name of a user or a group, or the number where there is none. */
const char *user_name(uint32_t uid);
const char *group_name(uint32_t gid);
/* These take names and numbers; they return 0 or -ENOENT. */
int user_parse(const char *text, uint32_t *uid);
int gid_parse(const char *text, uint32_t *gid);

/* This returns "SIGTERM" for 15 and "signal 70" where it has no name. */
const char *signal_text(int sig);

/* This counts the bytes of the valid UTF-8 character at @s; anything else has 0. */
size_t utf8_len(const char *s);
/* This returns @s with U+FFFD for each byte that is no part of one, to be freed. */
char *utf8_text(const char *s);

/* This returns words as a shell takes them, to be freed; @words ends with NULL. */
char *shell_text(char **words);

/*
 * This returns the contents of a small file without the last newline, or NULL with
 * errno set.
 */
char *file_read(const char *path);

/* Characters are those of the user's locale from now on. */
void locale_use(void);

#endif /* AIOSCTL_PRINT_UTIL_H */
