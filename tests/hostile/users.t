#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What users without rights try, on the kernel $AIOS_KERNEL: as themselves, as the number 0
# without capabilities, as root of a user namespace, from confined cgroups and by descriptors
# that they were given; and all of them at once.

# shellcheck source=tests/vm/kselftest.sh
. "$(dirname "$0")/../vm/kselftest.sh"

kselftest user confine sum storm
