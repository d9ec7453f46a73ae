# SPDX-License-Identifier: GPL-2.0
"""Where the module or the library is missing."""
import ctypes
import json
import os
import subprocess
import sys
import warnings

import pytest

import pyaios
from pyaios import __main__ as main
from pyaios import _library


@pytest.fixture
def no_library(monkeypatch, tmp_path):
    monkeypatch.setattr(_library, "_loaded", None)
    monkeypatch.setenv("LIBAIOS", str(tmp_path / "libaios.so.0"))


@pytest.mark.skipif(os.path.exists("/dev/aios"), reason="the module is loaded")
def test_no_module():
    assert not pyaios.is_loaded()
    with pytest.raises(pyaios.NotLoaded, match="load the module with 'modprobe aios'") as caught:
        pyaios.Machine()
    assert caught.value.errno == 2
    with pytest.warns(pyaios.StandInWarning, match="modprobe"), pyaios.job(cpus="1:2") as job:
        assert job.inert and pyaios.current() is job
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pyaios.job(cpus=1):
            pass  # it is said once
    with pytest.raises(pyaios.NotLoaded), pyaios.job(cpus=1, required=True):
        pass


def test_no_library(no_library):
    with pytest.raises(pyaios.LibraryMissing, match="which LIBAIOS names.*make install-user"):
        _library.library()
    with pytest.warns(pyaios.StandInWarning, match="libaios"), pyaios.job(cpus="1:2") as job:
        assert job.grant.cpus >= 1
    assert not pyaios.is_loaded()


def test_a_library_that_is_too_old(monkeypatch):
    monkeypatch.setattr(_library, "_loaded", None)
    monkeypatch.setenv("LIBAIOS", ctypes.CDLL("libc.so.6")._name)
    with pytest.raises(pyaios.LibraryMissing, match="older than this package"):
        _library.library()


def test_stand_in():
    job = pyaios.StandIn()
    assert job.inert and job.id == 0 and job.epoch() == 0
    assert job.grant.cpus == len(os.sched_getaffinity(0)) and job.grant.memory > 1 << 20
    assert job.details().state == "running" and job.wait(["running"]).state == "running"
    assert job.poll(0) == 0 and job.charge(0, "1G") == 0
    for harmless in (job.enter, job.suspend, job.resume, job.cancel, job.hold, job.release,
                     job.seen, job.to_environment, job.close):
        assert harmless() is None
    job.update(cpus="1:2", expected=3)
    for hopeless in (job.wait, job.poll, job.fileno):
        with pytest.raises(ValueError):
            hopeless()
    assert repr(job) == "<pyaios.StandIn>"


def test_shown(kernel, capsys, monkeypatch):
    with pyaios.Machine() as machine:
        job = machine.submit(cpus="1:4", mem="1G:2G")
    assert main.main([]) == 0
    out = capsys.readouterr().out
    assert "no job" in out and "cpu       8" in out
    monkeypatch.setenv("AIOS_JOB_FD", str(job.fileno()))
    assert main.main([]) == 0
    out = capsys.readouterr().out
    assert f"job {job.id}, queued" in out and "cpu       4      1        4" in out
    assert main.main(["--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["job"] == job.id and shown["resources"][1]["limit"] == "2GiB"


@pytest.mark.skipif(os.path.exists("/dev/aios"), reason="the module is loaded")
def test_shown_without_the_module(capsys):
    assert main.main([]) == 1
    assert capsys.readouterr().err.startswith("pyaios: /dev/aios is not there")


def test_module_runs():
    run = subprocess.run([sys.executable, "-m", "pyaios", "--help"], capture_output=True,
                         text=True, check=True)
    assert "what this process is granted" in run.stdout
