# SPDX-License-Identifier: LGPL-2.1-or-later
"""A child process that is a job and calls functions: what the decorator and the executor use."""
from __future__ import annotations

import contextlib
import functools
import multiprocessing
import multiprocessing.connection
import multiprocessing.reduction
import pickle
import traceback
from typing import Any, Callable, Dict, Optional, Tuple, TypeVar, cast

from .errors import AiosError, JobFailed, TimeIsUp
from .handle import Job, Outcome
from .inside import become, open_machine

Function = TypeVar("Function", bound=Callable[..., Any])

GRACE = 10.0
"""Seconds after the death of a child in which its job ends, unless others are still in it."""


class RemoteTraceback(Exception):
    """What the traceback was in the process that raised; the cause of what is raised here."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _answer(connection: Any, kind: str, value: object) -> None:
    """Send a result, or say why it cannot be sent."""
    try:
        data = pickle.dumps((kind, value))
    except Exception as error:  # pickling runs the code of the value
        data = pickle.dumps(("error", (JobFailed(f"the result cannot be pickled: {error!r}"), "")))
    connection.send_bytes(data)


def _serve(connection: Any, other: Any, governed: bool) -> None:
    """The child: enter the job whose descriptor comes first, then call what comes."""
    if other is not None:
        other.close()
    try:
        if governed:
            job = Job.of_descriptor(multiprocessing.reduction.recv_handle(connection))
            job.enter()
            become(job)
        _answer(connection, "ready", None)
        while True:
            data = connection.recv_bytes()
            if not data:
                return
            try:
                function, arguments, keywords = pickle.loads(data)
                # A decorated function is found by its name, which means the decorator's own.
                function = getattr(function, "_runs_as_job", function)
                result = function(*arguments, **keywords)
            except BaseException as error:
                goes_on = isinstance(error, Exception)
                _answer(connection, "error" if goes_on else "last",
                        (error, traceback.format_exc()))
                if not goes_on:
                    return
            else:
                _answer(connection, "result", result)
    except (EOFError, ConnectionError):
        return
    except AiosError as error:
        _answer(connection, "last", (error, ""))


class Child:
    """A process that is a job of its own. start() before call(), stop() at the end."""

    def __init__(self, method: str, required: bool, options: Dict[str, object]) -> None:
        self._context = multiprocessing.get_context(method)
        self._options = options
        self._required = required
        self.job: Optional[Job] = None
        self._process: Any = None
        self._connection: Any = None
        self._over = False

    @property
    def alive(self) -> bool:
        """Whether it can be called."""
        return not self._over and self._process is not None and bool(self._process.is_alive())

    def start(self) -> None:
        """Submit the job and start the process; waits until it has been admitted."""
        machine = open_machine(self._required)
        if machine is not None:
            with machine:
                self.job = machine.submit(**self._options)
        self._connection, there = self._context.Pipe()
        forked = self._context.get_start_method() == "fork"
        self._process = cast(Any, self._context).Process(
            target=_serve, args=(there, self._connection if forked else None,
                                 self.job is not None))
        self._process.start()
        there.close()
        if self.job is not None:
            multiprocessing.reduction.send_handle(self._connection, self.job.fileno(),
                                                  self._process.pid)
        self._receive()

    def _receive(self) -> Any:
        """The next answer; raises what the function raised, or JobFailed for a dead child."""
        ready = multiprocessing.connection.wait([self._connection, self._process.sentinel])
        try:
            if self._connection not in ready and not self._connection.poll():
                raise EOFError
            kind, value = pickle.loads(self._connection.recv_bytes())
        except (EOFError, ConnectionError):
            raise self._death() from None
        if kind != "result" and kind != "ready":
            self._over = kind == "last"
            error, text = value
            if text:
                error.__cause__ = RemoteTraceback(text)
            raise error
        return value

    def _death(self) -> JobFailed:
        """Why the child is gone, in the kernel's words where it was a job."""
        self._over = True
        self._process.join()
        code = self._process.exitcode
        plain = f"its process ended with {'signal' if code < 0 else 'status'} {abs(code)}"
        if self.job is None:
            return JobFailed(plain)
        outcome: Optional[Outcome] = None
        # What the child has started can go on, and then so does the job.
        with contextlib.suppress(TimeIsUp):
            outcome = self.job.wait(timeout=GRACE)
        return JobFailed(f"job {self.job.id}: {outcome or plain}", outcome)

    def call(self, function: Callable[..., Any], arguments: Tuple[Any, ...],
             keywords: Dict[str, Any]) -> Any:
        """The function's result, computed there; raises what it raises, or JobFailed."""
        try:
            self._connection.send_bytes(pickle.dumps((function, arguments, keywords)))
        except (BrokenPipeError, ConnectionError):
            raise self._death() from None
        return self._receive()

    def stop(self) -> None:
        """End the process and with it the job."""
        if self._connection is not None:
            with contextlib.suppress(OSError):  # it may be gone already
                self._connection.send_bytes(b"")
            self._connection.close()
        if self._process is not None:
            self._process.join()
        if self.job is not None:
            self.job.close()


def run_as_job(*, method: str = "spawn", required: bool = False,
               **options: object) -> Callable[[Function], Function]:
    """Let every call of a function run in a process of its own that is a job.

        @pyaios.run_as_job(cpus="1:4", mem="2G")
        def evaluate(path): ...

    Arguments and result are pickled. Options are those of Machine.submit(); method is how
    multiprocessing starts the process ("fork" for functions of a notebook). A call raises what
    the function raises, and JobFailed with the kernel's reason where the job is ended first.
    """
    def decorate(function: Function) -> Function:
        @functools.wraps(function)
        def call(*arguments: Any, **keywords: Any) -> Any:
            child = Child(method, required, options)
            try:
                child.start()
                return child.call(call, arguments, keywords)
            finally:
                child.stop()
        call._runs_as_job = function  # type: ignore[attr-defined]
        return cast(Function, call)
    return decorate
