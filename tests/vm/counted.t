#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a process gets of a CPU, and how long calls and decisions take, on the kernel
# $AIOS_KERNEL: in a machine whose clock counts instructions, so that the load of this
# one is none of it.
#
# Kernels: 6.1 6.12

cd "$(dirname "$0")/../.." || exit
exec scripts/vm --kernel "${AIOS_KERNEL:-6.1}" --icount --timeout 7200 \
	-- tests/kselftest/run enforce control:wait,suspend_and_resume \
	life:enter_times_out page:pressure_of_a_throttled_job,consistent_under_a_storm \
	lp:time_limit
