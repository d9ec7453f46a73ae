# SPDX-License-Identifier: LGPL-2.1-or-later
"""An executor of concurrent.futures whose workers are jobs."""
from __future__ import annotations

import atexit
import concurrent.futures
import queue
import threading
import weakref
from typing import Any, Callable, Dict, List, Optional, Tuple

from .child import Child
from .standin import machine_cpus

_Item = Tuple["concurrent.futures.Future[Any]", Callable[..., Any], Tuple[Any, ...],
              Dict[str, Any]]

_all: weakref.WeakSet[JobExecutor] = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    """Let the children go before the interpreter waits for them."""
    for executor in list(_all):
        executor.shutdown(wait=True, cancel_futures=True)


class JobExecutor(concurrent.futures.Executor):
    """Workers of which each is a process and a job of its own, with limits of its own.

        with pyaios.JobExecutor(4, cpus="1:2", mem="2G", group="/vision") as pool:
            scores = list(pool.map(evaluate, paths))

    Workers start when there is work, and wait in the arbiter's queue like any job. A task whose
    worker is ended (memory, time, a user) raises JobFailed with the reason; the other tasks go
    on, and the next one gets a new worker. Options are those of Machine.submit(); method is how
    multiprocessing starts a worker. Functions, arguments and results are pickled.
    """

    def __init__(self, max_workers: Optional[int] = None, *, method: str = "spawn",
                 required: bool = False, **options: object) -> None:
        if max_workers is not None and max_workers < 1:
            raise ValueError(f"{max_workers} workers can do nothing: give at least 1")
        self._max_workers = max_workers or machine_cpus()
        self._start = method, required, options
        self._queue: queue.SimpleQueue[Optional[_Item]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: List[threading.Thread] = []
        self._unfinished = 0
        self._closed = False
        _all.add(self)

    def submit(self, fn: Callable[..., Any], /, *args: Any,
               **kwargs: Any) -> concurrent.futures.Future[Any]:
        """Have a function called by a worker; the future has its result."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the executor is shut down and takes no more work")
            self._queue.put((future, fn, args, kwargs))
            self._unfinished += 1
            if len(self._threads) < min(self._unfinished, self._max_workers):
                thread = threading.Thread(target=self._work, daemon=True,
                                          name=f"pyaios-worker-{len(self._threads)}")
                self._threads.append(thread)
                thread.start()
        return future

    def _work(self) -> None:
        """A thread for each worker: it starts the child, hands it work and replaces it."""
        child: Optional[Child] = None
        while True:
            item = self._queue.get()
            if item is None:
                break
            future, function, arguments, keywords = item
            if future.set_running_or_notify_cancel():
                child = self._run(child, future, function, arguments, keywords)
            with self._lock:
                self._unfinished -= 1
        if child is not None:
            child.stop()

    def _run(self, child: Optional[Child], future: concurrent.futures.Future[Any],
             function: Callable[..., Any], arguments: Tuple[Any, ...],
             keywords: Dict[str, Any]) -> Optional[Child]:
        try:
            if child is None:
                method, required, options = self._start
                child = Child(method, required, options)
                child.start()
            result = child.call(function, arguments, keywords)
        except BaseException as error:
            if child is not None and not child.alive:
                child.stop()
                child = None
            future.set_exception(error)
        else:
            future.set_result(result)
        return child

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; with cancel_futures what was not begun is given up."""
        with self._lock:
            if cancel_futures:
                self._drop()
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _drop(self) -> None:
        ends = 0
        while True:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                ends += 1
            else:
                item[0].cancel()
        for _ in range(ends):
            self._queue.put(None)
