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

# ----------------------------------------------------------------------- begins
begin()
{
	aiosctl list --all --no-header --columns id,begin | sed -n "s/^ *$1 *//p"
}

# shellcheck disable=SC2317
begin_is()
{
	[ "$(begin "$1")" = "$2" ]
}

# waits JOB: it waits for its time.
# shellcheck disable=SC2317
waits()
{
	[ "$(aiosctl --json explain "$1" | python3 -c '
import json, sys
print(json.load(sys.stdin)["jobs"][0]["why"]["code"])')" = begin ]
}
clock '2026-11-27 12:00:00'
date=$(aiosctl submit --begin '2026-11-27 18:00' -o /dev/null -- true)
span=$(aiosctl submit --begin 2h -o /dev/null -- true)
ok "a job with a date waits for it" waits "$date"
ok "and one that is to begin so long from now" waits "$span"
run aiosctl explain "$date"
like "explain says when" "$out" '.*it is not to begin before 2026-11-27 18:00:00: wait, or .aiosctl update --begin now. lets it go on'
is "show says so too" "$(shown begin aiosctl show "$date")" '2026-11-27 18:00:00'
clock '2026-11-27 17:00:00'
soon begin_is "$date" '2026-11-27 18:00:00'
is "a begin that is a date keeps it" "$(begin "$date")" '2026-11-27 18:00:00'
ok "and waits still" waits "$date"
ok "so long from now is not the clock's" waits "$span"
ok "it can become another date" aiosctl update --begin '2026-11-27 19:00' "$span"
clock '2026-11-27 18:00:01'
run aiosctl -q wait "$date" --timeout 600
is "it starts when the clock comes to it, whoever looks" "$status" 0
ok "and the other waits" waits "$span"
clock '2026-11-27 19:00:01'
run aiosctl -q wait "$span" --timeout 600
is "until its own" "$status" 0
run aiosctl update --begin 2h "$span"
is "what has begun begins at no other time" "$status" 1
tomorrow=$(aiosctl submit --array 0-2 --begin 07:30 -o /dev/null -- true)
is "a time of the day is the next one, of a whole array" "$(begin "$((tomorrow + 2))")" '2026-11-28 07:30:00'
run aiosctl update --begin now --array "$tomorrow" --yes
is "now is at once" "$status" 0
run aiosctl -q wait "$tomorrow" "$((tomorrow + 1))" "$((tomorrow + 2))" --timeout 600
is "and all of them go" "$status" 0
later=$(aiosctl submit --begin 1h -o /dev/null -- true)
run aiosctl submit --dry-run --begin 1h -- true
like "a dry run says that it would wait" "$out" '.*it is not to begin before 2026-11-27 20:'
twice=$(aiosctl submit --begin 1h -o /dev/null -- true)
run aiosctl update --begin '2099-01-01 00:00' --begin now "$twice"
run aiosctl -q wait "$twice" --timeout 600
is "of two times the last one counts" "$status" 0
ok "who waits for his time can be cancelled" aiosctl cancel "$later"
run aiosctl submit --begin yesterday -- true
is "no such time" "$status" 2
run aiosctl submit --begin 1h --adopt /sys/fs/cgroup/x
is "what is adopted has begun" "$status" 2

clock '2026-11-27 12:00:00'
run aiosctl run -c 1 --deadline '2026-11-27 18:00' -- true
is "so can who has run" "$status" 0
clock '2026-11-27 13:00:00'
run aiosctl run -c 1 -- true
is "after which nothing is followed" "$status" 0
finish
