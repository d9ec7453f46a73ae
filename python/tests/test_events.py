# SPDX-License-Identifier: GPL-2.0
"""Lists and events, with the library's own functions replaced where the kernel would speak."""
import asyncio
import ctypes
import errno
import os

import pytest

import pyaios
from pyaios import _abi, _library, records


class Netlink:
    """Functions of the library that speak netlink: they yield what a test has put there."""

    def __init__(self):
        self.records = []
        self.errors = []
        self.wakeup = os.pipe()

    def record(self, attributes, **fields):
        made = _abi.Record()
        made.present = sum(1 << attribute for attribute in attributes)
        for name, value in fields.items():
            if isinstance(value, dict):
                for slot, number in value.items():
                    getattr(made, name)[slot] = number
            else:
                setattr(made, name, value)
        self.records.append(made)

    def list(self, function, data):
        if self.errors:
            return self.errors.pop(0)
        for made in self.records:
            stop = function(ctypes.pointer(made), data)
            if stop:
                return stop
        return 0

    def next(self, _monitor, _timeout, out):
        if self.errors:
            return self.errors.pop(0)
        if not self.records:
            return 0
        out._obj.contents = self.records.pop(0)
        return 1

    def new(self, out):
        if self.errors:
            return self.errors.pop(0)
        out._obj.value = 1
        return 0


@pytest.fixture
def netlink(monkeypatch):
    lib, made = _library.library(), Netlink()
    for name, function in (("aios_job_list", made.list), ("aios_group_list", made.list),
                           ("aios_monitor_new", made.new), ("aios_monitor_next", made.next),
                           ("aios_monitor_unref", lambda monitor: None),
                           ("aios_monitor_set_buffer", lambda monitor, size: 0),
                           ("aios_monitor_fd", lambda monitor: made.wakeup[0])):
        monkeypatch.setattr(lib, name, function)
    yield made
    for fd in made.wakeup:
        os.close(fd)


def a_job(netlink):
    netlink.record((_abi.A_JOB, _abi.A_STATE, _abi.A_MASK, _abi.A_GRANT, _abi.A_NAME), job=7,
                   state=_abi.STATE_RUNNING, mask=1, grant={0: 1500, 1: 9}, name=b"train",
                   flags=_abi.JOB_STRICT, start_ns=5 * 10 ** 8)


def test_list(netlink):
    a_job(netlink)
    netlink.errors = [-errno.EAGAIN]
    (job,) = records.list_jobs()
    assert (job.job, job.state, job.name, job.started) == (7, "running", "train", 0.5)
    assert dict(job.grant) == {"cpu": 1500} and job.flags == ["strict"]
    assert dict(job.request) == {} and job.event == ""


def test_list_errors(netlink, monkeypatch):
    netlink.errors = [-errno.ENOENT]
    with pytest.raises(pyaios.NotLoaded):
        records.list_groups()
    netlink.errors = [-errno.EAGAIN] * 200
    with pytest.raises(pyaios.CallError, match="cannot list the jobs"):
        records.list_jobs()
    del netlink.errors[:]
    a_job(netlink)
    monkeypatch.setattr(records, "_copy", lambda record: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        records.list_jobs()


def test_events(netlink):
    netlink.record((_abi.A_EVENT,), event=_abi.EVENT_GRANTED, job=3, time_ns=10 ** 9)
    with pyaios.Events(buffer=1 << 16) as events:
        event = next(events)
        assert (event.event, event.job, event.time) == ("granted", 3, 1.0)
        assert events.next_event(0) is None and iter(events) is events
        netlink.errors = [-errno.EINTR, -errno.ENOBUFS]
        assert events.next_event() is None
        with pytest.raises(pyaios.EventsLost):
            events.next_event()
    with pytest.raises(ValueError, match="closed"):
        events.fileno()
    netlink.errors = [-errno.ENOENT]
    with pytest.raises(pyaios.NotLoaded):
        pyaios.Events()


def test_events_in_a_loop(netlink):
    async def first(events):
        async for event in events:
            return event
        return None

    async def run():
        loop = asyncio.get_running_loop()

        def come():
            netlink.record((_abi.A_EVENT,), event=_abi.EVENT_ENDED, job=4)
            os.write(netlink.wakeup[1], b"x")

        loop.call_later(0.01, come)
        with pyaios.Events() as events:
            return await first(events)

    assert asyncio.run(run()).event == "ended"
