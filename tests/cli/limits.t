#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Time limits and default groups by aiosctl, on the kernel $AIOS_KERNEL: this script boots
# a machine and runs itself there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 900

# ---------------------------------------------------------------- time limits
# By the warning or, where the machine is too busy to heed it, by the kill.
run aiosctl run -c 0.5 --time-limit 1 -- sleep 1000
like "a command is ended at its time limit" "$status" '^1(43|37)$'
like "and run says so" "$err" 'its time limit was over$'
run aiosctl run -c 0.5 --time-limit 0 -- true
is "no time at all is refused" "$status" 2

job=$(aiosctl submit -c 0.1 --time-limit 1h30m -o /dev/null -- sleep 1000)
soon aiosctl -q wait "$job" --until running --timeout 60
json show "$job"
is "show tells the limit" "$(field max_runtime_ns)" 5400000000000
is "and when that is" "$(field stop_ns)" "$(($(field start_ns) + 5400000000000))"
run aiosctl update "$job" --time-limit none
is "it can be taken back" "$status" 0
json show "$job"
is "and there is none then" "$(field stop_ns)" null
run aiosctl limit "$job" --time-limit 2h
is "and be set as other limits are" "$status" 0
json limit "$job"
is "which limit reads back" "$(field max_runtime_ns)" 7200000000000
run aiosctl update "$job" --time-limit 1
run timeout 600 aiosctl -q wait "$job"
json show "$job"
is "a time that is over already ends it" "$(field end)" time_limit

json group create team --time-limit 4h
run aiosctl limit team
like "a group is made with a time limit" "$out" '4h'
json limit team
is "which is told" "$(field max_runtime_ns)" 14400000000000
is "with what is in effect" "$(field effective_runtime_ns)" 14400000000000
json limit team --time-limit none
is "and taken back" "$(field max_runtime_ns)" null

# -------------------------------------------------------------- default groups
json limit --default user --cpus 0.5 --time-limit 8h
is "a default is set for users" "$(field default)" user
is "with what was set" "$(field max_runtime_ns)" 28800000000000
as_nobody()
{
	setpriv --reuid 4001 --regid 4001 --clear-groups "$@"
}
job=$(as_nobody aiosctl submit -c 0.1 -o /dev/null -- sleep 1000)
json show "$job"
is "who submits to the root is in a group of his own" "$(field group)" /user-4001
is "with its time limit" "$(field max_runtime_ns)" 28800000000000
run as_nobody aiosctl submit -c 0.6 -o /dev/null -- true
is "and cannot have more" "$status" 5
run aiosctl limit --default user /
is "it is of no group" "$status" 2
run aiosctl limit --default users
is "and for users or groups alone" "$status" 2
json limit --default user --cpus max --time-limit none
is "it is taken back" "$(field limit)" null
as_nobody aiosctl cancel "$job"
run timeout 600 aiosctl -q wait "$job"
job=$(as_nobody aiosctl submit -c 0.1 -o /dev/null -- true)
json show "$job"
is "then all are in the root again" "$(field group)" /

documents_are_valid
finish
