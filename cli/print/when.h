/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Times and lengths of time, as people write and read them.
 */
#ifndef AIOSCTL_PRINT_WHEN_H
#define AIOSCTL_PRINT_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NSEC_PER_SEC	UINT64_C(1000000000)

uint64_t monotonic_ns(void);

/* This writes "3h 12m" or "4.2s", at most @len bytes with the NUL, and returns @buf. */
char *duration_text(uint64_t ns, char *buf, size_t len);
/* This writes a CLOCK_MONOTONIC time as local date and time. */
char *wall_clock_text(uint64_t ns, char *buf, size_t len);

/*
 * What duration_parse() takes, for messages: seconds; a sum of numbers with units; hours,
 * minutes and seconds from the right; and days with hours, minutes and seconds from the
 * left, as Slurm has both.
 */
#define DURATION_FORMS	"90, 1.5h, 1h30m, 2d, 500ms, 1:30:00 or 2-12:00:00"
/* This returns 0 or -EINVAL. */
int duration_parse(const char *text, uint64_t *ns);

/*
 * What moment_parse() takes: "2h" and "+1:30:00", so long from now; a date and a time of
 * the day with or without seconds, of the local time or with Z or +HH:MM behind it; or a
 * time of the day, the next that comes. Colons alone are a time of the day, not a duration.
 */
#define MOMENT_FORMS	"2h for two hours from now, 18:00 for the next time it is that, or '2026-11-27 18:00'"

struct moment {
	uint64_t ns;
	bool wall;	/* of CLOCK_REALTIME, which can be set; else of CLOCK_MONOTONIC */
};

/*
 * This returns 0; -EINVAL: no such form; -EDOM: a date or a time that there is not;
 * -ERANGE: one too far ahead.
 */
int moment_parse(const char *text, struct moment *moment);
/* As far ahead as that. */
#define MOMENT_YEARS	100
#define MOMENT_LEN	32
/* This writes one so that moment_parse() reads the same after a boot, and anywhere. */
char *moment_text(const struct moment *moment, char *buf, size_t len);

#endif /* AIOSCTL_PRINT_WHEN_H */
