#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What becomes of jobs, on the kernel $AIOS_KERNEL: their life, their order, what they
# are granted and held to, and the decisions behind that.

# shellcheck source=tests/vm/kselftest.sh
. "$(dirname "$0")/kselftest.sh"

kselftest life enforce memory retry time_limit foreign leader machine queue gate dates accel lp lp_same objective queueing replay follow
