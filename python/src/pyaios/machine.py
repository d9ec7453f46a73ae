# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine: submission, groups, limits, the policy, and what there is."""
from __future__ import annotations

import ctypes
import dataclasses
import errno
from types import TracebackType
from typing import Dict, List, Optional, Sequence, Tuple, Type, Union

from . import _abi
from ._library import library, name_of, number_of
from .errors import CallError, NotLoaded, check
from .handle import NANO, Job, nanoseconds
from .quantity import Amounts, Range, amounts, stated
from .records import Record, list_groups, list_jobs
from .why import Why, read_why

ALL = (1 << _abi.RESOURCE_MAX) - 1
DEPENDS = {"after": _abi.DEPEND_AFTER, "afterok": _abi.DEPEND_AFTEROK,
           "afterany": _abi.DEPEND_AFTERANY, "afternotok": _abi.DEPEND_AFTERNOTOK}


@dataclasses.dataclass(frozen=True)
class Resource:
    """A resource of the machine: capacity and what of it is held, in its unit."""

    name: str
    unit: str
    how: str
    capacity: int
    charged: int
    granted: int


@dataclasses.dataclass(frozen=True)
class Group:
    """A group: its place, its owner, and its amounts, in each resource's unit."""

    id: int
    path: str
    parent: int
    uid: int
    gid: int
    mode: int
    weight: int
    jobs: int
    running: int
    limit: Amounts
    effective: Amounts
    charged: Amounts
    granted: Amounts
    use: Amounts


@dataclasses.dataclass(frozen=True)
class Limits:
    """The limits of a group or a job, in each resource's unit.

    how says of each whether it is "enforced", "cooperative" or "advisory"; pending names those
    below the present use, which take effect step by step.
    """

    limit: Amounts
    effective: Amounts
    use: Amounts
    how: Dict[str, str]
    weight: int
    pending: List[str]


@dataclasses.dataclass(frozen=True)
class Policy:
    """What orders the queue, what may overtake, and what is maximised."""

    policy: str
    backfill: str
    objective: str
    quantum: float


@dataclasses.dataclass(frozen=True)
class Plan:
    """What would become of a submission: whether it would start now, and what it would get."""

    starts_now: bool
    grant: Amounts
    why: Why


class Machine:
    """The arbiter of this machine, by /dev/aios. It is a context manager that closes it.

    Raises NotLoaded where the module is not, and Refused where the caller may not use it.
    """

    def __init__(self, path: Optional[str] = None) -> None:
        out = ctypes.c_void_p()
        place = path or f"/dev/{_abi.DEVICE_NAME}"
        self._pointer: Optional[int] = None
        error = library().aios_new(ctypes.byref(out), path.encode() if path else None)
        if error == -errno.ENOENT:
            raise NotLoaded(f"{place} is not there", "load the module with 'modprobe aios', or "
                            "give the container this device")
        if error == -errno.EACCES:
            check(error, f"{place}: become a member of the group aios to use it")
        check(error, place)
        self._pointer = out.value

    def close(self) -> None:
        """Close the device; jobs that came from it stay valid."""
        pointer, self._pointer = self._pointer, None
        if pointer:
            library().aios_unref(pointer)

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_pointer", None):
            self.close()

    @property
    def _context(self) -> int:
        if not self._pointer:
            raise ValueError("this machine is closed")
        return self._pointer

    def _check(self, error: int, what: str, why: Optional[_abi.Why] = None) -> None:
        if error:
            check(error, what, read_why(why, self._context) if why is not None else None)

    # ------------------------------------------------------------ what there is

    def resources(self) -> Dict[str, Resource]:
        """The machine's resources by name."""
        table = (_abi.ResourceInfo * _abi.RESOURCE_MAX)()
        info = _abi.make(_abi.Info)
        info.resources = ctypes.addressof(table)
        info.nr_resources = len(table)
        info.resource_size = ctypes.sizeof(_abi.ResourceInfo)
        self._check(library().aios_info(self._context, ctypes.byref(info)),
                    "cannot read the machine")
        return {row.name.decode(): Resource(row.name.decode(), row.unit.decode(),
                                            name_of("how", row.how), row.capacity, row.charged,
                                            row.granted)
                for row in table[:min(info.nr_resources, len(table))]}

    def jobs(self) -> List[Record]:
        """The jobs that the caller may see."""
        return list_jobs()

    def groups(self) -> List[Record]:
        """The groups that the caller may see."""
        return list_groups()

    def job(self, number: int) -> Job:
        """A handle for the job of this number."""
        out = ctypes.c_void_p()
        self._check(library().aios_job_open(self._context, number, ctypes.byref(out)),
                    f"job {number}")
        return Job(out.value or 0)

    # ---------------------------------------------------------------- submission

    def _submission(self, call: _abi.Submit, keep: List[object], *, name: Optional[str] = None,
                    group: Optional[str] = None, weight: int = _abi.WEIGHT_DEFAULT,
                    priority: int = _abi.PRIORITY_DEFAULT, expected: Optional[float] = None,
                    time_limit: Optional[float] = None, strict: bool = False,
                    exclusive: bool = False, hold: bool = False, features: Sequence[int] = (),
                    depends: Sequence[Tuple[str, int]] = (), **resources: Range) -> None:
        """Fill a submission in; keep holds what it points to."""
        for field, text in (("name", name), ("group", group)):
            if text is not None:
                data = ctypes.create_string_buffer(text.encode())
                keep.append(data)
                setattr(call, field, ctypes.addressof(data))
                setattr(call, f"{field}_len", len(data) - 1)
        if features:
            numbers = (ctypes.c_int64 * len(features))(*features)
            keep.append(numbers)
            call.features, call.nr_features = ctypes.addressof(numbers), len(features)
        if depends:
            jobs = (_abi.Depend * len(depends))()
            for slot, (kind, number) in zip(jobs, depends):
                slot.job, slot.kind = number, DEPENDS[kind]
            keep.append(jobs)
            call.depends, call.nr_depends = ctypes.addressof(jobs), len(depends)
            call.depend_size = ctypes.sizeof(_abi.Depend)
        call.weight, call.priority = weight, priority
        call.expected_runtime_ns = nanoseconds(expected or 0)
        call.max_runtime_ns = nanoseconds(time_limit or 0)
        call.flags |= (strict * _abi.SUBMIT_STRICT | exclusive * _abi.SUBMIT_EXCLUSIVE |
                       hold * _abi.SUBMIT_HOLD)
        for resource, (request, limit) in stated(resources).items():
            check(library().aios_submit_set_resource(ctypes.byref(call), resource, request, limit),
                  "cannot state a resource")

    def submit(self, **options: object) -> Job:
        """Queue a job and yield its handle. A process then becomes it by Job.enter().

        Resources are cpus, mem, gpus, gpu_mem, io, net, pids: "2:8" is request and limit. Options
        are name, group ("/team"), weight, priority, expected and time_limit (seconds), strict,
        exclusive, hold, features (whole numbers for the predictor), depends ([("afterok", 7)]).
        Raises NeverFits, Refused and other CallErrors, which say why.
        """
        call, keep = self._new_submission(options)
        out = ctypes.c_void_p()
        error = library().aios_submit(self._context, ctypes.byref(call), ctypes.byref(out))
        self._check(error, "cannot submit the job", call.why)
        keep.clear()
        return Job(out.value or 0, call.resource_mask)

    def plan(self, **options: object) -> Plan:
        """What would become of the same submission, which is not made."""
        call, keep = self._new_submission(options)
        call.flags |= _abi.SUBMIT_DRY_RUN
        error = library().aios_submit(self._context, ctypes.byref(call), None)
        self._check(error, "it would be refused", call.why)
        keep.clear()
        return Plan(call.state == _abi.STATE_ADMITTED, amounts(call.grant, call.resource_mask),
                    read_why(call.why, self._context))

    def _new_submission(self, options: Dict[str, object]) -> Tuple[_abi.Submit, List[object]]:
        call = _abi.make(_abi.Submit)
        call.cgroup_fd = call.fd = -1
        keep: List[object] = []
        self._submission(call, keep, **options)  # type: ignore[arg-type]
        return call, keep

    # ---------------------------------------------------------- groups and limits

    def group(self, path: str = "/") -> Group:
        """All there is to know of a group."""
        stat = _abi.make(_abi.GroupStat)
        name = ctypes.create_string_buffer(path.encode())
        full = ctypes.create_string_buffer(_abi.PATH_MAX + 1)
        stat.path, stat.path_len = ctypes.addressof(name), len(name) - 1
        stat.full_path, stat.name_room = ctypes.addressof(full), len(full)
        self._check(library().aios_group_stat(self._context, ctypes.byref(stat)),
                    f"group {path}")
        mask = self._mask()
        return Group(stat.id, full.value.decode(), stat.parent, stat.uid, stat.gid, stat.mode,
                     stat.weight, stat.nr_jobs, stat.nr_running, amounts(stat.limit, mask),
                     amounts(stat.effective, mask), amounts(stat.charged, mask),
                     amounts(stat.granted, mask), amounts(stat.use, mask))

    def _mask(self) -> int:
        return sum(1 << number_of("resource", name) for name in self.resources())

    def create_group(self, path: str, weight: int = _abi.WEIGHT_DEFAULT,
                     uid: Optional[int] = None, gid: Optional[int] = None,
                     mode: Optional[int] = None) -> None:
        """Make a group, whose owner and mode are the caller's and the default unless given."""
        call = _abi.make(_abi.GroupCreate)
        name = ctypes.create_string_buffer(path.encode())
        call.path, call.path_len, call.weight = ctypes.addressof(name), len(name) - 1, weight
        default = 0xffffffff
        call.uid, call.gid, call.mode = (default if given is None else given
                                         for given in (uid, gid, mode))
        error = library().aios_group_create(self._context, ctypes.byref(call))
        self._check(error, f"cannot make group {path}", call.why)

    def remove_group(self, path: str) -> None:
        """Remove a group, which must have neither jobs nor groups."""
        why = _abi.Why()
        error = library().aios_group_remove(self._context, path.encode(), ctypes.byref(why))
        self._check(error, f"cannot remove group {path}", why)

    def limits(self, target: Union[str, int] = "/") -> Limits:
        """The limits of a group, by its path, or of a job, by its number."""
        call, keep = self._limit(target)
        self._check(library().aios_limit_get(self._context, ctypes.byref(call)),
                    f"limits of {target}", call.why)
        keep.clear()
        return self._limits(call)

    def limit(self, target: Union[str, int] = "/", *, weight: int = 0,
              strict: Optional[bool] = None, **resources: Range) -> Limits:
        """Change limits, such as cpus=4 or mem="16G", the weight, or whether grants are caps.

        Raises Unenforceable where nothing on this machine would hold one.
        """
        call, keep = self._limit(target)
        call.weight = weight
        if strict is not None:
            call.flags |= _abi.LIMIT_STRICT if strict else _abi.LIMIT_WORK_CONSERVING
        for resource, (_, limit) in stated(resources).items():
            check(library().aios_limit_set_resource(ctypes.byref(call), resource, limit),
                  "cannot state a limit")
        self._check(library().aios_limit_set(self._context, ctypes.byref(call)),
                    f"cannot limit {target}", call.why)
        keep.clear()
        return self._limits(call)

    def _limit(self, target: Union[str, int]) -> Tuple[_abi.Limit, List[object]]:
        call = _abi.make(_abi.Limit)
        if isinstance(target, int):
            call.flags, call.id = _abi.LIMIT_JOB, target
            return call, []
        name = ctypes.create_string_buffer(target.encode())
        call.path, call.path_len = ctypes.addressof(name), len(name) - 1
        return call, [name]

    def _limits(self, call: _abi.Limit) -> Limits:
        mask = self._mask()
        limit = amounts(call.limit, mask)
        return Limits(limit, amounts(call.effective, mask), amounts(call.use, mask),
                      {name: name_of("how", call.how[number_of("resource", name)])
                       for name in limit},
                      call.weight, list(amounts(call.limit, call.pending)))

    # ------------------------------------------------------------------- policy

    def policy(self, policy: Optional[str] = None, *, backfill: Optional[str] = None,
               objective: Optional[str] = None, quantum: Optional[float] = None,
               group: Optional[str] = None) -> Policy:
        """Read what orders the queue, or switch what is given; quantum is in seconds.

        With a group, its own policy and quantum are meant.
        """
        call = _abi.make(_abi.Policy)
        name = ctypes.create_string_buffer((group or "").encode())
        if group:
            call.path, call.path_len = ctypes.addressof(name), len(name) - 1
        for field, flag, given in (("policy", _abi.POLICY_SET_POLICY, policy),
                                   ("backfill", _abi.POLICY_SET_BACKFILL, backfill),
                                   ("objective", _abi.POLICY_SET_OBJECTIVE, objective)):
            if given is not None:
                call.flags |= flag
                setattr(call, field, number_of(field, given))
        if quantum is not None:
            call.flags |= _abi.POLICY_SET_QUANTUM
            call.quantum_ns = nanoseconds(quantum)
        function = library().aios_policy_set if call.flags else library().aios_policy_get
        self._check(function(self._context, ctypes.byref(call)), "cannot switch the policy")
        return Policy(name_of("policy", call.policy), name_of("backfill", call.backfill),
                      name_of("objective", call.objective), call.quantum_ns / NANO)


def is_loaded() -> bool:
    """Whether this process can use the module here."""
    try:
        Machine().close()
    except (CallError, ImportError):
        return False
    return True


