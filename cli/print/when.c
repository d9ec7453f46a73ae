// SPDX-License-Identifier: GPL-2.0
/*
 * Times and lengths of time, as people write and read them: see when.h.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "print/util.h"
#include "print/when.h"

#define MINUTE_NS	(60 * NSEC_PER_SEC)
#define HOUR_NS		(60 * MINUTE_NS)
#define DAY_NS		(24 * HOUR_NS)

uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static int64_t realtime_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * (int64_t)NSEC_PER_SEC + ts.tv_nsec;
}

/* ----------------------------------------------------------------------- text */

char *duration_text(uint64_t ns, char *buf, size_t len)
{
	uint64_t s = ns / NSEC_PER_SEC;

	if (ns < 1000000)
		snprintf(buf, len, "%" PRIu64 "us", ns / 1000);
	else if (ns < NSEC_PER_SEC)
		snprintf(buf, len, "%" PRIu64 "ms", ns / 1000000);
	else if (s < 60)
		snprintf(buf, len, "%" PRIu64 ".%" PRIu64 "s", s,
			 ns % NSEC_PER_SEC / 100000000);
	else if (s < 3600)
		snprintf(buf, len, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, len, "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s / 60 % 60);
	else
		snprintf(buf, len, "%" PRIu64 "d%02" PRIu64 "h", s / 86400,
			 s / 3600 % 24);
	return buf;
}

char *wall_clock_text(uint64_t ns, char *buf, size_t len)
{
	int64_t at = realtime_ns() - (int64_t)(monotonic_ns() - ns);
	/*
	 * It is rounded to the nearest second, because the two clocks are not read at
	 * one instant.
	 */
	time_t then = (at + (int64_t)NSEC_PER_SEC / 2) / (int64_t)NSEC_PER_SEC;
	struct tm tm;

	if (!localtime_r(&then, &tm) ||
	    !strftime(buf, len, "%Y-%m-%d %H:%M:%S", &tm))
		snprintf(buf, len, "%" PRIu64 " ns", ns);
	return buf;
}

/* ------------------------------------------------------------------ durations */

/* This passes at most @digits digits; false when there are none, or more. */
static bool skip_number(const char **text, int digits, uint64_t *value)
{
	const char *start = *text;

	*value = 0;
	for (; isdigit((unsigned char)**text); (*text)++) {
		if (*text - start == digits)
			return false;
		*value = *value * 10 + (uint64_t)(**text - '0');
	}
	return *text != start;
}

static bool skip(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* This adds @value times @scale to @sum; false where it does not fit. */
static bool add_scaled(uint64_t *sum, uint64_t value, uint64_t scale)
{
	uint64_t part;

	return !__builtin_mul_overflow(value, scale, &part) &&
	       !__builtin_add_overflow(*sum, part, sum);
}

/*
 * Hours, minutes and seconds: "1:30:00", and "2:30" without hours; behind days and "-"
 * they come from the left, "2-12" and "2-12:30".
 */
static int clock_parse(const char *text, uint64_t *ns)
{
	uint64_t part[3], scale = NSEC_PER_SEC, days = 0, sum = 0;
	const char *dash = strchr(text, '-');
	size_t nr = 0;

	if (dash && (!skip_number(&text, 9, &days) || !skip(&text, '-')))
		return -EINVAL;
	do {
		if (nr == ARRAY_SIZE(part) || !skip_number(&text, 9, &part[nr]))
			return -EINVAL;
		if (nr && part[nr] > 59)
			return -EINVAL;
		nr++;
	} while (skip(&text, ':'));
	if (*text || (dash && part[0] > 23) || (!dash && nr < 2))
		return -EINVAL;
	while (dash && nr < ARRAY_SIZE(part))
		part[nr++] = 0;
	while (nr) {
		if (!add_scaled(&sum, part[--nr], scale))
			return -EINVAL;
		scale *= 60;
	}
	if (!add_scaled(&sum, days, DAY_NS))
		return -EINVAL;
	*ns = sum;
	return 0;
}

/* This passes the name of a unit, and returns how long that is; 0 for none. */
static uint64_t skip_unit(const char **text)
{
	static const struct {
		const char *names;	/* with a space behind each */
		uint64_t ns;
	} units[] = {
		{ "ns nsec ", 1 },
		{ "us usec \xc2\xb5s ", 1000 },
		{ "ms msec ", 1000000 },
		{ "s sec secs second seconds ", NSEC_PER_SEC },
		{ "m min mins minute minutes ", MINUTE_NS },
		{ "h hr hrs hour hours ", HOUR_NS },
		{ "d day days ", DAY_NS },
		{ "w week weeks ", 7 * DAY_NS },
	};
	size_t len = strcspn(*text, " 0123456789");

	for (size_t i = 0; i < ARRAY_SIZE(units) && len; i++) {
		const char *name = units[i].names;

		for (; *name; name = strchr(name, ' ') + 1) {
			if (strncmp(name, *text, len) || name[len] != ' ')
				continue;
			*text += len;
			return units[i].ns;
		}
	}
	return 0;
}

/* This adds the digits of a fraction of @unit, until they no longer matter. */
static bool add_fraction(uint64_t *sum, const char *digits, uint64_t unit)
{
	for (; isdigit((unsigned char)*digits) && unit; digits++) {
		unit /= 10;
		if (!add_scaled(sum, (uint64_t)(*digits - '0'), unit))
			return false;
	}
	return true;
}

/* A sum of numbers with units, "1h30m" or "1h 30m"; a single one may have none. */
static int units_parse(const char *text, uint64_t *ns)
{
	bool bare = !text[strspn(text, "0123456789.")];
	uint64_t sum = 0, whole, unit;

	do {
		const char *fraction = "";

		if (!skip_number(&text, 19, &whole))
			return -EINVAL;
		if (skip(&text, '.')) {
			fraction = text;
			text += strspn(text, "0123456789");
			if (text == fraction)
				return -EINVAL;
		}
		unit = bare ? NSEC_PER_SEC : skip_unit(&text);
		if (!unit || !add_scaled(&sum, whole, unit) ||
		    !add_fraction(&sum, fraction, unit))
			return -EINVAL;
		if (*text == ' ' && text[1])
			text++;
	} while (*text);
	*ns = sum;
	return 0;
}

int duration_parse(const char *text, uint64_t *ns)
{
	uint64_t value;
	int err = strpbrk(text, ":-") ? clock_parse(text, &value) : units_parse(text, &value);

	/* 2^63 ns are 292 years. */
	if (err || value > INT64_MAX)
		return -EINVAL;
	*ns = value;
	return 0;
}

/* ---------------------------------------------------------------------- dates */

/*
 * The first instant at which the local clock shows @tm, which mktime() must not change:
 * then there is none, as on the 30th of February and where the clock is put forward.
 */
static int local_time(const struct tm *tm, time_t *when)
{
	bool found = false;

	for (int summer = 0; summer <= 1; summer++) {
		struct tm try = *tm, back;
		time_t at;

		try.tm_isdst = summer;
		at = mktime(&try);
		if (!localtime_r(&at, &back) || back.tm_year != tm->tm_year ||
		    back.tm_mon != tm->tm_mon || back.tm_mday != tm->tm_mday ||
		    back.tm_hour != tm->tm_hour || back.tm_min != tm->tm_min ||
		    back.tm_sec != tm->tm_sec || (found && at >= *when))
			continue;
		found = true;
		*when = at;
	}
	return found ? 0 : -EDOM;
}

/* The same where the clock is @offset seconds ahead of UTC. */
static int offset_time(const struct tm *tm, int offset, time_t *when)
{
	struct tm try = *tm;

	*when = timegm(&try) - offset;
	return try.tm_mday == tm->tm_mday && try.tm_mon == tm->tm_mon ? 0 : -EDOM;
}

static bool skip_digits(const char **text, int least, int most, int *value)
{
	const char *start = *text;
	uint64_t number;
	bool found = skip_number(text, most, &number);

	*value = (int)number;
	return found && *text - start >= least;
}

/* "18:00" or "18:00:30" */
static int day_time_parse(const char **text, struct tm *tm)
{
	if (!skip_digits(text, 1, 2, &tm->tm_hour) || !skip(text, ':') ||
	    !skip_digits(text, 2, 2, &tm->tm_min) ||
	    (skip(text, ':') && !skip_digits(text, 2, 2, &tm->tm_sec)))
		return -EINVAL;
	return tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 59 ? -EDOM : 0;
}

/* "Z", "+01:00" or "+0100" behind a date; -ENOENT: none of them. */
static int offset_parse(const char **text, int *offset)
{
	int hours, minutes, sign = **text == '-' ? -1 : 1;

	*offset = 0;
	if (skip(text, 'Z'))
		return 0;
	if (!skip(text, '+') && !skip(text, '-'))
		return -ENOENT;
	if (!skip_digits(text, 2, 2, &hours))
		return -EINVAL;
	skip(text, ':');
	if (!skip_digits(text, 2, 2, &minutes))
		return -EINVAL;
	*offset = sign * (hours * 60 + minutes) * 60;
	return hours > 23 || minutes > 59 ? -EDOM : 0;
}

static int date_parse(const char *text, time_t *when)
{
	struct tm tm = { 0 };
	int offset, err, zone;

	if (!skip_digits(&text, 4, 4, &tm.tm_year) || !skip(&text, '-') ||
	    !skip_digits(&text, 1, 2, &tm.tm_mon) || !skip(&text, '-') ||
	    !skip_digits(&text, 1, 2, &tm.tm_mday) || (!skip(&text, ' ') && !skip(&text, 'T')))
		return -EINVAL;
	err = day_time_parse(&text, &tm);
	if (err == -EINVAL)
		return err;
	zone = offset_parse(&text, &offset);
	if (*text || zone == -EINVAL)
		return -EINVAL;
	if (err || zone == -EDOM || !tm.tm_mon || tm.tm_mon > 12 || !tm.tm_mday ||
	    tm.tm_mday > 31)
		return -EDOM;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return zone ? local_time(&tm, when) : offset_time(&tm, offset, when);
}

/* The next time that the local clock shows this; on one day of a year it may never. */
static int next_day_time(const char *text, time_t now, time_t *when)
{
	struct tm tm = { 0 }, day;
	int err;

	err = day_time_parse(&text, &tm);
	if (*text || err == -EINVAL)
		return -EINVAL;
	if (err)
		return err;
	for (int ahead = 0; ahead <= 2; ahead++) {
		/* At noon a day more or less is the next or the last everywhere. */
		if (!localtime_r(&now, &day))
			return -EDOM;
		day.tm_hour = 12;
		day.tm_mday += ahead;
		day.tm_isdst = -1;
		mktime(&day);
		tm.tm_year = day.tm_year;
		tm.tm_mon = day.tm_mon;
		tm.tm_mday = day.tm_mday;
		if (!local_time(&tm, when) && *when > now)
			return 0;
	}
	return -EDOM;
}

int moment_parse(const char *text, struct moment *moment)
{
	uint64_t ahead, limit = MOMENT_YEARS * 365 * DAY_NS;
	int64_t now = realtime_ns();
	time_t when = 0;
	int err;

	/* Two colons or one are a time of the day here, and a dash is one of a date. */
	if (*text == '+' ? !duration_parse(text + 1, &ahead) :
			   !strpbrk(text, ":-") && !duration_parse(text, &ahead)) {
		*moment = (struct moment){ .ns = monotonic_ns() + ahead };
		return ahead > limit ? -ERANGE : 0;
	}
	err = date_parse(text, &when);
	if (err == -EINVAL)
		err = next_day_time(text, now / (int64_t)NSEC_PER_SEC, &when);
	if (err)
		return err;
	/* What was before the clock began counts as its first instant. */
	if (when < 1)
		when = 1;
	if (when > now / (int64_t)NSEC_PER_SEC + (int64_t)(limit / NSEC_PER_SEC))
		return -ERANGE;
	*moment = (struct moment){ .ns = (uint64_t)when * NSEC_PER_SEC, .wall = true };
	return 0;
}

char *moment_text(const struct moment *moment, char *buf, size_t len)
{
	int64_t ns = (int64_t)moment->ns;
	time_t when;
	struct tm tm;

	if (!moment->wall)
		ns += realtime_ns() - (int64_t)monotonic_ns();
	/* Nothing is to be before it. */
	when = (time_t)((ns + (int64_t)NSEC_PER_SEC - 1) / (int64_t)NSEC_PER_SEC);
	if (!gmtime_r(&when, &tm) || !strftime(buf, len, "%Y-%m-%dT%H:%M:%SZ", &tm))
		*buf = '\0';
	return buf;
}
