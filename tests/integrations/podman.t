#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Containers as jobs, with podman, crun and runc as they are installed: by the device of the
# specification that aiosctl writes and by annotations, as root and without rights, with what
# becomes of limits, ends and errors, on the kernel $AIOS_KERNEL. This script boots a machine
# and runs itself there.
#
# Kernels: 6.12

# What waits is called by its name:
# shellcheck disable=SC2317

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/../cli/machine.sh"
PATH=$PATH:/usr/sbin
for program in podman crun runc busybox; do
	command -v "$program" >/dev/null || skip_all "there is no $program: run scripts/setup test"
done
in_machine 600
# Nobody but root may be let into the folder that it was built in.
hook=$scratch/aios-oci-hook
cp "$top/build/integrations/aios-oci-hook" "$hook"
chmod 755 "$scratch"
chmod 0666 /dev/aios
echo '+cpu +memory +pids' >/sys/fs/cgroup/cgroup.subtree_control

# ---------------------------------------------------------------- an installation
mkdir -p /etc/cdi /etc/containers/oci/hooks.d
aiosctl cdi --hook "$hook" >/etc/cdi/aios.json
sed "s,\"path\": .*,\"path\": \"$hook\"\,," "$top/build/integrations/50-aios.json" \
	>/etc/containers/oci/hooks.d/50-aios.json
cat >/etc/containers/containers.conf <<END
[containers]
netns = "none"
log_driver = "k8s-file"
[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "file"
hooks_dir = ["/etc/containers/oci/hooks.d"]
END
# storage RUN GRAPH: where podman keeps what it has.
storage()
{
	printf '[storage]\ndriver = "vfs"\nrunroot = "%s"\ngraphroot = "%s"\n' "$1" "$2"
}
storage /run/containers/storage "$scratch/storage" >/etc/containers/storage.conf

# An image of its own: FROM scratch, with a static busybox.
mkdir -p image/bin image/tmp
cp "$(command -v busybox)" image/bin/busybox
ln -s busybox image/bin/sh
tar -C image -c . | podman --log-level error import -q - box >/dev/null

# box NAME OPTION... -- COMMAND...: starts it in the background.
box()
{
	local name=$1 options=()
	shift

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	podman --log-level error run --name "$name" "${options[@]}" box "$@"
}

# job NAME FIELD: of the last job of that name, once it is in a list.
job()
{
	aiosctl --json list --all | python3 -ISc '
import json, sys
name, field = sys.argv[1:]
jobs = [j for j in json.load(sys.stdin)["jobs"] if j["name"] == name]
value = max(jobs, key=lambda j: j["id"])[field] if jobs else "none"
print(json.dumps(value) if isinstance(value, (dict, list)) else value)' "$1" "$2"
}

has_ended()
{
	case $(job "$1" state) in
	done|failed|cancelled) ;;
	*) return 1 ;;
	esac
}

# cgroup NAME: the directory of a container that runs.
cgroup()
{
	echo "/sys/fs/cgroup$(cut -d: -f3 "/proc/$(podman inspect -f '{{.State.Pid}}' "$1")/cgroup")"
}

usage()
{
	sed -n 's/^usage_usec //p' "$1/cpu.stat"
}

# -------------------------------------------------- two containers in two groups
aiosctl limit / --cpus 1.8 >/dev/null
aiosctl group create /vision --cpus 1 >/dev/null
aiosctl group create /batch --cpus 0.5 >/dev/null
device="--device aios.dev/job=default"
annotate="--annotation dev.aios"
# shellcheck disable=SC2086 # words to be split
{
run box one -d $device $annotate/name=one $annotate/group=/vision $annotate/cpu=0.2:0.6 \
	$annotate/memory=16M:64M -- sh -c 'while :; do :; done'
is "a container starts as a job" "$status $err" "0 "
run box two -d $annotate/name=two $annotate/group=/batch $annotate/cpus=0.1:0.3 -- \
	sh -c 'while :; do :; done'
is "another one by annotations alone" "$status $err" "0 "
}
is "each is in its group" "$(job one group) $(job two group)" "/vision /batch"
is "and runs" "$(job one state) $(job two state)" "running running"
one=$(cgroup one) two=$(cgroup two)
is "the limit of CPU time is the kernel's" "$(cat "$one/cpu.max" "$two/cpu.max" | xargs)" \
	"60000 100000 30000 100000"
is "and that of memory" "$(cat "$one/memory.max")" "$((64 << 20))"
like "/dev/aios is in the first alone" \
	"$(podman exec one busybox ls /dev | grep -c aios) $(podman exec two busybox ls /dev | grep -c aios)" \
	'^1 0$'

# Of what each may have at most, by the kernel's own count.
start=$(cut -d' ' -f1 /proc/uptime) before=$(usage "$one") before2=$(usage "$two")
sleep 6
after=$(usage "$one") after2=$(usage "$two") end=$(cut -d' ' -f1 /proc/uptime)
ok "neither uses more than it was given" awk -v one=$((after - before)) -v two=$((after2 - before2)) \
	-v t="$start $end" 'BEGIN { split(t, at, " "); s = (at[2] - at[1]) * 1e6
		printf "%g %g\n", one / s, two / s
		exit !(one / s < 0.69 && two / s < 0.36 && one && two) }'
podman kill one >/dev/null
soon has_ended one
is "a container that was killed says so" "$(job one end) $(job one code)" "signal 9"

# ---------------------------------------------------------------- how they end
# shellcheck disable=SC2086
{
run box three --rm $annotate/name=three $annotate/cpu=0.1:1 -- sh -c 'exit 3'
is "the status of a container is podman's to return" "$status" 3
soon has_ended three
is "and the job has it" "$(job three state) $(job three end) $(job three code)" "failed exit 3"
run box hog --rm $device $annotate/name=hog $annotate/memory=16M:24M -- \
	busybox dd if=/dev/zero of=/dev/null bs=200M count=1
is "who takes too much memory is killed" "$status" 137
soon has_ended hog
is "and the job knows for what" "$(job hog end)" "oom"

# ------------------------------------------------------------------ refusals
run box never --rm $device $annotate/name=never $annotate/cpu=64 -- busybox true
is "what never fits does not start" "$([ "$status" -ne 0 ] && echo no)" no
like "podman says why" "$err" '64 of cpu are requested and this machine never has more than'
run box wrong --rm $annotate/cpu=lots -- busybox true
like "a word that is no amount is told" "$err" "annotation dev.aios/cpu: 'lots' is no amount"
run box wrong2 --rm $annotate/cpuz=1 -- busybox true
like "a key that is none is told" "$err" 'annotation dev.aios/cpuz: there is no such thing'
run box late --rm $device $annotate/name=late $annotate/group=/batch $annotate/cpu=0.45 \
	$annotate/wait=1s -- busybox true
like "who waited long enough is told for what" "$err" \
	'not admitted in time: .*group /batch'
soon has_ended late
is "and waits no longer" "$(job late end)" cancelled
run box now --rm --device aios.dev/job=now $annotate/name=now $annotate/group=/batch \
	$annotate/cpu=0.45 -- busybox true
like "who does not wait is refused at once" "$err" 'does not fit into group /batch now: '
is "without ever having been a job" "$(job now state)" none
is "nothing is left of them" "$(podman ps -aq --filter name=never --filter name=wrong --filter name=late --filter name=now)" ""

# What waits starts when there is room.
box next --rm $device $annotate/name=next $annotate/group=/batch $annotate/cpu=0.45 -- \
	sh -c 'echo it runs' >next.out 2>next.err &
is_queued() { [ "$(job next state)" = queued ]; }
soon is_queued
is "a container waits for another" "$(cat next.out)" ""
podman kill two >/dev/null
wait $!
is "and starts when that has ended" "$? $(cat next.out next.err)" "0 it runs"

# ---------------------------------------------------------------------- runc
run podman --log-level error --runtime runc run --rm $annotate/name=runc $annotate/cpu=0.1:0.5 \
	box busybox sh -c 'exit 4'
is "runc starts a job" "$status" 4
soon has_ended runc
is "which ends as it does" "$(job runc end) $(job runc code)" "exit 4"
run podman --log-level error --runtime runc run --rm $annotate/cpu=64 box busybox true
like "and tells of a refusal" "$err" '64 of cpu are requested and this machine never has more than'
}

# ------------------------------------------------------------------- without rights
user=4001
# One number is enough, and programs that map more are not installed everywhere.
: >/etc/subuid
: >/etc/subgid
useradd -M -u $user -d "$scratch/home" somebody
mkdir -p home/.config/containers /sys/fs/cgroup/somebody/shell /run/user/$user
storage /run/user/$user/storage "$scratch/home/storage" >home/.config/containers/storage.conf
own=/sys/fs/cgroup/somebody
chown -R $user:$user home /run/user/$user "$own/cgroup.procs" "$own/cgroup.subtree_control" \
	"$own" "$own/shell"
cat >as_user <<END
export HOME=$scratch/home XDG_RUNTIME_DIR=/run/user/$user
cd "$scratch/home"
echo '+cpu +memory +pids' >$own/cgroup.subtree_control
tar -C "$scratch/image" -c . | podman --log-level error import -q - box >/dev/null
podman --log-level error run --rm --cgroup-parent /somebody/pod \
	--annotation dev.aios/name=rootless --annotation dev.aios/cpu=0.1:0.5 box \
	sh -c 'exit 5'
END
# shellcheck disable=SC2016 # the shell inside expands it
run sh -c 'echo $$ >/sys/fs/cgroup/somebody/shell/cgroup.procs
	exec setpriv --reuid=4001 --regid=4001 --clear-groups sh ./as_user'
is "a user without rights runs one" "$status" 5
diag "$out $err"
soon has_ended rootless
is "as his own job" "$(job rootless user) $(job rootless end) $(job rootless code)" \
	"somebody exit 5"
podman rm -af >/dev/null 2>&1
is "no job is left" "$(aiosctl list --no-header | wc -l)" 0
finish
