# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two network namespaces with a cable between them, for the tests that source it: near,
# 10.9.0.1 and fd09::1, and far, 10.9.0.2 and fd09::2, where iperf3 listens on the ports
# from 5201 on.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# in_machine OPTION...: outside a machine this boots one, with these options of scripts/vm,
# and runs the script there; it does not return then.
in_machine()
{
	local kernel=${AIOS_KERNEL:-6.1}

	if [ -z "${AIOS_VM-}" ]; then
		[ -e "$top/build/kernels/$kernel/release" ] || skip_all "no kernel $kernel"
		rm -rf "$scratch"
		exec "$vm" --kernel "$kernel" "$@" -- "$top/tests/vm/${0##*/}"
	fi
	cd "$scratch" || exit
}

make_network()
{
	modprobe -q veth
	ip netns add near && ip netns add far &&
		ip link add near0 netns near type veth peer name far0 netns far || return
	ip -n near address add 10.9.0.1/24 dev near0
	ip -n far address add 10.9.0.2/24 dev far0
	ip -n near address add fd09::1/64 dev near0 nodad
	ip -n far address add fd09::2/64 dev far0 nodad
	ip -n near link set lo up
	ip -n near link set near0 up
	ip -n far link set far0 up
}

near()
{
	ip netns exec near "$@"
}

far()
{
	ip netns exec far "$@"
}

# listen PORT...: returns when it does.
listen()
{
	local port

	for port; do
		far iperf3 --server --daemon --port "$port"
		until far ss -Hltn | grep -q ":$port "; do
			sleep 0.1
		done
	done
}

# iperf3 counts a block when all of it has come: one of 128 KB, as it takes by itself, would
# be a seventh of a second at 1 MB/s.
block=(--length 8K)

# flow FILE [JOB'S OPTION]... -- [IPERF3'S OPTION]...: a job that sends for some time;
# what iperf3 reports of it goes to the FILE.
flow()
{
	local file=$1 options=()
	shift

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	aiosctl run --cpus 0.1: "${options[@]}" -- ip netns exec near iperf3 --json \
		--client 10.9.0.2 "${block[@]}" "$@" >"$file"
}

# rate_of FILE: bytes that were received in a second.
rate_of()
{
	python3 - "$1" <<'END'
import json, sys
end = json.load(open(sys.argv[1]))["end"]
print(round((end.get("sum_received") or end["sum"])["bits_per_second"] / 8))
END
}

# seconds FILE FIRST LAST: bytes in one of these, on average, as the reporting end saw them;
# what is negative counts from the end.
seconds()
{
	python3 - "$@" <<'END'
import json, sys
first, last = map(int, sys.argv[2:])
span = json.load(open(sys.argv[1]))["intervals"][first:last]
print(round(sum(each["sum"]["bytes"] for each in span) / (last - first)))
END
}

# between FILE LEAST MOST: in how many of the whole seconds but the first the bytes were between
# these.
between()
{
	python3 - "$@" <<'END'
import json, sys
least, most = map(int, sys.argv[2:])
span = json.load(open(sys.argv[1]))["intervals"][1:-2]
print(sum(least < each["sum"]["bytes"] < most for each in span))
END
}

# within NAME GOT WANT PERCENT: it is not further from it than that.
within()
{
	local off=$(($2 > $3 ? $2 - $3 : $3 - $2))

	ok "$1: $2 of $3 bytes/s" test "$((off * 100))" -le "$(($3 * $4))"
}
