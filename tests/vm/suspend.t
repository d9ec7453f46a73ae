#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What becomes of jobs and clocks when the machine is suspended, on the kernel $AIOS_KERNEL.
# The share that its files are on does not answer any more after that: so the program
# lies in memory and is all that runs. This script boots a machine and runs itself there.
#
# Kernels: 6.1 6.12

set -eu
if [ -z "${AIOS_VM-}" ]; then
	cd "$(dirname "$0")/../.."
	exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --timeout 1800 \
		--append suspend.pm_test_delay=3 -- tests/vm/suspend.t
fi
umount "$AIOS_TOP/build/vm-out"
mkdir /run/suspend
mount -t tmpfs none /run/suspend
cp "$AIOS_TOP/build/tests/kselftest/suspend" /run/suspend
cd /run/suspend
exec ./suspend
