# SPDX-License-Identifier: LGPL-2.1-or-later
"""A job: its handle, what it is granted, how it ends, and what can be changed."""
from __future__ import annotations

import ctypes
import dataclasses
import errno
import math
import os
import signal
import time
from types import TracebackType
from typing import Dict, Iterable, List, Optional, Tuple, Type, Union

from . import _abi
from ._library import flags_of, library, name_of, number_of
from .errors import check
from .quantity import Amounts, Quantity, Range, amounts, parse, stated
from .why import Why, read_why

NANO = 1_000_000_000
ENDED = ("done", "failed", "cancelled")
"""The states of a job that has ended."""

CHANGED = 1
"""What Job.poll() answers when state or grant changed."""
OVER = 2
"""What Job.poll() answers when the job has ended."""


def nanoseconds(seconds: float) -> int:
    """A duration for the ABI."""
    if not seconds >= 0 or math.isinf(seconds):
        raise ValueError(f"{seconds} is no duration: give seconds, not negative")
    return round(seconds * NANO)


def deadline_of(timeout: Optional[float]) -> int:
    """The absolute time of CLOCK_MONOTONIC at which a wait gives up; 0 is never."""
    if timeout is None:
        return 0
    return max(1, time.clock_gettime_ns(time.CLOCK_MONOTONIC) + nanoseconds(timeout))


def _until(number: int) -> Optional[float]:
    return number / NANO if number else None


@dataclasses.dataclass(frozen=True)
class Device:
    """An accelerator of a job: its granted share in devices, and its memory in bytes."""

    id: int
    share: float
    memory: int
    memory_used: int


@dataclasses.dataclass(frozen=True)
class Status:
    """A job's status page, as of one moment.

    Amounts are in each resource's unit; stop is the time of CLOCK_MONOTONIC, in seconds, at
    which the job's time is up; pressure the share from 0 to 1 of the last 10 s in which some
    task waited; pending names what the job holds above its grant and cannot give back so far.
    """

    id: int
    epoch: int
    state: str
    end: str
    code: int
    request: Amounts
    limit: Amounts
    grant: Amounts
    use: Amounts
    pressure: Dict[str, float]
    devices: List[Device]
    stop: Optional[float]
    pending: List[str]

    @property
    def ended(self) -> bool:
        """Whether the job is over."""
        return self.state in ENDED


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a wait has found: the state, and of a job that is over how it ended."""

    state: str
    end: str
    code: int
    epoch: int

    @property
    def ended(self) -> bool:
        """Whether the job is over."""
        return self.state in ENDED

    @property
    def ok(self) -> bool:
        """Whether the job ended with success."""
        return self.state == "done"

    def __str__(self) -> str:
        if not self.ended:
            return f"it is {self.state}"
        return describe_end(self.end, self.code)


def describe_end(end: str, code: int) -> str:
    """How a job ended, in words, with what would help."""
    known = {
        "exit": f"it exited with status {code}",
        "oom": "it exceeded its memory limit: ask for more with mem=",
        "cancelled": "it was cancelled",
        "abandoned": "nobody entered it, and nobody could any more",
        "lost": "somebody removed its cgroup, or its process left it",
        "setup": f"its cgroup could not be set up ({os.strerror(code)}): see the kernel's log",
        "dependency": "it waited for a job that could no longer do what was waited for",
        "time_limit": "its time was up: give it more with time_limit=",
        "full": "its group ran out of memory, not its own limit: request what it needs",
    }
    if end == "signal":
        try:
            name = signal.Signals(code).name
        except ValueError:
            name = f"signal {code}"
        return f"{name} ended it"
    return known.get(end, f"it ended by '{end}' ({code})")


@dataclasses.dataclass(frozen=True)
class Details:
    """All that the kernel tells of a job; times are seconds of CLOCK_MONOTONIC, None: not yet.

    use and peak are in each resource's unit, durations in seconds, how says of each resource
    whether its limit is "enforced", "cooperative" or "advisory".
    """

    id: int
    name: str
    group: str
    cgroup: str
    state: str
    end: str
    code: int
    flags: List[str]
    uid: int
    gid: int
    pid: int
    priority: int
    weight: int
    position: int
    epoch: int
    submitted: Optional[float]
    admitted: Optional[float]
    started: Optional[float]
    ended: Optional[float]
    stop: Optional[float]
    suspended_for: float
    cpu_time: float
    throttled_for: float
    expected_runtime: Optional[float]
    request: Amounts
    limit: Amounts
    grant: Amounts
    use: Amounts
    peak: Amounts
    how: Dict[str, str]
    devices: List[Device]
    why: Why


def _devices(struct: Union[_abi.Stat, _abi.Status]) -> List[Device]:
    number = min(struct.nr_devices, _abi.JOB_DEVICES_MAX)
    return [Device(d.id, d.milli / 1000, d.memory, d.memory_used)
            for d in struct.devices[:number]]


class Job:
    """A job's handle. It is a context manager that gives the handle back, not the job up.

    Jobs come from Machine.submit(), Machine.job(), Job.of_environment() and Job.of_descriptor().
    A job that nobody entered is cancelled when its last handle is closed.
    """

    inert = False
    """Whether this only stands in for a job, as where the module is not loaded."""

    def __init__(self, pointer: int, request: Optional[int] = None) -> None:
        self._pointer: Optional[int] = pointer
        self._stated = request
        self._page = _abi.make(_abi.Status)
        self._epoch = ctypes.c_uint64()

    @classmethod
    def of_descriptor(cls, fd: int) -> Job:
        """The job that a file descriptor means, which then is the handle's to close."""
        out = ctypes.c_void_p()
        check(library().aios_job_from_fd(fd, ctypes.byref(out)), f"descriptor {fd} is no job")
        return cls(out.value or 0)

    @classmethod
    def of_environment(cls) -> Optional[Job]:
        """The job that this process was started in, by AIOS_JOB_FD, or None.

        A variable that names no job, such as an inherited one, counts as none.
        """
        out = ctypes.c_void_p()
        # os.environ tells the C library too, but what another library set is seen here only.
        found = library().aios_job_from_environment(ctypes.byref(out))
        if found in (-errno.ENOENT, -errno.EBADF, -errno.ENOTTY, -errno.EINVAL):
            return None
        check(found, f"the job of {_abi.JOB_FD_ENV} cannot be used")
        return cls(out.value or 0)

    def close(self) -> None:
        """Give the handle back; it cannot be used any more."""
        pointer, self._pointer = self._pointer, None
        if pointer:
            library().aios_job_unref(pointer)

    def __enter__(self) -> Job:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pointer", None):
            self.close()

    def __repr__(self) -> str:
        return f"<pyaios.Job {self.id}>" if self._pointer else "<pyaios.Job, closed>"

    @property
    def _handle(self) -> int:
        if not self._pointer:
            raise ValueError("the handle of this job is closed")
        return self._pointer

    @property
    def id(self) -> int:
        """The job's number, which is never used again."""
        return int(library().aios_job_id(self._handle))

    def fileno(self) -> int:
        """The job's descriptor, to poll or to send; it stays the handle's."""
        return int(library().aios_job_fd(self._handle))

    @property
    def _mask(self) -> int:
        if self._stated is None:
            self._stated = int(self._stat().resource_mask)
        return self._stated

    # ------------------------------------------------------------ what it has

    def epoch(self) -> int:
        """The number of the last change of state or grant, read without a system call."""
        check(library().aios_job_status_epoch(self._handle, ctypes.byref(self._epoch)),
              "cannot read the status page")
        return self._epoch.value

    def status(self) -> Status:
        """A consistent copy of the status page. It takes no system call but the first time."""
        page = _abi.make(_abi.Status)
        check(library().aios_job_status_read(self._handle, ctypes.byref(page)),
              "cannot read the status page")
        mask = self._mask
        pending = amounts(page.limit, page.pending)
        return Status(
            id=page.id, epoch=page.epoch, state=name_of("state", page.state),
            end=name_of("end", page.end), code=page.code,
            request=amounts(page.request, mask), limit=amounts(page.limit, mask),
            grant=amounts(page.grant, mask), use=amounts(page.use, mask),
            pressure={name_of("resource", i): page.pressure[i] / 10000
                      for i in range(_abi.RESOURCE_MAX) if page.pressure[i]},
            devices=_devices(page), stop=_until(page.stop_ns), pending=list(pending))

    @property
    def grant(self) -> Amounts:
        """What the job may use at this moment."""
        return self.status().grant

    def _stat(self) -> _abi.Stat:
        stat = _abi.make(_abi.Stat)
        check(library().aios_job_stat(self._handle, ctypes.byref(stat)), "cannot read the job")
        return stat

    def details(self) -> Details:
        """All there is to know of the job."""
        stat = _abi.make(_abi.Stat)
        texts = [ctypes.create_string_buffer(room) for room in
                 (_abi.NAME_MAX + 1, _abi.PATH_MAX + 1, 4096)]
        stat.name, stat.group_path, stat.cgroup = map(ctypes.addressof, texts)
        stat.name_room, stat.group_room, stat.cgroup_room = map(len, texts)
        check(library().aios_job_stat(self._handle, ctypes.byref(stat)), "cannot read the job")
        name, group, cgroup = (text.value.decode("utf-8", "replace") for text in texts)
        self._stated = mask = stat.resource_mask
        request = amounts(stat.request, mask)
        numbers = [number_of("resource", resource) for resource in request]
        return Details(
            id=stat.id, name=name, group=group, cgroup=cgroup,
            state=name_of("state", stat.state), end=name_of("end", stat.end), code=stat.code,
            flags=flags_of("job_flag", stat.flags), uid=stat.uid, gid=stat.gid, pid=stat.pid,
            priority=stat.priority, weight=stat.weight, position=stat.position,
            epoch=stat.epoch, submitted=_until(stat.submit_ns), admitted=_until(stat.admit_ns),
            started=_until(stat.start_ns), ended=_until(stat.end_ns), stop=_until(stat.stop_ns),
            suspended_for=stat.suspended_duration_ns / NANO,
            cpu_time=stat.cpu_duration_ns / NANO,
            throttled_for=stat.throttled_duration_ns / NANO,
            expected_runtime=_until(stat.expected_runtime_ns),
            request=request, limit=amounts(stat.limit, mask), grant=amounts(stat.grant, mask),
            use=amounts(stat.use, mask), peak=amounts(stat.peak, mask),
            how={name: name_of("how", stat.how[i]) for name, i in zip(request, numbers)},
            devices=_devices(stat), why=read_why(stat.why))

    # ------------------------------------------------------------- its life

    def enter(self, timeout: Optional[float] = None) -> None:
        """Make the calling process, with all its threads, the job; waits until it is admitted.

        timeout is in seconds. Raises TimeIsUp with what the job waited for, or Refused.
        """
        until = deadline_of(timeout)
        why = _abi.Why()
        while True:
            error = library().aios_job_enter(self._handle, until, ctypes.byref(why))
            # A signal's handler runs between two calls, and can raise what ends the wait.
            if error != -errno.EINTR:
                break
        check(error, f"cannot enter job {self.id}", read_why(why))

    def to_environment(self) -> None:
        """Let the program that is executed next find its job (AIOS_JOB_FD)."""
        check(library().aios_job_to_environment(self._handle), "cannot pass the job on")
        os.environ[_abi.JOB_FD_ENV] = str(self.fileno())

    def wait(self, states: Iterable[str] = (), timeout: Optional[float] = None) -> Outcome:
        """Wait until the job is in one of these states, or has ended.

        timeout is in seconds; TimeIsUp is raised when it is over.
        """
        call = _abi.make(_abi.Wait)
        call.timeout_ns = deadline_of(timeout)
        call.state_mask = sum(1 << number_of("state", state) for state in set(states))
        while True:
            error = library().aios_job_wait(self._handle, ctypes.byref(call))
            if error != -errno.EINTR:
                break
        check(error, f"job {self.id} did not come to that")
        return Outcome(name_of("state", call.state), name_of("end", call.end), call.code,
                       call.epoch)

    def poll(self, timeout: Optional[float] = None) -> int:
        """Wait for a change: CHANGED, OVER or both, and 0 after the timeout in seconds.

        Changes count from this descriptor's last look (details(), wait(), seen()).
        """
        milliseconds = -1 if timeout is None else math.ceil(timeout * 1000)
        found: int = library().aios_job_poll(self._handle, milliseconds)
        if found == -errno.EINTR:
            return 0
        return check(found, "cannot wait for the job")

    def seen(self) -> None:
        """Take all changes so far as seen, so that poll() waits for the next."""
        self._stat()

    def suspend(self) -> None:
        """Freeze the job, and free what is elastic."""
        self._signal("suspend")

    def resume(self) -> None:
        """Let the job run again as soon as it fits."""
        self._signal("resume")

    def cancel(self) -> None:
        """End the job with all its processes. wait() tells when they are gone."""
        self._signal("cancel")

    def hold(self) -> None:
        """Keep the queued job back until it is released."""
        self._signal("hold")

    def release(self) -> None:
        """Let a job that is on hold go on."""
        self._signal("release")

    def _signal(self, what: str) -> None:
        why = _abi.Why()
        error = getattr(library(), f"aios_job_{what}")(self._handle, ctypes.byref(why))
        check(error, f"cannot {what} job {self.id}", read_why(why))

    # ------------------------------------------------------- what is changed

    def update(self, *, weight: Optional[int] = None, priority: Optional[int] = None,
               expected: Optional[float] = None, time_limit: Optional[float] = None,
               **resources: Range) -> None:
        """Change a live job: its requests and limits (cpus="2:8"), weight, priority, times.

        expected is how long it will run in all, time_limit how long at most, both in seconds.
        """
        call = _abi.make(_abi.Update)
        flags: Tuple[Tuple[str, int, Optional[int]], ...] = (
            ("weight", _abi.UPDATE_WEIGHT, weight),
            ("priority", _abi.UPDATE_PRIORITY, priority),
            ("expected_runtime_ns", _abi.UPDATE_RUNTIME,
             None if expected is None else nanoseconds(expected)),
            ("max_runtime_ns", _abi.UPDATE_MAX_RUNTIME,
             None if time_limit is None else nanoseconds(time_limit)))
        for field, flag, value in flags:
            if value is not None:
                call.flags |= flag
                setattr(call, field, value)
        for resource, (request, limit) in stated(resources).items():
            check(library().aios_update_set_resource(ctypes.byref(call), resource, request, limit),
                  "cannot change a request")
        error = library().aios_job_update(self._handle, ctypes.byref(call))
        check(error, f"cannot change job {self.id}", read_why(call.why))
        self._stated = None

    def charge(self, device: int, memory: Quantity) -> int:
        """Account for memory taken on an accelerator, in bytes or as "2G"; what is charged now.

        Raises CallError (ENOMEM) where a limit refuses.
        """
        return self._charge("charge", device, memory)

    def uncharge(self, device: int, memory: Quantity) -> int:
        """Account for memory of an accelerator given back; what remains charged, in bytes."""
        return self._charge("uncharge", device, memory)

    def _charge(self, what: str, device: int, memory: Quantity) -> int:
        used, why = ctypes.c_uint64(), _abi.Why()
        error = getattr(library(), f"aios_job_{what}")(
            self._handle, device, parse("gpu_memory", memory), ctypes.byref(used),
            ctypes.byref(why))
        check(error, f"cannot {what} job {self.id}", read_why(why))
        return used.value
