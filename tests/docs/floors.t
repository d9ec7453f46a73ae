#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""scripts/floors finds what it is there to find: in copies of the tree, each spoilt."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, "tests"))
from tap import done, ok  # noqa: E402

TABLE = "Documentation/design.rst"


def add(path, text):
    def spoil(tree):
        os.makedirs(os.path.dirname(f"{tree}/{path}"), exist_ok=True)
        with open(f"{tree}/{path}", "a", encoding="utf-8") as file:
            file.write(text)
    return spoil


def replace(path, pattern, text):
    def spoil(tree):
        with open(f"{tree}/{path}", encoding="utf-8") as file:
            before = file.read()
        after, count = re.subn(pattern, text, before, flags=re.M)
        if not count:
            raise ValueError(f"{path} has no {pattern}")
        with open(f"{tree}/{path}", "w", encoding="utf-8") as file:
            file.write(after)
    return spoil


SPOILT = (
    ("an arrow that goes up",
     add("module/core/lp/solve.c", '#include "core/engine/engine.h"\n'),
     r"module/core/lp/solve\.c includes core/engine/engine\.h: .* may not include"),
    ("one in angle brackets",
     add("module/core/lp/solve.c", "#include <core/books/books.h>\n"),
     r"module/core/lp/ may not include module/core/books/"),
    ("a room without a line",
     add("module/attic/attic.c", "\n"), r"module/attic/attic\.c: its room has no line"),
    ("a line without a room",
     replace(TABLE, r"^(``core/base``.*)$", "\\1\n``attic``  nothing at all  nothing"),
     r"no file is in module/attic/"),
    ("an arrow that nobody uses",
     replace(TABLE, r"^(``core/lp`` .*)$", r"\1 ``core/policy``"),
     r"module/core/lp/ may include module/core/policy/ and does not"),
    ("a circle that the table would allow",
     replace(TABLE, r"^(``core/books`` .*)$", r"\1 ``core/engine``"),
     r"a circle: .*module/core/books/"),
    ("a page without the table",
     replace(TABLE, r"^Rooms$", "Attic"), r"there is no table of rooms"),
)


def main():
    result = subprocess.run([f"{TOP}/scripts/floors"], capture_output=True, text=True)
    ok("the tree is as the table says", result.returncode == 0 and not result.stdout,
       result.stdout + result.stderr)
    for what, spoil, message in SPOILT:
        with tempfile.TemporaryDirectory() as tree:
            for part in ("module", "cli", "lib", "scripts/floors", TABLE):
                source, to = os.path.join(TOP, part), os.path.join(tree, part)
                os.makedirs(os.path.dirname(to), exist_ok=True)
                (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, to)
            spoil(tree)
            result = subprocess.run([f"{tree}/scripts/floors"], capture_output=True, text=True)
            ok(f"{what} is found",
               result.returncode == 1 and re.search(message, result.stdout),
               result.stdout + result.stderr)
    return done()


sys.exit(main())
