#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel tests, all in one virtual machine of the kernel $AIOS_KERNEL.

cd "$(dirname "$0")/../.." || exit
kernel=${AIOS_KERNEL:-6.1}
timeout=900
panic=()
if [ "$kernel" = debug ]; then
	timeout=3600
	panic=(--append panic_on_warn=1)
fi
exec scripts/vm --kernel "$kernel" --timeout $timeout ${panic[@]+"${panic[@]}"} \
	-- tests/kselftest/run "$@"
