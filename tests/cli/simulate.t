#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# aiosctl simulate: what it takes and refuses, and small traces whose outcome was
# reckoned by hand, as text, as JSON and as a timeline.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/model.sh
. "$(dirname "$0")/model.sh"

ctl=${AIOS_BUILD:-$top/build}/bin/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
cd "$scratch" || exit
make_model short.model runtime=-1	# for policy learned

# value FIELD...: of the last document; a number indexes an array.
value()
{
	printf '%s' "$out" | python3 -c '
import json, sys
v = json.load(sys.stdin)
for f in sys.argv[1:]:
    v = v[int(f)] if f.isdigit() else v[f]
print(f"{v:.6g}" if isinstance(v, float) else v)' "$@" 2>&1
}

# of FIELD: of the first run of the first trace.
of()
{
	value traces 0 runs 0 "$@"
}

simulate()
{
	run "$ctl" --json simulate "$@"
}

# ------------------------------------------------- reckoned by hand: EASY
# Four processors. Job 1 leaves one free until 10; job 2 needs all and is the
# head, until 10. Job 3 ends before that, job 4 does not.
cat >easy.csv <<END
job_id,submit_s,run_s,procs,req_s
1,0,10,3,10
2,1,10,4,10
3,2,5,1,5
4,3,20,1,20
END
simulate --procs 4 easy.csv
is "easy: it succeeds" "$status" 0
is "easy: mean wait of 0, 9, 0 and 17 s" "$(of mean_wait_duration_ns)" 6500000000
is "easy: median wait" "$(of median_wait_duration_ns)" 0
is "easy: largest wait" "$(of max_wait_duration_ns)" 17000000000
is "easy: 99th percentile of the wait" "$(of p99_wait_duration_ns)" 17000000000
is "easy: mean completion" "$(of mean_completion_duration_ns)" 17750000000
is "easy: mean bounded slowdown of 1, 1.9, 1 and 1.85" "$(of mean_bounded_slowdown)" 1.4375
is "easy: 95 of 160 processor seconds are used" "$(of utilisation cpu)" 0.59375
is "easy: makespan" "$(of makespan_duration_ns)" 40000000000
is "easy: nobody starves" "$(of starved)" 0
is "easy: decisions" "$(of decisions)" 4
is "easy: events" "$(of events)" 8
is "easy: offered load" "$(value traces 0 load)" 7.91667
hash=$(of hash)
like "easy: hash" "$hash" '^[0-9a-f]{16}$'
simulate --procs 4 --backfill none easy.csv
is "in the order of arrival: who starves is not told" "$(of starved)" None
is "in the order of arrival: nor by what" "$(value traces 0 reference_max_wait_duration_ns)" None
run "$ctl" simulate --procs 4 --backfill none easy.csv
is "in the order of arrival: no such column" "$(grep -c STARVED <<<"$out")" 0
simulate --procs 4 --backfill none,easy easy.csv
is "with the measure as a row: it is told" "$(of starved)" 0
is "with the measure as a row: by what" "$(value traces 0 reference_max_wait_duration_ns)" 17000000000
simulate --procs 4 --policy sjf easy.csv
is "in another order: it is told" "$(value traces 0 reference_max_wait_duration_ns)" 17000000000
simulate --procs 4 --policy sjf --no-starved easy.csv
is "in another order, unless it is not asked for" "$(of starved)" None
simulate --procs 4 easy.csv
is "the same trace gives the same decisions" "$(of hash)" "$hash"
simulate --procs 4 --backfill none easy.csv
is "none: mean wait of 0, 9, 18 and 17 s" "$(of mean_wait_duration_ns)" 11000000000
is "none: mean bounded slowdown" "$(of mean_bounded_slowdown)" 1.7625
[ "$(of hash)" != "$hash" ]
is "other decisions have another hash" $? 0
simulate --procs 4 --backfill conservative easy.csv
is "conservative: job 3 passes here too" "$(of mean_wait_duration_ns)" 6500000000

# Who is not among the first 256 has no reservation: job 299 would delay nobody on the
# processor that nobody else can use, and starts when those before it have come up.
{
	echo submit_s,run_s,procs,req_s
	echo 0,10,3,10
	for _ in {2..298}; do echo 0,1,4,1; done
	echo 0,1,1,1
} >deep.csv
simulate --procs 4 --backfill conservative deep.csv
is "conservative: how many stood behind the 256" "$(of beyond)" 43
like "conservative: which is said" "$err" 'fifo and backfill conservative 43 stood behind the first 256'
head -n 257 deep.csv >depth.csv
simulate --procs 4 --backfill conservative depth.csv
is "conservative: 256 have reservations" "$(of beyond)$err" 0
run "$ctl" simulate --procs 4 --backfill conservative depth.csv
is "conservative: then there is no such column" "$(grep -c BEYOND <<<"$out")" 0
run "$ctl" simulate --procs 4 --backfill conservative deep.csv
like "conservative: else there is" "$out" BEYOND
simulate --procs 4 --backfill easy deep.csv
is "easy knows no such depth" "$(of beyond) $err" "0 "
# Decisions are counted over the processor's time, whoever else has it.
is "decisions in a second are over the time that the JSON has" "$(python3 -c '
import json, sys
r = json.load(sys.stdin)["traces"][0]["runs"][0]
rate = r["decisions"] / (r["processor_duration_ns"] / 1e9)
print(abs(r["decisions_per_second"] - rate) < 1)' <<<"$out")" True
run "$ctl" simulate --help
like "and help says which time that is" "${out//$'\n'/ }" 'DECISIONS/S are .* that the processor spends on the replay'

# ------------------------------------------------- queueing, by hand as well
# 40 s; the waits add up to 26 s and the times in service to 45.
simulate --procs 4 --queueing --policy fifo,sjf easy.csv
is "queueing: a station for the machine" "$(of stations 0 group)" None
is "queueing: four arrivals" "$(of stations 0 arrivals)" 4
is "queueing: four ends" "$(of stations 0 ended)" 4
is "queueing: lambda is 4 in 40 s" "$(of stations 0 arrival_rate)" 0.1
is "queueing: mu is 4 in 45 s" "$(of stations 0 service_rate)" 0.0888889
is "queueing: L is 71 job seconds in 40 s" "$(of stations 0 models 0 l)" 1.775
is "queueing: Lq is 26 job seconds in 40 s" "$(of stations 0 models 0 lq)" 0.65
is "queueing: W" "$(of stations 0 models 0 w_duration_ns)" 17750000000
is "queueing: Wq" "$(of stations 0 models 0 wq_duration_ns)" 6500000000
is "queueing: two servers of 2.25 processors are one" "$(of stations 0 servers)" 1
like "queueing: too few to tell" "$(of stations 0 models 2 violations)" samples
is "queueing: the other replay has them too" "$(value traces 0 runs 1 stations 0 arrivals)" 4
run "$ctl" simulate --procs 4 --queueing easy.csv
like "queueing: as a table" "$out" '^the machine +1 +0\.1/s +0\.0889/s +1\.12 +measured +1\.77 +0\.65 +17\.7s +6\.5s'
like "queueing: with a row for each model" "$out" '^ +ggc +endless'
# Poisson arrivals, exponential service, two servers: M/M/2 within a tenth.
python3 - >mm2.csv <<'END'
import random
r = random.Random(5)
t = 0
print("submit_s,run_s,procs,user")
for i in range(60000):
    t += r.expovariate(1 / 100)
    print(f"{t:.6f},{r.expovariate(1 / 140):.6f},1,u{i % 2}")
END
simulate --procs 2 --queueing --group-by user mm2.csv
near()
{
	python3 -c 'import sys; a, b, by = map(float, sys.argv[1:]); print(abs(a - b) <= by * b)' "$@"
}
is "queueing: two servers" "$(of stations 0 servers)" 2
is "queueing: rho" "$(near "$(of stations 0 rho)" 0.7 0.02)" True
is "queueing: Wq as measured and as M/M/c expects" \
	"$(near "$(of stations 0 models 0 wq_duration_ns)" "$(of stations 0 models 2 wq_duration_ns)" 0.05)" True
is "queueing: which is 0.49 / 0.51 of a service" \
	"$(near "$(of stations 0 models 2 wq_duration_ns)" 134509803922 0.1)" True
is "queueing: M/M/c holds" "$(of stations 0 models 2 violations)" "[]"
is "queueing: M/M/1 does not" "$(of stations 0 models 1 violations)" "['one_server']"
is "queueing: two groups besides" "$(of stations 1 group) $(of stations 2 group)" "u0 u1"
is "queueing: that share the jobs" "$(of stations 1 arrivals) $(of stations 2 arrivals)" "30000 30000"
python3 -c '
import json, sys
for s in json.load(sys.stdin)["traces"][0]["runs"][0]["stations"]:
    m = s["models"][0]
    n = s["arrivals"] / s["elapsed_duration_ns"]
    assert abs(m["l"] - n * m["w_duration_ns"]) < 1e-6, (m, n)
    assert abs(m["lq"] - n * m["wq_duration_ns"]) < 1e-6, (m, n)' <<<"$out"
is "queueing: Little's law holds" $? 0
(sed '3a 6,1,1,9,1' easy.csv && echo 5,1000,1,9,1) >never.csv
simulate --procs 4 --queueing never.csv
is "queueing: who is rejected did not arrive" "$(of rejected) $(of stations 0 arrivals)" "2 4"
is "queueing: nor withdraw" "$(of stations 0 withdrawn)" 0
is "queueing: the time is to the last end" "$(of stations 0 elapsed_duration_ns)" 40000000000
is "queueing: W is that of the others" "$(of stations 0 models 0 w_duration_ns)" 17750000000
simulate --procs 4 --queueing --window 0:2 --window 2:2 easy.csv
is "queueing: of one window only" "$status" 2

# ------------------------------------------------------- aging and half-life
# At 10 job 2 has waited 8 s, job 3 none: two steps of priority are 6 s.
cat >aging.csv <<END
job_id,submit_s,run_s,procs,req_s,priority
1,0,10,4,10,0
2,2,10,4,10,0
3,9,10,4,10,2
END
simulate --procs 4 --policy priority aging.csv
is "priority: the higher goes first, waits of 0, 18 and 1" "$(of max_wait_duration_ns)" 18000000000
simulate --procs 4 --policy priority --aging 3 aging.csv
is "aging: who waited longer goes first, waits of 0, 8 and 11" "$(of max_wait_duration_ns)" 11000000000
simulate --procs 4 --policy priority --aging 4 aging.csv
is "aging: more slowly, and he does not" "$(of max_wait_duration_ns)" 18000000000
simulate --procs 4 --aging 60d aging.csv
is "aging has a bound" "$status" 2
# User a used the machine long ago, b a little just now: whose turn it is
# depends on how fast use is forgotten.
cat >half.csv <<END
job_id,submit_s,run_s,procs,req_s,user
1,0,1000,4,1000,a
2,100000,500,4,500,b
3,100001,500,4,500,a
4,100002,500,4,500,b
END
simulate --procs 4 --policy fairshare --group-by user --half-life 0 half.csv
is "half-life: never forgotten, b goes first" "$(of max_wait_duration_ns)" 999000000000
simulate --procs 4 --policy fairshare --group-by user --half-life 600 half.csv
is "half-life: forgotten, a goes first" "$(of max_wait_duration_ns)" 998000000000

# ---------------------------------------- the same jobs in other formats
gzip -c easy.csv >easy.csv.gz
simulate --procs 4 easy.csv.gz
is "a gzipped trace is read" "$(of hash)" "$hash"
out=$("$ctl" --json simulate --procs 4 - <easy.csv)
is "standard input is read" "$(of hash)" "$hash"
# shellcheck disable=SC2002
out=$(cat easy.csv.gz | "$ctl" --json simulate --procs 4 -)
is "a pipe too, gzipped" "$(of hash)" "$hash"
cat >easy.swf <<END
; Version: 2.2
; MaxProcs: 4

1 0 -1 10 3 -1 -1 3 10 -1 1 1 1 -1 -1 -1 -1 -1
2 1 -1 10 4 -1 -1 4 10 -1 1 1 1 -1 -1 -1 -1 -1
3 2 -1 5 1 -1 -1 1 5 -1 1 2 1 -1 -1 -1 -1 -1
4 3 -1 20 1 -1 -1 1 20 -1 1 2 1 -1 -1 -1 -1 -1
END
simulate easy.swf
is "SWF is read, with the machine of its header" "$(of hash)" "$hash"
is "and told from CSV" "$(value traces 0 format)" swf
sed 's/MaxProcs: 4/MaxProcs: -1\n;MaxNodes:4/' easy.swf >nodes.swf
simulate nodes.swf
is "nodes where the header does not know the processors" "$(of hash)" "$hash"
sed 's/MaxProcs: 4/MaxProcs: 1,024/' easy.swf >comma.swf
run "$ctl" simulate comma.swf
like "1,024 is not 1" "$err" 'how large its machine was'
(sed -n 1p easy.csv; sed -n 5p easy.csv; sed -n 2,4p easy.csv) >shuffled.csv
simulate --procs 4 shuffled.csv
is "jobs out of order are put in order" "$(of mean_wait_duration_ns)" 6500000000
like "and it is said" "$err" 'put in order'
printf 'x,req_s,submit_s,procs,run_s\na,10,0,3,10\nb,10,1,4,10\nc,5,2,1,5\nd,20,3,1,20\n' >columns.csv
simulate --procs 4 columns.csv
is "columns are found by name" "$(of hash)" "$hash"
printf '\357\273\277# a note\r\n%s' "$(sed 's/$/\r/' easy.csv)" >dos.csv
simulate --procs 4 dos.csv
is "a mark, comments and DOS line ends do no harm" "$(of hash)" "$hash"

# ------------------------------------------------ reckoned by hand: order
cat >one.csv <<END
job_id,submit_s,run_s,procs,req_s
1,0,10,1,10
2,1,8,1,8
3,2,2,1,2
4,3,4,1,4
END
simulate --procs 1 --policy fifo,sjf one.csv
is "fifo: mean wait of 0, 9, 16 and 17 s" "$(of mean_wait_duration_ns)" 10500000000
is "sjf: mean wait of 0, 15, 8 and 9 s" "$(value traces 0 runs 1 mean_wait_duration_ns)" 8000000000
simulate --procs 1 --policy sjf --protocol p1 --window 0:3 one.csv
is "p1: who was chosen blocks the queue: 0, 9 and 16 s" "$(of mean_wait_duration_ns)" 8333333333
simulate --procs 1 --policy sjf --window 0:3 one.csv
is "else a shorter one passes: 0, 11 and 8 s" "$(of mean_wait_duration_ns)" 6333333333
simulate --procs 1 --window 0:2 --window 2:2 one.csv
is "two windows: the mean of 4.5 and 0.5 s" "$(of mean_wait_duration_ns)" 2500000000
is "each is told" "$(of windows 1 start)" 2
simulate --procs 1 --rows 2 one.csv
is "only so many rows" "$(of mean_wait_duration_ns)" 4500000000
simulate --procs 1 --policy srtf --resume-cost 0 --quantum 1ms one.csv
is "srtf: mean wait of 14, 6, 0 and 1 s" "$(of mean_wait_duration_ns)" 5250000000
is "srtf: two are preempted" "$(of preemptions)" 2
is "srtf: and resumed" "$(of resumes)" 2
simulate --procs 1 --policy srtf --resume-cost 3 --quantum 1ms one.csv
is "srtf: resuming costs: 20, 9, 0 and 1 s" "$(of mean_wait_duration_ns)" 7500000000
sed 's/,[0-9]*$/,1000/' one.csv >blind.csv
simulate --procs 1 --policy sjf blind.csv
is "sjf by equal requests is fifo" "$(of mean_wait_duration_ns)" 10500000000
simulate --procs 1 --policy sjf --runtimes true blind.csv
is "sjf by true run times is not" "$(of mean_wait_duration_ns)" 8000000000

# Arrivals count from the first: the key of job 2 is log10(1000) + 870 log10(1), that of
# job 3 870 log10(2). Counted from 0 the short one would go first in a trace that begins late.
cat >f1.csv <<END
job_id,submit_s,run_s,procs,req_s
1,0,10,1,10
2,1,1000,1,1000
3,2,1,1,1
END
simulate --procs 1 --policy f1 f1.csv
is "f1: waits of 0, 9 and 1008 s" "$(of mean_wait_duration_ns)" 339000000000
sed 's/^\(.,\)\(.\),/\1100000\2,/' f1.csv >late.csv
simulate --procs 1 --policy f1 late.csv
is "f1: and the same where the trace begins late" "$(of mean_wait_duration_ns)" 339000000000

# Slices of rr are ten times what resuming costs. Job 2 waits for the first of job 1, which
# waits for all of job 2 and for what resuming costs.
printf 'submit_s,run_s,procs\n0,1000,1\n0,100,1\n' >slices.csv
simulate --procs 1 --policy rr slices.csv
is "rr has a slice of its own: waits of 160 and 600 s" "$(of mean_wait_duration_ns)" 380000000000
simulate --procs 1 --policy rr --resume-cost 20 slices.csv
is "rr: which follows what resuming costs: 120 and 200 s" "$(of mean_wait_duration_ns)" 160000000000
simulate --procs 1 --policy rr --resume-cost 0 slices.csv
is "rr: and is a minute at least: frozen at 60, 120 and 180" "$(of preemptions)" 3

# Two users on two processors: shares go before arrival.
cat >users.csv <<END
submit_s,run_s,procs,req_s,user
0,10,1,10,a
0,20,1,20,a
0,10,1,10,a
0,10,1,10,b
END
simulate --procs 2 --policy fifo,drf --group-by user users.csv
is "fifo: 0, 0, 10 and 20 s" "$(of mean_wait_duration_ns)" 7500000000
is "drf: 0, 10, 10 and 0 s" "$(value traces 0 runs 1 mean_wait_duration_ns)" 5000000000

# A long job and an endless row of short ones.
{
	echo submit_s,run_s,procs,req_s
	echo 0,10,1,10
	echo 1,100,1,100
	for i in $(seq 200); do
		echo $((i * 9)),10,1,10
	done
} >flood.csv
simulate --procs 1 --policy sjf flood.csv
is "sjf: the long job waits for all" "$(of max_wait_duration_ns)" 2009000000000
is "nobody is guarded without a guard" "$(of guarded)" 0
is "and JSON says that there is none" "$(value traces 0 guard)" None
simulate --procs 1 --policy sjf --guard 2 flood.csv
[ "$(of guarded)" -gt 0 ]
is "a guard acts" $? 0
[ "$(of max_wait_duration_ns)" -lt 1000000000000 ]
is "and the long job waits less" $? 0
long=$(of max_wait_duration_ns)
simulate --procs 1 --policy sjf --guard 2 --guard-floor 10m flood.csv
[ "$(of max_wait_duration_ns)" -gt "$long" ]
is "a floor lets it wait longer" $? 0
[ "$(of max_wait_duration_ns)" -ge 600000000000 ] && [ "$(of max_wait_duration_ns)" -lt 1200000000000 ]
is "for so long, and below the multiple of it" $? 0
is "JSON names the guard" \
	"$(value traces 0 guard) $(value traces 0 guard_floor_ns)" "2 600000000000"
is "and whose run times the engine was told" \
	"$(value traces 0 order_by) $(value traces 0 reserve_by)" "requested requested"
simulate --procs 1 --policy sjf --guard 4 --guard-floor 10m --timeline guard.svg flood.csv
grep -q 'sjf, backfill easy, guard 4, floor 10m' guard.svg
is "the picture names the guard" $? 0

# Nobody states how long he runs: 400 jobs of one, two and four processors, and of all.
python3 - >unknown.csv <<'END'
import random
random.seed(7)
time = 0
print("submit_s,run_s,procs")
for _ in range(400):
    time += random.randrange(180)
    print(f"{time},{random.choice([10, 30, 100, 600])},{random.choice([1, 1, 2, 2, 4, 4, 8])}")
END
simulate --procs 8 --policy fifo,smallest unknown.csv
fifo=$(value traces 0 runs 0 mean_wait_duration_ns)
most=$(value traces 0 runs 0 max_wait_duration_ns)
simulate --procs 8 --policy smallest --guard 2 unknown.csv
[ "$(of max_wait_duration_ns)" -le $((2 * most)) ]
is "run times unknown: nobody waits for more than twice as long as under fifo" $? 0
[ "$(of mean_wait_duration_ns)" -le $((fifo * 3 / 4)) ]
is "and the order is not that of arrival" $? 0

# A job of no time at all is the shortest of those whose run times are known.
cat >nothing.csv <<END
job_id,submit_s,run_s,procs,req_s
1,0,10,1,10
2,1,5,1,5
3,2,0,1,8
END
simulate --procs 1 --policy sjf --runtimes true nothing.csv
is "true run times: 0 s is known, waits of 0, 9 and 8" "$(of max_wait_duration_ns)" 9000000000
simulate --procs 1 --policy sjf nothing.csv
is "requested ones: waits of 0, 9 and 13" "$(of max_wait_duration_ns)" 13000000000

# Of two processors one is free at 30, and 3 has both reserved at 100: which of 4 and 5
# starts is a matter of the order, and whether one does of what is reserved for them.
kinds()
{
	cat >kinds.csv <<END
job_id,submit_s,run_s,procs,req_s
1,0,100,1,100
2,0,30,1,30
3,1,10,2,10
4,2,60,1,$1
5,3,50,1,$2
END
}
of_kinds()
{
	simulate --procs 2 --policy sjf "$@" kinds.csv
	echo "$(of max_wait_duration_ns) $(of mean_wait_duration_ns)"
}
early_4="107000000000 46800000000" early_5="108000000000 46800000000"
kinds 61 70
is "ordered by requests 4 is first" "$(of_kinds --order-by requested)" "$early_4"
is "which is the default" "$(of_kinds)" "$early_4"
is "ordered by true run times 5 is" "$(of_kinds --order-by true)" "$early_5"
kinds 200 201
is "by requests none is let past 3" "$(of_kinds --order-by true)" "108000000000 62800000000"
is "by true run times 4 is" "$(of_kinds --reserve-by true)" "$early_4"
is "or 5, when that is first" "$(of_kinds --reserve-by true --order-by true)" "$early_5"
is "one option says both" "$(of_kinds --runtimes true)" "$early_5"
is "and what is the same is no harm" "$(of_kinds --runtimes true --order-by true)" "$early_5"
is "a prediction without a past is the request" \
	"$(of_kinds --order-by predicted --reserve-by true)" "$early_4"
run "$ctl" simulate --procs 2 --runtimes true --reserve-by requested kinds.csv
is "two that contradict are refused" "$status" 2
like "and what each means is said" "$err" \
	"--runtimes true means --order-by true and --reserve-by true: it cannot be given with --reserve-by requested"
run "$ctl" simulate --procs 2 --order-by guessed kinds.csv
like "what can be said is said" "$err" "--order-by takes requested, true, predicted, tree, svm or best, not 'guessed'"

# ------------------------------------------------------- deadlines and gangs
cat >deadlines.csv <<END
submit_s,run_s,procs,req_s,deadline_s
0,10,1,10,
1,10,1,10,100
2,10,1,10,20
3,10,1,10,30
END
simulate --procs 1 --policy fifo,edf deadlines.csv
is "fifo misses two deadlines" "$(of late)" 2
is "edf misses none" "$(value traces 0 runs 1 late)" 0
run "$ctl" simulate --procs 1 --policy fifo deadlines.csv
like "which a person is told" "$out" 'LATE'

# Two of four processors are free until 10; the gang needs three, and then four
# are: until then the last job, which ends in time, goes ahead.
cat >gang.csv <<END
submit_s,run_s,procs,req_s,gang,gang_size
0,10,2,10,,
1,20,1,20,pair,2
2,20,2,20,pair,2
3,7,2,7,,
END
simulate --procs 4 --policy fifo gang.csv
is "a gang waits until all fit" "$(of makespan_duration_ns)" 30000000000
is "its members wait for it" "$(of max_wait_duration_ns)" 9000000000
is "and is passed by who does not delay it" "$(of mean_wait_duration_ns)" 4250000000
printf 'submit_s,run_s,gang\n0,1,x\n' >gang.csv
run "$ctl" simulate --procs 1 gang.csv
like "a gang without a size is refused" "$err" 'gang.csv:2: .*says no gang_size'

# Job 3 would have gang a wait for b, which waits for a: it is rejected, and a lacks it.
printf '%s\n' job_id,submit_s,run_s,procs,gang,gang_size,after \
	1,0,10,1,a,2, 2,1,10,1,b,2,1 3,2,10,1,a,2,2 4,3,10,1,b,2, >circle.csv
run "$ctl" simulate --procs 4 circle.csv
like "gangs that wait for each other are named" "$err" '3 jobs are left .* first is job 3 in line 4'

# ----------------------------------------------------------- dependencies
# One of four processors is enough for each, so all waiting is for others: job 3 for
# the end of 1 at 10, 4 for the start of 3, and 5 and 6 for the failure of 2 at 5.
cat >depends.csv <<END
job_id,submit_s,run_s,procs,req_s,exit_status,after,afterok,afterany,afternotok
1,0,10,1,10,0,,,,
2,0,5,1,5,1,,,,
3,1,10,1,10,,,1,2,
4,1,10,1,10,,3,,,
5,1,1,1,1,,,,,2
6,1,1,1,1,,,,1 2:5,
END
simulate --procs 4 --timeline d.json depends.csv
is "depends: it succeeds" "$status" 0
is "depends: each starts when it may" "$(python3 -c '
import json
e = json.load(open("d.json"))["traceEvents"]
x = sorted((v["args"]["job"], v["ts"]) for v in e if v["ph"] == "X")
print(*[f"{j}:{t / 1e6:g}" for j, t in x])')" "1:0 2:0 3:10 4:10 5:5 6:10"
is "depends: nobody is dropped" "$(of dropped)" 0
# Job 2 fails: 3 waits for its success in vain, 4 for that of 3, and 5 is refused
# when it comes. 6 waits for the failure of 3, which being dropped is.
cat >vain.csv <<END
job_id,submit_s,run_s,procs,req_s,exit_status,afterok,afternotok
2,0,5,1,5,1,,
3,1,10,1,10,,2,
4,1,10,1,10,,3,
6,2,10,1,10,,,3
5,8,10,1,10,,"2, 6",
END
simulate --procs 4 --timeline v.json vain.csv
is "depends: who waits in vain is dropped" "$(of dropped)" 3
is "depends: and is not rejected for its size" "$(of rejected)" 0
is "depends: two run" "$(of jobs)" 2
is "depends: the one who waits for a failure from then on" "$(of max_wait_duration_ns)" 3000000000
simulate --procs 4 --queueing vain.csv
is "depends: the dropped are not served" "$(of stations 0 arrivals) $(of stations 0 ended)" "5 2"
run "$ctl" simulate --procs 4 vain.csv
like "depends: which a person is told" "$out" DROPPED
like "depends: and why" "$err" 'vain.csv: 3 dropped: .*the first is job 3 in line 3'
# A window without the job: it counts as having succeeded before.
simulate --procs 4 --window 2:1 depends.csv
is "depends: who takes no part has ended" "$(of max_wait_duration_ns)" 0
# Not in the order of arrival: what counts is who comes first.
printf '%s\n' job_id,submit_s,run_s,afterok 2,5,1,1 1,0,9, >order.csv
simulate --procs 4 order.csv
is "depends: lines in any order" "$(of max_wait_duration_ns)" 4000000000
simulate --procs 4 --policy "$("$ctl" simulate --policy "?" easy.csv 2>&1 |
	sed 's/.*say //; s/ (see.*//; s/, \| or /,/g')" --model short.model --quantum 2m depends.csv
is "depends: under every policy" "$(grep -o '"easy","jobs":6,' <<<"$out" | wc -l)" 15
depends_bad()
{
	printf %b "job_id,submit_s,run_s,$2\n$3\n" >bad.csv
	run "$ctl" simulate --procs 4 bad.csv
	like "depends: $1" "$err" "$4"
}
depends_bad "one that is not there" afterok '1,0,1,\n2,1,1,7' 'bad.csv:3: job 2 waits for job 7, and no such job comes before it'
depends_bad "a later one" after '1,0,1,2\n2,1,1,' 'bad.csv:2: job 1 waits for job 2, and no such'
depends_bad "itself" after '1,0,1,1' 'bad.csv:2: job 1 waits for job 1'
depends_bad "a number twice" after '1,0,1,\n1,1,1,' 'bad.csv:3: there is a job 1 in line 2 already'
depends_bad "a word" afterany '1,0,1,\n2,0,1,1 x' "bad.csv:3: afterany 'x' is no number of a job"
depends_bad "a job without a number" after 'a,0,1,' "bad.csv:2: job_id 'a' is no number"
depends_bad "too many" after "1,0,1,\\n2,0,1,$(printf '1 %.0s' {1..33})" 'bad.csv:3: .*at most 32'
depends_bad "a status that is none" exit_status '1,0,1,x' "bad.csv:2: exit_status 'x' is no number"

# ---------------------------------------------------------------- draining
# From 20 to 50 nothing starts. Job 2 would end at 25 and waits, 3 ends in time and goes
# ahead, 4 comes while the machine drains. Times begin with the first arrival.
cat >drain.csv <<END
job_id,submit_s,run_s,procs,req_s
1,100,10,4,10
2,101,15,4,15
3,102,8,4,8
4,130,5,4,5
END
simulate --procs 4 --drain 20+30 --timeline drain.json drain.csv
is "drain: who would not end in time waits, with those who come" "$(python3 -c '
import json
e = json.load(open("drain.json"))["traceEvents"]
x = sorted((v["args"]["job"], v["ts"]) for v in e if v["ph"] == "X" and v["cat"] == "running")
d = [(v["ts"], v["dur"]) for v in e if v["ph"] == "X" and v["cat"] == "drain"]
print(*[f"{j}:{t / 1e6:g}" for j, t in x], *[f"{t / 1e6:g}+{u / 1e6:g}" for t, u in d])')" \
	"1:0 2:50 3:10 4:65 20+30"
is "drain: two were held back" "$(of drained)" 2
drained=$(of hash)
simulate --procs 4 --drain 0:20-0:50 drain.csv
is "drain: its end can be named" "$(of hash)" "$drained"
simulate --procs 4 --drain 20+5 --drain 30-35 drain.csv
is "drain: one after the other" "$(of max_wait_duration_ns) $(of drained)" "34000000000 3"
simulate --procs 4 --drain 20 drain.csv
is "drain: for ever" "$(of jobs) $(of left)" "2 2"
like "drain: which is said" "$err" 'drain.csv: 2 had not started'
run "$ctl" simulate --procs 4 --drain 20+30 drain.csv
like "drain: a column" "$out" 'DRAINED'
simulate --procs 4 --drain 500+10 drain.csv
before=$(of hash)
simulate --procs 4 drain.csv
is "drain: afterwards it changes nothing" "$before" "$(of hash)"
simulate --procs 4 --drain 20+30 --timeline drain.svg drain.csv
like "drain: in the picture" "$(cat drain.svg)" 'the machine drains'
simulate --procs 1 --quantum 2m --drain 10m+30m --policy "$("$ctl" simulate --policy "?" easy.csv 2>&1 |
	sed 's/.*say //; s/ (see.*//; s/, \| or /,/g')" --backfill none,easy,conservative \
	--model short.model flood.csv
is "drain: under every policy and mode all end" \
	"$(grep -oE '"backfill":"[a-z]+","jobs":202,' <<<"$out" | wc -l)" 45

# ----------------------------------------------- groups that order their jobs
# One processor, taken until 10. Arrival is a5, b2, a1: with sjf of its own group a
# puts its short job on its first place, and b stays where it was.
cat >groups.csv <<END
submit_s,run_s,procs,req_s,group
0,10,1,10,c
1,5,1,5,a
2,2,1,2,b
3,1,1,1,a
END
simulate --procs 1 --group-by group groups.csv
is "groups: in the order of arrival, waits of 0, 9, 13 and 14" "$(of mean_wait_duration_ns)" 9000000000
simulate --procs 1 --group-by group --group-policy a=sjf groups.csv
is "groups: a by sjf, waits of 0, 12, 9 and 7" "$(of mean_wait_duration_ns)" 7000000000
simulate --procs 1 --group-by group --policy fifo,sjf --group-policy a=sjf,quantum=2m --group-policy b=edf groups.csv
is "groups: several, and with a quantum" "$(of mean_wait_duration_ns)" 7000000000
simulate --procs 1 --group-by group --policy sjf --group-policy a=fifo groups.csv
is "groups: a by fifo where sjf gives the places" "$(of mean_wait_duration_ns)" 9000000000
simulate --procs 1 --group-by group --policy sjf --group-policy a=sjf groups.csv
is "groups: starving is told by plain fifo" "$(value traces 0 reference_max_wait_duration_ns)" 14000000000

# ---------------------------------------------------- protocol p2, clean
cat >clean.csv <<END
job_id,submit_s,run_s,procs,req_s,clean
1,0,50,1,10,1
2,0,10,1,10,0
3,1,10,1,10,1
END
simulate --procs 1 --protocol p2 clean.csv
is "p2 leaves out what is not clean" "$(of jobs)" 2
is "and says how many" "$(value traces 0 left_out)" 1
is "and cuts run times at requests" "$(of makespan_duration_ns)" 20000000000
sed 's/1$/True/; s/0$/False/' clean.csv >boolean.csv
simulate --procs 1 --protocol p2 boolean.csv
is "clean may be True and False" "$(of jobs) $(of makespan_duration_ns)" "2 20000000000"
sed '2,$s/$/.0/' clean.csv >float.csv
simulate --procs 1 --protocol p2 float.csv
is "or 1.0 and 0.0" "$(of jobs) $(of makespan_duration_ns)" "2 20000000000"

# -------------------------------------------------------- other resources
cat >gpus.csv <<END
submit_s,run_s,gpus,gpu_milli,cpu_milli,mem_mib
0,10,1,500,1000,1024
0,10,1,500,1000,1024
0,10,2,1000,1000,1024
END
simulate --capacity cpu=8,gpu=2,memory=4GiB gpus.csv
is "fractions share a device: 0, 0 and 10 s" "$(of mean_wait_duration_ns)" 3333333333
is "accelerators are devices" "$(value traces 0 gpus)" devices
simulate --capacity cpu=8,gpu=2,memory=1GiB gpus.csv
is "memory bounds too: 0, 10 and 20 s" "$(of mean_wait_duration_ns)" 10000000000
simulate --procs 4 --load 0.5 easy.csv
is "the load is rescaled" "$(value traces 0 load)" 0.5
is "and nobody waits" "$(of max_wait_duration_ns)" 0
simulate --procs 3 easy.csv
is "a job that cannot fit is rejected" "$(of rejected)" 1
like "and named" "$err" 'job 2 in line 3, which asks for 4 of cpu where there is 3'
(cat easy.csv && echo 5,1000,10,5,10) >toolarge.csv
simulate --procs 4 toolarge.csv
is "one that comes after the last end is rejected" "$(of rejected)" 1
is "and not a part of the makespan" "$(of makespan_duration_ns)" 40000000000
is "nor of the utilisation" "$(of utilisation cpu)" 0.59375

# The engine admits 16,383 jobs at a time.
python3 -c '
print("submit_s,run_s")
for i in range(16384):
    print("0,1000")' >wide.csv
simulate --procs 16383 wide.csv
is "the bound of the engine is not met where the machine is full" "$err" ""
simulate --procs 20000 wide.csv
like "and said where it makes jobs wait" "$err" 'with fifo and backfill easy 16383 jobs ran at a time'

# What programs write for a number that they don't know.
cat >holes.csv <<'END'
job_id,submit_s,run_s,procs,req_s,gpus
1,0,10,1,nan,
2,0,,1,-1.00,0
3,0,-1,1,,1
4,0,NaN,1,5,1
5,1,10,1,20,1
END
simulate --capacity cpu=1,gpu=1 holes.csv
is "what is not known of a job is not known in CSV either" "$status" 0
is "and a job without a run time is left out" "$(of jobs)" 2
like "which is said" "$err" 'holes.csv: 3 left out'
sed 's/-1.00/-2/' holes.csv >holes2.csv
run "$ctl" simulate --procs 1 holes2.csv
like "another negative number is none" "$err" "holes2.csv:3: req_s '-2' is negative"

# ------------------------------------------------------------ all policies
all=$("$ctl" simulate --policy "?" easy.csv 2>&1 | sed 's/.*say //; s/ (see.*//; s/, \| or /,/g')
is "there are fifteen policies" "$(tr , '\n' <<<"$all" | wc -l)" 15
simulate --procs 1 --quantum 2m --policy "$all" --backfill none,easy,conservative \
	--model short.model flood.csv
is "each ends every job with each mode" \
	"$(grep -oE '"backfill":"[a-z]+","jobs":202,' <<<"$out" | wc -l)" 45

# ---------------------------------------------------------------- the text
run "$ctl" simulate --procs 4 easy.csv
like "text: a heading" "$out" '^easy.csv: 4 jobs, 4 cpu, offered load 7.92$'
like "text: a row" "$out" '^fifo +easy +1\.44 +1\.00 +1\.90 '
run "$ctl" simulate --procs 4 -v easy.csv
like "text: the hash with --verbose" "$out" "$hash"
run "$ctl" simulate --procs 4 easy.csv one.csv
is "two traces are two tables" "$(grep -c ^POLICY <<<"$out")" 2

# ---------------------------------------------------------------- timeline
simulate --procs 4 --timeline t.json easy.csv
is "a timeline does not change what is decided" "$(of hash)" "$hash"
is "it has each job once, when it ran" "$(python3 -c '
import json
e = json.load(open("t.json"))["traceEvents"]
x = sorted((v["ts"], v["dur"], v["args"]["job"]) for v in e if v["ph"] == "X")
print(*[f"{j}:{t / 1e6:g}+{d / 1e6:g}" for t, d, j in x])')" "1:0+10 3:2+5 2:10+10 4:20+20"
is "and never uses more than there is" "$(python3 -c '
import json
e = json.load(open("t.json"))["traceEvents"]
print(max(v["args"]["used"] for v in e if v["ph"] == "C" and v["name"] == "cpu"))')" 4
simulate --procs 1 --policy srtf --resume-cost 0 --quantum 1ms --timeline p.json one.csv
is "preempted jobs are shown" "$(python3 -c '
import json
e = json.load(open("p.json"))["traceEvents"]
print(sum(v["ph"] == "X" and v["cat"] == "suspended" for v in e))')" 2
simulate --procs 4 --timeline 't<&>.svg' easy.csv
is "a picture is drawn" "$status" 0
ok "of well-formed XML" python3 -c '
import xml.etree.ElementTree as e
assert len(e.parse("t<&>.svg").getroot()) > 20'

# 58 jobs at once on one processor: 57 wait, so that axes end at 60, and the
# names of a legend end before the next one and before the edge.
{
	echo submit_s,run_s,procs,req_s
	for _ in {1..58}; do echo 0,100,1,100; done
} >peak.csv
simulate --procs 1 --policy sjf --guard 2.5 --runtimes true --timeline peak.svg peak.csv
python3 - >peak <<'END'
import xml.etree.ElementTree as e
root = e.parse("peak.svg").getroot()
texts = [(t.get("class"), float(t.get("x")), float(t.get("y")), t.text, t.get("textLength"))
         for t in root.iter("{http://www.w3.org/2000/svg}text")]
labels = [float(text) for cls, _, _, text, _ in texts if cls == "right"]
print([max(labels[i + 1:j]) for i, j in zip([-1] + [k for k, v in enumerate(labels) if v == 0][1:],
       [k for k, v in enumerate(labels) if v == 0][1:] + [len(labels)])])
legend = [(y, x - 14, x + float(width)) for cls, x, y, _, width in texts if cls is None and width]
print(len(legend), all(end <= 1020 for _, _, end in legend),
      all(a[2] < b[1] for a in legend for b in legend if a[0] == b[0] and a[1] < b[1]))
print(root[0].text)
END
is "the axes end near the peaks" "$(sed -n 1p peak)" "[100.0, 60.0, 60.0]"
is "legends fit" "$(sed -n 2p peak)" "5 True True"
like "the title names policy, guard, load and run times" "$(sed -n 3p peak)" \
	'^peak.csv: sjf, backfill easy, guard 2.5, load [0-9.]+, run times true$'
simulate --procs 4 --load 0.5 --timeline peak.svg easy.csv
like "and the load that was asked for" "$(grep '<title>' peak.svg)" 'easy, no guard, load 0.5, run times requested'

# Names of users and files are bytes; a message may end in the middle of a character.
printf 'submit_s,run_s,procs,user\n0,10,1,J\374rgen\n' >latin1.csv
printf 'submit_s,run_s\n%s,1\n' "x$(printf '\303\274%.0s' {1..40})" >long.csv
is "JSON is UTF-8 whatever names are" "$("$ctl" --json simulate --procs 1 --queueing \
	--group-by user latin1.csv | python3 -c '
import json, sys
text = sys.stdin.buffer.read().decode()
print(ascii(json.loads(text)["traces"][0]["runs"][0]["stations"][1]["group"]))')" "'J\\ufffdrgen'"
is "errors too" "$("$ctl" --json simulate --procs 1 long.csv | python3 -c '
import json, sys
text = sys.stdin.buffer.read().decode()
print("is no number" in json.loads(text)["error"]["message"])')" True

# ------------------------------------------------------------------ refused
refused()
{
	local name=$1 code=$2 message=$3
	shift 3

	run "$ctl" simulate "$@"
	is "$name: status" "$status" "$code"
	like "$name: message" "$err" "$message"
	is "$name: nothing else" "$out" ""
}

bad()
{
	printf %b "$2" >bad.csv
	refused "$1" 1 "$3" --procs 4 bad.csv
}

refused "no trace" 2 'simulate what'
refused "no machine" 2 'how large its machine was' easy.csv
refused "no such file" 3 'nofile: cannot open it: No such file' --procs 4 nofile
refused "a directory" 1 'is a directory' --procs 4 .
refused "an unknown policy" 2 "'best' is not known: say priority, fifo, sjf" --policy best easy.csv
refused "a policy twice" 2 "twice" --policy sjf,sjf easy.csv
refused "an unknown mode" 2 'say none, easy or conservative' --backfill much easy.csv
refused "an unknown protocol" 2 'p1 or p2' --protocol p3 easy.csv
refused "a malformed window" 2 'START:COUNT' --window 5 easy.csv
refused "an empty window" 2 'START:COUNT' --window 0:0 easy.csv
refused "a window beyond the end" 1 'beyond its 4 jobs' --procs 4 --window 2:3 easy.csv
refused "a load of 0" 2 'no load above 0' --load 0 easy.csv
refused "a load that is no number" 2 'no load above 0' --load nan easy.csv
refused "a load under p1" 2 'exclude' --protocol p1 --load 1 easy.csv
refused "no processors" 2 'procs' --procs 0 easy.csv
refused "procs and capacity" 2 'same' --procs 1 --capacity cpu=1 easy.csv
refused "an unknown resource" 2 'cpu=AMOUNT' --capacity ram=1 easy.csv
refused "an amount of 0" 2 'no amount' --capacity cpu=0 easy.csv
refused "a guard of 1" 2 'no multiple above 1' --guard 1 easy.csv
refused "the floor of no guard" 2 'give --guard too' --guard-floor 10m easy.csv
refused "a drain under p1" 2 'exclude' --protocol p1 --drain 4h easy.csv
refused "a drain that is none" 2 'AT-UNTIL or AT.FOR' --drain soon easy.csv
refused "a drain that ends at once" 2 'ends before it begins' --drain 4h-4h easy.csv
refused "a drain in another" 2 'before the one before it ends' --drain 1h+2h --drain 2h easy.csv
refused "a drain after one without an end" 2 'before the one before it ends' --drain 1h --drain 2h easy.csv
refused "a policy without groups" 2 'needs groups' --group-policy a=sjf groups.csv
refused "a group's policy under p1" 2 'exclude' --protocol p1 --group-by group --group-policy a=sjf groups.csv
refused "a group that is not there" 2 "no group 'x' for --group-policy: it has c, a, b" \
	--procs 1 --group-by group --group-policy x=sjf groups.csv
refused "a policy that is not for groups" 2 'by drf, which compares' --group-by group --group-policy a=drf groups.csv
refused "one that preempts" 2 'by las, which suspends' --group-by group --group-policy a=las groups.csv
refused "a group's unknown policy" 2 "'best' is not known" --group-by group --group-policy a=best groups.csv
refused "a group twice" 2 'twice' --group-by group --group-policy a=sjf --group-policy a=saf groups.csv
refused "two policies of a group" 2 'two policies' --group-by group --group-policy a=sjf,saf groups.csv
refused "no policy of a group" 2 'GROUP=POLICY' --group-by group --group-policy a= groups.csv
refused "a bad quantum of a group" 2 '1 ms to 52 days' --group-by group --group-policy a=quantum=1us groups.csv
refused "a group's slice that is spent on resuming" 2 'never gets on' --policy rr --quantum 5m \
	--group-by group --group-policy a=quantum=1s groups.csv
refused "preemption under p1" 2 'no preemption' --protocol p1 --policy las easy.csv
refused "conservative under p1" 2 'no conservative' --protocol p1 --backfill conservative easy.csv
refused "rr that never gets on" 2 'never gets on' --policy rr --quantum 1m --procs 1 easy.csv
refused "rr that never gets on, for what resuming costs" 2 'never gets on' --policy rr --resume-cost 60d --procs 1 easy.csv
refused "no quantum at all" 2 '1 ms to 52 days' --quantum 0 easy.csv
refused "a timeline of two replays" 2 'one replay' --timeline x.json --policy fifo,sjf easy.csv
refused "a timeline of another kind" 2 'neither in .json nor in .svg' --timeline x.png easy.csv
refused "a timeline nowhere" 1 'cannot write it' --procs 4 --timeline nowhere/x.svg easy.csv
bad "an empty file" '' 'there is no job in it'
bad "headings alone" 'submit_s,run_s\n' 'there is no job in it'
bad "no submit times" 'run_s\n1\n' "column 'submit_s' is missing"
bad "a column twice" 'submit_s,run_s,run_s\n' "two columns 'run_s'"
bad "a word for a number" 'submit_s,run_s\n0,1\nx,1\n' "bad.csv:3: submit_s 'x' is no number"
bad "a negative number" 'submit_s,run_s\n5,-2\n' "bad.csv:2: run_s '-2' is negative"
bad "no submit time" 'submit_s,run_s\n-1,1\n' "bad.csv:2: submit_s '-1' says that the submit time is not known"
bad "a number too large" 'submit_s,run_s\n1e30,1\n' "bad.csv:2: submit_s '1e30' is too large"
bad "an empty field" 'submit_s,run_s\n,1\n' 'bad.csv:2: submit_s is empty'
bad "a clean that is neither" 'submit_s,run_s,clean\n1,1,0.5\n' "clean '0.5' is neither 0 nor 1"
bad "no clean" 'submit_s,run_s,clean\n1,1,\n' "clean '' is neither 0 nor 1"
bad "a field too few" 'submit_s,run_s\n1\n' 'bad.csv:2: 1 fields for 2 columns'
bad "a short line of SWF" '1 2 3\n' 'bad.csv:1: 3 fields'
bad "a zero byte" 'submit_s,run_s\n0,1\n\0000\n' 'bad.csv:3: there is a zero byte'
bad "gzipped data cut short" "$(head -c 60 easy.csv.gz | od -An -v -to1 | tr -d '\n' | sed 's/ /\\/g')" \
	'ends too early'
head -c 20000 /dev/urandom >noise
run "$ctl" simulate --procs 4 noise
is "noise is refused" "$status" 1
simulate --procs 4 nofile
is "under --json an error is a document" "$(value error status)" 3
finish
