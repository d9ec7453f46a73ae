#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What was asked for as a date follows the wall clock when that is set, and what is so
# long from now does not, on the kernel $AIOS_KERNEL: this script boots a machine, whose
# clock it sets, and runs itself there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 3600

clock()
{
	date -s "$1" >/dev/null
}

# shown COMMAND...: the line of text that begins so, without that.
shown()
{
	"${@:2}" | sed -n "s/^$1 *//p"
}

# ----------------------------------------------------------------------- drains
clock '2026-11-27 12:00:00'
ok "a drain begins at a date" aiosctl drain --at '2026-11-27 18:00'
json drain --show
before=$(field start_ns)
clock '2026-11-27 17:59:00'
is "which it keeps when the clock is set" "$(shown start aiosctl drain --show)" '2026-11-27 18:00:00'
json drain --show
ok "so that it begins sooner" test $((before - $(field start_ns))) -gt $((5 * 3600 * 10 ** 9))
run aiosctl run --time 2h --timeout 100ms -- echo started
is "what would not end by then does not start" "$status $out" "6 "
id=$(aiosctl submit --time 2h -o /dev/null -- true)
clock '2026-11-27 12:00:00'
run aiosctl -q wait "$id" --timeout 600
is "and starts when the clock is put back, whoever looks" "$status" 0
ok "the drain is over" aiosctl undrain

ok "a drain begins at a time of the day" aiosctl drain --at 18:00
is "of today" "$(shown start aiosctl drain --show)" '2026-11-27 18:00:00'
clock '2026-11-27 17:00:00'
is "which it keeps too" "$(shown start aiosctl drain --show)" '2026-11-27 18:00:00'
ok "it is set anew" aiosctl drain --at 11:00
is "and the next time that it is that is tomorrow's" "$(shown start aiosctl drain --show)" '2026-11-28 11:00:00'

ok "a drain begins so long from now" aiosctl drain --at 2h
json drain --show
before=$(field start_ns)
clock '2026-11-27 12:00:00'
json drain --show
is "and stays there when the clock is set" "$(field start_ns)" "$before"
aiosctl undrain >/dev/null

# -------------------------------------------------------------------- deadlines
deadline()
{
	aiosctl list --no-header --columns id,deadline | sed -n "s/^ *$1 *//p"
}

# shellcheck disable=SC2317
deadline_is()
{
	[ "$(deadline "$1")" = "$2" ]
}
date=$(aiosctl submit --hold --deadline '2026-11-27 18:00' -o /dev/null -- true)
span=$(aiosctl submit --hold --deadline 2h -o /dev/null -- true)
json show "$span"
before=$(field deadline_ns)
clock '2026-11-27 15:00:00'
soon deadline_is "$date" '2026-11-27 18:00:00'
is "a deadline that is a date keeps it" "$(deadline "$date")" '2026-11-27 18:00:00'
json show "$span"
is "one that is not stays" "$(field deadline_ns)" "$before"
ok "a deadline can become another date" aiosctl update --deadline '2026-11-27 19:00' "$date" "$span"
clock '2026-11-27 16:00:00'
soon deadline_is "$date" '2026-11-27 19:00:00'
is "which it keeps" "$(deadline "$date") $(deadline "$span")" '2026-11-27 19:00:00 2026-11-27 19:00:00'
ok "or so long from now" aiosctl update --deadline 2h "$date"
json show "$date"
before=$(field deadline_ns)
clock '2026-11-27 12:00:00'
soon deadline_is "$span" '2026-11-27 19:00:00'
json show "$date"
is "where it stays" "$(field deadline_ns)" "$before"
ok "or go" aiosctl update --deadline none "$span"
clock '2026-11-27 13:00:00'
json drain --show
json show "$span"
is "and not come back" "$(field deadline_ns)" null
ok "who has one that is followed can end" aiosctl cancel "$span" "$date"
clock '2026-11-27 12:00:00'
run aiosctl run -c 1 --deadline '2026-11-27 18:00' -- true
is "so can who has run" "$status" 0
clock '2026-11-27 13:00:00'
run aiosctl run -c 1 -- true
is "after which nothing is followed" "$status" 0
finish
