#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The recipes of Documentation/extending.rst: the first is followed in a copy of the tree.

A policy is added there, the command is built, and the policy is looked for in the
simulator, in help, in the completions of the three shells and in the manual. What was
touched is what the recipe lists. Of the other recipes the files that they name are there
and not more than there should be.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
os.chdir(TOP)
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from tap import done, ok  # noqa: E402

PAGE = "Documentation/extending.rst"
MOST = {"A policy": 6, "A resource": 8, "A call": 10, "A command": 6}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SUMMARY = "the last to arrive"
POLICY = """// SPDX-License-Identifier: GPL-2.0
/*
 * Last come, first served.
 */
#include "core/books/engine.h"
#include "core/policy/policy.h"

static void toy_key(struct aios_engine *engine, const struct aios_job_node *job,
		    struct aios_ordered_key *key)
{
	(void)engine;
	key->major = U64_MAX - job->submit_ns;
	key->minor = job->submit_ns;
}

const struct aios_policy_ops aios_policy_toy = {
	.id = AIOS_POLICY_TOY,
	.name = "toy",
	.summary = "%s",
	.key = toy_key,
};
""" % SUMMARY


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def recipes():
    """The files of each recipe in their order, and the count that it states."""
    parts = re.split(r"^(A \w+)\n=+\n", read(PAGE), flags=re.M)
    for title, body in zip(parts[1::2], parts[2::2]):
        count = NUMBERS.index(re.match(r"\s*(\w+) files", body)[1].lower())
        yield title, re.findall(r"^\d+\. ``([^`]+)``:", body, re.M), count


def replace(path, pattern, text):
    """Put text behind the last place where the pattern is; there has to be one."""
    old = read(path)
    found = list(re.finditer(pattern, old, re.M))
    assert found, f"{path} has no {pattern}"
    end = found[-1].end()
    write(path, old[:end] + text + old[end:])


def add_policy(files):
    """Follow the recipe; it names the files."""
    number = 1 + max(int(n) for n in re.findall(r"^#define AIOS_POLICY_[A-Z0-9]+\s+(\d+)\s",
                                                read("uapi/linux/aios.h"), re.M))
    steps = {
        "module/core/policy/<name>.c": lambda path: write(path, POLICY),
        "module/core/policy/list.h": lambda path: replace(path, r"X\([a-z0-9]+\)$", ", X(toy)"),
        "uapi/linux/aios.h": lambda path: replace(
            path, r"^#define AIOS_POLICY_[A-Z0-9]+\s+\d+\s.*\n",
            f"#define AIOS_POLICY_TOY\t\t{number}\t/* {SUMMARY} */\n"),
        "Documentation/abi.rst": lambda path: replace(
            path, r"^``AIOS_POLICY_[A-Z0-9]+`` .*\n", f"``AIOS_POLICY_TOY``          {SUMMARY}\n"),
        "Documentation/man/man1/aiosctl-policy.1": lambda path: replace(
            path, r"^\.TP 11\n\.B \w+\n.*\n", f".TP 11\n.B toy\n{SUMMARY}\n"),
        "Documentation/scheduling.rst": lambda path: replace(
            path, r"(?=^srtf\n-)", "toy\n---\n\nLast come, first served.\n\n"),
    }
    for file in files:
        assert file in steps, f"the recipe has a file that this test does not know: {file}"
        steps[file](file.replace("<name>", "toy"))


def tree(top):
    """Contents of all files below, but for what was built."""
    found = {}
    for folder, folders, files in os.walk(top):
        folders[:] = [f for f in folders if f not in (".git", "build", "__pycache__")]
        for file in files:
            path = os.path.join(folder, file)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    found[os.path.relpath(path, top)] = f.read()
    return found


def run(*command, **options):
    return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)


def check_recipes():
    """The files of each recipe are there, and as many as it says and as it may have."""
    table = {title: (files, count) for title, files, count in recipes()}
    ok("there are the four recipes", sorted(table) == sorted(MOST), sorted(table))
    for title, (files, count) in table.items():
        ok(f"{title}: as many files as it says", len(files) == count, len(files), count)
        ok(f"{title}: at most {MOST[title]}", len(files) <= MOST[title], len(files))
        missing = [f for f in files if not glob.glob(re.sub(r"<\w+>", "*", f))]
        ok(f"{title}: they are there", not missing, missing)
    return table


def check_policy(files, scratch):
    before = tree(TOP)
    for path, content in before.items():
        os.makedirs(os.path.dirname(os.path.join(scratch, path)), exist_ok=True)
        with open(os.path.join(scratch, path), "wb") as file:
            file.write(content)
        shutil.copymode(path, os.path.join(scratch, path))
    os.chdir(scratch)
    add_policy(files)
    after = tree(scratch)
    touched = {p for p in after if after[p] != before.get(p)} | (set(before) - set(after))
    wanted = {f.replace("<name>", "toy") for f in files}
    ok("a policy touches what the recipe lists", touched == wanted, touched ^ wanted)

    environment = {k: v for k, v in os.environ.items()
                   if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    built = run("make", "-j2", "lib", "cli", "CFLAGS=-O0", env=environment)
    ok("the command builds with it", built.returncode == 0, built.stdout[-3000:])
    if built.returncode:
        return
    check_command(scratch)
    environment["AIOS_BUILD"] = os.path.join(scratch, "build")
    for test in ("tests/cli/in-step.t", "tests/docs/in-step.t"):
        result = run(test, env=environment)
        wrong = re.findall(r"^not ok .*(?:\n#.*)*", result.stdout, re.M)
        ok(f"{test} passes there", result.returncode == 0, *wrong, result.stdout[-300:])


def check_command(scratch):
    """What the command that was built there knows of the policy."""
    ctl = os.path.join(scratch, "build/bin/aiosctl")
    write("toy.csv", "submit_s,run_s,procs\n0,10,1\n1,10,1\n2,10,1\n")
    result = run(ctl, "--json", "simulate", "--procs", "1", "--policy", "fifo,toy",
                 "--backfill", "none", "toy.csv")
    try:
        rows = json.loads(result.stdout)["traces"][0]
    except (ValueError, KeyError):
        rows = {}
    ok("the simulator replays it", '"toy"' in json.dumps(rows), result.stdout)
    ok("help names it", re.search(r"\btoy\b", run(ctl, "help", "policy", "set").stdout))
    ok("help of the simulator as well", re.search(r"\btoy\b", run(ctl, "help", "simulate").stdout))
    refused = run(ctl, "policy", "set", "--policy", "toy").stdout
    ok("policy takes it", "is not known" not in refused, refused)
    refused = run(ctl, "policy", "set", "--policy", "nothing").stdout
    ok("and no other", "is not known" in refused, refused)
    for shell in ("bash", "zsh", "fish"):
        script = run(ctl, "completion", shell).stdout
        ok(f"{shell} completes it", re.search(r"\btoy\b", script))
        if shell != "bash":
            ok(f"{shell} is told what it is", SUMMARY in script.replace("\\", ""))
    page = run("man", "-l", "Documentation/man/man1/aiosctl-policy.1",
               env=dict(os.environ, MANWIDTH="80", LC_ALL="C.UTF-8", MANPAGER="cat")).stdout
    ok("the manual shows it", re.search(rf"\btoy\b\s+{SUMMARY}", page), page[-2000:])


def main():
    table = check_recipes()
    with tempfile.TemporaryDirectory() as scratch:
        check_policy(table["A policy"][0], os.path.realpath(scratch))
        os.chdir(TOP)
    return done()


sys.exit(main())
