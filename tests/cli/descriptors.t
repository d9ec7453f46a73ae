#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which descriptors a job finds and who keeps them, and waiting for more jobs than a
# process may have files open, on the kernel $AIOS_KERNEL: this script boots a machine
# and runs itself there. What would hang is ended after a while.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 3600

# ---------------------------------------------------------------------- submit
for option in --hold -c; do
	arguments=(--hold)
	[ $option != -c ] || arguments=(-c 1)
	# shellcheck disable=SC2016
	run timeout 300 sh -c 'id=$(exec 3>&1; aiosctl submit "$@" -o /dev/null -- sleep 100000); echo "$id"' sh "${arguments[@]}"
	is "submit ${arguments[*]} lets go of the caller's pipe" "$status" 0
	like "and prints the id" "$out" '^[0-9]+$'
	exec 9>lock
	flock -n 9
	aiosctl submit "${arguments[@]}" -o /dev/null -- sleep 100000 >/dev/null
	exec 9>&-
	ok "and of his lock" flock -n lock true
done
# shellcheck disable=SC2046
aiosctl -q cancel $(aiosctl list --no-header --columns id)
# The shell opens its script at 10.
cat >list.sh <<'END'
for fd in 0 1 2 3 4 5 6 7 8 9; do
	[ -e /proc/$$/fd/$fd ] || continue
	case $fd in "$AIOS_JOB_FD") echo job ;; *) echo $fd ;; esac
done
END
exec 5<list.sh 7>file
for how in "" "--retry-oom 1 -m 32M:64M"; do
	# shellcheck disable=SC2086
	id=$(aiosctl submit $how -o list.out -- sh list.sh)
	aiosctl -q wait "$id"
	is "a job finds its own descriptors alone${how:+, with $how}" "$(tr '\n' ' ' <list.out)" "0 1 2 job "
	rm list.out
done
exec 5<&-
# shellcheck disable=SC2094
id=$(aiosctl submit -o /dev/fd/8 -- echo hello 8>numbered)
aiosctl -q wait "$id"
is "an output can be a descriptor of the caller" "$(cat numbered)" hello

# ------------------------------------------------------------------------- run
run aiosctl run -c 1 -- sh -c 'echo hello >&7'
is "run leaves the caller's descriptors to the command" "$(cat file)" hello
exec 7>&-
# shellcheck disable=SC2016
run timeout 300 bash -c 'exec 7>lock; flock 7
	exec aiosctl run -c 1 -- sh -c "exec 7>&-; until flock -n lock true; do sleep 0.1; done; echo free"'
is "and does not keep what the command has closed" "$out" free

# ------------------------------------------------------------------------ wait
ids=()
for _ in $(seq 30); do
	ids+=("$(aiosctl submit --hold -c 0.1 -o /dev/null -- true)")
done
# with SOFT HARD COMMAND...: below these limits of open files. "run" calls it.
# shellcheck disable=SC2317
with()
{
	local soft=$1 hard=$2
	shift 2
	(
		ulimit -Sn "$soft"
		ulimit -Hn "$hard"
		exec "$@"
	)
}
for limits in "24 4096" "24 24"; do
	# shellcheck disable=SC2086
	run with $limits aiosctl wait --timeout 0 "${ids[@]}"
	is "wait for 30 jobs with $limits files" "$status" 6
	like "says how many have not ended" "$err" '30 of 30 jobs'
done
run with 24 24 aiosctl --json wait --timeout 0 "${ids[@]}"
is "one document tells of it" "$(grep -c '"kind":"timeout"' <<<"$out")" 1
failing=$(aiosctl submit --hold -c 0.1 -o /dev/null -- sh -c 'exit 5')
aiosctl release "${ids[29]}"
run with 24 24 timeout 600 aiosctl wait --any "${ids[@]}"
is "wait --any ends with one of another process" "$status" 0
like "and prints it" "$out" "^ *${ids[29]} +done"
aiosctl release "${ids[@]:0:29}" "$failing"
run with 24 24 timeout 600 aiosctl wait "${ids[@]}" "$failing"
is "wait for all has the status of the one that failed" "$status" 5
is "and prints all" "$(grep -cE '^ *[0-9]+ +(done|failed)' <<<"$out")" 31
run with 24 24 aiosctl wait "${ids[@]}" 999999
is "one that does not exist is an error" "$status" 3
finish
