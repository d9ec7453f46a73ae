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
        return glob.glob("tests/" + name + ".c")
    return [path for path in ("tests/" + name + ".c", "tests/" + name, name,
                              name + "/run", name + "/hostile.c") if os.path.isfile(path)]


tried = rows(read("Documentation/security.rst"))
ok(len(tried) > 20, "there is a table of attempts")
named = set()
for attempt, answer, where in tried:
    files = sources(where)
    text = "".join(read(path) for path in files)
    named |= set(files)
    missing = [word for word in re.findall(r"\b(?:E[A-Z]{3,}|AIOS_[A-Z_]+)\b", answer)
               if word not in text]
    ok(files and not missing, attempt, f"{where}: {files or 'no such test'} {missing}")
for path in sorted(glob.glob("tests/hostile/*.[ct]")):
    if path != "tests/hostile/users.t":
        ok(path in named, f"{path} is in the table")
done()
