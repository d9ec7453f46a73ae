#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a container can do that has /dev/aios, as its root without a user namespace and as
# one in a user namespace, on the kernel $AIOS_KERNEL: podman's where that is installed, and
# in any case one that is made by hand of the same namespaces and capabilities. This script
# boots a machine and runs itself there.
#
# Kernels: 6.1 6.12

# What tries is called by its name:
# shellcheck disable=SC2317

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/../cli/machine.sh"
in_machine 1800
# Nobody but root may be let into the folder that the tests lie in.
mkdir -p user/bin user/lib
cp "$top/build/bin/aiosctl" user/bin
cp -r "$top/build/lib/aios" user/lib
chmod 755 "$scratch"
chmod -R a+rX user
PATH=$scratch/user/bin:$PATH
chmod 0666 /dev/aios

# The capabilities that podman and docker leave to a container's root.
kept=chown,dac_override,fowner,fsetid,kill,net_bind_service,setfcap,setgid,setpcap,setuid,sys_chroot

# by_hand COMMAND...: in namespaces of its own, in a cgroup of its own.
by_hand()
{
	mkdir -p /sys/fs/cgroup/container
	# shellcheck disable=SC2016 # the shell inside expands it
	sh -c 'echo $$ >/sys/fs/cgroup/container/cgroup.procs; exec "$@"' sh \
		unshare --cgroup --mount --pid --net --uts --ipc --fork --mount-proc \
		setpriv --bounding-set "-all,+${kept//,/,+}" --inh-caps=-all "$@"
}

# by_user COMMAND...: the same in a user namespace, by a user without rights.
by_user()
{
	mkdir -p /sys/fs/cgroup/container
	# shellcheck disable=SC2016
	sh -c 'echo $$ >/sys/fs/cgroup/container/cgroup.procs; exec "$@"' sh \
		setpriv --reuid=4001 --regid=4001 --clear-groups \
		unshare --user --map-root-user --cgroup --mount --pid --net --fork --mount-proc "$@"
}

# by_podman COMMAND...: a root directory with nothing in it but what is needed.
by_podman()
{
	podman --root "$scratch/storage" --runroot "$scratch/run" --storage-driver vfs \
		--cgroup-manager cgroupfs --log-level error run --rm --network none \
		--device /dev/aios --security-opt seccomp=unconfined \
		--env PATH="$PATH" --env LD_LIBRARY_PATH="${LD_LIBRARY_PATH-}" \
		--rootfs "$scratch/root" "$@"
}

make_root()
{
	local file

	mkdir -p root/{proc,sys,dev,etc,tmp,run}
	for file in /bin/true /bin/sh user/bin/aiosctl user/lib/aios/*; do
		cp --parents -L "$(realpath "$file")" root/ 2>/dev/null
		ldd "$file" 2>/dev/null | grep -oE '/[^ ]+' | xargs -r cp --parents -L -t root/ 2>/dev/null
	done
	# These are loaded by those who need them.
	ldconfig -p | sed -nE 's/^\s*lib(nl-3|nl-genl-3|json-c)\.so\.[0-9]+ .*x86-64.*=> //p' |
		xargs -r cp --parents -L -t root/
}

# The machine's limits, and who may do what.
limits()
{
	aiosctl limit / | awk '{ print $1, $2 }'
	aiosctl group list --columns path,user,mode
	aiosctl policy | head -n 1
}

# attempts WHO RUNNER: what it is answered.
attempts()
{
	local who=$1 runner=$2

	run "$runner" aiosctl group show /
	is "$who may look at the machine" "$status" 0
	run "$runner" aiosctl run -c 0.1 -- true
	is "$who does not get out of its cgroup" "$status" 4
	like "and is told why" "$err" 'cgroup namespace of its own|may not leave the cgroup'
	run "$runner" aiosctl limit / --cpus 0.1
	is "$who does not limit the machine" "$status" 4
	run "$runner" aiosctl group create /taken
	is "$who makes no group at the top" "$status" 4
	run "$runner" aiosctl policy set --backfill none
	is "$who does not switch the policy" "$status" 4
	run "$runner" aiosctl drain
	is "$who does not drain the machine" "$status" 4
	run "$runner" aiosctl cancel "$victim"
	like "$who does not end another's job" "$status" '^[34]$'
	is "and nothing has changed" "$(limits)" "$before"
}

aiosctl submit -c 0.1 -o /dev/null -- sleep 100000 >id
victim=$(cat id)
aiosctl -q wait "$victim" --until running
before=$(limits)
attempts "root of a container" by_hand
attempts "root of a user namespace" by_user
if command -v podman >/dev/null && command -v crun >/dev/null; then
	make_root
	attempts "root of podman's container" by_podman
else
	diag "podman is not installed"
fi

# What is outside governs a container, without its help.
by_hand sleep 100000 &
soon grep -q populated\ 1 /sys/fs/cgroup/container/cgroup.events
aiosctl run --adopt /sys/fs/cgroup/container -c 0.1:0.3 -n contained &
soon sh -c 'aiosctl list --state running --no-header --columns name | grep -qw contained'
ok "a container is limited from outside" \
	grep -q '^30000 ' /sys/fs/cgroup/container/cpu.max
echo 1 >/sys/fs/cgroup/container/cgroup.kill
wait
ok "until it is empty" soon rmdir /sys/fs/cgroup/container
aiosctl -q cancel "$victim"
finish
