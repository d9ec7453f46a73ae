// SPDX-License-Identifier: GPL-2.0
/*
 * HiGHS: Debian 12 has no library of it, so it runs in a Python process beside
 * (highs.py) that takes commands on its standard input and times itself. Where
 * highspy cannot be imported there is no such peer.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"

static FILE *to, *from;
static pid_t server;
static bool absent;

static bool highs_start(void)
{
	const char *script = getenv("BENCH_HIGHS");
	int down[2], up[2];

	if (to)
		return true;
	if (absent)
		return false;
	absent = true;
	if (!script || pipe(down) || pipe(up))
		return false;
	/* Writing to one that has died is an error, not our end. */
	signal(SIGPIPE, SIG_IGN);
	fflush(NULL);
	server = fork();
	if (!server) {
		dup2(down[0], 0);
		dup2(up[1], 1);
		close(down[1]);
		close(up[0]);
		execlp("python3", "python3", script, (char *)NULL);
		_exit(127);
	}
	close(down[0]);
	close(up[1]);
	to = fdopen(down[1], "w");
	from = fdopen(up[0], "r");
	/* Until it has answered once. */
	return true;
}

/* It has died, and is started again for the next model if it ever answered. */
static void highs_gone(void)
{
	fclose(to);
	fclose(from);
	to = NULL;
	from = NULL;
	waitpid(server, NULL, 0);
}

/* The answer to the command just written; false when the process is gone. */
static bool highs_answer(char *line, int size)
{
	if (!to)
		return false;
	if (fflush(to) || !fgets(line, size, from)) {
		highs_gone();
		return false;
	}
	absent = false;
	return true;
}

static bool write_mps(const char *path, const struct peer_program *p)
{
	FILE *f = fopen(path, "w");
	unsigned int i, k;

	if (!f)
		return false;
	fprintf(f, "NAME bench\nROWS\n N cost\n");
	for (k = 0; k < p->m; k++)
		fprintf(f, " L r%u\n", k);
	fprintf(f, "COLUMNS\n");
	for (i = 0; i < p->n; i++) {
		fprintf(f, " c%u cost %.17g\n", i, -p->w[i]);
		for (k = 0; k < p->m; k++)
			if (p->a[(size_t)i * p->m + k] != 0)
				fprintf(f, " c%u r%u %.17g\n", i, k,
					p->a[(size_t)i * p->m + k]);
	}
	fprintf(f, "RHS\n");
	for (k = 0; k < p->m; k++)
		fprintf(f, " RHS r%u %.17g\n", k, p->b[k]);
	fprintf(f, "BOUNDS\n");
	for (i = 0; i < p->n; i++)
		fprintf(f, " LO B c%u %.17g\n UP B c%u %.17g\n", i, p->lo[i], i,
			p->hi[i]);
	fprintf(f, "ENDATA\n");
	return !fclose(f);
}

static void *highs_load(const struct peer_program *p)
{
	char path[] = "/tmp/bench-lp-XXXXXX.mps", line[128];
	int fd;
	bool ok;

	if (!highs_start())
		return NULL;
	fd = mkstemps(path, 4);
	if (fd < 0)
		return NULL;
	close(fd);
	ok = write_mps(path, p);
	if (ok) {
		fprintf(to, "load %s\n", path);
		ok = highs_answer(line, sizeof(line)) && !strncmp(line, "ok", 2);
	}
	unlink(path);
	return ok ? to : NULL;
}

static double highs_run(const char *how, unsigned int s, double *objective)
{
	char line[128];
	double us;

	if (to)
		fprintf(to, "%s %u\n", how, s);
	if (!highs_answer(line, sizeof(line)) ||
	    sscanf(line, "%lf %lf", &us, objective) != 2)
		return -1;
	return us;
}

static double highs_cold(void *model, unsigned int s, double *objective)
{
	(void)model;
	return highs_run("cold", s, objective);
}

static double highs_warm(void *model, unsigned int s, double *objective)
{
	(void)model;
	return highs_run("warm", s, objective);
}

static void highs_set_row(void *model, unsigned int k, double b)
{
	char line[128];

	(void)model;
	if (to)
		fprintf(to, "row %u %.17g\n", k, b);
	highs_answer(line, sizeof(line));
}

static void highs_set_column(void *model, unsigned int i, double w, double lo,
			     double hi)
{
	char line[128];

	(void)model;
	if (to)
		fprintf(to, "column %u %.17g %.17g %.17g\n", i, w, lo, hi);
	highs_answer(line, sizeof(line));
}

static void highs_release(void *model)
{
	(void)model;
}

const struct peer peer_highs = {
	.name = "HiGHS",
	.apart = true,
	.settings = 3,	/* of highs.py: dual, dual presolved, primal */
	.load = highs_load,
	.cold = highs_cold,
	.warm = highs_warm,
	.set_row = highs_set_row,
	.set_column = highs_set_column,
	.release = highs_release,
};
