# SPDX-License-Identifier: GPL-2.0
"""Functions in processes of their own, without the module and as jobs of a scripted kernel."""
import os
import signal
import threading

import pytest

import pyaios
from pyaios import child, executor

pytestmark = pytest.mark.filterwarnings("ignore::pyaios.StandInWarning")


def square(number):
    return number * number, os.getpid(), pyaios.current().id


def fail(what):
    raise what


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def unpicklable():
    return threading.Lock()


@pyaios.run_as_job(cpus=1)
def decorated(number, plus=0):
    """A function's own words."""
    if number < 0:
        raise KeyError(number)
    return number + plus, os.getpid()


@pyaios.run_as_job(cpus=1)
def decorated_death():
    die()


def test_decorated_without_the_module():
    value, pid = decorated(3, plus=4)
    assert value == 7 and pid != os.getpid()
    assert decorated.__doc__ == "A function's own words."
    with pytest.raises(KeyError) as caught:
        decorated(-1)
    assert "in decorated" in str(caught.value.__cause__)
    with pytest.raises(pyaios.JobFailed, match="its process ended with signal 9"):
        decorated_death()


def test_child_is_a_job(kernel):
    # A forked child has the scripted kernel too, so that it can enter.
    worker = child.Child("fork", False, {"cpus": 1, "name": "worker"})
    worker.start()
    assert worker.call(square, (3,), {}) == (9, worker._process.pid, worker.job.id)
    with pytest.raises(SystemExit):
        worker.call(fail, (SystemExit(3),), {})
    assert not worker.alive
    worker.stop()


def test_a_job_that_is_ended(kernel):
    worker = child.Child("fork", False, {"cpus": 1})
    worker.start()
    (page,) = kernel.pages
    kernel.grant(page, state=pyaios._abi.STATE_FAILED, end=pyaios._abi.END_OOM, code=1)
    with pytest.raises(pyaios.JobFailed, match="job 1: it exceeded its memory limit") as caught:
        worker.call(die, (), {})
    assert caught.value.outcome.end == "oom"
    with pytest.raises(pyaios.JobFailed):
        worker.call(square, (1,), {})
    worker.stop()


def test_a_job_that_outlives_its_process(kernel, monkeypatch):
    worker = child.Child("fork", False, {"cpus": 1})
    worker.start()
    kernel.fail("wait", 110)
    with pytest.raises(pyaios.JobFailed, match="its process ended with signal 9"):
        worker.call(die, (), {})
    worker.stop()


def test_entering_is_refused(kernel):
    kernel.fail("enter", 1)
    worker = child.Child("fork", False, {"cpus": 1})
    with pytest.raises(pyaios.Refused, match="cannot enter job"):
        worker.start()
    worker.stop()


def test_executor():
    with pyaios.JobExecutor(2, cpus=1) as pool:
        results = list(pool.map(square, range(5)))
        assert [r[0] for r in results] == [0, 1, 4, 9, 16]
        assert 1 <= len({r[1] for r in results}) <= 2
        with pytest.raises(ValueError, match="no"):
            pool.submit(fail, ValueError("no")).result()
        with pytest.raises(pyaios.JobFailed, match="signal 9"):
            pool.submit(die).result()
        with pytest.raises(pyaios.JobFailed, match="cannot be pickled"):
            pool.submit(unpicklable).result()
        assert pool.submit(square, 2).result()[0] == 4
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(square, 1)
    with pytest.raises(ValueError, match="at least 1"):
        pyaios.JobExecutor(0)


def test_executor_starts_no_more_than_it_needs():
    with pyaios.JobExecutor(4, method="fork") as pool:
        for number in range(3):
            assert pool.submit(square, number).result()[0] == number ** 2
            # Whoever asks for the result can be faster than the worker that then is free.
        assert 1 <= len(pool._threads) <= 3


def test_executor_gives_up_what_was_not_begun():
    pool = pyaios.JobExecutor(1, method="fork")
    assert pool.submit(square, 2).result()[0] == 4
    futures = [pool.submit(square, number) for number in range(50)]
    executor._end_all()
    assert all(future.done() for future in futures)
    assert any(future.cancelled() for future in futures)
    with pytest.raises(RuntimeError):
        pool.submit(square, 1)


def test_executor_tells_what_is_refused(kernel):
    kernel.fail("submit", 28, code=pyaios._abi.WHY_NEVER_FITS, asked=64000, available=8000)
    with pyaios.JobExecutor(1, method="fork", cpus=64) as pool:
        with pytest.raises(pyaios.NeverFits, match="request less"):
            pool.submit(square, 1).result()
        assert pool.submit(square, 3).result()[0] == 9
