# SPDX-License-Identifier: LGPL-2.1-or-later
"""A process that adapts to what it is granted, and tells the kernel what it is about to do."""
from __future__ import annotations

import collections
import ctypes
import dataclasses
import math
import os
import sys
import threading
import time
import traceback
from types import TracebackType
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple, Type

from . import knobs
from .errors import AiosError, Over
from .handle import CHANGED, NANO, OVER, Job, Status
from .inside import current, set_variables
from .quantity import Amounts, Range
from .standin import machine_cpus

RECHECK = 0.25
"""Seconds after which the epoch is compared anyway: another process may take the wakeup."""

_due: Deque[Follower] = collections.deque()


def _adapt_main(_argument: object) -> int:
    """Called by the interpreter in the main thread, between two of its instructions."""
    while _due:
        _due.popleft()._adapt_caller()
    return 0


# The interpreter may call it after the follower is gone: so it lives as long as this module.
_ADAPT_MAIN = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(_adapt_main)


@dataclasses.dataclass(frozen=True)
class Change:
    """What was granted before and is now, in each resource's unit."""

    before: Amounts
    now: Amounts
    status: Status

    @property
    def shrinks(self) -> List[str]:
        """The resources of which there is less now."""
        return [name for name, value in self.now.items() if value < self.before.get(name, 0)]


@dataclasses.dataclass(frozen=True)
class Ending:
    """The job is about to be ended: seconds that are left."""

    left: float


def threads_for(cpus: float, most: Optional[int] = None) -> int:
    """As many threads as can use so many CPUs, where a part of one counts as one; at least 1."""
    whole = machine_cpus() if math.isinf(cpus) else math.ceil(cpus)
    return max(1, min(whole, most or machine_cpus()))


class Follower:
    """Follows the grant of a job: see follow()."""

    def __init__(self, job: Optional[Job] = None, *, threads: bool = True,
                 most_threads: Optional[int] = None, notice: float = 60.0) -> None:
        self.job = job or current()
        self._sets_threads = threads
        self._most = most_threads
        self._notice = notice
        self._lock = threading.Lock()
        self._take(self.job.status())
        self._told = threading.local()
        self._modules: Tuple[bool, ...] = ()
        self._later: List[Tuple[Callable[[Any], object], Any]] = []
        self._handlers: Dict[str, List[Tuple[Callable[[Any], object], bool]]] = {
            "change": [], "shrink": [], "ending": []}
        self._warned_of_end = False
        self._stop = threading.Event()
        self._hinted = 0.0
        self._expected: Optional[float] = None
        self._environment = {name: os.environ.get(name) for name in knobs.VARIABLES}
        self._watcher: Optional[threading.Thread] = None
        self.step()
        if not self.job.inert:
            self._watcher = threading.Thread(target=self._watch, daemon=True,
                                             name="pyaios-follow")
            self._watcher.start()

    def _take(self, status: Status) -> None:
        """What is granted from now on, and as many threads as can use it."""
        self._status = status
        self._threads = threads_for(status.grant.cpus, self._most)

    # ------------------------------------------------------------ what is granted

    @property
    def status(self) -> Status:
        """The last status that was seen."""
        return self._status

    @property
    def grant(self) -> Amounts:
        """What may be used at this moment, in each resource's unit."""
        return self._status.grant

    @property
    def cpus(self) -> float:
        """CPUs that are granted."""
        return self.grant.cpus

    @property
    def memory(self) -> int:
        """Bytes of memory that are granted; pyaios.UNLIMITED where nothing bounds them."""
        return self.grant.memory

    @property
    def threads(self) -> int:
        """As many threads as can use the CPUs that are granted."""
        return self._threads

    def workers(self, most: int) -> int:
        """Processes that help this one, such as a DataLoader's: what its own thread leaves."""
        return max(0, min(most, self.threads - 1))

    # ---------------------------------------------------------------- callbacks

    def on_change(self, function: Callable[[Change], object], at_once: bool = False) -> None:
        """Call a function with each Change of the grant.

        It is called by step(), where the program says that it may be; with at_once by the
        thread that watches, at any moment.
        """
        self._handlers["change"].append((function, at_once))

    def on_shrink(self, function: Callable[[Change], object], at_once: bool = False) -> None:
        """Call a function with each Change that takes something away.

        What is granted less is taken step by step: there is time to give memory back.
        """
        self._handlers["shrink"].append((function, at_once))

    def on_ending(self, function: Callable[[Ending], object], at_once: bool = False) -> None:
        """Call a function once, with an Ending, when the job's time is nearly up.

        That is the follower's notice before it, in seconds (60): time for a checkpoint. The
        kernel sends SIGTERM 30 seconds before the end, or a tenth of the time limit if that is
        less, which ends a Python program that has no handler for it.
        """
        self._handlers["ending"].append((function, at_once))

    def _tell(self, kind: str, what: object) -> None:
        for function, at_once in self._handlers[kind]:
            if at_once:
                try:
                    function(what)
                except Exception:  # the watcher goes on, as logging's handlers do
                    traceback.print_exc()
            else:
                with self._lock:
                    self._later.append((function, what))

    # --------------------------------------------------------------- adapting

    def step(self) -> None:
        """A safe point of the program: adapt the calling thread, and run what waits for it.

        It costs a microsecond where nothing has changed: call it for each batch.
        """
        if self._sets_threads:
            number = self._threads
            loaded = "torch" in sys.modules, "numexpr" in sys.modules
            if getattr(self._told, "number", 0) != number or loaded != self._modules:
                self._modules = loaded
                self._told.number = number
                knobs.set_threads(number)
        while self._later:
            with self._lock:
                function, what = self._later.pop(0)
            function(what)

    def _adapt_caller(self) -> None:
        """Adapt the calling thread, in the middle of whatever it does."""
        if self._sets_threads and not self._stop.is_set():
            try:
                self._told.number = self.threads
                knobs.set_threads(self._told.number)
            except Exception:  # nothing there takes an exception
                traceback.print_exc()

    def _look(self) -> None:
        """Compare the epoch, and tell what has changed since."""
        if self.job.epoch() != self._status.epoch:
            before, threads = self._status, self._threads
            self._take(self.job.status())
            if before.grant != self._status.grant:
                change = Change(before.grant, self._status.grant, self._status)
                if threads != self._threads:
                    # The main thread trains as a rule; OpenMP keeps its number for each.
                    _due.append(self)
                    ctypes.pythonapi.Py_AddPendingCall(_ADAPT_MAIN, None)
                self._tell("change", change)
                if change.shrinks:
                    self._tell("shrink", change)
        stop = self._status.stop
        if stop is not None and not self._warned_of_end:
            left = stop - time.clock_gettime_ns(time.CLOCK_MONOTONIC) / NANO
            if left <= self._notice:
                self._warned_of_end = True
                self._tell("ending", Ending(max(0.0, left)))

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
                found = 0 if self._status.ended else self.job.poll(RECHECK)
                if self._status.ended or found & OVER:
                    return
                if found & CHANGED:
                    # Else the next poll() would tell of the same change, and so on.
                    self.job.seen()
            except Over:
                return
            except (AiosError, ValueError):
                if not self._stop.is_set():
                    traceback.print_exc()
                return

    # ------------------------------------------------------------------ hints

    def progress(self, share: float) -> None:
        """Tell the kernel how much of the work is done, from 0 to 1: it learns when it ends.

        It is told at most every 5 seconds, and when the estimate has moved by a tenth.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"progress is between 0 and 1, not {share}")
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) / NANO
        if not share or self.job.inert or (self._hinted and now - self._hinted < 5):
            return
        started = self.job.details().started or now
        expected = max(0.001, (now - started) / share)
        if self._expected and abs(expected - self._expected) < 0.1 * self._expected:
            return
        self._hinted, self._expected = now, expected
        self.job.update(expected=expected)

    def wants(self, **resources: Range) -> None:
        """Tell the kernel what the next phase needs and can use, such as cpus="1:4"."""
        self.job.update(**resources)  # type: ignore[arg-type]

    # -------------------------------------------------------------------- end

    def close(self) -> None:
        """Follow no longer. The threads stay as they are; the environment is as it was."""
        self._stop.set()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()
        if self._sets_threads:
            set_variables(self._environment)

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()


def follow(job: Optional[Job] = None, *, threads: bool = True,
           most_threads: Optional[int] = None, notice: float = 60.0) -> Follower:
    """Adapt this process to what its job is granted, from now on.

        with pyaios.follow() as grant:
            for batch in loader:
                train(batch)
                grant.step()

    The numbers of threads of torch, BLAS, OpenMP and numexpr follow the CPUs that are granted,
    at most most_threads: in the main thread within a moment of each change, in others when they
    call step(). notice is how many seconds before the end on_ending() is told. Where the process
    is no job, the whole machine is granted and nothing changes.
    """
    return Follower(job, threads=threads, most_threads=most_threads, notice=notice)
