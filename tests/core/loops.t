#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""No loop of the solver is without a bound, and nothing calls itself.

Every loop in the sources either counts a variable up to a limit, by a step and
with nothing else in it that sets the variable, or is one of those listed here with
what bounds it. The graph of calls, read from the objects, has no cycle. That
proves an end for every input; how soon it comes is what test_lp checks (the cap
of the iterations holds, the callback is asked in between).
"""
import collections
import glob
import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from tap import done, ok  # noqa: E402

BUILD = os.environ.get("AIOS_BUILD", "build")

# File and head of each loop that does not count, and what bounds it.
BOUNDED = {
    ("classes.c", "while (table[at] != LP_EMPTY &&"):
        "a table of 256 slots is probed that holds at most 64 classes",
    ("classes.c", "for (p = 0; lp->basis.head[p] != i; p++)"):
        "the column is basic, so one of the m positions has it",
    ("proportional.c", "for (;;)"):
        "passes grow in each round; ends at the cap",
    ("rescue.c", "while (lo < hi)"):
        "each round takes its pivot out of [lo, hi)",
    ("screen.c", "while (total >> 61)"):
        "every tau is halved, and when all are 0 the total is below 2^38",
    ("ratio.c", "while (lo < hi)"):
        "each round takes its pivot out of [lo, hi)",
    ("ratio.c", "for (k = r; lp->screen.cand[k] != j; k++)"):
        "j was put among the candidates from r on just before",
    ("simplex.c", "for (;;)"):
        "each round is an iteration, which the cap bounds, or bans one more of "
        "the m rows, or lowers the least pivot, which happens once in a row",
    ("solve.c", "for (; step >= LP_REFINE / 2; step /= LP_REFINE)"):
        "the step is divided in each round",
}

COUNTS = re.compile(r"for \((\w+) = [^;]*; ([^;]*); (?:\1\+\+|\1 \+= \w+)\)$")


def strip(text):
    """Without comments and strings."""
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text,
                  flags=re.S)
    return re.sub(r"//[^\n]*|\"[^\"\n]*\"", "", text)


def body(text, at):
    """The statement that begins at or after at."""
    while text[at].isspace():
        at += 1
    if text[at] != "{":
        depth, end = 0, at
        while text[end] != ";" or depth:
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[end], 0)
            if text[end] == "}" and not depth:
                break
            end += 1
        return text[at:end + 1]
    depth, end = 0, at
    while True:
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
        if not depth:
            return text[at:end]


def limit(condition, variable):
    """What a variable is below as long as a condition holds, None: nothing."""
    parts, depth, start = [], 0, 0
    for at, c in enumerate(condition):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if not depth and condition[at:at + 2] == "||":
            return None
        if not depth and condition[at:at + 2] == "&&":
            parts.append(condition[start:at].strip())
            start = at + 2
    for part in parts + [condition[start:].strip()]:
        found = re.match(rf"{variable} (?:<|<=) (.*)$", part)
        if found:
            return found.group(1)
    return None


def loops(text):
    """Head, and whether it counts, of each loop."""
    text = strip(text)
    for match in re.finditer(r"\b(for|while) \(|\bdo \{", text):
        if match.group().startswith("do"):
            yield "do", False
            continue
        depth, end = 0, match.end() - 1
        while True:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
            if not depth:
                break
        head = text[match.start():end]
        first = head.split("\n")[0]
        if text[end:end + 1] == ";" and match.group(1) == "while" and \
           text[:match.start()].rstrip().endswith("}"):
            yield f"do ... {first}", False
            continue
        counted = COUNTS.match(" ".join(head.split()))
        bound = counted and limit(counted.group(2), counted.group(1))
        if not bound:
            yield first, False
            continue
        inside = body(text, end)
        names = [counted.group(1)] + re.findall(r"[A-Za-z_][\w>.\[\]-]*", bound)
        moved = [n for n in names if
                 re.search(rf"(?<![\w>.]){re.escape(n)}\s*(?:[-+*/|&^%]|<<|>>)?=(?!=)"
                           rf"|(?<![\w>.]){re.escape(n)}(?:\+\+|--)|(?:\+\+|--){re.escape(n)}\b"
                           rf"|&{re.escape(n)}\b(?!\s*\w)", inside)]
        yield first if not moved else f"{first} sets {moved[0]}", not moved


def calls(path):
    """Caller and callee pairs of an object."""
    text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", path],
                          check=True, capture_output=True, text=True).stdout
    caller = None
    name = re.compile(r"<([\w]+)[\w.]*>$")
    for line in text.split("\n"):
        if re.match(r"[0-9a-f]+ <(\w+)", line):
            caller = re.match(r"[0-9a-f]+ <(\w+)", line).group(1)
        elif "R_X86_64_PLT32" in line or "R_X86_64_PC32" in line:
            callee = re.search(r"R_X86_64_\w+\s+([A-Za-z_]\w*)", line)
            if callee:
                yield caller, callee.group(1)
        elif re.search(r"\tcall\w*\s", line) and name.search(line):
            callee = name.search(line).group(1)
            # The address of a call that is relocated is the next instruction's.
            if callee != caller or re.search(rf"<{re.escape(callee)}>$", line):
                yield caller, callee


def cycle(graph):
    """A function that calls itself, maybe through others."""
    state = {}

    def visit(node, path):
        state[node] = 1
        for other in graph[node]:
            if state.get(other) == 1:
                return path + [node, other]
            if other not in state and other in graph:
                found = visit(other, path + [node])
                if found:
                    return found
        state[node] = 2
        return None

    for node in list(graph):
        if node not in state:
            found = visit(node, [])
            if found:
                return found
    return None


PROBE = """
for (i = 0; i < n; i++) sum += a[i];
for (i = 0; i < n && !stop; i++) { f(i); }
for (i = 0; i < n; i++) { if (a[i]) i = 0; }
for (i = 0; i < lp->n; i++) lp->n++;
for (i = 0; i < n || more; i++) f(i);
for (i = 0; a[i]; i++) ;
while (more) f();
do { f(); } while (more);
"""


def main():
    ok("what has no bound is found",
       [counts for _, counts in loops(PROBE)] == [True] * 2 + [False] * 7,
       list(loops(PROBE)))
    ok("so is what calls itself",
       cycle({"a": {"b"}, "b": {"c", "a"}}) and not cycle({"a": {"b"}, "b": {"c"}}))
    seen = set()
    files = sorted(glob.glob("module/core/lp/*.c")) + \
        ["module/core/lp/internal.h", "module/core/base/fixed.h"]
    for path in files:
        file = os.path.basename(path)
        unbounded, count = [], 0
        for head, counts in loops(open(path).read()):
            count += 1
            if counts:
                continue
            if (file, head) in BOUNDED:
                seen.add((file, head))
            else:
                unbounded.append(head)
        ok(f"{file}: all of {count} loops have a bound", not unbounded, *unbounded)
    stale = set(BOUNDED) - seen
    ok("every loop that is listed is there", not stale, *stale)

    graph = collections.defaultdict(set)
    for path in sorted(glob.glob(f"{BUILD}/obj/core/lp/*.o")):
        for caller, callee in calls(path):
            graph[caller].add(callee)
    ok("the calls are read", "aios_lp_simplex" in graph["lp_search"] |
       graph["lp_attempt"] | graph["aios_lp_solve"], str(dict(graph))[:200])
    found = cycle(graph)
    ok("nothing calls itself", not found, found)
    return done()


sys.exit(main())
