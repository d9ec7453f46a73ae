# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# What the tests of aiosctl share that run it against a scripted kernel, without a machine:
# tests/cli/kernel/kernel.c is preloaded into the program that has all commands. Sourced by
# bash scripts.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/cli/documents.sh
. "$(dirname "${BASH_SOURCE[0]}")/documents.sh"

full=${AIOS_BUILD:-$top/build}/lib/aios/aiosctl
[ -x "$full" ] || skip_all "no $full"
if ! ${CC:-gcc} -shared -fPIC -O1 -w -D_GNU_SOURCE -I"$top/uapi" -I"$top/tests/lib" \
	-o "$scratch/kernel.so" "$top/tests/cli/kernel/kernel.c" "$top/tests/lib/mock_netlink.c"
then
	echo "not ok 1 - the scripted kernel is built"
	exit 1
fi

# What a person has: a home of his own, and none of what lies in the tester's.
export HOME=$scratch/home
unset XDG_STATE_HOME AIOS_TEST_FORGOTTEN
mkdir -p "$HOME"
documents=$scratch/documents
cd "$scratch" || exit
spool=$HOME/.local/state/aios/jobs

# ctl ARGUMENT...: aiosctl on the scripted kernel; nothing waits without a bound.
ctl()
{
	AIOS_TEST_KERNEL=$scratch/table LD_PRELOAD=$scratch/kernel.so \
		timeout 120 "$full" "$@"
}

# json ARGUMENT...: one document, kept for the schema.
json()
{
	run ctl --json "$@"
	printf '%s\n' "$out" >>"$documents"
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
