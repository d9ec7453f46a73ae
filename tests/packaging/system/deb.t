#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's packages as make deb makes them: lintian has nothing to say, and in a machine that
# booted systemd ($AIOS_KERNEL) they are installed, used, upgraded, removed and purged. This
# script makes them, boots the machine and runs itself in it.
#
# Kernels: 6.12

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../../lib.sh"
kernel=${AIOS_KERNEL:-6.12}
# shellcheck source=tests/packaging/system/machine.sh
. "$top/tests/packaging/system/machine.sh"
debs=$top/build/deb
newer=$work/aios-tools-newer.deb

# The same package with a later version, as the next release would be.
make_newer()
{
	rm -rf "$work/newer"
	dpkg-deb -R "$debs/aios-tools_${version}_"*.deb "$work/newer"
	sed -i "s/^Version: .*/&+1/" "$work/newer/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/newer" "$newer"
}

if [ -z "${AIOS_VM-}" ]; then
	[ -e "$headers" ] || skip_all "no kernel $kernel"
	mkdir -p "$work"
	{
		PATH=/usr/lib/ccache:$PATH make -C "$top" deb &&
		make_newer &&
		dpkg-deb -x "$debs/aios-dkms_${version}_all.deb" "$work/dkms-package" &&
		dkms_ready "$work/dkms-package/usr/src/aios-$version" &&
		udev_ready
	} >"$work/deb.log" 2>&1 || {
		tail -n 30 "$work/deb.log"
		exit 1
	}
	lintian "$debs"/*.changes >"$work/lintian" 2>&1
	rm -rf "$scratch"
	exec "$vm" --kernel "$kernel" --systemd --no-module --timeout 3000 \
		-- "$top/tests/packaging/system/${0##*/}"
fi

is "lintian finds nothing" "$(grep -v '^running with root privileges' "$work/lintian")" ""
become_machine >/dev/null 2>&1
rm -f "$scratch"/*.deb
for deb in "$debs"/*.deb; do
	[[ $deb == *-dbgsym_* ]] || ln -s "$deb" "$scratch/"
done
names=$(for deb in "$scratch"/*.deb; do dpkg-deb -f "$deb" Package; done)
is "there are five of them" "$(xargs <<<"$names")" \
	"aios-dkms aios-tools libaios-dev libaios0 python3-pyaios"
is "nothing of aios is there" "$(left)" ""

run dpkg -i "$scratch"/*.deb
is "they are installed" "$status" 0
[ "$status" = 0 ] || diag "$(tail -n 30 <<<"$out$err")"
like "DKMS has built the module" "$(dkms status)" "^aios/$version, $(uname -r), .*: installed"
is "the units are enabled" "$(systemctl is-enabled aios-state aios-log | xargs)" "enabled enabled"
ok "the module loads" modprobe aios
for unit in aios-state aios-log; do
	ok "$unit runs as soon as the device is there" \
		timeout 300 sh -c "until systemctl -q is-active $unit; do sleep 0.2; done"
done
ok "aiosctl limit" aiosctl -q group create team
usermod -aG aios alice
run alice python3 -c 'import pyaios
with pyaios.Machine() as machine:
    print(sorted(group.path for group in machine.groups()))'
like "pyaios finds what libaios0 brings" "$out$err" "/team"
cat >"$scratch/user.c" <<'END'
#include <aios.h>
#include <stdio.h>

int main(void)
{
	struct aios *aios;

	if (aios_new(&aios))
		return 1;
	puts(aios_version());
	aios_unref(aios);
	return 0;
}
END
# shellcheck disable=SC2046
ok "a program is built with libaios-dev" gcc -Wall -Werror -o "$scratch/user" "$scratch/user.c" \
	$(pkg-config --cflags --libs libaios)
chmod 0755 "$scratch"
run alice "$scratch/user"
is "and runs" "$status $out" "0 $version"
gpasswd -d alice aios >/dev/null
systemctl stop aios-state aios-log
like "the group was saved" "$(cat /var/lib/aios/saved.conf)" '^\[group /team\]'
ok "the module goes" modprobe -r aios
systemctl disable -q aios-log 2>/dev/null
ok "and comes again" modprobe aios
ok "with what was saved" timeout 300 sh -c 'until aiosctl -q group show /team; do sleep 0.2; done'
systemctl stop aios-state
works "by packages"

echo '# mine' >>/etc/aios/aios.conf
run dpkg -i "$newer"
is "the command is upgraded" "$status $(dpkg-query -W -f '${Version}' aios-tools)" "0 $version+1"
is "the administrator's file stays" "$(tail -n 1 /etc/aios/aios.conf)" "# mine"
is "and a unit that was disabled" "$(systemctl is-enabled aios-log)" disabled

# shellcheck disable=SC2086
run dpkg -r $names
is "they are removed" "$status" 0
is "with what DKMS had built" "$(dkms status)" ""
# By its own links systemd knows what was enabled.
is "what is the administrator's stays" "$(left | grep -v ^/etc/systemd)" "/etc/aios
/etc/aios/aios.conf
/var/lib/aios
/var/log/aios"
# shellcheck disable=SC2086
run dpkg -P $names
is "they are purged" "$status" 0
is "nothing is left" "$(left)" ""
finish
