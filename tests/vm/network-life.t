#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What becomes of packets that wait for their rate when their job, its limit, their device,
# their network namespace or the module goes away, on the kernel $AIOS_KERNEL.

# shellcheck source=tests/vm/network.sh
. "$(dirname "$0")/network.sh"
in_machine --timeout 3600
ok "there is a network" make_network

cat >flood.py <<'END'
"""Send datagrams as fast as they are taken; say how many bytes were, in how long."""
import socket
import sys
import time

out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
begin = time.monotonic()
sent = 0
while time.monotonic() < begin + float(sys.argv[1]):
    try:
        sent += out.sendto(bytes(1400), ("10.9.0.2", 9))
    except OSError:
        time.sleep(0.1)
print(sent, time.monotonic() - begin)
END

# flood SECONDS [JOB'S OPTION]...: starts a job that does; sets job.
flood()
{
	local seconds=$1
	shift

	job=$(aiosctl submit --output flooded "$@" -- ip netns exec near \
		python3 "$PWD/flood.py" "$seconds") && aiosctl -q wait "$job" --until running
}

# received: bytes that the far end has got so far.
received()
{
	far cat /sys/class/net/far0/statistics/rx_bytes
}

# grows: the far end gets more, which on a busy machine can take its time.
grows()
{
	local before
	before=$(received)

	for _ in {1..600}; do
		sleep 0.1
		[ "$(received)" -gt $((before + 10000)) ] && return
	done
	return 1
}

# ------------------------------------------------------------------ the limit holds
before=$(received)
flood 5 --net 100k
run timeout 600 aiosctl -q wait "$job"
is "a job floods the network" "$status" 0
read -r sent seconds <flooded
# What was taken from the program and not yet sent waits in the socket's buffer.
ok "no more gets out than its limit ($(($(received) - before)) bytes of $sent in $seconds s)" \
	python3 -c "import sys; sys.exit($(received) - $before > 1.1 * 100000 * ($seconds + 1) + 2 * 212992)"

before=$(received)
flood 1000 --net 0
sleep 2
run timeout 600 aiosctl cancel "$job"
run timeout 600 aiosctl -q wait "$job"
ok "of one that may have none nothing gets out, at its end neither" \
	test $(($(received) - before)) -lt 2000

# ------------------------------------------------------------------- what goes away
flood 1000 --net 50k
ok "packets wait" grows
ok "the job is cancelled" timeout 600 aiosctl cancel "$job"
run timeout 600 aiosctl -q wait "$job"
flood 1000 --net 50k
grows
for rate in 1 100k max 1k 2M 30k; do
	aiosctl update "$job" --net $rate || break
	sleep 0.2
done
is "its limit is changed while packets wait" "$rate" 30k
ok "and it gets on" grows
ok "a group above it is limited" aiosctl limit / --net 20k
sleep 2
ok "and it gets on with that" grows
ok "and that is taken back" aiosctl limit / --net max
ok "it is suspended" aiosctl suspend "$job"
ok "and resumed" aiosctl resume "$job"
ok "and gets on then" grows

ip -n near link set near0 down
ok "the device goes down" test -z "$(ip -n near link show near0 up)"
ip -n near link set near0 up
ip -n near link del near0
is "the device goes away" "$(ip -n near link show near0 2>/dev/null)" ""
run timeout 600 aiosctl cancel "$job"
run timeout 600 aiosctl -q wait "$job"
ip netns del near
ip netns del far
ok "another network is made" make_network

flood 1000 --net 50k
grows
ip netns del near
far=$(received)
run timeout 600 aiosctl cancel "$job"
run timeout 600 aiosctl -q wait "$job"
ok "its namespace goes away, and the job with it (after $far bytes)" test "$far" -gt 0
ip netns del far
make_network

# -------------------------------------------------------------- what is not a job's
near python3 "$PWD/flood.py" 1000 >others &
other=$!
flood 1000 --net 50k
ok "others send, too" grows
run timeout 600 aiosctl cancel "$job"
run timeout 600 aiosctl -q wait "$job"
ok "the module is unloaded while they do" timeout 600 rmmod aios
ok "and they go on" grows
kill $other
wait $other
finish
