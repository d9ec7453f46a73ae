#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What jobs get of the network, as iperf3 sees it, on the kernel $AIOS_KERNEL: in a machine
# whose clock counts instructions, so that the load of this one is none of it. Of each
# 1500 bytes 1448 are the program's.
#
# Kernels: 6.1 6.12

# shellcheck source=tests/vm/network.sh
. "$(dirname "$0")/network.sh"
in_machine --icount --timeout 3600
ok "there is a network" make_network
listen 5201 5202 5203

# ---------------------------------------------------------------- one job's limit
run aiosctl --json limit /
like "network bandwidth is enforced" "$out" '"resource":"net",[^}]*"how":"enforced"'
for rate in 1 5 20; do
	flow one --net ${rate}M -- --time 10
	within "a flow at $rate MB/s" "$(rate_of one)" $((rate * 1000000)) 5
done
flow one --net 5M -- --time 10 --parallel 64
within "64 flows" "$(rate_of one)" 5000000 5
flow one --net 5M -- --time 10 --reverse
within "a flow that comes in" "$(rate_of one)" 5000000 5
flow one --net 5M -- --time 10 --udp --length 1448 --bitrate 100M
within "datagrams" "$(seconds one 1 9)" 5000000 5
flow one --net 5M -- --time 10 --version6 --client fd09::2
within "IPv6, whose header takes 20 bytes more" "$(rate_of one)" $((5000000 * 1428 / 1500)) 5
near ethtool -K near0 tso off gso off >/dev/null
flow one --net 5M -- --time 10
within "segments that are cut before" "$(rate_of one)" 5000000 5
near ethtool -K near0 tso on gso on >/dev/null

modprobe -q ipip
ip -n near link add wrap type ipip local 10.9.0.1 remote 10.9.0.2
ip -n far link add wrap type ipip local 10.9.0.2 remote 10.9.0.1
ip -n near address add 10.10.0.1/24 dev wrap
ip -n far address add 10.10.0.2/24 dev wrap
ip -n near link set wrap up
ip -n far link set wrap up
flow one --net 5M -- --time 10 --client 10.10.0.2
within "what a tunnel wraps" "$(rate_of one)" 5000000 5

# ------------------------------------------------------------- several jobs share
aiosctl limit / --net 8M >/dev/null
flow one --net 6M: -- --time 10 --port 5201 &
flow two --net 2M: -- --time 10 --port 5202 &
wait
within "a job that requests three quarters" "$(rate_of one)" 6000000 5
within "and one that requests a quarter" "$(rate_of two)" 2000000 5

job=$(aiosctl submit --net 6M: --output /dev/null -- sleep 1000)
aiosctl -q wait "$job" --until running
flow two --net 2M: -- --time 10
within "what one does not need the other has" "$(rate_of two)" 8000000 5

flow two --net 2M: --strict -- --time 10
within "but for who is held to his grant" "$(rate_of two)" 2000000 5
aiosctl cancel "$job"
aiosctl limit / --net max >/dev/null

aiosctl group create team --net 3M >/dev/null
flow one -g team -- --time 10 --port 5201 &
flow two -g team -- --time 10 --port 5202 --parallel 8 &
flow three -g team -- --time 10 --port 5203 &
wait
within "all jobs of a group" $(($(rate_of one) + $(rate_of two) + $(rate_of three))) 3000000 5
for job in one two three; do
	within "each as much, however many flows it has" "$(rate_of $job)" 1000000 20
done

# ----------------------------------------------------------------- as it changes
# So much is left to come that some seconds of it are after the change, whenever that is.
# shellcheck disable=SC2317
use_of()
{
	aiosctl --json show "$1" | python3 -c 'import json, sys
print(next(r["use"] for r in json.load(sys.stdin)["jobs"][0]["resources"] if r["resource"] == "net"))'
}

# What a moment shows may be a burst, or a pause after one.
# shellcheck disable=SC2317
use_is()
{
	for _ in {1..40}; do
		use=$(use_of "$1")
		[ "$((use > $2 * 3 / 5 && use < $2 * 7 / 5))" = 0 ] || return 0
		sleep 0.2
	done
	return 1
}

job=$(aiosctl submit --net 1M --output changed -- ip netns exec near iperf3 --json \
	--client 10.9.0.2 "${block[@]}" --bytes 120M --reverse)
aiosctl -q wait "$job" --until running
sleep 6
ok "its use is told" use_is "$job" 1000000
aiosctl update "$job" --net 5M
ok "and that of another limit" use_is "$job" 5000000
aiosctl -q wait "$job"
# Few seconds are seen here, in which packets were dropped: the payload alone is compared.
within "the limit that it had" "$(seconds changed 1 5)" $((1000000 * 1448 / 1500)) 5
# At the end iperf3 reports up to two intervals that are no whole seconds.
within "and the other" "$(seconds changed -8 -3)" $((5000000 * 1448 / 1500)) 5
ok "which is in effect at once" test "$(between changed 1500000 3500000)" -le 1

# ---------------------------------------------------------------- whom it spares
far ping -q -i 0.01 -c 1000 10.9.0.1 >pings &
flow one --net 1M -- --time 10
wait
like "what is not a job's is not dropped" "$(cat pings)" ' 0% packet loss'
near iperf3 --server --daemon --port 5301 --bind 127.0.0.1
until near ss -Hltn | grep -q ':5301 '; do
	sleep 0.1
done
aiosctl run --net 1M -- ip netns exec near iperf3 --json --client 127.0.0.1 --port 5301 \
	--bytes 100M >loop
ok "what stays on the machine is not limited" test "$(rate_of loop)" -gt 10000000
finish
