# SPDX-License-Identifier: LGPL-2.1-or-later
"""A backend of joblib whose workers are jobs, and so of what runs on joblib, as scikit-learn."""
from __future__ import annotations

import concurrent.futures
from typing import Any, Callable, Dict, Optional

from .executor import JobExecutor
from .standin import machine_cpus

NAME = "pyaios"
"""By which joblib knows the backend."""


class _Result:
    """What joblib takes for the result of a batch of calls."""

    def __init__(self, future: concurrent.futures.Future[Any]) -> None:
        self._future = future

    def get(self, timeout: Optional[float] = None) -> Any:
        """The result, waited for at most so many seconds."""
        return self._future.result(timeout)


def register_joblib() -> str:
    """Let joblib know the backend; its name.

        with joblib.parallel_config(pyaios.register_joblib(), cpus="1:2", mem="2G", n_jobs=4):
            search.fit(x, y)

    Options are those of JobExecutor. Functions are pickled by their names.
    """
    import joblib
    from joblib.parallel import ParallelBackendBase

    class JobBackend(ParallelBackendBase):  # type: ignore[misc]
        """Workers of a JobExecutor, for the time of a call of joblib.Parallel."""

        def __init__(self, nesting_level: Optional[int] = None,
                     inner_max_num_threads: Optional[int] = None, **options: Any) -> None:
            super().__init__(nesting_level=nesting_level,
                             inner_max_num_threads=inner_max_num_threads)
            self._options: Dict[str, Any] = options
            self._pool: Optional[JobExecutor] = None

        def effective_n_jobs(self, n_jobs: Optional[int]) -> int:
            """How many workers there are at most: of -1 as many as the machine has CPUs."""
            if n_jobs == 0:
                raise ValueError("n_jobs == 0 in Parallel has no meaning")
            if n_jobs is None:
                return 1
            return n_jobs if n_jobs > 0 else max(1, machine_cpus() + 1 + n_jobs)

        def configure(self, n_jobs: int = 1, parallel: Any = None, **_: Any) -> int:
            """Make the workers, which start when there is work."""
            self.parallel = parallel
            number = self.effective_n_jobs(n_jobs)
            self._pool = JobExecutor(number, **self._options)
            return number

        def submit(self, func: Callable[[], Any],
                   callback: Optional[Callable[[Any], Any]] = None) -> _Result:
            """Have a batch of calls done by a worker."""
            if self._pool is None:
                raise RuntimeError("joblib has not configured the backend")
            future = self._pool.submit(func)
            if callback is not None:
                future.add_done_callback(callback)
            return _Result(future)

        apply_async = submit

        def terminate(self) -> None:
            """Let the workers go."""
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._pool = None

        def abort_everything(self, ensure_ready: bool = True) -> None:
            """Give up what was not begun, and be ready for what comes."""
            self.terminate()
            if ensure_ready:
                self.configure(self.parallel.n_jobs, self.parallel)

    joblib.register_parallel_backend(NAME, JobBackend)
    return NAME
