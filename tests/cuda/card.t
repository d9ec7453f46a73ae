#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What card.py checks of memory on a real card, on a scripted one: a Python program that calls
# the driver's functions, a kernel side that is preloaded, and no PyTorch.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

build=${AIOS_BUILD:-$top/build}
[ -x "$build/tests/cuda/card" ] || skip_all "no $build/tests/cuda/card"
run "$top/tests/cuda/card.py" memory --driver "$build/tests/cuda/libcuda.so.1"
is "the checks of a card hold" "$status" 0
like "one of the grant" "$out" '^ok - the grant is shown: 2048 MiB$'
like "one of the limit" "$out" '^ok - 2048 of 2048 MiB can be allocated$'
like "one of a grant that grows" "$out" '^ok - 4096 MiB, when twice as much is granted$'
is "and no more" "$(grep -c '^ok' <<<"$out") $err" "4 "
finish
