// SPDX-License-Identifier: GPL-2.0
/*
 * predict: what a job would run, who says so, and how far he is trusted.
 */
#include <getopt.h>

#include "base/commands.h"
#include "print/prediction.h"
#include "start/jobspec.h"

static void predict_print(struct cli *cli, const struct aios_predict_call *prediction)
{
	auto_free char *text = prediction_text(prediction);
	struct out *o = &cli->out;

	cli_open(cli);
	out_sentence(o, "verdict", "%s", text);
	out_record_begin(o, "prediction", NULL);
	prediction_fields(o, prediction);
	prediction_experts(o, prediction);
	prediction_steps(o, prediction);
	out_record_end(o);
}

static int predict_run(struct cli *cli, int argc, char **argv)
{
	struct aios_predict_call prediction;
	struct jobspec spec;
	int key, status = CLI_OK;

	jobspec_init(&spec);
	while (!status && (key = cli_getopt(cli, argc, argv)) != -1)
		status = key == '?' ? CLI_USAGE : jobspec_option(cli, &spec, key, optarg);
	if (!status)
		status = jobspec_check_command(cli, &spec, argc - optind, argv + optind);
	if (!status)
		status = cli_connect(cli);
	if (!status)
		status = jobspec_predict(cli, &spec, &prediction);
	if (status)
		return status;
	predict_print(cli, &prediction);
	return cli_close(cli);
}

const struct cli_command predict_command = {
	.name = "predict",
	.args = "[--] COMMAND [ARG]...",
	.summary = "tell what a job would run, by what jobs like it have run",
	.help = "Tell what this job of yours would run, with an interval in which four of five jobs end, and how long one in twenty runs at least. It starts nothing. The options are those of run and submit, of which the resources, --time, --time-limit, --name and --feature count. Below that stand the experts with what they say and how much each counts, and what the tree asked to come to its guess.",
	.shared = jobspec_options,
	.stops = true,
	.run = predict_run,
};
