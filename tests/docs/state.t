#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# Kernels: 6.1
"""The table of the module's state in Documentation/design.rst names all that there is.

Read from the objects of the module (AIOS_KERNEL): each variable of a file, but for what
the kernel's own macros define.
"""
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
KERNEL = os.environ["AIOS_KERNEL"]
ROW = re.compile(r"^``([\w/]+\.c) (\w+)``\s", re.M)
VARIABLE = re.compile(r"^\S+ [bBdD] (\w+)$", re.M)
# What a macro makes: of a call that warns once or slowly, and of a lock's class.
MADE = re.compile(r"^(__UNIQUE_ID|__already_done|__key|__func__|_rs$)")


def variables(source):
    """The variables of a file's object, without the number of one within a function."""
    path = f"{BUILD}/module/{KERNEL}/{source[:-2]}.o"
    text = subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout
    return {name for name in VARIABLE.findall(text) if not MADE.match(name)}


def main():
    with open("Documentation/design.rst", encoding="utf-8") as file:
        listed = set(ROW.findall(file.read()))
    found = set()
    sources = [path for path in glob.glob("module/**/*.c", recursive=True)
               # Their variables are the trace points, and what tests set on some kernels.
               if path not in ("module/trace.c", "module/enforce/fault.c")]
    for path in sources:
        found |= {(path[len("module/"):], name) for name in variables(path)}
    ok("the lock is among what is found", ("main.c", "aios_lock") in found, found)
    ok("all state is in the table", not found - listed, *sorted(found - listed))
    ok("and nothing else is", not listed - found, *sorted(listed - found))
    core = {where for where, _ in found if where.startswith("core/")}
    ok("the core has none", not core, core)
    return done()


sys.exit(main())
