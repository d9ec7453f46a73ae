#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# submit --notify: a command that runs once, after the end, and is told how it was.

# shellcheck disable=SC2016
# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# comes FILE: it is there, and whole.
# shellcheck disable=SC2317
comes()
{
	local i

	for ((i = 0; i < 1200; i++)); do
		[ -e "$1" ] && return
		sleep 0.1
	done
	return 1
}
tell='echo "$AIOS_JOB_ID $AIOS_JOB_NAME $AIOS_JOB_STATE $AIOS_JOB_STATUS $AIOS_JOBS_FAILED/$AIOS_JOBS" >draft; mv draft told'

id=$(ctl submit -n train --notify "$tell" -o /dev/null -- sh -c 'exit 3')
ok "the command runs" comes told
is "and is told how the job ended" "$(cat told)" "$id train failed 3 1/1"
rm told
id=$(ctl submit --hold -n kept -C "$HOME" --notify "pwd; echo said; $tell" -o '%j.out' -- echo works)
ok "nothing is told before the end" test ! -e "$HOME/told"
ctl release "$id"
ok "at the end it is" comes "$HOME/told"
is "of one that succeeded" "$(cat "$HOME/told")" "$id kept done 0 0/1"
is "what it says is behind what the job said, from its directory" "$(cat "$HOME/$id.out")" \
	"works"$'\n'"$HOME"$'\n'said
rm "$HOME/told"
run ctl rerun "$id"
ok "a rerun tells as well" comes "$HOME/told"
is "of itself" "$(cat "$HOME/told")" "$out kept done 0 0/1"
id=$(ctl submit --hold -n gone --notify "$tell" -o /dev/null -- true)
ctl cancel "$id"
ok "so does one that is cancelled" comes told
is "which it says" "$(cat told)" "$id gone cancelled 137 1/1"
rm told
id=$(ctl submit --array 0-4%2 -n sweep --notify "$tell" -o /dev/null -- \
	sh -c 'exit $((AIOS_ARRAY_INDEX == 3 ? 9 : 0))')
ok "an array tells" comes told
is "once, of all" "$(cat told)" "$id sweep failed 9 1/5"
id=$(ctl submit --notify 'sleep 100000 & echo $! >slow.pid; mv slow.pid slow; exit' -o /dev/null -- true)
ok "what the command leaves behind" comes slow
read -r left <slow
for ((i = 0; i < 1200; i++)); do
	kill -0 "$left" 2>/dev/null || break
	sleep 0.1
done
ok "ends with it" test "$i" -lt 1200
# ------------------------------------------------------------------------- wait
rm -f told
good=$(ctl submit -n good -o /dev/null -- true)
bad=$(ctl submit -n bad -o /dev/null -- sh -c 'exit 4')
run ctl -q wait --notify "echo said; $tell" "$good" "$bad"
is "wait has a command run before it ends" "$(cat told)" "$bad bad failed 4 1/2"
is "which says what it has to say here" "$out" said
is "and changes nothing" "$status" 4
held=$(ctl submit --hold -n held -o /dev/null -- true)
run ctl -q wait --any --notify "$tell" "$held" "$good"
is "with --any it is of whoever has ended" "$status $(cat told)" "0 $good good done 0 0/1"
rm told
run ctl wait --timeout 0 --notify "$tell" "$held"
is "when the time is up" "$status" 6
ok "nothing is told" test ! -e told
ctl cancel "$held"
run ctl -q wait --json --notify 'echo "$AIOS_JOB_STATE" >told' "$held"
is "one that was cancelled" "$(cat told)" cancelled
run ctl wait --notify 'exit 9' "$good"
is "how the command ends is nobody's" "$status" 0

run ctl submit --notify
like "without a command it is refused" "$status $err" '^2 aiosctl: --notify needs an argument'
finish
