#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A short look of what tests/abi/run does for hours: a few thousand calls, as root and as
# nobody, made from nothing but the header and guided by what KCOV tells that they reach.
#
# Kernels: debug

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit

kernel=${AIOS_KERNEL:-debug}
out=$(scripts/vm --kernel "$kernel" --no-module --timeout 900 --append panic_on_warn=1 \
	--env "AIOS_MODULE=$top/build/module/$kernel/aios.ko" \
	-- build/tests/abi/fuzz -c 3000 -r 1 2>&1)
is "3000 calls leave the kernel without complaint" $? 0
read -r calls places corpus < <(sed -nE \
	's/.* ([0-9]+) calls, ([0-9]+) places .* corpus of ([0-9]+),.*/\1 \2 \3/p' <<<"$out")
ok "they were made" [ "${calls:-0}" -ge 3000 ]
ok "KCOV tells of five hundred places and more" [ "${places:-0}" -ge 500 ]
ok "inputs that reached something new were kept" [ "${corpus:-0}" -ge 50 ]
[ "$tests_failed" -eq 0 ] || diag "$out"
finish
