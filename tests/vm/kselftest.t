#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel tests, all in one virtual machine of the kernel $AIOS_KERNEL.

cd "$(dirname "$0")/../.." || exit
kernel=${AIOS_KERNEL:-6.1}
timeout=900
panic=()
if [ "$kernel" = debug ]; then
	timeout=1800
	panic=(--append panic_on_warn=1)
	# The others race with the clock, which this kernel loses under emulation.
	[ $# -gt 0 ] || set -- input submit control foreign group
fi
exec scripts/vm --kernel "$kernel" --timeout $timeout ${panic[@]+"${panic[@]}"} \
	-- tests/kselftest/run "$@"
