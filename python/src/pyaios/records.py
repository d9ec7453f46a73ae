# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lists of jobs and groups, and events as they happen."""
from __future__ import annotations

import asyncio
import ctypes
import dataclasses
import errno
import math
from types import TracebackType
from typing import Any, AsyncIterator, Iterator, List, Optional, Type

from . import _abi
from ._library import RECORD_FUNCTION, flags_of, library, name_of, names_of
from .errors import AiosError, NotLoaded, check
from .quantity import Amounts, amounts

NANO = 1_000_000_000


class EventsLost(AiosError):
    """Events were not read in time and are gone; go on, and list anew what matters."""


@dataclasses.dataclass(frozen=True)
class Record:
    """A job or a group of a list, or an event; what a record lacks is 0, "" or empty.

    time, submitted, admitted, started and finished are seconds of CLOCK_MONOTONIC; cpu_time is
    in seconds, amounts are in each resource's unit.
    """

    event: str
    time: float
    job: int
    group: int
    parent: int
    path: str
    name: str
    state: str
    end: str
    code: int
    uid: int
    pid: int
    priority: int
    weight: int
    position: int
    flags: List[str]
    epoch: int
    attempt: int
    device: int
    jobs: int
    running: int
    submitted: float
    admitted: float
    started: float
    finished: float
    cpu_time: float
    request: Amounts
    limit: Amounts
    grant: Amounts
    use: Amounts


def _copy(r: Any) -> Record:
    """A record of one's own: the library's is valid for a moment only."""
    every = (1 << _abi.RESOURCE_MAX) - 1
    whole = r.mask if r.present >> _abi.A_MASK & 1 else every
    known = whole & ((1 << len(names_of("resource"))) - 1)

    def word(kind: str, value: int, attribute: int) -> str:
        return name_of(kind, value) if r.present >> attribute & 1 else ""

    def amount(array: Any, attribute: int) -> Amounts:
        return amounts(array, known if r.present >> attribute & 1 else 0)

    return Record(
        event=word("event", r.event, _abi.A_EVENT), time=r.time_ns / NANO, job=r.job,
        group=r.group, parent=r.parent, path=(r.path or b"").decode("utf-8", "replace"),
        name=(r.name or b"").decode("utf-8", "replace"),
        state=word("state", r.state, _abi.A_STATE), end=word("end", r.end, _abi.A_END),
        code=r.code, uid=r.uid, pid=r.pid, priority=r.priority, weight=r.weight,
        position=r.position, flags=flags_of("job_flag", r.flags), epoch=r.epoch,
        attempt=r.attempt, device=r.device, jobs=r.nr_jobs, running=r.nr_running,
        submitted=r.submit_ns / NANO, admitted=r.admit_ns / NANO, started=r.start_ns / NANO,
        finished=r.finish_ns / NANO, cpu_time=r.cpu_duration_ns / NANO,
        request=amount(r.request, _abi.A_REQUEST), limit=amount(r.limit, _abi.A_LIMIT),
        grant=amount(r.grant, _abi.A_GRANT), use=amount(r.use, _abi.A_USE))


def _list(kind: str) -> List[Record]:
    """A list, anew for as long as it changes while it is read."""
    found: List[Record] = []
    failed: List[BaseException] = []

    def take(record: Any, _data: object) -> int:
        try:
            found.append(_copy(record.contents))
        except BaseException as error:  # it cannot pass through the library
            failed.append(error)
            return -errno.ECANCELED
        return 0

    function = RECORD_FUNCTION(take)
    error = -errno.EAGAIN
    tries = 0
    while error == -errno.EAGAIN and tries < 100:
        found.clear()
        error = getattr(library(), f"aios_{kind}_list")(function, None)
        tries += 1
    if failed:
        raise failed[0]
    if error == -errno.ENOENT:
        raise NotLoaded("the module is not loaded")
    check(error, f"cannot list the {kind}s")
    return found


def list_jobs() -> List[Record]:
    """The jobs that the caller may see."""
    return _list("job")


def list_groups() -> List[Record]:
    """The groups that the caller may see."""
    return _list("group")


class Events:
    """What happens from now on: an iterator, an asynchronous iterator, a context manager.

    for event in Events(): blocks between events; async for event in Events(): lets the loop
    run. next_event(timeout) takes one, or None. EventsLost tells that some were not read in
    time; iterating can go on after it. buffer is how many bytes the kernel may keep.
    """

    def __init__(self, buffer: Optional[int] = None) -> None:
        out = ctypes.c_void_p()
        self._pointer: Optional[int] = None
        error = library().aios_monitor_new(ctypes.byref(out))
        if error == -errno.ENOENT:
            raise NotLoaded("the module is not loaded")
        check(error, "cannot subscribe to events")
        self._pointer = out.value
        if buffer is not None:
            check(library().aios_monitor_set_buffer(self._handle, buffer),
                  "cannot make room for events")

    @property
    def _handle(self) -> int:
        if not self._pointer:
            raise ValueError("these events are closed")
        return self._pointer

    def close(self) -> None:
        """End the subscription."""
        pointer, self._pointer = self._pointer, None
        if pointer:
            library().aios_monitor_unref(pointer)

    def __enter__(self) -> Events:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pointer", None):
            self.close()

    def fileno(self) -> int:
        """The descriptor that is readable when events wait, for those who poll themselves."""
        return int(library().aios_monitor_fd(self._handle))

    def next_event(self, timeout: Optional[float] = None) -> Optional[Record]:
        """The next event, or None when none came within the timeout in seconds."""
        milliseconds = -1 if timeout is None else math.ceil(timeout * 1000)
        record = ctypes.POINTER(_abi.Record)()
        found = library().aios_monitor_next(self._handle, milliseconds, ctypes.byref(record))
        if found == -errno.EINTR:
            return None
        if found == -errno.ENOBUFS:
            raise EventsLost("events were lost because they were not read in time: list anew")
        return _copy(record.contents) if check(found, "cannot read events") else None

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        while True:
            event = self.next_event()
            if event is not None:
                return event

    def __aiter__(self) -> AsyncIterator[Record]:
        return self

    async def __anext__(self) -> Record:
        loop = asyncio.get_running_loop()
        while True:
            # What an earlier call fetched along is not seen by the loop's poll.
            event = self.next_event(0)
            if event is not None:
                return event
            readable = asyncio.Event()
            fd = self.fileno()
            loop.add_reader(fd, readable.set)
            try:
                await readable.wait()
            finally:
                loop.remove_reader(fd)
