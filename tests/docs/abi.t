#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The description of the calls for fuzzers, and what the fuzzer here knows of them, follow
# the header.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit

described=tests/abi/dev_aios.txt
is "the description is what tests/abi/describe makes of the header" \
	"$(tests/abi/describe)" "$(cat "$described")"

calls=$(sed -nE 's/^#define (AIOS_IOC_[A-Z_]+)[[:space:]]+_IO\(.*/\1/p' uapi/linux/aios.h | sort)
is "it has every call" \
	"$(sed -nE 's/^ioctl[$](AIOS_IOC_[A-Z_]+)\(.*/\1/p' "$described" | sort)" "$calls"

# What the fuzzer here knows of them: every call, and each field that holds an address.
table=$(tests/abi/describe --table)
is "and so has the fuzzer's table" \
	"$(grep -oE '_IOC_NR\(AIOS_IOC_[A-Z_]+' <<<"$table" | sed 's/.*(//' | sort)" "$calls"

in_header()
{
	sed -n "/^struct $1 {/,/^};/s/.*__aligned_u64 \(.*\);/\1/p" uapi/linux/aios.h | sort
}

in_table()
{
	grep -E "offsetof\(struct $1, [a-z_]+\), 0, 8, 1, INPUT_ADDRESS" <<<"$table" |
		sed -E "s/.*offsetof\(struct $1, ([a-z_]+)\).*/\1/" | sort
}

while read -r struct; do
	is "of struct $struct, it knows what holds an address" \
		"$(in_table "$struct")" "$(in_header "$struct")"
done < <(grep -oE '&struct_aios_[a-z_]+ \},$' <<<"$table" | sed 's/.*&struct_//; s/ .*//' | sort -u)
finish
