#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# aiosctl simulate with predicted run times: what is learnt of a user, from what has ended
# and nothing else, how good it was, and the accuracy on recorded workloads where they are
# there.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

ctl=${AIOS_BUILD:-$top/build}/bin/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
traces=$top/../shared/data/traces
cd "$scratch" || exit

# said METHOD KEY: of the first run of the last document.
said()
{
	printf '%s' "$out" | python3 -c '
import json, sys
for p in json.load(sys.stdin)["traces"][0]["runs"][0]["predictions"]:
    if p["method"] == sys.argv[1]:
        v = p[sys.argv[2]]
        print(v if v is None or sys.argv[2] == "predicted" else f"{v:.3f}")' "$@" 2>&1
}

simulate()
{
	run "$ctl" --json simulate "$@"
}

# The second job of user 1 arrives when the first has ended, the third while both are
# not known yet to user 2: he has none.
cat >few.csv <<END
job_id,submit_s,run_s,procs,req_s,user
1,0,100,1,1000,1
2,100,100,1,1000,1
3,150,100,1,1000,2
END
simulate --procs 4 --order-by best few.csv
is "it succeeds" "$status" 0
is "each job is predicted" "$(said best predicted)" 3
is "requests are ten times too long" "$(said requested accuracy) $(said requested bias_factor)" \
	"0.100 10.000"
is "what has ended is known, and to its user alone" "$(said best accuracy)" 0.400
is "as the average of two knows it" "$(said predicted accuracy)" 0.400
is "no tree was trained on so few" "$(said tree accuracy)" 0.100
# Without experience the interval begins at an eighth of the request.
is "the second is within its interval" "$(said best within) $(said best at_most)" "0.333 1.000"
is "others have no interval" "$(said tree within)" None

# One that is submitted before another has ended does not know what it ran.
sed 's/^2,100/2,99/' few.csv >early.csv
simulate --procs 4 --order-by best early.csv
is "what has not ended is not known" "$(said best accuracy)" 0.100

# Users with a habit each, which the size tells, on a machine that is never full.
python3 - >habits.csv <<'END'
print("submit_s,run_s,procs,req_s,user")
for i in range(3000):
    user, size = i % 15, 1 + i // 15 % 2
    print(f"{i * 600},{60 * (1 + user) * (1 + 7 * (size - 1))},{size},40000,{user + 1}")
END
accuracies()
{
	echo "$(said best accuracy) $(said tree accuracy) $(said svm accuracy)"
}

simulate --procs 1000 --runtimes best habits.csv
first=$(accuracies)
is "habits are learnt: 95 % and more" \
	"$(python3 -c "print($(said best accuracy) > 0.95)")" True
is "the tree learns them too: more than requests" \
	"$(python3 -c "print($(said tree accuracy) > 2 * $(said requested accuracy))")" True
is "and the support vectors" \
	"$(python3 -c "print($(said svm accuracy) > 2 * $(said requested accuracy))")" True
simulate --procs 1000 --runtimes best habits.csv
is "the same again" "$(accuracies)" "$first"
online=$(said tree accuracy)
simulate --procs 1000 --order-by tree --train-on habits.csv habits.csv
is "a tree trained on the same jobs is no worse" \
	"$(python3 -c "print($(said tree accuracy) >= $online)")" True
simulate --procs 1000 --order-by tree --train-on online habits.csv
is "online is the default" "$(said tree accuracy)" "$online"

run "$ctl" simulate --procs 4 --order-by best few.csv
is "a table shows it" "$(grep -c '^fifo  *easy  *best  *3  *40.0 %' <<<"$out")" 1
run "$ctl" simulate --procs 4 --order-by predicted few.csv
is "and not where nothing is learnt" "$(grep -c ACCURACY <<<"$out")" 0
run "$ctl" simulate --procs 4 --train-on online few.csv
is "nothing to train is refused" "$status" 2
like "which is said" "$err" "--train-on needs a predictor to train"
run "$ctl" simulate --procs 4 --order-by best --train-on missing.csv few.csv
is "a trace that is missing is an error" "$status" 1
like "which names it" "$err" "missing.csv"
printf 'submit_s,run_s\n' >none.csv
run "$ctl" simulate --procs 4 --order-by best --train-on none.csv few.csv
is "so is one without a job" "$status" 1

# Nothing is known of whose a job is, or of what it asks.
printf 'submit_s,run_s,procs\n0,10,1\n20,30,1\n50,0,1\n' >blind.csv
simulate --procs 4 --runtimes best blind.csv
is "nothing is known of nobody" "$status $(said best predicted) $(said best accuracy)" \
	"0 0 None"

# Recorded workloads on a machine without end, where each job ends as long after its arrival
# as it ran, which is how accuracies are published.
while read -r name least; do
	if [ ! -r "$traces/$name.csv" ]; then
		skip "$name: accuracy" "no recorded workloads"
		continue
	fi
	simulate --protocol p2 --procs 1000000 --runtimes best "$traces/$name.csv"
	is "$name: accuracy at least $least" \
		"$(python3 -c "print($(said best accuracy) >= $least)")" True
	is "$name: one in ten is below the interval and one above, within 5 in 100" \
		"$(python3 -c "print(abs($(said best within) - 0.8) < 0.05)")" True
done <<END
kth_sp2 0.620
theta 0.650
sdsc_sp2 0.650
END

finish
