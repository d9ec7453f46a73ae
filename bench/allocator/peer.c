// SPDX-License-Identifier: GPL-2.0
/*
 * The time of a peer's cold solve. A peer that is linked in is measured in a process of
 * its own: some end theirs when a check of their own fails, and what they print then
 * is not a row of ours.
 */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "peer.h"

/* Longer than all settings' time limits together, so that it only ends one that hangs. */
#define PATIENCE_S	300

static const struct peer_answer no_answer = { .us = NAN };

double bench_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_quantile(double *v, unsigned int count, double share)
{
	unsigned int i, kept = 0;

	for (i = 0; i < count; i++)
		if (v[i] >= 0)
			v[kept++] = v[i];
	count = kept;
	if (!count)
		return NAN;
	qsort(v, count, sizeof(*v), ascending);
	return v[(unsigned int)(share * (count - 1) + 0.5)];
}

unsigned int bench_repeats(double us)
{
	if (us > 20000)
		return 1;
	return us > 2000 ? 3 : us > 100 ? 15 : BENCH_REPEATS_MAX;
}

pid_t bench_fork(void)
{
	fflush(NULL);
	return fork();
}

void bench_wait(pid_t pid, const char *what, const char *who)
{
	int status = 0;

	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		perror("lp");
	else if (WIFSIGNALED(status))
		fprintf(stderr, "lp: %s: %s gave no answer: %s\n", what, who,
			WTERMSIG(status) == SIGALRM ? "it took too long" :
						      strsignal(WTERMSIG(status)));
}

static struct peer_answer cold_here(const struct peer *peer, const struct peer_program *p)
{
	struct peer_answer best = no_answer;
	double us[BENCH_REPEATS_MAX], value;
	void *model = peer->load(p);
	unsigned int s, r, count;

	for (s = 0; model && s < peer->settings; s++) {
		us[0] = peer->cold(model, s, &value);
		if (us[0] < 0)
			continue;
		count = bench_repeats(us[0]);
		for (r = 0; r < count && (r || count > 1); r++)
			us[r] = peer->cold(model, s, &value);
		us[0] = bench_quantile(us, count, 0.5);
		if (isnan(best.us) || us[0] < best.us)
			best = (struct peer_answer){ us[0], value };
	}
	if (model)
		peer->release(model);
	return best;
}

static void cold_child(const struct peer *peer, const struct peer_program *p, int out)
{
	struct peer_answer answer;
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(1);
	alarm(PATIENCE_S);
	answer = cold_here(peer, p);
	_exit(write(out, &answer, sizeof(answer)) != sizeof(answer));
}

static struct peer_answer cold_apart(const struct peer *peer, const struct peer_program *p,
				     const char *what)
{
	struct peer_answer answer;
	int ends[2];
	bool told;
	pid_t pid;

	if (pipe(ends))
		return no_answer;
	pid = bench_fork();
	if (!pid) {
		close(ends[0]);
		cold_child(peer, p, ends[1]);
	}
	close(ends[1]);
	told = pid > 0 && read(ends[0], &answer, sizeof(answer)) == sizeof(answer);
	close(ends[0]);
	bench_wait(pid, what, peer->name);
	return told ? answer : no_answer;
}

struct peer_answer peer_cold(const struct peer *peer, const struct peer_program *p,
			     const char *what)
{
	return peer->apart ? cold_here(peer, p) : cold_apart(peer, p, what);
}
