#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What has ended: from the kernel, and from the log on disk, whose lines are written once.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# ended ID...
ended()
{
	ctl -q wait --timeout 100 "$@"
}

good=$(ctl submit -n good -o /dev/null -- true)
ended "$good"
bad=$(ctl submit -n 'b d' -g team/a -o /dev/null -- sh -c 'exit 3')
ended "$bad"
live=$(ctl submit --hold -o /dev/null -- true)
json history --directory none
is "without a log it is what the kernel remembers" \
	"$status $(value jobs 0 id) $(value jobs 0 end) $(value jobs 1 name) $(value jobs 1 code)" \
	"0 $good exit b d 3"
is "and nothing that has not ended" "$(value jobs | grep -c "'id': $live")" 0

# records FOLDER JOB: what has ended is written there, once; that is over when JOB is there.
records()
{
	env "${scripted[@]}" "$full" history --record --directory "$1" &
	pid=$!
	soon grep -qs "job=$2" "$1/$(id -u)/jobs.log"
	kill "$pid"
	wait "$pid"
}

records log "$bad"
is "who records ends when he is told to" "$?" 0
log=log/$(id -u)/jobs.log
is "each job has a line" "$(cut -f 1,2 "$log")" "1"$'\t'"job=$good"$'\n'"1"$'\t'"job=$bad"
is "which only its user reaches, and nobody sees whose there are" \
	"$(stat -c %a log "${log%/*}" | xargs)" "711 700"
like "with all that is known" "$(cat "$log")" \
	$'\tstate=failed\tend=exit\tcode=3\twhy=none\tattempt=1\tend_s=[0-9]+\twait_ns=[0-9]+\t.*\tgroup=/team/a\tname=b d$'
last=$(ctl submit -o /dev/null -- true)
ended "$last"
records log "$last"
is "what ended meanwhile is caught up with, and nothing stands there twice" \
	"$(cut -f 2 "$log")" "job=$good"$'\n'"job=$bad"$'\n'"job=$last"
kernel 'forgotten 1000'
json history --directory log
is "what the kernel has forgotten is still known" \
	"$status $(value jobs 0 id) $(value jobs 1 state) $(value jobs 2 id)" "0 $good failed $last"
json history --directory log "$bad"
is "a job can be named" "$(value jobs 0 id) $(value jobs 0 group)" "$bad /team/a"
json history --directory log -g team --state failed
is "selected by group and end" "$(value jobs 0 id)" "$bad"
json history --directory log -g tea
is "by whole names" "$(value jobs)" "[]"

# ----------------------------------------------------------------------- arrays
kernel
first=$(ctl submit --array 0-2 -o /dev/null -- true | head -n 1)
second=$(ctl submit --array 0-1 -o /dev/null -- false | head -n 1)
ctl -q wait --timeout 100 --array "$first"
ctl -q wait --timeout 100 --array "$second"
json history --directory none --by array
is "arrays have a line each, and jobs of none have no line" \
	"$status $(value sums | grep -o "'key'" | wc -l)" "0 2"
is "with the number of their first job and what is counted" \
	"$(value sums 0 key) $(value sums 0 jobs) $(value sums 0 failed) $(value sums 1 key) $(value sums 1 jobs) $(value sums 1 failed)" \
	"$first 3 0 $second 2 2"

# ------------------------------------------------------------------- other lines
day=$(date -d '2026-03-05 12:00' +%s)
mkdir -p made/77001
line()
{
	printf '1\tjob=%s\tuid=%s\tstate=%s\tend=exit\tcode=0\twhy=none\tattempt=1\tend_s=%s\twait_ns=%s\trun_ns=%s\tcpu_ns=%s\trequest=cpu:500,memory:1048576\tlimit=cpu:2000,memory:2097152\tgrant=cpu:1500\tpeak=memory:%s\tgroup=%s\tname=\n' "$@"
}
{
	line 11 77001 "done" "$day" 4000000000 10000000000 5000000000 1000 /a
	line 12 77001 failed $((day + 86400)) 2000000000 10000000000 1000000000 5000 /a
	line 13 77002 "done" "$day" 0 2000000000 1000000000 3000 /b
	printf '2\tjob=14\tand a form to come\n'
	printf '1\tjob=15\tuid=77001\tstate=do'
} >made/77001/jobs.log
json history --directory made
is "lines of another version, and one that was cut short, are left out" \
	"$(value jobs 0 id) $(value jobs 1 id) $(value jobs 2 id) $(value jobs | grep -o "'id'" | wc -l)" "11 13 12 3"
is "amounts are there: asked, granted, used at most" \
	"$(value jobs 0 resources 0 request) $(value jobs 0 resources 0 grant) $(value jobs 0 resources 1 peak)" \
	"500 1500 1000"
run ctl history --directory made 11
like "text shows them as people read them" "$out" '^11 .* exit status 0 +0.5:2 +0.50 +1MiB:2MiB .* 4.0s +10.0s +2026-03-05 12:00:00$'
json history --directory made --by user
is "they are summed up by user" \
	"$(value sums 0 key) $(value sums 0 jobs) $(value sums 0 failed) $(value sums 0 mean_wait_duration_ns) $(value sums 0 cpu_duration_ns) $(value sums 0 requested_cpu_duration_ns) $(value sums 0 peak)" \
	"77001 2 1 3000000000 6000000000 10000000000 5000"
json history --directory made --by day
is "by day" "$(value sums 0 key) $(value sums 0 jobs) $(value sums 1 key)" "2026-03-05 2 2026-03-06"
json history --directory made --by group -u 77002
is "and by group, of one user" "$(value sums)" \
	"[{'key': '/b', 'jobs': 1, 'failed': 0, 'mean_wait_duration_ns': 0, 'run_duration_ns': 2000000000, 'cpu_duration_ns': 1000000000, 'requested_cpu_duration_ns': 1000000000, 'peak': 3000}]"
json history --directory made --since 1h
is "what is older is left out" "$(value jobs)" "[]"
run ctl history --by week
is "an unknown sum is refused" "$status" 2
run ctl history --record 1
is "as is a job for who records" "$status" 2

# --------------------------------------------------------------------- its size
kernel
rm -r log
mkdir -p "${log%/*}"
head -c 1048500 /dev/zero | tr '\0' x >"$log"
records log "$good"
is "a log that is full becomes the one before" "$(stat -c %s "$log.1")" 1048500
is "and a new one begins" "$(cut -f 2 "$log" | head -n 1)" "job=$good"

# ------------------------------------------------- what others do, and what goes wrong
rm -r log
mkdir -p "${log%/*}"
printf '1\tjob=%s\tuid=0\tstate=do' "$good" >"$log"
records log "$good"
is "a line that was cut short does not spoil the next" "$(tail -n +2 "$log" | cut -f 2 | head -n 1)" \
	"job=$good"
json history --directory log "$good"
is "and its job is written whole" "$(value jobs 0 id) $(value jobs 0 end)" "$good exit"
printf '1\tjob=%s\tuid=77\tstate=done\tend=exit\twait_ns=1\trun_ns=1\tgroup=/\tname=\n' "$good" >"$log"
records log "$last"
is "another job that had the number does not stand for it" \
	"$(grep -c "job=$good"$'\t' "$log")" 2
# refused FOLDER: nothing is written there, and it is said why.
refused()
{
	run timeout 100 env "${scripted[@]}" "$full" history --record --directory "$1"
}
mkdir open
chmod 0777 open
refused open
is "a folder where others can write is refused" "$status $(ls open)" "4 "
like "with the reason" "$err" 'a folder of your own'
mkdir empty
ln -s empty link
refused link
like "so is a link" "$status $err" '^4 .*no link'
rm "$log"
mkfifo "$log"
json history --directory log
is "what is no file holds nobody up" "$status" 0
documents_are_valid
finish
