#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Kernels: 6.1 6.12
#
# The solver's objects, as the module of a kernel (AIOS_KERNEL) has them and as
# the programs outside have them: no floating point in the former, in neither a
# call of the compiler's helpers for 128-bit division or for floating point, or of
# anything else but the core itself and the functions on memory. That every loop has
# a bound is loops.t.

set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/lib.sh
. tests/lib.sh

build=${AIOS_BUILD:-build}

# Instructions that take a register of floating point.
floats()
{
	objdump -d --no-show-raw-insn "$@" | grep -E '%([xyz]?mm[0-9]|k[0-7]\b|st\b)|	f(ld|ild|st|add|mul|div)'
}

# Helpers that the compiler calls where the processor lacks an instruction.
helpers()
{
	nm -u "$@" | grep -oE '__(u?(div|mod|divmod)[dt]i[34]|float\w*|fix\w*|(add|sub|mul|div|neg|eq|ne|lt|le|gt|ge|unord|extend|trunc)[hsdtx]f\w*)$'
}

# What an object needs besides the core; what the kernel's options add to every
# object (tracing, the returns' thunk, checks of copies) is no concern of this.
others()
{
	nm -u "$@" | sed -nE 's/^ +U //p' | sort -u |
		grep -vE '^(aios_\w+|mem(cpy|set|move|cmp)|__fentry__|__stack_chk_fail|__warn_printk|__x86_\w+|__(ubsan|sanitizer|asan|kasan)_\w+|(__)?fortify_panic|_GLOBAL_OFFSET_TABLE_)$'
}

# These three find what there is to find.
cat >"$scratch/probe.c" <<'EOF'
double scale(double a) { return a * 3; }
int outer(int a);
int call(int a) { return outer(a) + 1; }
unsigned __int128 part(unsigned __int128 a, unsigned __int128 b) { return a / b; }
EOF
ok "a probe is compiled" "${CC:-cc}" -O2 -c -o "$scratch/probe.o" "$scratch/probe.c"
like "a multiplication in floating point is found" "$(floats "$scratch/probe.o")" 'mulsd|fmul'
is "a call of something else is found" "$(others "$scratch/probe.o" | grep -v div)" outer
is "a division of 128 bits is found" "$(helpers "$scratch/probe.o")" __udivti3

parts=(module/core/lp/*.c)
like "the solver is among what is looked at" "${parts[*]}" 'lp/solve\.c'
for source in "${parts[@]}"; do
	part=${source#module/core/}
	part=${part%.c}
	inside=$build/module/$AIOS_KERNEL/module/core/$part.o
	ok "$part: the object is there" test -s "$inside"
	is "$part: no floating point" "$(floats "$inside")" ""
	is "$part: no helper" "$(helpers "$inside")" ""
	is "$part: nothing else" "$(others "$inside")" ""
	ok "$part: and that of the programs" test -s "$build/obj/core/$part.o"
	is "$part: nor outside" "$(helpers "$build/obj/core/$part.o")" ""
	is "$part: nothing else outside" "$(others "$build/obj/core/$part.o")" ""
done

finish
