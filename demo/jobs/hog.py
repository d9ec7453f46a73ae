#!/usr/bin/python3 -IS
# SPDX-License-Identifier: GPL-2.0
"""A memory hog: takes 8 MiB more at each step, and never gives any back."""
import time

STEP = 8 << 20

hoard = []
while True:
    hoard.append(b"\xa5" * STEP)
    print(f"holds {len(hoard) * STEP >> 20} MiB", flush=True)
    time.sleep(0.05)
