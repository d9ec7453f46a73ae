// SPDX-License-Identifier: GPL-2.0
/*
 * The predicted run times of a replay: see predict.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/log2.h"
#include "print/util.h"
#include "simulate/predict.h"

#define TRAIN_FIRST	300	/* jobs that have ended */
#define TRAIN_EVERY	1000
#define PRUNE_PART	5	/* one in so many lessons prunes the tree */

struct sim_predictor {
	struct aios_predictor core;
	struct aios_tree_growth growth;
	struct aios_svr_training training;
	struct aios_tree tree;	/* that grows */
	struct aios_svr svr;	/* that is trained */
	struct aios_lesson lessons[AIOS_LESSONS_MAX]; /* the last, from which each starts anew */
	struct aios_lesson ordered[AIOS_LESSONS_MAX]; /* the same by time */
	uint32_t user[AIOS_LESSONS_MAX];	      /* whose each of @lessons is */
	uint32_t ordered_user[AIOS_LESSONS_MAX];
	void *memory;
	uint64_t nr;		/* lessons so far */
	bool fixed;		/* tree and support vectors stay as they are */
};

struct sim_predictor *predictor_new(const struct aios_predictor *trained)
{
	struct sim_predictor *p = xcalloc(1, sizeof(*p));

	aios_predictor_init(&p->core);
	if (trained) {
		p->core.tree = trained->tree;
		p->core.svr = trained->svr;
		p->fixed = true;
	}
	p->memory = xcalloc(1, aios_tree_memory(AIOS_LESSONS_MAX));
	return p;
}

void predictor_free(struct sim_predictor *predictor)
{
	if (!predictor)
		return;
	free(predictor->memory);
	free(predictor);
}

/* Where nobody knows users, those of a group or a virtual cluster are taken for one. */
static uint32_t user_of(const struct trace_job *job)
{
	for (int by = 0; by < TRACE_NR_OWNERS; by++)
		if (job->owner[by])
			return job->owner[by];
	return AIOS_PREDICT_NOBODY;
}

static uint64_t size_of(const struct trace_job *job)
{
	for (int r = 0; r < TRACE_NR_RESOURCES; r++)
		if (job->amount[r])
			return job->amount[r];
	return 0;
}

static uint64_t expert_ns(const struct sim_said *said, enum aios_predict_expert expert)
{
	uint16_t log = said->experts.log[expert];

	return log == AIOS_PREDICT_SILENT ? said->job.request_ns : aios_predict_exp(log);
}

void predictor_ask(const struct sim_predictor *predictor, const struct trace_job *job,
		   uint64_t last_two_ns, struct sim_said *said)
{
	said->job = (struct aios_predict_job){
		.user = user_of(job),
		.request_ns = job->request_ns,
		.size = size_of(job),
		.submit_ns = job->submit_ns,
	};
	aios_predict(&predictor->core, &said->job, &said->experts, &said->answer);
	said->run_ns[SIM_BY_REQUEST] = job->request_ns;
	said->run_ns[SIM_BY_LAST_TWO] = last_two_ns;
	said->run_ns[SIM_BY_TREE] = expert_ns(said, AIOS_PREDICT_TREE);
	said->run_ns[SIM_BY_SVM] = expert_ns(said, AIOS_PREDICT_SVR);
	said->run_ns[SIM_BY_BEST] = said->answer.run_ns;
	for (int i = 0; i < SIM_METHODS; i++)
		if (job->request_ns && said->run_ns[i] > job->request_ns)
			said->run_ns[i] = job->request_ns;
}

/* The core's, for all else does without the library of mathematics. */
static double log2_of(uint64_t value)
{
	return (double)aios_log2(value ?: 1) / (1ULL << AIOS_LOG2_FRAC);
}

static void judge(const struct sim_said *said, uint64_t run_ns,
		  struct sim_predictions *predictions)
{
	for (int i = 0; i < SIM_METHODS; i++) {
		double ratio = (double)(said->run_ns[i] ?: 1) / (double)(run_ns ?: 1);

		if (!said->run_ns[i])
			continue;
		predictions->method[i].nr++;
		predictions->method[i].nr_under += said->run_ns[i] < run_ns;
		predictions->method[i].accuracy += ratio < 1 ? ratio : 1 / ratio;
		predictions->method[i].bias += log2_of(said->run_ns[i]) - log2_of(run_ns);
	}
	if (!said->answer.run_ns)
		return;
	predictions->nr_within += run_ns >= said->answer.low_ns &&
				  run_ns <= said->answer.high_ns;
	predictions->nr_at_most += run_ns <= said->answer.most_ns;
}

static void train(struct sim_predictor *p)
{
	uint64_t nr = p->nr < AIOS_LESSONS_MAX ? p->nr : AIOS_LESSONS_MAX;

	for (uint64_t i = 0; i < nr; i++) {
		p->ordered[i] = p->lessons[(p->nr - nr + i) % AIOS_LESSONS_MAX];
		p->ordered_user[i] = p->user[(p->nr - nr + i) % AIOS_LESSONS_MAX];
	}
	if (!aios_tree_begin(&p->growth, &p->tree, p->ordered, nr, nr / PRUNE_PART, p->memory)) {
		while (aios_tree_step(&p->growth))
			;
		aios_tree_share(&p->growth, p->ordered_user);
		p->core.tree = p->tree;
	}
	if (!p->core.tree.nr) {
		memset(&p->core.svr, 0, sizeof(p->core.svr));
	} else if (!aios_svr_begin(&p->training, &p->svr, p->ordered, nr, p->memory)) {
		while (aios_svr_step(&p->training))
			;
		p->core.svr = p->svr;
	}
}

void predictor_learn(struct sim_predictor *predictor, const struct trace_job *job,
		     const struct sim_said *said, struct sim_predictions *predictions)
{
	uint64_t run_ns = job->run_ns ?: 1;
	size_t at = predictor->nr++ % AIOS_LESSONS_MAX;

	judge(said, run_ns, predictions);
	aios_predict_learn(&predictor->core, &said->job, &said->experts, run_ns,
			   &predictor->lessons[at]);
	/* Of whom nothing is known, each is another. */
	predictor->user[at] = said->job.user ?: UINT32_MAX - (uint32_t)at;
	if (!predictor->fixed &&
	    (predictor->nr == TRAIN_FIRST || !(predictor->nr % TRAIN_EVERY)))
		train(predictor);
}

/* -------------------------------------------------------------- another trace */

/* A job arrives or ends. */
struct event {
	uint64_t at_ns;
	size_t job;
	bool arrives;
};

static int event_compare(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	/* What ends at a time is known to who arrives then; of two of a kind the first. */
	if (x->arrives != y->arrives)
		return x->arrives - y->arrives;
	return x->job < y->job ? -1 : 1;
}

static struct trace_job *jobs_read(struct trace *trace, size_t *nr)
{
	struct trace_job *jobs = NULL, job;
	size_t room = 0;
	int more;

	*nr = 0;
	while (!trace->error && (more = trace_next(trace, &job)) > 0) {
		if (!job.run_known || !job.clean)
			continue;
		if (*nr == room) {
			room = room ? 2 * room : 1024;
			jobs = xrealloc(jobs, room * sizeof(*jobs));
		}
		if (job.request_ns && job.run_ns > job.request_ns)
			job.run_ns = job.request_ns;
		jobs[(*nr)++] = job;
	}
	return jobs;
}

static void history_replay(struct sim_predictor *p, const struct trace_job *jobs, size_t nr)
{
	struct event *events = xcalloc(2 * nr, sizeof(*events));
	struct sim_said *said = xcalloc(nr, sizeof(*said));
	struct sim_predictions predictions = { 0 };

	for (size_t i = 0; i < nr; i++) {
		events[2 * i] = (struct event){ jobs[i].submit_ns, i, true };
		events[2 * i + 1] = (struct event){ jobs[i].submit_ns + (jobs[i].run_ns ?: 1),
						    i, false };
	}
	qsort(events, 2 * nr, sizeof(*events), event_compare);
	for (size_t i = 0; i < 2 * nr; i++) {
		size_t k = events[i].job;

		if (events[i].arrives)
			predictor_ask(p, &jobs[k], 0, &said[k]);
		else
			predictor_learn(p, &jobs[k], &said[k], &predictions);
	}
	free(said);
	free(events);
}

struct aios_predictor *predictor_train(const char *path, char **error)
{
	struct aios_predictor *trained = NULL;
	struct trace *trace = trace_open(path);
	struct sim_predictor *p = NULL;
	struct trace_job *jobs;
	size_t nr;

	jobs = jobs_read(trace, &nr);
	if (trace->error) {
		*error = xstrdup(trace->error);
	} else if (!nr) {
		*error = xasprintf("%s: no job in it has a run time to train on", path);
	} else {
		p = predictor_new(NULL);
		history_replay(p, jobs, nr);
		train(p);
		trained = xcalloc(1, sizeof(*trained));
		*trained = p->core;
	}
	predictor_free(p);
	free(jobs);
	trace_close(trace);
	return trained;
}
