# SPDX-License-Identifier: GPL-2.0
"""What a model is trained and judged on: replays by aiosctl simulate, the module's engine.

A cell is one trace under one set of rules. Windows are drawn by a generator of random
numbers, so that the same seed trains on the same jobs.
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

import model

CTL = os.path.join(os.environ.get("AIOS_BUILD", model.TOP + "/build"), "bin/aiosctl")
PROCS = {"lublin1": 256, "lublin2": 256, "sdsc_sp2": 128}
# How many windows of how many jobs, and of the first how many rows they are drawn.
P1 = (6, 1024, 10000)
P2 = (1, 5000, None)


class Replay:
    """A trace, and the rules that its windows are replayed by: a cell for each way to backfill."""

    def __init__(self, trace, protocol, backfill, order="requested"):
        self.trace = trace
        self.drawn = P1 if protocol == "p1" else P2
        self.nr_cells = len(backfill.split(","))
        self.rules = ["--procs", str(PROCS[trace]), "--protocol", protocol,
                      "--backfill", backfill, "--no-starved", "--order-by", order,
                      "--reserve-by", "requested"]
        if protocol == "p2":
            self.rules += ["--guard", "2"]

    def run(self, path, files, jobs):
        """The mean bounded slowdown of a model in each cell; files have so many jobs each."""
        command = [CTL, "--json", "simulate", *self.rules, "--policy", "learned",
                   "--model", path, *files]
        # Other than p2, p1 replays windows of a trace, and here each lies in a file.
        if self.drawn == P1:
            command += ["--window", f"0:{jobs}"]
        r = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        traces = json.loads(r.stdout)["traces"]
        return [sum(t["runs"][i]["mean_bounded_slowdown"] for t in traces) / len(traces)
                for i in range(self.nr_cells)]


# Traces that are not in these are held out: KTH-SP2 and Theta among the public ones.
TRAINING = [
    Replay("lublin1", "p1", "none,easy"),
    Replay("lublin2", "p1", "none,easy"),
    Replay("sdsc_sp2", "p1", "none,easy"),
    Replay("sdsc_sp2", "p1", "none,easy", "predicted"),
    Replay("sdsc_sp2", "p2", "easy"),
    Replay("sdsc_sp2", "p2", "easy", "predicted"),
]


class Judge:
    """Replays models, several at a time, on windows that lie in files of their own."""

    def __init__(self, folder, jobs, part=1):
        self.part = part	# windows are so many times smaller, for tests
        self.lines = {}
        for trace in PROCS:
            with open(f"{folder}/{trace}.csv", encoding="utf-8") as file:
                self.lines[trace] = file.readlines()
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self.scratch = tempfile.TemporaryDirectory()
        self.files = []

    def draw(self, random):
        """Say where new windows begin, for every replay."""
        starts = []
        for replay in TRAINING:
            count, jobs, rows = replay.drawn
            rows = min(rows or sys.maxsize, len(self.lines[replay.trace]) - 1)
            jobs //= self.part
            starts.append([int(start) for start in random.integers(0, rows - jobs, count)])
        return starts

    def cut(self, starts):
        """Write the windows that begin there."""
        self.files = []
        for i, (replay, some) in enumerate(zip(TRAINING, starts)):
            lines = self.lines[replay.trace]
            paths = []
            for k, start in enumerate(some):
                paths.append(f"{self.scratch.name}/{i}_{k}.csv")
                with open(paths[-1], "w", encoding="utf-8") as file:
                    file.writelines([lines[0], *lines[1 + start:][:replay.drawn[1] // self.part]])
            self.files.append(paths)

    def slowdowns(self, networks):
        """Mean bounded slowdown, a row for each network, a column for each cell."""
        asked = []
        for i, network in enumerate(networks):
            path = f"{self.scratch.name}/{i}.model"
            model.write(path, network)
            asked.append([self.pool.submit(replay.run, path, files,
                                           replay.drawn[1] // self.part)
                          for replay, files in zip(TRAINING, self.files)])
        return [[value for answer in row for value in answer.result()] for row in asked]
