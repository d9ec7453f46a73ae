#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# submit --array: a job for each index, all or none of them, which are listed, waited for,
# cancelled and run again as what they are.

# shellcheck disable=SC2016
# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# ------------------------------------------------------------------- what they are
id=$(ctl submit --array 3,5-7 -n sweep -o '%A-%n-%a.out' -- sh -c 'echo $AIOS_ARRAY_ID:$AIOS_ARRAY_INDEX; exit $AIOS_ARRAY_INDEX')
is "the id of the first is printed, and no other" "$id" 1
run ctl -q wait --array "$id" --timeout 100
is "who waits for the array hears of its first failure" "$status $out$err" "3 "
is "each has its index, its array and a file" "$(cat 1-sweep-{3,5,6,7}.out)" $'1:3\n1:5\n1:6\n1:7'
run ctl wait --array 4
is "any of its jobs names it, ended or not" "$(awk 'NR > 1 { print $1 }' <<<"$out" | xargs)" "1 2 3 4"
json show 3
is "a job tells of its array" "$(value jobs 0 name) $(value jobs 0 array) $(value jobs 0 array_index)" "sweep.6 1 6"
json rerun --failed 3
again=$(value jobs 0 job id)
is "one runs again as what it was" \
	"$(value jobs 0 job array) $(value jobs 0 job index) $(value jobs 0 job name)" "1 6 sweep.6"
ctl -q wait "$again" --timeout 100
is "with its index, to its file" "$(cat 1-sweep-6.out)" $'1:6\n1:6'
run ctl rerun --failed --array 1 -o again.out
is "and so do all that failed" "$status $(wc -w <<<"$out")" "0 4"
for job in $out; do
	ctl -q wait "$job" --timeout 100
done
is "each with its index" "$(sort again.out | xargs)" "1:3 1:5 1:6 1:7"
run ctl rerun --array 1 2
is "jobs are named or of an array" "$status" 2
id=$(ctl submit -o /dev/null -- true)
json submit --array 0-20:10 -o /dev/null -- true
is "JSON has each" "$(value jobs 0 id) $(value jobs 2 index) $(value jobs 2 array) $(value jobs 2 name)" "$((id + 1)) 20 $((id + 1)) true.20"
run ctl -q wait --array $((id + 1)) --timeout 100
is "an array that succeeds does" "$status" 0
AIOS_ARRAY_INDEX=5 AIOS_ARRAY_ID=1 ctl submit -o alone.out -- sh -c 'echo "<$AIOS_ARRAY_INDEX$AIOS_ARRAY_ID>"' >alone.id
read -r single <alone.id
ctl -q wait "$single" --timeout 100
is "what is of no array finds none" "$(cat alone.out)" "<>"
json show "$single"
is "nor does show" "$(value jobs 0 array) $(value jobs 0 array_index)" "None None"
long=$(printf 'n%.0s' {1..62})
id=$(ctl submit --array 0-1 -n "$long" --hold -o /dev/null -- true)
json show "$id"
is "where the name has no room for an index it stays" "$(value jobs 0 name)" "$long"
ok "they are cancelled" ctl cancel --array "$id"

# ------------------------------------------------------------------------ at once
rm -f ./*.out
id=$(ctl submit --array 0-5%2 -n two --hold -o two.out -- sh -c 'echo $AIOS_ARRAY_INDEX')
json show $((id + 1))
is "the first do not wait for others" "$(value jobs 0 depends)" "[]"
json show $((id + 2))
is "each other one waits for the one that is two ahead" \
	"$(value jobs 0 depends)" "[{'job': $id, 'kind': 'afterany'}]"
json list --array $((id + 3))
is "list has all of them" "$(value jobs 0 id) $(value jobs 5 name)" "$id two.5"
alone=$(ctl submit --hold -o /dev/null -- true)
run ctl list --arrays
is "or one line" "$(wc -l <<<"$out") $(awk 'NR == 2 { print $1, $2, $3, $4, $5 }' <<<"$out")" "2 $id two / 6 6"
ok "an array is released" ctl release --array "$id"
run ctl -q wait --array "$id" --timeout 100
is "and all of it runs" "$status $(sort two.out | xargs)" "0 0 1 2 3 4 5"
run ctl list --arrays
is "what has ended is not shown" "$(wc -l <<<"$out")" 1
json list --arrays --all
is "but for all" "$(value arrays 3 id) $(value arrays 3 "done") $(value arrays 3 members)" "$id 6 $id-$((id + 5))"
is "those that failed are counted, one that ran again with them" \
	"$(value arrays 0 id) $(value arrays 0 failed) $(value arrays 0 jobs)" "1 9 9"
json cancel --all
is "what is of no array is as ever" "$(value jobs 0 id)" "$alone"
id=$(ctl submit --array 0-2 --hold -o /dev/null -- true)
json cancel --array "$id"
is "the last is cancelled first, so that nothing starts" "$(value jobs 0 id) $(value jobs 2 id)" "$((id + 2)) $id"
kernel "forgotten $((id + 1))"
run ctl -q wait --array "$id"
is "what is forgotten of it has ended" "$status" 3
kernel

# --------------------------------------------------------------------- all or none
kernel "refuse $((id + 5)) ENOSPC"
run ctl submit --array 0-5 -o started.out -- sh -c 'echo started'
is "where one is refused the array is" "$status $out" "1 "
kernel
json list --all
is "and those before it are cancelled" \
	"$(printf '%s' "$out" | grep -o '"state":"[a-z]*"' | tail -n 2 | xargs)" "state:cancelled state:cancelled"
ok "without having run" test ! -e started.out

# refused STATUS REGEX ARGUMENT...
refused()
{
	local wanted=$1 regex=$2
	shift 2

	run ctl submit -o /dev/null "$@"
	like "${*:-nothing}: $regex" "$status $err" "^$wanted aiosctl: .*$regex"
}
refused 2 "'x' are no indices: say 0-39, 1,3,5-9 or 0-100:10, and %4 behind it" --array x true
refused 2 "are no indices" --array 5-3 true
refused 2 "are no indices" --array '' true
refused 2 "are no indices" --array 1-3:0 true
refused 2 "are no indices" --array 4:2 true
refused 2 "'1-3,2' has an index twice" --array 1-3,2 true
refused 2 "'0-1000' are more than 1000: submit several" --array 0-1000 true
refused 2 "'0-18446744073709551615' are more than 1000" --array 0-18446744073709551615 true
refused 2 "how many at once" --array 0-3%0 true
refused 2 "a gang start together, so leave %2 out" --array 0-3%2 --gang a --gang-size 4 true
refused 2 "--adopt none" --array 0-3 --adopt /sys/fs/cgroup
run ctl wait --array "$single"
like "a job of none names none" "$status $err" "^3 aiosctl: job $single is of no array: give the number that"
run ctl cancel --array 999
like "nor does one that was not submitted from here" "$status $err" '^3 aiosctl: there is no record of job 999'
run ctl submit --array 0-3 --dry-run -- true
like "a dry run tells of one" "$status $(head -n 1 <<<"$out")" '^0 the job would start now'
documents_are_valid
finish
