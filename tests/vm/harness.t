#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# scripts/vm keeps its promises on the kernel $AIOS_KERNEL: the command runs as
# if it ran here, its output and status come back whole, and a kernel that
# complains, a module that cannot be removed and a time limit are seen.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

kernel=${AIOS_KERNEL:-6.1}
kdir=$top/build/kernels/$kernel/build
splat=$top/build/tests/vm/splat-$kernel
boot=("$vm" --kernel "$kernel" --no-module --timeout 1800)

[ -e "$kdir" ] || skip_all "no kernel $kernel below build/kernels"

# What one command can tell in one boot.
cd "$scratch" || exit
head -c 300000 /dev/urandom >blob
# shellcheck disable=SC2016
run "${boot[@]}" --env MARK='a b' -- sh -c '
	cat blob >&2
	echo "$PWD $(id -u) $MARK $AIOS_VM"
	cat | wc -c
	cat /sys/fs/cgroup/cgroup.controllers
	ls -d /dev/vda /dev/pts/ptmx /dev/shm
	cat /sys/class/net/lo/operstate
	echo shared >"$AIOS_TOP/build/vm-out/$1"
	touch here
	sleep 1000 &
	exit 42' sh "harness.$$"
is "the command's status comes back" "$status" 42
is "standard error comes back byte for byte" "$(md5sum <"$scratch/err")" "$(md5sum <blob)"
like "it runs here, as root, with its environment" "$out" "^$scratch 0 a b $kernel\$"
like "its standard input is empty" "$out" '^0$'
for c in cpu memory io pids cpuset; do
	like "the controller $c is there" "$out" "(^| )$c( |\$)"
done
like "a disk, terminals and shared memory are there" "$out" '^/dev/vda$'
like "the loopback device is up" "$out" '^unknown$'
is "build/vm-out is shared" "$(cat "$top/build/vm-out/harness.$$" 2>&1)" shared
rm -f "$top/build/vm-out/harness.$$"
ok "nothing else is written here" test ! -e here

# Any kernel will do for what the harness says of itself.
own_failures()
{
	run "${boot[@]}" -- "$scratch/none"
	is "a command that does not exist is 127" "$status" 127
	run "${boot[@]}" --timeout 8 -- sleep 1000
	is "the time limit is 124" "$status" 124
	like "and said" "$err" 'not finished within'
	run "$vm" --kernel none -- true
	is "an unknown kernel is 125" "$status" 125
	like "and said, with the remedy" "$err" 'scripts/kernel none'
	run "$vm" --bogus -- true
	is "an unknown option is 125" "$status" 125
	run "$vm" --kernel "$kernel" --no-module
	is "no command is 125" "$status" 125
}

# fault NAME: load the module with that fault.
fault()
{
	run "$vm" --kernel "$kernel" --timeout 1800 \
		--module "$splat/splat.ko" --module-args "fault=$1" -- echo ran
}

# complaint NAME REGEX: the kernel complains, and that is seen and printed.
complaint()
{
	fault "$1"
	is "$1 is 123" "$status" 123
	like "and printed" "$err" "$2"
}

module_failures()
{
	fault refuse
	is "a module that cannot be loaded is 125" "$status" 125
	like "and said" "$err" 'cannot load .*Invalid argument'
	fault pin
	is "a module that cannot be removed is 125" "$status" 125
	like "and said" "$err" 'cannot remove'
}

# What aios meets on a distribution's machine: an init that owns the hierarchy.
systemd_boots()
{
	run "${boot[@]}" --systemd -- sh -c '
		cat /proc/1/comm /proc/self/cgroup
		systemd-run --scope --quiet -p Delegate=yes cat /proc/self/cgroup
		exit 3'
	is "with systemd, the status comes back" "$status" 3
	like "it is process 1" "$out" '^systemd$'
	like "the command has a cgroup of its own" "$out" '^0::/.*/aios-vm.service$'
	like "and can have another delegated" "$out" '^0::/.*/run-.*\.scope$'
}

mkdir -p "$splat"
cp "$top"/tests/vm/splat/* "$splat"
flags=()
[ -e "$kdir/vmlinux" ] || flags=(CONFIG_DEBUG_INFO_BTF_MODULES=)
if ! make -C "$kdir" M="$splat" "${flags[@]}" modules >"$scratch/make" 2>&1; then
	fail "the module with faults can be built" "$(tail -n 20 "$scratch/make")"
	finish
fi

if [ "$kernel" = debug ]; then
	complaint leak 'unreferenced object'
	complaint overrun 'slab-out-of-bounds'
	complaint deadlock 'possible circular locking'
	finish
fi
fault none
is "a module without a fault is loaded and removed" "$status$err" 0
is "and the command ran" "$out" ran
complaint warn 'WARNING: '
if [ "$kernel" = 6.1 ]; then
	complaint bug 'BUG at'
	complaint panic 'Kernel panic'
	module_failures
	own_failures
	systemd_boots
fi
finish
