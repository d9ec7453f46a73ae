# SPDX-License-Identifier: GPL-2.0
"""Amounts as people write them."""
import math

import pytest

import pyaios
from pyaios import quantity


@pytest.mark.parametrize("resource, given, value", [
    ("cpu", "1.5", 1500), ("cpu", "500m", 500), ("cpu", 2, 2000), ("cpu", 0.25, 250),
    ("memory", "4G", 4 << 30), ("memory", 4096, 4096), ("memory", "1GB", 10 ** 9),
    ("gpu", 0.5, 500), ("io", "100M", 10 ** 8), ("pids", 7, 7),
    ("cpu", math.inf, pyaios.UNLIMITED), ("memory", "max", pyaios.UNLIMITED),
])
def test_parse(resource, given, value):
    assert pyaios.parse(resource, given) == value


@pytest.mark.parametrize("resource, given, request_, limit", [
    ("cpu", "2:8", 2000, 8000), ("cpu", (2, 8), 2000, 8000), ("cpu", "2", 2000, 2000),
    ("memory", "4G:16G", 4 << 30, 16 << 30), ("memory", ("1G", math.inf), 1 << 30,
                                              pyaios.UNLIMITED),
    ("cpu", ":8", 0, 8000),
])
def test_parse_range(resource, given, request_, limit):
    assert pyaios.parse_range(resource, given) == (request_, limit)


@pytest.mark.parametrize("resource, given, says", [
    ("cpu", "many", "write 1.5 or 2:8"), ("memory", "4X", "write 512M"), ("cpu", -1, "no amount"),
    ("cpu", True, "no amount"), ("cpu", math.nan, "no amount"), ("cpu", "0.0001", "below one unit"),
])
def test_what_is_no_amount(resource, given, says):
    with pytest.raises(ValueError, match=says):
        pyaios.parse(resource, given)


def test_a_request_above_its_limit():
    with pytest.raises(ValueError, match="a request above its limit"):
        pyaios.parse_range("cpu", "8:2")


def test_unknown_resource():
    with pytest.raises(ValueError, match="one of cpu, memory"):
        pyaios.parse("tea", 1)
    with pytest.raises(TypeError, match="resources are cpus, mem"):
        quantity.stated({"tea": "1"})


def test_format():
    assert pyaios.format_amount("memory", 4 << 30) == "4GiB"
    assert pyaios.format_amount("cpu", 1500) == "1.5"
    assert pyaios.format_amount("cpu", pyaios.UNLIMITED) == "max"


def test_amounts():
    amounts = pyaios.Amounts({"cpu": 1500, "memory": 1 << 30})
    assert (amounts.cpus, amounts.memory, amounts.gpus) == (1.5, 1 << 30, math.inf)
    assert str(amounts) == "cpu 1.5, memory 1GiB" and "cpu 1.5" in repr(amounts)
    assert dict(amounts) == {"cpu": 1500, "memory": 1 << 30} and len(amounts) == 2
    assert pyaios.Amounts({}).memory == pyaios.UNLIMITED
