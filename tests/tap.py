# SPDX-License-Identifier: GPL-2.0
"""TAP for tests that are Python scripts: ok() for each thing, and done() at the end."""

_number = 0
_failed = 0


def ok(title, passed, *notes):
    """One point; the notes tell more where it fails."""
    global _number, _failed
    if not isinstance(title, str):
        raise TypeError(f"a point has a title first, and not {title!r}")
    _number += 1
    _failed += not passed
    print(f"{'' if passed else 'not '}ok {_number} - {title}", flush=True)
    for note in notes if not passed else ():
        for line in str(note).splitlines():
            print(f"# {line}", flush=True)


def done():
    """The plan; returns the exit status."""
    print(f"1..{_number}", flush=True)
    return _failed != 0
