# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cause of a refusal or of a wait, as the kernel gives it."""
from __future__ import annotations

import ctypes
import dataclasses
from typing import Optional

from . import _abi


@dataclasses.dataclass(frozen=True)
class Why:
    """A cause; its text says what stands in the way, and what would help.

    code is the word for it ("not_now"), resource the name of the resource or None, group the
    number of the group or 0, asked and available what code makes of them, in the resource's
    unit where they are amounts.
    """

    code: str
    resource: Optional[str]
    group: int
    asked: int
    available: int
    sentence: str

    def __str__(self) -> str:
        return self.sentence

    def __bool__(self) -> bool:
        return bool(self.sentence)


def read_why(struct: _abi.Why, context: Optional[int] = None) -> Why:
    """What a call wrote. With a context, groups are named by their paths."""
    from ._library import library, name_of

    buffer = ctypes.create_string_buffer(2048)
    library().aios_why_describe(context, ctypes.byref(struct), buffer, len(buffer))
    return Why(code=name_of("why", struct.code),
               resource=name_of("resource", struct.resource) if struct.code else None,
               group=struct.group, asked=struct.asked, available=struct.available,
               sentence=buffer.value.decode("utf-8", "replace"))
