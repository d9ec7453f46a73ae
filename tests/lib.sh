# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# TAP for tests that are shell scripts. Sourced by bash scripts, which call ok,
# is, like or skip for each thing they check, and finish at the end.

top=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/environment.sh
. "$top/tests/environment.sh"
vm=$top/scripts/vm
tests_run=0
tests_failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass()
{
	tests_run=$((tests_run + 1))
	echo "ok $tests_run - $1"
}

fail()
{
	tests_run=$((tests_run + 1))
	tests_failed=$((tests_failed + 1))
	echo "not ok $tests_run - $1"
	shift
	[ $# -eq 0 ] || diag "$@"
}

# ok NAME COMMAND...: the command succeeds.
ok()
{
	local name=$1 out
	shift

	if out=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name" "$* ended with status $?: $out"
	fi
}

# is NAME GOT WANT
is()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:  $2"$'\n'"want: $3"
	fi
}

# like NAME GOT REGEX
like()
{
	if printf '%s\n' "$2" | grep -qE -- "$3"; then
		pass "$1"
	else
		fail "$1" "got:      $2"$'\n'"matching: $3"
	fi
}

# run COMMAND...: sets out, err and status.
run()
{
	status=0
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	out=$(tr -d '\0' <"$scratch/out")
	err=$(tr -d '\0' <"$scratch/err")
}

skip()
{
	tests_run=$((tests_run + 1))
	echo "ok $tests_run - $1 # SKIP $2"
}

skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

finish()
{
	echo "1..$tests_run"
	[ "$tests_failed" -eq 0 ]
	exit
}
