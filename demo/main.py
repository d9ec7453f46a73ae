#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The main job of aios, told and checked: run by scripts/demo in a virtual machine.

Two groups with limits share a machine of two CPUs. A program that follows its
grant has one group to itself, until real work arrives and it is asked to shrink.
Every claim is checked by a number, and most of the numbers are read from outside
of aios; the exit status is 0 when all of them hold.
"""
import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from control import (ENDED, RUNNING, Failure, aiosctl, ask, measure, must, submit, wait_for)
from report import Report

HERE = pathlib.Path(__file__).resolve().parent
STOP = "stop"
TOLERANCE = 0.10
MILLI = 1000
ROUNDING = 2		# thousandths: grants are whole ones, and fit their limits in sum

report = Report()


def cpus(milli):
    return f"{milli / MILLI:g}"


def group_of(path):
    for group in ask("group", "list")["groups"]:
        if group["path"] == path:
            return group
    raise Failure(f"no group {path}")


def line_of(lines, resource):
    return next(line for line in lines if line["resource"] == resource)


def limit_of(path, resource):
    return line_of(ask("limit", path)["limits"], resource)


def granted(path):
    return line_of(group_of(path)["resources"], "cpu")["grant"]


class Story:
    """Eight chapters; each leaves what the next one builds on."""

    def __init__(self):
        self.jobs = []

    def submit(self, name, *args, log=None):
        job = submit("-n", name, *args, log=log)
        self.jobs.append(job)
        return job

    # ------------------------------------------------------------- chapters

    def set_up(self):
        report.chapter("A machine and two groups")
        report.check("nothing stands in the way", aiosctl("doctor").returncode == 0)
        report.say("""The administrator keeps 0.4 of the 2 CPUs for the system and makes two
                   groups. They are strict: a job is capped at its grant even while CPUs
                   are idle, so that what follows can be measured.""")
        must("limit", "/", "--cpus", "1.6")
        for path, cpu, mem in (("/vision", "1.2", "700M"), ("/batch", "0.6", "500M")):
            must("group", "create", path)
            must("limit", path, "--cpus", cpu, "--mem", mem, "--strict")
        must("group")
        for path, resource in (("/vision", "cpu"), ("/vision", "memory"),
                               ("/batch", "cpu"), ("/batch", "memory")):
            line = limit_of(path, resource)
            report.check(f"the limit of {path} on {resource} is enforced by the kernel",
                         line["how"] == "enforced" and line["effective"] == line["limit"])

    def alone(self):
        report.chapter("A program that follows its grant")
        report.say("""elastic is linked with libaios and multiplies matrices in as many threads
                   as it is granted CPUs. It needs 0.2 CPUs and can use 1.2.""")
        self.elastic = self.submit("elastic", "-g", "/vision", "-c", "0.2:1.2", "-m", "16M:64M",
                                   "--", "elastic")
        self.elastic.wait_state(RUNNING, 30)
        self.elastic.wait_log("2 threads", 20)
        grants = {self.elastic: self.elastic.amount("cpu")}
        report.check("alone in its group, it is granted all that the group has",
                     grants[self.elastic] >= 1200 - ROUNDING,
                     f"{cpus(grants[self.elastic])} CPUs")
        self.compare(6, [self.elastic], {self.elastic: 2})

    def work(self):
        report.chapter("Real work arrives")
        report.say("""A numpy training run on scikit-learn's digits joins /vision. xz with two
                   threads over the C library, and an in-memory sort of 300,000 numbers, go
                   to /batch. The last job checks what these two made, and needs all of
                   /batch for itself.""")
        shutil.copy(next(pathlib.Path("/lib").glob("*-linux-gnu/libc.so.6")), "library")
        with open("numbers", "w", encoding="ascii") as numbers:
            for i in range(300000):
                numbers.write(f"{i * 7919 % 300007}\n")
        self.train = self.submit("train", "-g", "/vision", "-c", "0.3:0.6", "-m", "64M:192M",
                                 "--threads=1", "--", "train.py", STOP)
        self.xz = self.submit("xz", "-g", "/batch", "-c", "0.2:0.5", "-m", "32M:128M",
                              "-o", "library.xz", "-e", "xz.err", "--", "again", STOP,
                              "xz", "-T2", "-1", "--block-size=256KiB", "-c", "library",
                              log="xz.err")
        self.sort = self.submit("sort", "-g", "/batch", "-c", "0.1:0.3", "-m", "16M:96M", "--",
                                "again", STOP, "sort", "-n", "-S", "64M", "-o", "sorted", "numbers")
        self.verify = self.submit("verify", "-g", "/batch", "-c", "0.6", "-m", "32M", "--", "sh",
                                  "-c", "sort -nc sorted && xz -t library.xz && echo both are good")
        for job in (self.train, self.xz, self.sort):
            job.wait_state(RUNNING, 60)
        self.train.wait_log("to learn", 90)

    def table(self):
        report.chapter("The queue and the grants")
        must("list")
        must("group")
        must("explain", self.elastic.id, self.verify.id)
        waiting = self.verify.show()
        why = waiting["why"] or {}
        report.check("verify waits, because /batch has no CPUs left for it",
                     waiting["state"] == "queued" and why.get("code") == "not_now" and
                     why.get("group") == group_of("/batch")["id"], why.get("message"))
        for path in ("/", "/vision", "/batch"):
            got, most = granted(path), limit_of(path, "cpu")["limit"]
            report.check(f"what {path} is granted fits its limit", 0 < got <= most,
                         f"{cpus(got)} of {cpus(most)} CPUs")
        report.say("elastic was told of its shrink and says what it did:")
        print("".join(f"    {line}\n" for line in self.elastic.said().splitlines()), end="")
        report.check("elastic received the events of its shrink and went from 2 threads to 1",
                     self.elastic.said().strip().endswith("1 thread"))

    def compare(self, seconds, jobs, threads=()):
        """Check the CPUs that jobs use, seen from outside, against their grants."""
        grants = {job: job.amount("cpu") for job in jobs}
        time.sleep(1)
        used, stalled = measure(jobs, seconds)
        note = f", without the {stalled:.1%} in which the emulator stood still" if stalled else ""
        print(f"\n  CPUs used in {seconds} s, from cpu.stat of each job's cgroup{note}:")
        for job in jobs:
            share, working = used[job]
            off = share * MILLI / grants[job] - 1
            report.check(f"{job.name:8} granted {cpus(grants[job]):5} used {share:.3f}",
                         abs(off) <= TOLERANCE, f"{off:+.1%}")
            if job in threads:
                report.check(f"{job.name} works in as many threads as it says",
                             working == threads[job], f"{working}, seen in /proc")

    def use(self):
        report.chapter("What each job really uses")
        self.compare(12, [self.elastic, self.train, self.xz, self.sort], {self.elastic: 1})

    def limit(self):
        report.chapter("A limit is changed while they run")
        before = self.elastic.amount("cpu")
        must("limit", "/vision", "--cpus", "0.7")
        wait_for("a smaller grant", lambda: self.elastic.amount("cpu") < before, 10)
        must("list", "-g", "/vision")
        got = granted("/vision")
        report.check("the grants in /vision fit the new limit", 0 < got <= 700,
                     f"{cpus(got)} CPUs")
        self.compare(8, [self.elastic, self.train, self.xz, self.sort])
        must("limit", "/vision", "--cpus", "1.2")
        time.sleep(2)
        after = self.elastic.amount("cpu")
        report.check("the limit is raised again, and the grant with it",
                     abs(after - before) <= ROUNDING,
                     f"elastic has {cpus(after)} CPUs")

    def hog(self):
        report.chapter("A memory hog")
        report.say("""It asks for 0.2 CPUs and 24 MiB, may use 64 MiB, and takes ever more. It goes
                   ahead of verify, because it cannot delay it: it fits beside it.""")
        others = [self.elastic, self.train, self.xz, self.sort]
        before = {job: job.cpu_seconds() for job in others}
        job = self.submit("hog", "-g", "/vision", "-c", "0.2", "-m", "24M:64M",
                          "--", "hog.py")
        end = job.wait_state(ENDED, 60)
        must("list", "-a")
        print("    the last that it said:", (job.said().splitlines() or ["nothing"])[-1])
        report.check("the hog was ended for exceeding its memory limit",
                     end["state"] == "failed" and end["end"] == "oom")
        for other in others:
            report.check(f"{other.name} is unharmed",
                         other.show()["state"] == "running" and
                         other.counter("memory.events", "oom_kill") == 0 and
                         other.cpu_seconds() > before[other],
                         f"runs, no process killed, used "
                         f"{other.cpu_seconds() - before[other]:.1f} s of CPU meanwhile")

    def finish(self):
        report.chapter("The work is done")
        report.say("""train, xz and sort are told to end after the round they are in. Then /batch
                   has room for the job that waits.""")
        pathlib.Path(STOP).touch()
        for job in (self.xz, self.sort, self.verify, self.train):
            end = job.wait_state(ENDED, 90)
            report.check(f"{job.name} ended well", end["state"] == "done" and end["code"] == 0,
                         f"{end['end']} {end['code']}")
        os.kill(self.elastic.pid, signal.SIGTERM)
        self.elastic.wait_state(ENDED, 30)
        must("list", "-a")
        started = self.verify.show()["start_ns"]
        report.check("verify started when xz and sort had ended, not before",
                     started >= max(self.xz.show()["end_ns"], self.sort.show()["end_ns"]))
        report.check("it found their results good", "both are good" in self.verify.said())
        last = [line for line in self.train.said().splitlines() if "accuracy" in line][-1]
        report.check("the network has learnt", float(last.split()[3]) > 0.9, last)
        report.check("elastic ended well", self.elastic.show()["state"] == "done",
                     self.elastic.said().splitlines()[-1])
        for path in ("/vision", "/batch"):
            report.check(f"{path} can be removed",
                         aiosctl("group", "remove", path).returncode == 0)
        left = list(pathlib.Path("/sys/fs/cgroup/aios").glob("*/"))
        report.check("no cgroup is left behind", not left, ", ".join(map(str, left)))

    def tell(self):
        self.set_up()
        self.alone()
        self.work()
        self.table()
        self.use()
        self.limit()
        self.hog()
        self.finish()


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    os.environ["PATH"] += f":{HERE / 'jobs'}:{HERE.parent / 'build' / 'examples'}"
    with tempfile.TemporaryDirectory(prefix="aios-demo-") as directory:
        os.chdir(directory)
        story = Story()
        try:
            story.tell()
        except Failure as failure:
            report.check(str(failure), False)
            aiosctl("list", "-a", "--start")
            for job in story.jobs:
                print(f"--- {job.name}, job {job.id}:", job.said()[-2000:], sep="\n")
    return report.summary()


if __name__ == "__main__":
    sys.exit(main())
