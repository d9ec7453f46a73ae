#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# aiosctl simulate --estimates: what jobs are told of their starts, reckoned by hand
# where there is no experience, and how often the intervals hold, on a generated
# workload and on recorded ones where they are there.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

ctl=${AIOS_BUILD:-$top/build}/bin/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
traces=$top/../shared/data/traces
cd "$scratch" || exit

# told KEY...: of the first run of the last document; a number indexes an array.
told()
{
	printf '%s' "$out" | python3 -c '
import json, sys
v = json.load(sys.stdin)["traces"][0]["runs"][0]["estimates"]
for f in sys.argv[1:]:
    v = v[int(f)] if f.isdigit() else v[f]
print(f"{v:.6g}" if isinstance(v, float) else v)' "$@" 2>&1
}

# job NUMBER: what it was told in milliseconds, and what came of it.
job()
{
	printf '%s' "$out" | python3 -c '
import json, sys
for j in json.load(sys.stdin)["traces"][0]["runs"][0]["estimates"]["jobs"]:
    if j["job"] == int(sys.argv[1]):
        told = (j[k + "_duration_ns"] for k in ("wait", "low", "high", "waited"))
        print(j["basis"], *("-" if t is None else round(t / 1e6) for t in told), j["outcome"])
' "$@"
}

estimates()
{
	run "$ctl" --json simulate --estimates "$@"
}

# Four processors, FIFO with EASY. Job 2 needs all and waits for job 1 until 10, job 4
# for job 2 until 20. Without experience the interval is from an eighth of the estimate
# to the square root of 2 of it, with a second added to each.
cat >easy.csv <<END
job_id,submit_s,run_s,procs,req_s
1,0,10,3,10
2,1,10,4,10
3,2,5,1,5
4,3,20,1,20
END
estimates --procs 4 easy.csv
is "it succeeds" "$status" 0
is "job 1 starts at once" "$(job 1)" "None - - - 0 at_once"
is "job 2 waits for job 1" "$(job 2)" "future 9000 250 13142 9000 within"
is "job 3 goes ahead of it" "$(job 3)" "None - - - 0 at_once"
is "job 4 waits for job 2" "$(job 4)" "future 17000 1250 24456 17000 within"
is "two started at once" "$(told at_once)" 2
is "both that were told were told right" "$(told within) of $(told estimated)" "2 of 2"
is "coverage" "$(told coverage)" 1
is "median error" "$(told median_error_duration_ns) $(told median_error_factor)" "0 1"
run "$ctl" simulate --estimates --procs 4 easy.csv
like "the table of jobs" "$out" '^ *2 +1\.0s +future +9\.0s +250ms +13\.1s +9\.0s +within'
like "the table of the summary" "$out" '^fifo +easy +2 +0 +2 +2 +0 +0 +100\.0 %'
before=$("$ctl" --json simulate --procs 4 easy.csv | grep -o '"hash":"[^"]*"')
is "asking changes no decision" \
	"$("$ctl" --json simulate --estimates --procs 4 easy.csv | grep -o '"hash":"[^"]*"')" \
	"$before"

# One server, run times not known: nothing can be said before a job has ended. Then two
# are ahead of the last: what is left of the first, and a whole one.
cat >unknown.csv <<END
job_id,submit_s,run_s,procs
1,0,10,1
2,1,10,1
3,12,10,1
4,13,10,1
END
estimates --procs 1 unknown.csv
is "nothing has ended" "$(job 2)" "None - - - 9000 no_estimate"
is "one is in service for 2 s" "$(job 3)" "state 8000 125 11728 8000 within"
is "and one is ahead" "$(job 4)" "state 17000 1250 24456 17000 within"
is "one was told nothing" "$(told no_estimate)" 1

# A job that waits for another is told nothing, and one that is too large is not counted.
cat >depends.csv <<END
job_id,submit_s,run_s,procs,req_s,afterok
1,0,10,1,10,
2,1,10,1,10,1
3,2,10,9,10,
END
estimates --procs 4 depends.csv
is "who depends on others" "$(job 2)" "None - - - 9000 no_estimate"
is "who never fits" "$(job 3)" ""

estimates --protocol p1 --procs 4 --window 0:2 --window 2:2 easy.csv
is "each window begins without experience" "$(job 4)" "None - - - 0 at_once"

# Wide jobs block the queue, where by servers there is room: the models say that they do
# not know.
python3 - >wide.csv <<'END'
import random
r = random.Random(8)
t = 0
print("submit_s,run_s,procs")
for i in range(4000):
    t += r.expovariate(1 / 100)
    wide = not r.randrange(8)
    print(f"{t:.3f},{r.expovariate(1 / (900 if wide else 300)):.3f},{32 if wide else 1}")
END
run "$ctl" --json simulate --queueing --procs 64 wide.csv
is "unequal sizes are named, and nothing is estimated" \
	"$(printf '%s' "$out" | python3 -c '
import json, sys
for m in json.load(sys.stdin)["traces"][0]["runs"][0]["stations"][0]["models"][1:]:
    print(m["model"], "sizes" in m["violations"], m["wq_duration_ns"])')" \
	"mm1 True None
mmc True None
ggc True None"
run "$ctl" simulate --queueing --procs 64 wide.csv
like "text says so" "$out" '^ +ggc +no estimate +no estimate +no estimate +no estimate +.*sizes'

# within NAME ARGUMENT...: four in five of those that are told something.
within()
{
	local name=$1

	shift
	estimates --quiet --no-starved "$@"
	is "$name: coverage $(told coverage)" \
		"$(python3 -c 'import sys; print(.75 <= float(sys.argv[1]) <= .85)' "$(told coverage)")" True
}

# Poisson arrivals, sizes of powers of two, requests of up to thirty times the run time.
python3 - >generated.csv <<'END'
import random
r = random.Random(3)
t = 0
print("submit_s,run_s,procs,req_s")
for i in range(12000):
    t += r.expovariate(1 / 300)
    run = r.lognormvariate(7, 1.3)
    print(f"{t:.3f},{run:.3f},{2 ** r.randrange(6)},{run * r.choice((1, 1.2, 3, 10, 30)):.3f}")
END
within "generated, by requests" --procs 100 generated.csv
within "generated, sjf" --procs 100 --policy sjf generated.csv
within "generated, no backfilling" --procs 110 --backfill none generated.csv
cut -d, -f 1-3 generated.csv >blind.csv
within "generated, run times not known" --procs 128 blind.csv

if [ -e "$traces/kth_sp2.csv" ]; then
	within KTH-SP2 --protocol p2 --procs 100 "$traces/kth_sp2.csv"
	within SDSC-SP2 --protocol p2 --procs 128 "$traces/sdsc_sp2.csv"
	within Theta --protocol p2 --procs 4392 "$traces/theta.csv"
	within Lublin-1 --procs 256 "$traces/lublin1.csv"
	within Lublin-2 --procs 256 "$traces/lublin2.csv"
	within Philly --capacity gpu=512 "$traces/philly.csv"
	sed 1s/run_v100_s/run_s/ "$traces/gavel_msr.csv" >gavel.csv
	within gavel --capacity gpu=288 gavel.csv
	for load in 0.3 0.5 0.8; do
		within "genai2026 at load $load" --procs 1 --load $load \
			"$traces/genai2026.csv"
	done
	for load in 0.3 0.5 0.65 0.8; do
		run "$ctl" --json simulate --queueing --procs 1 --load $load \
			"$traces/genai2026.csv"
		like "genai2026 at load $load: its rate is not stationary" "$out" \
			'"model":"ggc".*"violations":\["rate"\]'
	done
else
	skip "recorded workloads" "no $traces"
fi
finish
