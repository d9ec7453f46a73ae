#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What aiosctl says when something does not work: each line makes a cause and has the
# message name it, and what helps, with the exit status of aiosctl(1). The kernel is one
# that answers as the test says.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

errnos='Operation not permitted|Permission denied|File exists|Invalid argument|already in progress'

# says STATUS REGEX ARGUMENT...: the message is one line, matches, and is no bare errno.
says()
{
	local wanted=$1 regex=$2
	shift 2

	asked "$@"
	is "$*: ends with $wanted" "$status" "$wanted"
	like "$*: says what helps" "$err" "^aiosctl: .*$regex"
	is "$*: in one line, without an errno" "$(wc -l <<<"$err") $(grep -oE "$errnos" <<<"$err")" "1 "
}

# document STATUS KIND ARGUMENT...: the same as JSON; what run prints itself is not its output.
document()
{
	local wanted=$1 kind=$2
	shift 2

	asked --json "$@"
	is "$* in JSON: ends with $wanted" "$status" "$wanted"
	like "$* in JSON: is of that kind" "$out$err" \
		'"error":\{"kind":"'"$kind"'","status":'"$wanted"',.*"message":"[^"]*: [^"]*"'
}

# ------------------------------------------------- words that are not known
kernel ''
says 2 "there is no command 'lsit': did you mean list\? Else say run, submit, list, .* or help" lsit
says 2 "no command 'nonsense': say run, submit, list, show, explain" nonsense
says 2 "no command 'li': did you mean list or limit\?" li
says 2 "no command 'squeue': did you mean list\?" squeue
says 2 "no command 'kill': did you mean cancel\?" kill 3
says 2 "group has no command 'creat': did you mean create\? Else say list, show, create or remove" group creat x
says 2 "devices has no command 'nonsense': say list, add, set or remove" devices nonsense
says 2 "there is no command 'explian': did you mean explain\?" help explian
says 2 "group has no command 'nonsense': say list" help group nonsense
says 2 "list has no commands of its own" help list nonsense
says 2 "there is no option --colums: did you mean --columns\?" list --colums id
says 2 "--st can mean several options: did you mean --state or --start\?" list --st 3
says 2 "there is no option --nonsense \(" list --nonsense
says 2 "there is no option -Z \(" list -Z
says 2 "--sort: 'postion' is not known: did you mean position\? Else say id, name, .* or run" list --sort postion
says 2 "--sort: 'size' is not known: say id, name, group, user, state, priority" list --sort id,-size
says 2 "--sort takes 8 keys at most" list --sort id,id,id,id,id,id,id,id,id
says 2 "--sort: 'size' is not known: say id" top --batch --sort size
says 2 "--columns: 'stat' is not known: did you mean state\? Else say id, name, .* or why" list --columns id,stat
says 2 "--columns: 'size' is not known: say group, path, id" group list --columns size
says 2 "--columns: 'size' is not known: say id, state, jobs" devices list --columns size
says 2 "--state: 'runing' is not known: did you mean running\? Else say queued, .* or cancelled" list --state runing
says 2 "--type: 'finished' is not known: say submitted" events --type finished
says 2 "--policy: 'FIFO' is not known: did you mean fifo\? Else say priority, fifo, sjf" policy set --policy FIFO
says 2 "--backfill: 'easi' is not known: did you mean easy\? Else say none, easy or conservative" policy set --backfill easi
says 2 "--objective: 'fair' is not known: say utility" policy set --objective fair
says 2 "--objective: 'max' is not known: did you mean maxmin\? Else say utility, maxmin, drf or proportional" lp --objective max x
says 2 "--color: 'no' is not known: say auto, always or never" list --color no
says 2 "'csh' is not known: say bash, zsh or fish" completion csh
says 2 "--default: 'users' is not known: say user or group" limit --default users
touch trace.csv
says 2 "--policy: 'sfj' is not known: did you mean sjf\?" simulate --policy sfj trace.csv
says 2 "--backfill: 'non' is not known: did you mean none\?" simulate --backfill non trace.csv
document 2 usage lsit
document 2 usage list --sort size

# ------------------------------------------------------- what is not given
says 2 "which command\? Try list, or submit"
says 2 "--cpus needs an argument: --cpus LIMIT \(CPUs: 4, 1.5 or 500m\)" limit / --cpus
says 2 "--cpus needs an argument: --cpus LIMIT" limit / --cpus --mem 4G
says 2 "-c needs an argument: -c LIMIT" limit / -c
says 2 "--cpus: '/' is no amount: say 2, 1.5 or 500m" limit --cpus /
says 2 "--group needs an argument: --group GROUP" list --group --all
says 2 "limit takes one group or job, as in 'aiosctl limit / --cpus 4'" limit
says 2 "which job\? Give the number that submit printed, or that list shows" cancel
says 2 "which job\? Give the number" wait
says 2 "which device\? Give the number that devices shows" devices remove
says 2 "create takes one group, as in 'aiosctl group create team'" group create
says 2 "add takes one name, as in" devices add
says 2 "list takes no argument '5': 'aiosctl show JOB' tells of one job" list 5
says 2 "--show goes alone: leave" drain --show --at 2h
says 2 "--before and --top exclude each other" update --before 3 --top 5
says 2 "--before and --top exclude each other" update --top --before 3 5
says 127 "there is no command 'sleep 5': for a line of the shell say sh -c" run 'sleep 5'
says 127 "there is no command '[^']*none/x': give its path as it is from here" run "$scratch/none/x"
says 126 "it is no program: make it executable with 'chmod \+x', or give its interpreter first" run "$scratch/trace.csv"
document 127 command run 'sleep 5'
document 126 command run "$scratch/trace.csv"

# ------------------------------------------------------------- the device
loaded='there /sys/module/aios'
here='there /run/.containerenv'
bare='lacks /sys/module/aios'
outside=$'lacks /run/.containerenv\nlacks /.dockerenv\nlacks /run/systemd/container'
kernel 'open ENOENT' "$bare" "$outside"
says 7 "the aios module is not loaded: run 'modprobe aios' as root \(" show 1
kernel 'open ENOENT' "$loaded" "$outside"
says 7 "loaded and /dev/aios is not here: have udev make it" show 1
kernel 'open ENOENT' "$loaded" "$here"
says 7 "loaded and /dev/aios is not here: start this container with --device /dev/aios" show 1
kernel 'open ENOENT' "$bare" "$here"
says 7 "not loaded: run 'modprobe aios' as root on the host, then start this container with --device /dev/aios" show 1
kernel 'open EPERM' "$loaded" "$here"
says 4 "this container may not open /dev/aios: start it with --device /dev/aios" show 1
kernel 'open EACCES' "$loaded" "$outside"
says 4 "you may not open /dev/aios: join the group aios" show 1
says 4 "you may not open /dev/aios: join the group aios" list
document 4 permission list
says 4 "you may not open /dev/aios: join the group aios" list --all --user root
says 4 "you may not open /dev/aios: join the group aios" group list
kernel 'open EACCES' 'job 4 train /team 1 0 1000'
asked list --columns id,name
is "who may see a job without access sees it" "$status $(tail -n 1 <<<"$out" | xargs)" "0 4 train"
kernel 'netlink ENOENT' "$loaded" "$here"
says 1 "this is another one: start this container with --network host" list
says 1 "this is another one: start this container with --network host" events --count 1
kernel ''
asked list
is "a list of no jobs is one" "$status" 0
is "with its headings" "$(wc -l <<<"$out")" 1

# doctor ANSWER... -- CHECK REGEX: what doctor says helps.
doctor()
{
	local answers=()

	while [ "$1" != -- ]; do
		answers+=("$1")
		shift
	done
	kernel "${answers[@]}"
	asked doctor
	like "doctor, $(tr '\n' ' ' <<<"${answers[*]}"): $2" "$out" "^$2: .*$3"
}
doctor 'open ENOENT' "$loaded" "$here" -- device 'start this container with --device /dev/aios \(podman'
is "doctor ends with the status of a device that is not there" "$status" 7
like "doctor says that the module is there" "$out" '^module +ok'
doctor 'open ENOENT' "$bare" "$here" -- module "run 'modprobe aios' as root there, outside"
doctor 'open ENOENT' "$bare" "$here" -- device '--device /dev/aios once the module is loaded'
doctor 'open ENOENT' "$loaded" "$outside" -- device 'the module is loaded: have udev make the node'
doctor 'open EACCES' "$loaded" "$here" -- device '--group-add keep-groups, or with the number of its group, 987'
doctor 'netlink ENOENT' "$loaded" "$here" -- netlink '--network host where list, top and events are wanted'

# ------------------------------------------------------------- who may what
me=$(id -u)
permission='fail limit EPERM permission 0 7 0 0'
kernel "$permission" "group 7 /team/mine 3 $me" 'group 3 /team 1 77' 'group 1 / 0 0'
says 4 'group /team/mine is yours and you may do this only below it.*: ask the owner of group /team' limit /team/mine --cpus 9
kernel "$permission" "group 7 /mine 1 $me" 'group 1 / 0 0'
says 4 'group /mine is yours .*: ask an administrator of this machine' limit /mine --cpus 9
kernel "$permission" "group 7 /mine 1 $((me + 1))" 'group 1 / 0 0'
says 4 "group /mine does not let you do this: ask its owner \('aiosctl group show /mine' names him\)" limit /mine --cpus 9
kernel 'fail limit EPERM permission 0 1 0 0' "group 1 / 0 $me"
says 4 "the root of all groups does not let you do this: do it in a group that does" limit / --cpus 9
kernel 'fail submit EPERM permission 0 1 0 0' 'group 1 / 0 0'
says 4 "cannot submit to group /: the root of all groups does not let you .*'aiosctl group' lists them" submit true
kernel 'fail group_create EPERM'
says 4 'only an administrator of the machine gives a group to others: leave out --owner' group create x --owner root
kernel 'fail group_create EEXIST'
says 1 "it is there already: 'aiosctl limit' changes what it may use" group create x
kernel 'fail group_create ENOENT'
says 3 'its parent does not exist, or you may not see it: create that first' group create a/b
kernel 'fail group_remove ENOENT'
says 3 "there is no group /x, or none that you may see: 'aiosctl group' lists" group remove x
says 3 "there is no group /x, or none" group show x
kernel 'fail policy EPERM'
says 4 'only an administrator of the machine may: run it as root, or name a group of yours with --group' policy set --policy fifo
says 4 'whoever administers the group above it may: ask its owner' policy set --group x --policy fifo
kernel 'fail policy EOPNOTSUPP'
says 1 'a group cannot order its own jobs by rr, which .*: give it one of ' policy set --group x --policy rr
kernel 'fail drain EPERM'
says 4 'cannot drain the machine: only an administrator of the machine may: run it as root' drain
says 4 'cannot end the drain: only an administrator of the machine may: run it as root' undrain
kernel 'fail device_add EPERM'
says 4 "cannot add device 'x': only an administrator of the machine may: run it as root" devices add x
kernel 'fail device_add EEXIST'
says 1 'one of this name is declared: give another name, or remove that one first' devices add x
kernel 'fail device_add ENOSPC'
says 1 'as many as the module takes: remove one' devices add x
kernel 'fail device_remove EOPNOTSUPP'
says 1 "it is on the bus and was not declared: 'aiosctl devices set' with --offline" devices remove 0
kernel 'fail device_remove ENOENT'
says 3 "there is no device 3: 'aiosctl devices' lists" devices remove 3
kernel 'fail device_remove EBUSY'
says 1 'device 3 is held by a job: set it offline and wait' devices remove 3
kernel 'fail limit ENOENT'
says 3 "there is no job 5, .*: 'aiosctl list -a' shows" limit 5 --cpus 1
says 3 "there is no group /x, or none that you may see" limit x --cpus 1
kernel 'fail job_open ENOENT'
document 3 not_found show 5
says 3 "there is no job 5, or it has ended long ago, or is not yours to see: 'aiosctl list -a'" show 5
kernel 'fail lp EDQUOT'
echo '{ "w": [1], "a": [[1]], "b": [1] }' >lp.json
says 1 'two programs or replays of yours are under way: wait until one of them ends' lp lp.json
kernel 'fail policy ENOTTY'
says 1 'the loaded module does not know this: load the one that was built with this command' policy
kernel 'fail job_open EMFILE'
says 1 "as many files open as it may: raise 'ulimit -n'" show 5

# ------------------------------------------------------------- accelerators
refusal='fail submit ENOSPC no_device 2 1'
kernel "$refusal 1000 0"
says 5 '1 of gpu are requested and this machine has no accelerators: request none' submit --gpus 1 true
kernel "$refusal 4000 2000" 'device 0 1000' 'device 4 1000'
says 5 '4 of gpu are requested and the accelerators of this machine have 2 in all: request less' submit --gpus 4 true
kernel "$refusal 2000 2000" 'device 0 1000' 'device 4 1000'
says 5 'no free accelerators have the shape of the request, 2 of gpu: wait' submit --gpus 2 true

# --------------------------------------------------------- orders to a job
# order VERB ERRNO STATE REGEX
order()
{
	local state=$3

	kernel 'job 5 train /team 1 0 0' "fail $1 $2$([ "$state" = - ] || echo " state 0 0 $state 0")"
	says "${5:-1}" "cannot $1 job 5: $4" "$1" 5
}
order hold EALREADY - "it is on hold already: 'aiosctl release' lets it go on"
order hold EINVAL 3 "it has started, and only what waits is kept back: 'aiosctl suspend' freezes it"
order release EALREADY - "it is not on hold: 'aiosctl explain' tells what it waits for"
order release EINVAL 3 'it is not on hold, for it has started: there is nothing to do'
order release EINVAL 4 "it is not on hold but suspended: 'aiosctl resume' lets it go on"
order suspend EALREADY - "it is suspended already: 'aiosctl resume'"
order suspend EINVAL 1 "it waits and has nothing to freeze: 'aiosctl hold' keeps it back"
order suspend EINVAL 2 'it is about to start: try again'
order resume EALREADY - "it is to resume already: 'aiosctl explain'"
order resume EINVAL 1 "it is not suspended but waits: 'aiosctl explain' tells what for"
order resume EINVAL 3 'it is not suspended, for it runs: there is nothing to do'
for verb in hold release suspend resume cancel; do
	order $verb ECANCELED 5 "it has ended: 'aiosctl show' tells how"
done
kernel 'job 5 train /team 1 0 0' 'fail cancel EPERM permission 0 7 0 0' "set stat.uid $((me + 1))"
says 4 "cannot cancel job 5: it is another user's: ask him, or whoever administers its group" cancel 5
kernel 'job 5 train /team 1 0 0' 'fail release EPERM permission 0 7 0 0' "set stat.uid $me"
says 4 'an administrator has put it on hold: ask one to release it' release 5
kernel 'job 5 train /team 3 0 0' 'fail update EINVAL state 0 0 3 0'
says 1 'the job is running, in which this cannot be done: it has started, so leave it' update 5 --weight 5

finish
