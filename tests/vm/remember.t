#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the machine remembers ($AIOS_KERNEL): the configuration outlives the module, by hand
# and by the script for machines without systemd. This script boots a machine and runs itself
# there.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

if [ -z "${AIOS_VM-}" ]; then
	kernel=${AIOS_KERNEL:-6.1}
	[ -e "$top/build/kernels/$kernel/release" ] || skip_all "no kernel $kernel"
	rm -rf "$scratch"
	exec "$vm" --kernel "$kernel" --timeout 1200 \
		--env "AIOS_MODULE=$top/build/module/$kernel/aios.ko" -- "$top/tests/vm/${0##*/}"
fi
cd "$scratch" || exit

# again: the module goes and comes.
# shellcheck disable=SC2317 # ok runs it
again()
{
	rmmod aios && insmod "$AIOS_MODULE"
}

ok "the machine is limited" aiosctl -q limit / --cpus 1.5 --mem 512M
ok "there is a group" aiosctl group create team --owner 4001 --owner-group 4001 --cpus 1 \
	--mem 256M --mode 0770 --weight 50
ok "and one below it" aiosctl group create team/nlp --cpus 0.5
ok "which is strict and limited in time" aiosctl -q limit team/nlp --strict --time-limit 90m
ok "with a policy of its own" aiosctl -q policy set -g team/nlp --policy sjf
ok "there is a default" aiosctl -q limit --default user --cpus 0.7 --strict
ok "and a policy" aiosctl -q policy set --policy fairshare --backfill conservative --guard 2.5
ok "an accelerator is declared" aiosctl -q devices add npu0 --mem 16G
ok "a source is added" aiosctl -q sources --add /batch.slice/one.service
ok "all is saved" aiosctl save saved
ok "the module goes and comes" again
is "and has forgotten" "$(aiosctl group list --no-header --columns path)" /
ok "all is restored" aiosctl -q restore saved
ok "nothing differs" aiosctl -q config diff saved
ok "it is saved again" aiosctl save second
is "as it was" "$(diff saved second)" ""
is "alice's group is hers" "$(aiosctl --json group show team | grep -o '"uid":4001')" '"uid":4001'

sed 's/^cpus = 1$/cpus = 1.2/; s/^policy = fairshare$/policy = drf/' saved >changed
echo 'leave = /nowhere/' >>changed
run aiosctl restore changed
is "sources that the module refuses are refused, last of all" "$status" 2
ok "and nothing is as the file wants it" aiosctl -q config diff saved

export AIOSCTL=aiosctl AIOS_PIDFILE=$scratch/pid
script=$scratch/aios-state
sed "s,@BINDIR@,$(dirname "$(command -v aiosctl)")," "$top/packaging/aios-state.in" >"$script"
chmod +x "$script"
# What goes on saving has the errors of the script, which ok would read to their end.
run "$script" start
is "the script starts" "$status" 0
for ((i = 0; i < 600; i++)); do
	[ ! -s /var/lib/aios/saved.conf ] || break
	sleep 0.1
done
ok "a group is made" aiosctl group create late
ok "the script stops" "$script" stop
like "what was made is saved" "$(cat /var/lib/aios/saved.conf)" '^\[group /late\]$'
ok "the module goes and comes again" again
run "$script" start
is "the script starts again" "$status" 0
like "and the group is there" "$(aiosctl group list --no-header --columns path)" '^/late$'

# ------------------------------------------------------------------ ended jobs
as_alice=(setpriv --reuid=4001 --regid=4001 --clear-groups)
chmod 0777 .
run "${as_alice[@]}" aiosctl run -c 0.1 -m 16M:32M -n hers -- true
is "a user's job ends" "$status" 0
# present COMMAND...: wait until it succeeds, without a bound of its own.
# shellcheck disable=SC2317 # ok runs it
present()
{
	for ((i = 0; i < 3000; i++)); do
		! "$@" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

log=log/4001/jobs.log
aiosctl history --record --directory "$scratch/log" &
recorder=$!
ok "it is recorded" present test -s "$log"
run "${as_alice[@]}" aiosctl run -c 0.1:0.5 -n second -- sh -c 'exit 3'
is "another fails while it is recorded" "$status" 3
kill "$recorder"
wait "$recorder"
is "who records ends when he is told to" "$?" 0
is "each stands there once" "$(grep -c . "$log")" 2
like "with how it ended" "$(cat "$log")" 'state=failed.*end=exit.*code=3.*name=second$'
run "${as_alice[@]}" cat "$log"
is "the user can read it" "$status" 0
other=(setpriv --reuid=4002 --regid=4002 --clear-groups)
run "${other[@]}" cat "$log"
is "and nobody else" "$status" 1
run "${other[@]}" stat "$log"
is "who does not even see when it grows" "$status" 1
run "${other[@]}" ls log
is "nor whose there are" "$status" 2
rmmod aios && insmod "$AIOS_MODULE" first_job=1
# names COMMAND...: of the jobs that somebody finds.
names()
{
	"$@" aiosctl --json history --directory "$scratch/log" | grep -o '"name":"[^"]*"' | xargs
}

is "the user reads his own when the kernel has forgotten" "$(names "${as_alice[@]}")" \
	"name:hers name:second"
is "and another none of it" "$(names "${other[@]}")" ""
is "but root all" "$(names)" "name:hers name:second"

# -------------------------------------------------------------------- a full disk
mkdir small
mount -t tmpfs -o size=32k none small
aiosctl -q save --follow small/saved 2>saving &
saver=$!
aiosctl history --record --directory "$scratch/small/log" 2>recording &
recorder=$!
ok "it is saved" present test -s small/saved
cp small/saved first
ok "the disk is filled" sh -c '! dd if=/dev/zero of=small/rest bs=4k status=none'
ok "a group is made meanwhile" aiosctl group create meanwhile
run aiosctl run -c 0.1 -n meanwhile -- true
ok "who saves says that there is no room" present grep -q 'small/saved: No space left' saving
is "what was saved stays" "$(diff first small/saved)" ""
is "and nothing half-written is left" "$(ls small)" $'log\nrest\nsaved'
ok "who records says so too" present grep -q 'small/log: No space left' recording
rm small/rest
ok "another group is made when there is room" aiosctl group create afterwards
run aiosctl run -c 0.1 -n afterwards -- true
ok "both are saved" present grep -q '/meanwhile' small/saved
ok "and both jobs recorded" present grep -q 'name=meanwhile$' small/log/0/jobs.log
kill "$saver" "$recorder"
wait "$saver"
is "who saves had gone on" "$?" 0
wait "$recorder"
is "and who records" "$?" 0
is "each job stands there once" "$(grep -c 'name=meanwhile$' small/log/0/jobs.log)" 1
umount small

# ------------------------------------------------- a state of another machine, or of others
printf '%s\n' 'version = 1' '[group /]' 'cpus = 640' 'mem = 100T' 'gpus = 8' 'io = 1G' >larger
ok "limits of a larger machine are restored" aiosctl -q restore larger
is "and come to what this one has" "$(aiosctl --json limit / |
	grep -o '"effective":[0-9]*' | head -n 1)" '"effective":2000'
mkdir -p /etc/aios
printf 'version = 1\n[group /intruder]\n' >/etc/aios/aios.conf
chown 4001 /etc/aios/aios.conf
run aiosctl restore
like "what a user can write is not restored" "$status $err" "^4 .*aios.conf: it has to be"
chown 0 /etc/aios/aios.conf
chmod 0666 /etc/aios/aios.conf
run aiosctl restore
is "nor what all can" "$status $(aiosctl group list --no-header --columns path | grep -c intruder)" \
	"4 0"
rm /etc/aios/aios.conf
mkfifo /etc/aios/aios.conf
run timeout 60 aiosctl restore
is "nor what is no file" "$status" 4
rm /etc/aios/aios.conf

ok "the module can go while it is followed" rmmod aios
ok "the script stops once more" "$script" stop
like "what was saved stays" "$(cat /var/lib/aios/saved.conf)" '^\[group /late\]$'
finish
