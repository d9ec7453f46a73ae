#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No task but the module's own takes a lock that others need: what callers run takes turns
# (module/turns.h). Some functions that workers run lie beside calls; they are named here.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit

# Run by workers, at load and at unload.
workers='create create_turn remove remove_turn aios_notify_init aios_notify_exit'

# takers FILE...: the functions that take a lock there.
takers()
{
	awk '
		/^[a-z].*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
		/mutex_lock[a-z_]*\(|mutex_trylock\(/ { print name }
	' "$@" | sort -u
}

files=(module/calls/*.c module/notify.c module/user.c module/names.c)
is "no caller takes a lock" "$(takers "${files[@]}" | grep -vxE "${workers// /|}")" ""
is "the search finds who does" "$(takers "${files[@]}")" "$(tr ' ' '\n' <<<"$workers" | sort)"
is "turns are taken by a worker, and by a caller who cannot be stopped" \
	"$(takers module/turns.c)" "$(printf '%s\n' aios_turn_try take_turns)"
like "the latter disables preemption before" \
	"$(sed -n '/^bool aios_turn_try/,/^}/p' module/turns.c | tr -d '\n')" \
	'preempt_disable\(\);.*mutex_trylock.*mutex_unlock.*preempt_enable\(\);'

finish
