# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests that source it: the kernel tests named, all in one virtual machine of
# the kernel $AIOS_KERNEL.

# kselftest PROGRAM[:TEST[,TEST]...]...: does not return.
kselftest()
{
	local kernel=${AIOS_KERNEL:-6.1} panic=()

	[ "$kernel" != debug ] || panic=(--append panic_on_warn=1)
	exec scripts/vm --kernel "$kernel" --timeout 7200 ${panic[@]+"${panic[@]}"} \
		-- tests/kselftest/run "$@"
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
