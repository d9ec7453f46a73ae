# SPDX-License-Identifier: GPL-2.0
"""What the demonstration says, and the count of what it checked."""
import textwrap
import time

WIDTH = 78
begin = time.monotonic()


class Report:
    """Prints the narration; remembers which checks held."""

    def __init__(self):
        self.chapters = 0
        self.passed = 0
        self.failed = []

    def chapter(self, title):
        self.chapters += 1
        at = f"{time.monotonic() - begin:.0f} s"
        print(f"\n--- {self.chapters}. {title} ".ljust(WIDTH - len(at) - 1, "-"), at, flush=True)

    def say(self, text):
        print()
        print(textwrap.fill(" ".join(text.split()), WIDTH), flush=True)

    def check(self, what, holds, seen=""):
        """Count one claim; @seen: the numbers that it rests on."""
        mark = "pass" if holds else "FAIL"
        print(f"  [{mark}] {what}{': ' if seen else ''}{seen}", flush=True)
        if holds:
            self.passed += 1
        else:
            self.failed.append(what)
        return holds

    def summary(self):
        """Print the count; the exit status."""
        print(f"\n{self.passed} checks passed, {len(self.failed)} failed")
        for what in self.failed:
            print(f"  failed: {what}")
        return 1 if self.failed else 0
