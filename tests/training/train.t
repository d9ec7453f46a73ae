#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The trainer: the search finds the least of functions whose least is known, and a training
that was interrupted gives the weights of one that was not.
"""
import importlib.util
import os
import random
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
CTL = os.path.join(os.environ.get("AIOS_BUILD", TOP + "/build"), "bin/aiosctl")
sys.dont_write_bytecode = True
sys.path.insert(0, TOP + "/tests")
sys.path.insert(0, TOP + "/training")
from tap import done, ok  # noqa: E402

if not os.access(CTL, os.X_OK) or not importlib.util.find_spec("numpy"):
    print(f"1..0 # SKIP no {CTL}, or no numpy")
    sys.exit(0)

import numpy  # noqa: E402
import evolution  # noqa: E402
import model  # noqa: E402


def search(diagonal, function, n, generations):
    """How far from the least of a function, which is at 1, 1, ..., a search ends."""
    draw = numpy.random.default_rng(7)
    found = evolution.Evolution(numpy.zeros(n), numpy.ones(n), 0.5, 12, diagonal)
    for _ in range(generations):
        found.tell([function(x - 1) for x in found.ask(draw)])
    return abs(found.mean - 1).max()


def check_search():
    n = 8
    axes = 10 ** numpy.linspace(0, 3, n)
    turn, _ = numpy.linalg.qr(numpy.random.default_rng(3).standard_normal((n, n)))
    ok("a sphere", search(False, lambda x: (x * x).sum(), n, 200) < 1e-3)
    ok("a sphere, by the diagonal", search(True, lambda x: (x * x).sum(), n, 200) < 1e-3)
    ok("axes of unlike length, by the diagonal",
       search(True, lambda x: (axes * x * x).sum(), n, 400) < 1e-3)
    ok("a turned ellipsoid, which only the whole covariance follows",
       search(False, lambda x: (axes * (turn @ x) ** 2).sum(), n, 600) < 1e-3)


def check_file():
    network = model.shaped(numpy.arange(float(len(model.inputs()) + 2 *
                                              (len(model.inputs()) + 2))) / 64, 2)
    again, label = model.unpack(model.pack(network, "a label"))
    ok("a file says what was written", label == "a label" and
       (model.flat(again) == model.flat(network)).all())
    data = bytearray(model.pack(network))
    data[-1] ^= 1
    try:
        model.unpack(bytes(data))
        ok("a damaged one is found", False)
    except ValueError:
        ok("a damaged one is found", True)


def make_traces(folder):
    """Three traces of 200 jobs each: small, for this is about the trainer alone."""
    draw = random.Random(5)
    for trace, procs in (("lublin1", 256), ("lublin2", 256), ("sdsc_sp2", 128)):
        now = 0
        with open(f"{folder}/{trace}.csv", "w", encoding="utf-8") as file:
            print("job_id,submit_s,run_s,procs,req_s,user,clean", file=file)
            for i in range(200):
                now += draw.randrange(600)
                run = 1 + int(draw.expovariate(1 / 3000))
                print(f"{i},{now},{run},{draw.randrange(1, procs)},{run * draw.randrange(1, 5)},"
                      f"{draw.randrange(1, 9)},1", file=file)


def command(folder, out, *more):
    return [TOP + "/training/train", "--traces", folder, "--out", out, "--jobs", "2",
            "--part", "50", "--generations", "2,1", *more]


def run(words, folder):
    """What is killed leaves its files in the folder."""
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                            env=dict(os.environ, TMPDIR=folder))


def trained(out):
    with open(f"{out}/ranker.model", "rb") as file:
        return file.read()


def check_train(folder):
    make_traces(folder)
    run(command(folder, f"{folder}/whole"), folder).communicate()
    whole = trained(f"{folder}/whole")
    with run(command(folder, f"{folder}/parts"), folder) as first:
        line = first.stdout.readline()
        first.kill()
    ok("it says how far it is", line.startswith("stage 1 generation 1 "), line)
    again, _ = run(command(folder, f"{folder}/parts"), folder).communicate()
    ok("it goes on where it was killed", "stage 1 generation 1 " not in again, again)
    ok("and gives the same weights", trained(f"{folder}/parts") == whole)
    run(command(folder, f"{folder}/other", "--seed", "2"), folder).communicate()
    other = trained(f"{folder}/other")
    ok("another seed does not", model.unpack(other)[1] != model.unpack(whole)[1] and
       other[64:] != whole[64:])
    shown = subprocess.run([CTL, "model", "show", f"{folder}/whole/ranker.model"],
                           stdout=subprocess.PIPE, text=True, check=False)
    ok("the core takes what was trained", shown.returncode == 0, shown.stdout)
    with open(f"{folder}/whole/log", encoding="utf-8") as file:
        ok("a line of the log for each generation", len(file.readlines()) == 3)


check_search()
check_file()
with tempfile.TemporaryDirectory() as scratch:
    check_train(scratch)
sys.exit(done())
