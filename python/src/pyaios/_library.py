# SPDX-License-Identifier: LGPL-2.1-or-later
"""libaios, loaded when it is first needed, with the types of its functions."""
import ctypes
import ctypes.util
import os
from typing import Any, Dict, List, Optional, Tuple

from . import _abi
from .errors import LibraryMissing

SONAME = "libaios.so.0"
PATH_VARIABLE = "LIBAIOS"
"""The environment variable that names another file of the library."""

_pointer = ctypes.c_void_p
_out = ctypes.POINTER(ctypes.c_void_p)
_text = ctypes.c_char_p
_u32 = ctypes.c_uint32
_u64 = ctypes.c_uint64
_to_u64 = ctypes.POINTER(ctypes.c_uint64)
_int = ctypes.c_int
_to_why = ctypes.POINTER(_abi.Why)

RECORD_FUNCTION = ctypes.CFUNCTYPE(_int, ctypes.POINTER(_abi.Record), _pointer)

# What each function takes and returns; a pointer to a struct is passed by reference.
PROTOTYPES: Dict[str, Tuple[Any, List[Any]]] = {
    "aios_version": (_text, []),
    "aios_new": (_int, [_out, _text]),
    "aios_unref": (_pointer, [_pointer]),
    "aios_fd": (_int, [_pointer]),
    "aios_info": (_int, [_pointer, _pointer]),
    "aios_cgroup_root": (_int, [_pointer, _pointer, ctypes.c_size_t]),
    "aios_submit_set_resource": (_int, [_pointer, _u32, _u64, _u64]),
    "aios_submit": (_int, [_pointer, _pointer, _out]),
    "aios_job_open": (_int, [_pointer, _u64, _out]),
    "aios_job_from_fd": (_int, [_int, _out]),
    "aios_job_from_environment": (_int, [_out]),
    "aios_job_to_environment": (_int, [_pointer]),
    "aios_job_unref": (_pointer, [_pointer]),
    "aios_job_id": (_u64, [_pointer]),
    "aios_job_fd": (_int, [_pointer]),
    "aios_job_enter": (_int, [_pointer, _u64, _to_why]),
    "aios_job_wait": (_int, [_pointer, _pointer]),
    "aios_job_stat": (_int, [_pointer, _pointer]),
    "aios_update_set_resource": (_int, [_pointer, _u32, _u64, _u64]),
    "aios_job_update": (_int, [_pointer, _pointer]),
    "aios_job_suspend": (_int, [_pointer, _to_why]),
    "aios_job_resume": (_int, [_pointer, _to_why]),
    "aios_job_cancel": (_int, [_pointer, _to_why]),
    "aios_job_hold": (_int, [_pointer, _to_why]),
    "aios_job_release": (_int, [_pointer, _to_why]),
    "aios_job_charge": (_int, [_pointer, _u32, _u64, _to_u64, _to_why]),
    "aios_job_uncharge": (_int, [_pointer, _u32, _u64, _to_u64, _to_why]),
    "aios_job_explain": (_int, [_pointer, _pointer]),
    "aios_job_poll": (_int, [_pointer, _int]),
    "aios_job_read_epoch": (_int, [_pointer, _to_u64]),
    "aios_job_status_read": (_int, [_pointer, _pointer]),
    "aios_job_status_epoch": (_int, [_pointer, _to_u64]),
    "aios_group_create": (_int, [_pointer, _pointer]),
    "aios_group_remove": (_int, [_pointer, _text, _to_why]),
    "aios_group_stat": (_int, [_pointer, _pointer]),
    "aios_limit_set_resource": (_int, [_pointer, _u32, _u64]),
    "aios_limit_set": (_int, [_pointer, _pointer]),
    "aios_limit_get": (_int, [_pointer, _pointer]),
    "aios_policy_set": (_int, [_pointer, _pointer]),
    "aios_policy_get": (_int, [_pointer, _pointer]),
    "aios_drain_set": (_int, [_pointer, _u64, _text]),
    "aios_drain_clear": (_int, [_pointer]),
    "aios_drain_get": (_int, [_pointer, _pointer]),
    "aios_device_get": (_int, [_pointer, _u32, _pointer]),
    "aios_job_list": (_int, [RECORD_FUNCTION, _pointer]),
    "aios_group_list": (_int, [RECORD_FUNCTION, _pointer]),
    "aios_monitor_new": (_int, [_out]),
    "aios_monitor_unref": (_pointer, [_pointer]),
    "aios_monitor_fd": (_int, [_pointer]),
    "aios_monitor_set_buffer": (_int, [_pointer, _int]),
    "aios_monitor_next": (_int, [_pointer, _int, ctypes.POINTER(ctypes.POINTER(_abi.Record))]),
    "aios_quantity_parse": (_int, [_u32, _text, _to_u64]),
    "aios_quantity_format": (_text, [_u32, _u64, _pointer, ctypes.c_size_t]),
    "aios_range_parse": (_int, [_u32, _text, _to_u64, _to_u64]),
    "aios_range_format": (_text, [_u32, _u64, _u64, _pointer, ctypes.c_size_t]),
    "aios_why_describe": (_text, [_pointer, _to_why, _pointer, ctypes.c_size_t]),
}
for _kind in ("resource", "how", "why", "state", "end", "event", "row", "policy", "backfill",
              "objective", "depend", "job_flag", "feature", "runtime", "basis"):
    PROTOTYPES[f"aios_{_kind}_name"] = (_text, [_u32])
PROTOTYPES["aios_resource_unit"] = (_text, [_u32])
for _kind in ("resource", "state", "end", "event", "policy", "backfill", "objective"):
    PROTOTYPES[f"aios_{_kind}_from_name"] = (_int, [_text])

_loaded: Optional[ctypes.CDLL] = None


def _open() -> ctypes.CDLL:
    named = os.environ.get(PATH_VARIABLE)
    try:
        return ctypes.CDLL(named or SONAME)
    except OSError as error:
        place = f"{named}, which {PATH_VARIABLE} names," if named else SONAME
        raise LibraryMissing(
            f"{place} cannot be loaded ({error}): install libaios (make install-user), or set "
            f"{PATH_VARIABLE} to its path") from None


def library() -> ctypes.CDLL:
    """libaios; the file that $LIBAIOS names, or what the dynamic linker finds.

    Raises LibraryMissing when there is none, or when it is older than this package.
    """
    global _loaded
    if _loaded is None:
        lib = _open()
        for name, (result, arguments) in PROTOTYPES.items():
            try:
                function = getattr(lib, name)
            except AttributeError:
                raise LibraryMissing(
                    f"{lib._name} has no function {name}: it is older than this package; "
                    "install both from the same sources") from None
            function.restype = result
            function.argtypes = arguments
        _loaded = lib
    return _loaded


def name_of(kind: str, value: int) -> str:
    """The word for a number of the ABI, or the number where the library knows none."""
    word = getattr(library(), f"aios_{kind}_name")(value)
    return word.decode() if word else str(value)


def number_of(kind: str, word: str) -> int:
    """The number for a word of the ABI; raises ValueError with the words that there are."""
    lib = library()
    found: int = getattr(lib, f"aios_{kind}_from_name")(word.encode())
    if found >= 0:
        return found
    words = names_of(kind)
    raise ValueError(f"unknown {kind} '{word}': one of {', '.join(words)} is meant")


def names_of(kind: str) -> List[str]:
    """All words of a kind, in the order of their numbers."""
    words: List[str] = []
    number = 1 if kind in ("state", "event", "depend") else 0
    while True:
        word = getattr(library(), f"aios_{kind}_name")(number)
        if not word:
            return words
        words.append(word.decode())
        number += 1


def flags_of(kind: str, bits: int) -> List[str]:
    """The words for the bits that are set."""
    return [name_of(kind, bit) for bit in range(32) if bits >> bit & 1]
