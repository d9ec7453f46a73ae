// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A program that grows and shrinks with what its job is granted.
 *
 *	aiosctl run --cpus 1:8 -- elastic
 *
 * It multiplies matrices in as many threads as the job has CPUs, where a part of
 * one counts as one: fewer could not use all of the grant. When it changes, the
 * kernel wakes the main thread, which lets threads go idle or work again, so that
 * a smaller grant means fewer threads instead of as many that are throttled.
 *
 * Two things to take from it: aios_job_from_environment() finds the job with no
 * argument and no privilege, and the wait is for poll() or for the epoch of the
 * status page, because another process that shares the file descriptor may have
 * consumed the readiness.
 */
#include <aios.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SIZE		96	/* of a matrix: three fit the second-level cache */
#define THREADS_MAX	256
#define RECHECK_MS	500

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int active;	/* workers below this number work; by lock */
	bool stop;		/* by lock */
};

struct worker {
	pthread_t thread;
	struct pool *pool;
	unsigned int number;
	unsigned long products;	/* the thread's, until it is joined */
	double a[SIZE][SIZE];
	double b[SIZE][SIZE];
	double c[SIZE][SIZE];
};

static struct pool pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

static int interrupted;	/* atomic: the handler sets it */

static void interrupt(int sig)
{
	(void)sig;
	__atomic_store_n(&interrupted, 1, __ATOMIC_RELAXED);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ----------------------------------------------------------------- workers */

static void multiply(struct worker *w)
{
	int i, j, k;

	for (i = 0; i < SIZE; i++)
		for (k = 0; k < SIZE; k++)
			for (j = 0; j < SIZE; j++)
				w->c[i][j] += w->a[i][k] * w->b[k][j];
	w->products++;
}

/* Sleeps while there is no CPU for this worker; false when it is to end. */
static bool may_work(struct worker *w)
{
	struct pool *p = w->pool;
	bool stop;

	pthread_mutex_lock(&p->lock);
	while (!p->stop && w->number >= p->active)
		pthread_cond_wait(&p->changed, &p->lock);
	stop = p->stop;
	pthread_mutex_unlock(&p->lock);
	return !stop;
}

static void *work(void *arg)
{
	struct worker *w = arg;

	while (may_work(w))
		multiply(w);
	return NULL;
}

static void set_active(struct pool *p, unsigned int active, bool stop)
{
	pthread_mutex_lock(&p->lock);
	p->active = active;
	p->stop = stop;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static unsigned int start_workers(struct worker *workers, unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		workers[i].pool = &pool;
		workers[i].number = i;
		for (j = 0; j < SIZE * SIZE; j++) {
			workers[i].a[j / SIZE][j % SIZE] = (double)(j % 7) / 7;
			workers[i].b[j / SIZE][j % SIZE] = (double)(j % 11) / 11;
		}
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
			break;
	}
	return i;
}

static unsigned long stop_workers(struct worker *workers, unsigned int nr)
{
	unsigned long products = 0;
	unsigned int i;

	set_active(&pool, 0, true);
	for (i = 0; i < nr; i++) {
		pthread_join(workers[i].thread, NULL);
		products += workers[i].products;
	}
	return products;
}

/* --------------------------------------------------------------- the grant */

/* As many threads as can use the grant, at least one. */
static unsigned int threads_for(uint64_t milli, unsigned int max)
{
	uint64_t threads = milli / 1000 + !!(milli % 1000);

	if (threads < 1)
		return 1;
	return threads < max ? (unsigned int)threads : max;
}

/* @old: the text of the grant before, "" for none; becomes that of @new. */
static void report(char *old, uint64_t new, unsigned int threads)
{
	char text[AIOS_QUANTITY_LEN];

	aios_quantity_format(AIOS_RESOURCE_CPU, new, text, sizeof(text));
	printf("%.3f grant %s%s%s CPUs, %u thread%s\n", now(), old,
	       *old ? " -> " : "", text, threads, threads == 1 ? "" : "s");
	fflush(stdout);
	strcpy(old, text);
}

/* Wait until the job changed, at most to @deadline (0: none); 0 or -errno. */
static int wait_for_change(struct aios_job *job, double deadline)
{
	int timeout = RECHECK_MS;
	struct aios_stat stat;
	int seen;

	if (deadline > 0 && (deadline - now()) * 1000 < timeout)
		timeout = (int)((deadline - now()) * 1000) + 1;
	if (timeout < 0)
		timeout = 0;
	seen = aios_job_poll(job, timeout);
	if (seen < 0)
		return seen;
	if (seen & AIOS_JOB_ENDED)
		return -ECANCELED;
	if (!(seen & AIOS_JOB_CHANGED))
		return 0;
	/* clears the readiness as a read does, and cannot block as that can */
	AIOS_INIT(&stat);
	return aios_job_stat(job, &stat);
}

static bool is_over(double deadline)
{
	return __atomic_load_n(&interrupted, __ATOMIC_RELAXED) ||
	       (deadline > 0 && now() >= deadline);
}

/* Follow the grant until @deadline, a signal or the job's end; 0 or -errno. */
static int follow(struct aios_job *job, unsigned int max, double deadline)
{
	char text[AIOS_QUANTITY_LEN] = "";
	struct aios_status status;
	uint64_t epoch, seen = 0, grant = 0;
	unsigned int threads;
	int err = 0;

	AIOS_INIT(&status);
	while (!is_over(deadline) && err != -ECANCELED) {
		err = aios_job_status_epoch(job, &epoch);
		if (!err && (epoch != seen || !*text))
			err = aios_job_status_read(job, &status);
		if (err)
			return err;
		seen = epoch;
		if (!*text || status.grant[AIOS_RESOURCE_CPU] != grant) {
			grant = status.grant[AIOS_RESOURCE_CPU];
			threads = threads_for(grant, max);
			set_active(&pool, threads, false);
			report(text, grant, threads);
		}
		err = wait_for_change(job, deadline);
		if (err && err != -EINTR && err != -ECANCELED)
			return err;
	}
	return 0;
}

/* -------------------------------------------------------------------- main */

static int usage(int status)
{
	fprintf(status ? stderr : stdout,
		"Usage: aiosctl run --cpus REQUEST:LIMIT -- elastic [-s SECONDS] [-t THREADS]\n\n"
		"Multiplies matrices in as many threads as the job is granted CPUs.\n\n"
		"  -s SECONDS  end after that long (default: run until a signal)\n"
		"  -t THREADS  at most so many, up to %d (default: the machine's CPUs)\n",
		THREADS_MAX);
	return status;
}

/* A positive number up to @max and nothing after it; 0 for anything else. */
static double number(const char *text, double max)
{
	char *end;
	double value = strtod(text, &end);

	return *end || !(value > 0 && value <= max) ? 0 : value;
}

static int run(struct aios_job *job, unsigned int max, double seconds)
{
	struct worker *workers = calloc(max, sizeof(*workers));
	double start = now();
	unsigned long products;
	unsigned int nr;
	int err;

	if (!workers)
		return -ENOMEM;
	nr = start_workers(workers, max);
	err = nr ? follow(job, nr, seconds > 0 ? start + seconds : 0) : -EAGAIN;
	products = stop_workers(workers, nr);
	free(workers);
	if (!err)
		printf("%.3f end: %lu products of %dx%d matrices in %.1f s\n",
		       now(), products, SIZE, SIZE, now() - start);
	return err;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = interrupt };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	double threads = cpus < THREADS_MAX ? (double)cpus : THREADS_MAX;
	double seconds = -1;
	struct aios_job *job;
	int option, err;

	while ((option = getopt(argc, argv, "hs:t:")) != -1) {
		if (option == 'h')
			return usage(0);
		if (option == 's')
			seconds = number(optarg, 1e9);
		else if (option == 't')
			threads = number(optarg, THREADS_MAX);
		else
			return usage(2);
	}
	if (optind < argc || seconds == 0 || threads < 1)
		return usage(2);

	err = aios_job_from_environment(&job);
	if (err) {
		fprintf(stderr,
			"elastic: runs as no job (%s): start it with 'aiosctl run --cpus 1:%ld -- %s'\n",
			strerror(-err), cpus, argv[0]);
		return 1;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = run(job, (unsigned int)threads, seconds);
	aios_job_unref(job);
	if (err)
		fprintf(stderr, "elastic: %s\n", strerror(-err));
	return err ? 1 : 0;
}
