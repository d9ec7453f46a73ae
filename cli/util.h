/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small helpers that every file of aiosctl uses: memory that is there or the
 * command ends, the clock, and text for people.
 */
#ifndef AIOSCTL_UTIL_H
#define AIOSCTL_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NSEC_PER_SEC	UINT64_C(1000000000)

__attribute__((noreturn)) void out_of_memory(void);
void *xrealloc(void *p, size_t size);
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);
__attribute__((format(printf, 1, 0))) char *xvasprintf(const char *format, va_list ap);
__attribute__((format(printf, 1, 2))) char *xasprintf(const char *format, ...);

/* A cell of memory that is freed at the end of its scope. */
static inline void free_pointer(void *p)
{
	free(*(void **)p);
}

#define auto_free __attribute__((cleanup(free_pointer)))

uint64_t monotonic_ns(void);

/* "3h 12m", "4.2s": at most @len bytes with the NUL; returns @buf. */
char *duration_text(uint64_t ns, char *buf, size_t len);
/* A CLOCK_MONOTONIC time as local date and time. */
char *wall_clock_text(uint64_t ns, char *buf, size_t len);
/* "90", "1.5h", "2d", "500ms", "1:30:00"; 0 or -EINVAL. */
int duration_parse(const char *text, uint64_t *ns);
/*
 * A time of CLOCK_MONOTONIC from "2h", so long from now, or from a date and a time of
 * the day, "2026-11-27 18:00" with or without seconds, or -EINVAL.
 */
int moment_parse(const char *text, uint64_t *ns);

/* Decimal, whole; 0 or -EINVAL or -ERANGE. */
int u64_parse(const char *text, uint64_t *value);
int s64_parse(const char *text, int64_t *value);

/* Name of a user, or the number where there is none. */
const char *user_name(uint32_t uid);
const char *group_name(uint32_t gid);
/* 0 or -ENOENT; takes names and numbers. */
int user_parse(const char *text, uint32_t *uid);
int gid_parse(const char *text, uint32_t *gid);

/* "SIGTERM" for 15, "signal 70" where it has no name. */
const char *signal_text(int sig);

/* Bytes of the valid UTF-8 character at @s, 0 for anything else. */
size_t utf8_len(const char *s);
/* @s with U+FFFD for each byte that is no part of one; to be freed. */
char *utf8_text(const char *s);

/* Contents of a small file without the last newline, or NULL with errno set. */
char *file_read(const char *path);

/* Characters are those of the user's locale from now on. */
void locale_use(void);

#endif /* AIOSCTL_UTIL_H */
