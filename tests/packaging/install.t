#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make install puts everything where it belongs, uninstall takes all of it away,
# and what was installed works on a machine that has nothing else: the kernel
# $AIOS_KERNEL, modprobe, and a program built with pkg-config.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

kernel=${AIOS_KERNEL:-6.1}
[ -e "$top/build/kernels/$kernel/build" ] || skip_all "no kernel $kernel below build/kernels"
release=$(<"$top/build/kernels/$kernel/release")
dest=$top/build/tests/install-$kernel
rm -rf "$dest"
cd "$top" || exit
unset MAKEFLAGS

ok "make install" make install "DESTDIR=$dest" "KERNEL=$kernel"
for file in usr/local/bin/aiosctl usr/local/lib/aios/aiosctl usr/local/lib/libaios.so.0 \
		usr/local/lib/libaios-cuda.so usr/local/lib/libaios.a \
		usr/local/lib/pkgconfig/libaios.pc usr/local/include/aios.h \
		usr/local/include/linux/aios.h usr/local/share/man/man1/aiosctl.1 \
		usr/local/lib/aios/aios-oci-hook usr/local/share/aios/50-aios.json \
		usr/local/share/man/man8/aios-oci-hook.8 \
		usr/local/share/bash-completion/completions/aiosctl \
		usr/local/share/zsh/site-functions/_aiosctl \
		usr/share/fish/vendor_completions.d/aiosctl.fish \
		usr/lib/systemd/system/aios-state.service usr/lib/systemd/system/aios-log.service \
		usr/lib/udev/rules.d/60-aios.rules usr/lib/sysusers.d/aios.conf; do
	ok "$file is there" test -s "$dest/$file"
done
is "one module for $release" \
	"$(find "$dest/lib/modules/$release" -name 'aios.ko*' | wc -l)" 1
is "which is installed stripped" \
	"$(find "$dest/lib/modules/$release" -name 'aios.ko*' -exec readelf -SW {} + |
		grep -c '\.debug_')" 0
is "the library has its name" \
	"$(readelf -d "$dest/usr/local/lib/libaios.so" | sed -n 's/.*soname: \[\(.*\)\]/\1/p')" \
	libaios.so.0

# A program of somebody else, who knows only what pkg-config says.
cat >"$scratch/user.c" <<END
#include <aios.h>
#include <stdio.h>

int main(void)
{
	puts(aios_version());
	return 0;
}
END
pc=(env "PKG_CONFIG_PATH=$dest/usr/local/lib/pkgconfig"
	"PKG_CONFIG_SYSROOT_DIR=$dest" pkg-config)
read -ra flags < <("${pc[@]}" --cflags --libs libaios | tr '\n' ' ')
ok "a program builds with what pkg-config says" \
	gcc -Wall -Werror -o "$dest/usr/local/bin/user" "$scratch/user.c" "${flags[@]}"

# As they would there, but faster here.
PATH=$PATH:/sbin ok "depmod" depmod -b "$dest" "$release"
# shellcheck disable=SC2016
run "$vm" --kernel "$kernel" --no-module --timeout 3600 -- sh -euc '
	tar -C "$1" -c . | tar -C / -x --keep-directory-symlink
	modprobe aios
	ls /dev/aios
	unset LD_LIBRARY_PATH
	/usr/local/bin/aiosctl version
	LD_LIBRARY_PATH=/usr/local/lib /usr/local/bin/user
	modprobe -r aios' sh "$dest"
is "the installed module loads, and the programs run" "$status$err" 0
like "the device is there" "$out" '^/dev/aios$'
like "the program says the library's version" "$out" '^[0-9]+\.[0-9]+\.[0-9]+$'

rm -f "$dest/usr/local/bin/user"
ok "make uninstall" make uninstall "DESTDIR=$dest"
is "and nothing is left" "$(find "$dest" ! -type d ! -name 'modules.*')" ""

ok "make install-dkms" make install-dkms "DESTDIR=$dest"
source=$dest/usr/src/aios-$(sed -n 's/^VERSION := //p' Makefile)
is "dkms.conf names the folder it lies in" \
	"$(. "$source/dkms.conf" && echo "$PACKAGE_NAME-$PACKAGE_VERSION")" "${source##*/}"
flags=()
[ -e "build/kernels/$kernel/build/vmlinux" ] || flags=(CONFIG_DEBUG_INFO_BTF_MODULES=)
ok "the module builds from what dkms gets" \
	make -C "build/kernels/$kernel/build" "M=$source" "${flags[@]}" modules
finish
