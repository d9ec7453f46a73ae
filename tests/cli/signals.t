#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Signals between whoever sends them and the command of aiosctl run, on the kernel
# $AIOS_KERNEL: one to the process group reaches the command once, one to run alone is
# forwarded, what is ignored stays ignored while the job waits, and SIGKILL to run. This
# script boots a machine and runs itself there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 1200

# It prints each signal that it gets.
cat >count.py <<'END'
import os, signal
want = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1,
        signal.SIGUSR2, signal.SIGCONT, signal.SIGWINCH}
signal.pthread_sigmask(signal.SIG_BLOCK, want)
os.write(1, b"ready\n")
while True:
    os.write(1, signal.sigwait(want).name.encode() + b"\n")
END
count=(python3 -IS "$scratch/count.py")

# begin COMMAND...: it has a process group of its own, and prints to the file "seen".
begin()
{
	rm -f seen
	setsid "$@" >seen 2>notes &
	pid=$!
	soon grep -q ready seen
}

# There are as many lines; soon calls it.
# shellcheck disable=SC2317
lines_are()
{
	local lines

	mapfile -t lines <seen
	[ ${#lines[@]} -ge "$1" ]
}

# send TARGET SIGNAL...: until all have arrived. A last one shows that nothing more was on
# its way: run takes pending signals in the order of their numbers.
send()
{
	local target=$1 sig lines
	shift

	mapfile -t lines <seen
	for sig; do
		kill -"$sig" -- "$target"
	done
	soon lines_are $((${#lines[@]} + $#))
	mapfile -t lines <seen
	kill -WINCH "$(pgrep -xo aiosctl)"
	soon lines_are $((${#lines[@]} + 1))
}

summary()
{
	grep SIG seen | grep -v WINCH | sort | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }'
}

finish_count()
{
	kill -KILL -- "-$pid"
	{ wait "$pid"; } 2>/dev/null
}

# -------------------------------------------------------------- the whole group
begin aiosctl run -c 1 -- "${count[@]}"
is "one process alone is called aiosctl" "$(pgrep -cx aiosctl)" 1
is "and one alone is found by the command line" "$(pgrep -cf 'aiosctl run')" 1
for _ in 1 2 3; do
	send "-$pid" TERM INT HUP QUIT USR1 USR2 CONT
done
is "what is sent to the group arrives once" "$(summary)" \
	"SIGCONT 3, SIGHUP 3, SIGINT 3, SIGQUIT 3, SIGTERM 3, SIGUSR1 3, SIGUSR2 3"
for _ in 1 2; do
	send "$pid" TERM INT HUP QUIT USR1 USR2 CONT
done
is "what is sent to run alone is forwarded, once" "$(summary)" \
	"SIGCONT 5, SIGHUP 5, SIGINT 5, SIGQUIT 5, SIGTERM 5, SIGUSR1 5, SIGUSR2 5"
for _ in 1 2; do
	send "-$pid" INT
	send "$pid" INT
done
is "in turns too" "$(grep -c INT seen)" 9
kill -STOP -- "-$pid"
kill -CONT "$pid"
send "$pid" TERM
is "run forwards although its group is stopped" "$(grep -c TERM seen)" 6
kill -CONT -- "-$pid"
send "-$pid" TERM
is "and counts right when it goes on" "$(grep -c TERM seen)" 7
finish_count

begin timeout --foreground 100000 aiosctl run -c 1 -- "${count[@]}"
send "$pid" TERM
is "below timeout(1) --foreground it arrives once" "$(summary)" "SIGTERM 1"
finish_count

# setsid(1) is no leader of a group here, so that it makes a session in the same process.
begin aiosctl run -c 1 -- setsid "${count[@]}"
send "-$pid" TERM INT
is "a command that has left the group is sent what the group gets" "$(summary)" \
	"SIGINT 1, SIGTERM 1"
finish_count
ok "and goes on without run" aiosctl cancel "$(aiosctl list --no-header --columns id)"

# ---------------------------------------------------------------------- ignored
all=HUP,INT,QUIT,TERM,USR1,USR2
hog=$(aiosctl submit -c 2 -n hog -o /dev/null -- sleep 100000)
aiosctl -q wait "$hog" --until running
for ignored in $all INT,QUIT; do
	rm -f ran notes
	setsid env --ignore-signal="$ignored" aiosctl run -c 1 -- \
		sh -c "grep SigIgn /proc/\$\$/status; echo ran" >ran 2>notes &
	pid=$!
	soon grep -q 'waits at' notes
	for sig in ${ignored//,/ }; do
		kill -"$sig" -- "-$pid"
		kill -"$sig" "$pid"
	done
	# What is not ignored interrupts, and it would come after these.
	ok "a job that ignores $ignored waits on" test "$(aiosctl list --state queued --no-header --columns id | wc -l)" -eq 1
	[ "$ignored" != $all ] || {
		aiosctl cancel "$hog"
		status=0
		wait "$pid" || status=$?
		is "and runs when it is its turn" "$status $(tail -n 1 ran)" "0 ran"
		like "with the same signals ignored" "$(cat ran)" 'SigIgn:.*[02468ace]a07$'
		hog=$(aiosctl submit -c 2 -n hog -o /dev/null -- sleep 100000)
		aiosctl -q wait "$hog" --until running
	}
done
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
is "what is not ignored interrupts the wait" "$status" 143
like "and cancels the job" "$(cat notes)" 'is cancelled'
aiosctl cancel "$hog"
begin env --ignore-signal=HUP aiosctl run -c 1 -- "${count[@]}"
send "$pid" HUP
is "a command that does not ignore what was ignored gets it" "$(summary)" "SIGHUP 1"
finish_count

# ---------------------------------------------------------------------- SIGKILL
# shellcheck disable=SC2317
running()
{
	[ "$(aiosctl list --state running --no-header --columns name | grep -cw "$1")" -eq "$2" ]
}

for how in "$pid" -; do
	case $how in -) word="the group of run" ;; *) word="run" ;; esac
	# shellcheck disable=SC2016
	begin aiosctl run -n guarded --kill-with-me -c 0.5 -- \
		sh -c 'setsid sleep 100000 & echo ready; wait'
	kill -KILL -- "${how//[0-9]/}$pid"
	soon running guarded 0
	ok "--kill-with-me: the job ends with SIGKILL to $word" running guarded 0
done
begin aiosctl run -n alone -c 0.5 -- sh -c 'echo ready; sleep 100000'
kill -KILL "$pid"
wait "$pid" 2>/dev/null
ok "without it the job goes on" running alone 1
aiosctl -q cancel "$(aiosctl list --no-header --columns id)"
# shellcheck disable=SC2016
run aiosctl run -n left --kill-with-me -c 0.5 -- sh -c 'setsid sleep 100000 & exit 3'
is "run that ends by itself passes on the status" "$status" 3
ok "and what the command left behind goes on" running left 1
aiosctl -q cancel "$(aiosctl list --no-header --columns id)"
run aiosctl run --kill-with-me --adopt /sys/fs/cgroup
is "an adopted cgroup is not ended so" "$status" 2
for name in signal-witness job-guard; do
	soon sh -c "! pgrep -x $name"
	is "no $name stays behind" "$(pgrep -cx $name)" 0
done
finish
