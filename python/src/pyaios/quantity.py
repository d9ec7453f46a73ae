# SPDX-License-Identifier: LGPL-2.1-or-later
"""Amounts of resources: as people write them, and as numbers.

The library's own parser reads them, so that they mean here what they mean to aiosctl.
"""
from __future__ import annotations

import ctypes
import errno
from typing import Dict, Iterator, Mapping, Tuple, Union

from . import _abi
from ._library import library, name_of, names_of, number_of

UNLIMITED = _abi.UNLIMITED
"""The amount that no limit bounds, in the unit of any resource."""

Quantity = Union[str, int, float]
"""An amount: text such as "1.5" or "4G"; a number of CPUs or devices, of bytes, of tasks."""

Range = Union[Quantity, Tuple[Quantity, Quantity]]
"""A request and a limit: "2:8", (2, 8), or one amount that is both."""

KEYWORDS = {
    "cpus": "cpu", "mem": "memory", "gpus": "gpu", "gpu_mem": "gpu_memory", "io": "io",
    "net": "net", "pids": "pids", "swap": "swap", "huge_pages": "huge_pages",
}
"""Keyword arguments that state a resource, and the name of the resource."""

_MILLI = ("cpu", "gpu")


def _complain(text: object, resource: str, error: int) -> ValueError:
    if error == -errno.ERANGE:
        return ValueError(f"'{text}' of {resource}: too large, below one unit, or a request above "
                          "its limit: give a smaller request, or a larger limit")
    examples = {"cpu": "1.5 or 2:8", "gpu": "0.5 or 1:2", "memory": "512M or 4G:16G",
                "gpu_memory": "8G", "io": "100M", "net": "100M"}
    return ValueError(f"'{text}' is no amount of {resource}: write {examples.get(resource, '100')}")


def _as_text(value: Quantity, resource: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value < 0 or value != value:
        raise _complain(value, resource, -errno.EINVAL)
    if value == float("inf") or value == UNLIMITED:
        return "max"
    if resource in _MILLI:
        return f"{value:.3f}"
    return str(int(value))


def parse(resource: str, quantity: Quantity) -> int:
    """An amount in the resource's unit: thousandths of CPUs and devices, bytes, bytes/s, tasks.

    Numbers are whole CPUs and devices, bytes, bytes per second or tasks. Raises ValueError.
    """
    value = ctypes.c_uint64()
    text = _as_text(quantity, resource)
    error = library().aios_quantity_parse(number_of("resource", resource), text.encode(),
                                          ctypes.byref(value))
    if error:
        raise _complain(quantity, resource, error)
    return value.value


def parse_range(resource: str, given: Range) -> Tuple[int, int]:
    """Request and limit in the resource's unit. Raises ValueError."""
    if isinstance(given, tuple):
        text = ":".join(_as_text(part, resource) for part in given)
    else:
        text = _as_text(given, resource)
    request, limit = ctypes.c_uint64(), ctypes.c_uint64()
    error = library().aios_range_parse(number_of("resource", resource), text.encode(),
                                       ctypes.byref(request), ctypes.byref(limit))
    if error:
        raise _complain(given, resource, error)
    return request.value, limit.value


def format_amount(resource: str, value: int) -> str:
    """An amount in its normal form, such as "1.5", "4GiB" or "max"."""
    buffer = ctypes.create_string_buffer(_abi.QUANTITY_LEN)
    library().aios_quantity_format(number_of("resource", resource), value, buffer, len(buffer))
    return buffer.value.decode()


class Amounts(Mapping[str, int]):
    """Amounts by the name of the resource, in its unit, of what a job states."""

    def __init__(self, values: Dict[str, int]) -> None:
        self._values = values

    def __getitem__(self, resource: str) -> int:
        return self._values[resource]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Amounts({self})"

    def __str__(self) -> str:
        return ", ".join(f"{name} {format_amount(name, value)}"
                         for name, value in self._values.items())

    def _whole(self, resource: str) -> float:
        value = self._values.get(resource, UNLIMITED)
        return float("inf") if value == UNLIMITED else value / 1000

    @property
    def cpus(self) -> float:
        """CPUs, infinite where nothing bounds them."""
        return self._whole("cpu")

    @property
    def gpus(self) -> float:
        """Accelerators, infinite where nothing bounds them."""
        return self._whole("gpu")

    @property
    def memory(self) -> int:
        """Bytes of memory, UNLIMITED where nothing bounds them."""
        return self._values.get("memory", UNLIMITED)


def amounts(array: ctypes.Array[ctypes.c_uint64], mask: int) -> Amounts:
    """The slots of an array over resources whose bits are set, by name."""
    known = names_of("resource")
    return Amounts({known[i] if i < len(known) else name_of("resource", i): int(array[i])
                    for i in range(_abi.RESOURCE_MAX) if mask >> i & 1})


def stated(given: Mapping[str, Range]) -> Dict[int, Tuple[int, int]]:
    """Request and limit by the number of the resource, of keyword arguments such as cpus="2:8"."""
    found = {}
    for keyword, value in given.items():
        if keyword not in KEYWORDS:
            raise TypeError(f"unknown argument '{keyword}': resources are {', '.join(KEYWORDS)}")
        resource = KEYWORDS[keyword]
        found[number_of("resource", resource)] = parse_range(resource, value)
    return found
