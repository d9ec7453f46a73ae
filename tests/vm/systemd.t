#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where systemd runs the machine and its cgroups ($AIOS_KERNEL): jobs live and
# end, limits hold, and a cgroup of somebody else is adopted.
#
# Kernels: 6.1 6.12

cd "$(dirname "$0")/../.." || exit
exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --systemd --icount --timeout 3600 \
	-- tests/kselftest/run life:enter,ends,cancel_running foreign:adopt \
	enforce:files_hold_what_stat_says,memory_hog_ends_alone,busy_loop_meets_its_limit,io_limit
