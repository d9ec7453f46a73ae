#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every operation of the module on the cgroup hierarchy fails in turn, on a kernel that can
# make it ($AIOS_KERNEL).
#
# Kernels: debug

# shellcheck source=tests/vm/kselftest.sh
. "$(dirname "$0")/kselftest.sh"

kselftest faults
