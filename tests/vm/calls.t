#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every call of the ABI, on the kernel $AIOS_KERNEL: what it takes and refuses, who may
# make it, and what it shows.

# shellcheck source=tests/vm/kselftest.sh
. "$(dirname "$0")/kselftest.sh"

kselftest abi input submit predict errors_device errors_machine errors_job control block group defaults page page32 netlink
