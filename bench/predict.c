// SPDX-License-Identifier: GPL-2.0
/*
 * What predicting costs: an answer, learning from a job that has ended, and training the
 * tree and the support vectors on as many lessons as they take, with the history of every
 * user full.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/predict/predict.h"

#include "measure.h"
#include "print/out.h"
#include "print/util.h"

#define USERS	70	/* as many as can have a full history */
#define MINUTE	UINT64_C(60000000000)
#define TRAINS	5

static struct aios_predictor predictor;
static struct aios_lesson lessons[AIOS_LESSONS_MAX];
static struct aios_tree_growth growth;
static struct aios_svr_training training;
static struct series answers, learning, trees, vectors;

static void usage(FILE *to)
{
	fprintf(to, "Usage: predict [--json]\n\n"
		"Measure what predicting run times costs.\n");
}

/* Jobs of all users, who repeat themselves and sometimes do not. */
static void jobs_measure(void)
{
	uint64_t random = 1;

	aios_predictor_init(&predictor);
	for (unsigned int i = 0; i < 4 * AIOS_LESSONS_MAX; i++) {
		struct aios_predict_said said;
		struct aios_prediction prediction;
		struct aios_predict_job job;
		uint64_t begin, run_ns;

		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		job = (struct aios_predict_job){
			.user = 1 + (random >> 33) % USERS,
			.request_ns = (1 + (random >> 40) % 8) * 60 * MINUTE,
			.size = 1 + (random >> 50) % 16,
			.submit_ns = i * MINUTE,
		};
		run_ns = job.request_ns / job.user + (random >> 20) % job.request_ns / 4;
		begin = now_ns();
		aios_predict(&predictor, &job, &said, &prediction);
		if (i >= AIOS_LESSONS_MAX)
			series_add(&answers, since_ns(begin));
		begin = now_ns();
		aios_predict_learn(&predictor, &job, &said, run_ns,
				   &lessons[i % AIOS_LESSONS_MAX]);
		if (i >= AIOS_LESSONS_MAX)
			series_add(&learning, since_ns(begin));
	}
}

static void training_measure(void)
{
	void *memory = malloc(aios_tree_memory(AIOS_LESSONS_MAX));

	if (!memory)
		die("out of memory");
	for (unsigned int i = 0; i < TRAINS; i++) {
		uint64_t begin = now_ns();

		if (aios_tree_begin(&growth, &predictor.tree, lessons, AIOS_LESSONS_MAX,
				    AIOS_LESSONS_MAX / 5, memory))
			die("no tree grows");
		while (aios_tree_step(&growth))
			;
		series_add(&trees, since_ns(begin));
		begin = now_ns();
		if (aios_svr_begin(&training, &predictor.svr, lessons, AIOS_LESSONS_MAX, memory))
			die("no support vectors are trained");
		while (aios_svr_step(&training))
			;
		series_add(&vectors, since_ns(begin));
	}
	free(memory);
}

int main(int argc, char **argv)
{
	static const struct out_column columns[] = {
		{ "what", "WHAT", false },
		{ "nr", "TIMES", true },
		{ "median_ns", "MEDIAN NS", true },
		{ "p99_ns", "P99 NS", true },
	};
	static struct {
		const char *what;
		struct series *series;
	} rows[] = {
		{ "predict", &answers },
		{ "learn", &learning },
		{ "train tree", &trees },
		{ "train vectors", &vectors },
	};
	bool json = false;
	const struct bench_option options[] = {
		{ .name = "json", .flag = &json },
		{ 0 }
	};
	struct out o;

	if (bench_options(argc, argv, options, usage) != argc) {
		usage(stderr);
		return 2;
	}
	jobs_measure();
	training_measure();
	out_init(&o, stdout, json, false);
	out_open(&o, "bench predict");
	out_table_begin(&o, "costs", NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		out_row_begin(&o);
		out_string(&o, "what", rows[i].what);
		out_u64(&o, "nr", rows[i].series->nr);
		out_u64(&o, "median_ns", series_median(rows[i].series));
		out_u64(&o, "p99_ns", series_quantile(rows[i].series, 990));
		out_row_end(&o);
		series_free(rows[i].series);
	}
	out_table_end(&o);
	if (out_close(&o))
		die("cannot write");
	return 0;
}
