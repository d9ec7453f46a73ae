#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""libaios-cuda.so on a real card: PyTorch against the limit, two processes at 3:1, overhead.

Needs a card with its driver, PyTorch, and what "make lib own-tests/cuda" builds; not the module,
whose side is scripted (card.c). It takes three minutes, prints a line for each check, and fails
with the first bound that does not hold. "card.py memory --driver LIBRARY" makes the checks of
memory without PyTorch, by the driver's own calls.
"""
import argparse
import ctypes
import os
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("AIOS_BUILD", os.path.join(HERE, "../../build"))
CARD = os.path.join(BUILD, "tests/cuda/card")
MIB = 1 << 20
LIMIT_MIB = 2048
BLOCK_MIB = 64
OUT_OF_MEMORY = 2

failed = False


def check(holds, text):
    """A line of TAP without numbers."""
    global failed
    failed |= not holds
    print(f"{'ok' if holds else 'not ok'} - {text}", flush=True)


class Driver:
    """Memory by the driver's own calls."""

    def __init__(self, library):
        self.cuda = ctypes.CDLL(library)
        context = ctypes.c_void_p()
        assert not self.cuda.cuInit(0)
        assert not self.cuda.cuCtxCreate_v2(ctypes.byref(context), 0, 0)

    def allocate(self, size):
        address = ctypes.c_uint64()
        result = self.cuda.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(size))
        assert result in (0, OUT_OF_MEMORY), result
        return None if result else address

    def info(self):
        left, total = ctypes.c_size_t(), ctypes.c_size_t()
        assert not self.cuda.cuMemGetInfo_v2(ctypes.byref(left), ctypes.byref(total))
        return left.value, total.value


class Torch:
    """Memory by PyTorch, whose allocator keeps what is freed."""

    def __init__(self):
        import torch
        self.torch = torch
        torch.cuda.init()

    def allocate(self, size):
        try:
            return self.torch.empty(size, dtype=self.torch.uint8, device="cuda")
        except self.torch.cuda.OutOfMemoryError:
            return None

    def info(self):
        return self.torch.cuda.mem_get_info()


def fill(memory, held):
    """Allocate until nothing is left; how many MiB are held."""
    while True:
        block = memory.allocate(BLOCK_MIB * MIB)
        if block is None:
            return len(held) * BLOCK_MIB
        held.append(block)


def memory_phase(library):
    memory = Driver(library) if library else Torch()
    held = []
    total = memory.info()[1]
    check(total == LIMIT_MIB * MIB, f"the grant is shown: {total // MIB} MiB")
    got = fill(memory, held)
    check(LIMIT_MIB * 0.9 <= got <= LIMIT_MIB, f"{got} of {LIMIT_MIB} MiB can be allocated")
    left = memory.info()[0]
    check(left < BLOCK_MIB * MIB, f"{left // MIB} MiB are left")
    os.kill(os.getppid(), signal.SIGUSR1)
    while memory.info()[1] == total:
        time.sleep(0.01)
    got = fill(memory, held)
    check(LIMIT_MIB * 1.9 <= got <= LIMIT_MIB * 2, f"{got} MiB, when twice as much is granted")


def cycles_of_a_millisecond(torch):
    """How long torch.cuda._sleep() has to be told to sleep for one."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    for _ in range(2):
        begin.record()
        torch.cuda._sleep(10_000_000)
        end.record()
        torch.cuda.synchronize()
    return int(10_000_000 / begin.elapsed_time(end))


def work_phase(start, seconds):
    """Kernels of a millisecond, from a moment on; prints how many."""
    import torch
    cycles = cycles_of_a_millisecond(torch)
    for _ in range(16):
        torch.cuda._sleep(cycles)
    torch.cuda.synchronize()
    while time.monotonic() < start:
        time.sleep(0.001)
    number = 0
    while time.monotonic() < start + seconds:
        torch.cuda._sleep(cycles)
        number += 1
        if not number % 8:
            torch.cuda.synchronize()
    print(number)


def step_phase():
    """The median time of a training step, in milliseconds."""
    import torch
    torch.manual_seed(1)
    model = torch.nn.Sequential(*[torch.nn.Linear(2048, 2048) for _ in range(8)]).cuda()
    optimizer = torch.optim.AdamW(model.parameters())
    batch = torch.randn(1024, 2048, device="cuda")
    times = []
    for _ in range(300):
        begin = time.perf_counter()
        optimizer.zero_grad()
        model(batch).square().mean().backward()
        optimizer.step()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - begin)
    print(statistics.median(times[50:]) * 1000)


def command(options, *arguments):
    prefix = [CARD, *options, "--"] if options is not None else []
    return [*prefix, sys.executable, os.path.abspath(__file__), *arguments]


def share_phase(seconds):
    start = str(time.monotonic() + 30)
    jobs = [subprocess.Popen(command(["--milli", milli], "work", start, str(seconds)),
                             stdout=subprocess.PIPE, text=True) for milli in ("600", "200")]
    three, one = (int(job.communicate()[0] or 0) for job in jobs)
    ratio = three / one if one else 0
    check(2.7 <= ratio <= 3.3, f"{three} launches to {one} in {seconds} s: {ratio:.2f}")


def overhead_phase():
    times = {"alone": [], "timed": [], "whole": []}
    kinds = {"alone": None, "timed": ["--memory", "8192", "--milli", "999"],
             "whole": ["--memory", "8192", "--milli", "1000"]}
    for _ in range(3):
        for name, options in kinds.items():
            out = subprocess.run(command(options, "step"), stdout=subprocess.PIPE, text=True,
                                 check=True).stdout
            times[name].append(float(out))
    alone = min(times["alone"])
    for name in ("timed", "whole"):
        more = (min(times[name]) / alone - 1) * 100
        check(more < 1, f"a training step of {alone:.2f} ms takes {more:+.2f} % ({name})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("phase", nargs="*", help="memory; without one all are run")
    parser.add_argument("--driver", help="the driver's library, in the place of PyTorch")
    options = parser.parse_args()
    phase = options.phase
    if phase[:1] == ["work"]:
        work_phase(float(phase[1]), float(phase[2]))
    elif phase == ["step"]:
        step_phase()
    elif phase == ["inside"]:
        memory_phase(options.driver)
    else:
        driver = ["--driver", options.driver] if options.driver else []
        memory = subprocess.run(command(["--memory", str(LIMIT_MIB)], "inside", *driver),
                                check=False)
        if phase != ["memory"]:
            share_phase(30)
            overhead_phase()
        return bool(failed or memory.returncode)
    return failed


if __name__ == "__main__":
    sys.exit(main())
