#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# aiosctl without the module: what it says to a wrong command line, with which
# status it ends, that --json always yields one valid document, and that what
# people write as amounts, durations and programs is taken or refused.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

ctl=${AIOS_BUILD:-$top/build}/bin/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
[ ! -e /dev/aios ] || skip_all "the module is loaded"
cd "$scratch" || exit

# ------------------------------------------------------------------ libraries
full=$(dirname "$ctl")/../lib/aios/aiosctl
needed()
{
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}
is "run and submit start without any" "$(needed "$ctl")" ""
is "the other commands start with the C library alone" "$(needed "$full")" libc.so.6
# The linker finds files that are no libraries in their place.
mkdir broken
(cd broken && strings "$full" | grep -xE 'lib[a-z-]+\.so\.[0-9]+' |
	grep -v '^libc\.' | xargs touch)
printf 'submit_s,run_s,procs\n0,1,1\n' >one.csv
echo '{ "w": [1] }' >lp.json
lacking=(env "LD_LIBRARY_PATH=$scratch/broken" "$ctl")
run "${lacking[@]}" version
is "text needs no other" "$status" 0
for c in "version --json" "simulate --procs 1 one.csv" "lp lp.json" "submit --json -- true"; do
	# shellcheck disable=SC2086
	run "${lacking[@]}" $c
	is "$c: ends where its library cannot be loaded" "$status" 1
	like "$c: says which" "$err" '^aiosctl: cannot load a library: .*lib(json-c|z)\.so'
	is "$c: prints nothing else" "$out" ""
done

# --------------------------------------------------------------------- usage
run "$ctl"
is "no command is a usage error" "$status" 2
like "and says where help is" "$err" "aiosctl --help"
is "and prints nothing on standard output" "$out" ""
run "$ctl" nonsense
is "an unknown command is a usage error" "$status" 2
like "and named" "$err" "no command 'nonsense'"
run "$ctl" li
is "a command cannot be abbreviated" "$status" 2
run "$ctl" --help
is "help succeeds" "$status" 0
run "$ctl" -V
like "the version is printed" "$out" '^aiosctl [0-9]+\.[0-9]+\.[0-9]+$'
run "$ctl" --json -V
like "as a document on request" "$out" '^{"schema":"aios/1","aiosctl":"[0-9.]+"}$'
for c in nonsense "group nonsense"; do
	# shellcheck disable=SC2086
	run "$ctl" $c --json
	like "$c --json is a document" "$out" '"error":\{"kind":"usage".*nonsense'
	is "$c --json says nothing else" "$err" ""
	# shellcheck disable=SC2086
	run "$ctl" $c -- --json
	is "$c -- --json is text" "$out" ""
done
run "$ctl" show --json $'\xff\xc3\xa9\xed\xa0\x80'
like "what is no UTF-8 is replaced in a document" "$out" $'"\'\uFFFD\u00E9\uFFFD\uFFFD\uFFFD\' is no job'
run "$ctl" list --bogus
is "an unknown option is a usage error" "$status" 2
like "and named" "$err" 'no option --bogus'
run "$ctl" list -Z
like "an unknown letter is named" "$err" 'no option -Z'
run "$ctl" run --cpus
like "a missing argument is named" "$err" '\-\-cpus needs an argument'
run "$ctl" list --all=3
like "an argument too many is named" "$err" '\-\-all.* takes no argument'
run "$ctl" list more
is "a stray argument is a usage error" "$status" 2
run "$ctl" list --color sometimes
is "an unknown colour mode is a usage error" "$status" 2
run "$ctl" group nonsense
like "an unknown subcommand is named" "$err" "group has no command 'nonsense'"
for c in show explain update hold release suspend resume cancel wait "group show" "group remove" \
	"group create" "devices add" "devices remove" "devices set" limit run submit lp; do
	# shellcheck disable=SC2086
	run "$ctl" $c
	is "$c without an argument is a usage error" "$status" 2
done
for c in show cancel wait; do
	run "$ctl" $c 12x
	is "$c takes no malformed id" "$status" 2
	run "$ctl" $c 0
	is "$c takes no job 0" "$status" 2
done
run "$ctl" submit --afterok 12,x -- true
is "a malformed id to wait for is a usage error" "$status" 2
run "$ctl" submit --deadline tomorrow -- true
is "a malformed deadline is a usage error" "$status" 2
run "$ctl" submit --gang x -- true
like "a gang needs a size" "$err" "go together"
for n in 0 17 x '' 2: 2:1 2:1.0 2:16.001 2:1.0001 2:1. 2:.5 2:x 2:1e1 2:2:2 -1 2:99999999999; do
	run "$ctl" submit -m 1G:2G --retry-oom "$n" -- true
	is "--retry-oom '$n' is a usage error" "$status" 2
done
run "$ctl" submit -m 1G:2G --retry-oom 2 --gang x --gang-size 2 -- true
like "a gang has no retries" "$err" "starts as a whole"
run "$ctl" run -m 1G:2G --retry-oom 2 --adopt /sys/fs/cgroup/x
like "nor has an adopted cgroup" "$err" "adopted cgroup"
run "$ctl" drain --show --at 2h
like "a drain is shown or set" "$err" "goes alone"
run "$ctl" policy set
like "a policy set without a change is refused" "$err" 'changes nothing'
run "$ctl" devices set 1
like "a device set without a change is refused" "$err" 'changes nothing'
run "$ctl" limit x --strict --work-conserving
is "contrary options are refused" "$status" 2
for name in "" a/b $'a\tb' $'\xff'; do
	run "$ctl" run -n "$name" --dry-run -- true
	is "a job cannot be named '$(printf %q "$name")'" "$status" 2
done
like "and what can is told" "$err" 'is no name of 1 to 63 bytes'
run "$ctl" top
like "top without a terminal points to --batch" "$err" '\-\-batch'

# ----------------------------------------------------- amounts and durations
refused()
{
	run "$ctl" run "$1" "$2" --dry-run -- true
	is "$1 $2 is refused" "$status" 2
	like "and the option is named" "$err" "$1"
}

taken()
{
	run "$ctl" run "$1" "$2" --dry-run -- true
	is "$1 $2 is taken" "$status" 7
}

for amount in abc '' -1 1.5.5 4G 8:2 2:x 1e3 0x10 99999999999999999999 ' 2'; do
	refused --cpus "$amount"
done
for amount in 1 1.5 500m 2:8 2:max :8; do
	taken --cpus "$amount"
done
for amount in 4GiX 4Gm 4:2G: 17E; do
	refused --mem "$amount"
done
for amount in 512M 4G 4GiB 4GB 1G:2G 1024; do
	taken --mem "$amount"
done
refused --pids many
taken --pids 500
taken --io 100M
taken --gpus 0.5
for weight in 0 10001 -1 x 1.5; do
	refused --weight "$weight"
done
taken --weight 10000
for priority in 1001 -1001 high 99999999999999999999; do
	refused --priority "$priority"
done
taken --priority -1000
for duration in soon -5 1:99 1:2:3:4 : 1: 1x 1e400 0x10 inf nan 1e3 UNLIMITED 1h30 '1 30' 1. .5 \
	'1h ' ' 1h' 5M 1-24 1-1h 1- 1-60:00:00 300y 99999999999 9999999999999999999 ''; do
	refused --time "$duration"
done
like "and the forms are told" "$err" '1\.5h, 1h30m, .*2-12:00:00'
for duration in 90 1.5h 2d 500ms 1:30:00 0:05 3min 1h30m '1h 30m' 2h30min 30minutes 1hr 2days \
	1week 90sec 1-12 1-12:30 2-00:00:00 1us; do
	taken --time "$duration"
done

# dated WANTED TIME...: with the clock of Berlin, which is put forward and back.
dated()
{
	local wanted=$1 when
	shift

	for when; do
		run env TZ=Europe/Berlin "$ctl" drain --at "$when"
		is "--at '$when' ends with $wanted" "$status" "$wanted"
		[ "$wanted" = 7 ] || like "and it is named" "$err" "^aiosctl: --at: .*'$when'"
	done
}
dated 7 2h '1h 30m' 90 +1:30:00 18:00 8:05:30 '2030-01-31 10:00' '2030-1-5 8:00:30' \
	'2028-02-29 00:00' 2030-01-01T00:00:00Z 2030-01-01T00:00:00-01:30 '2027-10-31 02:30'
dated 2 '2030-02-30 10:00' '2030-11-31 10:00' '2030-02-29 10:00' '2030-13-01 10:00' \
	'2030-00-10 10:00' '2030-01-00 10:00' '2030-01-01 24:00' '2030-01-01 25:00' \
	'2030-01-01 10:60' '2030-01-01 23:59:60' 25:00 18:60 '2027-03-28 02:30' \
	2030-02-30T00:00:00Z
like "because there is no such time" "$err" 'there is no time'
dated 2 '9999-12-31 23:59' '2400-01-01 00:00' '2263-01-01 00:00' 40000d
like "or because it is too far" "$err" 'more than 100 years ahead'
dated 2 tomorrow '' 2030-01-01 '2030-01-01 10' 1-12 18: '2030-01-01 10:00 x' 230-01-01T00:00
like "or because it is none, and the forms are told" "$err" \
	"say 2h for two hours from now, 18:00 .*'2026-11-27 18:00'"
run "$ctl" submit --deadline '2030-02-30 10:00' -- true
is "a deadline has to be a date too" "$status" 2
run "$ctl" update --deadline '2030-02-30 10:00' 1
is "so has a new one" "$status" 2
refused --feature pi
taken --feature -3
run "$ctl" run --threads=0 true
is "no threads at all are refused" "$status" 2
run "$ctl" limit team --cpus 2:4
like "a limit takes one amount" "$err" 'takes one amount'
run "$ctl" wait 1 --timeout later
is "a malformed timeout is a usage error" "$status" 2
run "$ctl" group create x --mode 9
is "a malformed mode is a usage error" "$status" 2
run "$ctl" list --state asleep
is "an unknown state is a usage error" "$status" 2
run "$ctl" list --sort size
is "an unknown sort key is a usage error" "$status" 2
run "$ctl" list --columns size
is "an unknown column is a usage error" "$status" 2
run "$ctl" events --type surprise
is "an unknown event is a usage error" "$status" 2
run "$ctl" list --user nobody-of-this-name
is "an unknown user is not found" "$status" 3

# ------------------------------------------------------------- exit statuses
for c in list "list --start" "show 1" "explain 1" "limit /x" group "group show x" \
	"group create x" "group remove x" "update 1 -w 5" "hold 1" "release 1" "suspend 1" "resume 1" \
	"cancel 1" "wait 1" "top -b" "events --count 1" devices "devices add x" \
	"devices remove 0" "devices set 0 --offline" policy \
	"policy set --policy fifo" drain "drain --show" undrain sources "sources --default" metrics "run true" "submit true" \
	"run --adopt /proc"; do
	# shellcheck disable=SC2086
	run "$ctl" $c
	is "$c without the module ends with 7" "$status" 7
	like "and says how to load it" "$err" 'modprobe aios'
	# shellcheck disable=SC2086
	run "$ctl" --json $c
	is "$c --json ends with 7 as well" "$status" 7
done
run env "PATH=$scratch" "$ctl" run command
is "a command that does not exist is 127" "$status" 127
run "$ctl" submit "$scratch/none/command"
is "a path that does not exist is 127" "$status" 127
touch plain
run "$ctl" run "$scratch/plain"
is "a file that cannot be executed is 126" "$status" 126
run "$ctl" run /etc
is "a directory cannot be executed" "$status" 126
run "$ctl" submit -C "$scratch/none" true
is "a directory that does not exist is not found" "$status" 3
run "$ctl" doctor
is "doctor finds that the module is not loaded" "$status" 7
like "and says how to mend it" "$out" '^module: run '
run "$ctl" version
is "version needs no module" "$status" 0
like "and says that there is none" "$out" '^module +not loaded$'

# -------------------------------------------------------------- closed streams
for c in version -V doctor; do
	run sh -c '"$@" >/dev/full' sh "$ctl" $c
	like "$c says that it cannot write" "$err" 'cannot write'
	is "$c fails then" "$status" 1
	run sh -c '"$@" >&-' sh "$ctl" $c
	is "$c fails without standard output" "$status" 1
done

# -------------------------------------------------------------------- colour
run "$ctl" --color always doctor
like "colour can be forced" "$out" $'\033\\['
run "$ctl" doctor
is "a pipe gets no colour" "$(tr -cd '\033' <<<"$out" | wc -c)" 0
run script -qec "NO_COLOR=1 TERM=xterm $ctl doctor" /dev/null
is "NO_COLOR is heeded" "$(tr -cd '\033' <<<"$out" | wc -c)" 0
run script -qec "TERM=xterm $ctl doctor" /dev/null
like "a terminal gets colour" "$out" $'\033\\['

# ---------------------------------------------------------- linear programs
lp()
{
	printf '%b' "$2" >program
	run "$ctl" lp program
	is "lp: $1" "$status" "$3"
	[ -z "${4-}" ] || like "lp: and says why" "$err" "$4"
}

printf 'maximise 1\nrow 1 <= 1\n' >program
run "$ctl" lp --objective fairest program
is "lp: an objective that is not known" "$status" 2
run "$ctl" lp --resources 1 program
is "lp: resources without drf" "$status" 2
run "$ctl" lp --objective drf --resources 2 program
is "lp: more resources than rows" "$status" 1
like "lp: and says so" "$err" "fewer rows"

lp "a program in text" 'maximise 3 2\nrow 1 1 <= 1\n' 7
lp "comments, bounds and blanks" '# x\n\nmaximise 3 2 # y\nrow 1 1 <= 1\nlower 0 .5\nupper 1 2\n' 7
lp "a program in JSON" '{"w": [3, 2], "a": [[1, 1]], "b": [1], "hi": [1, 0.5]}' 7
lp "nothing at all" '' 1 'empty'
lp "no weights" 'row 1 <= 1\n' 1 'line 1: the weights must come before'
lp "a short row" 'maximise 3 2\nrow 1 <= 1\n' 1 'line 2: row 1 has 1 numbers'
lp "a row without a capacity" 'maximise 3\nrow 1\n' 1 "'<= NUMBER'"
lp "a negative coefficient" 'maximise 3\nrow -1 <= 1\n' 1 'not a whole number'
lp "a weight with a fraction" 'maximise 1.5\n' 1 "weight '1.5'"
lp "a bound that is no number" 'maximise 1\nupper x\n' 1 "upper bound 'x'"
lp "bounds given twice" 'maximise 1\nupper 1\nupper 1\n' 1 'twice'
lp "an unknown line" 'minimise 1\n' 1 "'minimise' is none of"
lp "JSON cut short" '{"w": [1' 1 'not JSON'
lp "JSON of another shape" '{"w": 1}' 1 'must be an array'
lp "JSON rows that do not match" '{"w": [1], "a": [[1]], "b": []}' 1 'one item a row'
lp "JSON null" '{"w": [null], "a": [], "b": []}' 1 "weight 'null'"
lp "too many rows" "maximise 1\n$(for _ in $(seq 65); do printf 'row 1 <= 1\\n'; done)" 1 'more than 64 rows'
run "$ctl" lp nonexistent
is "lp: a file that does not exist" "$status" 3
finish
