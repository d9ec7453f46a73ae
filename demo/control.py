# SPDX-License-Identifier: GPL-2.0
"""aiosctl as a person and as a program uses it, and jobs seen from outside.

What a job really used is read from the control files that the kernel keeps for
its cgroup and from /proc, never from what aios says about it.
"""
import json
import os
import pathlib
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
RUNNING = ("running",)
ENDED = ("done", "failed", "cancelled")


class Failure(Exception):
    """The demonstration cannot go on."""


def aiosctl(*args):
    """Run aiosctl as if typed, showing the command and what it prints."""
    words = " ".join(a if a and not set(a) & set(" '&>|") else f"'{a}'" for a in map(str, args))
    print(f"\n$ aiosctl {words}", flush=True)
    done = subprocess.run(["aiosctl", *map(str, args)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    print(done.stdout, end="", flush=True)
    return done


def must(*args):
    """aiosctl(), which ends the demonstration when it fails; its output."""
    done = aiosctl(*args)
    if done.returncode:
        raise Failure(f"aiosctl {args[0]} ended with status {done.returncode}")
    return done.stdout


def ask(*args):
    """What aiosctl --json answers."""
    done = subprocess.run(["aiosctl", "--json", *map(str, args)],
                          stdout=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout)


def wait_for(what, condition, seconds):
    """Poll a condition; its value, or Failure when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.2)
    raise Failure(f"{what}: not within {seconds} s")


class Job:
    """A submitted job."""

    def __init__(self, number, log):
        self.id = number
        self.log = pathlib.Path(log)
        self.name = self.show()["name"]
        self.cgroup = None
        self.pid = None

    def show(self):
        return ask("show", self.id)["jobs"][0]

    def amount(self, resource, field="grant"):
        for line in self.show()["resources"]:
            if line["resource"] == resource:
                return line[field]
        raise Failure(f"job {self.id} has no {resource}")

    def wait_state(self, states, seconds):
        def reached():
            now = self.show()
            return now if now["state"] in states else None

        now = wait_for(f"job {self.name} to be {' or '.join(states)}", reached, seconds)
        if now["cgroup"]:
            self.cgroup = pathlib.Path(now["cgroup"])
        self.pid = now["pid"]
        return now

    def wait_log(self, text, seconds):
        return wait_for(f"job {self.name} to say '{text}'", lambda: text in self.said(), seconds)

    def said(self):
        return self.log.read_text() if self.log.exists() else ""

    # ------------------------------------------------------- from outside

    def counter(self, file, key):
        """One number of a control file of the job's cgroup."""
        for line in (self.cgroup / file).read_text().splitlines():
            name, value = line.split()
            if name == key:
                return int(value)
        raise Failure(f"{self.cgroup / file} has no {key}")

    def cpu_seconds(self):
        return self.counter("cpu.stat", "usage_usec") / 1e6

    def threads(self):
        """CPU seconds of each thread of the job's first process."""
        used = {}
        for stat in pathlib.Path(f"/proc/{self.pid}/task").glob("*/stat"):
            fields = stat.read_text().rpartition(")")[2].split()
            used[stat.parent.name] = (int(fields[11]) + int(fields[12])) / TICK
        return used


def submit(*args, log=None):
    """Submit a job that writes to @log, or to the file that aiosctl chooses."""
    number = int(must("submit", *args).split()[-1])
    return Job(number, log or f"aios-{number}.out")


# ------------------------------------------------------------------- measuring

BEAT = 0.05		# the presenter looks at the clock so often
STALL = 0.05		# a beat that comes later than this came too late
TRIES = 2
CALM = 0.05		# the share of a window that may be lost to stalls


def wait_and_watch(seconds):
    """Sleep; for how long nothing ran.

    An emulator on a busy machine stands still now and then. Its clock goes on, so
    that the kernel inside misses periods in which it would have refilled the
    quotas. What a job could not use then says nothing about its grant, so this
    time is not counted; on a machine with two CPUs to spare there is none.
    """
    stalled = 0
    now = begin = time.monotonic()
    while now - begin < seconds:
        time.sleep(BEAT)
        late = time.monotonic() - now - BEAT
        stalled += late if late > STALL else 0
        now = time.monotonic()
    return stalled


def sample(job):
    return time.monotonic(), job.cpu_seconds(), job.threads()


def use_between(before, after, stalled):
    """CPUs used between two samples, and how many threads worked."""
    span = after[0] - before[0] - stalled
    working = [t for t, cpu in after[2].items() if cpu - before[2].get(t, 0) > 0.05 * span]
    return (after[1] - before[1]) / span, len(working)


def measure(jobs, seconds):
    """For each job the CPUs and threads in use, and the share of time stalled.

    Of up to TRIES windows the one in which the emulator stood still least; the
    figures themselves have no part in the choice.
    """
    best = None
    for _ in range(TRIES):
        before = {job: sample(job) for job in jobs}
        stalled = wait_and_watch(seconds)
        used = {job: use_between(before[job], sample(job), stalled) for job in jobs}
        if not best or stalled < best[1] * seconds:
            best = used, stalled / seconds
        if stalled <= CALM * seconds:
            break
        print(f"  (the emulator stood still for {stalled:.1f} of {seconds} s)", flush=True)
    return best
