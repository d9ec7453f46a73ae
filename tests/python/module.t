#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
# Kernels: 6.1 6.12
"""pyaios with the module ($AIOS_KERNEL): processes that are jobs, as Python programs see them.

Outside of a machine this boots one and runs itself there.
"""
import asyncio
import os
import subprocess
import sys
import time
import warnings

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TOP, "tests"), os.path.join(TOP, "python/src"),
                os.path.join(TOP, "tests/python")]
os.environ["PYTHONPATH"] = sys.path[1]
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

if __name__ == "__main__" and "AIOS_VM" not in os.environ:
    kernel = os.environ.get("AIOS_KERNEL", "6.1")
    if not os.path.exists(f"{TOP}/build/kernels/{kernel}/release"):
        print(f"1..0 # SKIP no kernel {kernel}")
        sys.exit(0)
    os.execv(f"{TOP}/scripts/vm", ["vm", "--kernel", kernel, "--timeout", "2400", "--",
                                   os.path.abspath(__file__)])

import examples  # noqa: E402
import pyaios  # noqa: E402
from tap import done, ok  # noqa: E402


def soon(condition):
    """Wait until it holds, however long that takes on a busy machine."""
    for _ in range(6000):
        if condition():
            return True
        time.sleep(0.05)
    return False


def idle():
    """Wait until the machine is this process's alone: what a job had is free soon after it."""
    with pyaios.Machine() as machine:
        return soon(lambda: not [j for j in machine.jobs() if j.state in ("admitted", "running")])


def raises(kind, function, *arguments, **keywords):
    """The exception of this kind that a call raises, or None."""
    try:
        function(*arguments, **keywords)
    except kind as error:
        return error
    return None


def cgroup(pid="self"):
    with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
        return file.read().strip()


def square(number):
    return number * number, pyaios.current().id, cgroup()


def hog(size):
    return len(b"x" * size)


@pyaios.run_as_job(cpus="0.2:0.5", name="decorated")
def decorated(fail):
    if fail:
        raise KeyError("the function's own")
    return pyaios.current().id, pyaios.current().details().name, cgroup()


def test_machine():
    with pyaios.Machine() as machine:
        resources = machine.resources()
        ok("the machine's resources are read", resources["cpu"].capacity == 2000 and
           resources["cpu"].unit == "milli" and resources["memory"].how == "enforced", resources)
        machine.create_group("/team")
        limits = machine.limit("/team", cpus=1, mem="512M")
        ok("limits are set and read back", limits.limit["cpu"] == 1000 and
           machine.limits("/team").limit["memory"] == 512 << 20, limits)
        ok("so is a group", machine.group("/team").path == "/team" and
           "/team" in [g.path for g in machine.groups()])
        error = raises(pyaios.NeverFits, machine.submit, cpus=64)
        ok("what never fits is refused with the kernel's reason", error and error.why and
           error.why.code == "never_fits" and "never has more than 2" in str(error), error)
        error = raises(pyaios.CallError, machine.submit, group="/nowhere")
        ok("so is a group that is not there", error and error.errno == 2, error)
        ok("a plan changes nothing", machine.plan(cpus=1).starts_now and not machine.jobs())
        ok("the policy is read and switched", machine.policy().policy == "priority" and
           machine.policy("sjf", backfill="easy").policy == "sjf" and
           machine.policy("priority").backfill == "easy")
        machine.remove_group("/team")
        ok("a group is removed", raises(pyaios.CallError, machine.group, "/team"))


def test_job():
    before = cgroup()
    with pyaios.Machine() as machine, machine.submit(cpus="0.5:1", mem="64M:256M", name="kept",
                                                     features=[1, 2]) as job:
        details = job.details()
        ok("a job is queued", details.state == "queued" and details.name == "kept" and
           details.request["cpu"] == 500 and details.limit["memory"] == 256 << 20, details)
        job.hold()
        ok("it is put on hold", "on_hold" in job.details().flags)
        error = raises(pyaios.TimeIsUp, job.enter, 0.1)
        ok("entering gives up in time and says for what it waited",
           error and "release" in str(error), error)
        job.release()
        job.update(weight=200, cpus=(0.25, 1), expected=60)
        details = job.details()
        ok("it is changed", details.weight == 200 and details.request["cpu"] == 250 and
           details.expected_runtime == 60, details)
        job.cancel()
        outcome = job.wait()
        ok("it is cancelled", outcome.end == "cancelled" and outcome.ended, outcome)
        ok("what has ended is not entered", raises(pyaios.Over, job.enter))
    ok("this process is no job", pyaios.current().inert and cgroup() == before)


def test_block():
    before = cgroup()
    with pyaios.job(cpus="0.5:1", mem="200M:400M", name="block") as job:
        status, number = job.status(), job.id
        ok("the process is in the job", job.details().cgroup == f"/sys/fs/cgroup{cgroup()[3:]}",
           cgroup() + job.details().cgroup)
        ok("the status page says so", status.state == "running" and status.grant.cpus == 1 and
           status.grant.memory == 400 << 20 and status.epoch == job.epoch(), status)
        ok("it is the current job", pyaios.current() is job)
        shown = subprocess.run([sys.executable, "-m", "pyaios"], capture_output=True, text=True,
                               check=False)
        ok("a program that it starts shows the grant", f"job {job.id}, running" in shown.stdout and
           "400MiB" in shown.stdout, shown)
    ok("afterwards the process is back", cgroup() == before and pyaios.current().inert, cgroup())
    with pyaios.Machine() as machine:
        ok("and the job has ended", soon(lambda: number not in [
            j.job for j in machine.jobs() if j.state == "running"]), machine.jobs())
    with pyaios.job(cpus=1) as job:
        ok("another can be entered", job.status().state == "running")


def test_follow():
    with pyaios.job(cpus="0.5:2", mem="128M:512M") as job, pyaios.follow() as grant, \
            pyaios.Machine() as machine:
        seen, at_once = [], []
        grant.on_shrink(seen.append)
        grant.on_change(at_once.append, at_once=True)
        ok("two threads can use two CPUs", grant.threads == 2 and
           os.environ["OMP_NUM_THREADS"] == "2")
        machine.limit("/", cpus=1)
        ok("a change is followed", soon(lambda: grant.cpus == 1 and at_once), grant.status)
        ok("callbacks wait for a safe point", not seen)
        ok("threads follow in the main thread, without one",
           soon(lambda: os.environ["OMP_NUM_THREADS"] == "1"), os.environ["OMP_NUM_THREADS"])
        ok("and the change counts as seen", soon(lambda: job.poll(0) == 0))
        grant.step()
        ok("there they come", seen and "cpu" in seen[0].shrinks and
           seen[0].before["cpu"] == 2000, seen)
        batches = pyaios.ElasticBatches(grant, range(32), 16)
        ok("batches are whole", [len(b) for b in batches] == [16, 16])
        machine.limit(job.id, mem="256M")
        soon(lambda: grant.memory == 256 << 20)
        ok("and halved with the memory", [len(b) for b in batches] == [8] * 4, grant.memory)
        grant.progress(0.5)
        ok("the kernel is told of progress", (job.details().expected_runtime or 0) > 0)
        grant.wants(cpus="0.25:0.5")
        ok("and of what is wanted", soon(lambda: grant.cpus == 0.5))
        job.update(time_limit=3600)
        ok("no end is near", soon(lambda: grant.status.stop is not None))
        endings = []
        grant.on_ending(endings.append, at_once=True)
        job.update(time_limit=time.clock_gettime(time.CLOCK_MONOTONIC) -
                   (job.details().started or 0) + 25)
        ok("one that is near is told", soon(lambda: endings) and endings[0].left <= 30, endings)
        machine.limit("/", cpus="max")


def test_functions():
    number, name, place = decorated(False)
    ok("a decorated function is a job", number > 0 and name == "decorated" and
       place != cgroup(), (number, name, place))
    error = raises(KeyError, decorated, True)
    ok("its exception comes back", error and error.args == ("the function's own",), error)
    with pyaios.JobExecutor(2, cpus="0.2:1", mem="96M") as pool:
        results = list(pool.map(square, range(4)))
        ok("an executor's workers are jobs", [r[0] for r in results] == [0, 1, 4, 9] and
           all(r[1] > 0 and r[2] != cgroup() for r in results), results)
        error = raises(pyaios.JobFailed, pool.submit(hog, 400 << 20).result)
        ok("a task that exceeds its memory says so", error and error.outcome.end == "oom" and
           "memory limit" in str(error), error)
        ok("and the next one runs", pool.submit(square, 5).result()[0] == 25)
    error = raises(pyaios.NeverFits, pyaios.JobExecutor(1, cpus=64).submit(square, 1).result)
    ok("what never fits is the task's exception", error and "request less" in str(error), error)


def test_shown():
    ran = subprocess.run(["aiosctl", "run", "--cpus", "0.5:2", "--mem", "256M:1G", "--",
                          sys.executable, "-m", "pyaios"], capture_output=True, text=True,
                         check=False)
    lines = [line.split() for line in ran.stdout.splitlines()]
    ok("a job of aiosctl shows its grant", len(lines) == 4 and lines[0][0] == "job" and
       lines[2][:4] == ["cpu", "2", "0.5", "2"] and lines[3][:4] ==
       ["memory", "1GiB", "256MiB", "1GiB"], ran)
    print("# " + ran.stdout.replace("\n", "\n# "))


async def one_event(events, kind):
    async for event in events:
        if event.event == kind:
            return event


def test_events():
    with pyaios.Machine() as machine, pyaios.Events() as events:
        with machine.submit(cpus=0.5, name="seen") as job:
            number = job.id
            event = next(events)
            ok("an event comes", event.event == "submitted" and event.job == number and
               event.name == "seen" and event.request.get("cpu", 500) == 500, event)
        event = asyncio.run(asyncio.wait_for(one_event(events, "ended"), 300))
        ok("and one in a loop", event.job == number and event.end == "abandoned", event)


def test_examples():
    names = {"batches": range(3), "train": lambda batch: None, "save": lambda name, left: None}
    without = [text for text in examples.examples() if "import torch" not in text]
    ok("the page has examples", len(without) >= 7, len(without))
    for text in without:
        wrong = examples.run(text, names)
        ok(f"an example runs: {text.splitlines()[3]}", wrong is None, text, wrong)


def main():
    warnings.simplefilter("error")
    for test in (test_machine, test_job, test_block, test_follow, test_functions, test_shown,
                 test_events, test_examples):
        ok("no job of before is left", idle())
        test()
    return done()


if __name__ == "__main__":
    sys.exit(main())
