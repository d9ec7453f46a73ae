#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Calls that are drawn by chance, by root and by nobody, until the module is in the way of
# none: a short look of what tests/abi/run does for hours.
#
# Kernels: debug

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit

kernel=${AIOS_KERNEL:-debug}
out=$(scripts/vm --kernel "$kernel" --timeout 900 --append panic_on_warn=1 \
	--env "AIOS_MODULE=$top/build/module/$kernel/aios.ko" \
	-- build/tests/abi/fuzz -n 300 2>&1)
is "300 inputs leave the kernel without complaint" $? 0
like "they were counted" "$out" '300 inputs, [0-9]+ calls, [0-9]+ places reached'
[ "$tests_failed" -eq 0 ] || diag "$out"
finish
