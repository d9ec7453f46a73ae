#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every command of aiosctl against the module, on the kernel $AIOS_KERNEL: this
# script boots a machine and runs itself there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 3600

# state JOB WANTED: wait for it, but not forever.
reaches()
{
	ok "job $1 becomes $2" aiosctl -q wait "$1" --until "$2" --timeout 600
}

# ----------------------------------------------------------------------- run
# On a busy machine a start can take so long that run tells of it: once it does not.
for _ in $(seq 20); do
	run aiosctl run -c 0.5:1 -m 64M:128M -- sh -c 'echo out; echo err >&2; exit 5'
	[ "$err" != err ] || break
done
is "run passes on the exit status" "$status" 5
is "run passes on standard output" "$out" out
is "run says nothing when it need not wait" "$err" err
run aiosctl run -c 1 -- sh -c 'kill -9 $$'
is "run passes on a signal" "$status" 137
run timeout 600 env --ignore-signal=CHLD aiosctl run -c 1 -- sh -c 'exit 5'
is "run waits for its child where the caller ignores SIGCHLD" "$status" 5
run aiosctl run -c 1 -- sh -c 'cat /proc/self/cgroup; env'
like "the command runs in the job's cgroup" "$out" '^0::.*/job\.[0-9]+$'
like "it knows its id" "$out" '^AIOS_JOB_ID=[0-9]+$'
like "it knows its descriptor" "$out" '^AIOS_JOB_FD=[0-9]+$'
like "it has no accelerators" "$out" '^AIOS_DEVICES=$'
is "its threads are not touched" "$(grep -c THREADS <<<"$out")" 0
# shellcheck disable=SC2016
run aiosctl run -c 1 -- sh -c 'test -e /proc/self/fd/$AIOS_JOB_FD'
is "its descriptor is open" "$status" 0
run aiosctl run -c 1.5 --threads -- env
for variable in OMP_NUM_THREADS GOMAXPROCS RAYON_NUM_THREADS PYTHON_CPU_COUNT JULIA_NUM_THREADS; do
	like "threads are sized on request by $variable" "$out" "^$variable=2\$"
done
run aiosctl run -c 1.5 --threads=7 -- env
like "to what is asked for" "$out" '^MKL_NUM_THREADS=7$'
# shellcheck disable=SC2016
run sh -c 'aiosctl run -c 1 -- sh -c "test \$AIOS_JOB_FD -gt 2 && ! test -e /dev/fd/0" <&-'
is "a closed standard input stays closed" "$status" 0
for name in $'caf\xe9' $'two\nlines'; do
	ln -s /bin/true "$name"
	run aiosctl run -c 1 -- "./$name"
	is "a command whose name no job can have runs" "$status" 0
done
run aiosctl run --json -c 1 -- true
is "run leaves standard output to the command" "$out" ""
printf '%s\n' "$err" >>"$documents"
like "and prints documents on standard error" "$err" '"end":"exit"'
run aiosctl run -c 64 -- true
is "what can never fit is infeasible" "$status" 5
like "and says why" "$err" '64 of cpu .* more than 2'
json run -c 64 -- true
for amount in "--mem 0" "--mem 4096" "--mem 0:1023K" "--cpus 0" "--cpus 9m" "--pids 0" "--io 0"; do
	# shellcheck disable=SC2086
	run aiosctl run $amount -- true
	is "$amount is refused, since nothing can start" "$status" 2
	like "which is said, and what can" "$err" "^aiosctl: ${amount% *}: nothing can start with .*, the least is .*: say "
done
run aiosctl run --mem 0:1M --cpus 0:10m --dry-run -- true
is "a limit of a little is enough for a request of nothing" "$status" 0
run aiosctl run --mem 1M -- true
is "and a command begins in the least memory" "$status" 0
run aiosctl run -g nowhere -- true
is "an unknown group is not found" "$status" 3
run aiosctl run -n a/b -- true
is "a malformed name is a usage error" "$status" 2
run aiosctl run -c 1 -m 32M -- python3 -c 'x = bytearray(200 << 20)'
is "a job out of memory is killed" "$status" 137
like "and says so" "$err" 'exceeded its memory limit of 32MiB'
run aiosctl run -c 0.5:2 --dry-run -- true
is "a dry run succeeds" "$status" 0
like "and tells the decision" "$out" 'would start now'
like "and the grant" "$out" '^cpu +0\.5 +2 +2 '
json run -c 0.5:2 --dry-run -- true
before=$(aiosctl list --all --no-header --columns id | wc -l)
run aiosctl submit --dry-run -- true
is "a dry run queues nothing" "$(aiosctl list --all --no-header --columns id | wc -l)" "$before"

# ------------------------------------------------------- the queue and jobs
hog=$(aiosctl submit -c 2 -n hog -o /dev/null -- sleep 100000)
like "submit prints the id" "$hog" '^[0-9]+$'
reaches "$hog" running
# It tells of a wait after a moment, which on a busy machine is a long one.
for patience in 300ms 1s 3s 10s 30s 100s; do
	run aiosctl run -c 1 --timeout "$patience" -- echo never
	[[ $err != *waits* ]] || break
done
is "a job that waits too long times out" "$status" 6
like "and said what it waits for" "$err" 'waits at position 1 .*cpu'
is "and never ran" "$out" ""
# What the shell starts in the background would ignore it.
env --default-signal=INT aiosctl run -c 1 -- echo never >never.out 2>never.err &
waiter=$!
soon grep -q waits never.err
kill -INT $waiter
status=0
wait $waiter || status=$?
is "^C while it waits is 130" "$status" 130
is "and the job never ran" "$(cat never.out)" ""
is "and left the queue" "$(aiosctl list --state queued --no-header --columns id)" ""
env --ignore-signal=HUP aiosctl run --json -c 1 -- true 2>never.err &
waiter=$!
soon grep -q queued never.err
kill -HUP $waiter
kill -TERM $waiter
status=0
wait $waiter || status=$?
is "SIGTERM too, with its own status, and no SIGHUP below nohup" "$status" 143
like "and a document tells of it" "$(tail -n 1 never.err)" '"state":"cancelled"'
cat never.err >>"$documents"

next=$(aiosctl submit -c 1:2 -n next -t 1h -o next.out -- sh -c 'echo hi; echo no >&2; exit 3')
last=$(aiosctl submit -c 1 -n last -p 5 -e last.err -- true)
run aiosctl list
like "list shows who runs" "$out" "^ *$hog +hog +/ +root +running +- +2/2 "
like "and the queue, by priority" "$out" "^ *$last +last +/ +root +queued +1 "
run aiosctl list --state queued --sort -id --no-header --columns id
is "list filters, sorts and chooses columns" "$(tr -d ' \n' <<<"$out")" "$last$next"
json list --all
json list --group /nowhere
is "the jobs of a group that does not exist are not found" "$status" 3
json list --all --group /
is "those of one that does are" "$status" 0
json list --start
like "JSON has what an estimated start rests on" "$out" '"estimate":\{"basis":"(state|future)"'
run aiosctl list --start
like "list --start tells starts, by what, and what does not hold" "$out" \
	"^ *$next .*20[0-9-]+ [0-9:]+ +jobs ahead, in .* to .*; does not hold: samples"
run aiosctl submit -c 1 --dry-run -- true
like "so does a dry run" "$out" '^estimate +jobs ahead, in .* to '
json submit -c 1 --dry-run -- true
json explain "$next" "$hog"
run aiosctl explain "$next"
like "explain tells what a job waits for" "$out" 'cpu are requested'
ok "the priority of a queued job can change" aiosctl update -p -5 "$last"
run aiosctl show "$last"
like "show tells it" "$out" '^priority +-5$'
json show "$hog" "$last"
ok "suspend" aiosctl suspend "$hog"
reaches "$hog" suspended
run aiosctl -q wait "$next" "$last"
is "what waited runs then, and wait passes on the status" "$status" 3
is "the output is in its file" "$(cat next.out)" $'hi\nno'
is "the default output is named after the job" "$(cat "aios-$last.out")" ""
ok "standard error can be apart" test -e last.err
ok "resume" aiosctl resume "$hog"
reaches "$hog" running

# ------------------------------------------- records, logs, again, selections
run aiosctl log "$next"
is "log has what a job wrote" "$out" $'hi\nno'
json log "$last"
like "of both files" "$out" '"stream":"output".*"stream":"error"'
json show "$next"
like "show has the command and the path" "$out" '"command":\["sh","-c","echo hi; .*"output":"/.*/next\.out"'
run aiosctl rerun --failed -n again "$next" "$last"
again=$out
like "what failed is submitted again, and nothing else" "$again" '^[0-9]+$'
held=$(aiosctl submit --hold -n held-1 -o /dev/null -- true)
run aiosctl hold --name 'held*'
is "only what is not on hold yet is selected to be held" "$status" 0
like "which is nothing here" "$err" 'there is no such job'
ok "what is selected is updated" aiosctl update --name 'held*' -p 3
json show "$held"
is "and nothing else" "$(field priority)" 3
json cancel --name 'held-?' --state queued
is "and cancelled" "$(field id) $(field "done")" "$held true"
ok "the hog is suspended" aiosctl suspend --name hog
reaches "$hog" suspended
run aiosctl -q wait "$again"
is "it ends as it did" "$status" 3
run aiosctl -q wait --state failed --name again
is "one that was selected is told of" "$status" 3
is "it wrote to the same file" "$(cat next.out)" $'hi\nno\nhi\nno'
run aiosctl -q wait "$(aiosctl submit -c 1 -o piped.out -- 'echo a b | wc -w')"
is "a line runs by the shell" "$status $(tr -d ' ' <piped.out)" "0 2"
ok "the hog goes on" aiosctl resume --all
reaches "$hog" running
run aiosctl wait 99999999
like "a job that never was is not there" "$status $err" '^3 .*there is no job 99999999, or it has ended long ago'

run aiosctl suspend 99999999
is "an unknown job is not found" "$status" 3
run aiosctl cancel "$next" "$hog"
is "every job is tried although one fails" "$(aiosctl -q wait "$hog"; echo $?)" 137
json wait "$next" "$last" "$hog"
is "wait ends as the first that failed" "$status" 3
json cancel "$hog"
one=$(aiosctl submit --hold -c 2 -o /dev/null -- sleep 100000)
two=$(aiosctl submit --hold -c 2 -o /dev/null -- sleep 100000)
json update -p 3 "$one" "$two"
is "what is done to several jobs is one document" "$(grep -o '"jobs":.*' <<<"$out")" \
	"\"jobs\":[{\"id\":$one,\"done\":true},{\"id\":$two,\"done\":true}]}"
json cancel "$one" 99999999 "$two"
is "also where one fails" "$status $(wc -l <<<"$out")" "3 1"
like "which is the document's failure and in its place" "$out" \
	"\"id\":99999999,\"error\":\{.*\"not_found\".*\},\"done\":false\},\{\"id\":$two,\"done\":true\}\],\"error\":\{\"kind\":\"not_found\""
held=$(aiosctl submit --hold -c 1 -n held -o /dev/null -- true)
run aiosctl explain "$held"
like "a job submitted on hold says so" "$out" 'on hold'
json show "$held"
like "and its flags do" "$out" '"flags":\[[^]]*"on_hold"'
run aiosctl hold "$held"
is "holding it again changes nothing" "$status" 1
ok "it is released" aiosctl release "$held"
run aiosctl -q wait "$held" --timeout 600
is "and runs" "$status" 0
run aiosctl hold "$held"
is "what has ended cannot be held" "$status" 1
hog=$(aiosctl submit -c 2 -t 1h --deadline 30m -n hog -o /dev/null -- sleep 100000)
reaches "$hog" running
run aiosctl explain "$hog"
like "a deadline that will be missed is foretold" "$out" 'will miss its deadline by [23]'
soon=$(aiosctl submit -c 2 -t 1m --deadline '2099-01-01 00:00' -n soon -o /dev/null -- true)
json explain "$soon"
is "so is one that will not" "$(field late)" false
run aiosctl list --columns id,deadline
like "the list has deadlines" "$out" "^ *$soon +2099-01-01 00:00:0"
ok "a deadline can go" aiosctl update --deadline none "$soon"
json show "$soon"
is "and is gone" "$(field deadline_ns)" null
ok "the hog ends" aiosctl cancel "$hog" "$soon"
one=$(aiosctl submit -c 1 --gang pair --gang-size 2 -o /dev/null -- sleep 100000)
run aiosctl explain "$one"
like "an incomplete gang waits" "$out" 'its gang has 1 of 2 jobs'
two=$(aiosctl submit -c 1 --gang pair --gang-size 2 -o /dev/null -- sleep 100000)
reaches "$one" running
reaches "$two" running
json show "$two"
is "a job tells its gang" "$(field gang) $(field gang_size)" "pair 2"
run aiosctl submit --gang pair --gang-size 2 -- true
like "a gang that has started takes nobody in" "$err" 'its gang has'
ok "the gang ends" aiosctl cancel "$one" "$two"
json drain --at 1h --reason 'new disks'
is "the machine is drained" "$(field drains) $(field reason)" "true new disks"
long=$(aiosctl submit -c 1 -t 2h -o /dev/null -- true)
run aiosctl explain "$long"
like "a job that is too long waits for the end of the drain" "$out" 'the machine drains'
run aiosctl run -c 1 -t 1m -- echo short
is "a short one runs" "$out" short
json undrain
is "the drain ends" "$(field drains)" false
run aiosctl -q wait "$long" --timeout 600
is "and the long one runs" "$status" 0
first=$(aiosctl submit --hold -c 1 -n first -o /dev/null -- false)
good=$(aiosctl submit --afterok "$first" -n good -o /dev/null -- true)
bad=$(aiosctl submit --afternotok "$first" --after "$first" -n bad -o /dev/null -- true)
json show "$bad"
like "what a job waits for is shown" "$out" "\"depends\":.*\"job\":$first,\"kind\":\"afternotok\""
run aiosctl list --start
like "and said in the list" "$out" "waits for job $first to end with success"
ok "the first is released" aiosctl release "$first"
run aiosctl -q wait "$bad" --timeout 600
is "what waits for its failure runs" "$status" 0
json wait "$good"
is "what waits for its success is ended" "$(field end)" dependency
run aiosctl show "$good"
like "and says why" "$out" "job $first to end with success, which can never be"
run aiosctl submit --afterok "$first" -- true
is "nobody can wait for it any more" "$status" 1
like "which is told" "$err" "job $first to end with success"
# shellcheck disable=SC2016
id=$(aiosctl submit -c 1 -o bare.out -- sh -c 'echo "$AIOS_JOB_FD"' <&- 2>&-)
run aiosctl -q wait "$id"
is "a job submitted without standard streams runs" "$status" 0
like "and none of them is its descriptor" "$(cat bare.out)" '^[3-9]$'
run sh -c 'aiosctl submit -c 1 -o full.out -- echo ran >/dev/full'
is "an id that cannot be written is a failure" "$status" 1
like "which says so" "$err" 'cannot write'
run sh -c 'aiosctl submit -c 1 -n unread -o closed.out -- echo ran >&-'
is "so is no standard output" "$status" 1
ok "the job runs" aiosctl -q wait "$(aiosctl list --all --no-header --columns id,name | awk '$2 == "unread" { print $1 }')"
is "and writes to its file" "$(cat closed.out)" ran
sleeper=$(aiosctl submit -c 1 -o /dev/null -- sleep 100000)
run aiosctl wait "$sleeper" --timeout 200ms
is "wait times out" "$status" 6
run timeout 600 aiosctl wait "$sleeper" --timeout 0
is "at once when it must not wait at all" "$status" 6
run aiosctl update "$sleeper" -c 64
is "what a running job can never have is infeasible" "$status" 5
run aiosctl wait --any "$sleeper" "$next"
like "wait --any returns for one" "$out" "^ *$next "
run aiosctl submit -o "$scratch/none/file" -- true
is "an output that cannot be opened is an error" "$status" 3
is "and cancels the job" "$(aiosctl list --state queued --no-header --columns id)" ""

# ----------------------------------------------------------- groups and limits
ok "group create" aiosctl group create team --cpus 1 --mem 512M --mode 755
ok "group create below it" aiosctl group create /team/nlp --weight 200
run aiosctl group create team/x --cpus 1:2
is "a limit is one amount" "$status" 2
run aiosctl group create none/x
is "a group needs its parent" "$status" 3
run aiosctl group
like "group shows the tree" "$out" '^    nlp '
json group
json group show team
json group show /
like "the machine's queue is measured" "$out" '"model":"measured","l":[0-9.]+'
like "and modelled" "$out" '"model":"mmc",.*"model":"ggc"'
run aiosctl group show /
like "a person reads it" "$out" '^measured +[0-9]'
like "and how long the next job waits" "$out" '^next[ _]wait +'
run aiosctl group remove team
is "a group with a group in it stays" "$status" 1
like "and says why" "$err" '1 groups in it'
json limit team --cpus 500m
is "a limit is set and read back" "$(field limit)" 500
like "and says how it holds" "$out" '"resource":"cpu",.{0,80}"how":"enforced"'
run aiosctl limit team/nlp
like "a limit says who binds" "$out" '^cpu +max +0\.5 .* enforced +/team '
run aiosctl limit "$sleeper" --cpus 2 --weight 50
like "a job's limit too" "$out" '^weight +50$'
json limit "$sleeper"
run aiosctl limit nowhere
is "an unknown group is not found" "$status" 3
run aiosctl run -g team -c 1 -- true
is "a group's limit refuses" "$status" 5
like "and is named" "$err" 'group /team'
json group remove team/nlp nowhere team
is "groups are removed, all that there are" "$status $(grep -o '"done":[a-z]*' <<<"$out" | tr '\n' ' ')" \
	'3 "done":true "done":false "done":true '

# --------------------------------------- devices, policy, metrics, lp, events
run aiosctl devices add --mem 8G npu0
is "a device is declared" "$status" 0
json devices
dev=$(field id)
run aiosctl run --gpus 0.5 --gpu-mem 1G -- env
like "a job gets it" "$out" "^AIOS_DEVICES=$dev\$"
ok "it goes offline" aiosctl devices set "$dev" --offline
run aiosctl run --gpus 1 -- true
is "and no job gets it" "$status" 5
ok "it goes" aiosctl devices remove "$dev"
json policy
json policy set --backfill none
is "the policy is switched" "$(field backfill)" none
ok "and back" aiosctl policy set --backfill easy
json policy set --policy rr --quantum 200ms --aging 1h --guard 2.5 --guard-floor 1m
is "its numbers are switched" "$(field policy) $(field quantum_ns) $(field aging_ns)" \
	"rr 200000000 3600000000000"
is "so is the guard" "$(field guard) $(field guard_floor_ns)" "2.5 60000000000"
json policy set --policy priority --guard none --aging 0
is "and off again" "$(field guard) $(field aging_ns) $(field guard_floor_ns)" \
	"null null 60000000000"
ok "a group for a policy of its own" aiosctl group create ordered
json policy show --group ordered
is "a group has the machine's policy" "$(field group) $(field policy) $(field own_policy)" \
	"/ordered priority false"
ok "which it can leave" aiosctl policy set --group ordered --policy sjf --quantum 5s
json policy show --group ordered
is "then it has its own" "$(field policy) $(field own_policy) $(field quantum_ns) $(field own_quantum)" \
	"sjf true 5000000000 true"
json policy show --group /
is "the root has none" "$(field policy) $(field own_policy)" "priority false"
run aiosctl policy show --group nowhere
is "of a group that is not there" "$status" 3
ok "it goes again" aiosctl group remove ordered
run aiosctl policy set --quantum 1us
is "a time slice too short is refused" "$status" 2
json metrics
run aiosctl metrics
is "metrics end as they must" "$(tail -n 1 <<<"$out")" "# EOF"
like "the queue of the machine is in them" "$out" '^aios_group_arrivals_total\{group="/"\} [1-9]'
like "and what models say of it" "$out" '^aios_group_model_holds\{group="/",model="mmc"\} [01]$'
like "the sleeper is in them" "$out" "^aios_job_request\{job=\"$sleeper\",.*resource=\"cpu\"\} 1\$"
printf 'maximise 3 2 5\nrow 1 0 2 <= 2\nrow 4 3 1 <= 6\n' >program
json lp program
is "lp solves" "$(field status)" optimal
like "to the optimum" "$(field objective)" '^7\.2857'
printf '\357\273\277{"w": [3.0], "a": [[1.0]], "b": [1e1], "hi": [0.25]}\r\n' >program
json lp program
is "lp solves what the file says" "$(field objective)" 0.75
printf '{"w": [3.0], "a": [[1.0]], "b": [1e1], "ub": [0.25]}' >program
run aiosctl lp program
is "and nothing else" "$status" 1
# beyond PROGRAM MESSAGE
beyond()
{
	printf '%b' "$1" >program
	run aiosctl lp program
	is "what is beyond the solver is refused" "$status" 1
	like "by its name" "$err" "$2"
}
beyond 'maximise 1 -1099511627776\n' 'the weight of column 2 is not below 2\^40'
beyond 'maximise 1 1\nrow 1 4611686018427387904 <= 1\n' \
	'row 1: the coefficient of column 2 is not below 2\^62'
beyond 'maximise 1\nrow 1 <= 4611686018427387904\n' 'row 1: the capacity is not below 2\^62'
beyond 'maximise 1\nupper 4194304\n' 'the upper bound of column 1 is not below 2\^22'
beyond 'maximise 1 1\nlower 0 0.5\nupper 1 0.25\n' \
	'the lower bound of column 2 is above the upper one'
printf 'maximise 3 2 5\nrow 1 0 2 <= 2\nrow 4 3 1 <= 6\n' >program
for goal in maxmin drf proportional; do
	json lp --objective $goal program
	is "lp solves for $goal" "$(field status)" optimal
done
for goal in maxmin drf proportional; do
	ok "the machine is shared by $goal" aiosctl policy set --objective $goal
	json policy
	is "and says so" "$(field objective)" $goal
	json explain "$sleeper"
	is "explain does too" "$(field goal)" $goal
done
ok "and by utility again" aiosctl policy set --objective utility
run aiosctl policy set --objective fairest
is "no other objective is known" "$status" 2
printf 'maximise 1\nrow 2 <= 1\nlower 1\n' >program
json lp program
is "an infeasible program is 5" "$status" 5
# Whoever follows events begins some time after his start: until he has seen what he waits
# for, there is more.
aiosctl --json events --count 8 --timeout 600 >events.out 2>&1 &
watcher=$!
while kill -0 $watcher 2>/dev/null; do
	aiosctl run -c 0.5 -n seen -- true
done
wait $watcher
like "events are followed" "$(cat events.out)" '"event":"submitted".*"name":"seen"'
cat events.out >>"$documents"
aiosctl --json events --type drain --count 3 --timeout 600 >drains.out 2>&1 &
watcher=$!
while
	aiosctl drain --at 1h >/dev/null
	aiosctl undrain >/dev/null
	kill -0 $watcher 2>/dev/null
do
	:
done
wait $watcher
is "a drain is announced and taken back" "$?" 0
like "drains are followed" "$(tr -d '\n' <drains.out)" '"drain_ns":[1-9][0-9]*.*"drain_ns":null'
cat drains.out >>"$documents"
json events --count 2 --type device --timeout 10ms
is "events that do not come in time are a timeout" "$status" 6
like "which says how many came" "$out" '"kind":"timeout".*0 of 2 events'
json top -n 1
run aiosctl top -b -n 2 -d 100ms
is "top prints batches" "$(grep -c '^RESOURCE' <<<"$out")" 2
json doctor
is "doctor is content" "$status" 0
run aiosctl doctor
before=$(grep ' /sys/fs/cgroup cgroup2 ' /proc/self/mounts)
like "doctor tells what a move of a process waits for" "$out" 'favordynmods +warning '
# Its advice is followed to the letter.
read -ra advice < <(sed -n "s/^favordynmods: run '\(mount .*\)' as root.*/\1/p" <<<"$out")
ok "and how not to wait" "${advice[@]}"
run aiosctl doctor
like "which it then finds" "$out" 'favordynmods +ok '
is "nothing else of the mount has changed" \
	"$(grep ' /sys/fs/cgroup cgroup2 ' /proc/self/mounts)" "${before/ 0 0/,favordynmods 0 0}"
ok "and back" mount -o "remount,$(cut -d ' ' -f 4 <<<"$before")" /sys/fs/cgroup
json version
is "the module's version is the command's" "$(field module)" "$(field aiosctl)"

# --------------------------------------------------------------- other users
# He may not be let into the folder that the tests lie in.
mkdir -p user/bin user/lib
cp "$top/build/bin/aiosctl" user/bin
cp -r "$top/build/lib/aios" user/lib
chmod 755 "$scratch"
chmod -R a+rX user
user=(setpriv --reuid 1234 --regid 1234 --clear-groups
	env "PATH=$scratch/user/bin:$PATH")
run "${user[@]}" aiosctl run -c 0.5 -- id -u
is "a user runs jobs without root" "$out" 1234
run "${user[@]}" aiosctl cancel "$sleeper"
is "but sees no job of others" "$status" 3
run "${user[@]}" aiosctl policy set --policy fifo
is "nor switches the policy" "$status" 4
like "and is told whom to ask" "$err" 'only an administrator of the machine may: run it as root'
run "${user[@]}" aiosctl limit / --cpus 1
is "nor limits the machine" "$status" 4
like "and is told where he may" "$err" 'the root of all groups does not let you do this: do it in a group that does'
ok "a group of the user's" aiosctl group create owned --owner 1234 --cpus 0.5
run "${user[@]}" aiosctl limit owned --cpus 2
is "its owner does not raise its limits" "$status" 4
like "and is not told to ask himself" "$err" 'group /owned is yours .*: ask an administrator of this machine'
ok "the group goes" aiosctl group remove owned
run aiosctl release "$sleeper"
like "a job that runs is not released" "$err" "it is not on hold, for it has started"
mode=$(stat -c %a /dev/aios)
chmod 0600 /dev/aios
run "${user[@]}" aiosctl list
is "a list without access is none" "$status" 4
like "and it says so" "$err" 'you may not open /dev/aios'
chmod "$mode" /dev/aios
ok "root ends the rest" aiosctl cancel "$sleeper"

# ------------------------------------------------------------------- adoption
mkdir /sys/fs/cgroup/box
sleep 100000 &
boxed=$!
echo $boxed >/sys/fs/cgroup/box/cgroup.procs
aiosctl run --adopt /sys/fs/cgroup/box -c 0.5:1 -m 64M -n box &
adopter=$!
soon sh -c 'aiosctl list --state running --no-header --columns name | grep -qw box'
ok "an adopted cgroup is governed" grep -q '^100000 ' /sys/fs/cgroup/box/cpu.max
ok "as long as there is something in it" kill -0 $adopter
box_job=$(aiosctl list --no-header --columns id,name | sed -n 's/^ *\([0-9]*\) *box *$/\1/p')
json explain "$box_job"
like "explain tells that nothing of its memory is protected there" "$(field unprotected)" \
	'^of 64MiB of memory .* none are protected .* owner of the cgroup .*/box$'
json limit "$box_job"
like "and so does limit" "$(field unprotected)" '/box$'
echo 64M >/sys/fs/cgroup/box/memory.min
run aiosctl explain "$box_job"
is "which nobody says once its owner protects it" "$status $(grep -c unprotected <<<"$out")" "0 0"
kill $boxed
wait $adopter
is "until it is empty" "$?" 0
sleep 100000 &
boxed=$!
echo $boxed >/sys/fs/cgroup/box/cgroup.procs
box_job=$(aiosctl submit --hold --adopt /sys/fs/cgroup/box -c 0.5)
is "nobody stays for an adoption that waits" "$(pgrep -c aiosctl)" 0
aiosctl release "$box_job"
reaches "$box_job" running
kill $boxed
ok "it ends with what it governs" aiosctl -q wait "$box_job"
ok "and stays" rmdir /sys/fs/cgroup/box

# --------------------------------------------------------------- the documents
ok "there are many" test "$(wc -l <"$documents")" -ge 20
documents_are_valid
finish
