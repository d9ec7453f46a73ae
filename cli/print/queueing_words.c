// SPDX-License-Identifier: GPL-2.0
/*
 * What the figures of a group's queue mean, for people who never read about queueing:
 * which expectations are not to be trusted and why, in sentences.
 */
#include <inttypes.h>

#include "print/queueing.h"
#include "print/util.h"
#include "print/when.h"

struct model {
	const char *name;
	const struct aios_queueing_model *values;
};

#define NR_MODELS	3

/* The text is "M/M/1's 29s and M/M/c's 12s", of the models that suffer from @flag. */
static char *models_text(const struct model *models, uint64_t flag, size_t *nr)
{
	char *text = xstrdup("");

	*nr = 0;
	for (size_t i = 0; i < NR_MODELS; i++) {
		const struct aios_queueing_model *v = models[i].values;
		char wait[32], *longer;

		if (!(v->violations & flag))
			continue;
		duration_text(v->wq_duration_ns, wait, sizeof(wait));
		longer = xasprintf("%s%s%s%s%s", text, *nr ? " and " : "", models[i].name,
				   v->wq_duration_ns == AIOS_QUEUEING_ENDLESS ? "" : "'s ",
				   v->wq_duration_ns == AIOS_QUEUEING_ENDLESS ? "" : wait);
		free(text);
		text = longer;
		++*nr;
	}
	return text;
}

/* A cause for which the wait that some models expect is not to be believed. */
static void distrust(struct out *o, const struct model *models, uint64_t flag,
		     const char *cause)
{
	auto_free char *text = NULL;
	size_t nr;

	text = models_text(models, flag, &nr);
	if (nr)
		out_sentence(o, "note", "%s, so %s %s not to be trusted", cause, text,
			     nr == 1 ? "is" : "are");
}

static void variations(struct out *o, const struct model *models, const struct aios_queueing *q)
{
	double arrivals = from_q32(q->gap_scv), service = from_q32(q->service_scv);
	auto_free char *come = xasprintf(arrivals > 1 ?
		"arrivals come in bursts (variation %.2g)" :
		"arrivals come more evenly than by chance (variation %.2g)", arrivals);
	auto_free char *take = xasprintf(service > 1 ?
		"a few jobs run much longer than most (variation %.2g)" :
		"jobs run for nearly equal times (variation %.2g)", service);

	distrust(o, models, AIOS_QUEUEING_ARRIVALS, come);
	distrust(o, models, AIOS_QUEUEING_SERVICE, take);
}

/* One model without a fault is what the others are compared with. */
static void trust(struct out *o, const struct model *models)
{
	char wait[32];

	for (size_t i = 0; i < NR_MODELS; i++) {
		const struct aios_queueing_model *v = models[i].values;

		if (v->violations || v->wq_duration_ns == AIOS_QUEUEING_ENDLESS)
			continue;
		out_sentence(o, "note", "nothing speaks against %s: a job waits %s on average, by what it expects",
			     models[i].name,
			     duration_text(v->wq_duration_ns, wait, sizeof(wait)));
		return;
	}
	out_sentence(o, "note", "no model can be trusted here: go by what was measured");
}

void queueing_sentences(struct out *o, const struct aios_queueing *q)
{
	const struct model models[NR_MODELS] = {
		{ "M/M/1", &q->mm1 }, { "M/M/c", &q->mmc }, { "G/G/c", &q->ggc },
	};
	auto_free char *few = xasprintf("only %" PRIu64 " jobs have come, too few to tell",
					(uint64_t)q->arrivals);
	auto_free char *many = xasprintf("%u jobs can run at a time and the model knows one",
					 q->servers);

	if (!q->estimated) {
		out_sentence(o, "note", "too few jobs have come and ended to expect anything");
		return;
	}
	if (q->violations & AIOS_QUEUEING_LOAD)
		out_sentence(o, "note", "more work arrives than can be done: the queue grows as long as that goes on");
	distrust(o, models, AIOS_QUEUEING_SAMPLES, few);
	distrust(o, models, AIOS_QUEUEING_RATE, "jobs come more often at some times than at others");
	variations(o, models, q);
	distrust(o, models, AIOS_QUEUEING_ONE_SERVER, many);
	distrust(o, models, AIOS_QUEUEING_SIZES, "jobs ask for unequal amounts");
	distrust(o, models, AIOS_QUEUEING_ORDER, "later jobs can go first here, by the policy");
	if (!(q->violations & AIOS_QUEUEING_LOAD))
		trust(o, models);
}
