# SPDX-License-Identifier: LGPL-2.1-or-later
"""What can go wrong, with the kernel's own reason in words.

Every exception of this package is an AiosError. One that comes from a call is an OSError
too, with its errno, and with "why": the cause that the kernel gave, and the remedy.
"""
import errno
import os
from typing import Dict, Optional, Type

from .why import Why


class AiosError(Exception):
    """Whatever this package raises on its own account."""


class LibraryMissing(AiosError, ImportError):
    """libaios is not there, or is too old."""


class CallError(AiosError, OSError):
    """A call has failed: errno says how, and why, where the kernel gave a cause, what for."""

    def __init__(self, number: int, what: str, why: Optional[Why] = None) -> None:
        sentence = str(why) if why else ""
        super().__init__(number, f"{what}: {sentence or os.strerror(number)}")
        self.why = why if sentence else None


class NotLoaded(CallError):
    """The module is not loaded, or /dev/aios is not here."""

    def __init__(self, what: str, remedy: str = "load it with 'modprobe aios'") -> None:
        super(CallError, self).__init__(errno.ENOENT, f"{what}: {remedy}")
        self.why = None

    @property
    def sentence(self) -> str:
        """What is missing, and the remedy."""
        return str(self.args[1])


class Refused(CallError):
    """The caller may not do this."""


class NeverFits(CallError):
    """The machine or a group never has as much as is requested."""


class Unenforceable(CallError):
    """Nothing on this machine would hold what is asked for."""


class Over(CallError):
    """The job has ended."""


class TimeIsUp(CallError, TimeoutError):
    """What was waited for did not come in time."""


class JobFailed(AiosError):
    """A job that ran a function ended without its result; "outcome" says how."""

    def __init__(self, sentence: str, outcome: object = None) -> None:
        super().__init__(sentence)
        self.outcome = outcome


_KINDS: Dict[int, Type[CallError]] = {
    errno.EPERM: Refused, errno.EACCES: Refused, errno.ENOSPC: NeverFits,
    errno.EOPNOTSUPP: Unenforceable, errno.ECANCELED: Over, errno.ETIMEDOUT: TimeIsUp,
}


def check(result: int, what: str, why: Optional[Why] = None) -> int:
    """The result of a call that yields a negative errno when it fails, which is raised."""
    if result >= 0:
        return result
    raise _KINDS.get(-result, CallError)(-result, what, why)
