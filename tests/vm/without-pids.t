#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module on a machine without the pids controller ($AIOS_KERNEL).
#
# Kernels: 6.1 6.12

cd "$(dirname "$0")/../.." || exit
exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --no-module --timeout 3600 \
	--append cgroup_disable=pids -- tests/kselftest/without
