#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where the output of a submitted job goes: what stands for what in the name of its file,
# and who is told of it.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# written ID: the job has ended.
written()
{
	ok "job $1 ends" ctl -q wait "$1" --timeout 100
}

run ctl submit -- echo hello
is "submit prints the id and nothing else" "$status $out $err" "0 1 "
written 1
is "its output goes to aios-ID.out" "$(cat aios-1.out)" hello
run ctl submit -n train -g /team/nlp -o '%j-%n-%g-%u-%a-%%j' -e '%n.%j.err' -- sh -c 'echo out; echo err >&2'
is "names of files tell of the job" "$status $out" "0 2"
written 2
is "by id, name, group, user, index and a per cent sign" \
	"$(cat "2-train-team-nlp-$(id -un)-0-%j")" out
is "of standard error too" "$(cat train.2.err)" err
run ctl submit -o '%g@%h' -- echo there
written 3
is "the root of all groups is root, the host has no domain" \
	"$(cat "root@$(uname -n | cut -d . -f 1)")" there
run ctl submit -o 'at-%t' -- echo "then"
written 4
like "the time sorts" "$(echo at-*)" '^at-[0-9]{8}-[0-9]{6}$'
run ctl submit -n 'a%jb' -o '%n' -- echo again
written 5
is "what stands in a name stands for itself" "$(cat a%jb)" again
for pattern in %x 50% %J '%-j' '% j'; do
	run ctl submit -o "$pattern" -- true
	is "$pattern is refused" "$status" 2
	like "and what there is is told" "$err" "^aiosctl: --output: '.*' stands for nothing: say %j "
	run ctl submit -e "$pattern" -- true
	like "$pattern for standard error too" "$status $err" '^2 aiosctl: --error: '
done
is "and nothing was submitted" "$(ctl submit -o /dev/null -- true)" 6
mkdir -p below
json submit -C below -o '%j.out' -- true
is "JSON has paths that hold anywhere" "$(value job output) $(value job directory)" \
	"$scratch/below/7.out $scratch/below"
is "and no file for standard error" "$(value job error)" None
written 7
ok "there it is" test -e below/7.out
# What prints to a terminal is read by a person.
terminal()
{
	script -qec "env ${scripted[*]} $full $*" /dev/null |
		tr -d '\r'
}
said=$(terminal submit -o seen.out -- true)
is "a person is told where the output goes" "$said" \
	$'aiosctl: job 8 writes to '"$scratch"$'/seen.out\n8'
is "once there is no need for it, nothing" "$(terminal submit -q -o seen.out -- true)" 9
documents_are_valid
finish
