/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * aios: arbitration of one machine's resources among AI jobs.
 *
 * This is the whole ABI, the only header that the module and user space share.
 * Documentation/abi.rst explains every name below.
 *
 * /dev/aios takes the device calls and yields job file descriptors, which take
 * the job calls, poll() and mmap(). Every call passes a pointer to a struct
 * whose first field is its size, so that a struct can grow at its end:
 *
 *  - a size below the struct's first published version fails with EINVAL;
 *  - a longer struct is accepted when the unknown tail is zero, else E2BIG;
 *  - ENOTTY: the call is unknown to this file;
 *  - EOPNOTSUPP: a known field holds a value this machine or version does not
 *    support, EINVAL: a value that is wrong everywhere;
 *  - a field named "reserved" must be zero (EINVAL).
 *
 * A call that fails changes nothing. Where a struct has a "why", it is written
 * back on failure too and names the cause.
 *
 * Times are absolute CLOCK_MONOTONIC nanoseconds unless a name ends in
 * "_duration_ns". File descriptors are returned with O_CLOEXEC set.
 */
#ifndef _UAPI_LINUX_AIOS_H
#define _UAPI_LINUX_AIOS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define AIOS_ABI_VERSION	1

#define AIOS_DEVICE_NAME	"aios"

/* --------------------------------------------------------------- resources */

/* Number of slots in every per-resource array, used or not. */
#define AIOS_RESOURCE_MAX	16

#define AIOS_RESOURCE_CPU		0	/* milli-CPUs */
#define AIOS_RESOURCE_MEMORY		1	/* bytes */
#define AIOS_RESOURCE_GPU		2	/* milli-devices */
#define AIOS_RESOURCE_GPU_MEMORY	3	/* bytes */
#define AIOS_RESOURCE_IO		4	/* bytes per second */
#define AIOS_RESOURCE_NET		5	/* bytes per second */
#define AIOS_RESOURCE_PIDS		6	/* tasks */

/* A limit that does not bind; as a capacity: nothing on this machine bounds it. */
#define AIOS_UNLIMITED		(~0ULL)

/* aios_resource_info.flags */
#define AIOS_RESOURCE_ELASTIC	(1U << 0)	/* can be taken back at once */
#define AIOS_RESOURCE_STICKY	(1U << 1)	/* held while the job lives, suspended or not */
#define AIOS_RESOURCE_LIMIT_ONLY (1U << 2)	/* limited, never granted by the allocator */

/* How a limit holds on this machine: aios_resource_info.how and others */
#define AIOS_HOW_NONE		0	/* it cannot: setting it is an error */
#define AIOS_HOW_ENFORCED	1	/* the kernel stops the excess */
#define AIOS_HOW_COOPERATIVE	2	/* a library that the job loads stops it */
#define AIOS_HOW_ADVISORY	3	/* the job is told, nothing stops it */

struct aios_resource_info {
	__u32 id;
	__u32 flags;
	__u32 how;
	__u32 reserved;
	__u64 capacity;		/* of the machine, in the resource's unit */
	__u64 charged;		/* requests of all admitted jobs */
	__u64 granted;		/* grants of all admitted jobs, at least charged */
	char name[16];		/* "cpu", "gpu_memory", ... */
	char unit[16];		/* "milli", "bytes", "bytes/s", "tasks" */
};

/* ------------------------------------------------------------------- names */

#define AIOS_NAME_MAX		63	/* one component of a group's path; a job's name */
#define AIOS_PATH_MAX		1023	/* a whole group path, "/team/project" */
#define AIOS_DEPTH_MAX		16	/* components in a group path */
#define AIOS_FEATURES_MAX	16	/* features of a job */
#define AIOS_JOB_DEVICES_MAX	16	/* accelerators that one job can get */
#define AIOS_GANG_MAX		64	/* jobs that start together */
#define AIOS_RETRIES_MAX	16	/* times that a job is started again */

#define AIOS_RETRY_UNIT		1000	/* a factor of 1 */
#define AIOS_RETRY_FACTOR_DEFAULT 2000
#define AIOS_RETRY_FACTOR_MAX	16000

#define AIOS_WEIGHT_MIN		1
#define AIOS_WEIGHT_DEFAULT	100
#define AIOS_WEIGHT_MAX		10000

#define AIOS_PRIORITY_MIN	(-1000)
#define AIOS_PRIORITY_DEFAULT	0
#define AIOS_PRIORITY_MAX	1000	/* above the default: CAP_SYS_NICE or the group's owner */

/* -------------------------------------------------------- causes and states */

/* aios_why.code: what refused a call, or what a queued job waits for */
#define AIOS_WHY_NONE		0
#define AIOS_WHY_NEVER_FITS	1	/* resource of group can never hold the request */
#define AIOS_WHY_NOT_NOW	2	/* resource of group is taken at present */
#define AIOS_WHY_BEHIND		3	/* waits behind job "asked" */
#define AIOS_WHY_NOT_READY	4	/* no process waits in ENTER yet */
#define AIOS_WHY_UNENFORCEABLE	5	/* nothing on this machine holds a limit on resource */
#define AIOS_WHY_REQUEST_ABOVE_LIMIT 6	/* asked = request, available = limit */
#define AIOS_WHY_ABOVE_PARENT	7	/* a group's limit above that of its ancestor group */
#define AIOS_WHY_USER_BOUND	8	/* the caller's bound: asked = held, available = bound */
#define AIOS_WHY_NO_DEVICE	9	/* no free set of accelerators has this shape */
#define AIOS_WHY_NAME		10	/* malformed name or path; asked = offset in it */
#define AIOS_WHY_DEPTH		11	/* asked = depth, available = bound */
#define AIOS_WHY_VALUE		12	/* out of range; asked = value, available = bound */
#define AIOS_WHY_STATE		13	/* not in this state; asked = the state */
#define AIOS_WHY_PERMISSION	14	/* group does not let the caller */
#define AIOS_WHY_CGROUP		15	/* a cgroup operation failed; asked = errno */
#define AIOS_WHY_BUSY		16	/* group has asked jobs and available subgroups */
#define AIOS_WHY_ON_HOLD	17	/* kept back by command until it is released */
#define AIOS_WHY_DEPENDS	18	/* waits for job "asked", AIOS_DEPEND_* "available" */
#define AIOS_WHY_DEPENDS_NEVER	19	/* job "asked" cannot do that, or no longer */
#define AIOS_WHY_GANG		20	/* "asked" of "available" members are ready */
#define AIOS_WHY_DRAIN		21	/* would not end by "asked", when the machine drains */
#define AIOS_WHY_NEVER_GROWS	22	/* request "asked" cannot grow, limit "available" */

struct aios_why {
	__u32 code;		/* AIOS_WHY_* */
	__u32 resource;		/* AIOS_RESOURCE_*, where the code names one */
	__u64 group;		/* id of the group, where the code names one */
	__u64 asked;
	__u64 available;
};

/* A job's state */
#define AIOS_STATE_QUEUED	1
#define AIOS_STATE_ADMITTED	2	/* resources are charged, not entered yet */
#define AIOS_STATE_RUNNING	3
#define AIOS_STATE_SUSPENDED	4
#define AIOS_STATE_DONE		5	/* exit status 0 */
#define AIOS_STATE_FAILED	6
#define AIOS_STATE_CANCELLED	7

/* Why a job ended */
#define AIOS_END_NONE		0
#define AIOS_END_EXIT		1	/* code: exit status */
#define AIOS_END_SIGNAL		2	/* code: signal */
#define AIOS_END_OOM		3	/* exceeded its memory limit; code: processes killed */
#define AIOS_END_CANCELLED	4	/* code: uid of who cancelled */
#define AIOS_END_ABANDONED	5	/* its last descriptor was closed before ENTER */
#define AIOS_END_LOST		6	/* its cgroup was removed by somebody else */
#define AIOS_END_SETUP		7	/* its cgroup could not be set up; code: errno */
#define AIOS_END_DEPENDENCY	8	/* it could never start any more; why: which job */

/* ------------------------------------------------------------ device calls */

#define AIOS_IOC_TYPE		0xA9

/* AIOS_IOC_INFO: the version, the features and the table of resources. */

#define AIOS_FEATURE_CPU	(1ULL << 0)	/* cgroup controllers found at load */
#define AIOS_FEATURE_MEMORY	(1ULL << 1)
#define AIOS_FEATURE_IO		(1ULL << 2)
#define AIOS_FEATURE_PIDS	(1ULL << 3)
#define AIOS_FEATURE_PSI	(1ULL << 4)	/* pressure in the status page */
#define AIOS_FEATURE_KILL	(1ULL << 5)	/* cgroup.kill */

struct aios_info {
	__u32 size;
	__u32 abi_version;	/* out */
	__aligned_u64 resources; /* in: struct aios_resource_info[], or 0 */
	__u32 nr_resources;	/* in: room there; out: resources of this machine */
	__u32 resource_size;	/* in: sizeof(struct aios_resource_info) of the caller */
	__u64 features;		/* out: AIOS_FEATURE_* */
	__u64 epoch;		/* out: decisions taken since load */
	__u32 nr_queued;	/* out */
	__u32 nr_running;	/* out: admitted, running or suspended */
	__u32 nr_groups;	/* out, the root included */
	__u32 nr_devices;	/* out */
	__u32 user_jobs;	/* out: jobs that the caller's user holds */
	__u32 user_jobs_max;	/* out */
	__u32 user_groups;	/* out */
	__u32 user_groups_max;	/* out */
	__aligned_u64 cgroup_root; /* in: char[], or 0; out: path of the subtree, NUL-terminated */
	__u32 cgroup_root_len;	/* in: room there; out: needed, with the NUL; written if it fits */
	__u32 reserved;
};

/* aios_depend.kind: what job must have happened to before this one is considered */
#define AIOS_DEPEND_AFTER	1	/* it has been admitted, or has ended */
#define AIOS_DEPEND_AFTEROK	2	/* it has ended as AIOS_STATE_DONE */
#define AIOS_DEPEND_AFTERANY	3	/* it has ended */
#define AIOS_DEPEND_AFTERNOTOK	4	/* it has ended otherwise */

#define AIOS_DEPENDS_MAX	32	/* of one job */

struct aios_depend {
	__u64 job;		/* id of a job that the caller may see */
	__u32 kind;		/* AIOS_DEPEND_* */
	__u32 reserved;
};

/*
 * What an estimated start rests on. Where every run time that matters is known,
 * the present queue is played forward; else it is the queueing model of the group
 * or of one above it, whichever the job waits for longest.
 */
struct aios_estimate {
	__u32 basis;		/* AIOS_BASIS_*; AIOS_BASIS_NONE: the start is not known */
	__u32 violations;	/* AIOS_QUEUEING_*, that it suffers from */
	__u64 low_ns;		/* one in ten starts earlier; of AIOS_BASIS_FUTURE the start */
	__u64 high_ns;		/* one in ten starts later; likewise */
};

/* AIOS_IOC_SUBMIT: queue a job; yields its id and a file descriptor. */

#define AIOS_SUBMIT_DRY_RUN	(1U << 0)	/* decide, report, and change nothing */
#define AIOS_SUBMIT_STRICT	(1U << 1)	/* cap elastic resources at the grant */
#define AIOS_SUBMIT_EXCLUSIVE	(1U << 2)	/* share no accelerator */
#define AIOS_SUBMIT_ADOPT	(1U << 3)	/* govern the existing cgroup cgroup_fd */
#define AIOS_SUBMIT_HOLD	(1U << 4)	/* as AIOS_IOC_HOLD */
#define AIOS_SUBMIT_FLAGS	(AIOS_SUBMIT_DRY_RUN | AIOS_SUBMIT_STRICT | \
				 AIOS_SUBMIT_EXCLUSIVE | AIOS_SUBMIT_ADOPT | \
				 AIOS_SUBMIT_HOLD)

struct aios_submit {
	__u32 size;
	__u32 flags;		/* AIOS_SUBMIT_* */
	__aligned_u64 group;	/* char[group_len], a path; 0 and 0: "/" */
	__aligned_u64 name;	/* char[name_len], or 0 and 0 */
	__u32 group_len;
	__u32 name_len;
	__u32 resource_mask;	/* bit i: request[i] and limit[i] are stated */
	__u32 weight;		/* AIOS_WEIGHT_* */
	__s32 priority;		/* AIOS_PRIORITY_*, higher goes first */
	__s32 cgroup_fd;	/* AIOS_SUBMIT_ADOPT: directory in cgroup v2; else -1 */
	__u64 expected_runtime_ns; /* 0: unknown */
	__aligned_u64 features;	/* __s64[nr_features] for the predictor, or 0 */
	__u32 nr_features;
	__u32 reserved;
	__u64 request[AIOS_RESOURCE_MAX];	/* what it needs to start */
	__u64 limit[AIOS_RESOURCE_MAX];		/* what it can use, at least request */
	__u64 id;		/* out */
	__s32 fd;		/* out; -1 on a dry run */
	__u32 state;		/* out: QUEUED; dry run: ADMITTED if it fits now */
	__u64 start_ns;		/* out, dry run: estimated start, 0 when unknown */
	__u64 grant[AIOS_RESOURCE_MAX];		/* out, dry run: what it would get */
	struct aios_why why;	/* out */
	__aligned_u64 depends;	/* struct aios_depend[nr_depends], or 0 */
	__u32 nr_depends;	/* up to AIOS_DEPENDS_MAX */
	__u32 depend_size;	/* sizeof(struct aios_depend) of the caller */
	__u64 deadline_ns;	/* when it should have ended, for AIOS_POLICY_EDF; 0: none */
	__aligned_u64 gang;	/* char[gang_len], a name of the caller's in the group; or 0 */
	__u32 gang_len;
	__u32 gang_size;	/* jobs that start together, up to AIOS_GANG_MAX; 0: no gang */
	struct aios_estimate estimate; /* out, dry run: what start_ns rests on */
	__u32 retries;		/* after out of memory, up to AIOS_RETRIES_MAX; 0: none */
	__u32 retry_factor;	/* of the request for memory each time, 1/AIOS_RETRY_UNIT; or 0 */
};

/* AIOS_IOC_JOB_OPEN: a file descriptor for a job that the caller may see. */

struct aios_job_open {
	__u32 size;
	__u32 flags;		/* 0 */
	__u64 id;
	__s32 fd;		/* out */
	__u32 reserved;
};

/* AIOS_IOC_GROUP_CREATE, AIOS_IOC_GROUP_REMOVE */

struct aios_group_create {
	__u32 size;
	__u32 flags;		/* 0 */
	__aligned_u64 path;	/* char[path_len]; its parent exists */
	__u32 path_len;
	__u32 weight;
	__u32 uid;		/* owner; ~0: the caller */
	__u32 gid;		/* ~0: the caller's */
	__u32 mode;		/* r: see jobs, w: administer below, x: submit; ~0: 0750 */
	__u32 reserved;
	__u64 id;		/* out */
	struct aios_why why;	/* out */
};

struct aios_group_remove {
	__u32 size;
	__u32 flags;		/* 0 */
	__aligned_u64 path;
	__u32 path_len;
	__u32 reserved;
	struct aios_why why;	/* out */
};

/* AIOS_IOC_GROUP_STAT: one group by path, or by id when path_len is 0. */

struct aios_group_stat {
	__u32 size;
	__u32 flags;		/* 0 */
	__aligned_u64 path;	/* in: char[path_len] */
	__u32 path_len;
	__u32 name_room;	/* in: room at full_path */
	__u64 id;		/* in/out */
	__aligned_u64 full_path; /* out: NUL-terminated path, or 0 */
	__u64 parent;		/* out; 0 for the root's */
	__u32 uid;		/* out */
	__u32 gid;		/* out */
	__u32 mode;		/* out */
	__u32 weight;		/* out */
	__u32 nr_jobs;		/* out: not ended, directly in it */
	__u32 nr_running;	/* out: of these admitted, running or suspended */
	__u32 nr_groups;	/* out: directly below */
	__u32 reserved;
	__u64 limit[AIOS_RESOURCE_MAX];		/* out: its own */
	__u64 effective[AIOS_RESOURCE_MAX];	/* out: with its ancestors' */
	__u64 charged[AIOS_RESOURCE_MAX];	/* out: requests held below it */
	__u64 granted[AIOS_RESOURCE_MAX];	/* out: grants below it */
	__u64 use[AIOS_RESOURCE_MAX];		/* out: as last measured */
};

/* AIOS_IOC_LIMIT: set and read back the limits of a group or of a job. */

#define AIOS_LIMIT_JOB		(1U << 0)	/* the target is job "id", else group "path" */
#define AIOS_LIMIT_STRICT	(1U << 1)	/* cap elastic resources at the grant */
#define AIOS_LIMIT_WORK_CONSERVING (1U << 2)	/* the opposite: the default of a new group */
#define AIOS_LIMIT_FLAGS	(AIOS_LIMIT_JOB | AIOS_LIMIT_STRICT | \
				 AIOS_LIMIT_WORK_CONSERVING)

struct aios_limit {
	__u32 size;
	__u32 flags;		/* AIOS_LIMIT_* */
	__aligned_u64 path;	/* char[path_len] */
	__u32 path_len;
	__u32 resource_mask;	/* bit i: set limit[i]; 0: only read */
	__u64 id;		/* job's id in; out: the target's id */
	__u32 weight;		/* 0: leave; out: the weight */
	__u32 pending;		/* out: bit i: use is above the limit, lowered in steps */
	__u64 limit[AIOS_RESOURCE_MAX];		/* in/out: own limit */
	__u64 effective[AIOS_RESOURCE_MAX];	/* out: the smallest up to the root */
	__u64 binding[AIOS_RESOURCE_MAX];	/* out: group that binds; 0: the job itself */
	__u64 use[AIOS_RESOURCE_MAX];		/* out: as last measured */
	__u8 how[AIOS_RESOURCE_MAX];		/* out: AIOS_HOW_* */
	struct aios_why why;	/* out */
};

/*
 * AIOS_IOC_POLICY: show or switch what orders the queue and shares the surplus, and
 * the numbers that go with it. Setting needs CAP_SYS_ADMIN. EINVAL: a number out of
 * range; then nothing is set.
 */

#define AIOS_POLICY_PRIORITY	0	/* priority, then arrival */
#define AIOS_POLICY_FIFO	1	/* arrival */
#define AIOS_POLICY_SJF		2	/* shortest expected run time */
#define AIOS_POLICY_SAF		3	/* smallest area: expected run time times size */
#define AIOS_POLICY_F1		4	/* a fitted function of run time, size and arrival */
#define AIOS_POLICY_WFP3	5	/* (wait / expected run time)^3 * size, largest first */
#define AIOS_POLICY_SMALLEST	6	/* smallest size */
#define AIOS_POLICY_EDF		7	/* earliest deadline */
#define AIOS_POLICY_TETRIS	8	/* packing by alignment with what is free */
#define AIOS_POLICY_DRF		9	/* the group with the least dominant share */
#define AIOS_POLICY_FAIRSHARE	10	/* the group with the least decayed use */
#define AIOS_POLICY_RR		11	/* time slices; preempts, as the next two do */
#define AIOS_POLICY_LAS		12	/* least attained service */
#define AIOS_POLICY_SRTF	13	/* shortest remaining expected time */

#define AIOS_BACKFILL_NONE	0
#define AIOS_BACKFILL_EASY	1	/* never delays the head of the queue */
#define AIOS_BACKFILL_CONSERVATIVE 2	/* never delays any job ahead */

/* What the surplus is shared by, and AIOS_IOC_LP_SOLVE solves for. */
#define AIOS_OBJECTIVE_UTILITY	0	/* maximise the weighted sum of x */
#define AIOS_OBJECTIVE_MAXMIN	1	/* the least x over weight, then the next, ... */
#define AIOS_OBJECTIVE_DRF	2	/* likewise of dominant shares over weight */
#define AIOS_OBJECTIVE_PROPORTIONAL	3	/* maximise the weighted sum of log x */

#define AIOS_POLICY_SET_POLICY		(1U << 0)
#define AIOS_POLICY_SET_BACKFILL	(1U << 1)
#define AIOS_POLICY_SET_OBJECTIVE	(1U << 2)
#define AIOS_POLICY_SET_QUANTUM		(1U << 3)
#define AIOS_POLICY_SET_AGING		(1U << 4)
#define AIOS_POLICY_SET_HALF_LIFE	(1U << 5)
#define AIOS_POLICY_SET_GUARD		(1U << 6)	/* guard and guard_floor_ns */
#define AIOS_POLICY_SET_INHERIT		(1U << 7)	/* alone: a group has none of its own */
#define AIOS_POLICY_FLAGS	(AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL | \
				 AIOS_POLICY_SET_OBJECTIVE | AIOS_POLICY_SET_QUANTUM | \
				 AIOS_POLICY_SET_AGING | AIOS_POLICY_SET_HALF_LIFE | \
				 AIOS_POLICY_SET_GUARD)

#define AIOS_TUNING_TIME_MAX	(1ULL << 52)	/* ns, 52 days */
#define AIOS_QUANTUM_MIN_NS	1000000ULL
#define AIOS_GUARD_UNIT		1000U		/* once what FIFO would make it wait */
#define AIOS_GUARD_MAX		1000000U

struct aios_policy {
	__u32 size;
	__u32 flags;		/* AIOS_POLICY_SET_* */
	__u32 policy;		/* AIOS_POLICY_*; in and out */
	__u32 backfill;		/* AIOS_BACKFILL_* */
	__u32 objective;	/* AIOS_OBJECTIVE_* */
	__u32 guard;		/* in 1/AIOS_GUARD_UNIT, above 1, up to AIOS_GUARD_MAX; 0: none */
	__u64 guard_floor_ns;	/* the least wait that it multiplies */
	__u64 quantum_ns;	/* time slice, from AIOS_QUANTUM_MIN_NS */
	__u64 aging_ns;		/* wait that is worth one step of priority; 0: none */
	__u64 half_life_ns;	/* in which use counts half for fairshare; 0: never */
	__u64 nr_guarded;	/* out: jobs that the guard has let go first */
	__u64 nr_preempted;	/* out: times that the policy has frozen a job */
	__aligned_u64 path;	/* in: char[path_len]: of this group, not of the root; 0 and 0 */
	__u32 path_len;
	__u32 own;		/* out: AIOS_POLICY_SET_* that the group has of its own */
};

/* AIOS_IOC_DEVICE_ADD, _REMOVE, _SET, _GET: accelerators. */

#define AIOS_DEVICE_PCI		(1U << 0)	/* found on the PCI bus */
#define AIOS_DEVICE_DECLARED	(1U << 1)	/* by the administrator */
#define AIOS_DEVICE_OFFLINE	(1U << 2)	/* placed nothing on any more */
#define AIOS_DEVICE_GONE	(1U << 3)	/* unplugged while a job still holds it */

struct aios_device {
	__u32 size;
	__u32 flags;		/* AIOS_DEVICE_* */
	__u32 id;		/* GET in: the first at or after it, out: its id */
	__u32 pci_class;	/* 24 bits: class, subclass, interface */
	__u16 pci_vendor;
	__u16 pci_device;
	__u16 pci_subvendor;
	__u16 pci_subdevice;
	__u32 pci_domain;
	__u8 pci_bus;
	__u8 pci_devfn;
	__u16 reserved;
	__u64 memory;		/* bytes; 0: unknown, no gpu_memory can be requested on it */
	__u64 memory_charged;	/* requests, and use beyond them */
	__u64 memory_used;	/* as charged by AIOS_IOC_CHARGE */
	__u32 milli;		/* 1000 */
	__u32 milli_charged;
	__u32 nr_jobs;
	__u32 exclusive;	/* 1: a job has it to itself */
	char name[64];		/* NUL-terminated; declared devices only */
};

/* AIOS_IOC_LP_SOLVE: see Documentation/allocator.rst for formats and bounds. */

#define AIOS_LP_OPTIMAL		0	/* gap is within the tolerance */
#define AIOS_LP_CAPPED		1	/* feasible; iteration or time cap reached, gap is true */
#define AIOS_LP_INFEASIBLE	2	/* the lower bounds alone exceed b */

#define AIOS_LP_MAX_COLS	16384
#define AIOS_LP_MAX_ROWS	64

struct aios_lp_solve {
	__u32 size;
	__u32 flags;		/* 0 */
	__u32 n;		/* columns, 0 to AIOS_LP_MAX_COLS */
	__u32 m;		/* rows, 0 to AIOS_LP_MAX_ROWS */
	__aligned_u64 w;	/* __s64[n]: weights, below 2^40 */
	__aligned_u64 a;	/* __u64[m * n], by rows, below 2^62 */
	__aligned_u64 b;	/* __u64[m] */
	__aligned_u64 lo;	/* __u64[n] in 2^-24, or 0: all 0 */
	__aligned_u64 hi;	/* __u64[n] in 2^-24, or 0: all 1.0 */
	__aligned_u64 x;	/* out: __u64[n] in 2^-24 */
	__aligned_u64 y;	/* out: __u64[m] in 2^-y_shift, or 0: row prices */
	__aligned_u64 d;	/* out: __s64[n] in 2^-y_shift, or 0: reduced costs */
	__u64 timeout_duration_ns; /* 0: the module's bound */
	__u32 status;		/* out: AIOS_LP_* */
	__u32 iterations;	/* out */
	__u32 y_shift;		/* out: fraction bits of y and d */
	__u32 reserved;
	__u64 objective[2];	/* out: low and high half, 2^-24 */
	__u64 gap[2];		/* out: low and high half, certified, 2^-24 */
	__u64 solve_duration_ns; /* out */
	__u32 goal;		/* AIOS_OBJECTIVE_* */
	__u32 nr_resources;	/* drf: the first rows, whose shares count; 0: all */
};

/*
 * AIOS_IOC_QUEUEING: what queueing theory says of a group and all below it, as
 * measured since it was made; see Documentation/queueing.rst. Numbers without a
 * unit and rates per second are in 2^-32.
 */

#define AIOS_QUEUEING_ENDLESS	(~0ULL)	/* a mean that does not exist */

/* Assumptions that the measurement contradicts */
#define AIOS_QUEUEING_SAMPLES	(1U << 0)	/* too few jobs to tell */
#define AIOS_QUEUEING_RATE	(1U << 1)	/* the arrival rate is not stationary */
#define AIOS_QUEUEING_ARRIVALS	(1U << 2)	/* variation of arrivals far from 1 */
#define AIOS_QUEUEING_SERVICE	(1U << 3)	/* variation of service far from 1 */
#define AIOS_QUEUEING_LOAD	(1U << 4)	/* more arrives than can be done */
#define AIOS_QUEUEING_ONE_SERVER (1U << 5)	/* the model has one server only */
#define AIOS_QUEUEING_ORDER	(1U << 6)	/* by the policy, later arrivals can go first */

/* What an estimated wait rests on */
#define AIOS_BASIS_NONE		0	/* none: no job has ended yet */
#define AIOS_BASIS_STATE	1	/* the jobs that are ahead now */
#define AIOS_BASIS_MMC		2	/* M/M/c */
#define AIOS_BASIS_GGC		3	/* G/G/c */
#define AIOS_BASIS_FUTURE	4	/* the present queue, played by expected run times */

/* What a model expects; AIOS_QUEUEING_ENDLESS under AIOS_QUEUEING_LOAD. */
struct aios_queueing_model {
	__u64 violations;	/* AIOS_QUEUEING_*; 0: it can be believed */
	__u64 l;		/* mean number of jobs waiting or in service */
	__u64 lq;		/* mean number waiting */
	__u64 w_duration_ns;	/* mean time waiting and in service */
	__u64 wq_duration_ns;	/* mean time waiting */
};

struct aios_queueing {
	__u32 size;
	__u32 flags;		/* 0 */
	__aligned_u64 path;	/* in: char[path_len]; 0 and 0: by id */
	__u32 path_len;
	__u32 servers;		/* in: c, or 0: limits by mean request; out: as used */
	__u64 id;		/* in/out */
	__u64 elapsed_duration_ns; /* out: since it was made; so are all that follow */
	__u64 arrivals;		/* = waiting + serving + parked + ended + withdrawn */
	__u64 starts;
	__u64 ended;		/* jobs that ended in service */
	__u64 withdrawn;	/* jobs that ended otherwise */
	__u64 requeued;		/* suspensions and retries */
	__u32 waiting;		/* now: for room */
	__u32 serving;		/* now: admitted or running */
	__u32 parked;		/* now: not ready, or suspended */
	__u32 reserved;
	__u64 l;
	__u64 lq;
	__u64 ls;		/* mean number in service */
	__u64 w_duration_ns;	/* L by the arrival rate */
	__u64 wq_duration_ns;
	__u64 arrival_rate;
	__u64 service_rate;	/* of one busy server */
	__u64 gap_duration_ns;	/* mean time between arrivals */
	__u64 gap_scv;		/* squared coefficient of variation */
	__u64 service_duration_ns;
	__u64 service_scv;
	__u64 drain;		/* servers in effect while jobs waited, 0: none waited */
	__u64 recent_gap_duration_ns;
	__u64 recent_service_duration_ns;
	__u64 recent_wait_duration_ns;
	__u32 estimated;	/* 1: what follows up to ggc is known */
	__u32 violations;	/* of any model: AIOS_QUEUEING_* */
	__u64 rho;		/* work that arrives, per time and server */
	__u64 delay;		/* probability that a job waits */
	__u64 drift;		/* statistic of the test for a stationary rate */
	__u64 drift_limit;	/* above it the rate is not; 0: cannot be told */
	struct aios_queueing_model mm1;
	struct aios_queueing_model mmc;
	struct aios_queueing_model ggc;
	__u32 next_basis;	/* AIOS_BASIS_* of the wait of a job that came now */
	__u32 next_violations;	/* AIOS_QUEUEING_* */
	__u64 next_duration_ns;	/* mean */
	__u64 next_low_duration_ns;	/* one in ten waits less */
	__u64 next_high_duration_ns;	/* one in ten waits longer */
};

/*
 * AIOS_IOC_REPLAY: replay a recorded workload through the engine on a machine that
 * is described, not this one: what is queued and runs here does not notice. The
 * same workload through aiosctl simulate is decided in the same way, which the
 * hashes tell. EDEADLK: jobs are left that the machine can never start.
 */

#define AIOS_REPLAY_JOBS_MAX	10000
#define AIOS_REPLAY_GROUPS_MAX	256
#define AIOS_REPLAY_GANGS_MAX	1024
#define AIOS_REPLAY_DRAINS_MAX	64
#define AIOS_REPLAY_DEPENDS_MAX	40000

#define AIOS_REPLAY_ONE_BY_ONE	(1U << 0)	/* protocol p1: see scheduling.rst */
#define AIOS_REPLAY_FLAGS	AIOS_REPLAY_ONE_BY_ONE

#define AIOS_REPLAY_FAILS	(1U << 0)	/* of a record: it ends without success */

struct aios_replay_record {
	__u64 submit_ns;	/* not less than that of the record before */
	__u64 run_ns;		/* service that it needs */
	__u64 expected_runtime_ns; /* 0: unknown */
	__u32 group;		/* 0: the root, else a group of its own below it */
	__u32 weight;
	__s32 priority;
	__u32 resource_mask;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 deadline_ns;	/* 0: none */
	__u32 gang;		/* a number below AIOS_REPLAY_GANGS_MAX; 0: none */
	__u32 gang_size;
	__u32 after;		/* an earlier record, from 1, that must end first; 0: none */
	__u32 flags;		/* AIOS_REPLAY_FAILS */
};

/* A record waits for another. */
struct aios_replay_depend {
	__u32 record;		/* which waits, from 1; not below that of the one before */
	__u32 on;		/* an earlier one */
	__u32 kind;		/* AIOS_DEPEND_* */
	__u32 reserved;
};

/* From start_ns on nothing starts, as with AIOS_IOC_DRAIN. */
struct aios_replay_drain {
	__u64 start_ns;		/* of the workload's time; not before the end of the last */
	__u64 end_ns;		/* above start_ns; 0, of the last one: never */
};

/* A group that orders its own jobs. */
struct aios_replay_group {
	__u32 group;		/* as in a record, not 0, and once */
	__u32 flags;		/* AIOS_POLICY_SET_POLICY, AIOS_POLICY_SET_QUANTUM */
	__u32 policy;		/* AIOS_POLICY_* */
	__u32 reserved;
	__u64 quantum_ns;
};

struct aios_replay_call {
	__u32 size;
	__u32 flags;		/* AIOS_REPLAY_* */
	__u32 policy;		/* AIOS_POLICY_* */
	__u32 backfill;		/* AIOS_BACKFILL_* */
	__u32 guard;		/* these four as in struct aios_policy */
	__u32 nr_records;	/* up to AIOS_REPLAY_JOBS_MAX */
	__u64 guard_floor_ns;
	__u64 quantum_ns;
	__u64 aging_ns;
	__u64 half_life_ns;
	__u64 resume_cost_ns;	/* service that each resume costs */
	__aligned_u64 records;	/* struct aios_replay_record[nr_records] */
	__u32 elastic;		/* resources that the machine has, and of which kind */
	__u32 sticky;
	__u64 capacity[AIOS_RESOURCE_MAX]; /* gpu: that many thousandths, on devices */
	__u64 timeout_duration_ns; /* 0: the module's bound; ETIMEDOUT */
	__u64 hash;		/* out: of all decisions, their times and jobs */
	__u64 nr_decisions;	/* out */
	__u64 nr_events;	/* out: arrivals, ends and ticks */
	__u64 end_ns;		/* out: time of the last event */
	__u64 decide_duration_ns; /* out: how long it took */
	__u32 record_size;	/* bytes of a record; 0: those of its first version */
	__u32 reserved;
	__aligned_u64 drains;	/* struct aios_replay_drain[nr_drains] */
	__u32 nr_drains;	/* up to AIOS_REPLAY_DRAINS_MAX */
	__u32 nr_groups;	/* below AIOS_REPLAY_GROUPS_MAX */
	__aligned_u64 groups;	/* struct aios_replay_group[nr_groups] */
	__aligned_u64 depends;	/* struct aios_replay_depend[nr_depends] */
	__u32 nr_depends;	/* up to AIOS_REPLAY_DEPENDS_MAX, AIOS_DEPENDS_MAX of a record */
	__u32 reserved2;
};

/*
 * AIOS_IOC_DRAIN: from a time on no job starts, and before it none that is not
 * expected to end by then. Jobs that run go on. Setting needs CAP_SYS_ADMIN.
 */

#define AIOS_DRAIN_SET		(1U << 0)	/* drain from start_ns on, instead of before */
#define AIOS_DRAIN_CLEAR	(1U << 1)	/* no longer */
#define AIOS_DRAIN_FLAGS	(AIOS_DRAIN_SET | AIOS_DRAIN_CLEAR)

#define AIOS_REASON_MAX		255	/* bytes of a reason for people */

struct aios_drain {
	__u32 size;
	__u32 flags;		/* AIOS_DRAIN_*; 0: only show */
	__u64 start_ns;		/* in: 0: now; out: 0: the machine does not drain */
	__aligned_u64 reason;	/* set: char[reason_len]; else out: NUL-terminated; or 0 */
	__u32 reason_len;	/* set: its bytes; else room there */
	__u32 uid;		/* out: who has set it */
	__u32 nr_running;	/* out: jobs that hold resources */
	__u32 reserved;
};

#define AIOS_IOC_INFO		_IO(AIOS_IOC_TYPE, 0x00)
#define AIOS_IOC_SUBMIT		_IO(AIOS_IOC_TYPE, 0x01)
#define AIOS_IOC_JOB_OPEN	_IO(AIOS_IOC_TYPE, 0x02)
#define AIOS_IOC_GROUP_CREATE	_IO(AIOS_IOC_TYPE, 0x03)
#define AIOS_IOC_GROUP_REMOVE	_IO(AIOS_IOC_TYPE, 0x04)
#define AIOS_IOC_GROUP_STAT	_IO(AIOS_IOC_TYPE, 0x05)
#define AIOS_IOC_LIMIT		_IO(AIOS_IOC_TYPE, 0x06)
#define AIOS_IOC_POLICY		_IO(AIOS_IOC_TYPE, 0x07)
#define AIOS_IOC_DEVICE_ADD	_IO(AIOS_IOC_TYPE, 0x08)
#define AIOS_IOC_DEVICE_REMOVE	_IO(AIOS_IOC_TYPE, 0x09)
#define AIOS_IOC_DEVICE_SET	_IO(AIOS_IOC_TYPE, 0x0a)
#define AIOS_IOC_DEVICE_GET	_IO(AIOS_IOC_TYPE, 0x0b)
#define AIOS_IOC_LP_SOLVE	_IO(AIOS_IOC_TYPE, 0x0c)
#define AIOS_IOC_QUEUEING	_IO(AIOS_IOC_TYPE, 0x0d)
#define AIOS_IOC_REPLAY		_IO(AIOS_IOC_TYPE, 0x0e)
#define AIOS_IOC_DRAIN		_IO(AIOS_IOC_TYPE, 0x0f)

/* --------------------------------------------------------------- job calls */

/*
 * AIOS_IOC_ENTER: make the calling process the job. Blocks, interruptibly,
 * until the job is admitted, moves the caller's thread group into the job's
 * cgroup and returns; the caller then calls exec. EBUSY: another process is
 * entering or has entered. EALREADY: the caller has. ECANCELED: it ended.
 */

struct aios_enter {
	__u32 size;
	__u32 flags;		/* 0 */
	__u64 timeout_ns;	/* 0: none; ETIMEDOUT */
	struct aios_why why;	/* out */
};

/* AIOS_IOC_WAIT: until the job's state is one of state_mask, or it has ended. */

struct aios_wait {
	__u32 size;
	__u32 flags;		/* 0 */
	__u64 timeout_ns;	/* 0: none; ETIMEDOUT */
	__u32 state_mask;	/* bit AIOS_STATE_*; 0: its end */
	__u32 state;		/* out */
	__u32 end;		/* out: AIOS_END_* */
	__u32 code;		/* out: see AIOS_END_* */
	__u64 epoch;		/* out */
};

/* AIOS_IOC_STAT: all there is to know of a job. */

struct aios_job_device {
	__u32 id;		/* of struct aios_device */
	__u32 milli;		/* granted share of it */
	__u64 memory;		/* requested bytes on it */
	__u64 memory_used;	/* charged bytes on it */
};

#define AIOS_JOB_STRICT		(1U << 0)
#define AIOS_JOB_EXCLUSIVE	(1U << 1)
#define AIOS_JOB_ADOPTED	(1U << 2)
#define AIOS_JOB_READY		(1U << 3)	/* a process waits in ENTER */
#define AIOS_JOB_THROTTLED	(1U << 4)	/* its memory use is above its grant */
#define AIOS_JOB_PREEMPTED	(1U << 5)	/* frozen by the policy, until it is its turn */
#define AIOS_JOB_GUARDED	(1U << 6)	/* has waited too long: it goes first */
#define AIOS_JOB_ON_HOLD	(1U << 7)	/* not considered until it is released */

struct aios_stat {
	__u32 size;
	__u32 flags;		/* out: AIOS_JOB_* */
	__u64 id;		/* all out from here on, but for the two buffers */
	__u64 group;
	__u32 state;
	__u32 end;
	__u32 code;
	__u32 uid;
	__u32 gid;
	__s32 pid;		/* who entered, in the caller's pid namespace; 0: none */
	__s32 priority;
	__u32 weight;
	__u32 position;		/* in the queue from 1; 0: not queued */
	__u32 resource_mask;	/* resources that the job stated */
	__u64 epoch;		/* of the last change */
	__u64 expected_runtime_ns;
	__u64 submit_ns;
	__u64 admit_ns;		/* 0: not yet; likewise below */
	__u64 start_ns;
	__u64 end_ns;
	__u64 suspended_duration_ns;
	__u64 cpu_duration_ns;	/* CPU time used */
	__u64 throttled_duration_ns; /* time throttled by cpu.max */
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 grant[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u64 peak[AIOS_RESOURCE_MAX];
	__u8 how[AIOS_RESOURCE_MAX];
	struct aios_job_device devices[AIOS_JOB_DEVICES_MAX];
	__u32 nr_devices;
	__u32 name_room;	/* in: room at name */
	__aligned_u64 name;	/* in: char[]; out: NUL-terminated; or 0 */
	__aligned_u64 cgroup;	/* in: char[]; out: NUL-terminated path; or 0 */
	__u32 cgroup_room;	/* in: room at cgroup */
	__u32 group_room;	/* in: room at group_path */
	__aligned_u64 group_path; /* in: char[]; out: NUL-terminated path; or 0 */
	struct aios_why why;	/* what a queued job waits for */
	__aligned_u64 depends;	/* in: struct aios_depend[], or 0 */
	__u32 nr_depends;	/* in: room there; out: how many it was submitted with */
	__u32 depend_size;	/* in: sizeof(struct aios_depend) of the caller */
	__u64 deadline_ns;	/* 0: none */
	__aligned_u64 gang;	/* in: char[]; out: NUL-terminated, "" for none; or 0 */
	__u32 gang_room;	/* in: room at gang */
	__u32 gang_size;	/* 0: no gang */
	__u32 attempt;		/* from 1; one more after each retry */
	__u32 retries;		/* that are left */
	__u32 retry_factor;	/* in 1/AIOS_RETRY_UNIT; 0: submitted without retries */
	__u32 retry_kills;	/* processes killed out of memory in attempts before this one */
	__u64 retry_limit;	/* up to which the request for memory grows */
};

/* AIOS_IOC_UPDATE: change a live job. What resource_mask and set omit stays. */

#define AIOS_UPDATE_WEIGHT	(1U << 0)
#define AIOS_UPDATE_PRIORITY	(1U << 1)
#define AIOS_UPDATE_RUNTIME	(1U << 2)
#define AIOS_UPDATE_DEADLINE	(1U << 3)
#define AIOS_UPDATE_FLAGS	(AIOS_UPDATE_WEIGHT | AIOS_UPDATE_PRIORITY | \
				 AIOS_UPDATE_RUNTIME | AIOS_UPDATE_DEADLINE)

struct aios_update {
	__u32 size;
	__u32 flags;		/* AIOS_UPDATE_* */
	__u32 resource_mask;	/* bit i: set request[i] and limit[i] */
	__u32 weight;
	__s32 priority;
	__u32 reserved;
	__u64 expected_runtime_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	struct aios_why why;	/* out */
	__u64 deadline_ns;	/* 0: none */
};

/*
 * AIOS_IOC_SUSPEND, AIOS_IOC_RESUME, AIOS_IOC_CANCEL; AIOS_IOC_HOLD: a queued job
 * keeps its place by arrival and is not considered until AIOS_IOC_RELEASE.
 */

struct aios_signal {
	__u32 size;
	__u32 flags;		/* 0 */
	struct aios_why why;	/* out */
};

/* AIOS_IOC_CHARGE, AIOS_IOC_UNCHARGE: accelerator memory that the job takes and gives back. */

struct aios_charge {
	__u32 size;
	__u32 flags;		/* 0 */
	__u32 device;		/* id of one of the job's devices */
	__u32 reserved;
	__u64 bytes;
	__u64 used;		/* out: charged by this job on this device */
	struct aios_why why;	/* out: whose limit refused (ENOMEM) */
};

/*
 * AIOS_IOC_EXPLAIN: why the job has what it has. For a running job the dual
 * solution of the last decision: an optimal x is at its upper bound where the
 * reduced cost is positive, at its lower bound where it is negative.
 */

#define AIOS_ROW_MACHINE	0	/* capacity of a resource */
#define AIOS_ROW_GROUP		1	/* limit of a group on a resource */
#define AIOS_ROW_DEVICE		2	/* one accelerator; id: of the device */

struct aios_explain_row {
	__u32 kind;		/* AIOS_ROW_* */
	__u32 resource;
	__u64 id;		/* of the group or of the device */
	__u64 capacity;		/* b: what is left when every request is held */
	__u64 activity;		/* (A x): what the grants take of it */
	__u64 price;		/* y, weight per unit in 2^-price_shift; 0: does not bind */
	__u64 column;		/* a: limit - request of this job in this row */
};

struct aios_explain {
	__u32 size;
	__u32 flags;		/* 0 */
	__aligned_u64 rows;	/* in: struct aios_explain_row[], or 0 */
	__u32 nr_rows;		/* in: room there; out: rows that the job's column meets */
	__u32 row_size;		/* in: sizeof(struct aios_explain_row) of the caller */
	__u32 state;		/* out */
	__u32 weight;		/* out */
	__u64 x;		/* out: position between request and limit, 2^-24 */
	__s64 reduced_cost;	/* out: weight - sum of price * column, 2^-cost_shift */
	__u32 price_shift;	/* out */
	__u32 cost_shift;	/* out */
	__u64 objective[2];	/* out: of the decision, 2^-24 */
	__u64 gap[2];		/* out: its certified gap, 2^-24 */
	__u64 epoch;		/* out: the decision */
	__u32 position;		/* out: in the queue from 1; 0: not queued */
	__u32 nr_jobs;		/* out: jobs in the decision */
	__u64 start_ns;		/* out: estimated start of a queued job; 0: unknown */
	struct aios_why why;	/* out: what a queued job waits for */
	__u64 deadline_ns;	/* out: 0: none */
	__u64 end_ns;		/* out: expected end of a live job; 0: unknown */
	struct aios_estimate estimate; /* out: what start_ns rests on */
	__u32 goal;		/* out: AIOS_OBJECTIVE_* that the decision was made for */
	__u32 goal_set;		/* out: the one that is set; another: it was not proven */
	__u32 status;		/* out: AIOS_LP_* of the decision */
	__u32 bottleneck;	/* out: index of the row that holds it back; nr_rows: none */
	__u64 level;		/* out: of maxmin and drf, per 100 of weight, 2^-24 */
};

#define AIOS_IOC_ENTER		_IO(AIOS_IOC_TYPE, 0x40)
#define AIOS_IOC_WAIT		_IO(AIOS_IOC_TYPE, 0x41)
#define AIOS_IOC_STAT		_IO(AIOS_IOC_TYPE, 0x42)
#define AIOS_IOC_UPDATE		_IO(AIOS_IOC_TYPE, 0x43)
#define AIOS_IOC_SUSPEND	_IO(AIOS_IOC_TYPE, 0x44)
#define AIOS_IOC_RESUME		_IO(AIOS_IOC_TYPE, 0x45)
#define AIOS_IOC_CANCEL		_IO(AIOS_IOC_TYPE, 0x46)
#define AIOS_IOC_CHARGE		_IO(AIOS_IOC_TYPE, 0x47)
#define AIOS_IOC_UNCHARGE	_IO(AIOS_IOC_TYPE, 0x48)
#define AIOS_IOC_EXPLAIN	_IO(AIOS_IOC_TYPE, 0x49)
#define AIOS_IOC_HOLD		_IO(AIOS_IOC_TYPE, 0x4a)
#define AIOS_IOC_RELEASE	_IO(AIOS_IOC_TYPE, 0x4b)

/*
 * The status page: mmap() one page of a job's file descriptor, read-only and
 * at offset 0. seq is odd while the kernel writes; read it, the fields, and it
 * again, with acquire barriers, until both are equal and even.
 *
 * poll() on a job's file descriptor: POLLIN after any change of state or grant
 * since this descriptor's last AIOS_IOC_STAT, AIOS_IOC_WAIT or read(), which
 * yields the epoch as a __u64; POLLHUP once the job has ended.
 */
struct aios_status {
	__u32 seq;
	__u32 size;		/* bytes of this struct that the kernel fills */
	__u64 id;
	__u64 epoch;
	__u32 state;
	__u32 end;
	__u32 code;
	__u32 nr_resources;
	__u32 nr_devices;
	__u32 reserved;
	__u64 updated_ns;	/* when use and pressure were measured */
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 grant[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u32 pressure[AIOS_RESOURCE_MAX];	/* share of time stalled, 10 s, in 1/100 % */
	struct aios_job_device devices[AIOS_JOB_DEVICES_MAX];
};

/* ------------------------------------------------------- generic netlink */

#define AIOS_GENL_NAME		"aios"
#define AIOS_GENL_VERSION	1
#define AIOS_GENL_EVENTS	"events"	/* multicast group of all events: CAP_SYS_ADMIN */

/* Commands */
#define AIOS_CMD_JOB_GET	1	/* dump */
#define AIOS_CMD_GROUP_GET	2	/* dump */
#define AIOS_CMD_EVENT		3	/* multicast, or to a subscriber; his seq counts up by 1 */
#define AIOS_CMD_SUBSCRIBE	4	/* do: get the events that the sender may see, by unicast */

/* AIOS_A_EVENT: what happened */
#define AIOS_EVENT_SUBMITTED	1
#define AIOS_EVENT_ADMITTED	2
#define AIOS_EVENT_STARTED	3
#define AIOS_EVENT_GRANTED	4	/* the grant changed */
#define AIOS_EVENT_SUSPENDED	5
#define AIOS_EVENT_RESUMED	6
#define AIOS_EVENT_ENDED	7	/* with AIOS_A_END and AIOS_A_CODE */
#define AIOS_EVENT_LIMIT	8	/* limits or weight of a job or group changed */
#define AIOS_EVENT_OOM		9	/* a process of the job was killed out of memory */
#define AIOS_EVENT_GROUP_CREATED 10
#define AIOS_EVENT_GROUP_REMOVED 11
#define AIOS_EVENT_DEVICE	12	/* an accelerator came, changed or went: AIOS_A_DEVICE */
#define AIOS_EVENT_HELD		13	/* put on hold */
#define AIOS_EVENT_RELEASED	14	/* from hold */
#define AIOS_EVENT_RETRIED	15	/* ran out of memory, and is queued with a larger request */
#define AIOS_EVENT_DRAIN	16	/* a drain was announced, or is over: AIOS_A_DRAIN */

/* Attributes. Arrays are AIOS_RESOURCE_MAX times u64. */
#define AIOS_A_UNSPEC		0
#define AIOS_A_PAD		1
#define AIOS_A_EVENT		2	/* u32 */
#define AIOS_A_TIME		3	/* u64, ns */
#define AIOS_A_JOB		4	/* u64, id */
#define AIOS_A_GROUP		5	/* u64, id */
#define AIOS_A_PATH		6	/* string, the group's path */
#define AIOS_A_NAME		7	/* string, the job's name */
#define AIOS_A_STATE		8	/* u32 */
#define AIOS_A_END		9	/* u32 */
#define AIOS_A_CODE		10	/* u32 */
#define AIOS_A_UID		11	/* u32 */
#define AIOS_A_GID		12	/* u32 */
#define AIOS_A_PID		13	/* s32 */
#define AIOS_A_PRIORITY		14	/* s32 */
#define AIOS_A_WEIGHT		15	/* u32 */
#define AIOS_A_POSITION		16	/* u32 */
#define AIOS_A_FLAGS		17	/* u32, AIOS_JOB_* */
#define AIOS_A_MASK		18	/* u32, resources stated */
#define AIOS_A_REQUEST		19	/* array */
#define AIOS_A_LIMIT		20	/* array */
#define AIOS_A_GRANT		21	/* array; of a group: of all its jobs */
#define AIOS_A_USE		22	/* array */
#define AIOS_A_CHARGED		23	/* array, groups */
#define AIOS_A_EFFECTIVE	24	/* array, groups */
#define AIOS_A_SUBMIT		25	/* u64, ns */
#define AIOS_A_ADMIT		26	/* u64, ns */
#define AIOS_A_START		27	/* u64, ns */
#define AIOS_A_FINISH		28	/* u64, ns */
#define AIOS_A_CPU		29	/* u64, ns of CPU time */
#define AIOS_A_DEVICE		30	/* u32, id */
#define AIOS_A_PARENT		31	/* u64, id of a group's parent */
#define AIOS_A_MODE		32	/* u32 */
#define AIOS_A_JOBS		33	/* u32, jobs in a group */
#define AIOS_A_RUNNING		34	/* u32, running jobs in a group */
#define AIOS_A_EPOCH		35	/* u64 */
#define AIOS_A_DEADLINE		36	/* u64, ns; 0: none */
#define AIOS_A_ATTEMPT		37	/* u32, from 1 */
#define AIOS_A_DRAIN		38	/* u64, ns: when nothing starts any more; 0: no drain */
#define AIOS_A_MAX		38

#endif /* _UAPI_LINUX_AIOS_H */
