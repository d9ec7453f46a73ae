#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# aiosctl simulate reproduces the tables that were published for public traces,
# to the digit that they print (bench/published.json). The traces are not part of aios: they are looked
# for in ../shared/data/traces (or $AIOS_TRACES), and without them this is skipped.

import json
import os
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CTL = os.path.join(os.environ.get("AIOS_BUILD", TOP + "/build"), "bin/aiosctl")
TRACES = os.environ.get("AIOS_TRACES", TOP + "/../shared/data/traces")



def once(pairs):
    """An object each of whose keys is there once: Python keeps the last of several."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError(f"a key twice: {[key for key, _ in pairs]}")
    return dict(pairs)


with open(TOP + "/bench/published.json", encoding="utf-8") as table:
    PUBLISHED = json.load(table, object_pairs_hook=once)
nr = 0
failed = 0


def same(name, got, want):
    global nr, failed
    nr += 1
    print(f"{'' if got == want else 'not '}ok {nr} - {name}", flush=True)
    if got != want:
        failed += 1
        print(f"# got {got}, want {want}")


def replay(trace, procs, *arguments):
    """What each policy gave, by its name."""
    r = subprocess.run([CTL, "--json", "simulate", "--procs", str(procs), *arguments,
                        f"{TRACES}/{trace}.csv"], capture_output=True, text=True, check=False)
    if r.returncode:
        print(f"# {r.stderr}{r.stdout}")
        return {}
    return {run["policy"]: run for run in json.loads(r.stdout)["traces"][0]["runs"]}


def like(value, printed):
    """A number with as many decimals as another that is printed."""
    decimals = len(printed.partition(".")[2])
    return f"{value:.{decimals}f}"


def check_p1():
    for row in PUBLISHED["p1"]:
        cells = row["mean_bounded_slowdown"]
        runs = replay(row["trace"], row["procs"], "--protocol", "p1", "--policy",
                      ",".join(cells), "--backfill", row["backfill"])
        for policy, want in cells.items():
            got = like(runs[policy]["mean_bounded_slowdown"], want) if runs else "nothing"
            same(f"p1 {row['trace']} {policy} backfill {row['backfill']}", got, want)


def check_p2():
    together = {}
    for row in PUBLISHED["p2"]:
        if row["exact"]:
            key = (row["trace"], row["procs"], row["runtimes"],
                   row.get("reserve_by", row["runtimes"]), row["backfill"])
            together.setdefault(key, []).append((row["policy"], row["figures"]))
    for (trace, procs, order, reserve, backfill), rows in together.items():
        runs = replay(trace, procs, "--protocol", "p2", "--order-by", order, "--reserve-by",
                      reserve, "--backfill", backfill, "--policy",
                      ",".join(policy for policy, _ in rows))
        for policy, want in rows:
            got = "nothing"
            if runs:
                run = runs[policy]
                values = (run["mean_bounded_slowdown"],
                          run["mean_completion_duration_ns"] / 1e12,
                          run["p99_wait_duration_ns"] / 1e12)
                got = "/".join(like(v, w) for v, w in zip(values, want.split("/")))
            same(f"p2 {trace} {policy} by {order}/{reserve} backfill {backfill}", got, want)
    same("there are enough of them", len(together) >= 11, True)


def check_predicted():
    """Who orders by a prediction must not reserve by it: found by another simulator too."""
    for trace, procs, policy, reserve, want in (
            ("kth_sp2", 100, "sjf", "requested", "40.2"),
            ("kth_sp2", 100, "sjf", "predicted", "202.6"),
            ("sdsc_sp2", 128, "sjf", "requested", "39.0"),
            ("theta", 4392, "sjf", "requested", "15.0"),
            ("theta", 4392, "saf", "requested", "12.6")):
        runs = replay(trace, procs, "--protocol", "p2", "--no-starved", "--policy", policy,
                      "--order-by", "predicted", "--reserve-by", reserve)
        got = like(runs[policy]["mean_bounded_slowdown"], want) if runs else "nothing"
        same(f"p2 {trace} {policy} by predicted/{reserve}", got, want)


def main():
    for program in (CTL, f"{TRACES}/kth_sp2.csv"):
        if not os.access(program, os.R_OK):
            print(f"1..0 # SKIP no {program}")
            return 0
    check_p1()
    check_p2()
    check_predicted()
    print(f"1..{nr}")
    return failed != 0


sys.exit(main())
