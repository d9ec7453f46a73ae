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
is "and so has the fuzzer" \
	"$(grep -oE '\((AIOS_IOC_[A-Z_]+)' tests/abi/input.c | tr -d '(' | sort)" "$calls"

# addresses STRUCT: its fields that hold one, as the header and as the fuzzer has them.
in_header()
{
	sed -n "/^struct $1 {/,/^};/s/.*__aligned_u64 \(.*\);/\1/p" uapi/linux/aios.h | sort
}

in_fuzzer()
{
	grep -oE "AT\($1, [a-z_]+\)" tests/abi/input.c | sed 's/.*, //; s/)//' | sort
}

while read -r struct; do
	is "of struct $struct, it knows what holds an address" \
		"$(in_fuzzer "$struct")" "$(in_header "$struct")"
done < <(grep -oE 'IOC_[A-Z_]+, aios_[a-z_]+' tests/abi/input.c | sed 's/.* //' | sort -u)
finish
