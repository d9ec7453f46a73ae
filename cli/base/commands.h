/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands of aiosctl, each defined in the file of its family.
 */
#ifndef AIOSCTL_BASE_COMMANDS_H
#define AIOSCTL_BASE_COMMANDS_H

#include "base/cli.h"

extern const struct cli_command run_command;
extern const struct cli_command submit_command;
extern const struct cli_command list_command;
extern const struct cli_command show_command;
extern const struct cli_command explain_command;
extern const struct cli_command limit_command;
extern const struct cli_command group_command;
extern const struct cli_command update_command;
extern const struct cli_command hold_command;
extern const struct cli_command release_command;
extern const struct cli_command suspend_command;
extern const struct cli_command resume_command;
extern const struct cli_command cancel_command;
extern const struct cli_command wait_command;
extern const struct cli_command top_command;
extern const struct cli_command events_command;
extern const struct cli_command devices_command;
extern const struct cli_command policy_command;
extern const struct cli_command metrics_command;
extern const struct cli_command doctor_command;
extern const struct cli_command drain_command;
extern const struct cli_command undrain_command;
extern const struct cli_command lp_command;
extern const struct cli_command simulate_command;
extern const struct cli_command version_command;

#endif /* AIOSCTL_BASE_COMMANDS_H */
