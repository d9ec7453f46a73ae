#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the machine remembers: save, restore and config on a scripted machine. What is saved
# is restored as it was; of what cannot be, nothing is done.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# reboot [LINE]...: the machine has forgotten all.
reboot()
{
	rm -f kernel/machine
	echo '/,/user.slice/user-%u.slice/session-*.scope' >kernel/sources
	kernel machine 'pci 0000:01:00.0 1073741824' "$@"
}

# answers LINE...: what is refused from now on.
answers()
{
	kernel machine "$@"
}

# ------------------------------------------------------------- saved and restored
reboot
ok "a limit is set" ctl -q limit / --cpus 7.5 --mem 12345678901 --mode 0700
ok "a group is made" ctl group create vision --owner 54321 --owner-group 54322 --cpus 1.234 \
	--mem 700M --mode 0770 --weight 50 --time-limit 90m
ok "and one below it" ctl group create vision/nlp --cpus 0.5 --io 1234567
ok "which is strict" ctl -q limit vision/nlp --strict
ok "with a policy of its own" ctl -q policy set --group vision/nlp --policy sjf --quantum 90s
ok "another has nothing" ctl group create batch-2
ok "a default is set" ctl -q limit --default user --cpus 4 --time-limit 1-00:00:00
ok "the policy is switched" ctl -q policy set --policy fairshare --half-life 36h --aging 250ms \
	--guard 2.5 --backfill conservative --objective maxmin
ok "an accelerator is declared" ctl -q devices add npu0 --mem 16G
ok "one on the bus is set offline" ctl -q devices set 0 --offline --mem 80G
ok "sources are added" ctl -q sources --add /batch.slice/** '/a#b'
run ctl save saved
is "all is saved, without a word" "$status $out$err" "0 "
is "for the administrator's eyes" "$(stat -c %a saved)" 600
like "it names its version" "$(cat saved)" $'\nversion = 1\ncomplete = yes\n'
is "a group is there as people write it" "$(sed -n '/^.group .vision.$/,/^$/p' saved)" "[group /vision]
# owned by 54321, group 54322
cpus = 1.234
mem = 700MiB
weight = 50
time-limit = 90m
owner = 54321
owner-group = 54322
mode = 0770"
is "and the root, exactly" "$(sed -n '/^.group ..$/,/^$/p' saved)" "[group /]
cpus = 7.5
mem = 12345678901
mode = 0700"
is "and the policy" "$(sed -n '/^.policy.$/,/^$/p' saved)" "[policy]
policy = fairshare
quantum = 1m
backfill = conservative
objective = maxmin
aging = 250ms
half-life = 36h
guard = 2.5
guard-floor = 1h"
is "and the sources" "$(sed -n '/^.sources.$/,$p' saved)" '[sources]
leave = /
leave = /user.slice/user-%u.slice/session-*.scope
leave = /batch.slice/**
leave = /a#b'
is "a default that limits nothing is not there" "$(grep -c 'default group' saved)" 0
ok "the file has no mistake" ctl -q config check saved
run ctl config diff saved
is "and does not differ from the machine" "$status" 0
cp kernel/machine before
ok "saving again succeeds" ctl save saved
json save saved
is "and writes nothing anew" "$status $(value written)" "0 False"
run ctl save -
is "it is printed, too" "$out" "$(cat saved)"
json save -
is "under --json as well" "$(value text)" "$(cat saved)"

reboot
json config diff saved
is "after a boot all of it is missing" "$status $(value differences 0 section) $(value differences 0 machine)" \
	"1 device 0000:01:00.0 1GiB"
run ctl restore --dry-run saved
like "restore tells what it would do" "$status $out" '^group /vision/nlp +cpus +- +0.5$'
is "and does nothing" "$(ctl group list --no-header --columns path)" /
run ctl restore saved
is "all is restored" "$status $err" "0 "
like "which is shown" "$out" 'group /vision +- +missing +there'
ok "nothing is missing" ctl -q config diff saved
run ctl save again
is "nor is anything else than it was" "$(diff saved again)" ""
run ctl restore saved
is "restoring twice changes nothing" "$status $(grep -c . <<<"$out")" "0 1"

# ------------------------------------------------------------- all of it, or nothing
# refused LINE NAME: restoring fails, and leaves the machine as it was.
refused()
{
	run ctl save before
	answers "$1"
	run ctl restore saved
	like "$2: it is refused, and it is said where" "$status $err" "^[14] aiosctl: cannot set .*, as line [0-9]+ of saved wants it"
	answers
	run ctl save after
	is "$2: the machine is as it was" "$(diff before after)" ""
}

reboot
ok "there is a machine with a group" ctl group create vision --owner 54321 --owner-group 54322 \
	--cpus 6 --mode 0711
ok "and a group in that" ctl group create vision/nlp --cpus 5 --time-limit 1h
ok "and one that no file has" ctl group create mine --cpus 1
refused 'deny /vision/nlp EINVAL' "the limit of a group below others"
refused 'deny policy EOPNOTSUPP' "the policy, which comes last"
reboot
refused 'deny /vision EINVAL' "an empty machine"
is "no group is left there" "$(ctl group list --no-header --columns path)" /
ok "a group of somebody else is there" ctl group create vision --owner 7
run ctl restore saved
like "whom nobody can take it from" "$status $err" \
	"^1 aiosctl: saved:[0-9]+: group /vision is there and belongs to [^ ]+, and nobody can give it to another user"
is "nothing is done" "$(ctl group list --no-header --columns path)" $'/\n/vision'
reboot 'pci 0000:02:00.0 1'
sed -i 's/ids = 10de:2330/ids = 10de:9999/' saved
run ctl restore saved
like "another accelerator in its place is left alone" "$status $out" \
	'^device 0000:01:00.0 is not in this machine, or another is in its place'
run ctl config diff saved
is "which stays a difference" "$status $(grep -c npu0 <<<"$out")" "1 0"

# --------------------------------------------------------------- what people write
reboot
cat >written <<'END'
# This machine's groups.
version = 1

[group /]
cpus = 8
[group /team]
	cpus = 4
owner=0
	# nothing
[group /team/a]
cpus = 2
policy = inherit
time-limit = none
[policy]
policy = sjf
END
run ctl config check written
is "a file is checked" "$status $out" "0 there is no mistake in written"
ok "and restored" ctl -q restore written
ok "a limit is changed by hand" ctl -q limit team --mem 1G
ok "a file that does not tell all leaves what it does not state" ctl -q restore written
json config diff written
is "so that nothing differs" "$status $(value differences)" "0 []"
ok "what it states is changed" ctl -q limit team --cpus 3
json config diff written
is "and told" "$(value differences 0 section) $(value differences 0 key) $(value differences 0 machine) $(value differences 0 file)" \
	"group /team cpus 3 4"
ok "a group is made by hand" ctl group create other
run ctl config diff written
like "no file has it" "$out" 'group /other +- +there +missing'
ok "it stays" ctl -q restore written
like "for nothing is removed" "$(ctl group list --no-header --columns path)" /other
ok "both limits go down" sed -i 's/cpus = 4/cpus = 1/; s/cpus = 2/cpus = 0.5/' written
ok "the lower one second" ctl -q restore written
ok "and up again" sed -i 's/cpus = 1$/cpus = 6/; s/cpus = 0.5/cpus = 5/' written
ok "the upper one first" ctl -q restore written
ok "the one by hand goes" ctl group remove other
json config diff written
is "each time as written" "$(value differences)" "[]"

# wrong TEXT MESSAGE: this is what is said of a file with one line.
wrong()
{
	printf 'version = 1\n%b\n' "$1" >bad
	json config check bad
	is "'$1' is a mistake" "$status $(value problems 0 problem)" "1 $2"
	cp kernel/machine before
	run ctl restore bad
	is "with which nothing is restored" "$status $(cmp before kernel/machine)" "1 "
}
wrong '[grup /a]' "there is no section [grup]: did you mean group? Else say device, group, default, policy or sources"
wrong '[group a]' "[group a]: name a group by its path, as [group /team]"
wrong '[group /a//b]' "[group /a//b]: name a group by its path, as [group /team]"
wrong '[group /a' "a section is named between brackets, as [group /team]"
wrong '[default users]' "[default users]: say [default user] or [default group]"
wrong '[policy x]' "[policy x]: there is one alone: say [policy]"
wrong '[group /a]\ncpu = 1' "[group /a] has no key 'cpu': did you mean cpus?"
wrong '[group /a]\ncpus = many' "cpus: 'many' is no amount: say 2, 1.5 or 500m, or max"
wrong '[group /a]\nmode = 0888' "mode: '0888' is no mode: say 0750"
wrong '[group /a]\nweight = 0' "weight: '0' is not a whole number from 1 to 10000"
wrong '[group /a]\nstrict = maybe' "strict: 'maybe' is neither yes nor no"
wrong '[group /a]\nowner = nobody-at-all' "owner: the system has no user 'nobody-at-all'"
wrong '[group /a]\ntime-limit = soon' "time-limit: 'soon' is no length of time: say 90, 1.5h, 1h30m, 2d, 500ms, 1:30:00 or 2-12:00:00, or none"
wrong '[group /]\nowner = 0' "[group /] cannot have 'owner'"
wrong '[group /a]\n[group /a]' "the section was there before, at line 2"
wrong '[group /a/b]' "[group /a/b] stands without the group above it, which needs a section too, an empty one at least"
wrong '[group /a]\npolicy = fairshare' "policy: a group cannot order its own jobs by fairshare, which compares them with all others or suspends some"
wrong '[group /a]\ncpus = 1\n[group /a/b]\ncpus = 2' "[group /a/b] has cpus = 2, and [group /a] above it 1"
wrong '[policy]\nguard = 1' "guard: '1' is not above 1 and up to 1000, nor none"
wrong '[policy]\nguard-floor = none' "guard-floor: 'none' is no length of time: say 90, 1.5h, 1h30m, 2d, 500ms, 1:30:00 or 2-12:00:00"
wrong '[sources]\nleave = here' "leave: 'here' is no path of a cgroup from the top, without commas and blanks"
wrong 'cpus = 1' "'cpus' stands in no section: begin one, as [group /team]"
wrong 'whatever' "'whatever' is neither a section nor 'key = value'"
printf 'version = 2\n' >bad
json config check bad
is "a version to come is not read" "$status $(value problems 0 line) $(value problems 0 problem)" \
	"1 1 this aiosctl reads version 1 of the file, and it has version 2: a newer one wrote it"
: >bad
json config check bad
is "nor a file without one" "$status $(value problems 0 problem)" \
	"1 it does not say its version: begin it with 'version = 1'"
printf 'version = 1\n[x]\n[y]\n[z]\n' >bad
run ctl restore bad
like "restore tells the first mistake, and that there are more" "$status $err" \
	"^1 aiosctl: bad:2: .*\('aiosctl config check' shows 2 more\)"
run ctl restore nowhere
like "a file that is not there is named" "$status $err" "^[13] aiosctl: cannot read nowhere"
run ctl config diff written written
is "there is one file at most" "$status" 2
run ctl save --follow -
is "what is followed goes to a file" "$status" 2
run ctl save /proc/nowhere
like "where nothing can be written, it is said" "$status $err" "^3 aiosctl: cannot write /proc/nowhere"

# ----------------------------------------------------------------------- following
reboot
ok "there is something to save" ctl group create kept
env "${scripted[@]}" "$full" save --follow followed &
pid=$!
soon test -s followed
is "what holds is saved at once" "$?" 0
ok "something changes" ctl -q policy set --policy fifo
kill "$pid"
wait "$pid"
is "it ends when it is told to" "$?" 0
like "and has saved what changed" "$(cat followed)" 'policy = fifo'
mv followed first
env "${scripted[@]}" "$full" save --follow followed &
pid=$!
soon test -s followed
reboot 'lacks /dev/aios' 'open ENOENT'
kill "$pid"
wait "$pid"
is "when the module has gone it ends" "$?" 0
is "and what was saved stays" "$(diff first followed)" ""

# --------------------------------------------------------------- without systemd
reboot
printf 'version = 1\n[group /at-boot]\ncpus = 2\n' >boot.conf
sed "s,@BINDIR@,$scratch/bin," "$top/packaging/aios-state.in" >aios-state
mkdir -p bin
# The script names no file, and the usual ones are not a test's to write.
cat >bin/aiosctl <<END
#!/bin/sh
case \$1 in
restore) set -- restore $scratch/boot.conf ;;
*) set -- "\$@" $scratch/state.conf ;;
esac
exec env ${scripted[*]} $full "\$@"
END
chmod +x aios-state bin/aiosctl
export AIOS_PIDFILE=$scratch/state.pid
run ./aios-state status
is "the script for a machine without systemd does not run yet" "$status" 3
run ./aios-state start
is "it starts" "$status" 0
like "what is written is restored" "$(ctl group list --no-header --columns path)" '^/at-boot$'
ok "what holds is saved" soon test -s state.conf
run ./aios-state start
like "a second start says that it runs" "$status $out" '^0 aios-state: saves already'
ok "the policy is switched" ctl -q policy set --policy fifo
ok "it stops" ./aios-state stop
like "and has saved the last change" "$(cat state.conf)" '^policy = fifo$'
ok "to stop twice is no mistake" ./aios-state stop
printf 'version = 1\n[nonsense]\n' >boot.conf
rm state.conf
run ./aios-state start
is "where nothing can be restored it does not start" "$status" 1
ok "and nothing is saved" test ! -e state.conf
# ------------------------------------------------------- what is no file of a machine
ln -s saved link
run ctl save link
is "a link is not saved to" "$status" 2
ok "and stays" test -L link
mkfifo pipe
run ctl save pipe
is "nor is what is no file" "$status" 2
ok "which stays, too" test -p pipe
like "and standard output is offered" "$err" 'or - for standard output'
printf 'version = 1\n\n[group /]\ncpus = 2\n\0\0' >zeros
run ctl config check zeros
is "bytes of zero are a mistake" "$status" 1
like "which is said" "$out" 'zeros .*damaged'
run ctl restore zeros
is "and nothing is restored from them" "$status" 1
documents_are_valid
finish
