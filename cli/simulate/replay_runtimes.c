// SPDX-License-Identifier: GPL-2.0
/*
 * How long a job of a replay is expected to run: by its request, its true time, its user's
 * last two or a trained model, for the order and for what is reserved.
 */
#include "print/util.h"
#include "simulate/replay_internal.h"

/*
 * The prediction is the average of the user's last two run times, at most the request,
 * and that where he has none. No time at all is the least there is, not an unknown one.
 */
static uint64_t predicted(const struct sim *sim, const struct trace_job *job)
{
	uint32_t user = job->owner[TRACE_BY_USER];
	const struct sim_history *h;
	uint64_t mean;

	if (!user || user >= sim->nr_history || !sim->history[user].nr)
		return job->request_ns;
	h = &sim->history[user];
	mean = h->nr == 1 ? h->runs[0] : (h->runs[0] + h->runs[1]) / 2;
	if (job->request_ns && mean > job->request_ns)
		mean = job->request_ns;
	return mean ?: 1;
}

static uint64_t runtime_of(const struct sim *sim, const struct sim_node *node,
			   enum sim_runtimes kind)
{
	const struct trace_job *job = &node->trace;

	switch (kind) {
	case SIM_TRUE:
		return job->run_ns ?: 1;
	case SIM_PREDICTED:
		return predicted(sim, job);
	case SIM_TREE:
		return node->said->run_ns[SIM_BY_TREE];
	case SIM_SVM:
		return node->said->run_ns[SIM_BY_SVM];
	case SIM_BEST:
		return node->said->run_ns[SIM_BY_BEST];
	default:
		return job->request_ns;
	}
}

/* What is reserved is what the job states; it is ordered by that or by something else. */
void sim_expect(const struct sim *sim, struct sim_node *node)
{
	const struct sim_rules *rules = &sim->in->rules;
	struct aios_job_node *job = &node->replay.node;

	if (sim->predictor) {
		node->said = xcalloc(1, sizeof(*node->said));
		predictor_ask(sim->predictor, &node->trace, predicted(sim, &node->trace),
			      node->said);
	}

	job->expected_runtime_ns = runtime_of(sim, node, rules->reserve_by);
	if (rules->order_by != rules->reserve_by)
		job->predicted_runtime_ns = runtime_of(sim, node, rules->order_by);
}

void sim_learn(struct sim *sim, const struct sim_node *node)
{
	const struct trace_job *job = &node->trace;
	uint32_t user = job->owner[TRACE_BY_USER];
	struct sim_history *h;

	if (node->said)
		predictor_learn(sim->predictor, job, node->said, &sim->stats->predictions);
	if (!user)
		return;
	sim->history = sim_array_room(sim->history, &sim->nr_history, user,
				      sizeof(*sim->history));
	h = &sim->history[user];
	h->runs[1] = h->runs[0];
	h->runs[0] = job->run_ns;
	h->nr += h->nr < 2;
}
