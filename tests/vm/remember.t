#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the machine remembers ($AIOS_KERNEL): the configuration outlives the module, by hand
# and by the script for machines without systemd. This script boots a machine and runs itself
# there.

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
ok "the script starts" "$script" start
for ((i = 0; i < 600; i++)); do
	[ ! -s /var/lib/aios/saved.conf ] || break
	sleep 0.1
done
ok "a group is made" aiosctl group create late
ok "the script stops" "$script" stop
like "what was made is saved" "$(cat /var/lib/aios/saved.conf)" '^\[group /late\]$'
ok "the module goes and comes again" again
ok "the script starts again" "$script" start
like "and the group is there" "$(aiosctl group list --no-header --columns path)" '^/late$'

# ------------------------------------------------------------------ ended jobs
as_alice=(setpriv --reuid=4001 --regid=4001 --clear-groups)
chmod 0777 .
run "${as_alice[@]}" aiosctl run -c 0.1 -m 16M:32M -n hers -- true
is "a user's job ends" "$status" 0
aiosctl history --record --directory "$scratch/log" &
recorder=$!
for ((i = 0; i < 600; i++)); do
	[ ! -s log/jobs-4001.log ] || break
	sleep 0.1
done
run "${as_alice[@]}" aiosctl run -c 0.1:0.5 -n second -- sh -c 'exit 3'
is "another fails while it is recorded" "$status" 3
kill "$recorder"
wait "$recorder"
is "who records ends when he is told to" "$?" 0
is "each stands there once" "$(grep -c . log/jobs-4001.log)" 2
like "with how it ended" "$(cat log/jobs-4001.log)" 'state=failed.*end=exit.*code=3.*name=second$'
run "${as_alice[@]}" cat log/jobs-4001.log
is "the user can read it" "$status" 0
run setpriv --reuid=4002 --regid=4002 --clear-groups cat log/jobs-4001.log
is "and nobody else" "$status" 1

ok "the module can go while it is followed" rmmod aios
ok "the script stops once more" "$script" stop
like "what was saved stays" "$(cat /var/lib/aios/saved.conf)" '^\[group /late\]$'
finish
