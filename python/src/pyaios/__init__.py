# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python programs that live with what the kernel grants them, by the aios kernel module.

    with pyaios.job(cpus="2:8", mem="4G:16G"), pyaios.follow() as grant:
        for batch in loader:
            train(batch)
            grant.step()

job() makes the process a job, follow() lets it adapt, run_as_job() and JobExecutor run functions
as jobs, Events tells what happens, Machine is all that the kernel can be asked. Amounts are
"2:8" (request and limit), "4G", or numbers; times are seconds. Without the module everything
goes on with the whole machine, and says so once.
"""
from typing import Any

from .batches import ElasticBatches, ElasticLoader, Part
from .callbacks import keras_callback, lightning_callback, transformers_callback
from .child import run_as_job
from .errors import (
    AiosError,
    CallError,
    JobFailed,
    LibraryMissing,
    NeverFits,
    NotLoaded,
    Over,
    Refused,
    TimeIsUp,
    Unenforceable,
)
from .executor import JobExecutor
from .follower import Change, Ending, Follower, follow
from .handle import Details, Device, Job, Outcome, Status
from .inside import current, job
from .joblib_backend import register_joblib
from .machine import Group, Limits, Machine, Plan, Policy, Resource, is_loaded
from .quantity import UNLIMITED, Amounts, format_amount, parse, parse_range
from .records import Events, EventsLost, Record
from .standin import StandIn, StandInWarning
from .why import Why

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """%load_ext pyaios: cells that begin with %%job --cpus 2:8 are jobs."""
    from .notebook import load

    load(shell)


__all__ = [
    "UNLIMITED", "AiosError", "Amounts", "CallError", "Change", "Details", "Device",
    "ElasticBatches", "ElasticLoader", "Ending", "Events", "EventsLost", "Follower", "Group",
    "Job", "JobExecutor", "JobFailed", "LibraryMissing", "Limits", "Machine", "NeverFits",
    "NotLoaded", "Outcome", "Over", "Part", "Plan", "Policy", "Record", "Refused", "Resource",
    "StandIn", "StandInWarning", "Status", "TimeIsUp", "Unenforceable", "Why", "current",
    "follow", "format_amount", "is_loaded", "job", "keras_callback", "lightning_callback",
    "parse", "parse_range", "register_joblib", "run_as_job", "transformers_callback",
]
