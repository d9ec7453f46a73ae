#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every operation of the module on the cgroup hierarchy fails in turn, on a kernel that can
# make it ($AIOS_KERNEL), each kind of operation with one errno. With all of them that takes
# a quarter of an hour: see development.rst.
#
# Kernels: debug

# shellcheck source=tests/vm/kselftest.sh
. "$(dirname "$0")/kselftest.sh"

kselftest faults:groups_that_come_and_go_ebusy,the_life_of_a_job_eio,an_adoption_erofs,everything_fails_for_a_while
