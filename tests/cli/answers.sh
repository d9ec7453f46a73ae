# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# aiosctl in front of a kernel that answers as the test says, see kernel.c: for tests of
# what a command makes of an answer, without a machine. Sourced by bash scripts.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

build=${AIOS_BUILD:-$top/build}
# The one that people start is static and cannot be told another kernel.
ctl=$build/lib/aios/aiosctl
[ -x "$ctl" ] || skip_all "no $ctl"
[ ! -e /dev/aios ] || skip_all "the module is loaded"
cd "$scratch" || exit

"${CC:-cc}" -shared -fPIC -Wall -Wextra -Werror -std=gnu11 -D_GNU_SOURCE \
	-I"$top/uapi" -I"$top/lib" -I"$top/module" -I"$top/tests/lib" -o kernel.so \
	"$top/tests/cli/kernel.c" "$top/tests/lib/mock_netlink.c" "$top/tests/lib/tap.c" \
	-L"$build/lib" -Wl,-rpath,"$build/lib" -laios -ldl || exit

# kernel LINE...: what it answers from now on.
kernel()
{
	printf '%s\n' "$@" >answers
}

# asked ARGUMENT...: aiosctl before that kernel; sets out, err and status.
asked()
{
	run env AIOS_ANSWERS="$scratch/answers" LD_PRELOAD="$scratch/kernel.so" \
		"$ctl" "$@"
}
