/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of aiosctl: the one list of them. Each is defined in cli/<command>.c,
 * or in a room of its own.
 */
#ifndef AIOSCTL_BASE_COMMANDS_H
#define AIOSCTL_BASE_COMMANDS_H

#include "base/cli.h"

/* The commands stand in the order in which help lists them. */
#define CLI_COMMANDS(X)							\
	X(run), X(submit), X(list), X(show), X(explain),		\
	X(predict), X(attempts), X(limit),				\
	X(group), X(update), X(hold), X(release), X(suspend),		\
	X(resume), X(cancel), X(wait), X(log), X(rerun), X(history), X(top), X(events),	\
	X(devices),							\
	X(policy), X(drain), X(undrain), X(sources), X(save), X(restore), X(config),	\
	X(cdi), X(metrics), X(doctor), X(lp), X(simulate), X(model), X(completion),	\
	X(version), X(help)

#define CLI_COMMAND_NAME(name)	name##_command
extern const struct cli_command CLI_COMMANDS(CLI_COMMAND_NAME);

#endif /* AIOSCTL_BASE_COMMANDS_H */
