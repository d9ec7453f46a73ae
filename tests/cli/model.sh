# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Models for tests of aiosctl, which order by weights that are given. Sourced by bash scripts.

# make_model FILE NAME=WEIGHT...: linear weights alone, without the trainer's code.
make_model()
{
	python3 - "$top" "$@" <<'END'
import re
import struct
import sys
import zlib

top, path, *weights = sys.argv[1:]
with open(f"{top}/module/core/learn/ranker.c", encoding="utf-8") as file:
    names = re.findall(r'^\t\t\[AIOS_RANKER_[A-Z]+\] = "([a-z]+)"', file.read(), re.M)
linear = [0] * len(names)
for weight in weights:
    name, value = weight.split("=")
    linear[names.index(name)] = int(float(value) * 2048)
body = struct.pack(f"<{len(names)}h", *linear)
def header(checksum):
    return struct.pack("<8sHHHHII40s", b"AIOSNET\0", 1, 1, len(names), 0, 64 + len(body),
                       checksum, b"made by a test")
with open(path, "wb") as file:
    file.write(header(zlib.crc32(header(0) + body)) + body)
END
}
