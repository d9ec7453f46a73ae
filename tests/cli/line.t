#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# submit 'a | b': what is one argument and more than one word runs by the shell, and
# everything else as it is.

# shellcheck disable=SC2016
# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# gives WANTED ARGUMENT...: what the command writes.
gives()
{
	local wanted=$1 id
	shift

	id=$(ctl submit -o '%j.out' -- "$@")
	ctl -q wait "$id" --timeout 100
	is "$*" "$(cat "$id.out")" "$wanted"
}

gives 2 'printf "a\nb\n" | wc -l'
gives 'a b' 'echo a b'
gives 1 'X=1; echo $X'
gives here '(echo here)'
gives redirected 'echo redirected >file; cat<file'
gives 'a  b | c' echo 'a  b | c'
printf '#!/bin/sh\necho itself "$#"\n' >'odd | name'
chmod +x 'odd | name'
gives 'itself 0' './odd | name'
json submit -o line.out -- ' /usr/bin/printf "%s" "x" | cat'
id=$(value job id)
is "the job is named after its first word" "$(value job name)" printf
ok "it ends" ctl -q wait "$id" --timeout 100
json show "$id"
is "show tells what runs" "$(value jobs 0 command 0) $(value jobs 0 command 1)" "/bin/sh -c"
json rerun "$id"
is "it can be run again, by the same name" "$status $(value jobs 0 job name)" "0 printf"
ok "and ends" ctl -q wait "$(value jobs 0 job id)" --timeout 100
is "as it was" "$(cat line.out)" xx
json submit -n mine -o /dev/null -- 'true; true'
is "a name that was given stays" "$(value job name)" mine
json submit -o /dev/null -- '$HOME/x*'
is "what is no name names nothing but by what it has" "$(value job name)" 'x*'
run ctl submit no-such-command
is "a single word is a command" "$status" 127
run ctl submit 'no such command'
is "whether a line can run is the shell's to find" "$status" 0
documents_are_valid
finish
