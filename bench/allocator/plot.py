#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Draw the ratio of the best peer's time to the allocator's against n.

Usage: bench/lp -c | bench/allocator/plot.py > Documentation/allocator-ratio.svg
"""

import math
import sys

WIDTH, HEIGHT, LEFT, BOTTOM, RIGHT, TOP = 560, 320, 50, 40, 110, 20
COLOURS = ("#1b6ca8", "#c05621", "#2f855a", "#805ad5", "#b83280", "#4a5568", "#b7791f")


def read(lines):
    """Points (n, ratio) of each family, of the cold rows."""
    families = {}
    for line in lines:
        field = line.strip().split(",")
        if len(field) < 14 or field[0] != "cold":
            continue
        families.setdefault(field[1], []).append((int(field[2]), float(field[-6])))
    return families


def main():
    families = read(sys.stdin)
    if not families:
        sys.exit("plot.py: no cold rows on standard input")
    ratios = [r for points in families.values() for _, r in points]
    low, high = min(1, *ratios) * 0.8, max(ratios) * 1.2

    def place(n, ratio):
        x = LEFT + (math.log10(n) - 1) / 3 * (WIDTH - LEFT - RIGHT)
        share = math.log(ratio / low) / math.log(high / low)
        return x, HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
           f'height="{HEIGHT}" font-family="sans-serif" font-size="11">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for ratio in (1, 2, 5, 10, 20, 50, 100):
        if low < ratio < high:
            y = place(10, ratio)[1]
            out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                       f'<text x="{LEFT - 8}" y="{y + 4:.1f}" '
                       f'text-anchor="end">{ratio}x</text>')
    for n in (10, 100, 1000, 10000):
        x = place(n, 1)[0]
        out.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" '
                   f'text-anchor="middle">n = {n}</text>')
    for index, (family, points) in enumerate(families.items()):
        colour = COLOURS[index % len(COLOURS)]
        places = [place(n, r) for n, r in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                   f'stroke-width="2"/>')
        y = TOP + 14 + 16 * index
        out.append(f'<text x="{WIDTH - RIGHT + 10}" y="{y}" '
                   f'fill="{colour}">{family}</text>')
    out.append("</svg>")
    print("\n".join(out))


main()
