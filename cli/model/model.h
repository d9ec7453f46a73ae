/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Model files, as commands read them.
 */
#ifndef AIOSCTL_MODEL_MODEL_H
#define AIOSCTL_MODEL_MODEL_H

#include <core/learn/model.h>

#include "base/cli.h"

/* This reads and verifies the file of a ranker; it returns a status. */
int model_load(struct cli *cli, const char *path, struct aios_model *model);

#endif /* AIOSCTL_MODEL_MODEL_H */
