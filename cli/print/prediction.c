// SPDX-License-Identifier: GPL-2.0
/*
 * What a job would run: see prediction.h.
 */
#include <inttypes.h>

#include "print/prediction.h"
#include "print/show.h"
#include "print/util.h"
#include "print/when.h"

#define WEIGHT_ONE	65536.0

static const char * const expert_texts[] = {
	[AIOS_EXPERT_REQUEST] = "what it states",
	[AIOS_EXPERT_LAST] = "the last job of its user",
	[AIOS_EXPERT_LAST_TWO] = "the average of the last two jobs of its user",
	[AIOS_EXPERT_SAME] = "the last job of its kind",
	[AIOS_EXPERT_LIKE_1 ... AIOS_EXPERT_LIKE_6] = "jobs of its user that are like it",
	[AIOS_EXPERT_TREE] = "the tree",
	[AIOS_EXPERT_VECTORS] = "the support vectors",
};

static const char * const asks_texts[] = {
	[AIOS_ASKS_REQUEST] = "stated run time",
	[AIOS_ASKS_SIZE] = "request",
	[AIOS_ASKS_LAST] = "last job",
	[AIOS_ASKS_EARLIER] = "the job before it",
	[AIOS_ASKS_LAST_TWO] = "average of the two",
	[AIOS_ASKS_SAME] = "last of the same kind",
	[AIOS_ASKS_NEAR] = "like it, and late",
	[AIOS_ASKS_WIDE] = "like it",
	[AIOS_ASKS_KIND] = "known of the same kind",
	[AIOS_ASKS_NR] = "known of the user",
	[AIOS_ASKS_HOUR] = "quarter of an hour of the day",
	[AIOS_ASKS_DAY] = "day of the week",
};

static const char *expert_text(uint32_t expert)
{
	return expert < ARRAY_SIZE(expert_texts) ? expert_texts[expert] :
		"an expert who is not known here";
}

char *prediction_text(const struct aios_predict_call *p)
{
	char run[32], low[32], high[32];

	if (!p->run_duration_ns)
		return xstrdup("nothing is known yet of jobs like this: none is predicted a run time");
	return xasprintf("predicted to run %s, four times in five %s to %s, by %s",
			 duration_text(p->run_duration_ns, run, sizeof(run)),
			 duration_text(p->low_duration_ns, low, sizeof(low)),
			 duration_text(p->high_duration_ns, high, sizeof(high)),
			 expert_text(p->expert));
}

static void duration_field(struct out *o, const char *key, uint64_t ns)
{
	if (ns)
		show_duration(o, key, ns);
	else
		out_null(o, key, "unknown");
}

void prediction_fields(struct out *o, const struct aios_predict_call *p)
{
	duration_field(o, "run_duration_ns", p->run_duration_ns);
	duration_field(o, "low_duration_ns", p->low_duration_ns);
	duration_field(o, "high_duration_ns", p->high_duration_ns);
	duration_field(o, "most_duration_ns", p->most_duration_ns);
	if (p->run_duration_ns)
		out_cell(o, "expert", "%s", expert_text(p->expert));
	out_data_string(o, "expert", p->run_duration_ns ? aios_expert_name(p->expert) : NULL);
	out_u64(o, "nr_known", p->nr_known);
	out_u64(o, "nr_same", p->nr_same);
	out_u64(o, "nr_lessons", p->nr_lessons);
}

void prediction_print(struct out *o, const struct aios_predict_call *p)
{
	auto_free char *text = prediction_text(p);

	out_cell(o, "prediction", "%s", text);
	out_hidden_begin(o, "prediction");
	prediction_fields(o, p);
	out_hidden_end(o);
}

void prediction_experts(struct out *o, const struct aios_predict_call *p)
{
	static const struct out_column columns[] = {
		{ "expert", "EXPERT", false },
		{ "guess", "GUESS", true },
		{ "weight", "WEIGHT", true },
		{ "about", "BY", false },
	};
	char guess[32];

	out_table_begin(o, "experts", "Who says what", columns, ARRAY_SIZE(columns));
	for (uint32_t i = 0; i < AIOS_EXPERT_MAX && aios_expert_name(i); i++) {
		if (!p->guess[i])
			continue;
		out_row_begin(o);
		out_string(o, "expert", aios_expert_name(i));
		out_cell(o, "guess", "%s", duration_text(p->guess[i], guess, sizeof(guess)));
		out_data_u64(o, "guess_duration_ns", p->guess[i]);
		out_double(o, "weight", p->weight[i] / WEIGHT_ONE, "%.3f",
			   p->weight[i] / WEIGHT_ONE);
		out_cell(o, "about", "%s", expert_text(i));
		out_row_end(o);
	}
	out_table_end(o);
}

static bool is_duration(uint32_t asks)
{
	return asks < AIOS_ASKS_KIND && asks != AIOS_ASKS_SIZE;
}

static void step_cell(struct out *o, const char *key, uint32_t asks, uint64_t value)
{
	char text[32];

	if (is_duration(asks))
		out_cell(o, key, "%s", duration_text(value, text, sizeof(text)));
	else
		out_cell(o, key, "%" PRIu64, value);
	out_data_u64(o, key, value);
}

void prediction_steps(struct out *o, const struct aios_predict_call *p)
{
	static const struct out_column columns[] = {
		{ "asks", "ASKS", false },
		{ "value", "IS", true },
		{ "than", "", false },
		{ "threshold", "THAN", true },
	};

	if (!p->nr_steps && !o->json)
		return;
	out_table_begin(o, "steps", "How the tree comes to its guess", columns,
			ARRAY_SIZE(columns));
	for (uint32_t i = 0; i < p->nr_steps && i < AIOS_PREDICT_STEPS_MAX; i++) {
		const struct aios_predict_step *s = &p->step[i];

		out_row_begin(o);
		out_cell(o, "asks", "%s", s->asks < ARRAY_SIZE(asks_texts) ?
			 asks_texts[s->asks] : "something that is not known here");
		out_data_string(o, "asks", aios_asks_name(s->asks));
		step_cell(o, "value", s->asks, s->value);
		out_cell(o, "than", s->above ? "above" : "up to");
		out_data_u64(o, "above", s->above);
		step_cell(o, "threshold", s->asks, s->threshold);
		out_row_end(o);
	}
	out_table_end(o);
}
