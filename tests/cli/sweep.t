#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A sweep of forty, on the kernel $AIOS_KERNEL: all run, no more of them at once than was
# said, the one that fails runs again, and what is cancelled starts nothing.
#
# Kernels: 6.1 6.12

# shellcheck disable=SC2016
# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"
in_machine 1200

mkdir running
cat >job <<'END'
#!/bin/sh
mkdir "running/$AIOS_ARRAY_INDEX"
ls running | wc -l >>at-once
echo "$AIOS_ARRAY_ID $AIOS_ARRAY_INDEX"
rmdir "running/$AIOS_ARRAY_INDEX"
test "$AIOS_ARRAY_INDEX" != 17 || test -e mended
END
chmod +x job
run aiosctl submit --array 0-39%4 -n sweep -c 0.1 -o '%n-%a.out' -- ./job
id=$out
like "a sweep is submitted" "$status $err$id" '^0 [0-9]+$'
run timeout 1000 aiosctl -q wait --array "$id"
is "it ends as the one that failed" "$status" 1
is "all forty ran, each with its index" "$(cat sweep-{0..39}.out)" "$(printf "$id %s\n" {0..39})"
most=$(sort -n at-once | tail -n 1)
ok "never more than four at once" test "$most" -ge 1 -a "$most" -le 4
json list --arrays --all
is "list has it as one line" "$(field id) $(field jobs) $(field "done") $(field failed)" "$id 40 39 1"
touch mended
again=$(aiosctl rerun --failed --array "$id")
like "the one that failed runs again, and no other" "$again" '^[0-9]+$'
run timeout 1000 aiosctl -q wait "$again"
is "and well" "$status $(tail -n 1 sweep-17.out)" "0 $id 17"

# ------------------------------------------------------------------------- cancel
id=$(aiosctl submit --array 1-6%2 -n long -c 0.1 -o /dev/null -- sh -c 'touch "started-$AIOS_ARRAY_INDEX"; exec sleep 100000')
ok "two of an array start" soon test -e started-1 -a -e started-2
run aiosctl cancel --array "$id"
is "it is cancelled" "$status$err" 0
run timeout 1000 aiosctl wait --array "$id"
is "all of it" "$status $(grep -c cancelled <<<"$out")" "137 6"
is "and nothing started in between" "$(echo started-*)" "started-1 started-2"
json list --arrays
is "what has ended is not listed" "$(field id)" ""

# -------------------------------------------------------------------- all or none
run aiosctl submit --array 0-2 -g nowhere -o never.out -- sh -c 'echo never'
is "an array for a group that is not there is refused" "$status" 3
run aiosctl submit --array 0-2 --gang three --gang-size 2 -o never.out -- sh -c 'echo never'
ok "one that is too large for its gang, too" test "$status" -ne 0
json list
is "as a whole" "$(field id)" ""
ok "and nothing of it ran" test ! -e never.out
documents_are_valid
finish
