#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Jobs that start again after they ran out of memory, with a real program that needs
# more than it asked for, on the kernel $AIOS_KERNEL: this script boots a machine and
# runs itself there. Nothing waits without a bound.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 3600

# Says which attempt it is, and needs 100 MiB: more than 32, more than 64, less than 128.
cat >hog.py <<'END'
import os
print("attempt", os.environ["AIOS_ATTEMPT"], flush=True)
hog = b"x" * (100 << 20)
print("done", len(hog) >> 20, flush=True)
END
hog="/usr/bin/python3 $scratch/hog.py"

# ------------------------------------------------------------------------- run
# shellcheck disable=SC2086
run timeout 1200 aiosctl run -m 32M:256M --retry-oom 4 -- $hog
is "run ends well with the third attempt" "$status" 0
is "each attempt has started the command" "$out" $'attempt 1\nattempt 2\nattempt 3\ndone 100'
like "run says that it goes on with more" "$err" \
	'job [0-9]+ ran out of memory and waits to run again with 64MiB \(attempt 2, 3 more can follow\)'
like "and with how much each time" "$err" 'again with 128MiB \(attempt 3, 2 more can follow\)'

# shellcheck disable=SC2086
run timeout 1200 aiosctl run -m 32M:256M --retry-oom 1:1.5 -- $hog
is "run ends with the last attempt when retries are used up" "$status" 137
is "which is the second" "$out" $'attempt 1\nattempt 2'
like "and says what was exceeded" "$err" 'exceeded its memory limit of 48MiB'

# shellcheck disable=SC2086
run timeout 1200 aiosctl run -m 32M:40M --retry-oom 16:16 -- $hog
is "it ends at its limit too" "$status" 137
is "however many are left" "$out" $'attempt 1\nattempt 2'

run timeout 1200 aiosctl run -m 32M:256M --retry-oom 4 -- sh -c 'echo once; exit 3'
is "another failure is not retried" "$status $out" "3 once"

run timeout 1200 aiosctl --json run -m 32M:256M --retry-oom 2:4 -- /usr/bin/python3 "$scratch/hog.py"
grep '^{' <<<"$err" >>"$documents"
is "json says so too" "$status $(grep -c '"attempt":2' <<<"$err")" "0 3"

# ---------------------------------------------------------------------- submit
timeout 1200 aiosctl --json events --type retried,drain >happened &
events=$!
# There is something to see until it looks.
until [ -s happened ]; do
	aiosctl drain --at 1h >/dev/null
	aiosctl undrain >/dev/null
done
# shellcheck disable=SC2086
id=$(aiosctl submit -m 32M:256M --retry-oom 4 -o output -- $hog)
run aiosctl -q wait "$id" --timeout 1200
is "a submitted job ends well with the third attempt" "$status" 0
is "its output has all of them" "$(grep -v aiosctl: output)" $'attempt 1\nattempt 2\nattempt 3\ndone 100'
like "and says why" "$(cat output)" '^aiosctl: job [0-9]+ ran out of memory .* 64MiB'
json show "$id"
is "show tells the attempt and what is left" "$(field attempt) $(field left) $(field factor)" "3 2 2"
is "and what was asked for at last" "$(field request)" $((128 << 20))
soon grep -q '"attempt":3' happened
kill $events
cat happened >>"$documents"
is "events tell of each" "$(grep -o '"attempt":[0-9]*' happened | paste -sd' ')" '"attempt":2 "attempt":3'
run cat happened
is "with the request" "$(field request)" $((64 << 20))
run aiosctl list --all --columns id,attempt
like "the list has attempts" "$out" "^ *$id +3$"

# shellcheck disable=SC2086
id=$(aiosctl submit -m 32M:256M --retry-oom 1 -o output -- $hog)
run aiosctl -q wait "$id" --timeout 1200
is "a submitted job ends when retries are used up" "$status" 137
json show "$id"
is "out of memory" "$(field end) $(field attempt)" "oom 2"

# ------------------------------------------------------- between two attempts
ok "a group" aiosctl group create small --mem 100M
holder=$(aiosctl submit -g small -m 50M -o /dev/null -- sleep 100000)
ok "has somebody in it" aiosctl -q wait "$holder" --until running --timeout 1200
# shellcheck disable=SC2086
id=$(aiosctl submit -g small -m 32M:256M --retry-oom 4 -o output -- $hog)
soon sh -c "aiosctl list --no-header --columns id,attempt,state | grep -q '^ *$id *2 *queued'"
json show "$id"
is "the second attempt waits for room" "$(field attempt) $(field state)" "2 queued"
run aiosctl show "$id"
like "show says how it goes on" "$out" 'retry +3 left, with 2 times the memory each, up to 256MiB'
run aiosctl explain "$id"
like "explain says what for" "$out" 'memory'
like "and which attempt it is" "$out" '^attempt +2$'
json explain "$id"
json list
ok "the holder goes" aiosctl cancel "$holder"
run aiosctl -q wait "$id" --timeout 1200
is "the third asks for all of the group and is not enough" "$status" 137
json show "$id"
is "so it ends" "$(field end) $(field attempt) $(field request)" "oom 3 $((100 << 20))"

holder=$(aiosctl submit -g small -m 50M -o /dev/null -- sleep 100000)
ok "somebody is in it again" aiosctl -q wait "$holder" --until running --timeout 1200
timeout 1200 aiosctl run -g small -m 32M:256M --retry-oom 4 -n mine -- /usr/bin/python3 \
	"$scratch/hog.py" >output 2>notes &
mine=$!
soon grep -q 'attempt 2' notes
kill -TERM $mine
wait $mine
is "a signal between attempts ends run" "$?" 143
like "and cancels the job" "$(cat notes)" 'is cancelled'
ok "the holder goes too" aiosctl cancel "$holder"
run aiosctl -q wait "$holder" --timeout 1200
ok "nobody is left in the group" aiosctl group remove small

# -------------------------------------------------------------------- refusals
run aiosctl run -m 1G --retry-oom 2 -- true
is "retries without room are refused" "$status" 1
like "and told why" "$err" 'request is 1GiB and the limit 1GiB, and the request can never grow'
run aiosctl submit --retry-oom 2 -- true
like "so are they without a request" "$err" 'can never grow'
json run --dry-run -m 1G --retry-oom 2 -- true
is "a dry run says so" "$status" 1
run aiosctl run --dry-run -m 64M:128M --retry-oom 2 -- true
is "and takes what is right" "$status" 0
json list
is "nothing is left" "$out" "$(grep -o '^.*"jobs":\[\].*$' <<<"$out")"

documents_are_valid
finish
