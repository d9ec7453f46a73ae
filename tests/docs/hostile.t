#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What Documentation/security.rst says was tried is what tests try, with these answers."""
import glob
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from tap import done, ok  # noqa: E402


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rows(text):
    """(attempt, answer, where) of each row of the last table, its lines put together."""
    table = text[text.index("What was tried"):]
    rule = re.search(r"^(=+)( +)(=+)( +)=+$", table, re.M)
    second, third = rule.start(3) - rule.start(), rule.end(4) - rule.start()
    body = table[rule.end():].split(rule.group(0))[1]
    found = []
    for line in body.strip("\n").split("\n"):
        cells = [line[:second], line[second:third], line[third:]]
        if cells[2].strip():
            found.append([cell.strip() for cell in cells])
        else:
            found[-1] = [(a + " " + b.strip()).strip() for a, b in zip(found[-1], cells)]
    return found


def sources(where):
    """The files of a test that a row names: kselftest/user is a program, all else a path."""
    name = re.search(r"``([^`]+)``", where).group(1)
    if name.startswith("kselftest/"):
        return glob.glob(f"tests/{name}.c") + glob.glob(f"tests/{name}")
    return [path for path in ("tests/" + name + ".c", "tests/" + name, name,
                              name + "/run", name + "/hostile.c") if os.path.isfile(path)]


tried = rows(read("Documentation/security.rst"))
ok("there is a table of attempts", len(tried) > 20)
named = set()
for attempt, answer, where in tried:
    files = sources(where)
    text = "".join(read(path) for path in files)
    named |= set(files)
    missing = [word for word in re.findall(r"\b(?:E[A-Z]{3,}|AIOS_[A-Z_]+)\b", answer)
               if word not in text]
    ok(attempt, files and not missing, f"{where}: {files or 'no such test'} {missing}")
for path in sorted(glob.glob("tests/hostile/*.[ct]")):
    if path.endswith(".t") and path != "tests/hostile/users.t" or "\nTEST(" in read(path):
        ok(f"{path} is in the table", path in named)
sys.exit(done())
