# SPDX-License-Identifier: GPL-2.0
"""Following a grant, over the real library and a scripted kernel."""
import ctypes
import os
import sys
import threading
import time
import types

import pytest

import pyaios
from pyaios import batches, follower, knobs

SLOT_CPU, SLOT_MEMORY = 0, 1


def soon(condition):
    """Wait until it holds, however long that takes on a busy machine."""
    for _ in range(6000):
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def job(kernel, monkeypatch):
    monkeypatch.setattr(follower, "machine_cpus", lambda: 8)
    monkeypatch.setattr(follower, "RECHECK", 0.005)
    with pyaios.Machine() as machine:
        job = machine.submit(cpus="1:4", mem="1G:4G")
    job.enter()
    return job


@pytest.fixture
def page(kernel, job):
    return next(iter(kernel.pages))


@pytest.fixture
def told(monkeypatch):
    """Numbers of threads that were set, by the thread that set them."""
    numbers = []
    monkeypatch.setattr(knobs, "setters", lambda: {
        "torch": lambda number: numbers.append((threading.get_ident(), number))})
    return numbers


def test_threads_for():
    with_part = [follower.threads_for(cpus, 8) for cpus in (0, 0.1, 1, 1.5, 2, 99)]
    assert with_part == [1, 1, 1, 2, 2, 8]
    assert follower.threads_for(float("inf"), 3) <= 3


def test_threads_follow_in_the_main_thread(kernel, job, page, told):
    here = threading.get_ident()
    with pyaios.follow(job) as grant:
        assert told == [(here, 4)] and grant.threads == 4 and grant.workers(8) == 3
        kernel.grant(page, grant={SLOT_CPU: 1500})
        assert soon(lambda: told[-1] == (here, 2))
        kernel.grant(page, grant={SLOT_MEMORY: 2 << 30})
        assert soon(lambda: grant.memory == 2 << 30)
        assert told == [(here, 4), (here, 2)]
        grant.step()
        assert len(told) == 2


def test_threads_of_another_thread(kernel, job, page, told):
    with pyaios.follow(job, most_threads=3) as grant:
        def train():
            grant.step()
            grant.step()

        thread = threading.Thread(target=train)
        thread.start()
        number = thread.ident
        thread.join()
        assert [n for ident, n in told if ident == number] == [3]


def test_threads_are_left_alone(kernel, job, page, told):
    before = os.environ.get("OMP_NUM_THREADS")
    with pyaios.follow(job, threads=False) as grant:
        kernel.grant(page, grant={SLOT_CPU: 1000})
        assert soon(lambda: grant.cpus == 1)
        grant.step()
    assert told == [] and os.environ.get("OMP_NUM_THREADS") == before


def test_environment_is_for_a_while(kernel, job, monkeypatch, told):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with pyaios.follow(job):
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "4"
    assert os.environ["OMP_NUM_THREADS"] == "7" and "MKL_NUM_THREADS" not in os.environ


def test_callbacks(kernel, job, page, told, capsys):
    later, at_once = [], []
    with pyaios.follow(job) as grant:
        grant.on_shrink(later.append)
        grant.on_change(lambda change: 1 // 0, at_once=True)
        grant.on_change(at_once.append, at_once=True)
        kernel.grant(page, grant={SLOT_MEMORY: 2 << 30, SLOT_CPU: 8000})
        assert soon(lambda: at_once) and not later
        grant.step()
        (change,) = later
        assert change.shrinks == ["memory"]
        assert (change.before.memory, change.now.memory) == (4 << 30, 2 << 30)
        kernel.grant(page, grant={SLOT_MEMORY: 3 << 30})
        assert soon(lambda: len(at_once) == 2)
        grant.step()
        assert len(later) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_the_end_is_told_once(kernel, job, page, told):
    endings = []
    with pyaios.follow(job, notice=30) as grant:
        grant.on_ending(endings.append)
        kernel.grant(page, stop_ns=time.clock_gettime_ns(time.CLOCK_MONOTONIC) + 20 * 10 ** 9)
        assert soon(lambda: grant._later)
        grant.step()
        kernel.grant(page, grant={SLOT_CPU: 1000})
        assert soon(lambda: grant.cpus == 1)
        grant.step()
    assert len(endings) == 1 and 0 <= endings[0].left <= 20


def test_it_ends_with_the_job(kernel, job, page, told):
    with pyaios.follow(job) as grant:
        kernel.grant(page, state=pyaios._abi.STATE_DONE)
        assert soon(lambda: not grant._watcher.is_alive())
        assert grant.status.ended


def test_trouble_ends_it(kernel, job, page, told, capsys):
    with pyaios.follow(job) as grant:
        kernel.fail("stat", 5)
        kernel.grant(page, grant={SLOT_CPU: 1000})
        assert soon(lambda: not grant._watcher.is_alive())
    assert "cannot read the job" in capsys.readouterr().err
    with pyaios.follow(job) as grant:
        kernel.fail("stat", 125)
        kernel.grant(page, grant={SLOT_CPU: 2000})
        assert soon(lambda: not grant._watcher.is_alive())


def test_progress(kernel, job, page, told, monkeypatch):
    now = [100 * 10 ** 9 + 1]
    with pyaios.follow(job) as grant:
        grant.progress(0)
        assert "update" not in kernel.calls
        monkeypatch.setattr(follower.time, "clock_gettime_ns", lambda clock: now[0])
        grant.progress(0.25)
        assert kernel.updated.expected_runtime_ns == 400 * 10 ** 9
        del kernel.calls[:]
        grant.progress(0.5)  # too soon after the last
        now[0] += 10 * 10 ** 9
        grant.progress(0.28)  # about as expected
        assert "update" not in kernel.calls
        now[0] += 90 * 10 ** 9
        grant.progress(0.25)
        assert kernel.updated.expected_runtime_ns == 800 * 10 ** 9
        with pytest.raises(ValueError, match="between 0 and 1"):
            grant.progress(2)
        grant.wants(cpus="1:2")
        assert kernel.updated.limit[SLOT_CPU] == 2000


def test_no_job(told):
    with pyaios.follow() as grant:
        assert grant.cpus == len(os.sched_getaffinity(0)) and grant._watcher is None
        grant.progress(0.5)
        grant.wants(cpus=1)
        grant.step()


def test_setters(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(set_num_threads=int))
    monkeypatch.setitem(sys.modules, "numexpr", types.SimpleNamespace(set_num_threads=int))
    openmp = ctypes.CDLL("libgomp.so.1")
    found = knobs.setters()
    assert {"torch", "numexpr"} < set(found) and any("libgomp" in name for name in found)
    with monkeypatch.context() as patch:
        for name in knobs.VARIABLES:
            patch.setenv(name, "1")
        assert "torch" in knobs.set_threads(3)
        assert openmp.omp_get_max_threads() == 3 and os.environ["MKL_NUM_THREADS"] == "3"
        knobs.set_threads(1)
    limits = []
    monkeypatch.setitem(sys.modules, "threadpoolctl", types.SimpleNamespace(
        threadpool_limits=lambda limits_=limits, **given: limits_.append(given)))
    knobs.setters()["threadpoolctl"](2)
    assert limits == [{"limits": 2}] and not any("gomp" in name for name in knobs.setters())


def test_batches_keep_their_gradient(kernel, job, page, told):
    with pyaios.follow(job) as grant:
        elastic = pyaios.ElasticBatches(grant, range(20), 8, base="1G")
        assert [len(b) for b in elastic] == [8, 8, 4] and elastic.size == 8
        kernel.grant(page, grant={SLOT_MEMORY: (5 << 30) // 2})
        assert soon(lambda: elastic.size == 4)
        parts, shown = [], []
        for indices in elastic:
            shown += indices
            parts.append((len(indices), elastic.part()))
        assert shown == list(range(20))
        assert [size for size, _ in parts] == [4, 4, 4, 4, 4]
        assert [part.last for _, part in parts] == [False, True, False, True, True]
        assert [part.share for _, part in parts] == [0.5, 0.5, 0.5, 0.5, 1]
        kernel.grant(page, grant={SLOT_MEMORY: 1 << 30})
        assert soon(lambda: elastic.size == 1)
        with pytest.raises(RuntimeError, match="no batch is out"):
            elastic.part()


def test_batches_shrink_within_one(kernel, job, page, told):
    with pyaios.follow(job) as grant:
        elastic = pyaios.ElasticBatches(grant, range(8), 8, drop_last=True, least=2, full="8G")
        given = iter(elastic)
        assert next(given) == [0, 1, 2, 3]
        kernel.grant(page, grant={SLOT_MEMORY: 1 << 20})
        assert soon(lambda: elastic.size == 2)
        assert list(given) == [[4, 5], [6, 7]]
        assert sum(elastic.part().share for _ in range(3)) == 1
        assert list(pyaios.ElasticBatches(grant, range(7), 8, drop_last=True)) == []


def test_batches_that_make_no_sense(told):
    with pyaios.follow() as grant:
        for wrong in ({"batch_size": 0}, {"batch_size": 4, "least": 5}):
            with pytest.raises(ValueError, match="both are positive"):
                pyaios.ElasticBatches(grant, range(4), **wrong)
        with pytest.raises(ValueError, match="base must be less"):
            pyaios.ElasticBatches(grant, range(4), 2, full="1G", base="2G")


def test_unlimited_memory_never_shrinks(kernel, told):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus=1)
    with pyaios.follow(job) as grant:
        assert grant.memory == pyaios.UNLIMITED
        assert pyaios.ElasticBatches(grant, range(4), 4).size == 4


def test_loader_has_as_many_workers_as_are_granted(kernel, job, page, told, monkeypatch):
    made = []

    def loader(dataset, **arguments):
        made.append(arguments)
        return dataset

    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(
        set_num_threads=lambda number: None))
    monkeypatch.setitem(sys.modules, "torch.utils", types.SimpleNamespace())
    monkeypatch.setitem(sys.modules, "torch.utils.data", types.SimpleNamespace(DataLoader=loader))
    with pyaios.follow(job) as grant:
        elastic = batches.ElasticLoader(grant, [1, 2], workers=2, batch_size=4,
                                        persistent_workers=True)
        assert list(elastic) == [1, 2]
        kernel.grant(page, grant={SLOT_CPU: 1000})
        assert soon(lambda: grant.cpus == 1)
        assert list(elastic) == [1, 2]
    assert made == [{"num_workers": 2, "batch_size": 4}, {"num_workers": 0, "batch_size": 4}]
