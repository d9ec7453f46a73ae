# SPDX-License-Identifier: GPL-2.0
"""The model file of module/core/learn/model.h: written from weights, and read back.

A network is a dictionary of numpy arrays of real numbers: linear[inputs],
weight[hidden, inputs + 1] with the bias last, out[hidden]. What is written is the nearest
that 16 bits hold.
"""
import os
import re
import struct
import zlib

import numpy

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
MAGIC = b"AIOSNET\0"
VERSION = 1
RANKER = 1
HEADER = struct.Struct("<8sHHHHII40s")
CHECKSUM_AT = 20
WEIGHT_ONE = 1 << 11


def inputs():
    """The names of what the ranker sees, in order, as the core has them."""
    with open(f"{TOP}/module/core/learn/ranker.c", encoding="utf-8") as file:
        return re.findall(r'^\t\t\[AIOS_RANKER_[A-Z]+\] = "([a-z]+)"', file.read(), re.M)


def empty(hidden):
    """A network with so many units, all weights 0."""
    width = len(inputs())
    return {"linear": numpy.zeros(width), "weight": numpy.zeros((hidden, width + 1)),
            "out": numpy.zeros(hidden)}


def flat(network):
    """All weights in the order of the file."""
    return numpy.concatenate([network["linear"], network["weight"].ravel(), network["out"]])


def shaped(weights, hidden):
    """The other way round."""
    width = len(inputs())
    middle = width + hidden * (width + 1)
    return {"linear": weights[:width],
            "weight": weights[width:middle].reshape(hidden, width + 1),
            "out": weights[middle:]}


def rounded(weights):
    """What the file has of weights, as whole numbers."""
    return numpy.clip(numpy.rint(weights * WEIGHT_ONE), -0x8000, 0x7fff).astype("<i2")


def pack(network, label=""):
    """The bytes of the file."""
    body = rounded(flat(network)).tobytes()
    text = label.encode("ascii")[:39]

    def header(checksum):
        return HEADER.pack(MAGIC, VERSION, RANKER, len(network["linear"]), len(network["out"]),
                           HEADER.size + len(body), checksum, text)
    return header(zlib.crc32(header(0) + body)) + body


def unpack(data):
    """The network of a file; ValueError when it is none."""
    if len(data) < HEADER.size:
        raise ValueError("too short for a model")
    magic, version, kind, width, hidden, size, checksum, label = HEADER.unpack_from(data)
    zeroed = data[:CHECKSUM_AT] + bytes(4) + data[CHECKSUM_AT + 4:]
    if (magic, version, kind, width, size) != (MAGIC, VERSION, RANKER, len(inputs()), len(data)):
        raise ValueError("no model of a ranker of this version")
    if zlib.crc32(zeroed) != checksum:
        raise ValueError("damaged")
    weights = numpy.frombuffer(data, "<i2", offset=HEADER.size) / WEIGHT_ONE
    return shaped(weights, hidden), label.rstrip(b"\0").decode("ascii")


def read(path):
    """The network and the label of a file."""
    with open(path, "rb") as file:
        return unpack(file.read())


def write(path, network, label=""):
    """Write it so that a reader has the old one or the new one."""
    with open(f"{path}.new", "wb") as file:
        file.write(pack(network, label))
    os.replace(f"{path}.new", path)
