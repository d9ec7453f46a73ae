#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# What is written about aios is true of it: every name of the ABI is explained
# and no other, the commands in examples exist with their options, so do the
# module's parameters, the targets of make and the files that are named, and the
# pages are well-formed.

import glob
import json
import os
import re
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CTL = os.path.join(os.environ.get("AIOS_BUILD", TOP + "/build"), "bin/aiosctl")
PARTS = r"(?:scripts|module|lib|cli|python|tests|bench|demo|packaging|uapi|Documentation)"
nr = 0
failed = 0


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


def nothing(name, wrong):
    """A point: there is nothing in a list of what is wrong."""
    global nr, failed
    nr += 1
    wrong = sorted(set(wrong))
    print(f"{'not ' if wrong else ''}ok {nr} - {name}", flush=True)
    failed += bool(wrong)
    for line in wrong:
        print(f"# {line}")


PAGES = {os.path.relpath(p, TOP): read(os.path.relpath(p, TOP))
         for p in sorted(glob.glob(TOP + "/Documentation/*.rst")) +
         [TOP + "/README.md", TOP + "/SECURITY.md"]}
HEADER = read("uapi/linux/aios.h")
ABI = PAGES["Documentation/abi.rst"]


# ------------------------------------------------------------------------ ABI
def structs():
    """Fields of each struct of the header."""
    text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.S)
    for name, body in re.findall(r"^struct (aios_\w+) \{(.*?)^\};", text, re.M | re.S):
        yield name, set(re.findall(r"(\w+)(?:\[\w+\])?;", body))


def sections(text):
    """Title and body of each part of a page."""
    parts = re.split(r"^(.+)\n(?:=+|-+|~+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def check_abi():
    defined = set(re.findall(r"^#define (AIOS_\w+)", HEADER, re.M))
    explained = set(re.findall(r"AIOS_\w*[A-Z0-9]", ABI))
    nothing("every name of the header is explained", defined - explained)
    environment = set(re.findall(r"\bAIOS_\w+(?==)", read("scripts/run-test")))
    for path in glob.glob(TOP + "/cli/**/*.c", recursive=True) + glob.glob(TOP + "/lib/*.[ch]"):
        environment |= set(re.findall(r'"(AIOS_\w+)"', read(os.path.relpath(path, TOP))))
    unknown = []
    for page, text in PAGES.items():
        for word in re.findall(r"\bAIOS_\w*[A-Z0-9]\b(?:_\*)?", text):
            stem = word.rstrip("*")
            known = (any(d.startswith(stem) for d in defined) if word.endswith("*") else
                     word in defined | environment)
            if not known:
                unknown.append(f"{page}: {word}")
    nothing("no page names what the header does not define", unknown)

    parts = sections(ABI)
    fields = dict(structs())
    nothing("every struct has a section", [n for n in fields if f"struct {n}" not in parts])
    missing, surplus = [], []
    for name, want in fields.items():
        body = parts.get(f"struct {name}", "")
        terms = re.findall(r"^((?:``\w+``(?:, )?)+)$", body, re.M)
        got = set(re.findall(r"\w+", " ".join(terms)))
        missing += [f"{name}.{field}" for field in want - got]
        surplus += [f"{name}.{field}" for field in got - want if field.islower()]
    nothing("every field is explained", missing)
    nothing("no field is explained that is not there", surplus)


# ---------------------------------------------------------------------- aiosctl
def commands():
    """Options of each command, by its whole name; those of every command under ""."""
    table = json.loads(subprocess.run([CTL, "--json", "help"], stdout=subprocess.PIPE,
                                      check=True).stdout)
    found = {"": {o["name"] for o in table["global_options"]}}

    def walk(prefix, listed):
        for c in listed:
            name = prefix + c["name"]
            found[name] = {o["name"] for o in c["options"] + c["shared_options"]}
            walk(name + " ", c.get("commands", []))

    walk("", table["commands"])
    return found


def examples():
    """Each command line after a prompt, without what follows a pipe or --."""
    for page, text in PAGES.items():
        for line in re.findall(r"^ +(?:\w*[$#] )?(?:scripts/vm.* -- )?(aiosctl .*)$", text, re.M):
            if re.match(r"aiosctl: ", line):
                continue
            yield page, re.split(r" -- | \||;|(?<=\S)  +", line)[0]


def check_commands():
    table = commands()
    wrong, seen = [], 0
    for page, line in examples():
        seen += 1
        words = line.split()[1:]
        name = " ".join(words[:2]) if " ".join(words[:2]) in table else words[0]
        if name not in table:
            wrong.append(f"{page}: {line}")
            continue
        options = set(table[name]) | table[""]
        for sub in table:
            if sub.startswith(name + " ") and name == words[0] == " ".join(words):
                options |= table[sub]
        wrong += [f"{page}: {line}: --{o}" for o in re.findall(r"--([a-z][a-z-]*)", line)
                  if o not in options]
    for page, text in PAGES.items():
        for name in re.findall(r"`aiosctl ([a-z]+)", text):
            if name not in table:
                wrong.append(f"{page}: aiosctl {name}")
    nothing("commands and options in examples exist", wrong)
    nothing("there are examples", [] if seen > 20 else [f"{seen} found"])


# ---------------------------------------------------------- what else is named
def check_parameters():
    real = set()
    for path in glob.glob(TOP + "/module/**/*.c", recursive=True):
        text = read(os.path.relpath(path, TOP))
        real |= set(re.findall(r"^module_param(?:_named|_cb)?\((\w+),", text, re.M))
    table = sections(PAGES["Documentation/admin.rst"])["Module parameters"]
    told = set(re.findall(r"^``(\w+)``", table, re.M))
    nothing("every parameter of the module is told", real - told)
    nothing("no other is", told - real)


def check_names():
    missing = []
    for page, text in PAGES.items():
        named = re.findall(rf"(?<![\w/.-])({PARTS}/[\w./*-]*\w)", text)
        named += re.findall(r"``(\w+\.c)``", text) if page.endswith("design.rst") else []
        for name in named:
            places = (TOP, TOP + "/module", TOP + "/Documentation")
            if not any(glob.glob(os.path.join(p, name)) for p in places):
                missing.append(f"{page}: {name}")
    nothing("files that are named are there", missing)

    targets = set(re.findall(r"^([a-z0-9-]+)(?: [a-z -]+)?:(?!=)", read("Makefile"), re.M))
    for line in re.findall(r"^\.PHONY:(.*(?:\\\n.*)*)", read("Makefile"), re.M):
        targets |= set(line.replace("\\\n", " ").split())
    wrong = []
    for page, text in PAGES.items():
        calls = re.findall(r"(?:^ +(?:\$ )?(?:sudo )?|`|&& sudo )make ([a-z][a-z0-9 -]*)", text, re.M)
        for call in calls:
            wrong += [f"{page}: make {t}" for t in re.split(r"\s{2,}", call)[0].split()
                      if t not in targets]
    nothing("targets of make exist", wrong)


def check_markup():
    wrong = []
    for page, text in PAGES.items():
        if not page.endswith(".rst"):
            continue
        # Sphinx knows these two, docutils alone does not
        text = re.sub(r":doc:(`\w+`)", r"\1", text)
        text = re.sub(r"^\.\. toctree::\n(?: +.*\n|\n)*", "", text, flags=re.M)
        r = subprocess.run([sys.executable, "-m", "docutils", "--report=2", "-", os.devnull],
                           input=text, capture_output=True, text=True, check=False)
        wrong += [f"{page}: {line}" for line in r.stderr.splitlines() if line.startswith("<stdin>")
                  or "Error" in line]
    nothing("the pages are well-formed", wrong)
    index = PAGES["Documentation/index.rst"]
    nothing("the index names every page",
            [p for p in PAGES if p.endswith(".rst") and not p.endswith("index.rst") and
             f":doc:`{os.path.basename(p)[:-4]}`" not in index])


check_abi()
check_commands()
check_parameters()
check_names()
check_markup()
print(f"1..{nr}")
sys.exit(1 if failed else 0)
