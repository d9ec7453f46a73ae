#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The solver takes at most 1 KiB of the kernel's stack.

Read from the module's objects: the frame of each function (what it pushes and what it
takes from the stack pointer, and the return address of who calls it), and the deepest
chain of calls from the solver's entries. What the callback of the caller takes is not
counted.
"""
import functools
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
LIMIT = 1024
ENTRIES = ("aios_lp_solve", "aios_lp_verify", "aios_lp_set_column",
           "aios_lp_set_bounds", "aios_lp_max_min", "aios_lp_drf",
           "aios_lp_proportional")
# The start of a function, a push, room on the stack, and a call or a jump elsewhere.
START = re.compile(r"^[0-9a-f]+ <(\w[\w.]*)>:$")
PUSH = re.compile(r"\tpush\s")
ROOM = re.compile(r"\tsub\s+\$0x([0-9a-f]+),%rsp")
OTHER = re.compile(r"R_X86_64_(?:PLT32|PC32)\s+(\w[\w.]*?)(?:[-+]0x[0-9a-f]+)?$")
LOCAL = re.compile(r"\t(?:call|jmp)\s+[0-9a-f]+ <(\w[\w.]*)>$")


def read(objects):
    """Frame in bytes, and callees, of each function."""
    frames, calls = {}, {}
    text = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", *objects],
                          check=True, capture_output=True, text=True).stdout
    name = None
    for line in text.split("\n"):
        if start := START.match(line):
            name = start.group(1)
            frames[name], calls[name] = 8, set()
        elif PUSH.search(line):
            frames[name] += 8
        elif room := ROOM.search(line):
            frames[name] += int(room.group(1), 16)
        elif callee := OTHER.search(line) or LOCAL.search(line):
            calls[name].add(callee.group(1))
    return frames, calls


def main():
    objects = sorted(glob.glob(f"{BUILD}/module/{KERNEL}/module/core/lp/*.o"))
    frames, calls = read(objects)
    if any("asan" in callee for callees in calls.values() for callee in callees):
        print("1..0 # SKIP a kernel that checks itself has larger frames")
        return False
    ok("the objects are there", "solve.o" in map(os.path.basename, objects))

    @functools.cache
    def deepest(name):
        below = [deepest(n) for n in calls.get(name, ()) if n in frames and n != name]
        size, path = max(below, default=(0, ()))
        return size + frames[name], (name,) + path

    for name in ENTRIES:
        if name not in frames:
            ok(f"{name} is there", False)
            continue
        size, path = deepest(name)
        chain = " > ".join(f"{n} {frames[n]}" for n in path)
        ok(f"{name}: at most {LIMIT} bytes", size <= LIMIT, f"{size}: {chain}")
        print(f"# {name}: {size} bytes")
    return done()


sys.exit(main())
