# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# For tests that install aios into a virtual machine as an administrator would: a machine
# with the kernel's headers, DKMS, udev and a user alice. Sourced after tests/lib.sh, here
# and in the machine.
#
# An emulated processor compiles the module in a quarter of an hour. So what DKMS is going to
# compile there is compiled here first, by the same path, and both go through ccache.

work=$top/build/tests/packaging
headers=$top/build/kernels/$kernel/build
version=$(sed -n 's/^VERSION := //p' "$top/Makefile")
export CCACHE_DIR=$work/ccache CCACHE_SLOPPINESS=file_stat_matches,time_macros
export DEBIAN_KERNEL_USE_CCACHE=1

# dkms_ready SOURCES: compile what DKMS will, from the folder that it will get.
dkms_ready()
{
	local tree=$work/dkms

	rm -rf "$tree"
	mkdir -p "$tree/aios/$version"
	cp -r "$1" "$tree/aios/$version/build"
	# shellcheck disable=SC2016
	unshare --map-root-user --mount sh -euc 'mount --bind "$1" /var/lib/dkms
		exec make "-j$(nproc)" -C "$2" "M=/var/lib/dkms/aios/$3/build" modules' \
		sh "$tree" "$headers" "$version"
}

# udev_ready: Debian's udev, which a machine without devices does not have installed.
udev_ready()
{
	set -- "$work"/udev_*.deb
	[ ! -e "$1" ] || return 0
	# shellcheck disable=SC2016
	bash -euc '. "$1/scripts/common.sh"
		apt_options=()
		apt_fetch "$2" udev || { apt_machine && apt_fetch "$2" udev; }' \
		machine "$top" "$work"
}

# become_machine: in the virtual one, what an administrator's has.
become_machine()
{
	local release

	release=$(uname -r)
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	unset LD_LIBRARY_PATH
	ln -sfn "$(realpath "$headers")" "/lib/modules/$release/build"
	command -v udevadm >/dev/null || dpkg -i "$work"/udev_*.deb
	systemctl start systemd-udevd.service
	useradd --create-home alice
	command -v sudo >/dev/null || {
		printf '%s\n' '#!/bin/sh' 'exec "$@"' >/usr/local/bin/sudo
		chmod +x /usr/local/bin/sudo
	}
	# What those have left who use this machine otherwise.
	groupdel aios 2>/dev/null || :
}

# alice COMMAND...: at her login.
alice()
{
	local login

	login=/sys/fs/cgroup/user.slice/user-$(id -u alice).slice/session-1.scope
	mkdir -p "$login"
	# shellcheck disable=SC2016
	sh -c 'echo $$ >"$1/cgroup.procs"; shift; cd /home/alice
		exec setpriv --reuid=alice --regid=alice --init-groups "$@"' sh "$login" "$@"
}

# works WHAT: the device is as the rule has it, alice has a job, the module goes.
works()
{
	udevadm settle
	is "$1: the device belongs to the group aios" "$(stat -c '%G %a' /dev/aios)" "aios 660"
	run alice aiosctl run -c 0.1 -- true
	is "$1: who is no member has no job" "$status" 4
	usermod -aG aios alice
	run alice aiosctl run -c 0.1 -- echo by aios
	is "$1: alice is, and has one" "$status $out$err" "0 by aios"
	ok "$1: the module goes" modprobe -r aios
	gpasswd -d alice aios >/dev/null
}

# left: what is there by the name of aios where things are installed.
left()
{
	local modules

	modules=/usr/lib/modules/$(uname -r)
	find /usr/local/*/ /usr/local/lib/pkgconfig /usr/local/include/linux /usr/local/share/*/ \
		/usr/local/share/man/*/ /usr/bin /usr/include /usr/include/linux /usr/lib/*-linux-gnu \
		/usr/lib/*-linux-gnu/pkgconfig /usr/lib/python3/dist-packages /usr/lib/udev/rules.d \
		/usr/lib/sysusers.d /usr/lib/systemd/system /usr/share /usr/share/doc \
		/usr/share/bash-completion/completions /usr/share/fish/vendor_completions.d \
		/usr/share/zsh/*/ /usr/share/man/man[1-8] /usr/src "$modules/extra" "$modules/updates" \
		"$modules/updates/dkms" /etc /etc/aios /etc/systemd/system /etc/systemd/system/*.wants \
		/var/lib /var/lib/dkms /var/log -maxdepth 1 -name '*aios*' 2>/dev/null |
		grep -v aios-vm | sort -u
}
