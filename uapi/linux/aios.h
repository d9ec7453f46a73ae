/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * aios: arbitration of one machine's resources among AI jobs.
 *
 * This is the whole ABI, the only header that the module and user space share.
 * What all calls have in common comes first, then the constants that several of
 * them use, then each call: its constants, its struct, its contract and its number
 * stand together, family by family. Documentation/abi.rst has the same order and
 * says at more length what the calls do.
 */
#ifndef _UAPI_LINUX_AIOS_H
#define _UAPI_LINUX_AIOS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* ----------------------------------------------------------------- general */

/**
 * DOC: Files and numbers
 *
 * /dev/aios takes the device calls, whose numbers are below 0x40. Two of them yield
 * a job file descriptor, which takes the job calls, from 0x40 on, and poll(),
 * read() and mmap(). What a job file descriptor allows is decided when it is made:
 * it controls the job, or it only shows it. Whoever holds it later has the same
 * rights, and it can be inherited and passed over a socket.
 *
 * A number is never given twice, and a field never changes its place. Numbers of
 * calls carry no size, since structs grow.
 */

/**
 * DOC: Structs
 *
 * Every call passes a pointer to its struct. The first field, size, is the number
 * of bytes that the caller knows of:
 *
 *  - a size below that of the struct's first published version fails with EINVAL;
 *  - a longer struct is accepted when the tail that the kernel does not know is
 *    zero, and fails with E2BIG otherwise; the kernel leaves that tail as it is;
 *  - what a shorter struct lacks counts as zero, and is not written back.
 *
 * The comment at each struct that has grown says where its first version ended.
 * Layouts are the same for 32-bit and 64-bit programs. Pointers are 64-bit fields;
 * 0 is no pointer. A string is passed as its address and its length without a NUL,
 * and comes back with a NUL. An array whose elements can grow comes with the size
 * of one element that the caller knows.
 *
 * A field named "reserved" must be zero. A field marked "out" is written when the
 * call succeeds, and its value before that does not matter. All others are read.
 */

/**
 * DOC: Errors
 *
 * A call returns 0, or -1 with errno set. Beside the errors that stand at each
 * call, every call can fail with:
 *
 *  - ENOTTY: this file does not know the call;
 *  - E2BIG: the caller's struct is longer than the kernel's, and its tail is not
 *    zero;
 *  - EOPNOTSUPP: a known field has a value that this machine or this version does
 *    not support;
 *  - EINVAL: a field has a value that is wrong everywhere, a reserved field is not
 *    zero, a flag is not defined, or the struct is too short;
 *  - EFAULT: the struct, or what it points to, cannot be read or written;
 *  - ENOMEM: there is no memory;
 *  - EINTR: a signal came while the call waited.
 *
 * A call that fails has changed nothing. Where a call reports a cause, its why is
 * written back on failure as well, unless the struct itself was refused; it is all
 * zero when the errno says everything. The why of AIOS_IOC_STAT and
 * AIOS_IOC_EXPLAIN tells of the job, and is written on success alone.
 *
 * Where the text at a call does not say that it waits, it waits for nothing but
 * the module's own locks. A signal ends that too, before anything has been done,
 * so that the call can be repeated as it was.
 */

/**
 * DOC: Times, amounts and descriptors
 *
 * A time is in nanoseconds of CLOCK_MONOTONIC, absolute unless a name ends in
 * "_duration_ns", and below 2^62. An amount is in its resource's unit, and below
 * 2^56 unless it is AIOS_UNLIMITED. Fixed-point numbers say their fraction bits:
 * "in 2^-24" means that 1 << 24 is 1.
 *
 * A file descriptor is returned with O_CLOEXEC set. It is installed only when
 * nothing can fail any more.
 */

/* It changes only if a call were to change its meaning; structs grow without it. */
#define AIOS_ABI_VERSION	1

#define AIOS_DEVICE_NAME	"aios"

/* The type of all calls, device calls and job calls. */
#define AIOS_IOC_TYPE		0xA9

/* --------------------------------------------------------------- resources */

/*
 * Every per-resource array has this number of slots, used or not. Bit i of a mask
 * of resources is for slot i.
 */
#define AIOS_RESOURCE_MAX	16

/* The unit of each resource stands beside it. */
#define AIOS_RESOURCE_CPU		0	/* milli-CPUs */
#define AIOS_RESOURCE_MEMORY		1	/* bytes */
#define AIOS_RESOURCE_GPU		2	/* milli-devices */
#define AIOS_RESOURCE_GPU_MEMORY	3	/* bytes */
#define AIOS_RESOURCE_IO		4	/* bytes per second */
#define AIOS_RESOURCE_NET		5	/* bytes per second */
#define AIOS_RESOURCE_PIDS		6	/* tasks */
#define AIOS_RESOURCE_SWAP		7	/* bytes */
#define AIOS_RESOURCE_HUGE_PAGES	8	/* bytes of each size */

/* As a limit it does not bind; as a capacity it says that nothing bounds the resource. */
#define AIOS_UNLIMITED		(~0ULL)

/*
 * The kind of a resource: aios_resource_info.flags has one of these. What is sticky is
 * held by a suspended job too; what is elastic it gives back.
 */
#define AIOS_RESOURCE_ELASTIC	(1U << 0)	/* It can be taken back at once. */
#define AIOS_RESOURCE_STICKY	(1U << 1)	/* A job holds it while it lives. */
#define AIOS_RESOURCE_LIMIT_ONLY (1U << 2)	/* It is limited, and never granted. */

/* How a limit on a resource holds on this machine. */
#define AIOS_HOW_NONE		0	/* It cannot hold, and to state it is an error. */
#define AIOS_HOW_ENFORCED	1	/* The kernel stops the excess. */
#define AIOS_HOW_COOPERATIVE	2	/* A library that the job loads stops it. */
#define AIOS_HOW_ADVISORY	3	/* The job is told, and nothing stops it. */

/**
 * struct aios_resource_info - one line of the table that AIOS_IOC_INFO fills
 * @id: out: AIOS_RESOURCE_*
 * @flags: out: the kind, one of AIOS_RESOURCE_ELASTIC, AIOS_RESOURCE_STICKY and
 *	AIOS_RESOURCE_LIMIT_ONLY
 * @how: out: AIOS_HOW_*
 * @reserved: out: 0
 * @capacity: out: what the machine has, in the resource's unit, or AIOS_UNLIMITED
 * @charged: out: the sum of the requests of all admitted jobs, and of use beyond
 *	them
 * @granted: out: the sum of their grants, at least @charged
 * @name: out: NUL-terminated, for people and for JSON: "cpu", "gpu_memory"
 * @unit: out: NUL-terminated: "milli", "bytes", "bytes/s" or "tasks"
 */
struct aios_resource_info {
	__u32 id;
	__u32 flags;
	__u32 how;
	__u32 reserved;
	__u64 capacity;
	__u64 charged;
	__u64 granted;
	char name[16];
	char unit[16];
};

/* -------------------------------------------------------- names and bounds */

#define AIOS_NAME_MAX		63	/* bytes of a job's name, or of one component of a path */
#define AIOS_PATH_MAX		1023	/* bytes of a group's path, such as "/team/project" */
#define AIOS_DEPTH_MAX		16	/* components of a group's path */
#define AIOS_FEATURES_MAX	16	/* numbers that describe a job to the predictor */
#define AIOS_JOB_DEVICES_MAX	16	/* accelerators that one job can get */
#define AIOS_GANG_MAX		64	/* jobs of one gang */
#define AIOS_RETRIES_MAX	16	/* times that one job is started again */

/* The factor by which a request for memory grows with each retry, in 1/AIOS_RETRY_UNIT. */
#define AIOS_RETRY_UNIT		1000
#define AIOS_RETRY_FACTOR_DEFAULT 2000
#define AIOS_RETRY_FACTOR_MAX	16000

/* The weight of a job or of a group when the surplus is shared. */
#define AIOS_WEIGHT_MIN		1
#define AIOS_WEIGHT_DEFAULT	100
#define AIOS_WEIGHT_MAX		10000

/*
 * The priority of a job in the queue; the higher one goes first. Above the default
 * it takes CAP_SYS_NICE, or the right to administer the job's group.
 */
#define AIOS_PRIORITY_MIN	(-1000)
#define AIOS_PRIORITY_DEFAULT	0
#define AIOS_PRIORITY_MAX	1000

/* ------------------------------------------------------------------ causes */

/*
 * What refused a call, or what a queued job waits for. A comment names the fields of
 * struct aios_why that the cause uses; the others are 0. So is the number of a job that
 * the caller may not see and has not given himself.
 */
#define AIOS_WHY_NONE		0	/* There is no cause, or the errno says it. */
#define AIOS_WHY_NEVER_FITS	1	/* "group" never has as much of "resource" as is asked. */
#define AIOS_WHY_NOT_NOW	2	/* "group", 0 for the job, has too little of it free. */
#define AIOS_WHY_BEHIND		3	/* It could delay job "asked", which is ahead of it. */
#define AIOS_WHY_NOT_READY	4	/* No process waits in AIOS_IOC_ENTER yet. */
#define AIOS_WHY_UNENFORCEABLE	5	/* Nothing on this machine limits "resource". */
#define AIOS_WHY_REQUEST_ABOVE_LIMIT 6	/* The request is "asked", the limit "available". */
#define AIOS_WHY_ABOVE_PARENT	7	/* A group's limit is above that of its ancestor "group". */
#define AIOS_WHY_USER_BOUND	8	/* The caller holds "asked", and may hold "available". */
#define AIOS_WHY_NO_DEVICE	9	/* No free set of accelerators has the shape. */
#define AIOS_WHY_NAME		10	/* The byte at "asked" of a name or path is wrong. */
#define AIOS_WHY_DEPTH		11	/* A path has "asked" components, of "available" at most. */
#define AIOS_WHY_VALUE		12	/* "asked" is out of range; the bound is "available". */
#define AIOS_WHY_STATE		13	/* A job in AIOS_STATE_* "asked" cannot do this. */
#define AIOS_WHY_PERMISSION	14	/* "group" does not let the caller. */
#define AIOS_WHY_CGROUP		15	/* An operation on a cgroup failed with errno "asked". */
#define AIOS_WHY_BUSY		16	/* "group" has "asked" jobs and "available" subgroups. */
#define AIOS_WHY_ON_HOLD	17	/* It is kept back by command, until it is released. */
#define AIOS_WHY_DEPENDS	18	/* It waits for job "asked", AIOS_DEPEND_* "available". */
#define AIOS_WHY_DEPENDS_NEVER	19	/* Job "asked" can never do that, or is not there. */
#define AIOS_WHY_GANG		20	/* "asked" of "available" members are there and ready. */
#define AIOS_WHY_DRAIN		21	/* It would not end by "asked", when the machine drains. */
#define AIOS_WHY_NEVER_GROWS	22	/* The request "asked" cannot grow up to "available". */
#define AIOS_WHY_FORGOTTEN	23	/* How job "asked" has ended is not known any more. */
#define AIOS_WHY_HELD		24	/* It was killed; process "asked" does not let it end. */
#define AIOS_WHY_TIME_LIMIT	25	/* A job of "group" runs "available" ns at most. */
#define AIOS_WHY_CONFINED	26	/* Cgroup "asked" is not left, by "available". */
#define AIOS_WHY_BOUND		27	/* His cgroup leaves it "available", not "asked". */
#define AIOS_WHY_NOT_CARRIED	28	/* File "available" of cgroup "asked" binds no job. */
#define AIOS_WHY_FULL		29	/* "group" ran out of memory; the job had used "asked". */
#define AIOS_WHY_KEPT		30	/* Job "asked" cannot give "available" back to "group". */
#define AIOS_WHY_TOO_LITTLE	31	/* Nothing can begin in "asked": at least "available". */
#define AIOS_WHY_BEGIN		32	/* It is not to begin before time "asked". */

/*
 * Why a process may not leave the cgroup that it is in. A cgroup is told by the number of its
 * directory, as stat() tells it.
 */
#define AIOS_CONFINED_LIST	1	/* It is none that the administrator lets users leave. */
#define AIOS_CONFINED_NAMESPACE	2	/* The process is in a cgroup namespace of its own. */
#define AIOS_CONFINED_FILTER	3	/* BPF programs hold there that do not hold above. */
#define AIOS_CONFINED_THREADS	4	/* Its threads are in several cgroups. */

/* The control files whose limits go along with whoever leaves a cgroup, or keep him there. */
#define AIOS_CARRY_MEMORY_MAX	1	/* memory.max */
#define AIOS_CARRY_MEMORY_HIGH	2	/* memory.high */
#define AIOS_CARRY_PIDS_MAX	3	/* pids.max */
#define AIOS_CARRY_CPU_MAX	4	/* cpu.max */
#define AIOS_CARRY_IO_MAX	5	/* io.max */
#define AIOS_CARRY_MEMORY_SWAP_MAX 6	/* memory.swap.max */
#define AIOS_CARRY_MEMORY_ZSWAP_MAX 7	/* memory.zswap.max */
#define AIOS_CARRY_CPUSET_CPUS	8	/* cpuset.cpus */
#define AIOS_CARRY_CPUSET_MEMS	9	/* cpuset.mems */
#define AIOS_CARRY_HUGETLB_2MB_MAX 10	/* hugetlb.2MB.max */
#define AIOS_CARRY_HUGETLB_1GB_MAX 11	/* hugetlb.1GB.max */
#define AIOS_CARRY_RDMA_MAX	12	/* rdma.max */
#define AIOS_CARRY_MISC_MAX	13	/* misc.max */
#define AIOS_CARRY_DMEM_MAX	14	/* dmem.max */

/**
 * struct aios_why - a cause, in all calls that report one
 * @code: out: AIOS_WHY_*
 * @resource: out: AIOS_RESOURCE_*, where the cause has to do with one
 * @group: out: id of the group whose limit or permission it is; 1 is the root, whose
 *	limits are the machine's
 * @asked: out: what was asked for, or as the code says
 * @available: out: what there is of it, or as the code says
 */
struct aios_why {
	__u32 code;
	__u32 resource;
	__u64 group;
	__u64 asked;
	__u64 available;
};

/* --------------------------------------------------------- states and ends */

/* The state of a job. The last three are ends; no other state follows them. */
#define AIOS_STATE_QUEUED	1	/* It waits until its request is free. */
#define AIOS_STATE_ADMITTED	2	/* It holds its request, and nobody has entered it yet. */
#define AIOS_STATE_RUNNING	3	/* A process is in its cgroup. */
#define AIOS_STATE_SUSPENDED	4	/* It is frozen, and holds what is sticky. */
#define AIOS_STATE_DONE		5	/* Its first process ended with status 0. */
#define AIOS_STATE_FAILED	6	/* It ended in another way. */
#define AIOS_STATE_CANCELLED	7	/* It was cancelled or abandoned, or could never start. */

/*
 * Why a job ended, and what the field "code" beside it then is, else 0. Users are
 * numbered there as in the user namespace of whoever is told. The status page, which
 * several can read, says AIOS_UID_UNTOLD instead.
 */
#define AIOS_UID_UNTOLD		0xffffffff	/* No user has this number. */

#define AIOS_END_NONE		0	/* It has not ended. */
#define AIOS_END_EXIT		1	/* Its first process exited; code: with this status. */
#define AIOS_END_SIGNAL		2	/* A signal ended its first process; code: this one. */
#define AIOS_END_OOM		3	/* It exceeded its memory limit; code: processes killed. */
#define AIOS_END_CANCELLED	4	/* A user cancelled it; code: his uid. */
#define AIOS_END_ABANDONED	5	/* Nobody entered it, and nobody could any more. */
#define AIOS_END_LOST		6	/* Somebody else removed its cgroup. */
#define AIOS_END_SETUP		7	/* Its cgroup could not be set up; code: the errno. */
#define AIOS_END_DEPENDENCY	8	/* It could never start any more; why: which job. */
#define AIOS_END_TIME_LIMIT	9	/* Its time was up; code: the signal that ended it. */
#define AIOS_END_FULL		10	/* Its group was full; why: which; code: as of OOM. */

/* ------------------------------------------------------------- information */

/* aios_info.features: what of cgroup v2 was found when the module was loaded. */
#define AIOS_FEATURE_CPU	(1ULL << 0)	/* The controller cpu is there. */
#define AIOS_FEATURE_MEMORY	(1ULL << 1)	/* The controller memory is there. */
#define AIOS_FEATURE_IO		(1ULL << 2)	/* The controller io is there. */
#define AIOS_FEATURE_PIDS	(1ULL << 3)	/* The controller pids is there. */
#define AIOS_FEATURE_PSI	(1ULL << 4)	/* The status page has pressures. */
#define AIOS_FEATURE_KILL	(1ULL << 5)	/* cgroup.kill ends a job at once. */
#define AIOS_FEATURE_HUGETLB	(1ULL << 6)	/* The controller hugetlb is there. */

/**
 * struct aios_info - ioctl(AIOS_IOC_INFO) on /dev/aios
 * @size: sizeof(struct aios_info)
 * @abi_version: out: AIOS_ABI_VERSION of the module
 * @resources: struct aios_resource_info[@nr_resources], which is written, or 0
 * @nr_resources: room at @resources, in elements; out: resources of this machine
 * @resource_size: bytes of one element that the caller knows, at least 72 and at
 *	most a page; what the kernel knows less of is zeroed; not read without
 *	@resources
 * @features: out: AIOS_FEATURE_*
 * @epoch: out: decisions taken since the module was loaded
 * @nr_queued: out: jobs that are queued
 * @nr_running: out: jobs that are admitted, running or suspended
 * @nr_groups: out: groups, the root included
 * @nr_devices: out: accelerators
 * @user_jobs: out: jobs that the caller's user holds and that have not ended
 * @user_jobs_max: out: how many he may hold
 * @user_groups: out: groups that he has made
 * @user_groups_max: out: how many he may have
 * @cgroup_root: char[@cgroup_root_len], or 0; the path of the subtree that aios
 *	governs is written there with its NUL, if it fits
 * @cgroup_root_len: room at @cgroup_root, in bytes; out: what the path takes, with
 *	its NUL
 * @reserved: 0
 *
 * The call yields the version, the features and the table of resources. What does
 * not fit into the caller's buffers is left out, which is no error: the numbers say
 * what it takes. Any user may ask.
 */
struct aios_info {
	__u32 size;
	__u32 abi_version;
	__aligned_u64 resources;
	__u32 nr_resources;
	__u32 resource_size;
	__u64 features;
	__u64 epoch;
	__u32 nr_queued;
	__u32 nr_running;
	__u32 nr_groups;
	__u32 nr_devices;
	__u32 user_jobs;
	__u32 user_jobs_max;
	__u32 user_groups;
	__u32 user_groups_max;
	__aligned_u64 cgroup_root;
	__u32 cgroup_root_len;
	__u32 reserved;
};

#define AIOS_IOC_INFO		_IO(AIOS_IOC_TYPE, 0x00)

/* -------------------------------------------------------------- submitting */

/* aios_depend.kind: what the other job must have come to. */
#define AIOS_DEPEND_AFTER	1	/* It has been admitted, or has ended. */
#define AIOS_DEPEND_AFTEROK	2	/* It has ended as AIOS_STATE_DONE. */
#define AIOS_DEPEND_AFTERANY	3	/* It has ended. */
#define AIOS_DEPEND_AFTERNOTOK	4	/* It has ended, but not as AIOS_STATE_DONE. */

#define AIOS_DEPENDS_MAX	32	/* jobs that one job can wait for */

/**
 * struct aios_depend - a job that another one waits for
 * @job: id of a job that the caller may see
 * @kind: AIOS_DEPEND_*
 * @reserved: 0
 */
struct aios_depend {
	__u64 job;
	__u32 kind;
	__u32 reserved;
};

/**
 * struct aios_estimate - what an estimated start rests on
 * @basis: out: AIOS_BASIS_FUTURE, AIOS_BASIS_STATE, or AIOS_BASIS_NONE when the
 *	start is not known
 * @violations: out: AIOS_QUEUEING_* that the estimate suffers from
 * @low_ns: out: time before which one job in ten starts; of one that need not wait the
 *	estimated start itself
 * @high_ns: out: time after which one job in ten starts; likewise
 *
 * Where every run time that matters is known, the present queue is played forward.
 * Otherwise the estimate is that of the queueing model of the job's group, or of one
 * above it, whichever the job waits for longest. Of a job that has to wait, the estimated
 * start, half of such jobs start before it, and the interval follow what became of the
 * jobs that were asked for before, since the policy was set last. Without any, the
 * interval is from an eighth of the wait to 1.4 times it, with a second added to each.
 */
struct aios_estimate {
	__u32 basis;
	__u32 violations;
	__u64 low_ns;
	__u64 high_ns;
};

/*
 * What a job runs in an attempt counts from its entry on; while it is suspended, by command
 * or by the policy, and while the machine is, the clock stands still. With a time limit all
 * of its processes get SIGTERM ahead of the end, by a tenth of the limit or by
 * AIOS_TIME_WARNING_MAX, whichever is less, and at the end SIGKILL. Those of an adopted
 * cgroup get no signal: at the end the cgroup is given back.
 */
#define AIOS_TIME_WARNING_MAX	30000000000ULL	/* ns */

/* aios_submit.flags */
#define AIOS_SUBMIT_DRY_RUN	(1U << 0)	/* The call decides, reports and changes nothing. */
#define AIOS_SUBMIT_STRICT	(1U << 1)	/* What is elastic is capped at the grant. */
#define AIOS_SUBMIT_EXCLUSIVE	(1U << 2)	/* The job shares no accelerator. */
#define AIOS_SUBMIT_ADOPT	(1U << 3)	/* The job governs the existing cgroup cgroup_fd. */
#define AIOS_SUBMIT_HOLD	(1U << 4)	/* The job is on hold, as by AIOS_IOC_HOLD. */
#define AIOS_SUBMIT_DEADLINE_REALTIME (1U << 5) /* deadline_ns is of CLOCK_REALTIME. */
#define AIOS_SUBMIT_PREDICT	(1U << 6)	/* The job is expected to run what is predicted. */
#define AIOS_SUBMIT_BEGIN_REALTIME (1U << 7)	/* begin_ns is of CLOCK_REALTIME. */
#define AIOS_SUBMIT_FLAGS	(AIOS_SUBMIT_DRY_RUN | AIOS_SUBMIT_STRICT | \
				 AIOS_SUBMIT_EXCLUSIVE | AIOS_SUBMIT_ADOPT | \
				 AIOS_SUBMIT_HOLD | AIOS_SUBMIT_DEADLINE_REALTIME | \
				 AIOS_SUBMIT_PREDICT | AIOS_SUBMIT_BEGIN_REALTIME)

/**
 * struct aios_submit - ioctl(AIOS_IOC_SUBMIT) on /dev/aios
 * @size: sizeof(struct aios_submit); the first version ended with @why
 * @flags: AIOS_SUBMIT_*
 * @group: char[@group_len], the group's path; 0 and 0: the root
 * @name: char[@name_len], a name for people, or 0 and 0; any UTF-8 without control
 *	characters and slashes, and neither "." nor ".."
 * @group_len: bytes at @group, up to AIOS_PATH_MAX
 * @name_len: bytes at @name, up to AIOS_NAME_MAX
 * @resource_mask: bit i: @request[i] and @limit[i] are stated; of what is not, the
 *	job is neither charged nor limited beyond its group's limits
 * @weight: AIOS_WEIGHT_MIN to AIOS_WEIGHT_MAX
 * @priority: AIOS_PRIORITY_MIN to AIOS_PRIORITY_MAX
 * @cgroup_fd: with AIOS_SUBMIT_ADOPT a directory in cgroup v2, else -1
 * @expected_runtime_ns: a duration; 0: not known; the job is not ended for running
 *	longer, but for @max_runtime_ns
 * @features: __s64[@nr_features] for the predictor of run times, or 0
 * @nr_features: elements at @features, up to AIOS_FEATURES_MAX
 * @leader: with AIOS_SUBMIT_ADOPT a process in the cgroup, as the caller's pid namespace
 *	numbers it, whose end is that of the job; 0: how the job ends is not known
 * @request: what the job needs to start and holds from then on, in each resource's
 *	unit
 * @limit: what it can use, in each resource's unit, at least @request, or
 *	AIOS_UNLIMITED; its grant lies between the two
 * @id: out: the job's id, which is never used again; of a dry run 0
 * @fd: out: a controlling descriptor of the job; of a dry run -1
 * @state: out: AIOS_STATE_QUEUED; of a dry run AIOS_STATE_ADMITTED when the job would
 *	start at once
 * @start_ns: out, of a dry run: the estimated start; 0: not known
 * @grant: out, of a dry run: what it would get at first, in each resource's unit
 * @why: out: the cause of a refusal; of a dry run what the job would wait for
 * @depends: struct aios_depend[@nr_depends], the jobs that this one waits for, or 0
 * @nr_depends: elements at @depends, up to AIOS_DEPENDS_MAX
 * @depend_size: bytes of one element that the caller knows, at least 16; 0 without
 *	@depends
 * @deadline_ns: when the job should have ended, for AIOS_POLICY_EDF; 0: none; the job
 *	is not ended for missing it; with AIOS_SUBMIT_DEADLINE_REALTIME of that clock,
 *	which it follows when it is set
 * @gang: char[@gang_len], the name of the job's gang, made like @name, or 0 and 0
 * @gang_len: bytes at @gang, up to AIOS_NAME_MAX
 * @gang_size: jobs that the gang has, up to AIOS_GANG_MAX; 0: no gang
 * @estimate: out, of a dry run: what @start_ns rests on
 * @retries: times that the job starts again after it ran out of memory, up to
 *	AIOS_RETRIES_MAX; 0: never
 * @retry_factor: what its request for memory is multiplied by each time, in
 *	1/AIOS_RETRY_UNIT, above that and up to AIOS_RETRY_FACTOR_MAX; 0 without
 *	@retries
 * @max_runtime_ns: a duration: the job's time limit, what it may run at most in an
 *	attempt; 0: what its groups allow; AIOS_UNLIMITED: no limit
 * @command: a hash of what the job runs, for the predictor; 0: its name tells jobs apart
 * @shape: a hash of the shape of its arguments, likewise; 0: not known
 * @begin_ns: the job does not start before that time; 0: at once; with
 *	AIOS_SUBMIT_BEGIN_REALTIME of that clock, which it follows when it is set; not with
 *	AIOS_SUBMIT_ADOPT
 *
 * The call queues a job. Nothing runs yet: a process becomes the job with
 * AIOS_IOC_ENTER. When the last controlling descriptor is closed before that, the
 * job ends as AIOS_END_ABANDONED, but for one that adopts a cgroup. Who may submit to
 * the group, by its mode, may call; a priority above the default takes CAP_SYS_NICE or
 * the right to administer the group.
 *
 * The time limit of a group is that of the jobs which state none, and what others can
 * state at most, unless who submits administers the group. It is looked at here alone:
 * what is set later holds for later jobs. A job that states a limit and no expected run
 * time is expected to run that long. What is reserved for a job is its limit, and where
 * it has none the expected run time.
 *
 * With AIOS_SUBMIT_PREDICT a job is expected to run what AIOS_IOC_PREDICT says then, as
 * long as nothing else is stated with AIOS_IOC_UPDATE. What is reserved for it is what it
 * states, and where it states neither a limit nor an expected run time what one job like
 * it in twenty exceeds.
 *
 * With AIOS_SUBMIT_DRY_RUN nothing is queued, the user's bound is not looked at, and
 * the job is looked at without its gang.
 *
 * With AIOS_SUBMIT_ADOPT aios makes no cgroup. It writes the limits of what is stated
 * into the one that somebody else made, each file of which the caller must be allowed to
 * write, and restores what it found there when the job ends, which is when nobody is in
 * it. It moves no process and removes nothing. The job has then ended as @leader has, and
 * without one as AIOS_END_EXIT with status 0; where processes were killed out of memory
 * since the cgroup was adopted, it has ended as AIOS_END_OOM unless @leader exited with 0.
 *
 * A job that waits for others, or for @begin_ns, keeps its place by arrival and is not
 * considered until then. When one of those ends so that the wait can never be over, the job ends as
 * AIOS_STATE_CANCELLED with AIOS_END_DEPENDENCY.
 *
 * The jobs of one user in one group that name the same gang are admitted in one
 * decision, when as many are there and ready as @gang_size says and all of them fit.
 *
 * A job with retries may use in each attempt what it requests in that attempt, and
 * its stated limit of memory is how far the request grows. When the kernel has killed
 * a process of it out of memory, and a retry is left, it is AIOS_STATE_QUEUED again
 * with the same id, and somebody who holds a controlling descriptor has to have a
 * process enter it.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such group, or the caller may neither see it nor submit to
 *    it; with AIOS_WHY_DEPENDS_NEVER a job of @depends is not there;
 *  - EPERM: the caller may not submit to the group, may not have this priority, may
 *    not run a job so long there (AIOS_WHY_TIME_LIMIT), or may not write into the
 *    cgroup or one of the files of its limits;
 *  - EINVAL: a value is out of range (AIOS_WHY_VALUE), nothing can begin within a limit
 *    (AIOS_WHY_TOO_LITTLE; of an adopted cgroup it has), a request is above its limit
 *    (AIOS_WHY_REQUEST_ABOVE_LIMIT), a name is malformed (AIOS_WHY_NAME), the gang
 *    has another size or the job waits for another member of it (AIOS_WHY_GANG), it
 *    waits for a job that waits for the gang in the end (AIOS_WHY_DEPENDS), the
 *    request for memory can never grow (AIOS_WHY_NEVER_GROWS), retries are asked for
 *    with a gang or an adopted cgroup, @cgroup_fd is no cgroup that can be adopted, or
 *    @leader is not in it;
 *  - ENAMETOOLONG: a path or a name is too long (AIOS_WHY_NAME, AIOS_WHY_DEPTH);
 *  - EOPNOTSUPP: nothing on this machine holds the resource (AIOS_WHY_UNENFORCEABLE);
 *  - ENOSPC: the job can never fit; @why says where;
 *  - EDQUOT: the user has too many jobs (AIOS_WHY_USER_BOUND);
 *  - ECANCELED: a job of @depends has ended, and otherwise than @depends says
 *    (AIOS_WHY_DEPENDS_NEVER), or it is not known any more how (AIOS_WHY_FORGOTTEN);
 *  - EBUSY: the gang has all its members, or has started (AIOS_WHY_GANG), or the
 *    cgroup, or one above or below it, is adopted already;
 *  - EBADF, ENOTDIR: @cgroup_fd is not open, or is no directory;
 *  - ESRCH: there is no process @leader;
 *  - EMFILE, ENFILE: there are too many open files.
 */
struct aios_submit {
	__u32 size;
	__u32 flags;
	__aligned_u64 group;
	__aligned_u64 name;
	__u32 group_len;
	__u32 name_len;
	__u32 resource_mask;
	__u32 weight;
	__s32 priority;
	__s32 cgroup_fd;
	__u64 expected_runtime_ns;
	__aligned_u64 features;
	__u32 nr_features;
	__s32 leader;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 id;
	__s32 fd;
	__u32 state;
	__u64 start_ns;
	__u64 grant[AIOS_RESOURCE_MAX];
	struct aios_why why;
	__aligned_u64 depends;
	__u32 nr_depends;
	__u32 depend_size;
	__u64 deadline_ns;
	__aligned_u64 gang;
	__u32 gang_len;
	__u32 gang_size;
	struct aios_estimate estimate;
	__u32 retries;
	__u32 retry_factor;
	__u64 max_runtime_ns;
	__u64 command;
	__u64 shape;
	__u64 begin_ns;
};

#define AIOS_IOC_SUBMIT		_IO(AIOS_IOC_TYPE, 0x01)

/**
 * struct aios_job_open - ioctl(AIOS_IOC_JOB_OPEN) on /dev/aios
 * @size: sizeof(struct aios_job_open)
 * @flags: 0
 * @id: the job's id
 * @fd: out: a descriptor of the job
 * @reserved: 0
 *
 * The call opens a job that exists or that has ended and is still remembered. The
 * descriptor controls the job for its user, for who administers its group, and for
 * CAP_SYS_ADMIN. For others who may see the group's jobs it only shows the job: it
 * answers WAIT, STAT, EXPLAIN, poll(), read() and mmap(), and refuses the other job
 * calls with EPERM.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such job, or the caller may not see it; the two cannot be
 *    told apart;
 *  - EMFILE, ENFILE: there are too many open files.
 */
struct aios_job_open {
	__u32 size;
	__u32 flags;
	__u64 id;
	__s32 fd;
	__u32 reserved;
};

#define AIOS_IOC_JOB_OPEN	_IO(AIOS_IOC_TYPE, 0x02)

/* --------------------------------------------------------------- job calls */

/**
 * DOC: Job calls
 *
 * All of them go to a job file descriptor. Those that change the job, and ENTER,
 * need one that controls it, and fail with EPERM (AIOS_WHY_PERMISSION) on another.
 * A job that has ended answers WAIT, STAT and EXPLAIN; the other calls fail with
 * ECANCELED (AIOS_WHY_STATE).
 */

/**
 * struct aios_enter - ioctl(AIOS_IOC_ENTER) on a job
 * @size: sizeof(struct aios_enter)
 * @flags: 0
 * @timeout_ns: time at which the caller gives up; 0: never
 * @why: out: what the job waited for at last, or why the call failed
 *
 * The call makes the calling process the job. It waits until the job is admitted,
 * moves the caller with all its threads into the job's cgroup, and returns; the
 * caller then calls exec. One process enters each attempt of a job.
 *
 * To move a process takes the right that the kernel asks for: to write to cgroup.procs of
 * the nearest cgroup above both where it is and the job's, and to see both from its cgroup
 * namespace. Without it a process leaves what the administrator lets users leave: the top,
 * and with systemd its user's logins and services. The limits of these become a bound of
 * the job. A process that is in a job already may become another, bounded as that one is.
 *
 * A process that has to wait is moved meanwhile to a place of the module's own, so that
 * it neither ends with the session, unit or job that it was started from, nor counts there
 * (AIOS_JOB_SETTLED). When the call fails it has been moved back, if what it came from is
 * still there.
 *
 * A signal ends the wait. The call is then restarted if the signal's handler was
 * installed with SA_RESTART, else it fails with EINTR. Whenever it fails, the job
 * stays queued, keeps its place by arrival, and can be entered again.
 *
 * Errors, beside those of every call and of every job call:
 *
 *  - EBUSY: another process, or another thread of the caller, is entering, another
 *    process has entered, or the job governs an adopted cgroup;
 *  - EALREADY: the calling process has entered;
 *  - EPERM: the caller may not leave the cgroup that he is in (AIOS_WHY_CONFINED), its
 *    limits are below the job's request (AIOS_WHY_BOUND), or one of them is none that a job
 *    can be bounded by (AIOS_WHY_NOT_CARRIED);
 *  - ECANCELED: the job has ended, before the call or during it;
 *  - ETIMEDOUT: @timeout_ns has come.
 */
struct aios_enter {
	__u32 size;
	__u32 flags;
	__u64 timeout_ns;
	struct aios_why why;
};

#define AIOS_IOC_ENTER		_IO(AIOS_IOC_TYPE, 0x40)

/**
 * struct aios_wait - ioctl(AIOS_IOC_WAIT) on a job
 * @size: sizeof(struct aios_wait)
 * @flags: 0
 * @timeout_ns: time at which the caller gives up; 0: never
 * @state_mask: bit AIOS_STATE_*: the call returns in this state; 0: at the job's end
 * @state: out: AIOS_STATE_*, as it is when the call returns; the state that ended the
 *	wait may have passed
 * @end: out: AIOS_END_*
 * @code: out: as @end says
 * @epoch: out: the number of the job's last change
 *
 * The call waits until the job's state is one of a set, or the job has ended. It
 * takes the changes up to @epoch as seen by this descriptor, as read() does. A signal
 * ends the wait: the call is restarted if the signal's handler was installed with
 * SA_RESTART, else it fails with EINTR.
 *
 * Errors, beside those of every call:
 *
 *  - ETIMEDOUT: @timeout_ns has come.
 */
struct aios_wait {
	__u32 size;
	__u32 flags;
	__u64 timeout_ns;
	__u32 state_mask;
	__u32 state;
	__u32 end;
	__u32 code;
	__u64 epoch;
};

#define AIOS_IOC_WAIT		_IO(AIOS_IOC_TYPE, 0x41)

/**
 * struct aios_job_device - an accelerator of a job
 * @id: out: that of struct aios_device
 * @milli: out: the job's granted share of it, in thousandths
 * @memory: out: bytes that the job requests on it
 * @memory_used: out: bytes that the job has charged on it
 */
struct aios_job_device {
	__u32 id;
	__u32 milli;
	__u64 memory;
	__u64 memory_used;
};

/* aios_stat.flags, and AIOS_A_FLAGS */
#define AIOS_JOB_STRICT		(1U << 0)	/* What is elastic is capped at its grant. */
#define AIOS_JOB_EXCLUSIVE	(1U << 1)	/* It shares no accelerator. */
#define AIOS_JOB_ADOPTED	(1U << 2)	/* Its cgroup is somebody else's. */
#define AIOS_JOB_READY		(1U << 3)	/* It is queued, and a process waits in ENTER. */
#define AIOS_JOB_THROTTLED	(1U << 4)	/* Its memory use is above its grant. */
#define AIOS_JOB_PREEMPTED	(1U << 5)	/* The policy has frozen it for now. */
#define AIOS_JOB_GUARDED	(1U << 6)	/* It has waited too long, and goes first. */
#define AIOS_JOB_ON_HOLD	(1U << 7)	/* It is not considered until it is released. */
#define AIOS_JOB_ENDING		(1U << 8)	/* Its time is nearly up: it was told to end. */
#define AIOS_JOB_SETTLED	(1U << 9)	/* Its process is where it waits. */
#define AIOS_JOB_KEEPS		(1U << 10)	/* It cannot give back what is above its grant. */

/* aios_stat.estimated_source and most_source: whence a run time comes. */
#define AIOS_RUNTIME_UNKNOWN	0	/* There is none. */
#define AIOS_RUNTIME_STATED	1	/* who submitted or updated the job */
#define AIOS_RUNTIME_LIMIT	2	/* its time limit */
#define AIOS_RUNTIME_PREDICTED	3	/* what other jobs ran */
#define AIOS_RUNTIME_CORRECTED	4	/* how long it has run: it has outlived another one */

/**
 * struct aios_stat - ioctl(AIOS_IOC_STAT) on a job
 * @size: sizeof(struct aios_stat); the first version ended with @why
 * @flags: out: AIOS_JOB_*
 * @id: out: the job's id
 * @group: out: its group's id
 * @state: out: AIOS_STATE_*
 * @end: out: AIOS_END_*
 * @code: out: as @end says
 * @uid: out: who submitted it, as the caller's user namespace numbers him
 * @gid: out: his group, likewise
 * @pid: out: who entered it, as the caller's pid namespace numbers him; 0: nobody
 *	yet, or the job has ended
 * @priority: out: as submitted, or as changed since
 * @weight: out: likewise
 * @position: out: its place in the queue, from 1; 0: it is not queued
 * @resource_mask: out: resources that it states
 * @epoch: out: the number of its last change of state or grant
 * @expected_runtime_ns: out: a duration, as submitted or as changed since; 0: not known
 * @submit_ns: out: time of its submission
 * @admit_ns: out: time of its admission, in this attempt; 0: not yet
 * @start_ns: out: time at which it was entered, in this attempt; 0: not yet
 * @end_ns: out: time of its end; 0: not yet
 * @suspended_duration_ns: out: how long it has been suspended in all
 * @cpu_duration_ns: out: CPU time that it has used, in all attempts
 * @throttled_duration_ns: out: how long cpu.max has held it back, in all attempts
 * @request: out: as it is now, in each resource's unit
 * @limit: out: as it is now, in each resource's unit
 * @grant: out: what it may use now, in each resource's unit; 0 before it is admitted
 *	and after its end
 * @use: out: what it uses, in each resource's unit; of CPU and disk an average since
 *	the measurement before
 * @peak: out: the most that was measured, in all attempts
 * @how: out: AIOS_HOW_* of each resource on this machine
 * @devices: out: its accelerators
 * @nr_devices: out: elements of @devices that are in use
 * @name_room: room at @name, in bytes
 * @name: char[@name_room], which gets its name and a NUL, or 0
 * @cgroup: char[@cgroup_room], which gets the path of its cgroup and a NUL, "" where
 *	it has none, or 0
 * @cgroup_room: room at @cgroup, in bytes
 * @group_room: room at @group_path, in bytes
 * @group_path: char[@group_room], which gets its group's path and a NUL, or 0
 * @why: out: what it waits for while it is queued; after its end why, with
 *	AIOS_END_DEPENDENCY, AIOS_END_FULL and AIOS_END_SETUP
 * @depends: struct aios_depend[@nr_depends], which gets the jobs that it was
 *	submitted to wait for, 0 for one that the caller may not see, or 0
 * @nr_depends: room at @depends, in elements; out: how many there are
 * @depend_size: bytes of one element that the caller knows, at least 16 and at most a
 *	page; what the kernel knows less of is zeroed; not read without @depends
 * @deadline_ns: out: when it should have ended; 0: none
 * @gang: char[@gang_room], which gets the name of its gang and a NUL, "" for none,
 *	or 0
 * @gang_room: room at @gang, in bytes
 * @gang_size: out: jobs of its gang; 0: it has none
 * @attempt: out: which attempt this is, from 1
 * @retries: out: attempts that can follow this one
 * @retry_factor: out: as submitted, in 1/AIOS_RETRY_UNIT; 0 without retries
 * @retry_kills: out: processes killed out of memory in the attempts before this one
 * @retry_limit: out: bytes up to which the request for memory grows; 0 without
 *	retries
 * @max_runtime_ns: out: its time limit, a duration; 0: none
 * @stop_ns: out: when it will be ended for that; 0: it has none, or its clock does not
 *	run: it has not started, is suspended or has ended
 * @estimated_runtime_ns: out: a duration, what it is expected to run, for policies and
 *	estimates: what is predicted, else @expected_runtime_ns, else @max_runtime_ns, and
 *	at most that; once it has run so long, @most_runtime_ns or what it has run, which
 *	means that it may end at any moment; 0: not known
 * @most_runtime_ns: out: a duration, what it may run at most, for reservations and drains:
 *	@max_runtime_ns, else @expected_runtime_ns, else what is predicted, and once it has
 *	run longer than that, what it has run; 0: not known
 * @estimated_source: out: AIOS_RUNTIME_* of @estimated_runtime_ns
 * @most_source: out: AIOS_RUNTIME_* of @most_runtime_ns
 * @begin_ns: out: it does not start before that time; 0: none was stated
 *
 * The call yields all there is to know of a job. It measures the job first, unless
 * that has just been done. It takes the changes up to @epoch as seen by this
 * descriptor, as read() does.
 *
 * Errors, beside those of every call:
 *
 *  - ENOSPC: one of the strings does not fit into its buffer.
 */
struct aios_stat {
	__u32 size;
	__u32 flags;
	__u64 id;
	__u64 group;
	__u32 state;
	__u32 end;
	__u32 code;
	__u32 uid;
	__u32 gid;
	__s32 pid;
	__s32 priority;
	__u32 weight;
	__u32 position;
	__u32 resource_mask;
	__u64 epoch;
	__u64 expected_runtime_ns;
	__u64 submit_ns;
	__u64 admit_ns;
	__u64 start_ns;
	__u64 end_ns;
	__u64 suspended_duration_ns;
	__u64 cpu_duration_ns;
	__u64 throttled_duration_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 grant[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u64 peak[AIOS_RESOURCE_MAX];
	__u8 how[AIOS_RESOURCE_MAX];
	struct aios_job_device devices[AIOS_JOB_DEVICES_MAX];
	__u32 nr_devices;
	__u32 name_room;
	__aligned_u64 name;
	__aligned_u64 cgroup;
	__u32 cgroup_room;
	__u32 group_room;
	__aligned_u64 group_path;
	struct aios_why why;
	__aligned_u64 depends;
	__u32 nr_depends;
	__u32 depend_size;
	__u64 deadline_ns;
	__aligned_u64 gang;
	__u32 gang_room;
	__u32 gang_size;
	__u32 attempt;
	__u32 retries;
	__u32 retry_factor;
	__u32 retry_kills;
	__u64 retry_limit;
	__u64 max_runtime_ns;
	__u64 stop_ns;
	__u64 estimated_runtime_ns;
	__u64 most_runtime_ns;
	__u32 estimated_source;
	__u32 most_source;
	__u64 begin_ns;
};

#define AIOS_IOC_STAT		_IO(AIOS_IOC_TYPE, 0x42)

/* aios_update.flags: which fields are read. */
#define AIOS_UPDATE_WEIGHT	(1U << 0)
#define AIOS_UPDATE_PRIORITY	(1U << 1)
#define AIOS_UPDATE_RUNTIME	(1U << 2)
#define AIOS_UPDATE_DEADLINE	(1U << 3)
#define AIOS_UPDATE_DEADLINE_REALTIME (1U << 4) /* deadline_ns is of CLOCK_REALTIME. */
#define AIOS_UPDATE_MAX_RUNTIME	(1U << 5)
#define AIOS_UPDATE_BEGIN	(1U << 6)
#define AIOS_UPDATE_BEGIN_REALTIME (1U << 7)	/* begin_ns is of CLOCK_REALTIME. */
#define AIOS_UPDATE_NAME	(1U << 8)
#define AIOS_UPDATE_PLACE	(1U << 9)
#define AIOS_UPDATE_FLAGS	(AIOS_UPDATE_WEIGHT | AIOS_UPDATE_PRIORITY | \
				 AIOS_UPDATE_RUNTIME | AIOS_UPDATE_DEADLINE | \
				 AIOS_UPDATE_DEADLINE_REALTIME | AIOS_UPDATE_MAX_RUNTIME | \
				 AIOS_UPDATE_BEGIN | AIOS_UPDATE_BEGIN_REALTIME | \
				 AIOS_UPDATE_NAME | AIOS_UPDATE_PLACE)

/**
 * struct aios_update - ioctl(AIOS_IOC_UPDATE) on a job
 * @size: sizeof(struct aios_update); the first version ended with @why
 * @flags: AIOS_UPDATE_*
 * @resource_mask: bit i: @request[i] and @limit[i] are set; a resource that the job
 *	did not state before is stated from now on
 * @weight: as in struct aios_submit; read with AIOS_UPDATE_WEIGHT
 * @priority: as in struct aios_submit; read with AIOS_UPDATE_PRIORITY
 * @reserved: 0
 * @expected_runtime_ns: a duration, as in struct aios_submit; read with
 *	AIOS_UPDATE_RUNTIME
 * @request: as in struct aios_submit; read where @resource_mask says so
 * @limit: likewise; of a job with retries the limit of memory is how far its request
 *	can grow from now on
 * @why: out: the cause of a refusal
 * @deadline_ns: as in struct aios_submit, also of CLOCK_REALTIME; read with
 *	AIOS_UPDATE_DEADLINE
 * @max_runtime_ns: as in struct aios_submit; read with AIOS_UPDATE_MAX_RUNTIME; of a job
 *	that has run so long already the time is up at once
 * @begin_ns: as in struct aios_submit, also of CLOCK_REALTIME; read with
 *	AIOS_UPDATE_BEGIN, which takes a job that is queued
 * @name: char[@name_len], as in struct aios_submit, or 0 for none; read with
 *	AIOS_UPDATE_NAME
 * @name_len: bytes at @name
 * @reserved2: 0
 * @before: id of the job whose place it takes, or 0: that of the first of those that it
 *	could take the place of; read with AIOS_UPDATE_PLACE
 *
 * The call changes a job that has not ended; what @flags and @resource_mask omit
 * stays. All of it is changed, or nothing. A job that holds resources gets a larger
 * request at once or not at all, and gives the rest of a smaller one back at once. A
 * priority above both the present one and the default takes what it takes at
 * submission.
 *
 * With AIOS_UPDATE_PLACE a queued job takes the place by arrival of one that came before it,
 * whose place the next one takes, and so on: all of them jobs of the same user, group and
 * priority that are queued and in no gang. So jobs of others neither gain nor lose by it.
 *
 * Errors, beside those of every call and of every job call:
 *
 *  - EPERM: the caller may not have this priority (AIOS_WHY_PERMISSION), may not have the
 *    job run so long (AIOS_WHY_TIME_LIMIT), or the cgroup that the job came from is limited
 *    to less (AIOS_WHY_BOUND);
 *  - EINVAL, EOPNOTSUPP: as of AIOS_IOC_SUBMIT; of a job that is not queued any more
 *    also AIOS_UPDATE_BEGIN and AIOS_UPDATE_PLACE (AIOS_WHY_STATE); job @before is none
 *    of those whose place it can take, or came after it; a name is malformed
 *    (AIOS_WHY_NAME);
 *  - ENAMETOOLONG: the name is too long (AIOS_WHY_NAME);
 *  - ENOENT: there is no job @before, or none that the caller may see;
 *  - EAGAIN: the larger request does not fit at present; @why says what is taken, or that
 *    other jobs from the same cgroup leave less (AIOS_WHY_BOUND);
 *  - ENOSPC: the job could never have the larger request.
 */
struct aios_update {
	__u32 size;
	__u32 flags;
	__u32 resource_mask;
	__u32 weight;
	__s32 priority;
	__u32 reserved;
	__u64 expected_runtime_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	struct aios_why why;
	__u64 deadline_ns;
	__u64 max_runtime_ns;
	__u64 begin_ns;
	__aligned_u64 name;
	__u32 name_len;
	__u32 reserved2;
	__u64 before;
};

#define AIOS_IOC_UPDATE		_IO(AIOS_IOC_TYPE, 0x43)

/**
 * struct aios_signal - ioctl() on a job, of the five calls that follow it
 * @size: sizeof(struct aios_signal)
 * @flags: 0
 * @why: out: the cause of a refusal
 *
 * AIOS_IOC_SUSPEND freezes a running job, which gives back what is elastic and keeps
 * what is sticky. A job that the policy has frozen, or that waits to resume, stays
 * suspended until it is resumed.
 *
 * AIOS_IOC_RESUME asks for a suspended job's resources again. The job goes on when
 * they fit, ahead of the queue, and stays suspended until then. SUSPEND and RESUME of
 * one member of a gang are of all.
 *
 * AIOS_IOC_CANCEL ends a job in any state with all its processes. It returns before
 * they are gone, and AIOS_IOC_WAIT waits for that. To cancel twice is no error.
 *
 * AIOS_IOC_HOLD keeps a queued job back: it keeps its place by arrival and is not
 * considered, whoever waits in ENTER.
 *
 * AIOS_IOC_RELEASE lets it be considered again. What somebody else than the job's
 * user has put on hold, only who administers the group releases.
 *
 * Errors, beside those of every call and of every job call:
 *
 *  - EINVAL: a job in this state cannot do this (AIOS_WHY_STATE): SUSPEND needs one
 *    that runs or is suspended, RESUME one that is suspended, HOLD and RELEASE one
 *    that is queued;
 *  - EALREADY: the job is suspended, waits to resume, is on hold or is not on hold
 *    already;
 *  - EPERM: an administrator has put the job on hold, and the caller is none
 *    (AIOS_WHY_PERMISSION).
 */
struct aios_signal {
	__u32 size;
	__u32 flags;
	struct aios_why why;
};

#define AIOS_IOC_SUSPEND	_IO(AIOS_IOC_TYPE, 0x44)
#define AIOS_IOC_RESUME		_IO(AIOS_IOC_TYPE, 0x45)
#define AIOS_IOC_CANCEL		_IO(AIOS_IOC_TYPE, 0x46)
#define AIOS_IOC_HOLD		_IO(AIOS_IOC_TYPE, 0x4a)
#define AIOS_IOC_RELEASE	_IO(AIOS_IOC_TYPE, 0x4b)

/**
 * struct aios_charge - ioctl(AIOS_IOC_CHARGE), ioctl(AIOS_IOC_UNCHARGE) on a job
 * @size: sizeof(struct aios_charge)
 * @flags: 0
 * @device: id of one of the job's accelerators
 * @reserved: 0
 * @bytes: how much more, or how much less
 * @used: out: what the job has charged on the accelerator, in bytes
 * @why: out: whose limit refused
 *
 * The runtime of a job charges accelerator memory before it allocates it, and
 * uncharges it after it has freed it. That holds a limit which the kernel cannot
 * enforce. A suspended job uncharges, and does not charge.
 *
 * Errors, beside those of every call and of every job call:
 *
 *  - ENOMEM: the job's limit (AIOS_WHY_NOT_NOW, group 0), the accelerator's memory
 *    (AIOS_WHY_NO_DEVICE) or the limit of a group (AIOS_WHY_NOT_NOW) refuses;
 *  - ENODEV: this is none of the job's accelerators;
 *  - EINVAL: a charge for a job that is neither admitted nor running
 *    (AIOS_WHY_STATE);
 *  - ERANGE: more is to be given back than is charged.
 */
struct aios_charge {
	__u32 size;
	__u32 flags;
	__u32 device;
	__u32 reserved;
	__u64 bytes;
	__u64 used;
	struct aios_why why;
};

#define AIOS_IOC_CHARGE		_IO(AIOS_IOC_TYPE, 0x47)
#define AIOS_IOC_UNCHARGE	_IO(AIOS_IOC_TYPE, 0x48)

/* aios_explain_row.kind: what a row of the linear program is. */
#define AIOS_ROW_MACHINE	0	/* It is the capacity of a resource. */
#define AIOS_ROW_GROUP		1	/* It is the limit of a group on a resource. */
#define AIOS_ROW_DEVICE		2	/* It is one accelerator. */

/**
 * struct aios_explain_row - something that can run out, in the last decision
 * @kind: out: AIOS_ROW_*
 * @resource: out: AIOS_RESOURCE_*
 * @id: out: id of the group or of the accelerator
 * @capacity: out: b, what is left of it when every request is held, in the
 *	resource's unit
 * @activity: out: A x, what the grants take of that, in the resource's unit
 * @price: out: y, the weight that one unit more would be worth, in 2^-price_shift;
 *	0: the row does not bind; under AIOS_OBJECTIVE_MAXMIN and AIOS_OBJECTIVE_DRF 1
 *	for a row that is full
 * @column: out: a, what the job takes of it from its request to its limit, in the
 *	resource's unit
 */
struct aios_explain_row {
	__u32 kind;
	__u32 resource;
	__u64 id;
	__u64 capacity;
	__u64 activity;
	__u64 price;
	__u64 column;
};

/**
 * struct aios_explain - ioctl(AIOS_IOC_EXPLAIN) on a job
 * @size: sizeof(struct aios_explain); the first version ended with @why
 * @flags: 0
 * @rows: struct aios_explain_row[@nr_rows], which gets the rows that the job's column
 *	meets, or 0
 * @nr_rows: room at @rows, in elements; out: how many there are
 * @row_size: bytes of one element that the caller knows, at least 48 and at most a
 *	page; what the kernel knows less of is zeroed; not read without @rows
 * @state: out: AIOS_STATE_*
 * @weight: out: the job's weight, as it counted in the decision
 * @x: out: its position between request and limit, in 2^-24
 * @reduced_cost: out: its weight less the sum of price times column, in 2^-cost_shift;
 *	0 under objectives other than AIOS_OBJECTIVE_UTILITY
 * @price_shift: out: fraction bits of the prices
 * @cost_shift: out: fraction bits of the reduced cost
 * @objective: out: the decision's weighted sum of positions, the low and the high half
 *	of an unsigned 128-bit number in 2^-24
 * @gap: out: the certified distance to the optimum of what the decision was made for,
 *	likewise; all ones: nothing is certified
 * @epoch: out: the number of the decision
 * @position: out: the job's place in the queue, from 1; 0: it is not queued
 * @nr_jobs: out: jobs in the decision
 * @start_ns: out: estimated start of a queued job; 0: not known
 * @why: out: what a queued job waits for
 * @deadline_ns: out: when it should have ended; 0: none
 * @end_ns: out: when it is expected to end, by its estimated run time; 0: not known; the
 *	job will miss a deadline before that
 * @estimate: out: what @start_ns rests on
 * @goal: out: AIOS_OBJECTIVE_* that the decision was made for
 * @goal_set: out: AIOS_OBJECTIVE_* that is set; @goal is AIOS_OBJECTIVE_UTILITY instead
 *	where no answer for it could be proven
 * @status: out: AIOS_LP_* of the decision
 * @bottleneck: out: index of the row that holds the job back: under the two fair goals
 *	a full one in which nobody stands higher, else the one that it pays most for;
 *	@nr_rows: there is none
 * @level: out: under AIOS_OBJECTIVE_MAXMIN the job's position, under AIOS_OBJECTIVE_DRF
 *	its dominant share of the machine, both of the surplus and for a weight of
 *	AIOS_WEIGHT_DEFAULT, in 2^-24
 *
 * The call says why the job has what it has, and a queued one when it will start. For
 * a running job it yields the dual solution of the last decision, as far as that
 * concerns the job: an optimal x is at its upper bound where the reduced cost is
 * positive, and at its lower bound where it is negative. Rows that could not bind were
 * left out of the program and do not appear.
 */
struct aios_explain {
	__u32 size;
	__u32 flags;
	__aligned_u64 rows;
	__u32 nr_rows;
	__u32 row_size;
	__u32 state;
	__u32 weight;
	__u64 x;
	__s64 reduced_cost;
	__u32 price_shift;
	__u32 cost_shift;
	__u64 objective[2];
	__u64 gap[2];
	__u64 epoch;
	__u32 position;
	__u32 nr_jobs;
	__u64 start_ns;
	struct aios_why why;
	__u64 deadline_ns;
	__u64 end_ns;
	struct aios_estimate estimate;
	__u32 goal;
	__u32 goal_set;
	__u32 status;
	__u32 bottleneck;
	__u64 level;
};

#define AIOS_IOC_EXPLAIN	_IO(AIOS_IOC_TYPE, 0x49)

/**
 * DOC: poll() and read() of a job
 *
 * poll() gives POLLIN after any change of the job's state or grant since this
 * descriptor's last AIOS_IOC_STAT, AIOS_IOC_WAIT or read(), and POLLHUP once the job
 * has ended.
 *
 * read() yields the epoch as a __u64, once for each change, and 0 bytes at the end.
 * Without news it waits, interruptibly, or fails with EAGAIN on a non-blocking
 * descriptor. EINVAL: the buffer is shorter than 8 bytes.
 */

/**
 * struct aios_status - the status page: mmap() of a job
 * @seq: odd while the kernel writes
 * @size: bytes of this struct that the kernel fills
 * @id: as in struct aios_stat, like the next four
 * @epoch: number of the last change
 * @state: AIOS_STATE_*
 * @end: AIOS_END_*
 * @code: as @end says
 * @nr_resources: slots of the arrays over resources that are in use
 * @nr_devices: elements of @devices that are in use
 * @reserved: 0
 * @updated_ns: time at which use and pressure were measured; 0: never yet
 * @request: in each resource's unit, as in struct aios_stat, like the next three
 * @limit: in each resource's unit
 * @grant: in each resource's unit
 * @use: in each resource's unit
 * @pressure: share of the last 10 s in which some task of the job waited for the
 *	resource, in 1/100 %: of CPU, memory and disk, with AIOS_FEATURE_PSI
 * @devices: the job's accelerators
 * @stop_ns: as in struct aios_stat
 * @pending: bit i: it was left more than its grant or its limit, which it cannot give
 *	back so far
 * @reserved2: 0
 *
 * The first version ended with @devices.
 *
 * mmap() maps one page at offset 0, read-only: EINVAL for another offset or length,
 * EPERM for a page that can be written or executed. It is read without a system call:
 * a program reads seq until it is even, then the fields, then seq again, with acquire
 * barriers, and starts anew until both are the same.
 */
struct aios_status {
	__u32 seq;
	__u32 size;
	__u64 id;
	__u64 epoch;
	__u32 state;
	__u32 end;
	__u32 code;
	__u32 nr_resources;
	__u32 nr_devices;
	__u32 reserved;
	__u64 updated_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 grant[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u32 pressure[AIOS_RESOURCE_MAX];
	struct aios_job_device devices[AIOS_JOB_DEVICES_MAX];
	__u64 stop_ns;
	__u32 pending;
	__u32 reserved2;
};

/* ------------------------------------------------------------------ groups */

/**
 * struct aios_group_create - ioctl(AIOS_IOC_GROUP_CREATE) on /dev/aios
 * @size: sizeof(struct aios_group_create)
 * @flags: 0
 * @path: char[@path_len], the path of the new group; its parent exists
 * @path_len: bytes at @path, up to AIOS_PATH_MAX
 * @weight: AIOS_WEIGHT_MIN to AIOS_WEIGHT_MAX
 * @uid: owner; ~0: the caller
 * @gid: owner's group; ~0: the caller's
 * @mode: three octal digits for the owner, his group and others, each the sum of 4,
 *	to see the group's jobs, 2, to administer it and all below it, and 1, to submit
 *	to it; ~0: 0750
 * @reserved: 0
 * @id: out: the group's id, which is never used again
 * @why: out: the cause of a refusal
 *
 * The call makes a group, and its cgroup, below one that exists. The group has no
 * limits at first, so that those of its parent bind. Who administers the parent may
 * call; an owner other than the caller, and a group that the caller is not in, take
 * CAP_SYS_ADMIN. Who administers a group may do everything in it and below it.
 *
 * The components of a path have letters, digits, '_', '-' and '.', and begin with none
 * of the last two. The path begins with a slash and does not end with one.
 *
 * The call waits until the cgroup is made. A signal ends only the wait for other calls
 * that make or remove a group.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such parent, or none that the caller may see or submit to;
 *  - EPERM: the caller may not administer the parent (AIOS_WHY_PERMISSION), or may not
 *    give the group away;
 *  - EEXIST: the group is there;
 *  - EINVAL: the path is malformed (AIOS_WHY_NAME), the weight is out of range
 *    (AIOS_WHY_VALUE), or the owner or the mode is wrong;
 *  - ENAMETOOLONG: the path is too long (AIOS_WHY_NAME) or too deep (AIOS_WHY_DEPTH);
 *  - EDQUOT: the user has too many groups (AIOS_WHY_USER_BOUND);
 *  - others, of the cgroup file system (AIOS_WHY_CGROUP).
 */
struct aios_group_create {
	__u32 size;
	__u32 flags;
	__aligned_u64 path;
	__u32 path_len;
	__u32 weight;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 reserved;
	__u64 id;
	struct aios_why why;
};

#define AIOS_IOC_GROUP_CREATE	_IO(AIOS_IOC_TYPE, 0x03)

/**
 * struct aios_group_remove - ioctl(AIOS_IOC_GROUP_REMOVE) on /dev/aios
 * @size: sizeof(struct aios_group_remove)
 * @flags: 0
 * @path: char[@path_len]
 * @path_len: bytes at @path, up to AIOS_PATH_MAX
 * @reserved: 0
 * @why: out: the cause of a refusal
 *
 * The call removes a group that has neither jobs nor subgroups, and its cgroup. Who
 * administers its parent may call. It waits as AIOS_IOC_GROUP_CREATE does.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such group, or none that the caller may see or submit to;
 *  - EPERM: the caller may not administer the parent (AIOS_WHY_PERMISSION);
 *  - EBUSY: the group has jobs or subgroups, or it is the root (AIOS_WHY_BUSY);
 *  - EINVAL, ENAMETOOLONG: as of AIOS_IOC_GROUP_CREATE;
 *  - others, of the cgroup file system (AIOS_WHY_CGROUP).
 */
struct aios_group_remove {
	__u32 size;
	__u32 flags;
	__aligned_u64 path;
	__u32 path_len;
	__u32 reserved;
	struct aios_why why;
};

#define AIOS_IOC_GROUP_REMOVE	_IO(AIOS_IOC_TYPE, 0x04)

/**
 * struct aios_group_stat - ioctl(AIOS_IOC_GROUP_STAT) on /dev/aios
 * @size: sizeof(struct aios_group_stat)
 * @flags: 0
 * @path: char[@path_len]; 0 and 0: the group is asked for by @id
 * @path_len: bytes at @path, up to AIOS_PATH_MAX
 * @name_room: room at @full_path, in bytes
 * @id: the group's id, read without @path; out: its id
 * @full_path: char[@name_room], which gets the group's path and a NUL, or 0
 * @parent: out: its parent's id; 0 for that of the root
 * @uid: out: owner, as the caller's user namespace numbers him
 * @gid: out: owner's group, likewise
 * @mode: out: as in struct aios_group_create
 * @weight: out: as it is now
 * @nr_jobs: out: jobs directly in it that have not ended
 * @nr_running: out: how many of these are admitted, running or suspended
 * @nr_groups: out: groups directly below it
 * @reserved: 0
 * @limit: out: its own, in each resource's unit; AIOS_UNLIMITED: none
 * @effective: out: the smallest of its limit, its ancestors' and the machine's
 *	capacity, in each resource's unit
 * @charged: out: requests that are held in it and below it, and use beyond them, in
 *	each resource's unit
 * @granted: out: grants in it and below it, in each resource's unit
 * @use: out: what the jobs in it and below it use, and what others left behind, as last
 *	measured, in each resource's unit
 * @left: out: the part of @charged and @use that jobs which have ended left behind in it,
 *	not in those below it, as files in tmpfs and shared memory, in each resource's unit
 *
 * The first version ended with @use.
 *
 * The call shows one group. Who may see its jobs, or submit to it, may call.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such group, or none that the caller may see or submit to;
 *  - EINVAL, ENAMETOOLONG: the path is malformed or too long;
 *  - ENOSPC: the path does not fit into @full_path.
 */
struct aios_group_stat {
	__u32 size;
	__u32 flags;
	__aligned_u64 path;
	__u32 path_len;
	__u32 name_room;
	__u64 id;
	__aligned_u64 full_path;
	__u64 parent;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 weight;
	__u32 nr_jobs;
	__u32 nr_running;
	__u32 nr_groups;
	__u32 reserved;
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 effective[AIOS_RESOURCE_MAX];
	__u64 charged[AIOS_RESOURCE_MAX];
	__u64 granted[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u64 left[AIOS_RESOURCE_MAX];
};

#define AIOS_IOC_GROUP_STAT	_IO(AIOS_IOC_TYPE, 0x05)

/* ------------------------------------------------------------------ limits */

/*
 * aios_limit.flags; _STRICT and _WORK_CONSERVING exclude each other, and so do those that say
 * what the target is.
 */
#define AIOS_LIMIT_JOB		(1U << 0)	/* The target is job "id", else group "path". */
#define AIOS_LIMIT_STRICT	(1U << 1)	/* What is elastic is capped at the grant. */
#define AIOS_LIMIT_WORK_CONSERVING (1U << 2)	/* It is not, as in a new group. */
#define AIOS_LIMIT_MODE		(1U << 3)	/* The mode of the group is set. */
#define AIOS_LIMIT_MAX_RUNTIME	(1U << 4)	/* The time limit of the target is set. */
#define AIOS_LIMIT_DEFAULT_USER	(1U << 5)	/* The target is the default for users. */
#define AIOS_LIMIT_DEFAULT_GROUP (1U << 6)	/* It is that for groups of the system. */
#define AIOS_LIMIT_FLAGS	(AIOS_LIMIT_JOB | AIOS_LIMIT_STRICT | \
				 AIOS_LIMIT_WORK_CONSERVING | AIOS_LIMIT_MODE | \
				 AIOS_LIMIT_MAX_RUNTIME | AIOS_LIMIT_DEFAULT_USER | \
				 AIOS_LIMIT_DEFAULT_GROUP)

/**
 * struct aios_limit - ioctl(AIOS_IOC_LIMIT) on /dev/aios
 * @size: sizeof(struct aios_limit)
 * @flags: AIOS_LIMIT_*
 * @path: char[@path_len], the group's path; 0 and 0 with AIOS_LIMIT_JOB
 * @path_len: bytes at @path, up to AIOS_PATH_MAX
 * @resource_mask: bit i: @limit[i] is set; 0: no limit is
 * @id: the job's id, read with AIOS_LIMIT_JOB; out: the target's id
 * @weight: weight to set, or 0 to leave it; out: what it is
 * @pending: out: bit i: use is above the limit, which takes effect in steps
 * @limit: limits to set, in each resource's unit, or AIOS_UNLIMITED; out: the
 *	target's own
 * @effective: out: the smallest up to the root, in each resource's unit
 * @binding: out: id of the group whose limit that is; 0: the job itself
 * @use: out: as last measured, in each resource's unit
 * @how: out: AIOS_HOW_* of each resource on this machine
 * @why: out: the cause of a refusal
 * @mode: permission bits to set with AIOS_LIMIT_MODE, which AIOS_LIMIT_JOB excludes; out:
 *	the group's
 * @reserved: 0 with AIOS_LIMIT_MODE
 * @max_runtime_ns: time limit to set with AIOS_LIMIT_MAX_RUNTIME, a duration, or
 *	AIOS_UNLIMITED; out: the target's own
 * @effective_runtime_ns: out: the smallest up to the root; of a job its own
 * @strict: out: 1: what is elastic is capped at the grant
 * @follows: out: AIOS_LIMIT_DEFAULT_USER or AIOS_LIMIT_DEFAULT_GROUP of a group that was made
 *	by that default and has not been limited itself; else 0
 *
 * The call sets limits of a group or of a job and reads back what they come to. With
 * nothing to set it only reads, for who may see the job, or may see the group or
 * submit to it. Who administers its parent sets the limits of a group, CAP_SYS_ADMIN
 * those of the root, and who controls a job those of the job.
 *
 * With AIOS_LIMIT_DEFAULT_USER the limits are those of groups that are made by default, and
 * CAP_SYS_ADMIN sets them: while anything is limited there, a job that somebody submits to
 * the root, and who does not administer that, goes to the group "/user-UID" instead, which
 * is made when it is not there. With AIOS_LIMIT_DEFAULT_GROUP it is "/group-GID", of the
 * submitter's group, and with both "/group-GID/user-UID". In a user namespace they are those
 * of whoever made it. Groups that were made so follow when the default is set, until they
 * are limited themselves. With neither a path nor AIOS_LIMIT_MODE.
 *
 * A group's limit is not above those of its ancestors. A job's limit below its request
 * lowers the request too. A limit below what is in use takes effect step by step, so
 * that nothing is killed by a changed limit alone.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such target, or none that the caller may see;
 *  - EPERM: the caller may not set its limits, or may not raise the job's weight
 *    (AIOS_WHY_PERMISSION) or its time limit (AIOS_WHY_TIME_LIMIT), as of
 *    AIOS_IOC_UPDATE;
 *  - EINVAL: a limit is above an ancestor's (AIOS_WHY_ABOVE_PARENT), out of range
 *    (AIOS_WHY_VALUE) or so small that nothing can begin within it (AIOS_WHY_TOO_LITTLE;
 *    that of a group can be 0), the weight is out of range (AIOS_WHY_VALUE), or the path is
 *    malformed (AIOS_WHY_NAME);
 *  - ENAMETOOLONG: the path is too long (AIOS_WHY_NAME) or too deep (AIOS_WHY_DEPTH);
 *  - EOPNOTSUPP: nothing on this machine holds a limit on the resource
 *    (AIOS_WHY_UNENFORCEABLE);
 *  - EAGAIN, ENOSPC: the job's accelerators do not bear the change, as of
 *    AIOS_IOC_UPDATE;
 *  - ECANCELED: the job has ended (AIOS_WHY_STATE), and something is to be set.
 */
struct aios_limit {
	__u32 size;
	__u32 flags;
	__aligned_u64 path;
	__u32 path_len;
	__u32 resource_mask;
	__u64 id;
	__u32 weight;
	__u32 pending;
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 effective[AIOS_RESOURCE_MAX];
	__u64 binding[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u8 how[AIOS_RESOURCE_MAX];
	struct aios_why why;
	__u32 mode;
	__u32 reserved;
	__u64 max_runtime_ns;
	__u64 effective_runtime_ns;
	__u32 strict;
	__u32 follows;
};

#define AIOS_IOC_LIMIT		_IO(AIOS_IOC_TYPE, 0x06)

/* ------------------------------------------------------------------ policy */

/*
 * What orders the queue. RR, LAS and SRTF preempt: they suspend running jobs for others.
 * LEARNED needs a model, which the module does not load yet: EOPNOTSUPP.
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
#define AIOS_POLICY_RR		11	/* time slices */
#define AIOS_POLICY_LAS		12	/* least attained service */
#define AIOS_POLICY_SRTF	13	/* shortest remaining expected time */
#define AIOS_POLICY_LEARNED	14	/* the score of a trained network, the highest first */

/* Which job may start ahead of the first one that has to wait. */
#define AIOS_BACKFILL_NONE	0	/* No job may. */
#define AIOS_BACKFILL_EASY	1	/* One may that cannot delay the first. */
#define AIOS_BACKFILL_CONSERVATIVE 2	/* One may that cannot delay any job ahead of it. */

/* What the surplus is shared by, and what AIOS_IOC_LP_SOLVE solves for. */
#define AIOS_OBJECTIVE_UTILITY	0	/* The weighted sum of x is maximised. */
#define AIOS_OBJECTIVE_MAXMIN	1	/* The least x over weight is, then the next, ... */
#define AIOS_OBJECTIVE_DRF	2	/* The least dominant share over weight is, likewise. */
#define AIOS_OBJECTIVE_PROPORTIONAL	3	/* The weighted sum of log x is maximised. */

/* aios_policy.flags: which fields are set. */
#define AIOS_POLICY_SET_POLICY		(1U << 0)
#define AIOS_POLICY_SET_BACKFILL	(1U << 1)
#define AIOS_POLICY_SET_OBJECTIVE	(1U << 2)
#define AIOS_POLICY_SET_QUANTUM		(1U << 3)
#define AIOS_POLICY_SET_AGING		(1U << 4)
#define AIOS_POLICY_SET_HALF_LIFE	(1U << 5)
#define AIOS_POLICY_SET_GUARD		(1U << 6)	/* guard and guard_floor_ns are set. */
#define AIOS_POLICY_SET_INHERIT		(1U << 7)	/* A group gives up its own. */
#define AIOS_POLICY_FLAGS	(AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL | \
				 AIOS_POLICY_SET_OBJECTIVE | AIOS_POLICY_SET_QUANTUM | \
				 AIOS_POLICY_SET_AGING | AIOS_POLICY_SET_HALF_LIFE | \
				 AIOS_POLICY_SET_GUARD)

#define AIOS_TUNING_TIME_MAX	(1ULL << 52)	/* the longest duration, 52 days */
#define AIOS_QUANTUM_MIN_NS	1000000ULL	/* the shortest time slice */
#define AIOS_GUARD_UNIT		1000U		/* a guard of 1 */
#define AIOS_GUARD_MAX		1000000U
#define AIOS_RESERVATIONS_MAX	256U		/* jobs with one under AIOS_BACKFILL_CONSERVATIVE */

/**
 * struct aios_policy - ioctl(AIOS_IOC_POLICY) on /dev/aios
 * @size: sizeof(struct aios_policy); the first version ended with @nr_preempted
 * @flags: AIOS_POLICY_FLAGS: which of the following to set; 0: the call only shows;
 *	AIOS_POLICY_SET_INHERIT goes alone and with @path; out: 0 with @path
 * @policy: AIOS_POLICY_*; out: the one that holds
 * @backfill: AIOS_BACKFILL_*; out: the one that holds
 * @objective: AIOS_OBJECTIVE_*; out: the one that holds
 * @guard: times the longest wait under FIFO with EASY that nobody is to wait longer, in
 *	1/AIOS_GUARD_UNIT, above that and up to AIOS_GUARD_MAX; 0: no guard; out: the
 *	one that holds
 * @guard_floor_ns: duration, what the longest wait counts as at least; out: the one that
 *	holds, like the next three
 * @quantum_ns: duration of a time slice, AIOS_QUANTUM_MIN_NS to AIOS_TUNING_TIME_MAX; of
 *	a group 0: none of its own
 * @aging_ns: duration of a wait that is worth one step of priority; 0: none is
 * @half_life_ns: duration after which use counts half for AIOS_POLICY_FAIRSHARE; 0: it
 *	always counts in full
 * @nr_guarded: out: jobs that the guard has let go first
 * @nr_preempted: out: times that the policy has suspended a job
 * @path: char[@path_len], the path of a group; 0 and 0: the call is for the machine
 * @path_len: bytes at @path, up to AIOS_PATH_MAX
 * @own: out: AIOS_POLICY_SET_POLICY and AIOS_POLICY_SET_QUANTUM, where the group has
 *	its own
 * @nr_beyond: out: jobs that had no reservation under AIOS_BACKFILL_CONSERVATIVE, behind
 *	AIOS_RESERVATIONS_MAX others, and could not start for that
 *
 * The call shows or switches what orders the queue and what shares the surplus, and the
 * numbers that go with it. All that @flags names is set, or nothing. A switch holds for
 * what is queued already; a new objective has decided all grants when the call returns.
 * Any user may look. Switching takes CAP_SYS_ADMIN.
 *
 * A group other than the root can have a policy and a quantum of its own, by which it
 * orders its jobs and those below it. Who administers its parent sets them; who may see
 * the group or submit to it may look. The other values are the machine's. A policy that
 * preempts, or that compares groups or all jobs (AIOS_POLICY_TETRIS, AIOS_POLICY_DRF,
 * AIOS_POLICY_FAIRSHARE), cannot be a group's.
 *
 * The wait for the module's locks is not interruptible.
 *
 * Errors, beside those of every call:
 *
 *  - EPERM: the caller may not switch it;
 *  - EINVAL: a number is out of range, @path is malformed or the root, or @flags names
 *    what a group does not have;
 *  - ENAMETOOLONG: @path is too long or too deep;
 *  - EOPNOTSUPP: there is no such policy, backfill or objective, or a group cannot have
 *    this policy;
 *  - ENOENT: there is no such group, or none that the caller may see or submit to.
 */
struct aios_policy {
	__u32 size;
	__u32 flags;
	__u32 policy;
	__u32 backfill;
	__u32 objective;
	__u32 guard;
	__u64 guard_floor_ns;
	__u64 quantum_ns;
	__u64 aging_ns;
	__u64 half_life_ns;
	__u64 nr_guarded;
	__u64 nr_preempted;
	__aligned_u64 path;
	__u32 path_len;
	__u32 own;
	__u64 nr_beyond;
};

#define AIOS_IOC_POLICY		_IO(AIOS_IOC_TYPE, 0x07)

/* aios_drain.flags; they exclude each other. */
#define AIOS_DRAIN_SET		(1U << 0)	/* The machine drains from start_ns on. */
#define AIOS_DRAIN_CLEAR	(1U << 1)	/* It drains no longer. */
#define AIOS_DRAIN_REALTIME	(1U << 2)	/* start_ns is of CLOCK_REALTIME. */
#define AIOS_DRAIN_FLAGS	(AIOS_DRAIN_SET | AIOS_DRAIN_CLEAR | AIOS_DRAIN_REALTIME)

#define AIOS_REASON_MAX		255	/* bytes of a reason for people */

/**
 * struct aios_drain - ioctl(AIOS_IOC_DRAIN) on /dev/aios
 * @size: sizeof(struct aios_drain)
 * @flags: AIOS_DRAIN_*; 0: the call only shows
 * @start_ns: with AIOS_DRAIN_SET the time from which on no job starts, 0 for now; with
 *	AIOS_DRAIN_REALTIME too a time of that clock, which the drain follows when it is
 *	set; out: the time that holds, of CLOCK_MONOTONIC; 0: the machine does not drain
 * @reason: with AIOS_DRAIN_SET char[@reason_len], text without control characters, or 0
 *	and 0; with no flag char[@reason_len], which gets the text and a NUL, or 0
 * @reason_len: bytes at @reason, up to AIOS_REASON_MAX; with no flag the room there
 * @uid: out: who has set it, as the caller's user namespace numbers him; 0 while the
 *	machine does not drain
 * @nr_running: out: jobs that are admitted, running or suspended
 * @reserved: 0
 *
 * From a time on no job starts, and before it none that may run longer than until then,
 * nor one of which that is not known. Such a job says AIOS_WHY_DRAIN and holds nobody
 * up. Jobs that have started go on, and resume. A new drain takes the place of the one
 * before. Any user may look; setting and clearing take CAP_SYS_ADMIN.
 *
 * The wait for the module's locks is not interruptible.
 *
 * Errors, beside those of every call:
 *
 *  - EPERM: the caller may not set or clear it;
 *  - ENAMETOOLONG: the reason is longer than AIOS_REASON_MAX;
 *  - ENOSPC: the reason does not fit into the caller's buffer.
 */
struct aios_drain {
	__u32 size;
	__u32 flags;
	__u64 start_ns;
	__aligned_u64 reason;
	__u32 reason_len;
	__u32 uid;
	__u32 nr_running;
	__u32 reserved;
};

#define AIOS_IOC_DRAIN		_IO(AIOS_IOC_TYPE, 0x0f)

/* --------------------------------------------------------- linear programs */

/* The status of an answer. */
#define AIOS_LP_OPTIMAL		0	/* The gap is within the tolerance. */
#define AIOS_LP_CAPPED		1	/* The time was up; x is feasible and the gap is true. */
#define AIOS_LP_INFEASIBLE	2	/* The lower bounds alone exceed b. */

#define AIOS_LP_MAX_COLS	16384
#define AIOS_LP_MAX_ROWS	64

/**
 * struct aios_lp_solve - ioctl(AIOS_IOC_LP_SOLVE) on /dev/aios
 * @size: sizeof(struct aios_lp_solve); the first version ended with @solve_duration_ns
 * @flags: 0
 * @n: columns, up to AIOS_LP_MAX_COLS
 * @m: rows, up to AIOS_LP_MAX_ROWS
 * @w: __s64[@n], weights, integers below 2^40 in magnitude
 * @a: __u64[@m * @n], coefficients by rows, integers below 2^62
 * @b: __u64[@m], right-hand sides, integers below 2^62
 * @lo: __u64[@n], lower bounds in 2^-24, not above @hi; 0: all are 0
 * @hi: __u64[@n], upper bounds in 2^-24, below 2^46; 0: all are 1.0
 * @x: __u64[@n], which gets the answer in 2^-24
 * @y: __u64[@m], which gets the prices of the rows in 2^-y_shift, or 0
 * @d: __s64[@n], which gets the reduced costs of the columns in 2^-d_shift, or 0
 * @timeout_duration_ns: how long it may take, 60 s at most; 0: 10 s
 * @status: out: AIOS_LP_*
 * @iterations: out: iterations of the simplex method
 * @y_shift: out: fraction bits of @y
 * @d_shift: 0; out: fraction bits of @d, less than @y_shift where a row with large
 *	coefficients has a price
 * @objective: out: the sum of w x under each goal, the low and the high half of a signed
 *	128-bit number in 2^-24
 * @gap: out: the certified distance to the optimum, likewise: of that sum under
 *	AIOS_OBJECTIVE_UTILITY, of the sum of w log x under AIOS_OBJECTIVE_PROPORTIONAL;
 *	under the two fair goals 0 where the answer passed the test of optimality;
 *	2^127 - 1: nothing is certified
 * @solve_duration_ns: out: how long it took
 * @goal: AIOS_OBJECTIVE_*
 * @nr_resources: with AIOS_OBJECTIVE_DRF the number of first rows whose shares count,
 *	up to @m; 0: all
 *
 * The call solves one linear program by the allocator that shares the surplus: it
 * maximises the sum of w x subject to A x <= b and lo <= x <= hi, or it shares the same
 * rows by another goal. What takes x never exceeds b, whatever the goal and the status.
 * Under all goals but the first a column whose weight is not positive keeps its lower
 * bound, and reduced costs are 0; prices are those of the sum of logarithms under
 * AIOS_OBJECTIVE_PROPORTIONAL, and 1 for a row that is full under the two fair goals.
 * Documentation/allocator.rst tells of the method and of its bounds.
 *
 * Any user may call, for two programs or replays at a time. The call computes for up to
 * its timeout. A signal ends it with EINTR, and it is not restarted.
 *
 * Errors, beside those of every call:
 *
 *  - EOPNOTSUPP: there is no such goal;
 *  - EINVAL: a size or a number is out of range, or @nr_resources is given for another
 *    goal or is above @m;
 *  - EDQUOT: two programs or replays of the user are under way.
 */
struct aios_lp_solve {
	__u32 size;
	__u32 flags;
	__u32 n;
	__u32 m;
	__aligned_u64 w;
	__aligned_u64 a;
	__aligned_u64 b;
	__aligned_u64 lo;
	__aligned_u64 hi;
	__aligned_u64 x;
	__aligned_u64 y;
	__aligned_u64 d;
	__u64 timeout_duration_ns;
	__u32 status;
	__u32 iterations;
	__u32 y_shift;
	__u32 d_shift;
	__u64 objective[2];
	__u64 gap[2];
	__u64 solve_duration_ns;
	__u32 goal;
	__u32 nr_resources;
};

#define AIOS_IOC_LP_SOLVE	_IO(AIOS_IOC_TYPE, 0x0c)

/* ------------------------------------------------------------------ replay */

#define AIOS_REPLAY_JOBS_MAX	10000
#define AIOS_REPLAY_GROUPS_MAX	256
#define AIOS_REPLAY_GANGS_MAX	1024
#define AIOS_REPLAY_DRAINS_MAX	64
#define AIOS_REPLAY_DEPENDS_MAX	40000

/* aios_replay_call.flags: protocol p1 of Documentation/scheduling.rst */
#define AIOS_REPLAY_ONE_BY_ONE	(1U << 0)	/* The engine decides after each event. */
#define AIOS_REPLAY_FLAGS	AIOS_REPLAY_ONE_BY_ONE

/* aios_replay_record.flags */
#define AIOS_REPLAY_FAILS	(1U << 0)	/* The job ends without success. */

/**
 * struct aios_replay_record - a job of a workload
 * @submit_ns: when it comes, in the workload's own time, below 2^60 and not before that
 *	of the record before
 * @run_ns: duration, the service that it needs, below 2^60
 * @expected_runtime_ns: duration, what it is expected to need; 0: not known
 * @group: 0: the root; else a number below AIOS_REPLAY_GROUPS_MAX, a group below it
 * @weight: as in struct aios_submit, like the next four
 * @priority: AIOS_PRIORITY_MIN to AIOS_PRIORITY_MAX
 * @resource_mask: resources that the job states
 * @request: in each resource's unit
 * @limit: in each resource's unit; the struct's first version ended here
 * @deadline_ns: when it should have ended, in the workload's time; 0: none
 * @gang: a number below AIOS_REPLAY_GANGS_MAX, which can be used again with the same
 *	size once all its members have ended; 0: none
 * @gang_size: jobs that the gang has, up to AIOS_GANG_MAX; 0 without @gang
 * @after: number of an earlier record, from 1, that must have ended before; 0: none
 * @flags: AIOS_REPLAY_FAILS
 */
struct aios_replay_record {
	__u64 submit_ns;
	__u64 run_ns;
	__u64 expected_runtime_ns;
	__u32 group;
	__u32 weight;
	__s32 priority;
	__u32 resource_mask;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 deadline_ns;
	__u32 gang;
	__u32 gang_size;
	__u32 after;
	__u32 flags;
};

/**
 * struct aios_replay_depend - a record waits for another
 * @record: number of the one that waits, from 1, not below that of the element before
 * @on: number of an earlier one
 * @kind: AIOS_DEPEND_*
 * @reserved: 0
 */
struct aios_replay_depend {
	__u32 record;
	__u32 on;
	__u32 kind;
	__u32 reserved;
};

/**
 * struct aios_replay_drain - the machine drains, as with AIOS_IOC_DRAIN
 * @start_ns: from when on nothing starts, in the workload's time, below 2^60 and not
 *	before the end of the drain before
 * @end_ns: when jobs start again, above @start_ns and below 2^60; 0, of the last one:
 *	never
 *
 * A drain is known from the end of the one before on.
 */
struct aios_replay_drain {
	__u64 start_ns;
	__u64 end_ns;
};

/**
 * struct aios_replay_group - a group orders its own jobs
 * @group: number as in a record, not 0, and of one element only
 * @flags: AIOS_POLICY_SET_POLICY, AIOS_POLICY_SET_QUANTUM or both
 * @policy: AIOS_POLICY_*, as AIOS_IOC_POLICY sets it for a group
 * @reserved: 0
 * @quantum_ns: duration of its time slice, likewise
 */
struct aios_replay_group {
	__u32 group;
	__u32 flags;
	__u32 policy;
	__u32 reserved;
	__u64 quantum_ns;
};

/**
 * struct aios_replay_call - ioctl(AIOS_IOC_REPLAY) on /dev/aios
 * @size: sizeof(struct aios_replay_call); the first version ended with
 *	@decide_duration_ns
 * @flags: AIOS_REPLAY_FLAGS
 * @policy: as in struct aios_policy, like the next six
 * @backfill: AIOS_BACKFILL_*
 * @guard: in 1/AIOS_GUARD_UNIT
 * @nr_records: elements at @records, up to AIOS_REPLAY_JOBS_MAX
 * @guard_floor_ns: a duration
 * @quantum_ns: a duration
 * @aging_ns: a duration
 * @half_life_ns: a duration
 * @resume_cost_ns: duration of service that each resume costs, up to
 *	AIOS_TUNING_TIME_MAX
 * @records: struct aios_replay_record[@nr_records], or 0 with 0 of them
 * @elastic: bit i: the machine has resource i, which is elastic
 * @sticky: bit i: the machine has resource i, which is sticky; none is both
 * @capacity: how much the machine has, in each resource's unit; that of
 *	AIOS_RESOURCE_GPU is on accelerators of 1000 each
 * @timeout_duration_ns: how long it may take, 60 s at most; 0: 10 s
 * @hash: out: FNV-1a over the time, the kind and the job of every decision
 * @nr_decisions: out: decisions
 * @nr_events: out: arrivals, ends and ticks
 * @end_ns: out: time of the last event, in the workload's time
 * @decide_duration_ns: out: how long it took
 * @record_size: bytes of a record that the caller knows, up to a page; 0: those of its
 *	first version
 * @reserved: 0
 * @drains: struct aios_replay_drain[@nr_drains], or 0
 * @nr_drains: elements at @drains, up to AIOS_REPLAY_DRAINS_MAX; 0 with
 *	AIOS_REPLAY_ONE_BY_ONE
 * @nr_groups: elements at @groups, below AIOS_REPLAY_GROUPS_MAX
 * @groups: struct aios_replay_group[@nr_groups], or 0
 * @depends: struct aios_replay_depend[@nr_depends], or 0
 * @nr_depends: elements at @depends, up to AIOS_REPLAY_DEPENDS_MAX, and of one record
 *	up to AIOS_DEPENDS_MAX
 * @reserved2: 0
 *
 * The call replays a recorded workload through the kernel's engine, on a machine that
 * it describes: this machine's queue and jobs are not touched. The same core in another
 * process, such as aiosctl simulate, decides the same, which the hashes tell. A job that
 * the machine can never hold, or whose weight, priority or amounts are wrong, is
 * rejected, which counts as a decision and as its failure.
 *
 * Any user may call, for two programs or replays at a time. The call computes for up to
 * its timeout. A signal ends it with EINTR, and it is not restarted.
 *
 * Errors, beside those of every call:
 *
 *  - EINVAL: a record or the machine is malformed, or a number is out of range;
 *  - E2BIG: a record is longer than the kernel's, and its tail is not zero;
 *  - EOPNOTSUPP: there is no such policy or backfill, or a group cannot have this policy;
 *  - EDEADLK: jobs are left that can never start;
 *  - ETIMEDOUT: the time was up;
 *  - EDQUOT: two programs or replays of the user are under way.
 */
struct aios_replay_call {
	__u32 size;
	__u32 flags;
	__u32 policy;
	__u32 backfill;
	__u32 guard;
	__u32 nr_records;
	__u64 guard_floor_ns;
	__u64 quantum_ns;
	__u64 aging_ns;
	__u64 half_life_ns;
	__u64 resume_cost_ns;
	__aligned_u64 records;
	__u32 elastic;
	__u32 sticky;
	__u64 capacity[AIOS_RESOURCE_MAX];
	__u64 timeout_duration_ns;
	__u64 hash;
	__u64 nr_decisions;
	__u64 nr_events;
	__u64 end_ns;
	__u64 decide_duration_ns;
	__u32 record_size;
	__u32 reserved;
	__aligned_u64 drains;
	__u32 nr_drains;
	__u32 nr_groups;
	__aligned_u64 groups;
	__aligned_u64 depends;
	__u32 nr_depends;
	__u32 reserved2;
};

#define AIOS_IOC_REPLAY		_IO(AIOS_IOC_TYPE, 0x0e)

/* ------------------------------------------------------------ accelerators */

/* aios_device.flags */
#define AIOS_DEVICE_PCI		(1U << 0)	/* It was found on the PCI bus. */
#define AIOS_DEVICE_DECLARED	(1U << 1)	/* The administrator has declared it. */
#define AIOS_DEVICE_OFFLINE	(1U << 2)	/* Nothing new is placed on it. */
#define AIOS_DEVICE_GONE	(1U << 3)	/* It was unplugged while a job still holds it. */

/**
 * struct aios_device - ioctl() on /dev/aios, of the four calls that follow it
 * @size: sizeof(struct aios_device)
 * @flags: AIOS_DEVICE_*, as each call says; out of GET: those that hold
 * @id: given once, never to another accelerator; out of ADD and GET
 * @pci_class: out of GET: class, subclass and interface of its configuration space, in
 *	24 bits; of a declared one 0, like the next seven
 * @pci_vendor: out of GET
 * @pci_device: out of GET
 * @pci_subvendor: out of GET
 * @pci_subdevice: out of GET
 * @pci_domain: out of GET: where it is on the bus, with the next two
 * @pci_bus: out of GET
 * @pci_devfn: out of GET
 * @reserved: 0
 * @memory: its memory in bytes, read by ADD and SET; 0: not known, so that no
 *	AIOS_RESOURCE_GPU_MEMORY can be requested on it
 * @memory_charged: out of GET: sum of what each job requests on it, or uses beyond that,
 *	in bytes
 * @memory_used: out of GET: sum of what was charged with AIOS_IOC_CHARGE, in bytes
 * @milli: out of GET: 1000; in ADD 0 or 1000
 * @milli_charged: out of GET: thousandths that the requests of jobs hold
 * @nr_jobs: out of GET: jobs that are placed on it
 * @exclusive: out of GET: 1: one job has it to itself
 * @name: NUL-terminated, read by ADD, of a declared one: printable ASCII without blanks
 *	and slashes; of one on the bus ""
 *
 * Accelerators on the PCI bus, of the classes display controller and processing
 * accelerator, are found, also when they are plugged in later; others are declared.
 *
 * AIOS_IOC_DEVICE_ADD declares one by @name and @memory, with AIOS_DEVICE_OFFLINE if it
 * shall begin so. AIOS_IOC_DEVICE_REMOVE forgets declared one @id, with @flags 0.
 * AIOS_IOC_DEVICE_SET sets the memory of @id and AIOS_DEVICE_OFFLINE; what GET yields
 * can be changed and passed on, so the other flags are 0 or as they are. All three take
 * CAP_SYS_ADMIN.
 *
 * AIOS_IOC_DEVICE_GET, with @flags 0, yields the accelerator with the smallest id at or
 * above @id, so that asking again with @id + 1 and @flags 0 lists them all. Any user may
 * ask.
 *
 * Errors, beside those of every call:
 *
 *  - EPERM: the caller may not change accelerators;
 *  - ENOENT: there is no such accelerator; of GET: none is left;
 *  - EINVAL: the name, the memory or a flag is wrong;
 *  - EEXIST: of ADD: one of this name is declared;
 *  - ENOSPC: of ADD: there are too many;
 *  - EBUSY: of REMOVE: a job has it;
 *  - EOPNOTSUPP: of REMOVE: it is on the bus, and can only be set offline.
 */
struct aios_device {
	__u32 size;
	__u32 flags;
	__u32 id;
	__u32 pci_class;
	__u16 pci_vendor;
	__u16 pci_device;
	__u16 pci_subvendor;
	__u16 pci_subdevice;
	__u32 pci_domain;
	__u8 pci_bus;
	__u8 pci_devfn;
	__u16 reserved;
	__u64 memory;
	__u64 memory_charged;
	__u64 memory_used;
	__u32 milli;
	__u32 milli_charged;
	__u32 nr_jobs;
	__u32 exclusive;
	char name[64];
};

#define AIOS_IOC_DEVICE_ADD	_IO(AIOS_IOC_TYPE, 0x08)
#define AIOS_IOC_DEVICE_REMOVE	_IO(AIOS_IOC_TYPE, 0x09)
#define AIOS_IOC_DEVICE_SET	_IO(AIOS_IOC_TYPE, 0x0a)
#define AIOS_IOC_DEVICE_GET	_IO(AIOS_IOC_TYPE, 0x0b)

/* ---------------------------------------------------------------- queueing */

#define AIOS_QUEUEING_ENDLESS	(~0ULL)	/* a mean that does not exist */

/* Assumptions of a model that the measurement contradicts. */
#define AIOS_QUEUEING_SAMPLES	(1U << 0)	/* There are too few jobs to tell. */
#define AIOS_QUEUEING_RATE	(1U << 1)	/* The arrival rate is not stationary. */
#define AIOS_QUEUEING_ARRIVALS	(1U << 2)	/* The variation of arrivals is far from 1. */
#define AIOS_QUEUEING_SERVICE	(1U << 3)	/* The variation of service is far from 1. */
#define AIOS_QUEUEING_LOAD	(1U << 4)	/* More work arrives than can be done. */
#define AIOS_QUEUEING_ONE_SERVER (1U << 5)	/* The model has one server, the group more. */
#define AIOS_QUEUEING_ORDER	(1U << 6)	/* By the policy, later arrivals can go first. */
#define AIOS_QUEUEING_SIZES	(1U << 7)	/* Jobs ask for unequal amounts. */

/* What an estimated wait rests on. */
#define AIOS_BASIS_NONE		0	/* Nothing: no job has ended yet. */
#define AIOS_BASIS_STATE	1	/* It rests on the jobs that are ahead now. */
#define AIOS_BASIS_MMC		2	/* It rests on the model M/M/c. */
#define AIOS_BASIS_GGC		3	/* It rests on the model G/G/c. */
#define AIOS_BASIS_FUTURE	4	/* The present queue was played by expected run times. */

/**
 * struct aios_queueing_model - what a model expects of a group
 * @violations: out: AIOS_QUEUEING_*, its assumptions that do not hold; 0: it can be
 *	believed
 * @l: out: mean number of jobs that wait or are in service, in 2^-32
 * @lq: out: mean number of jobs that wait, in 2^-32
 * @w_duration_ns: out: mean time waiting and in service
 * @wq_duration_ns: out: mean time waiting
 *
 * The four means are AIOS_QUEUEING_ENDLESS under AIOS_QUEUEING_LOAD, and, as there is no
 * estimate then, under AIOS_QUEUEING_SIZES.
 */
struct aios_queueing_model {
	__u64 violations;
	__u64 l;
	__u64 lq;
	__u64 w_duration_ns;
	__u64 wq_duration_ns;
};

/**
 * struct aios_queueing - ioctl(AIOS_IOC_QUEUEING) on /dev/aios
 * @size: sizeof(struct aios_queueing)
 * @flags: 0
 * @path: char[@path_len]; 0 and 0: the group is asked for by @id
 * @path_len: bytes at @path, up to AIOS_PATH_MAX
 * @servers: servers that the models have, up to 65536; 0: as many as the mean request of
 *	its jobs fits into what the group can have, in the resource that holds the
 *	fewest; out: as used
 * @id: the group's id, read without @path; out: its id
 * @elapsed_duration_ns: out: since the group was made
 * @arrivals: out: jobs that were submitted; @waiting, @serving, @parked, @ended and
 *	@withdrawn add up to it
 * @starts: out: admissions and resumptions
 * @ended: out: jobs that ended in service
 * @withdrawn: out: jobs that ended otherwise
 * @requeued: out: suspensions and retries
 * @waiting: out: jobs that wait for room now
 * @serving: out: jobs that are admitted or running now
 * @parked: out: jobs that nobody waits in ENTER for, or that are suspended, now
 * @reserved: 0
 * @l: out: mean number of jobs waiting or in service, in 2^-32
 * @lq: out: mean number of jobs waiting, in 2^-32
 * @ls: out: mean number of jobs in service, in 2^-32
 * @w_duration_ns: out: mean time that a job waited or was in service, @l by the arrival
 *	rate
 * @wq_duration_ns: out: mean time that a job waited
 * @arrival_rate: out: arrivals per second, in 2^-32
 * @service_rate: out: jobs per second of one server that is busy, in 2^-32
 * @gap_duration_ns: out: mean time between arrivals
 * @gap_scv: out: its squared coefficient of variation, in 2^-32
 * @service_duration_ns: out: mean time in service of the jobs that ended
 * @service_scv: out: its squared coefficient of variation, in 2^-32
 * @drain: out: servers in effect while jobs waited, in 2^-32; 0: none waited
 * @recent_gap_duration_ns: out: mean of about the last 256, like the next two
 * @recent_service_duration_ns: out: mean time in service
 * @recent_wait_duration_ns: out: mean time waiting
 * @estimated: out: 1: a job has arrived and one has ended, so that the models are known;
 *	else what follows, up to @ggc, is 0
 * @violations: out: AIOS_QUEUEING_* of any model
 * @rho: out: work that arrives, per time and server, in 2^-32
 * @delay: out: probability that a job waits (Erlang C), in 2^-32
 * @drift: out: statistic of the test for a stationary arrival rate, in 2^-32
 * @drift_limit: out: above it the rate is not stationary, in 2^-32; 0: cannot be told
 * @mm1: out: what M/M/1 expects
 * @mmc: out: what M/M/c expects
 * @ggc: out: what G/G/c expects
 * @next_basis: out: AIOS_BASIS_* of the wait of a job that came now
 * @next_violations: out: AIOS_QUEUEING_* that this wait suffers from
 * @next_duration_ns: out: how long it would wait, on average
 * @next_low_duration_ns: out: one job in ten waits less
 * @next_high_duration_ns: out: one job in ten waits longer
 *
 * The call says what queueing theory says of a group and all below it, as measured since
 * the group was made, beside what three models expect. Documentation/queueing.rst
 * explains the terms. Numbers in 2^-32 stop at the largest 64-bit number. Who may see the
 * group's jobs, or submit to it, may call.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is no such group, or none that the caller may see or submit to;
 *  - EINVAL: there are too many servers, or the path is malformed;
 *  - ENAMETOOLONG: the path is too long or too deep.
 */
struct aios_queueing {
	__u32 size;
	__u32 flags;
	__aligned_u64 path;
	__u32 path_len;
	__u32 servers;
	__u64 id;
	__u64 elapsed_duration_ns;
	__u64 arrivals;
	__u64 starts;
	__u64 ended;
	__u64 withdrawn;
	__u64 requeued;
	__u32 waiting;
	__u32 serving;
	__u32 parked;
	__u32 reserved;
	__u64 l;
	__u64 lq;
	__u64 ls;
	__u64 w_duration_ns;
	__u64 wq_duration_ns;
	__u64 arrival_rate;
	__u64 service_rate;
	__u64 gap_duration_ns;
	__u64 gap_scv;
	__u64 service_duration_ns;
	__u64 service_scv;
	__u64 drain;
	__u64 recent_gap_duration_ns;
	__u64 recent_service_duration_ns;
	__u64 recent_wait_duration_ns;
	__u32 estimated;
	__u32 violations;
	__u64 rho;
	__u64 delay;
	__u64 drift;
	__u64 drift_limit;
	struct aios_queueing_model mm1;
	struct aios_queueing_model mmc;
	struct aios_queueing_model ggc;
	__u32 next_basis;
	__u32 next_violations;
	__u64 next_duration_ns;
	__u64 next_low_duration_ns;
	__u64 next_high_duration_ns;
};

#define AIOS_IOC_QUEUEING	_IO(AIOS_IOC_TYPE, 0x0d)

/* --------------------------------------------------------------- predicting */

/*
 * Who guesses what a job will run. Those from AIOS_EXPERT_LIKE_1 on weigh the jobs of the user
 * by how like this one they are, each in another way: Documentation/prediction.rst.
 */
#define AIOS_EXPERT_REQUEST	0	/* what the job states */
#define AIOS_EXPERT_LAST	1	/* the user's last job */
#define AIOS_EXPERT_LAST_TWO	2	/* the average of his last two */
#define AIOS_EXPERT_SAME	3	/* his last of the same kind: name, request and size */
#define AIOS_EXPERT_LIKE_1	4
#define AIOS_EXPERT_LIKE_2	5
#define AIOS_EXPERT_LIKE_3	6
#define AIOS_EXPERT_LIKE_4	7
#define AIOS_EXPERT_LIKE_5	8
#define AIOS_EXPERT_LIKE_6	9
#define AIOS_EXPERT_TREE	10	/* the regression tree */
#define AIOS_EXPERT_VECTORS	11	/* the support vectors */
#define AIOS_EXPERT_MAX		16	/* room for others */

/* What the tree asks of a job. The first eight are durations in ns, but for the second. */
#define AIOS_ASKS_REQUEST	0	/* what it states */
#define AIOS_ASKS_SIZE		1	/* what it requests, in the unit of that resource */
#define AIOS_ASKS_LAST		2	/* what the user's last job ran */
#define AIOS_ASKS_EARLIER	3	/* what the one before that ran */
#define AIOS_ASKS_LAST_TWO	4	/* the average of the two */
#define AIOS_ASKS_SAME		5	/* what his last of the same kind ran */
#define AIOS_ASKS_NEAR		6	/* what his jobs ran, by likeness and age */
#define AIOS_ASKS_WIDE		7	/* what his jobs ran, by likeness */
#define AIOS_ASKS_KIND		8	/* jobs of the same kind that are known, up to 3 */
#define AIOS_ASKS_NR		9	/* jobs of the user that are known */
#define AIOS_ASKS_HOUR		10	/* quarter of an hour of the day, in UTC */
#define AIOS_ASKS_DAY		11	/* of the week, from Thursday, 0 */

/* Questions from the root of the tree to a leaf, at most. */
#define AIOS_PREDICT_STEPS_MAX	16

/**
 * struct aios_predict_step - a question of the tree, and the answer
 * @asks: out: AIOS_ASKS_*
 * @above: out: 1: @value is above @threshold; 0: it is not
 * @value: out: what is known of the job, in the unit of what is asked
 * @threshold: out: what it is compared with, likewise
 */
struct aios_predict_step {
	__u32 asks;
	__u32 above;
	__u64 value;
	__u64 threshold;
};

/**
 * struct aios_predict_call - ioctl(AIOS_IOC_PREDICT) on /dev/aios
 * @size: sizeof(struct aios_predict_call)
 * @flags: 0
 * @name: char[@name_len], as in struct aios_submit, like the next eight
 * @features: __s64[@nr_features], or 0
 * @name_len: bytes at @name
 * @nr_features: elements at @features
 * @command: hash of what the job runs, or 0
 * @shape: hash of the shape of its arguments, or 0
 * @resource_mask: bit i: @request[i] is stated
 * @expert: out: AIOS_EXPERT_* that is trusted most
 * @expected_runtime_ns: a duration; 0: not known
 * @max_runtime_ns: a duration; 0: none
 * @request: in each resource's unit
 * @run_duration_ns: out: what it would run; 0: nothing can be told, and the next three are 0
 * @low_duration_ns: out: one in ten runs less
 * @high_duration_ns: out: one in ten runs longer
 * @most_duration_ns: out: one in twenty runs longer
 * @nr_known: out: jobs of the user that are known
 * @nr_same: out: how many of these are of the same kind, up to 3
 * @nr_lessons: out: jobs that the tree and the support vectors know; 0: they are not trained
 * @nr_steps: out: elements of @step in use; 0: no tree has been trained yet
 * @reserved: 0
 * @guess: out: of each expert, a duration; 0: he has none
 * @weight: out: of each expert's guess, in 2^-16
 * @step: out: how the tree comes to its guess
 *
 * The call says what a job like this would be expected to run if its submitter were the
 * caller. Administrators have one experience, which the number 0 alone gives nobody; nor does
 * one that was lent in a user namespace. Any user may ask.
 *
 * Errors, beside those of every call:
 *
 *  - EINVAL: there are too many features, or the name is malformed;
 *  - ENAMETOOLONG: the name is too long.
 */
struct aios_predict_call {
	__u32 size;
	__u32 flags;
	__aligned_u64 name;
	__aligned_u64 features;
	__u32 name_len;
	__u32 nr_features;
	__u64 command;
	__u64 shape;
	__u32 resource_mask;
	__u32 expert;
	__u64 expected_runtime_ns;
	__u64 max_runtime_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 run_duration_ns;
	__u64 low_duration_ns;
	__u64 high_duration_ns;
	__u64 most_duration_ns;
	__u32 nr_known;
	__u32 nr_same;
	__u64 nr_lessons;
	__u32 nr_steps;
	__u32 reserved;
	__u64 guess[AIOS_EXPERT_MAX];
	__u32 weight[AIOS_EXPERT_MAX];
	struct aios_predict_step step[AIOS_PREDICT_STEPS_MAX];
};

#define AIOS_IOC_PREDICT	_IO(AIOS_IOC_TYPE, 0x10)

/**
 * struct aios_attempt - ioctl(AIOS_IOC_ATTEMPT) on /dev/aios
 * @size: sizeof(struct aios_attempt)
 * @flags: 0
 * @number: of the record, from 1: the smallest that is of interest; out: its number
 * @job: out: id of the job
 * @group: out: id of its group
 * @attempt: out: which attempt of the job it was, from 1
 * @uid: out: who submitted it, as the caller's user namespace numbers him
 * @gid: out: his group, likewise
 * @end: out: AIOS_END_*; of an attempt that another followed AIOS_END_OOM
 * @code: out: as @end says
 * @retried: out: 1: another attempt followed
 * @nr_queued: out: jobs that were queued when it was submitted
 * @nr_running: out: jobs that were admitted, running or suspended then
 * @resource_mask: out: resources that it stated
 * @nr_features: out: elements of @features in use
 * @command: out: as submitted
 * @shape: out: as submitted
 * @submit_realtime_ns: out: when the job was submitted, by CLOCK_REALTIME
 * @wait_duration_ns: out: from its submission, or the end of the attempt before, to its
 *	admission, or its end
 * @run_duration_ns: out: from its entry to its end, less suspensions; 0: nobody entered it
 * @suspended_duration_ns: out: of all attempts so far
 * @cpu_duration_ns: out: CPU time of the attempt; what it used on average is this by
 *	@run_duration_ns
 * @expected_runtime_ns: out: a duration, as stated at last; 0: nothing
 * @max_runtime_ns: out: a duration, its time limit; 0: none
 * @predicted_duration_ns: out: what was predicted at its submission, for its submitter and the
 *	administrator; 0: nothing could be
 * @predicted_low_duration_ns: out: one in ten was expected to run less
 * @predicted_high_duration_ns: out: one in ten was expected to run longer
 * @predicted_most_duration_ns: out: one in twenty was expected to run longer
 * @request: out: at the end of the attempt, in each resource's unit
 * @limit: out: likewise
 * @peak: out: the most that was measured, of all attempts so far, in each resource's unit
 * @features: out: as submitted
 * @name: out: the job's name and a NUL
 *
 * The call yields the record of an attempt that is over, with the smallest number at or
 * above @number of those that the caller may see, which are those whose jobs he may see; so
 * asking again with @number + 1 lists them all. Of each user the newest are kept, by the
 * parameter attempts of the module.
 *
 * Errors, beside those of every call:
 *
 *  - ENOENT: there is none from @number on that the caller may see.
 */
struct aios_attempt {
	__u32 size;
	__u32 flags;
	__u64 number;
	__u64 job;
	__u64 group;
	__u32 attempt;
	__u32 uid;
	__u32 gid;
	__u32 end;
	__u32 code;
	__u32 retried;
	__u32 nr_queued;
	__u32 nr_running;
	__u32 resource_mask;
	__u32 nr_features;
	__u64 command;
	__u64 shape;
	__u64 submit_realtime_ns;
	__u64 wait_duration_ns;
	__u64 run_duration_ns;
	__u64 suspended_duration_ns;
	__u64 cpu_duration_ns;
	__u64 expected_runtime_ns;
	__u64 max_runtime_ns;
	__u64 predicted_duration_ns;
	__u64 predicted_low_duration_ns;
	__u64 predicted_high_duration_ns;
	__u64 predicted_most_duration_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 peak[AIOS_RESOURCE_MAX];
	__s64 features[AIOS_FEATURES_MAX];
	char name[64];
};

#define AIOS_IOC_ATTEMPT	_IO(AIOS_IOC_TYPE, 0x11)

/* --------------------------------------------------------- generic netlink */

/**
 * DOC: The generic netlink family
 *
 * The family is in the initial network namespace. A request takes no attributes.
 * AIOS_CMD_JOB_GET and AIOS_CMD_GROUP_GET dump the jobs and the groups that the sender
 * may see. AIOS_CMD_SUBSCRIBE has the events that the sender may see sent to his socket
 * from now on, as AIOS_CMD_EVENT by unicast: those of jobs and groups that he may see,
 * and all that concern the machine. Their sequence number counts up by one, so that a
 * gap tells of events that were lost because the socket was full. EALREADY: the socket
 * is subscribed; EDQUOT: the user has too many subscriptions.
 *
 * All events also go to the multicast group AIOS_GENL_EVENTS, which takes CAP_SYS_ADMIN
 * to join.
 *
 * What is sent is what both may see, who sent the request and who opened the socket: a
 * program with more rights than its caller, made to write to a socket that it was given,
 * opens nothing to him. Users are numbered as in the user namespace of who opened the
 * socket, in the multicast group as in the initial one; processes as in the pid namespace
 * of who sent the request, 0 for one that is not in it.
 */

#define AIOS_GENL_NAME		"aios"
#define AIOS_GENL_VERSION	1
#define AIOS_GENL_EVENTS	"events"

/* Commands */
#define AIOS_CMD_JOB_GET	1	/* a dump */
#define AIOS_CMD_GROUP_GET	2	/* a dump */
#define AIOS_CMD_EVENT		3	/* what the kernel sends */
#define AIOS_CMD_SUBSCRIBE	4	/* a request that is done */

/* AIOS_A_EVENT: what happened. */
#define AIOS_EVENT_SUBMITTED	1	/* A job was queued. */
#define AIOS_EVENT_ADMITTED	2	/* It holds its request. */
#define AIOS_EVENT_STARTED	3	/* A process entered it. */
#define AIOS_EVENT_GRANTED	4	/* Its grant changed. */
#define AIOS_EVENT_SUSPENDED	5	/* It was frozen. */
#define AIOS_EVENT_RESUMED	6	/* It goes on. */
#define AIOS_EVENT_ENDED	7	/* It ended: AIOS_A_END and AIOS_A_CODE say how. */
#define AIOS_EVENT_LIMIT	8	/* Limits or a weight changed, or what a job asks for. */
#define AIOS_EVENT_OOM		9	/* A process of the job was killed out of memory. */
#define AIOS_EVENT_GROUP_CREATED 10	/* A group was made. */
#define AIOS_EVENT_GROUP_REMOVED 11	/* A group was removed. */
#define AIOS_EVENT_DEVICE	12	/* Accelerator AIOS_A_DEVICE came, changed or went. */
#define AIOS_EVENT_HELD		13	/* A queued job was put on hold. */
#define AIOS_EVENT_RELEASED	14	/* It was released from hold. */
#define AIOS_EVENT_RETRIED	15	/* It is queued again, with a larger request. */
#define AIOS_EVENT_DRAIN	16	/* A drain was announced, or is over. */
#define AIOS_EVENT_TIME_LIMIT	17	/* Its time is nearly up: it ends at AIOS_A_STOP. */
#define AIOS_EVENT_KEPT		18	/* A job cannot give back what is above its grant. */

/* Attributes. An array has AIOS_RESOURCE_MAX elements of u64, in each resource's unit. */
#define AIOS_A_UNSPEC		0	/* not used */
#define AIOS_A_PAD		1	/* alignment */
#define AIOS_A_EVENT		2	/* u32, AIOS_EVENT_* */
#define AIOS_A_TIME		3	/* u64, ns: when it happened */
#define AIOS_A_JOB		4	/* u64, id of the job */
#define AIOS_A_GROUP		5	/* u64, id of the group */
#define AIOS_A_PATH		6	/* string, the group's path */
#define AIOS_A_NAME		7	/* string, the job's name */
#define AIOS_A_STATE		8	/* u32, AIOS_STATE_* */
#define AIOS_A_END		9	/* u32, AIOS_END_* */
#define AIOS_A_CODE		10	/* u32, as AIOS_A_END says */
#define AIOS_A_UID		11	/* u32, who submitted the job, or owns the group */
#define AIOS_A_GID		12	/* u32, his group */
#define AIOS_A_PID		13	/* s32, who entered the job; 0: nobody */
#define AIOS_A_PRIORITY		14	/* s32, of the job */
#define AIOS_A_WEIGHT		15	/* u32, of the job or the group */
#define AIOS_A_POSITION		16	/* u32, in the queue, from 1; 0: not queued */
#define AIOS_A_FLAGS		17	/* u32, AIOS_JOB_* */
#define AIOS_A_MASK		18	/* u32, resources that the job states */
#define AIOS_A_REQUEST		19	/* array, of a job */
#define AIOS_A_LIMIT		20	/* array, of a job or a group */
#define AIOS_A_GRANT		21	/* array; of a group: of all its jobs */
#define AIOS_A_USE		22	/* array, as last measured */
#define AIOS_A_CHARGED		23	/* array, of a group: requests that are held */
#define AIOS_A_EFFECTIVE	24	/* array, of a group: the smallest limit up to the root */
#define AIOS_A_SUBMIT		25	/* u64, ns: when the job was submitted */
#define AIOS_A_ADMIT		26	/* u64, ns: when it was admitted; 0: not yet */
#define AIOS_A_START		27	/* u64, ns: when it was entered; 0: not yet */
#define AIOS_A_FINISH		28	/* u64, ns: when it ended; 0: not yet */
#define AIOS_A_CPU		29	/* u64, ns of CPU time */
#define AIOS_A_DEVICE		30	/* u32, id of the accelerator */
#define AIOS_A_PARENT		31	/* u64, id of the group's parent; 0: it is the root */
#define AIOS_A_MODE		32	/* u32, of the group */
#define AIOS_A_JOBS		33	/* u32, jobs in the group */
#define AIOS_A_RUNNING		34	/* u32, jobs in the group that are admitted */
#define AIOS_A_EPOCH		35	/* u64, number of the job's last change */
#define AIOS_A_DEADLINE		36	/* u64, ns: when the job should have ended; 0: none */
#define AIOS_A_ATTEMPT		37	/* u32, of the job, from 1 */
#define AIOS_A_DRAIN		38	/* u64, ns: from when on nothing starts; 0: no drain */
#define AIOS_A_STOP		39	/* u64, ns: when its time is up; 0: not known */
#define AIOS_A_LEFT		40	/* array, of a group: what ended jobs left in it */
#define AIOS_A_BEGIN		41	/* u64, ns: the job does not start before; 0: at once */
#define AIOS_A_MAX		41

#endif /* _UAPI_LINUX_AIOS_H */
