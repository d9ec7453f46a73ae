#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Policy learned in the simulator: the order that a model of one weight makes, the files that
# are refused, and what the trainer writes, read by the core.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/cli/model.sh
. "$(dirname "$0")/model.sh"

ctl=${AIOS_BUILD:-$top/build}/bin/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
cd "$scratch" || exit

# of KEY: of the first run of the last document.
of()
{
	printf '%s' "$out" | python3 -c '
import json, sys
print(json.load(sys.stdin)["traces"][0]["runs"][0][sys.argv[1]])' "$@" 2>&1
}

# The machine is full until 100; then three jobs of which each takes it whole.
cat >three.csv <<END
submit_s,run_s,procs,req_s
0,100,2,100
1,50,2,50
2,10,2,10
3,20,2,20
END
make_model short.model runtime=-1
make_model long.model runtime=1
make_model late.model wait=-1
for backfill in none easy; do
	run "$ctl" --json simulate --procs 2 --policy learned --backfill $backfill \
		--model short.model three.csv
	# Waits of 0, 99 + 30, 98, 97 + 10.
	is "$backfill: the shortest first" "$(of mean_wait_duration_ns)" 83500000000
	run "$ctl" --json simulate --procs 2 --policy learned --backfill $backfill \
		--model long.model three.csv
	# 0, 99, 98 + 70, 97 + 50.
	is "$backfill: the longest first" "$(of mean_wait_duration_ns)" 103500000000
done
run "$ctl" --json simulate --procs 2 --policy learned --model late.model three.csv
# 0, 99 + 30, 98 + 20, 97.
is "the last to arrive first" "$(of mean_wait_duration_ns)" 86000000000

# Whom the model lets wait for ever the guard lets start: a long job, and short ones that come
# as fast as they run.
python3 - >flood.csv <<'END'
print("submit_s,run_s,procs,req_s\n0,100,1,100\n1,1000,1,1000")
for i in range(300):
    print(f"{10 * i + 10},10,1,10")
END
run "$ctl" --json simulate --procs 1 --policy learned --model short.model flood.csv
is "the long job starves" "$(of starved) $(of max_wait_duration_ns)" "1 3099000000000"
run "$ctl" --json simulate --procs 1 --policy learned --model short.model --guard 2 flood.csv
is "but for the guard" "$(of starved)" 0

# Two replays have no memory of each other, and the same decisions.
run "$ctl" --json simulate -v --procs 2 --policy learned --model short.model three.csv three.csv
is "a replay is the same again" "$(printf '%s' "$out" | python3 -c '
import json, sys
print(len({t["runs"][0]["hash"] for t in json.load(sys.stdin)["traces"]}))')" 1

run "$ctl" simulate --procs 2 --policy learned three.csv
is "the policy needs a model" "$status" 2
like "and says so" "$err" "give --model FILE"
run "$ctl" simulate --procs 2 --policy fifo --model short.model three.csv
is "a model needs the policy" "$status" 2
run "$ctl" simulate --procs 2 --policy learned --model none.model three.csv
is "a file that is not there" "$status" 1

run "$ctl" --json model show short.model
is "show" "$status" 0
is "its label" "$(printf '%s' "$out" | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(d["label"], d["hidden_units"], d["inputs"][0])')" \
	"made by a test 0 {'input': 'runtime', 'weight': -1, 'units': 0}"

# Each of these is refused by the simulator and by show, in the same words.
refused()
{
	run "$ctl" model show "$2"
	is "$1: show" "$status" 1
	like "$1: why" "$err" "$3"
	run "$ctl" simulate --procs 2 --policy learned --model "$2" three.csv
	is "$1: simulate" "$status" 1
	like "$1: why there" "$err" "$3"
}
head -c 63 short.model >cut.model
refused "short" cut.model "too short for a model"
head -c 90 short.model >cut.model
refused "cut off" cut.model "not as long as it says"
head -c 100000 /dev/zero >zero.model
refused "something else" zero.model "is no model"
{ head -c 70 short.model; printf '\1'; tail -c +72 short.model; } >bad.model
refused "damaged" bad.model "checksum"

# What the trainer writes is what the core reads.
if python3 -c 'import numpy' 2>/dev/null; then
	python3 -B - "$top" <<'END'
import sys
sys.path.insert(0, sys.argv[1] + "/training")
import model
network = model.empty(3)
network["linear"][:] = range(len(network["linear"]))
network["weight"][2, 1] = -1.25
network["out"][:] = 100
model.write("trained.model", network, "by the trainer")
again, label = model.read("trained.model")
assert label == "by the trainer" and again["weight"][2, 1] == -1.25
assert again["out"][0] == 0x7fff / 2048
END
	is "the trainer reads what it wrote" $? 0
	run "$ctl" --json model show trained.model
	is "and the core" "$(printf '%s' "$out" | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(d["hidden_units"], [i["weight"] for i in d["inputs"]][:4], d["inputs"][1]["units"])')" \
		"3 [0, 1, 2, 3] 1.25"
fi
finish
