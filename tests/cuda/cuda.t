#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# libaios-cuda.so, preloaded as aiosctl does it, on a machine whose accelerators and whose
# kernel are scripted: no device, no module and no root are needed, and no clock.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

build=${AIOS_BUILD:-$top/build}
[ -x "$build/tests/cuda/cases" ] || skip_all "no $build/tests/cuda/cases"
export AIOS_TEST_CUDA=$build/lib/libaios-cuda.so
exec "$build/tests/cuda/cases" "$@"
