// SPDX-License-Identifier: GPL-2.0
/*
 * model: files of weights that the learned policy goes by.
 */
#include <getopt.h>
#include <stdio.h>

#include <core/learn/ranker.h>

#include "base/commands.h"
#include "base/values.h"
#include "model/model.h"

static void weight_print(struct out *o, const char *key, int64_t weight)
{
	double value = (double)weight / (1 << AIOS_NETWORK_WEIGHT_FRAC);

	out_double(o, key, value, "%.3f", value);
}

static void show_weights(struct out *o, const struct aios_network *network)
{
	static const struct out_column columns[] = {
		{ "input", "INPUT", false },
		{ "weight", "WEIGHT", true },
		{ "units", "UNITS", true },
	};

	out_table_begin(o, "inputs", NULL, columns, 3);
	for (uint32_t i = 0; i < network->inputs; i++) {
		int64_t units = 0;

		for (uint32_t k = 0; k < network->hidden; k++)
			units += network->weight[k][i] < 0 ? -network->weight[k][i] :
							     network->weight[k][i];
		out_row_begin(o);
		out_string(o, "input", aios_ranker_input_name(i));
		weight_print(o, "weight", network->linear[i]);
		weight_print(o, "units", units);
		out_row_end(o);
	}
	out_table_end(o);
}

static int model_show_run(struct cli *cli, int argc, char **argv)
{
	struct out *o = &cli->out;
	struct aios_model model;
	char checksum[16];
	int status;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind != argc - 1)
		return cli_usage(cli, "show takes one model file");
	status = model_load(cli, argv[optind], &model);
	if (status)
		return status;
	cli_open(cli);
	snprintf(checksum, sizeof(checksum), "%08x", model.checksum);
	out_string(o, "label", model.label);
	out_string(o, "kind", "ranker");
	out_string(o, "checksum", checksum);
	out_u64(o, "hidden_units", model.network.hidden);
	show_weights(o, &model.network);
	return cli_close(cli);
}

static const struct cli_values show_values[] = {
	{ .of = "FILE", .kind = CLI_FILES },
	{ 0 }
};

static const struct cli_command model_show_command = {
	.name = "show",
	.args = "FILE",
	.summary = "verify a model file, and print what is in it",
	.values = show_values,
	.run = model_show_run,
};

static const struct cli_command * const model_commands[] = {
	&model_show_command,
	NULL
};

const struct cli_command model_command = {
	.name = "model",
	.summary = "show the trained networks that policy learned goes by",
	.subcommands = model_commands,
};
