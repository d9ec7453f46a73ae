# SPDX-License-Identifier: LGPL-2.1-or-later
"""What stands in for a job where there is none: the whole machine is granted, for ever."""
from __future__ import annotations

import os
import time
import warnings
from typing import Iterable, Optional

from . import _abi
from .handle import ENDED, Details, Job, Outcome, Status
from .quantity import Amounts, Quantity, Range
from .why import Why


class StandInWarning(UserWarning):
    """The module is not there, so that nothing is limited and nothing adapts."""


_said = False


def say_once(reason: str) -> None:
    """Warn that a stand-in does the work, the first time only."""
    global _said
    if not _said:
        _said = True
        warnings.warn(f"{reason}; going on without limits, with the whole machine",
                      StandInWarning, stacklevel=3)


def machine_cpus() -> int:
    """CPUs that this process may run on."""
    return len(os.sched_getaffinity(0))


def machine_memory() -> int:
    """Bytes of memory that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


class StandIn(Job):
    """An inert job: all of Job that reads answers for the machine, what changes does nothing."""

    inert = True

    def __init__(self) -> None:
        self._pointer = None
        self._stated = 0
        self._whole = Amounts({"cpu": machine_cpus() * 1000, "memory": machine_memory()})
        self._since = time.clock_gettime(time.CLOCK_MONOTONIC)

    def __repr__(self) -> str:
        return "<pyaios.StandIn>"

    @property
    def id(self) -> int:
        """No job has the number 0."""
        return 0

    def fileno(self) -> int:
        """There is none."""
        raise ValueError("a stand-in has no descriptor")

    def epoch(self) -> int:
        """Nothing ever changes."""
        return 0

    def status(self) -> Status:
        """The machine, as a job that has all of it."""
        return Status(id=0, epoch=0, state="running", end="none", code=0, request=self._whole,
                      limit=self._whole, grant=self._whole, use=Amounts({}), pressure={},
                      devices=[], stop=None, pending=[])

    def details(self) -> Details:
        """The same, at more length."""
        none = Amounts({})
        return Details(
            id=0, name="", group="/", cgroup="", state="running", end="none", code=0, flags=[],
            uid=os.getuid(), gid=os.getgid(), pid=os.getpid(), priority=0,
            weight=_abi.WEIGHT_DEFAULT, position=0, epoch=0, submitted=self._since,
            admitted=self._since, started=self._since, ended=None, stop=None, suspended_for=0,
            cpu_time=time.process_time(), throttled_for=0, expected_runtime=None,
            request=self._whole, limit=self._whole, grant=self._whole, use=none, peak=none,
            how=dict.fromkeys(self._whole, "advisory"), devices=[],
            why=Why("none", None, 0, 0, 0, ""))

    def enter(self, timeout: Optional[float] = None) -> None:
        """There is nothing to wait for."""

    def to_environment(self) -> None:
        """There is nothing to pass on."""

    def wait(self, states: Iterable[str] = (), timeout: Optional[float] = None) -> Outcome:
        """It runs; waiting for its end would be for ever, and is refused."""
        wanted = set(states)
        if "running" not in wanted or not wanted.isdisjoint(ENDED):
            raise ValueError("a stand-in for a job runs, and never ends")
        return Outcome("running", "none", 0, 0)

    def poll(self, timeout: Optional[float] = None) -> int:
        """Nothing comes."""
        if timeout is None:
            raise ValueError("a stand-in never changes: give a timeout")
        time.sleep(timeout)
        return 0

    def seen(self) -> None:
        """There was nothing to see."""

    def _signal(self, what: str) -> None:
        """Nothing is done to the machine."""

    def update(self, *, weight: Optional[int] = None, priority: Optional[int] = None,
               expected: Optional[float] = None, time_limit: Optional[float] = None,
               **resources: Range) -> None:
        """Nobody is told."""

    def _charge(self, what: str, device: int, memory: Quantity) -> int:
        return 0
