// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the cases of a test program: see tap.h.
 */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>

#include "mock.h"
#include "tap.h"

static bool failed;	/* the present case */

bool tap_check(bool ok, const char *file, int line, const char *format, ...)
{
	va_list ap;

	if (ok)
		return true;
	failed = true;
	printf("# %s:%d: ", file, line);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	return false;
}

static int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

int tap_run(const struct tap_case *cases, size_t nr)
{
	size_t i, bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%zu\n", nr);
	for (i = 0; i < nr; i++) {
		int before = open_files();

		failed = false;
		cases[i].run();
		mock_end();
		check_equal(open_files(), before);
		bad += failed;
		printf("%sok %zu - %s\n", failed ? "not " : "", i + 1,
		       cases[i].name);
	}
	return bad ? 1 : 0;
}
