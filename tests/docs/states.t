#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The picture of a job's life in Documentation/design.rst shows the steps of job/life.c."""
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from tap import done, ok  # noqa: E402

STATES = ("new", "queued", "admitted", "running", "suspended", "done", "failed", "cancelled")
STEP = re.compile(r"\{\s*AIOS_EVENT_(\w+),\s*([^,{}]+),\s*([^,{}]+),\s*([^,{}]+)\}")
SHOWN = re.compile(r"^  ([a-z, ]+?) +--(\w+)--> +([a-z, ]+)$", re.M)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def expand(expression, names):
    """The states of an expression of bits, in lower case."""
    found = set()
    for word in re.findall(r"\w+", expression.replace("BIT(", "(")):
        word = re.sub(r"^AIOS_(STATE|JOB)_", "", word)
        if word in names:
            found |= expand(names[word], names)
        else:
            found.add(word.lower())
    return found


def coded(source):
    """(event, from, to) of each step in the table, a state that stays as itself."""
    names = dict(re.findall(r"^#define (\w+)\s+(.*?)(?:\s*/\*.*)?$", source, re.M))
    names = {k: v for k, v in names.items() if re.search(r"BIT|\|", v) and "AIOS" not in v
             and k not in ("ALL",)}
    table = re.search(r"steps\[\] = \{(.*?)\n\};", source, re.S).group(1)
    table = re.sub(r"/\*.*?\*/", "", table, flags=re.S)
    steps = set()
    for event, from_, to, _ in STEP.findall(table):
        for state in expand(from_, names):
            for after in expand(to, names):
                steps.add((event.lower(), state, state if after == "same" else after))
    return steps


def shown(text):
    steps = set()
    for from_, event, to in SHOWN.findall(text):
        for state in from_.split(", "):
            for after in to.split(", "):
                steps.add((event, state, state if after == "the same" else after))
    return steps


def main():
    table = coded(read("module/job/life.c"))
    picture = shown(read("Documentation/design.rst"))
    ok("the table is read", len(table) > 20, table)
    ok("so is the picture", len(picture) > 20, picture)
    ok("every step of the table is shown", not table - picture, table - picture)
    ok("and no other", not picture - table, picture - table)
    ok("every state is one of those that there are",
       {s for _, a, b in table for s in (a, b)} == set(STATES),
       {s for _, a, b in table for s in (a, b)} ^ set(STATES))
    ended = {a for event, a, b in table if b in STATES[5:]}
    ok("what has ended stays so", not ended & set(STATES[5:]), ended)
    header = read("uapi/linux/aios.h")
    events = set(re.findall(r"#define AIOS_EVENT_(\w+)", header))
    ok("every event of a job is one of the ABI's",
       {e.upper() for e, _, _ in table} <= events,
       {e.upper() for e, _, _ in table} - events)
    return done()


sys.exit(main())
