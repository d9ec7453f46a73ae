# SPDX-License-Identifier: LGPL-2.1-or-later
"""Being a job: the calling process enters one for a while, or finds the one that it is in."""
from __future__ import annotations

import contextlib
import errno
import os
import warnings
from types import TracebackType
from typing import Dict, List, Mapping, Optional, Tuple, Type

from . import _abi
from .errors import AiosError, CallError, LibraryMissing, NotLoaded
from .handle import Job
from .machine import Machine
from .quantity import KEYWORDS
from .standin import StandIn, say_once

_entered: List[Job] = []
_found: Dict[Tuple[Optional[str], Optional[str]], Optional[Job]] = {}

JOB_ID_ENV = "AIOS_JOB_ID"
"""The environment variable in which a job's processes find its number."""


def open_machine(required: bool = False) -> Optional[Machine]:
    """The machine, or None with a warning, once, where it has no module or no libaios."""
    try:
        return Machine()
    except (NotLoaded, LibraryMissing) as error:
        if required:
            raise
        say_once(error.sentence if isinstance(error, NotLoaded) else str(error))
        return None


def current() -> Job:
    """The job that this process is: one that it entered, or was started in (AIOS_JOB_FD).

    Where it is none, a stand-in to which the whole machine is granted; its "inert" is true.
    """
    if _entered:
        return _entered[-1]
    named = os.environ.get(_abi.JOB_FD_ENV), os.environ.get(JOB_ID_ENV)
    if named not in _found:
        try:
            _found[named] = _find(named[1]) if any(named) else None
        except LibraryMissing as error:
            say_once(str(error))
            return StandIn()
    return _found[named] or StandIn()


def _find(number: Optional[str]) -> Optional[Job]:
    """The job by its descriptor, which subprocess closes, or by its number where we are in it."""
    job = Job.of_environment()
    if job is not None or not number or not number.isdigit():
        return job
    try:
        with Machine() as machine:
            job = machine.job(int(number))
    except CallError:
        return None
    place = job.details().cgroup
    with contextlib.suppress(OSError):
        if place and f"{_hierarchy()}{_own_cgroup()}/".startswith(f"{place}/"):
            return job
    job.close()
    return None


def become(job: Job) -> None:
    """Let current() and programs that are executed find the job that was entered."""
    _entered.append(job)
    job.to_environment()
    os.environ[JOB_ID_ENV] = str(job.id)


def _hierarchy() -> str:
    """Where cgroup v2 is mounted; raises OSError when it is not."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            left, _, right = line.partition(" - ")
            if right.startswith("cgroup2 "):
                return left.split()[4].encode().decode("unicode_escape")
    raise OSError(errno.ENOENT, "cgroup v2 is not mounted")


def _own_cgroup() -> str:
    with open("/proc/self/cgroup", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            if line.startswith("0::"):
                return line[3:].rstrip("\n")
    return "/"


def set_variables(values: Mapping[str, Optional[str]]) -> None:
    """Environment variables as they were; None: not there."""
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


class Stay:
    """A context in which the calling process, with all its threads, is a job: see job()."""

    def __init__(self, timeout: Optional[float], required: bool,
                 options: Dict[str, object]) -> None:
        self._timeout = timeout
        self._required = required
        self._options = options
        self._job: Optional[Job] = None
        self._variables: Dict[str, Optional[str]] = {}
        self._from = "/"

    def __enter__(self) -> Job:
        if self._job is not None:
            raise RuntimeError("this job was entered already: call job() for each")
        machine = open_machine(self._required)
        if machine is None:
            self._job = StandIn()
            _entered.append(self._job)
            return self._job
        with machine:
            self._job = machine.submit(**self._options)
        self._from = _own_cgroup()
        try:
            self._job.enter(self._timeout)
        except BaseException:
            self._job.close()
            raise
        self._variables = {name: os.environ.get(name) for name in (_abi.JOB_FD_ENV, JOB_ID_ENV)}
        become(self._job)
        return self._job

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        job = self._job
        if job is None or job not in _entered:
            return
        _entered.remove(job)
        if job.inert:
            return
        set_variables(self._variables)
        try:
            self._leave()
        except OSError:
            self._give_back(job)
        else:
            job.close()

    def _leave(self) -> None:
        """Go back to where the process came from, which takes the right to move it there."""
        with open(f"{_hierarchy()}{self._from}/cgroup.procs", "w", encoding="ascii") as file:
            file.write("0")

    def _give_back(self, job: Job) -> None:
        """The process may not leave: it stays, and holds nothing that others could request."""
        stated = job.status().limit
        words = {resource: keyword for keyword, resource in KEYWORDS.items()}
        try:
            job.update(**{words[resource]: (0, limit)  # type: ignore[arg-type]
                          for resource, limit in _as_quantities(stated).items()})
        except (AiosError, ValueError) as error:
            warnings.warn(f"job {job.id} keeps what it requested until this process ends: {error}",
                          RuntimeWarning, stacklevel=3)


def _as_quantities(values: Mapping[str, int]) -> Dict[str, float]:
    """Amounts in units, as numbers that parse_range() reads."""
    milli = ("cpu", "gpu")
    return {name: float("inf") if value == _abi.UNLIMITED else
            value / 1000 if name in milli else value for name, value in values.items()}


def job(*, timeout: Optional[float] = None, required: bool = False, **options: object) -> Stay:
    """Make the calling process a job for the length of a block.

        with pyaios.job(cpus="2:8", mem="4G:16G") as job:
            train()

    It waits until the job is admitted, for at most timeout seconds (TimeIsUp), and moves the
    process with all its threads. Afterwards the process goes back to where it came from if it
    has the right to (root does); else it stays, as what it has requested is given back, and may
    enter another job. Options are those of Machine.submit(). Without the module the block runs
    unlimited, with a warning, once; with required=True that is NotLoaded.
    """
    return Stay(timeout, required, options)



