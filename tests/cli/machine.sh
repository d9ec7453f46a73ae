# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of aiosctl share that run in a machine with the module: how they get
# there, and the documents that they make it print, for the schema. Sourced by bash
# scripts.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=tests/cli/documents.sh
. "$(dirname "${BASH_SOURCE[0]}")/documents.sh"

# in_machine LIMIT: outside a machine this boots one on the kernel $AIOS_KERNEL and
# runs the script there, for LIMIT seconds at most; it does not return then.
in_machine()
{
	local kernel=${AIOS_KERNEL:-6.1}

	if [ -z "${AIOS_VM-}" ]; then
		[ -e "$top/build/kernels/$kernel/release" ] || skip_all "no kernel $kernel"
		rm -rf "$scratch"
		exec "$vm" --kernel "$kernel" --timeout "$1" -- "$(realpath "$0")"
	fi
	documents=$scratch/documents
	cd "$scratch" || exit
}

# soon COMMAND...: it succeeds, which on a busy machine can take its time.
soon()
{
	local i

	for ((i = 0; i < 6000; i++)); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# json ARGUMENT...: one document, kept for the schema. Nothing waits without a bound.
json()
{
	run timeout 1200 aiosctl --json "$@"
	printf '%s\n' "$out" >>"$documents"
}

# field NAME: the first one of that name in the document.
field()
{
	printf '%s\n' "$out" | grep -oE "\"$1\":(\"[^\"]*\"|[^],}]*)" | head -n 1 |
		sed 's/^[^:]*://; s/"//g'
}
