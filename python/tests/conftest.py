# SPDX-License-Identifier: GPL-2.0
"""A kernel for the tests: it answers the calls that the real libaios makes.

The library is what make has built (build/lib/, or $LIBAIOS). kernel.c is compiled and preloaded,
for which pytest is executed anew; so the package, ctypes and the library are all as they are
used, and only what the kernel says is scripted.
"""
import ctypes
import errno
import mmap
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(os.path.join(HERE, "../.."))
BUILD = os.environ.get("AIOS_BUILD", os.path.join(TOP, "build"))
PRELOAD = os.path.join(BUILD, "python/kernel.so")
PRELOADED = "PYAIOS_TESTS_PRELOADED"

os.environ.setdefault("LIBAIOS", os.path.join(BUILD, "lib/libaios.so"))


def pytest_configure(config):
    """Start again with the kernel's stand-in before the C library."""
    if PRELOADED in os.environ:
        return
    os.makedirs(os.path.dirname(PRELOAD), exist_ok=True)
    subprocess.run([os.environ.get("CC", "gcc"), "-shared", "-fPIC", "-O1", "-Wall", "-Wextra",
                    "-Werror", "-o", PRELOAD, os.path.join(HERE, "kernel.c"), "-ldl"], check=True)
    environment = dict(os.environ, LD_PRELOAD=PRELOAD, **{PRELOADED: "1"})
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture:
        capture.suspend_global_capture(in_=True)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "pytest",
                               *config.invocation_params.args], environment)


CALLS = {0x00: "info", 0x01: "submit", 0x02: "job_open", 0x03: "group_create",
         0x04: "group_remove", 0x05: "group_stat", 0x06: "limit", 0x07: "policy", 0x40: "enter",
         0x41: "wait", 0x42: "stat", 0x43: "update", 0x44: "suspend", 0x45: "resume",
         0x46: "cancel", 0x47: "charge", 0x48: "uncharge", 0x4a: "hold", 0x4b: "release"}


class Kernel:
    """Jobs whose status pages are files in memory, and what the calls are to answer."""

    def __init__(self, abi):
        self.abi = abi
        self.calls = []
        self.fails = {}
        self.pages = {}
        self.asked = {}
        self.last = 0
        self.cgroup = b"/sys/fs/cgroup/aios/1"
        self._function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_uint,
                                          ctypes.c_void_p)(self._answer)
        ctypes.CDLL(PRELOAD).kernel_answer(self._function)

    def fail(self, call, number, **why):
        """Let the next call of this name fail, with a cause."""
        self.fails.setdefault(call, []).append((number, why))

    def _answer(self, fd, number, pointer):
        name = CALLS.get(number & 0xff, hex(number))
        struct = getattr(self.abi, {
            "info": "Info", "submit": "Submit", "job_open": "JobOpen", "limit": "Limit",
            "group_create": "GroupCreate", "group_remove": "GroupRemove",
            "group_stat": "GroupStat", "policy": "Policy", "enter": "Enter", "wait": "Wait",
            "stat": "Stat", "update": "Update", "charge": "Charge",
            "uncharge": "Charge"}.get(name, "Signal")).from_address(pointer)
        self.calls.append(name)
        if self.fails.get(name):
            error, why = self.fails[name].pop(0)
            for field, value in why.items():
                setattr(struct.why, field, value)
            return error
        handler = getattr(self, f"_{name}", None)
        return (handler(fd, struct) or 0) if handler else 0

    def job_of(self, fd):
        return os.fstat(fd).st_ino

    def grant(self, job, **change):
        """Write a job's status page as the kernel does."""
        page = self.pages[job]
        page.seq += 1
        for field, value in change.items():
            if isinstance(value, dict):
                for slot, number in value.items():
                    getattr(page, field)[slot] = number
            else:
                setattr(page, field, value)
        page.epoch += 1
        page.seq += 1

    # -------------------------------------------------------------- the calls

    def _info(self, _fd, struct):
        struct.abi_version = self.abi.ABI_VERSION
        if struct.resources:
            table = (self.abi.ResourceInfo * struct.nr_resources).from_address(struct.resources)
            for slot, (name, unit, capacity) in enumerate(
                    ((b"cpu", b"milli", 8000), (b"memory", b"bytes", 16 << 30))):
                table[slot].id, table[slot].name, table[slot].unit = slot, name, unit
                table[slot].capacity, table[slot].how = capacity, self.abi.HOW_ENFORCED
            struct.nr_resources = 2

    def _new_page(self, fd):
        os.ftruncate(fd, mmap.PAGESIZE)
        page = self.abi.Status.from_buffer(mmap.mmap(fd, mmap.PAGESIZE))
        page.size = ctypes.sizeof(self.abi.Status)
        self.last += 1
        page.id, page.epoch, page.state = self.last, 1, self.abi.STATE_QUEUED
        self.pages[self.job_of(fd)] = page
        return page

    def _submit(self, _fd, struct):
        copy = type(struct).from_buffer_copy(struct)
        copy.texts = [ctypes.string_at(getattr(struct, field), getattr(struct, f"{field}_len"))
                      for field in ("name", "group")]
        self.asked = copy
        if struct.flags & self.abi.SUBMIT_DRY_RUN:
            struct.state = self.abi.STATE_ADMITTED
            struct.grant = struct.limit
            return
        fd = os.memfd_create("job", 0)
        page = self._new_page(fd)
        page.request, page.limit, page.grant = struct.request, struct.limit, struct.limit
        struct.fd, struct.id = fd, page.id

    def _job_open(self, _fd, struct):
        for inode, page in self.pages.items():
            if page.id == struct.id:
                for name in os.listdir("/proc/self/fd"):
                    if self._is(name, inode):
                        struct.fd = os.dup(int(name))
                        return 0
        return errno.ENOENT

    @staticmethod
    def _is(name, inode):
        try:
            return os.stat(f"/proc/self/fd/{name}").st_ino == inode
        except OSError:
            return False

    def _enter(self, fd, _struct):
        self.grant(self.job_of(fd), state=self.abi.STATE_RUNNING)

    def _cancel(self, fd, _struct):
        self.grant(self.job_of(fd), state=self.abi.STATE_CANCELLED, end=self.abi.END_CANCELLED)

    def _wait(self, fd, struct):
        page = self.pages[self.job_of(fd)]
        struct.state, struct.end, struct.code = page.state, page.end, page.code
        struct.epoch = page.epoch

    def _stat(self, fd, struct):
        page = self.pages.get(self.job_of(fd))
        if page is None:
            return errno.ENOTTY
        struct.id, struct.state, struct.epoch = page.id, page.state, page.epoch
        struct.end, struct.code = page.end, page.code
        struct.resource_mask = self.asked.resource_mask
        struct.request, struct.limit, struct.grant = page.request, page.limit, page.grant
        struct.start_ns = 1
        for field, room, text in (("name", "name_room", b"a job"),
                                  ("group_path", "group_room", b"/"),
                                  ("cgroup", "cgroup_room", self.cgroup)):
            if getattr(struct, room):
                ctypes.memmove(getattr(struct, field), text + b"\0", len(text) + 1)
        return 0

    def _update(self, fd, struct):
        self.updated = type(struct).from_buffer_copy(struct)
        for slot in range(self.abi.RESOURCE_MAX):
            if struct.resource_mask >> slot & 1:
                self.grant(self.job_of(fd), request={slot: struct.request[slot]},
                           limit={slot: struct.limit[slot]}, grant={slot: struct.limit[slot]})

    def _charge(self, _fd, struct):
        struct.used = struct.bytes

    _uncharge = _charge

    def _limit(self, _fd, struct):
        self.limited = type(struct).from_buffer_copy(struct)
        struct.effective = struct.limit
        struct.how[0] = self.abi.HOW_ENFORCED

    def _policy(self, _fd, struct):
        self.switched = type(struct).from_buffer_copy(struct)


@pytest.fixture
def kernel():
    """A kernel that answers, of a test's own."""
    from pyaios import _abi

    kernel = Kernel(_abi)
    yield kernel
    ctypes.CDLL(PRELOAD).kernel_answer(None)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """No test sees the job of another, nor one that pytest itself was started in."""
    from pyaios import inside, standin

    monkeypatch.delenv("AIOS_JOB_FD", raising=False)
    monkeypatch.delenv("AIOS_JOB_ID", raising=False)
    monkeypatch.setattr(inside, "_entered", [])
    monkeypatch.setattr(inside, "_found", {})
    monkeypatch.setattr(standin, "_said", False)
