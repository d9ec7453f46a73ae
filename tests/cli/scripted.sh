# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# What the tests of aiosctl share that run it against a scripted kernel, without a machine:
# the library of tests/cli/kernel/ is preloaded into the program that has all commands. Sourced by
# bash scripts.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/cli/documents.sh
. "$(dirname "${BASH_SOURCE[0]}")/documents.sh"

build=${AIOS_BUILD:-$top/build}
# The one that people start is static and cannot be told another kernel.
full=$build/lib/aios/aiosctl
[ -x "$full" ] || skip_all "no $full"
[ ! -e /dev/aios ] || skip_all "the module is loaded"
if ! "${CC:-cc}" -shared -fPIC -Wall -Wextra -Werror -std=gnu11 -D_GNU_SOURCE \
	-I"$top/uapi" -I"$top/lib" -I"$top/module" -I"$top/tests/lib" \
	-o "$scratch/kernel.so" "$top"/tests/cli/kernel/*.c "$top/tests/lib/mock_netlink.c" \
	-L"$build/lib" -Wl,-rpath,"$build/lib" -laios
then
	echo "not ok 1 - the scripted kernel is built"
	exit 1
fi

# What a person has: a home of his own, and none of what lies in the tester's.
export HOME=$scratch/home
unset XDG_STATE_HOME
mkdir -p "$HOME" "$scratch/kernel"
documents=$scratch/documents
cd "$scratch" || exit
spool=$HOME/.local/state/aios/jobs
# What a program is started with, so that it meets that kernel.
scripted=("AIOS_TEST_KERNEL=$scratch/kernel" "LD_PRELOAD=$scratch/kernel.so")

# kernel [LINE]...: what it answers from now on; see tests/cli/kernel/answers.c.
kernel()
{
	printf '%s\n' "$@" >"$scratch/kernel/answers"
}

# ctl ARGUMENT...: aiosctl on the scripted kernel; nothing waits without a bound.
ctl()
{
	env "${scripted[@]}" timeout 120 "$full" "$@"
}

# asked ARGUMENT...: the same; sets out, err and status.
asked()
{
	run ctl "$@"
}

# json ARGUMENT...: one document, kept for the schema.
json()
{
	run ctl --json "$@"
	printf '%s\n' "$out" >>"$documents"
}

# soon COMMAND...: wait until it succeeds; only what never comes is too late.
soon()
{
	for _ in $(seq 6000); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# value FIELD...: of the last document; a number indexes an array.
value()
{
	printf '%s' "$out" | /usr/bin/python3 -c '
import json, sys
v = json.load(sys.stdin)
for f in sys.argv[1:]:
    v = v[int(f)] if f.isdigit() else v[f]
print(v)' "$@" 2>&1
}
