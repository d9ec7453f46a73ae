#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The benchmarks build, run with the smallest numbers, and print the same things
# as text and as JSON. How fast anything is, is no matter here.

set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/lib.sh
. tests/lib.sh

ok "they build" make bench

run build/bench/decision --queued 10,20 --running 4 --steps 2
is "decision: ends well" "$status" 0
like "decision: a line for each event" "$out" '^ +20 +[0-9]+ +a job ends '
run build/bench/decision --queued 10 --running 4 --steps 2 --json
like "decision: JSON" "$out" '^\{"schema":"aios/1","command":"bench decision".*"event":"completion"'
run build/bench/decision --queued 0
is "decision: refuses an empty queue" "$status" 1
like "decision: says why" "$err" '--queued 0: not a number from 1 to'

printf 'submit_s,run_s,procs,req_s\n0,10,3,10\n1,10,4,20\n2,5,1,5\n3,20,1,20\n' \
	>"$scratch/jobs.csv"
run build/bench/replays --procs 4 --starts "$scratch/starts" "$scratch/jobs.csv"
is "replays: engine and reference agree" "$status" 0
is "replays: on starts that were reckoned by hand" "$(tr '\n' ' ' <"$scratch/starts")" "0 10 2 20 "
run build/bench/replays --procs 4 --json "$scratch/jobs.csv"
like "replays: JSON" "$out" '"simulator":"engine","jobs":4,.*"simulator":"arrays","jobs":4,'
run build/bench/replays --procs 2 "$scratch/jobs.csv"
is "replays: a job that does not fit" "$status" 1
for line in 5,3,2,4x 5,3,2,4,5 5,3,2 5,-3,2,4 '5, 3,2,4' 18446744073709551621,3,2,4; do
	printf 'submit_s,run_s,procs,req_s\n0,10,3,10\n%s\n' "$line" >"$scratch/bad.csv"
	run build/bench/replays --procs 4 "$scratch/bad.csv"
	like "replays: '$line' is no job" "$status $err" '^1 .*bad\.csv:3: the job is malformed'
done
run bench/simulators --jobs 200 "$scratch"
is "simulators: ends well" "$status" 0
like "simulators: a row for each" "$out" 'aiosctl simulate +200 '
mkdir "$scratch/malformed"
printf 'submit_s,run_s,procs,req_s,clean\n0,10,3,10,1\n0,10,3,1,10,1\n' \
	>"$scratch/malformed/kth_sp2.csv"
run bench/simulators --jobs 200 "$scratch/malformed"
like "simulators: a malformed row is refused" "$status $err" '^1 .*kth_sp2\.csv:3: the row is malformed'

run "$vm" --timeout 3600 -- sh -c 'build/bench/calls --samples 2 --jobs 5 --json &&
	build/bench/arbiter --queued 3,6 --running 2 --steps 2 --json &&
	build/bench/jobs --samples 1 --rounds 1 --jobs 2 --json'
is "calls, arbiter, jobs: end well" "$status" 0
[ "$status" -eq 0 ] || diag "$err"
like "calls: each operation has its samples" "$out" \
	'"operation":"submit","what":"SUBMIT","median_ns":[1-9][0-9]*,.*"samples":2,'
like "calls: a list of as many as were asked for" "$out" '"listed_jobs":5'
like "arbiter: every length of the queue" "$out" '"queued":3,.*"queued":6,'
like "jobs: a bare exec is measured" "$out" '"peer":"exec",.*"jobs_per_s":[0-9]'
like "jobs: with favordynmods too" "$out" \
	'"peers_favordynmods":\[\{"peer":"exec",.*"jobs_per_s":[0-9]'
like "jobs: so is aiosctl run" "$out" '"peer":"aiosctl_run",.*"latency_ns":[1-9]'
like "jobs: a peer that is not there is named" "$out" \
	'"peer":"systemd_run","what":"systemd-run --scope","note":"'

finish
