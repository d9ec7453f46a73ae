# SPDX-License-Identifier: GPL-2.0
"""The backend of joblib, in real calls of joblib."""
import os

import pytest

import pyaios

joblib = pytest.importorskip("joblib")
pytestmark = pytest.mark.filterwarnings("ignore::pyaios.StandInWarning")


def square(number):
    if number < 0:
        raise KeyError(number)
    return number * number, os.getpid()


def test_parallel():
    with joblib.parallel_config(pyaios.register_joblib(), cpus="1:2", method="fork", n_jobs=2):
        results = joblib.Parallel()(joblib.delayed(square)(n) for n in range(20))
        assert [r[0] for r in results] == [n * n for n in range(20)]
        workers = {r[1] for r in results}
        assert 1 <= len(workers) <= 2 and os.getpid() not in workers
        with pytest.raises(KeyError):
            joblib.Parallel()(joblib.delayed(square)(n) for n in (1, -1, 2))


def test_number_of_workers():
    with joblib.parallel_config(pyaios.register_joblib(), n_jobs=-1) as config:
        backend = config["backend"]
        assert backend.effective_n_jobs(-1) == len(os.sched_getaffinity(0))
        assert (backend.effective_n_jobs(3), backend.effective_n_jobs(None)) == (3, 1)
        with pytest.raises(ValueError):
            backend.effective_n_jobs(0)
        with pytest.raises(RuntimeError, match="not configured"):
            backend.submit(square)
        backend.terminate()
