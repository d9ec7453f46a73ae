#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# submit --requeue and rerun --requeue: what had not ended when the machine went down is
# submitted anew, each job once and in their order, and nothing else.

# shellcheck source=tests/cli/scripted.sh
. "$(dirname "$0")/scripted.sh"

# reboot [ID...]: the records are of an earlier boot, and the log has these as ended.
boot=0
reboot()
{
	local file id

	boot=$((boot + 1))
	for file in "$spool"/*@????????-*; do
		mv "$file" "${file%@*}@before-$boot"
	done
	mkdir -p "log/$(id -u)"
	for id; do
		printf '1\tjob=%s\tuid=%s\tstate=done\tend=exit\tend_s=%s\tgroup=/\tname=\n' "$id" \
			"$(id -u)" "$(date +%s)"
	done >>"log/$(id -u)/jobs.log"
}

# names: of the jobs that the scripted kernel has and that wait, in their order.
names()
{
	ctl list --no-header --columns name --state queued | xargs
}

plain=$(ctl submit --hold -n plain -o /dev/null -- true)
first=$(ctl submit --hold --requeue -n first -o /dev/null -- sh -c 'exit 7')
ended=$(ctl submit --requeue -n ended -o /dev/null -- true)
after=$(ctl submit --requeue --after "$first" -n after -o /dev/null -- true)
second=$(ctl submit --hold --requeue -n second -o /dev/null -- true)
ctl -q wait --timeout 100 "$ended"
run ctl rerun --requeue --log log
is "without a log nobody knows what had ended" "$status $out" "3 "
like "which is said" "$err" 'aios-log.service'
mkdir log
run ctl rerun --requeue --log log
is "what is of this boot is left alone" "$status $out" "0 "
ctl -q cancel "$plain" "$first" "$after" "$second"
reboot "$ended"
run ctl rerun --requeue --log log
is "two jobs are submitted anew" "$status $(wc -w <<<"$out")" "0 2"
is "in their order, and held as they were" "$(names)" "first second"
like "one that waited for others is not, which is said" "$err" "job $after is not submitted anew"
new=$(head -n 1 <<<"$out")
ctl -q release "$new"
ctl -q wait --timeout 100 "$new"
is "it is the same command" "$(ctl --json show "$new" | grep -o '"code": *[0-9]*' | grep -o '[0-9]*' | head -n 1)" 7
run ctl rerun --requeue --log log
is "each is submitted once" "$status $out" "0 "
newest=$(ctl list --no-header --columns id --state queued | xargs)
ctl -q cancel "$newest"
reboot "$new"
run ctl rerun --requeue --log log
is "and once more when the machine goes down again" "$status $(wc -w <<<"$out") $(names)" \
	"0 1 second"
run ctl rerun --requeue 1
is "it takes no jobs" "$status" 2
finish
