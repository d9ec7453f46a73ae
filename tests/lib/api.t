#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Whether the library's header, version script, symbols and man pages name the
# same functions, whether it covers the ABI, and whether programs in C and C++,
# of 64 and 32 bits, can use it, shared and static.

set -eu

cd "$(dirname "$0")/../.."
build=${AIOS_BUILD:-build}
cc=${CC:-gcc}
flags="-Wall -Wextra -Werror -pedantic -Ilib -Iuapi"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

nr=0
failed=0

# point NAME: the file says what is wrong; it is empty if nothing is.
wrong=$tmp/wrong
point()
{
	nr=$((nr + 1))
	if [ -s "$wrong" ]; then
		failed=1
		echo "not ok $nr - $1"
		sed 's/^/# /' "$wrong"
	else
		echo "ok $nr - $1"
	fi
}

# differ A B: lines of only one of two sorted files.
differ()
{
	comm -23 "$1" "$2" | sed "s,^,only in $1: ,;s,$tmp/,,"
	comm -13 "$1" "$2" | sed "s,^,only in $2: ,;s,$tmp/,,"
}

# Functions of the header: those that begin a line are declared, and exported
# unless they are inline, as is everything that a macro needs.
sed '/^\/\*\*$/,/^ \*\/$/d' lib/aios.h >"$tmp/code"
grep -oE '^[a-z0-9_ ]+ \**aios_[a-z_]+\(' "$tmp/code" | grep -v '^static' |
	grep -oE 'aios_[a-z_]+\(' | tr -d '(' | sort >"$tmp/header"
grep -oE '^static inline .*aios_[a-z_]+\(' "$tmp/code" |
	grep -oE 'aios_[a-z_]+\(' | tr -d '(' | grep -vx aios_init |
	sort >"$tmp/inline"
sort -m "$tmp/header" "$tmp/inline" >"$tmp/documented"

grep -oE 'aios_[a-z_]+;' lib/libaios.map | tr -d ';' | sort >"$tmp/map"
nm -D --defined-only "$build/lib/libaios.so" |
	sed -n 's/.* T \([^@]*\).*/\1/p' | sort >"$tmp/shared"
for page in Documentation/man/man3/*.3; do
	sed -n '/^\.SH NAME/{n;s/ \\-.*//;s/\\//g;p;}' "$page" |
		tr -d ' ' | tr ',' '\n'
	sed -n '/^\.SH SYNOPSIS/,/^\.SH DESC/p' "$page" |
		grep -oE '\baios_[a-z_]+\(' | tr -d '(' | grep -v _fn >>"$tmp/synopsis" || :
done | sort >"$tmp/pages"
sort -o "$tmp/synopsis" "$tmp/synopsis"

differ "$tmp/header" "$tmp/map" >"$wrong"
point "the version script exports the header"
differ "$tmp/map" "$tmp/shared" >"$wrong"
point "the shared library defines what it exports"
differ "$tmp/documented" "$tmp/pages" >"$wrong"
point "the man pages name each function"
differ "$tmp/documented" "$tmp/synopsis" >"$wrong"
point "the man pages declare each function"

awk '/^\/\*\*$/ { doc = ""; inside = 1 } inside { doc = doc $0 "\n" }
	/^ \*\/$/ { if (inside && doc !~ /\* Since: / && doc !~ /typedef/)
			printf "%s", substr(doc, 5); inside = 0 }' lib/aios.h >"$wrong"
point "each comment says since when"

# Names of the ABI, in lower case as they are words.
sed -n 's/^#define AIOS_\([A-Z]*\)_\([A-Z_]*\)[[:space:]]*[0-9][0-9]*[[:space:]]*\(\/\*.*\)\{0,1\}$/\1 \2/p' \
	uapi/linux/aios.h |
	grep -E '^(HOW|WHY|STATE|END|EVENT|ROW|POLICY|BACKFILL|OBJECTIVE|RESOURCE) ' |
	grep -vE ' (MAX)$' | tr '[:upper:]' '[:lower:]' | while read -r kind word; do
		if [ "$kind" = policy ]; then
			grep -qw "X($word)" module/core/policy/list.h || echo "$kind $word"
		else
			grep -qF "\"$word\"" lib/names.c || echo "$kind $word"
		fi
	done >"$wrong"
point "each constant of the ABI has its word"
grep -oE '\bAIOS_IOC_[A-Z_]+' uapi/linux/aios.h | grep -v TYPE | sort -u |
	while read -r call; do
		grep -qw "$call" lib/*.c || echo "$call"
	done >"$wrong"
point "each call of the ABI is called"
grep -oE '^#define AIOS_A_[A-Z]+' uapi/linux/aios.h | cut -d' ' -f2 |
	grep -vE '_(UNSPEC|PAD|MAX)$' | while read -r attribute; do
		grep -qw "$attribute" lib/record.c || echo "$attribute"
	done >"$wrong"
point "each attribute of the ABI is read"

cat >"$tmp/program.c" <<'END'
#include <aios.h>

int main(void)
{
	struct aios_submit submit;
	struct aios_status status;
	struct aios_ctx *ctx = 0;

	aios_submit_init(&submit);
	AIOS_INIT(&status);
	if (status.size != sizeof(status) || submit.size != sizeof(submit))
		return 1;
	if (aios_submit_set_text(&submit, "cpu", "2:8"))
		return 2;
	if (submit.limit[AIOS_RESOURCE_CPU] != 8000)
		return 3;
	aios_unref(aios_new(&ctx, "/dev/null") ? 0 : ctx);
	return 0;
}
END
cp "$tmp/program.c" "$tmp/program.cc"

# compile NAME COMMAND...: that it compiles, and if it makes a program, that it runs.
compile()
{
	name=$1
	shift
	rm -f "$tmp/program"
	{
		if ! "$@" 2>&1; then
			echo "does not compile"
		elif [ -e "$tmp/program" ] &&
				! LD_LIBRARY_PATH=$build/lib "$tmp/program"; then
			echo "does not run"
		fi
	} >"$wrong"
	point "$name"
}

# The flags are words to be split.
# shellcheck disable=SC2086,SC2046
{
compile "a program in C" $cc -std=c99 $flags "$tmp/program.c" \
	-L"$build/lib" -laios -o "$tmp/program"
compile "a program in C++" g++ -std=c++98 -Wno-long-long $flags \
	"$tmp/program.cc" -L"$build/lib" -laios -o "$tmp/program"
compile "a program with the static library" $cc $flags "$tmp/program.c" \
	"$build/lib/libaios.a" -o "$tmp/program"
compile "a program of 32 bits" $cc -m32 $flags -fsyntax-only "$tmp/program.c"
for source in lib/*.c; do
	compile "$source for 32 bits" $cc -m32 -std=gnu11 -D_GNU_SOURCE \
		-DAIOS_VERSION='""' -DAIOS_NL_SONAME='""' -Wall -Wextra -Werror -Ilib -Iuapi \
		-Imodule \
		$(pkg-config --cflags libnl-genl-3.0) -fsyntax-only "$source"
done
}

# Programs that have both would get one function for the other.
nm --defined-only "$build/obj/core.a" 2>/dev/null |
	sed -n 's/.* T //p' | sort -u >"$tmp/core"
comm -12 "$tmp/core" "$tmp/shared" >"$wrong"
point "the core shares no name with the library"

echo "1..$nr"
exit "$failed"
