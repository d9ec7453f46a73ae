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
# To load its units anew takes systemd long where all of its generators are emulated.
export SYSTEMD_BUS_TIMEOUT=600

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

# ------------------------------------------------- the systemd of a user, and --requeue
home=$scratch/home
mkdir -p "$home/.config/systemd/user" "/run/user/$uid"
echo "linda:x:$uid:$uid::$home:/bin/sh" >>/etc/passwd
program=$(command -v aiosctl)
sed "s,@BINDIR@,${program%/*}," "$top/packaging/user/aios-requeue.service.in" \
	>"$home/.config/systemd/user/aios-requeue.service"
chown -R "$uid:$uid" "$home" "/run/user/$uid"
# as_user COMMAND...: as linda, and as the systemd of hers is found.
as_user()
{
	env HOME="$home" XDG_RUNTIME_DIR="/run/user/$uid" setpriv --reuid="$uid" --regid="$uid" \
		--clear-groups "$@"
}
mkdir -p /run/systemd/system
cat >"/run/systemd/system/user@$uid.service" <<END
[Unit]
DefaultDependencies=no
[Service]
Type=notify
User=$uid
Slice=user-$uid.slice
Delegate=yes
TimeoutStartSec=infinity
Environment=HOME=$home XDG_RUNTIME_DIR=/run/user/$uid PATH=$PATH LD_LIBRARY_PATH=${LD_LIBRARY_PATH-}
ExecStart=/lib/systemd/systemd --user
END
systemctl daemon-reload
mkdir -p "log/$uid"
cat >records.sh <<'END'
for name in first second; do
	aiosctl submit --requeue --begin 1h -n "$name" -o /dev/null --notify 'echo told >told' -C ~ -- true
done
aiosctl submit --begin 1h -n plain -o /dev/null -- true
END
session 4 max "HOME=$home exec sh $scratch/records.sh" >ids
# shellcheck disable=SC2046
as_user aiosctl -q cancel $(cat ids)
# The records are of an earlier boot, in which nothing had ended.
for record in "$home"/.local/state/aios/jobs/*@????????-*; do
	mv "$record" "${record%@*}@before"
done
mkdir -p /var/log/aios
# Her systemd does not run yet, which would do it for her.
ok "the user enables the unit" as_user env SYSTEMD_OFFLINE=1 \
	systemctl --user enable aios-requeue.service
systemctl start "user@$uid.service"
is "her systemd starts" "$?" 0
names()
{
	aiosctl list --no-header --columns name,user --state queued | xargs
}
for ((i = 0; i < 600; i++)); do
	[ "$(as_user systemctl --user is-active aios-requeue.service)" != activating ] && break
	sleep 0.1
done
is "and submits anew what had not ended, as herself, in its order" "$(names)" "first linda second linda"
is "the unit stays" "$(as_user systemctl --user is-active aios-requeue.service)" active
as_user systemctl --user restart aios-requeue.service
is "each is submitted once" "$(names)" "first linda second linda"
is "and begins when it was to" "$(aiosctl list --no-header --columns begin | cut -c1-15 | sort -u | wc -l)" 1
finish
