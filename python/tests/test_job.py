# SPDX-License-Identifier: GPL-2.0
"""Jobs, over the real library and a scripted kernel."""
import errno
import os

import pytest

import pyaios
from pyaios import _abi, inside


def test_submission(kernel):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus="2:8", mem="4G:16G", name="train", group="/team", weight=7,
                             priority=-3, expected=60, time_limit=90.5, strict=True, hold=True,
                             exclusive=True, features=[1, -2], depends=[("afterok", 12)])
    asked = kernel.asked
    assert asked.texts == [b"train", b"/team"]
    assert (asked.request[0], asked.limit[0]) == (2000, 8000)
    assert (asked.request[1], asked.limit[1]) == (4 << 30, 16 << 30)
    assert (asked.weight, asked.priority) == (7, -3)
    assert (asked.expected_runtime_ns, asked.max_runtime_ns) == (60 * 10 ** 9, 90_500_000_000)
    assert asked.flags == (_abi.SUBMIT_STRICT | _abi.SUBMIT_EXCLUSIVE | _abi.SUBMIT_HOLD)
    assert (asked.nr_features, asked.nr_depends) == (2, 1)
    status = job.status()
    assert (status.state, status.grant.cpus, status.grant.memory) == ("queued", 8, 16 << 30)
    assert not status.ended and status.id == job.id == 1


def test_refusals_say_why(kernel):
    kernel.fail("submit", errno.ENOSPC, code=_abi.WHY_NEVER_FITS, asked=64000, available=8000)
    with pyaios.Machine() as machine:
        with pytest.raises(pyaios.NeverFits) as caught:
            machine.submit(cpus=64)
        assert "this machine never has more than 8: request less" in str(caught.value)
        assert caught.value.errno == errno.ENOSPC
        assert caught.value.why.code == "never_fits" and caught.value.why.resource == "cpu"
        for number, kind in ((errno.EPERM, pyaios.Refused), (errno.EOPNOTSUPP,
                             pyaios.Unenforceable), (errno.EDQUOT, pyaios.CallError)):
            kernel.fail("submit", number)
            with pytest.raises(kind) as caught:
                machine.submit(cpus=1)
            assert caught.value.why is None and os.strerror(number) in str(caught.value)
            assert isinstance(caught.value, OSError)


def test_status_page_needs_no_call(kernel):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus="1:4")
    job.epoch()
    del kernel.calls[:]
    (page,) = kernel.pages
    kernel.grant(page, grant={0: 2500}, pressure={0: 5000}, stop_ns=3 * 10 ** 9, pending=1)
    assert job.epoch() == 2
    status = job.status()
    assert (status.grant.cpus, status.pressure, status.stop) == (2.5, {"cpu": 0.5}, 3.0)
    assert status.pending == ["cpu"]
    assert kernel.calls == []


def test_life(kernel):
    with pyaios.Machine() as machine, machine.submit(cpus=1, mem="1G") as job:
        job.hold()
        job.release()
        job.enter(timeout=5)
        job.suspend()
        job.resume()
        assert job.wait(["running"]).state == "running"
        assert job.charge(0, "2G") == 2 << 30
        assert job.uncharge(0, 1024) == 1024
        details = job.details()
        assert (details.name, details.group) == ("a job", "/")
        assert details.cgroup == "/sys/fs/cgroup/aios/1"
        assert details.request["memory"] == 1 << 30
        job.cancel()
        outcome = job.wait()
        assert outcome.ended and not outcome.ok and str(outcome) == "it was cancelled"
    with pytest.raises(ValueError, match="closed"):
        job.status()
    assert repr(job) == "<pyaios.Job, closed>"


def test_an_interrupted_wait_goes_on(kernel):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus=1)
    for call in ("enter", "wait"):
        kernel.fail(call, errno.EINTR)
    job.enter()
    job.wait()
    assert kernel.calls.count("enter") == 2 and kernel.calls.count("wait") == 2


def test_time_is_up(kernel):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus=1)
    kernel.fail("enter", errno.ETIMEDOUT, code=_abi.WHY_NOT_NOW, asked=1000, available=0)
    with pytest.raises(pyaios.TimeIsUp, match="wait until a job ends, or request less"):
        job.enter(0.1)
    with pytest.raises(TimeoutError):
        kernel.fail("wait", errno.ETIMEDOUT)
        job.wait(timeout=0)


def test_update(kernel):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus="1:4")
    job.update(weight=5, priority=1, expected=2, time_limit=3, cpus="2:3", mem="1G")
    updated = kernel.updated
    assert (updated.weight, updated.priority) == (5, 1)
    assert (updated.expected_runtime_ns, updated.max_runtime_ns) == (2 * 10 ** 9, 3 * 10 ** 9)
    assert updated.resource_mask == 3 and job.grant.cpus == 3
    with pytest.raises(ValueError, match="no duration"):
        job.update(expected=-1)


def test_plan_and_lists(kernel):
    with pyaios.Machine() as machine:
        plan = machine.plan(cpus="1:2")
        assert plan.starts_now and plan.grant.cpus == 2 and not plan.why
        assert machine.resources()["cpu"].capacity == 8000
        job = machine.submit(cpus=1)
        with machine.job(job.id) as same:
            assert same.id == job.id
        with pytest.raises(pyaios.CallError, match="job 99: No such file"):
            machine.job(99)


def test_groups_limits_policy(kernel):
    with pyaios.Machine() as machine:
        machine.create_group("/team", weight=3, mode=0o770)
        machine.remove_group("/team")
        machine.group("/")
        limits = machine.limit("/team", cpus=4, strict=True)
        assert (kernel.limited.limit[0], kernel.limited.resource_mask) == (4000, 1)
        assert kernel.limited.flags == _abi.LIMIT_STRICT
        assert limits.effective["cpu"] == 4000 and limits.how["cpu"] == "enforced"
        machine.limits(3)
        assert kernel.limited.flags == _abi.LIMIT_JOB and kernel.limited.id == 3
        policy = machine.policy("sjf", backfill="easy", objective="maxmin", quantum=0.5,
                                group="/team")
        assert policy.policy == "sjf" and kernel.switched.quantum_ns == 500_000_000
        assert machine.policy().policy == "sjf" or kernel.switched.flags == 0
        with pytest.raises(ValueError, match="unknown policy 'best': one of priority"):
            machine.policy("best")
        kernel.fail("group_create", errno.EEXIST)
        with pytest.raises(pyaios.CallError, match="cannot make group /team"):
            machine.create_group("/team")


def test_block(kernel, monkeypatch):
    left = []
    monkeypatch.setattr(inside.Stay, "_leave", lambda self: left.append(self))
    with pyaios.job(cpus="1:4") as job:
        assert pyaios.current() is job and os.environ["AIOS_JOB_FD"] == str(job.fileno())
        with pyaios.job(cpus="1:2") as inner:
            assert pyaios.current() is inner
        assert pyaios.current() is job
    assert not {"AIOS_JOB_FD", "AIOS_JOB_ID"} & set(os.environ)
    assert pyaios.current().inert and len(left) == 2


def test_block_that_may_not_leave(kernel, monkeypatch):
    def refuse(_self):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(inside.Stay, "_leave", refuse)
    with pyaios.job(cpus="1:4", mem="1G:max"):
        pass
    assert (kernel.updated.request[0], kernel.updated.limit[0]) == (0, 4000)
    assert kernel.updated.limit[1] == pyaios.UNLIMITED
    stay = pyaios.job(cpus=1)
    with stay:
        kernel.fail("update", errno.ECANCELED)
        with pytest.raises(RuntimeError, match="entered already"), stay:
            pass
        with pytest.warns(RuntimeWarning, match="keeps what it requested"):
            stay.__exit__(None, None, None)


def test_block_that_is_not_admitted(kernel):
    kernel.fail("enter", errno.ETIMEDOUT)
    with pytest.raises(pyaios.TimeIsUp), pyaios.job(cpus=1, timeout=1):
        pass
    assert pyaios.current().inert


def test_environment(kernel, monkeypatch):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus=1)
    monkeypatch.setenv("AIOS_JOB_FD", str(job.fileno()))
    found = pyaios.current()
    assert found.id == job.id and pyaios.current() is found
    for wrong in ("999", "many"):
        monkeypatch.setenv("AIOS_JOB_FD", wrong)
        assert pyaios.current().inert


def test_environment_without_the_descriptor(kernel, monkeypatch):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus=1)
    for number in ("99", "many", ""):
        monkeypatch.setenv("AIOS_JOB_ID", number)
        assert pyaios.current().inert
    monkeypatch.setenv("AIOS_JOB_ID", str(job.id))
    assert pyaios.current().inert  # this process is not in its cgroup
    monkeypatch.setattr(inside, "_found", {})
    monkeypatch.setattr(inside, "_hierarchy", lambda: "/sys/fs/cgroup")
    monkeypatch.setattr(inside, "_own_cgroup", lambda: "/aios/1/below")
    assert pyaios.current().id == job.id


def test_cgroups_of_this_process():
    assert inside._own_cgroup().startswith("/")
    stay = pyaios.job(cpus=1)
    stay._from = "/no such cgroup"
    with pytest.raises(OSError):
        stay._leave()


def test_ends_in_words():
    from pyaios.handle import describe_end

    assert describe_end("oom", 1) == "it exceeded its memory limit: ask for more with mem="
    assert describe_end("exit", 3) == "it exited with status 3"
    assert describe_end("signal", 9) == "SIGKILL ended it"
    assert describe_end("signal", 200) == "signal 200 ended it"
    assert "No such" in describe_end("setup", 2)
    assert describe_end("99", 4) == "it ended by '99' (4)"
    assert str(pyaios.Outcome("running", "none", 0, 1)) == "it is running"
