#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What has ended is submitted once more as it was, but for what is changed.

# shellcheck disable=SC2016
# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# ended ID...
ended()
{
	ctl -q wait --timeout 100 "$@"
}

mkdir -p work bin
printf '#!/bin/sh\necho "$SETTING in ${PWD##*/}, $*"\nexit 3\n' >bin/command
chmod +x bin/command
# shellcheck disable=SC2031
bad=$(cd work && PATH=$scratch/bin:$PATH SETTING=kept ctl submit -n named -p 7 -f 1 -f 2 --hold \
	-o '%j.out' -- command "two words" '')
ok "a job is held" ctl release "$bad"
ended "$bad"
is "and fails" "$?" 3
good=$(ctl submit -o '%j.out' -- echo good)
ok "another does not" ended "$good"

run ctl rerun "$bad"
again=$out
is "rerun prints a new id" "$status $again" "0 $((good + 1))"
ended "$again"
is "it runs, for it is not held again, and fails again" "$?" 3
is "the same command, directory and environment, by a PATH that is not ours" \
	"$(cat "work/$again.out")" "kept in work, two words "
json show "$again"
is "with the same options" "$(value jobs 0 name) $(value jobs 0 priority) $(value jobs 0 directory)" \
	"named 7 $scratch/work"
is "kept for the next time" "$(tr '\0' '\n' <"$spool/$again@$(cat /proc/sys/kernel/random/boot_id)" |
	grep ^option= | tr '\n' ' ')" "option=name=named option=priority=7 option=feature=1 option=feature=2 option=output=%j.out "
run ctl rerun --failed "$good" "$again" "$bad"
is "--failed are those that failed" "$status $out" "0 $((again + 1))"$'\n'"$((again + 2))"
ended $((again + 2))
run ctl rerun --priority -3 -f 9 -C . -o 'changed-%n' "$again"
changed=$out
ended "$changed"
is "what is given counts, from here" "$(cat "changed-named")" "kept in ${scratch##*/}, two words "
is "in the place of what was given then" "$(tr '\0' '\n' <"$spool/$changed@$(cat /proc/sys/kernel/random/boot_id)" |
	grep ^option= | tr '\n' ' ')" "option=name=named option=priority=-3 option=feature=9 option=output=changed-%n "
json rerun "$good" 999 "$bad"
is "of several all that can be are run" "$status $(value jobs 0 "done") $(value jobs 1 "done") $(value jobs 2 "done")" \
	"3 True False True"
is "and each tells its new job" "$(value jobs 2 id) $(value jobs 2 job name)" "$bad named"
last=$(value jobs 2 job id)
ended "$last"
run ctl rerun --dry-run "$bad"
like "a dry run shows what would be decided" "$status $out" '^0 the job would start now'
waits=$(ctl submit --hold -o /dev/null -- true)
run ctl rerun "$waits"
like "what has not ended is not run again" "$status $err" "^1 aiosctl: job $waits has not ended"
run ctl rerun --failed "$waits"
is "nor has it failed" "$status $out" "0 "
ok "it ends" ctl cancel "$waits"
run ctl rerun --failed "$waits"
is "what was cancelled has not succeeded" "$status $out" "0 $((waits + 1))"
kernel 'forgotten 1000'
run ctl rerun --failed "$bad"
like "how a forgotten one ended is not known" "$status $err" '^3 .* not known any more how'
run ctl rerun "$bad"
is "it can run again all the same" "$status" 0
run ctl rerun 999
is "what was not submitted from here cannot" "$status" 3
run ctl rerun
is "nor nothing" "$status" 2
run ctl rerun --priority high "$bad"
is "a wrong option is refused" "$status" 2
rm -r work
run ctl rerun "$bad"
like "a directory that has gone is named" "$status $err" "^3 aiosctl: cannot go to $scratch/work"
documents_are_valid
finish
