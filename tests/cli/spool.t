#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The record of what was submitted: what is in it, who can read it, where it is not
# written, and how many there are.

# shellcheck disable=SC2016
# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# record ID: the file of a job of this boot.
boot=$(cat /proc/sys/kernel/random/boot_id)
record()
{
	echo "$spool/$1@$boot"
}

# ------------------------------------------------------------------ what is in it
mkdir -p work
awkward=$'it\'s "two\nlines" $HOME caf\xe9'
run env "SEEN=a=b" bash -c '
	AIOS_TEST_KERNEL=$1/kernel LD_PRELOAD=$1/kernel.so exec "$2" submit -C work -n named -p 5 \
		--hold -o "%j.out" -e %j.err -- printf %s "$3"' bash "$scratch" "$full" "$awkward"
is "a job is submitted" "$status $out" "0 1"
is "the record is the owner's alone" "$(stat -c '%a' "$(record 1)")" 600
is "so are its folders" "$(stat -c '%a' "$spool" "$spool/..")" $'700\n700'
words=$(tr '\0' '|' <"$(record 1)")
like "it names its format and version" "$words" '^aios-job 1\|id=1\|'
like "it has what was asked for, word for word" "$words" \
	'\|option=name=named\|option=priority=5\|option=hold\|option=output=%j.out\|option=error=%j.err\|arg='
like "it has where" "$words" "\\|directory=$scratch/work\\|output=$scratch/work/1.out\\|error=$scratch/work/1.err\\|"
like "it has the environment" "$words" '\|env=SEEN=a=b\|'
is "it has the command, byte by byte" \
	"$(tr '\n\0' '\1\n' <"$(record 1)" | sed -n 's/^arg=//p' | tail -n 1 | tr '\1' '\n')" "$awkward"
like "and it is whole" "$words" '\|end\|$'
json show 1
is "show tells the directory and where the output goes" \
	"$(value jobs 0 directory) $(value jobs 0 output) $(value jobs 0 error_output)" \
	"$scratch/work $scratch/work/1.out $scratch/work/1.err"
is "and the command" "$(value jobs 0 command 0) $(value jobs 0 command 1)" "printf %s"
run ctl show 1
like "as a shell takes it" "$out" "^command +printf %s 'it'"
ok "it is released" ctl release 1
ok "and ends" ctl -q wait 1 --timeout 100
is "the job itself is as ever" "$(cat work/1.out)" "$awkward"

# --------------------------------------------------------------- where it is kept
mkdir -p elsewhere
id=$(XDG_STATE_HOME=$scratch/elsewhere ctl submit -o /dev/null -- true)
ok "XDG_STATE_HOME says where" test -f "elsewhere/aios/jobs/$id@$boot"
ok "and nowhere else" test ! -e "$(record "$id")"
json show "$id"
is "who looks elsewhere finds none" "$(value jobs 0 command) $(value jobs 0 output)" "None None"
id=$(XDG_STATE_HOME=relative ctl submit -o /dev/null -- true)
ok "a relative one is no place" test -f "$(record "$id")" -a ! -e relative

# refuses NAME ENVIRONMENT...: the job runs without a record, and that is said.
refuses()
{
	local name=$1
	shift

	run env "$@" "${scripted[@]}" "$full" \
		submit -o /dev/null -- true
	like "$name: the job is there, without a record" "$status $out $err" \
		"^0 [0-9]+ aiosctl: no record of job [0-9]+ is kept, "
}
mkdir -p victim trap/aios folder open trap2
ln -s "$scratch/victim" trap/aios/jobs
refuses "a link in the place of the folder" "XDG_STATE_HOME=$scratch/trap"
ln -s "$scratch/victim" trap2/aios
refuses "a link in the place of the one above" "XDG_STATE_HOME=$scratch/trap2"
is "nothing was written where they lead" "$(ls -A victim)" ""
chmod 777 folder
refuses "a place where everybody writes" "XDG_STATE_HOME=$scratch/folder"
mkdir -p open/aios/jobs
chmod 770 open/aios
refuses "a folder where a group writes" "XDG_STATE_HOME=$scratch/open"
refuses "a place that is a file" "XDG_STATE_HOME=$scratch/kernel/table"
refuses "no home" -u HOME
if [ "$(id -u)" = 0 ]; then
	mkdir -p others
	chown 1234 others
	refuses "a home of somebody else" "HOME=$scratch/others"
	is "which stays as it was" "$(ls -A others)" ""
fi
# The file that is written next, and the draft of it, are links: neither is followed.
last=$(ctl submit -o /dev/null -- true)
echo precious >victim/file
ln -s "$scratch/victim/file" "$(record $((last + 1)))"
run ctl submit -o /dev/null -- true
is "a link in the place of a record is replaced" "$status $(stat -c %F "$(record "$out")") $(cat victim/file)" \
	"0 regular file precious"
rm "$(record "$out")"
ln -s "$scratch/victim/file" "$(record "$out")"
json show "$out"
is "and not read" "$(value jobs 0 command)" None
head -c -2 "$(record 1)" >cut.tmp && cat cut.tmp >"$(record 1)"
json show 1
is "nor is one that was cut short" "$(value jobs 0 command)" None
run ctl log 1
like "which is said" "$status $err" '^1 aiosctl: cannot read the record of job 1: it is damaged'
id=$(ctl submit -o /dev/null -- true)
sed -i 's/^aios-job 1/aios-job 2/' "$(record "$id")"
json show "$id"
is "nor one of a version to come" "$(value jobs 0 command)" None
id=$(ctl submit -o /dev/null -- true)
sed -i 's/submit_ns=[0-9]*/submit_ns=17/' "$(record "$id")"
json show "$id"
is "nor that of another job that had the same id" "$(value jobs 0 command)" None

# ------------------------------------------------------------------- how many
held=$(ctl submit --hold -o /dev/null -- true)
for ((i = 0; i < 1100; i++)); do
	: >"$spool/$((100000 + i))@another-boot"
done
touch -d '1 hour ago' "$spool"/*@another-boot
touch -d '2 hours ago' "$(record "$held")"
while id=$(ctl submit -o /dev/null -- true) && ((id % 32)); do
	:
done
is "old records go, by hundreds" "$(find "$spool" -mindepth 1 | wc -l)" 900
ok "never that of a job that waits" test -f "$(record "$held")"
ok "nor the newest" test -f "$(record "$id")"
ok "it ends" ctl cancel "$held"
documents_are_valid
finish
