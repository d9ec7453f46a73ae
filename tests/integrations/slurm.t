#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Slurm's jobs as jobs of aios, with slurmctld, slurmd, munge and srun as they are installed,
# on the kernel $AIOS_KERNEL: where Slurm tracks processes by /proc and where by cgroups, in
# accounts that map to groups. This script boots a machine and runs itself there.
#
# Kernels: 6.12

# What waits is called by its name:
# shellcheck disable=SC2317

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/../cli/machine.sh"
plugin=$top/build/integrations/aios_spank.so
for program in slurmctld slurmd srun munged; do
	PATH=$PATH:/usr/sbin command -v "$program" >/dev/null ||
		skip_all "there is no $program: run scripts/setup test"
done
[ -e "$plugin" ] || skip_all "there is no plugin: run make integrations"
in_machine 600
PATH=$PATH:/usr/sbin

# ---------------------------------------------------------------- one node of Slurm
node=$(hostname)
echo "127.0.0.1 $node" >>/etc/hosts
# Names are looked up for an address that is not the loopback's.
ip addr add 192.0.2.1/32 dev lo
ip link set lo up
mkdir -p /etc/slurm ctld d /run/munge
dd if=/dev/urandom of=key bs=128 count=1 2>/dev/null
chmod 600 key
munged --force --key-file="$scratch/key" --log-file="$scratch/munge.log" \
	--seed-file="$scratch/munge.seed" --pid-file="$scratch/munge.pid" 2>/dev/null
mkdir -p /sys/fs/cgroup/system.slice
for directory in /sys/fs/cgroup /sys/fs/cgroup/system.slice; do
	for controller in cpuset cpu memory io pids; do
		echo "+$controller" >"$directory/cgroup.subtree_control"
	done
done
cat >/etc/slurm/cgroup.conf <<END
CgroupPlugin=cgroup/v2
IgnoreSystemd=yes
ConstrainCores=no
ConstrainDevices=no
ConstrainRAMSpace=no
ConstrainSwapSpace=no
END
# As a site has it, but for where the plugin lies.
sed "s,^required [^ ]*,required $plugin," "$top/integrations/slurm/plugstack.conf" \
	>/etc/slurm/plugstack.conf

# slurm_start TRACKER
slurm_start()
{
	cat >/etc/slurm/slurm.conf <<-END
	ClusterName=aios
	SlurmctldHost=$node(127.0.0.1)
	AuthType=auth/munge
	CredType=cred/munge
	SlurmUser=root
	PlugStackConfig=/etc/slurm/plugstack.conf
	StateSaveLocation=$scratch/ctld
	SlurmdSpoolDir=$scratch/d
	SlurmctldPidFile=/run/slurmctld.pid
	SlurmdPidFile=/run/slurmd.pid
	SlurmctldLogFile=$scratch/slurmctld.log
	SlurmdLogFile=$scratch/slurmd.log
	ProctrackType=proctrack/$1
	TaskPlugin=task/none
	JobAcctGatherType=jobacct_gather/none
	SelectType=select/cons_tres
	SelectTypeParameters=CR_CPU
	SlurmdParameters=config_overrides
	ReturnToService=2
	MpiDefault=none
	NodeName=$node NodeAddr=127.0.0.1 CPUs=16 RealMemory=1000 State=UNKNOWN
	PartitionName=main Nodes=ALL Default=YES MaxTime=10 State=UP
	END
	slurmctld -c
	slurmd -N "$node"
	soon slurm_is_up
}

slurm_is_up()
{
	timeout 5 sinfo -h -o %T 2>/dev/null | grep -q idle
}

slurm_stop()
{
	local daemon

	for daemon in slurmd slurmctld; do
		kill "$(cat /run/$daemon.pid)" 2>/dev/null
		soon sh -c "! pidof $daemon >/dev/null"
	done
}

# The jobs of a state, as "GROUP NAME" each.
jobs_in()
{
	aiosctl list --state "$1" --no-header --columns group,name
}

nr_running()
{
	[ "$(jobs_in running | wc -l)" -eq "$1" ]
}

# The limit of CPU time that a process has, in its cgroup or above.
cat >cpu_max <<'END'
#!/bin/sh
path=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)
while [ "$path" != /sys/fs/cgroup ]; do
	read -r quota period <"$path/cpu.max"
	[ "$quota" = max ] || { echo "$quota $period"; exit; }
	path=${path%/*}
done
echo none
END
chmod +x cpu_max

aiosctl limit / --cpus 1.8 >/dev/null
aiosctl group create /vision --cpus 1 >/dev/null
aiosctl group create /batch --cpus 0.4 >/dev/null

# tracked TRACKER: what holds with each.
tracked()
{
	local account each=0.15 waiting=()

	slurm_start "$1"
	run srun -A vision --aios-cpu=0.2:0.6 --aios-mem=16M:64M "$scratch/cpu_max"
	is "$1: a job is limited" "$status $out" "0 60000 100000"
	[ "$status" = 0 ] || { diag "$err"; tail -n 20 slurmd.log | sed 's/^/# /'; }
	run srun -A vision "$scratch/cpu_max"
	is "$1: one that does not ask is not" "$status $out" "0 none"
	run srun -A vision --aios-cpu=0.1 sh -c 'exit 7'
	is "$1: its status is Slurm's to return" "$status" 7

	run srun -A vision --aios-cpu=lots true
	like "$1: a word that is no amount is told" "$err" "--aios-cpu: 'lots' is no amount"

	# Five at once, in two accounts.
	for account in vision vision batch batch vision; do
		srun -A "$account" --aios-cpu=0.1:0.2 sleep 1000 >/dev/null 2>&1 &
		waiting+=($!)
	done
	soon nr_running 5
	is "$1: five jobs are in the groups of their accounts" \
		"$(jobs_in running | awk '{ print $1 }' | sort | uniq -c | xargs)" "2 /batch 3 /vision"
	run srun -A batch --aios-cpu=0.3 true
	is "$1: what does not fit now is refused" "$([ "$status" -ne 0 ] && echo no)" no
	like "$1: and srun says why" "$err" 'aios: it does not fit into group /batch now: '
	run srun -A batch --aios-cpu=3 true
	like "$1: so is what never fits" "$err" 'cannot submit to group /batch: 3 of cpu are requested'
	is "$1: nothing waits in aios" "$(jobs_in queued)" ""
	scancel -u root
	wait "${waiting[@]}" 2>/dev/null
	soon nr_running 0
	is "$1: with Slurm's jobs aios' end" "$(jobs_in running)" ""

	run srun -A vision --aios-cpu=0.1 --aios-mem=16M:48M \
		busybox dd if=/dev/zero of=/dev/null bs=200M count=1
	is "$1: who takes too much memory is killed" "$([ "$status" -ne 0 ] && echo killed)" killed
	like "$1: and is told for what" "$err" 'exceeded its memory limit: ask for more with --aios-mem'
	# Both are one job, or each is one, in a group that has 0.4.
	[ "$1" = linuxproc ] || each=0.3
	run srun -A batch -n2 --aios-cpu="$each:0.3" "$scratch/cpu_max"
	is "$1: two tasks are governed" "$status $(sort -u <<<"$out")" "0 30000 100000"
	soon nr_running 0
	slurm_stop
}

tracked linuxproc
tracked cgroup
finish
