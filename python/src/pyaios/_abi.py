# SPDX-License-Identifier: LGPL-2.1-or-later
# Written by python/generate from uapi/linux/aios.h and lib/aios.h: do not edit.
"""The numbers and structs of the ABI, as the C headers have them without "AIOS_"."""
import ctypes
from typing import Type, TypeVar

ABI_VERSION = 1
DEVICE_NAME = "aios"
RESOURCE_MAX = 16
RESOURCE_CPU = 0
RESOURCE_MEMORY = 1
RESOURCE_GPU = 2
RESOURCE_GPU_MEMORY = 3
RESOURCE_IO = 4
RESOURCE_NET = 5
RESOURCE_PIDS = 6
RESOURCE_SWAP = 7
RESOURCE_HUGE_PAGES = 8
UNLIMITED = 18446744073709551615
RESOURCE_ELASTIC = 1
RESOURCE_STICKY = 2
RESOURCE_LIMIT_ONLY = 4
HOW_NONE = 0
HOW_ENFORCED = 1
HOW_COOPERATIVE = 2
HOW_ADVISORY = 3
NAME_MAX = 63
PATH_MAX = 1023
DEPTH_MAX = 16
FEATURES_MAX = 16
JOB_DEVICES_MAX = 16
GANG_MAX = 64
RETRIES_MAX = 16
RETRY_UNIT = 1000
RETRY_FACTOR_DEFAULT = 2000
RETRY_FACTOR_MAX = 16000
WEIGHT_MIN = 1
WEIGHT_DEFAULT = 100
WEIGHT_MAX = 10000
PRIORITY_MIN = -1000
PRIORITY_DEFAULT = 0
PRIORITY_MAX = 1000
WHY_NONE = 0
WHY_NEVER_FITS = 1
WHY_NOT_NOW = 2
WHY_BEHIND = 3
WHY_NOT_READY = 4
WHY_UNENFORCEABLE = 5
WHY_REQUEST_ABOVE_LIMIT = 6
WHY_ABOVE_PARENT = 7
WHY_USER_BOUND = 8
WHY_NO_DEVICE = 9
WHY_NAME = 10
WHY_DEPTH = 11
WHY_VALUE = 12
WHY_STATE = 13
WHY_PERMISSION = 14
WHY_CGROUP = 15
WHY_BUSY = 16
WHY_ON_HOLD = 17
WHY_DEPENDS = 18
WHY_DEPENDS_NEVER = 19
WHY_GANG = 20
WHY_DRAIN = 21
WHY_NEVER_GROWS = 22
WHY_FORGOTTEN = 23
WHY_HELD = 24
WHY_TIME_LIMIT = 25
WHY_CONFINED = 26
WHY_BOUND = 27
WHY_NOT_CARRIED = 28
WHY_FULL = 29
WHY_KEPT = 30
WHY_TOO_LITTLE = 31
WHY_BEGIN = 32
CONFINED_LIST = 1
CONFINED_NAMESPACE = 2
CONFINED_FILTER = 3
CONFINED_THREADS = 4
CARRY_MEMORY_MAX = 1
CARRY_MEMORY_HIGH = 2
CARRY_PIDS_MAX = 3
CARRY_CPU_MAX = 4
CARRY_IO_MAX = 5
CARRY_MEMORY_SWAP_MAX = 6
CARRY_MEMORY_ZSWAP_MAX = 7
CARRY_CPUSET_CPUS = 8
CARRY_CPUSET_MEMS = 9
CARRY_HUGETLB_2MB_MAX = 10
CARRY_HUGETLB_1GB_MAX = 11
CARRY_RDMA_MAX = 12
CARRY_MISC_MAX = 13
CARRY_DMEM_MAX = 14
STATE_QUEUED = 1
STATE_ADMITTED = 2
STATE_RUNNING = 3
STATE_SUSPENDED = 4
STATE_DONE = 5
STATE_FAILED = 6
STATE_CANCELLED = 7
UID_UNTOLD = 4294967295
END_NONE = 0
END_EXIT = 1
END_SIGNAL = 2
END_OOM = 3
END_CANCELLED = 4
END_ABANDONED = 5
END_LOST = 6
END_SETUP = 7
END_DEPENDENCY = 8
END_TIME_LIMIT = 9
END_FULL = 10
FEATURE_CPU = 1
FEATURE_MEMORY = 2
FEATURE_IO = 4
FEATURE_PIDS = 8
FEATURE_PSI = 16
FEATURE_KILL = 32
FEATURE_HUGETLB = 64
DEPEND_AFTER = 1
DEPEND_AFTEROK = 2
DEPEND_AFTERANY = 3
DEPEND_AFTERNOTOK = 4
DEPENDS_MAX = 32
TIME_WARNING_MAX = 30000000000
SUBMIT_DRY_RUN = 1
SUBMIT_STRICT = 2
SUBMIT_EXCLUSIVE = 4
SUBMIT_ADOPT = 8
SUBMIT_HOLD = 16
SUBMIT_DEADLINE_REALTIME = 32
SUBMIT_PREDICT = 64
SUBMIT_BEGIN_REALTIME = 128
JOB_STRICT = 1
JOB_EXCLUSIVE = 2
JOB_ADOPTED = 4
JOB_READY = 8
JOB_THROTTLED = 16
JOB_PREEMPTED = 32
JOB_GUARDED = 64
JOB_ON_HOLD = 128
JOB_ENDING = 256
JOB_SETTLED = 512
JOB_KEEPS = 1024
RUNTIME_UNKNOWN = 0
RUNTIME_STATED = 1
RUNTIME_LIMIT = 2
RUNTIME_PREDICTED = 3
RUNTIME_CORRECTED = 4
UPDATE_WEIGHT = 1
UPDATE_PRIORITY = 2
UPDATE_RUNTIME = 4
UPDATE_DEADLINE = 8
UPDATE_DEADLINE_REALTIME = 16
UPDATE_MAX_RUNTIME = 32
UPDATE_BEGIN = 64
UPDATE_BEGIN_REALTIME = 128
UPDATE_NAME = 256
UPDATE_PLACE = 512
ROW_MACHINE = 0
ROW_GROUP = 1
ROW_DEVICE = 2
LIMIT_JOB = 1
LIMIT_STRICT = 2
LIMIT_WORK_CONSERVING = 4
LIMIT_MODE = 8
LIMIT_MAX_RUNTIME = 16
LIMIT_DEFAULT_USER = 32
LIMIT_DEFAULT_GROUP = 64
POLICY_PRIORITY = 0
POLICY_FIFO = 1
POLICY_SJF = 2
POLICY_SAF = 3
POLICY_F1 = 4
POLICY_WFP3 = 5
POLICY_SMALLEST = 6
POLICY_EDF = 7
POLICY_TETRIS = 8
POLICY_DRF = 9
POLICY_FAIRSHARE = 10
POLICY_RR = 11
POLICY_LAS = 12
POLICY_SRTF = 13
POLICY_LEARNED = 14
BACKFILL_NONE = 0
BACKFILL_EASY = 1
BACKFILL_CONSERVATIVE = 2
OBJECTIVE_UTILITY = 0
OBJECTIVE_MAXMIN = 1
OBJECTIVE_DRF = 2
OBJECTIVE_PROPORTIONAL = 3
POLICY_SET_POLICY = 1
POLICY_SET_BACKFILL = 2
POLICY_SET_OBJECTIVE = 4
POLICY_SET_QUANTUM = 8
POLICY_SET_AGING = 16
POLICY_SET_HALF_LIFE = 32
POLICY_SET_GUARD = 64
POLICY_SET_INHERIT = 128
TUNING_TIME_MAX = 4503599627370496
QUANTUM_MIN_NS = 1000000
GUARD_UNIT = 1000
GUARD_MAX = 1000000
RESERVATIONS_MAX = 256
DRAIN_SET = 1
DRAIN_CLEAR = 2
DRAIN_REALTIME = 4
REASON_MAX = 255
LP_OPTIMAL = 0
LP_CAPPED = 1
LP_INFEASIBLE = 2
LP_MAX_COLS = 16384
LP_MAX_ROWS = 64
REPLAY_JOBS_MAX = 10000
REPLAY_GROUPS_MAX = 256
REPLAY_GANGS_MAX = 1024
REPLAY_DRAINS_MAX = 64
REPLAY_DEPENDS_MAX = 40000
REPLAY_ONE_BY_ONE = 1
REPLAY_FAILS = 1
DEVICE_PCI = 1
DEVICE_DECLARED = 2
DEVICE_OFFLINE = 4
DEVICE_GONE = 8
QUEUEING_ENDLESS = 18446744073709551615
QUEUEING_SAMPLES = 1
QUEUEING_RATE = 2
QUEUEING_ARRIVALS = 4
QUEUEING_SERVICE = 8
QUEUEING_LOAD = 16
QUEUEING_ONE_SERVER = 32
QUEUEING_ORDER = 64
QUEUEING_SIZES = 128
BASIS_NONE = 0
BASIS_STATE = 1
BASIS_MMC = 2
BASIS_GGC = 3
BASIS_FUTURE = 4
EXPERT_REQUEST = 0
EXPERT_LAST = 1
EXPERT_LAST_TWO = 2
EXPERT_SAME = 3
EXPERT_LIKE_1 = 4
EXPERT_LIKE_2 = 5
EXPERT_LIKE_3 = 6
EXPERT_LIKE_4 = 7
EXPERT_LIKE_5 = 8
EXPERT_LIKE_6 = 9
EXPERT_TREE = 10
EXPERT_VECTORS = 11
EXPERT_MAX = 16
ASKS_REQUEST = 0
ASKS_SIZE = 1
ASKS_LAST = 2
ASKS_EARLIER = 3
ASKS_LAST_TWO = 4
ASKS_SAME = 5
ASKS_NEAR = 6
ASKS_WIDE = 7
ASKS_KIND = 8
ASKS_NR = 9
ASKS_HOUR = 10
ASKS_DAY = 11
PREDICT_STEPS_MAX = 16
GENL_NAME = "aios"
GENL_VERSION = 1
GENL_EVENTS = "events"
CMD_JOB_GET = 1
CMD_GROUP_GET = 2
CMD_EVENT = 3
CMD_SUBSCRIBE = 4
EVENT_SUBMITTED = 1
EVENT_ADMITTED = 2
EVENT_STARTED = 3
EVENT_GRANTED = 4
EVENT_SUSPENDED = 5
EVENT_RESUMED = 6
EVENT_ENDED = 7
EVENT_LIMIT = 8
EVENT_OOM = 9
EVENT_GROUP_CREATED = 10
EVENT_GROUP_REMOVED = 11
EVENT_DEVICE = 12
EVENT_HELD = 13
EVENT_RELEASED = 14
EVENT_RETRIED = 15
EVENT_DRAIN = 16
EVENT_TIME_LIMIT = 17
EVENT_KEPT = 18
A_UNSPEC = 0
A_PAD = 1
A_EVENT = 2
A_TIME = 3
A_JOB = 4
A_GROUP = 5
A_PATH = 6
A_NAME = 7
A_STATE = 8
A_END = 9
A_CODE = 10
A_UID = 11
A_GID = 12
A_PID = 13
A_PRIORITY = 14
A_WEIGHT = 15
A_POSITION = 16
A_MASK = 18
A_REQUEST = 19
A_LIMIT = 20
A_GRANT = 21
A_USE = 22
A_CHARGED = 23
A_EFFECTIVE = 24
A_SUBMIT = 25
A_ADMIT = 26
A_START = 27
A_FINISH = 28
A_CPU = 29
A_DEVICE = 30
A_PARENT = 31
A_MODE = 32
A_JOBS = 33
A_RUNNING = 34
A_EPOCH = 35
A_DEADLINE = 36
A_ATTEMPT = 37
A_DRAIN = 38
A_STOP = 39
A_LEFT = 40
A_BEGIN = 41
A_MAX = 41
JOB_FD_ENV = "AIOS_JOB_FD"
JOB_CHANGED = 1
JOB_ENDED = 2
QUANTITY_LEN = 32
RANGE_LEN = 64
WHY_LEN = 512


class ResourceInfo(ctypes.Structure):
    _fields_ = [
        ("id", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("how", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("capacity", ctypes.c_uint64),
        ("charged", ctypes.c_uint64),
        ("granted", ctypes.c_uint64),
        ("name", ctypes.c_char * 16),
        ("unit", ctypes.c_char * 16),
    ]


class Why(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint32),
        ("resource", ctypes.c_uint32),
        ("group", ctypes.c_uint64),
        ("asked", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
    ]


class Info(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("abi_version", ctypes.c_uint32),
        ("resources", ctypes.c_uint64),
        ("nr_resources", ctypes.c_uint32),
        ("resource_size", ctypes.c_uint32),
        ("features", ctypes.c_uint64),
        ("epoch", ctypes.c_uint64),
        ("nr_queued", ctypes.c_uint32),
        ("nr_running", ctypes.c_uint32),
        ("nr_groups", ctypes.c_uint32),
        ("nr_devices", ctypes.c_uint32),
        ("user_jobs", ctypes.c_uint32),
        ("user_jobs_max", ctypes.c_uint32),
        ("user_groups", ctypes.c_uint32),
        ("user_groups_max", ctypes.c_uint32),
        ("cgroup_root", ctypes.c_uint64),
        ("cgroup_root_len", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class Depend(ctypes.Structure):
    _fields_ = [
        ("job", ctypes.c_uint64),
        ("kind", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class Estimate(ctypes.Structure):
    _fields_ = [
        ("basis", ctypes.c_uint32),
        ("violations", ctypes.c_uint32),
        ("low_ns", ctypes.c_uint64),
        ("high_ns", ctypes.c_uint64),
    ]


class Submit(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("group", ctypes.c_uint64),
        ("name", ctypes.c_uint64),
        ("group_len", ctypes.c_uint32),
        ("name_len", ctypes.c_uint32),
        ("resource_mask", ctypes.c_uint32),
        ("weight", ctypes.c_uint32),
        ("priority", ctypes.c_int32),
        ("cgroup_fd", ctypes.c_int32),
        ("expected_runtime_ns", ctypes.c_uint64),
        ("features", ctypes.c_uint64),
        ("nr_features", ctypes.c_uint32),
        ("leader", ctypes.c_int32),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("id", ctypes.c_uint64),
        ("fd", ctypes.c_int32),
        ("state", ctypes.c_uint32),
        ("start_ns", ctypes.c_uint64),
        ("grant", ctypes.c_uint64 * 16),
        ("why", Why),
        ("depends", ctypes.c_uint64),
        ("nr_depends", ctypes.c_uint32),
        ("depend_size", ctypes.c_uint32),
        ("deadline_ns", ctypes.c_uint64),
        ("gang", ctypes.c_uint64),
        ("gang_len", ctypes.c_uint32),
        ("gang_size", ctypes.c_uint32),
        ("estimate", Estimate),
        ("retries", ctypes.c_uint32),
        ("retry_factor", ctypes.c_uint32),
        ("max_runtime_ns", ctypes.c_uint64),
        ("command", ctypes.c_uint64),
        ("shape", ctypes.c_uint64),
        ("begin_ns", ctypes.c_uint64),
    ]


class JobOpen(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("fd", ctypes.c_int32),
        ("reserved", ctypes.c_uint32),
    ]


class Enter(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("timeout_ns", ctypes.c_uint64),
        ("why", Why),
    ]


class Wait(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("timeout_ns", ctypes.c_uint64),
        ("state_mask", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("epoch", ctypes.c_uint64),
    ]


class JobDevice(ctypes.Structure):
    _fields_ = [
        ("id", ctypes.c_uint32),
        ("milli", ctypes.c_uint32),
        ("memory", ctypes.c_uint64),
        ("memory_used", ctypes.c_uint64),
    ]


class Stat(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("group", ctypes.c_uint64),
        ("state", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("uid", ctypes.c_uint32),
        ("gid", ctypes.c_uint32),
        ("pid", ctypes.c_int32),
        ("priority", ctypes.c_int32),
        ("weight", ctypes.c_uint32),
        ("position", ctypes.c_uint32),
        ("resource_mask", ctypes.c_uint32),
        ("epoch", ctypes.c_uint64),
        ("expected_runtime_ns", ctypes.c_uint64),
        ("submit_ns", ctypes.c_uint64),
        ("admit_ns", ctypes.c_uint64),
        ("start_ns", ctypes.c_uint64),
        ("end_ns", ctypes.c_uint64),
        ("suspended_duration_ns", ctypes.c_uint64),
        ("cpu_duration_ns", ctypes.c_uint64),
        ("throttled_duration_ns", ctypes.c_uint64),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("grant", ctypes.c_uint64 * 16),
        ("use", ctypes.c_uint64 * 16),
        ("peak", ctypes.c_uint64 * 16),
        ("how", ctypes.c_uint8 * 16),
        ("devices", JobDevice * 16),
        ("nr_devices", ctypes.c_uint32),
        ("name_room", ctypes.c_uint32),
        ("name", ctypes.c_uint64),
        ("cgroup", ctypes.c_uint64),
        ("cgroup_room", ctypes.c_uint32),
        ("group_room", ctypes.c_uint32),
        ("group_path", ctypes.c_uint64),
        ("why", Why),
        ("depends", ctypes.c_uint64),
        ("nr_depends", ctypes.c_uint32),
        ("depend_size", ctypes.c_uint32),
        ("deadline_ns", ctypes.c_uint64),
        ("gang", ctypes.c_uint64),
        ("gang_room", ctypes.c_uint32),
        ("gang_size", ctypes.c_uint32),
        ("attempt", ctypes.c_uint32),
        ("retries", ctypes.c_uint32),
        ("retry_factor", ctypes.c_uint32),
        ("retry_kills", ctypes.c_uint32),
        ("retry_limit", ctypes.c_uint64),
        ("max_runtime_ns", ctypes.c_uint64),
        ("stop_ns", ctypes.c_uint64),
        ("estimated_runtime_ns", ctypes.c_uint64),
        ("most_runtime_ns", ctypes.c_uint64),
        ("estimated_source", ctypes.c_uint32),
        ("most_source", ctypes.c_uint32),
        ("begin_ns", ctypes.c_uint64),
    ]


class Update(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("resource_mask", ctypes.c_uint32),
        ("weight", ctypes.c_uint32),
        ("priority", ctypes.c_int32),
        ("reserved", ctypes.c_uint32),
        ("expected_runtime_ns", ctypes.c_uint64),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("why", Why),
        ("deadline_ns", ctypes.c_uint64),
        ("max_runtime_ns", ctypes.c_uint64),
        ("begin_ns", ctypes.c_uint64),
        ("name", ctypes.c_uint64),
        ("name_len", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
        ("before", ctypes.c_uint64),
    ]


class Signal(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("why", Why),
    ]


class Charge(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("device", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("bytes", ctypes.c_uint64),
        ("used", ctypes.c_uint64),
        ("why", Why),
    ]


class ExplainRow(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_uint32),
        ("resource", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("capacity", ctypes.c_uint64),
        ("activity", ctypes.c_uint64),
        ("price", ctypes.c_uint64),
        ("column", ctypes.c_uint64),
    ]


class Explain(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("rows", ctypes.c_uint64),
        ("nr_rows", ctypes.c_uint32),
        ("row_size", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
        ("weight", ctypes.c_uint32),
        ("x", ctypes.c_uint64),
        ("reduced_cost", ctypes.c_int64),
        ("price_shift", ctypes.c_uint32),
        ("cost_shift", ctypes.c_uint32),
        ("objective", ctypes.c_uint64 * 2),
        ("gap", ctypes.c_uint64 * 2),
        ("epoch", ctypes.c_uint64),
        ("position", ctypes.c_uint32),
        ("nr_jobs", ctypes.c_uint32),
        ("start_ns", ctypes.c_uint64),
        ("why", Why),
        ("deadline_ns", ctypes.c_uint64),
        ("end_ns", ctypes.c_uint64),
        ("estimate", Estimate),
        ("goal", ctypes.c_uint32),
        ("goal_set", ctypes.c_uint32),
        ("status", ctypes.c_uint32),
        ("bottleneck", ctypes.c_uint32),
        ("level", ctypes.c_uint64),
    ]


class Status(ctypes.Structure):
    _fields_ = [
        ("seq", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("epoch", ctypes.c_uint64),
        ("state", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("nr_resources", ctypes.c_uint32),
        ("nr_devices", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("updated_ns", ctypes.c_uint64),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("grant", ctypes.c_uint64 * 16),
        ("use", ctypes.c_uint64 * 16),
        ("pressure", ctypes.c_uint32 * 16),
        ("devices", JobDevice * 16),
        ("stop_ns", ctypes.c_uint64),
        ("pending", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
    ]


class GroupCreate(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("path", ctypes.c_uint64),
        ("path_len", ctypes.c_uint32),
        ("weight", ctypes.c_uint32),
        ("uid", ctypes.c_uint32),
        ("gid", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("why", Why),
    ]


class GroupRemove(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("path", ctypes.c_uint64),
        ("path_len", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("why", Why),
    ]


class GroupStat(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("path", ctypes.c_uint64),
        ("path_len", ctypes.c_uint32),
        ("name_room", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("full_path", ctypes.c_uint64),
        ("parent", ctypes.c_uint64),
        ("uid", ctypes.c_uint32),
        ("gid", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("weight", ctypes.c_uint32),
        ("nr_jobs", ctypes.c_uint32),
        ("nr_running", ctypes.c_uint32),
        ("nr_groups", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("limit", ctypes.c_uint64 * 16),
        ("effective", ctypes.c_uint64 * 16),
        ("charged", ctypes.c_uint64 * 16),
        ("granted", ctypes.c_uint64 * 16),
        ("use", ctypes.c_uint64 * 16),
        ("left", ctypes.c_uint64 * 16),
    ]


class Limit(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("path", ctypes.c_uint64),
        ("path_len", ctypes.c_uint32),
        ("resource_mask", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("weight", ctypes.c_uint32),
        ("pending", ctypes.c_uint32),
        ("limit", ctypes.c_uint64 * 16),
        ("effective", ctypes.c_uint64 * 16),
        ("binding", ctypes.c_uint64 * 16),
        ("use", ctypes.c_uint64 * 16),
        ("how", ctypes.c_uint8 * 16),
        ("why", Why),
        ("mode", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("max_runtime_ns", ctypes.c_uint64),
        ("effective_runtime_ns", ctypes.c_uint64),
        ("strict", ctypes.c_uint32),
        ("follows", ctypes.c_uint32),
    ]


class Policy(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("backfill", ctypes.c_uint32),
        ("objective", ctypes.c_uint32),
        ("guard", ctypes.c_uint32),
        ("guard_floor_ns", ctypes.c_uint64),
        ("quantum_ns", ctypes.c_uint64),
        ("aging_ns", ctypes.c_uint64),
        ("half_life_ns", ctypes.c_uint64),
        ("nr_guarded", ctypes.c_uint64),
        ("nr_preempted", ctypes.c_uint64),
        ("path", ctypes.c_uint64),
        ("path_len", ctypes.c_uint32),
        ("own", ctypes.c_uint32),
        ("nr_beyond", ctypes.c_uint64),
    ]


class Drain(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("start_ns", ctypes.c_uint64),
        ("reason", ctypes.c_uint64),
        ("reason_len", ctypes.c_uint32),
        ("uid", ctypes.c_uint32),
        ("nr_running", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class LpSolve(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("n", ctypes.c_uint32),
        ("m", ctypes.c_uint32),
        ("w", ctypes.c_uint64),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
        ("lo", ctypes.c_uint64),
        ("hi", ctypes.c_uint64),
        ("x", ctypes.c_uint64),
        ("y", ctypes.c_uint64),
        ("d", ctypes.c_uint64),
        ("timeout_duration_ns", ctypes.c_uint64),
        ("status", ctypes.c_uint32),
        ("iterations", ctypes.c_uint32),
        ("y_shift", ctypes.c_uint32),
        ("d_shift", ctypes.c_uint32),
        ("objective", ctypes.c_uint64 * 2),
        ("gap", ctypes.c_uint64 * 2),
        ("solve_duration_ns", ctypes.c_uint64),
        ("goal", ctypes.c_uint32),
        ("nr_resources", ctypes.c_uint32),
    ]


class ReplayRecord(ctypes.Structure):
    _fields_ = [
        ("submit_ns", ctypes.c_uint64),
        ("run_ns", ctypes.c_uint64),
        ("expected_runtime_ns", ctypes.c_uint64),
        ("group", ctypes.c_uint32),
        ("weight", ctypes.c_uint32),
        ("priority", ctypes.c_int32),
        ("resource_mask", ctypes.c_uint32),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("deadline_ns", ctypes.c_uint64),
        ("gang", ctypes.c_uint32),
        ("gang_size", ctypes.c_uint32),
        ("after", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
    ]


class ReplayDepend(ctypes.Structure):
    _fields_ = [
        ("record", ctypes.c_uint32),
        ("on", ctypes.c_uint32),
        ("kind", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class ReplayDrain(ctypes.Structure):
    _fields_ = [
        ("start_ns", ctypes.c_uint64),
        ("end_ns", ctypes.c_uint64),
    ]


class ReplayGroup(ctypes.Structure):
    _fields_ = [
        ("group", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("quantum_ns", ctypes.c_uint64),
    ]


class ReplayCall(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("backfill", ctypes.c_uint32),
        ("guard", ctypes.c_uint32),
        ("nr_records", ctypes.c_uint32),
        ("guard_floor_ns", ctypes.c_uint64),
        ("quantum_ns", ctypes.c_uint64),
        ("aging_ns", ctypes.c_uint64),
        ("half_life_ns", ctypes.c_uint64),
        ("resume_cost_ns", ctypes.c_uint64),
        ("records", ctypes.c_uint64),
        ("elastic", ctypes.c_uint32),
        ("sticky", ctypes.c_uint32),
        ("capacity", ctypes.c_uint64 * 16),
        ("timeout_duration_ns", ctypes.c_uint64),
        ("hash", ctypes.c_uint64),
        ("nr_decisions", ctypes.c_uint64),
        ("nr_events", ctypes.c_uint64),
        ("end_ns", ctypes.c_uint64),
        ("decide_duration_ns", ctypes.c_uint64),
        ("record_size", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("drains", ctypes.c_uint64),
        ("nr_drains", ctypes.c_uint32),
        ("nr_groups", ctypes.c_uint32),
        ("groups", ctypes.c_uint64),
        ("depends", ctypes.c_uint64),
        ("nr_depends", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
    ]


class Device(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("id", ctypes.c_uint32),
        ("pci_class", ctypes.c_uint32),
        ("pci_vendor", ctypes.c_uint16),
        ("pci_device", ctypes.c_uint16),
        ("pci_subvendor", ctypes.c_uint16),
        ("pci_subdevice", ctypes.c_uint16),
        ("pci_domain", ctypes.c_uint32),
        ("pci_bus", ctypes.c_uint8),
        ("pci_devfn", ctypes.c_uint8),
        ("reserved", ctypes.c_uint16),
        ("memory", ctypes.c_uint64),
        ("memory_charged", ctypes.c_uint64),
        ("memory_used", ctypes.c_uint64),
        ("milli", ctypes.c_uint32),
        ("milli_charged", ctypes.c_uint32),
        ("nr_jobs", ctypes.c_uint32),
        ("exclusive", ctypes.c_uint32),
        ("name", ctypes.c_char * 64),
    ]


class QueueingModel(ctypes.Structure):
    _fields_ = [
        ("violations", ctypes.c_uint64),
        ("l", ctypes.c_uint64),
        ("lq", ctypes.c_uint64),
        ("w_duration_ns", ctypes.c_uint64),
        ("wq_duration_ns", ctypes.c_uint64),
    ]


class Queueing(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("path", ctypes.c_uint64),
        ("path_len", ctypes.c_uint32),
        ("servers", ctypes.c_uint32),
        ("id", ctypes.c_uint64),
        ("elapsed_duration_ns", ctypes.c_uint64),
        ("arrivals", ctypes.c_uint64),
        ("starts", ctypes.c_uint64),
        ("ended", ctypes.c_uint64),
        ("withdrawn", ctypes.c_uint64),
        ("requeued", ctypes.c_uint64),
        ("waiting", ctypes.c_uint32),
        ("serving", ctypes.c_uint32),
        ("parked", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("l", ctypes.c_uint64),
        ("lq", ctypes.c_uint64),
        ("ls", ctypes.c_uint64),
        ("w_duration_ns", ctypes.c_uint64),
        ("wq_duration_ns", ctypes.c_uint64),
        ("arrival_rate", ctypes.c_uint64),
        ("service_rate", ctypes.c_uint64),
        ("gap_duration_ns", ctypes.c_uint64),
        ("gap_scv", ctypes.c_uint64),
        ("service_duration_ns", ctypes.c_uint64),
        ("service_scv", ctypes.c_uint64),
        ("drain", ctypes.c_uint64),
        ("recent_gap_duration_ns", ctypes.c_uint64),
        ("recent_service_duration_ns", ctypes.c_uint64),
        ("recent_wait_duration_ns", ctypes.c_uint64),
        ("estimated", ctypes.c_uint32),
        ("violations", ctypes.c_uint32),
        ("rho", ctypes.c_uint64),
        ("delay", ctypes.c_uint64),
        ("drift", ctypes.c_uint64),
        ("drift_limit", ctypes.c_uint64),
        ("mm1", QueueingModel),
        ("mmc", QueueingModel),
        ("ggc", QueueingModel),
        ("next_basis", ctypes.c_uint32),
        ("next_violations", ctypes.c_uint32),
        ("next_duration_ns", ctypes.c_uint64),
        ("next_low_duration_ns", ctypes.c_uint64),
        ("next_high_duration_ns", ctypes.c_uint64),
    ]


class PredictStep(ctypes.Structure):
    _fields_ = [
        ("asks", ctypes.c_uint32),
        ("above", ctypes.c_uint32),
        ("value", ctypes.c_uint64),
        ("threshold", ctypes.c_uint64),
    ]


class PredictCall(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("name", ctypes.c_uint64),
        ("features", ctypes.c_uint64),
        ("name_len", ctypes.c_uint32),
        ("nr_features", ctypes.c_uint32),
        ("command", ctypes.c_uint64),
        ("shape", ctypes.c_uint64),
        ("resource_mask", ctypes.c_uint32),
        ("expert", ctypes.c_uint32),
        ("expected_runtime_ns", ctypes.c_uint64),
        ("max_runtime_ns", ctypes.c_uint64),
        ("request", ctypes.c_uint64 * 16),
        ("run_duration_ns", ctypes.c_uint64),
        ("low_duration_ns", ctypes.c_uint64),
        ("high_duration_ns", ctypes.c_uint64),
        ("most_duration_ns", ctypes.c_uint64),
        ("nr_known", ctypes.c_uint32),
        ("nr_same", ctypes.c_uint32),
        ("nr_lessons", ctypes.c_uint64),
        ("nr_steps", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("guess", ctypes.c_uint64 * 16),
        ("weight", ctypes.c_uint32 * 16),
        ("step", PredictStep * 16),
    ]


class Attempt(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("number", ctypes.c_uint64),
        ("job", ctypes.c_uint64),
        ("group", ctypes.c_uint64),
        ("attempt", ctypes.c_uint32),
        ("uid", ctypes.c_uint32),
        ("gid", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("retried", ctypes.c_uint32),
        ("nr_queued", ctypes.c_uint32),
        ("nr_running", ctypes.c_uint32),
        ("resource_mask", ctypes.c_uint32),
        ("nr_features", ctypes.c_uint32),
        ("command", ctypes.c_uint64),
        ("shape", ctypes.c_uint64),
        ("submit_realtime_ns", ctypes.c_uint64),
        ("wait_duration_ns", ctypes.c_uint64),
        ("run_duration_ns", ctypes.c_uint64),
        ("suspended_duration_ns", ctypes.c_uint64),
        ("cpu_duration_ns", ctypes.c_uint64),
        ("expected_runtime_ns", ctypes.c_uint64),
        ("max_runtime_ns", ctypes.c_uint64),
        ("predicted_duration_ns", ctypes.c_uint64),
        ("predicted_low_duration_ns", ctypes.c_uint64),
        ("predicted_high_duration_ns", ctypes.c_uint64),
        ("predicted_most_duration_ns", ctypes.c_uint64),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("peak", ctypes.c_uint64 * 16),
        ("features", ctypes.c_int64 * 16),
        ("name", ctypes.c_char * 64),
    ]


class Record(ctypes.Structure):
    _fields_ = [
        ("present", ctypes.c_uint64),
        ("time_ns", ctypes.c_uint64),
        ("job", ctypes.c_uint64),
        ("group", ctypes.c_uint64),
        ("parent", ctypes.c_uint64),
        ("epoch", ctypes.c_uint64),
        ("path", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("event", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
        ("end", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("uid", ctypes.c_uint32),
        ("gid", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("pid", ctypes.c_int32),
        ("priority", ctypes.c_int32),
        ("weight", ctypes.c_uint32),
        ("position", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("mask", ctypes.c_uint32),
        ("device", ctypes.c_uint32),
        ("nr_jobs", ctypes.c_uint32),
        ("nr_running", ctypes.c_uint32),
        ("submit_ns", ctypes.c_uint64),
        ("admit_ns", ctypes.c_uint64),
        ("start_ns", ctypes.c_uint64),
        ("finish_ns", ctypes.c_uint64),
        ("cpu_duration_ns", ctypes.c_uint64),
        ("request", ctypes.c_uint64 * 16),
        ("limit", ctypes.c_uint64 * 16),
        ("grant", ctypes.c_uint64 * 16),
        ("use", ctypes.c_uint64 * 16),
        ("charged", ctypes.c_uint64 * 16),
        ("effective", ctypes.c_uint64 * 16),
        ("deadline_ns", ctypes.c_uint64),
        ("attempt", ctypes.c_uint32),
        ("drain_ns", ctypes.c_uint64),
        ("stop_ns", ctypes.c_uint64),
        ("left", ctypes.c_uint64 * 16),
        ("begin_ns", ctypes.c_uint64),
    ]


Struct = TypeVar("Struct", bound=ctypes.Structure)


def make(kind: Type[Struct]) -> Struct:
    """A struct of zeros that records its own size, as AIOS_INIT() makes it."""
    made = kind()
    made.size = ctypes.sizeof(kind)
    return made
