#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The prices that `aiosctl lp` prints prove the gap that it prints: both sides of weak
# duality are computed here in rational numbers, from the program and the answer alone.

# shellcheck source=tests/cli/machine.sh
. "$(dirname "$0")/machine.sh"

in_machine 240

cat >prove.py <<'END'
import json
import random
import subprocess
import sys
from fractions import Fraction as F


def answer(p):
    with open("program.json", "w", encoding="ascii") as f:
        json.dump(p, f)
    run = subprocess.run(["aiosctl", "--json", "lp", "program.json"], check=False,
                         capture_output=True, text=True)
    return json.loads(run.stdout)


def judge(p):
    """What is wrong with the answer, and its status."""
    found = answer(p)
    n, one = len(p["w"]), F(1)
    lo = [F(v) for v in p.get("lo", [0] * n)]
    hi = [F(v) for v in p.get("hi", [1] * n)]
    x = [F(c["x_units"], 2**24) for c in found["columns"]]
    y = [F(r["price_units"], one * 2**found["price_shift"]) for r in found["rows"]]
    for i in range(n):
        if not lo[i] <= x[i] <= hi[i]:
            return "a bound is broken", found["status"]
    for row, b in zip(p["a"], p["b"]):
        if sum(F(a) * v for a, v in zip(row, x)) > b:
            return "a row is broken", found["status"]
    primal = sum(F(w) * v for w, v in zip(p["w"], x))
    dual = sum(v * b for v, b in zip(y, p["b"]))
    for i in range(n):
        d = p["w"][i] - sum(v * row[i] for v, row in zip(y, p["a"]))
        dual += max(d * lo[i], d * hi[i])
    # The gap is printed with 15 digits.
    if dual - primal > F(found["gap"]) * (1 + F(1, 10**14)) or dual < primal:
        return f"gap {float(dual - primal)}, printed {found['gap']}", found["status"]
    return "", found["status"]


draw = random.Random(7)


def number(low, high):
    return int(2 ** draw.uniform(low, high))


def program(n, a, w, fill):
    rows = [[number(*bits) if draw.random() < fill else 0 for _ in range(n)]
            for bits in a]
    hi = [number(0, 21) if fill < 1 else 1 for _ in range(n)]
    return {"w": [number(*w) for _ in range(n)], "a": rows, "hi": hi,
            "b": [max(1, int(sum(v * h for v, h in zip(row, hi)) * draw.uniform(.2, .8)))
                  for row in rows]}


KINDS = {
    "memory": lambda: program(30, [(8, 14), (33, 40)], (1, 10), 1),
    "large": lambda: program(20, [(0, 57), (0, 57), (40, 57)], (0, 36), 1),
    "narrow": lambda: program(10, [(30, 31)] * 6, (0, 39), .8),
}
want = KINDS[sys.argv[1]]
for turn in range(15):
    p = want()
    p["b"] = [min(b, 2**62 - 1) for b in p["b"]]
    wrong, status = judge(p)
    if wrong or (sys.argv[1] != "large" and status != "optimal"):
        sys.exit(f"program {turn}: {status}, {wrong}: {json.dumps(p)}")
END
ok "prices prove the gap: memory in bytes" python3 prove.py memory
ok "prices prove the gap: coefficients up to 2^57" python3 prove.py large
ok "prices prove the gap, which is small: weights that lie far apart" python3 prove.py narrow

finish
