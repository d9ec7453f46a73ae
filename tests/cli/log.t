#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What jobs have written is read back by their numbers, and followed until they end.

# shellcheck disable=SC2016
# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# ended ID...
ended()
{
	ok "job $* ends" ctl -q wait --timeout 100 "$@"
}

run ctl log
is "there is nothing to read at first" "$status" 3
like "which is said" "$err" 'you have submitted no job'
a=$(ctl submit -o '%j.out' -- printf 'one\ntwo\nthree')
b=$(ctl submit -o '%j.out' -e '%j.err' -- sh -c 'echo out; echo err >&2')
ended "$a"
ended "$b"
run ctl log "$a"
is "a log is what was written, byte by byte" "$out" $'one\ntwo\nthree'
run ctl log
is "without a number it is the newest, errors too" "$out" "==> job $b, output: $scratch/$b.out <==
out

==> job $b, error: $scratch/$b.err <==
err"
run ctl log "$b" "$a"
is "several are told apart" "$(grep -c '^==> job' <<<"$out") $(grep -v '^$' <<<"$out" | tail -n 4)" \
	"3 ==> job $a, output: $scratch/$a.out <==
one
two
three"
for lines in 0: 1:three $'2:two\nthree' $'3:one\ntwo\nthree' $'9:one\ntwo\nthree'; do
	run ctl log -n "${lines%%:*}" "$a"
	is "--lines ${lines%%:*}" "$out" "${lines#*:}"
done
printf 'x\ny\n\n' >"$a.out"
run ctl log -n 2 "$a"
is "an empty line is a line" "$(od -c <<<"$out" | head -n 1)" "$(od -c <<<'y' | head -n 1)"
json log "$b"
is "JSON has both" "$(value logs 0 stream) $(value logs 0 text)$(value logs 1 stream) $(value logs 1 text)" \
	"output outerror err"
is "and where they lie" "$(value logs 1 path) $(value logs 0 bytes)" "$scratch/$b.err 4"
json log -n 1 "$b"
printf 'a\0b\377\n' >"$a.out"
json log "$a"
is "whatever bytes there are" "$status" 0
run ctl --json log -f "$a"
is "a document cannot be followed" "$status" 2
run ctl log 999
is "a job that was not submitted from here is not found" "$status" 3
like "which is said" "$err" '^aiosctl: there is no record of job 999: '
c=$(ctl submit -o /dev/null -- true)
run ctl log "$c"
like "what was thrown away is not there" "$status $err" "^3 aiosctl: job $c writes to /dev/null, which is no file"
rm "$b.out"
run ctl log "$b"
like "nor is what was removed" "$status $err" "^3 aiosctl: cannot read $scratch/$b.out, "

# ------------------------------------------------------------------- followed
mkfifo go
d=$(ctl submit -o '%j.out' -- sh -c 'echo first; read -r line <go; echo "$line"; exit 3')
e=$(ctl submit --hold -o '%j.out' -- echo late)
ctl log -f "$d" "$e" >followed &
follower=$!
until grep -q first followed; do
	sleep 0.1
done
ok "it goes on while a job runs" kill -0 $follower
echo second >go
until grep -q second followed; do
	sleep 0.1
done
ok "and while another waits" kill -0 $follower
ok "which is released" ctl release "$e"
wait $follower
is "it ends when both have ended, well" "$?" 0
is "and has all they wrote" "$(grep -v '^$' followed)" "==> job $d, output: $scratch/$d.out <==
first
==> job $e, output: $scratch/$e.out <==
==> job $d, output: $scratch/$d.out <==
second
==> job $e, output: $scratch/$e.out <==
late"
run ctl log -f "$d"
is "one that has ended is not waited for" "$status $out" $'0 first\nsecond'
kernel 'forgotten 1000'
run ctl log -f "$d"
is "nor one that is forgotten" "$status $out" $'0 first\nsecond'
run env "HOME=$HOME" "$full" log "$d"
is "a log is read without the module" "$status $out" $'0 first\nsecond'
run sh -c '"$@" >/dev/full' sh "$full" log "$d"
like "what cannot be written is a failure" "$status $err" '^1 aiosctl: cannot write'
documents_are_valid
finish
