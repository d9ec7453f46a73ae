#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading the module, in a virtual machine of the kernel
# $AIOS_KERNEL.
#
# Kernels: 6.1 6.12

cd "$(dirname "$0")/../.." || exit
exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --no-module --timeout 3600 \
	-- tests/kselftest/load
