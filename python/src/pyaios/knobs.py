# SPDX-License-Identifier: LGPL-2.1-or-later
"""What in a process has a number of threads that can be changed while it runs.

Only what the program has loaded is touched: nothing is imported for it.
"""
from __future__ import annotations

import ctypes
import os
import sys
from typing import Any, Callable, Dict, Iterator, List, Set, Tuple

VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "BLIS_NUM_THREADS", "GOMAXPROCS", "RAYON_NUM_THREADS", "PYTHON_CPU_COUNT",
)
"""Environment variables from which programs that are started take their number of threads."""

# Functions that take a number of threads, of the libraries that are known by these parts of
# their names; the number of threads of OpenMP is that of the calling thread.
SETTERS: Tuple[Tuple[str, Tuple[str, ...]], ...] = (
    ("openblas", ("openblas_set_num_threads", "openblas_set_num_threads64_",
                  "scipy_openblas_set_num_threads", "scipy_openblas_set_num_threads64_")),
    ("blas.so", ("openblas_set_num_threads",)),
    ("mkl_rt", ("MKL_Set_Num_Threads",)),
    ("blis", ("bli_thread_set_num_threads",)),
    ("gomp", ("omp_set_num_threads",)),
    ("libomp", ("omp_set_num_threads",)),
    ("iomp5", ("omp_set_num_threads",)),
)

Setter = Callable[[int], Any]


def _mapped_libraries() -> List[str]:
    """Paths of the shared libraries that are mapped into this process."""
    paths: Set[str] = set()
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            fields = line.rstrip("\n").split(maxsplit=5)
            if len(fields) == 6 and ".so" in os.path.basename(fields[5]):
                paths.add(fields[5])
    return sorted(paths)


def _native() -> Iterator[Tuple[str, Setter]]:
    """Setters of BLAS and OpenMP libraries that this process has loaded."""
    done: Set[int] = set()
    for path in _mapped_libraries():
        name = os.path.basename(path)
        for part, functions in SETTERS:
            if part not in name:
                continue
            try:
                library = ctypes.CDLL(path, mode=os.RTLD_NOLOAD | os.RTLD_LAZY)
            except OSError:
                continue  # it is mapped as a file, or has been unloaded since
            for function in functions:
                setter = getattr(library, function, None)
                address = ctypes.cast(setter, ctypes.c_void_p).value if setter else None
                if setter is not None and address is not None and address not in done:
                    done.add(address)
                    setter.argtypes, setter.restype = [ctypes.c_int], None
                    yield name, setter


def _threadpoolctl() -> Iterator[Tuple[str, Setter]]:
    """threadpoolctl, which knows more libraries, where the program or Python has it."""
    try:
        import threadpoolctl
    except ImportError:
        return
    yield "threadpoolctl", lambda number: threadpoolctl.threadpool_limits(limits=number)


def setters() -> Dict[str, Setter]:
    """What can be told a number of threads now, by its name."""
    found: Dict[str, Setter] = dict(_threadpoolctl()) or dict(_native())
    for module in ("torch", "numexpr"):
        function = getattr(sys.modules.get(module), "set_num_threads", None)
        if function is not None:
            found[module] = function
    return found


def set_threads(number: int) -> List[str]:
    """Let all that is loaded use so many threads; the names of what was told.

    OpenMP, and so torch, keeps the number for each thread: this is for the calling one.
    """
    told = []
    for variable in VARIABLES:
        os.environ[variable] = str(number)
    for name, setter in setters().items():
        setter(number)
        told.append(name)
    return told
