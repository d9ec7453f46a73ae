#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Jobs are selected instead of named, and who waits for one that has ended is never told
# that there is none.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# held NAME GROUP: the id of a job that waits.
held()
{
	ctl submit --hold -n "$1" -g "$2" -o /dev/null -- true
}

# states ID...
states()
{
	local id

	for id; do
		json show "$id" >/dev/null
		value jobs 0 state
	done | tr '\n' ' '
}

run ctl cancel --all
is "nothing is selected where there is nothing" "$status $out" "0 "
like "which is said" "$err" 'there is no such job'
run ctl -q wait --all
is "nor is it waited for" "$status $out$err" "0 "

one=$(held sweep-1 /)
two=$(held sweep-2 /team/nlp)
three=$(held other /team)
four=$(held other /teams)
run ctl update --group team -p 5
is "an update by group" "$status" 0
for id in "$one" "$two" "$three" "$four"; do
	json show "$id"
	value jobs 0 priority
done >priorities
is "is one of it and of those below" "$(tr '\n' ' ' <priorities)" "0 5 5 0 "
ok "a name is a pattern" ctl cancel --name 'sweep-?'
is "of those two" "$(states "$one" "$two" "$three" "$four")" "cancelled cancelled queued queued "
ok "what is asked for narrows down" ctl cancel --name other --group /team --state queued
is "to one" "$(states "$three" "$four")" "cancelled queued "
run ctl cancel --all "$four"
is "jobs are named or selected" "$status" 2
run ctl cancel --user 4321
is "those of somebody else are not there" "$status $(states "$four")" "0 queued "
run ctl cancel --state asleep
is "an unknown state is a usage error" "$status" 2
run ctl cancel --user nobody-of-this-name
is "an unknown user is not found" "$status" 3
ok "those of everybody are" ctl release --user '*'
ok "and run" ctl -q wait "$four" --timeout 100
run ctl release --all
like "only those on hold can be released" "$status $err" '^0 .*no such job'
five=$(held five /)
json hold --all
is "and only the others held" "$status $(value jobs)" "0 []"
json release --all
is "JSON tells which it was" "$(value jobs 0 id) $(value jobs 0 "done")" "$five True"
ok "it ends" ctl -q wait "$five" --timeout 100

# --------------------------------------------------------------------- the end
run ctl wait "$five" "$four" --all
is "wait selects or is given jobs as well" "$status" 2
mkfifo go
slow=$(ctl submit -o /dev/null -- sh -c 'read -r line <go; exit 7')
quick=$(held quick /)
ctl wait --all >waited &
waiter=$!
ok "one of two ends" ctl release --name quick
ok "which has" ctl -q wait "$quick" --timeout 100
ok "the other is waited for" kill -0 $waiter
echo >go
status=0
wait $waiter || status=$?
is "wait --all ends as the first that failed" "$status" 7
is "and tells of both" "$(awk '{ print $1, $2 }' waited | tail -n +2)" "$slow failed"$'\n'"$quick done"
kernel "forgotten $quick"
run ctl wait "$slow" "$quick"
is "what is forgotten has ended, and how is not known" "$status" 3
like "which is said" "$out" "^ *$slow +ended +not known any more"
like "beside the others" "$out" "^ *$quick +done "
json wait "$slow"
is "in JSON too" "$(value jobs 0 state) $(value jobs 0 end) $(value jobs 0 status)" "None None 3"
run ctl wait 999
like "what never was is not there" "$status $err" '^3 aiosctl: there is no job 999, or it'
run ctl cancel "$slow"
like "what has ended is no job that is not there" "$status $err" "^3 aiosctl: job $slow has ended, and it is not known"

# -------------------------------------------------------------------- a terminal
for ((i = 0; i < 6; i++)); do
	many[i]=$(held many /)
done
# cancelled ANSWER OPTION...: cancel on a terminal.
cancelled()
{
	local answer=$1
	shift

	echo "$answer" | script -qec "env ${scripted[*]} $full cancel $*" /dev/null
}
like "it is asked before many are cancelled" "$(cancelled n --all)" 'cancel 6 jobs\? \[y/N\]'
is "and nothing done without a yes" "$(states "${many[@]}")" "queued queued queued queued queued queued "
cancelled y --all >/dev/null
is "with one they are" "$(states "${many[@]}")" \
	"cancelled cancelled cancelled cancelled cancelled cancelled "
for ((i = 0; i < 6; i++)); do
	many[i]=$(held many /)
done
is "nor is it asked with --yes" "$(cancelled n --all --yes | grep -c 'cancel 6')" 0
is "and they are" "$(states "${many[@]}")" \
	"cancelled cancelled cancelled cancelled cancelled cancelled "
documents_are_valid
finish
