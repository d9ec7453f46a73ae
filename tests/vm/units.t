#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Jobs that are submitted from units and sessions of systemd ($AIOS_KERNEL): they go on
# when what they were submitted from has ended, a user's session passes its limits on,
# and a service of the system keeps its user. This script boots a machine and runs itself
# there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

if [ -z "${AIOS_VM-}" ]; then
	kernel=${AIOS_KERNEL:-6.1}
	[ -e "$top/build/kernels/$kernel/release" ] || skip_all "no kernel $kernel"
	rm -rf "$scratch"
	exec "$vm" --kernel "$kernel" --systemd --timeout 1200 -- "$top/tests/vm/${0##*/}"
fi
cd "$scratch" || exit
chmod 0777 .
uid=4001

# unit NAME PROPERTY... -- SCRIPT: a service of the system that runs a script once.
unit()
{
	local name=$1

	shift
	mkdir -p /run/systemd/system
	{
		printf '%s\n' '[Unit]' 'DefaultDependencies=no' '[Service]' 'Type=oneshot' \
			"WorkingDirectory=$scratch" \
			"Environment=PATH=$PATH LD_LIBRARY_PATH=${LD_LIBRARY_PATH-}" \
			"ExecStart=/bin/sh $scratch/$name.sh"
		while [ "$1" != -- ]; do
			printf '%s\n' "$1"
			shift
		done
	} >"/run/systemd/system/$name.service"
	printf '%s\n' "$2" >"$name.sh"
	systemctl daemon-reload
	systemctl start "$name.service"
}

# session NAME MEMORY SCRIPT: a script in a cgroup like those that logind makes.
session()
{
	local directory=/sys/fs/cgroup/user.slice/user-$uid.slice/session-$1.scope

	mkdir -p "$directory"
	echo +memory >/sys/fs/cgroup/user.slice/cgroup.subtree_control
	echo +memory >"${directory%/*}/cgroup.subtree_control"
	echo "$2" >"$directory/memory.max"
	sh -c 'echo $$ >"$1/cgroup.procs"; exec setpriv --reuid="$2" --clear-groups sh -c "$3"' \
		sh "$directory" "$uid" "$3"
}

hog=$(aiosctl submit -c 1.8 -o hog.out -- sleep 1000)
aiosctl -q wait "$hog" --until running
unit nightly -- 'exec aiosctl submit -c 1 -o nightly.out -- echo nightly ran >id'
is "a unit ends after its job is queued" "$?" 0
is "and the job waits on" \
	"$(aiosctl list --start --columns state,id | grep -c "queued *$(cat id)")" 1
session 1 max 'exec aiosctl submit -c 1 -o session.out -- echo session ran >id2'
is "so does a session" "$?" 0
aiosctl -q cancel "$hog"
aiosctl -q wait "$(cat id)" "$(cat id2)"
is "both jobs run" "$(cat nightly.out session.out)" "nightly ran
session ran"
unit at-once -- 'exec aiosctl submit -c 0.1 -o once.out -- sh -c "sleep 1; echo once" >id3'
aiosctl -q wait "$(cat id3)"
is "one that is admitted at once runs on" "$(cat once.out)" once

# shellcheck disable=SC2016 # the job expands it
session 2 100M 'exec aiosctl run -- sh -c "cat /sys/fs/cgroup\$(cut -d: -f3 /proc/self/cgroup)/memory.max"' >memory
is "the limit of a session goes along" "$(cat memory)" 104857600
session 3 100M 'exec aiosctl run --mem 200M -- true' 2>err
is "no job is larger than that" "$?" 5
like "and it is said why" "$(cat err)" "is limited to 100MiB"

confined='setpriv --reuid=4001 --clear-groups aiosctl'
unit confined MemoryMax=50M TasksMax=50 -- \
	"$confined run -- true 2>err3; echo \$? >status; $confined submit -- true 2>err4; echo \$? >status2"
is "a service of the system keeps its user" "$(cat status)" 4
like "it is named" "$(cat err3)" "may not leave cgroup /system.slice/confined.service for a job"
is "submit says so too" "$(cat status2)" 4
like "and names the remedy" "$(cat err4)" "aiosctl sources"
aiosctl sources --add '/system.slice/allowed.service' >list
like "the administrator allows it" "$(cat list)" "/system.slice/allowed.service"
unit allowed TasksMax=50 -- "$confined run -- true; echo \$? >status"
is "then it may" "$(cat status)" 0
aiosctl sources --default >list
is "the list is as it was" "$(grep -c allowed list)" 0
finish
