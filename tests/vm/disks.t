#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A disk that is plugged in while a job runs that is limited in bandwidth.
#
# Kernels: 6.1 6.12

cd "$(dirname "$0")/../.." || exit
exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --timeout 3600 \
	--qemu -blockdev --qemu driver=null-co,node-name=more,size=67108864 \
	--qemu -device --qemu virtio-blk-pci,drive=more,addr=0x10 --env KSELFTEST_DISK=1 \
	-- tests/kselftest/run machine:a_disk_comes
