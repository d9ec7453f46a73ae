#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Accelerators on the PCI bus: two display adapters that are there from the
# start and are found by their class, unplugged and plugged in again, and a device
# that is no accelerator.
#
# Kernels: 6.1 6.12

cd "$(dirname "$0")/../.." || exit
exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --timeout 3600 \
	--qemu -device --qemu VGA,addr=0x10 --qemu -device --qemu secondary-vga,addr=0x11 \
	--qemu -device --qemu edu,addr=0x12 --env KSELFTEST_DISPLAYS=2 \
	-- tests/kselftest/run accel:found_on_the_bus,unplugged,unplugged_in_use
