#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The recipes of the README, line by line, in a machine that booted systemd ($AIOS_KERNEL):
# from a git clone to a job of alice by make install, then by DKMS, and back to a machine
# without aios. The administrator's guide and doctor say the same. This script compiles what
# is slow there, boots the machine and runs itself in it.
#
# Kernels: 6.12

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
kernel=${AIOS_KERNEL:-6.12}
# shellcheck source=tests/packaging/system/machine.sh
. "$top/tests/packaging/system/machine.sh"
clone=$work/clone

# commands HEADING FILE: the lines below a heading that are commands, without prompts.
commands()
{
	sed -n "/^\(## \)\?$1\$/,/^\(## A tour\|Who may use it\)/p" "$2" |
		sed -nE 's/^(    |  \$ )//p' | sed 's/ && /\n/'
}

if [ -z "${AIOS_VM-}" ]; then
	[ -e "$headers" ] || skip_all "no kernel $kernel"
	git -C "$top" rev-parse -q --verify HEAD >/dev/null || skip_all "these sources are no clone"
	rm -rf "$scratch"
	mkdir -p "$work"
	{
		rm -rf "$clone"
		git clone -q "$top" "$clone" &&
		PATH=/usr/lib/ccache:$PATH make "-j$(nproc)" -C "$clone" "KDIR=$headers" &&
		make -C "$clone" install-dkms "DESTDIR=$work/sources" &&
		dkms_ready "$work/sources/usr/src/aios-$version" &&
		udev_ready
	} >"$work/recipe.log" 2>&1 || {
		tail -n 30 "$work/recipe.log"
		exit 1
	}
	exec "$vm" --kernel "$kernel" --systemd --no-module --timeout 3000 \
		-- "$top/tests/packaging/system/${0##*/}"
fi

become_machine >/dev/null 2>&1
cd "$clone" || exit
is "nothing of aios is there" "$(left)" ""

# Only the first block of the guide, whose third is about the next boot.
is "the guide's recipe is the README's" "$(commands Installing Documentation/admin.rst | head -n 6)" \
	"$(commands "On a real machine" README.md | grep -v '^aiosctl')"
like "and doctor's" "$(grep -F 'run '\''make &&' cli/doctor/module.c)" \
	"'$(commands "On a real machine" README.md | head -n 3 | sed 's/sudo //' |
		paste -sd '&' | sed 's/&/ \&\& /g')' as root"

mapfile -t recipe < <(commands "On a real machine" README.md)
is "the README has two of them" "${#recipe[@]}" 7
for line in "${recipe[@]:0:4}"; do
	run bash -c "$line"
	is "$line" "$status" 0
	[ "$status" = 0 ] || diag "$(tail -n 20 <<<"$out$err")"
	is "it tells of no skipped depmod" "$(grep -ci 'skipping depmod' <<<"$out$err")" 0
done
like "doctor finds the module" "$out" "module .*loaded"
works "by make install"
like "fish completes aiosctl" "$(fish -c 'complete -C "aiosctl subm"')" "^submit"
ok "make uninstall" make uninstall
is "nothing of it is left" "$(left)" ""

for line in "${recipe[@]:4}"; do
	run bash -c "$line"
	is "$line" "$status" 0
	[ "$status" = 0 ] || diag "$(tail -n 20 <<<"$out$err")"
done
like "DKMS has it" "$(dkms status)" "^aios/$version, $(uname -r), .*: installed"
works "by DKMS"
ok "make uninstall, again" make uninstall
is "nothing of that is left either" "$(left)" ""
is "nor with DKMS" "$(dkms status)" ""
finish
