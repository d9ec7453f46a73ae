// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of a model file: what is in it the core verifies, as in the kernel.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <core/learn/ranker.h>

#include "model/model.h"

int model_load(struct cli *cli, const char *path, struct aios_model *model)
{
	uint8_t file[AIOS_MODEL_BYTES_MAX + 1];
	enum aios_model_fault fault;
	FILE *stream = fopen(path, "re");
	size_t size;
	int err = 0;

	if (!stream)
		return cli_error(cli, CLI_FAILURE, "%s: %s", path, strerror(errno));
	size = fread(file, 1, sizeof(file), stream);
	if (ferror(stream))
		err = errno;
	fclose(stream);
	if (err)
		return cli_error(cli, CLI_FAILURE, "%s: %s", path, strerror(err));
	fault = aios_model_read(model, AIOS_MODEL_RANKER, AIOS_RANKER_NR_INPUTS, file, size);
	if (fault)
		return cli_error(cli, CLI_FAILURE, "%s %s", path, aios_model_fault_text(fault));
	return CLI_OK;
}
