#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a failing test said can be read at the end of a long run: its output and
# its errors are passed on and kept, and forgotten when it succeeds.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

cd "$top" || exit
export AIOS_FAILED=$scratch/failed
dir=build/tests/run-test.$$
mkdir -p "$dir"
trap 'rm -rf "$scratch" "$top/$dir"' EXIT
name=$(echo "$dir" | tr / +)

# script NAME LINE...: a test of that name that runs these lines.
script()
{
	local path=$dir/$1
	shift

	printf '%s\n' '#!/bin/sh' "$@" >"$path"
	chmod +x "$path"
}

script complains 'echo "vm: the kernel complained" >&2; exit 123'
run scripts/run-test "$dir/complains"
is "the status of a test is passed on" "$status" 123
is "what it prints is its own" "$out" ''
is "and so are its errors" "$err" 'vm: the kernel complained'
run scripts/run-test --failed
is "they are told again" "$out" "== $dir/complains"$'\n''vm: the kernel complained'

script fails 'echo "ok 1 - a"; echo "# why"; echo "not ok 2 - b"; echo "1..2"; exit 1'
run scripts/run-test "$dir/fails"
is "points are passed on" "$out" $'ok 1 - a\n# why\nnot ok 2 - b\n1..2'
is "a failed point has a status" "$status" 1
run scripts/run-test --failed
like "the failed points are told again" "$out" '^not ok 2 - b$'
is "and not the others" "$(grep -c '^ok' <<<"$out")" 0

script long 'seq 5000; exit 1'
run scripts/run-test "$dir/long"
is "a long report is passed on whole" "$(wc -l <<<"$out")" 5000
run scripts/run-test --failed
like "and told again in part: the begin" "$out" '^100$'
like "what is missing" "$out" '^\.\.\. 4800 lines \.\.\.$'
like "and the end" "$out" '^5000$'

for t in complains fails long; do
	script "$t" 'echo "ok 1 - a"; echo "1..1"; echo noise >&2'
	run scripts/run-test "$dir/$t"
	is "$t succeeds" "$status" 0
done
run scripts/run-test --failed
is "which is forgotten" "$out" ''
ok "nothing is kept" test ! -e "$AIOS_FAILED/$name+fails"

# On the kernel behind the "@". The name of the variable would make scripts/check
# take this for a test of the machine.
script kernel 'env | sed -n "s/^AIOS_KERNE/ok 1 - /p"; echo 1..1'
run scripts/run-test "$dir/kernel@6.12"
like "a test learns of its kernel" "$out" '^ok 1 - L=6\.12$'

script complains 'echo gone >&2; kill -KILL $$'
run prove --exec scripts/run-test "$dir/complains"
is "prove sees a test that dies" "$status" 1
like "and its status" "$out" 'exited 137|Signal KILL|killed'
finish
