/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libaios: programs talk to the aios kernel module through this header.
 *
 * The library is thin. It opens /dev/aios, wraps every call of the ABI in
 * <linux/aios.h>, reads a job's status page without a system call, reads the
 * dumps and events of generic netlink, and translates between constants,
 * quantities and text. It keeps no thread and prints nothing.
 *
 * Conventions
 *
 * - A function that can fail returns 0 (or a count) or a negative errno; errno
 *   itself is not meaningful afterwards. A function that fails yields nothing
 *   that the caller would have to free. A wrapper of a call returns that call's
 *   errors, which stand in <linux/aios.h>; "another errno" below means these.
 * - struct aios_ctx and struct aios_job may be used by several threads at once;
 *   struct aios_monitor by one at a time. Handles are counted: *_new, *_open
 *   and *_from_* yield one reference, *_ref another, *_unref gives one back and
 *   returns NULL. Every *_unref takes NULL.
 * - The structs of <linux/aios.h> carry their size, so that they can grow. A
 *   program sets them up with AIOS_INIT() or the initialiser of their own, which
 *   records the size that it was compiled with. A size of 0 is -EINVAL.
 * - "out" marks what a function writes; all else is read. A string or an array
 *   that is "kept by reference" must stay until the call has returned.
 * - Times are CLOCK_MONOTONIC nanoseconds, absolute unless named a duration.
 *   Amounts are in their resource's unit: thousandths of CPUs and devices,
 *   bytes, bytes per second, tasks.
 * - An interrupted wait returns -EINTR and can be repeated as it was.
 */
#ifndef AIOS_H
#define AIOS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/aios.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An open device. It is immutable but for its reference count. */
struct aios_ctx;

/* A job: its file descriptor and its status page. */
struct aios_job;

/* A subscription to events: its socket and the record of the last one. */
struct aios_monitor;

/**
 * AIOS_INIT() - zero a struct of the ABI and record its size
 * @p: pointer to the struct
 *
 * Since: 0.1.0
 */
#define AIOS_INIT(p)							\
	aios_init((p), offsetof(__typeof__((p)[0]), size), sizeof((p)[0]))
static inline void aios_init(void *p, size_t offset, size_t size)
{
	__u32 value = (__u32)size;

	memset(p, 0, size);
	memcpy((char *)p + offset, &value, sizeof(value));
}

/**
 * aios_pointer() - turn a pointer into what the ABI carries
 * @p: pointer, or NULL
 *
 * Return: @p in 64 bits, whatever the size of a pointer.
 * Since: 0.1.0
 */
static inline __u64 aios_pointer(const void *p)
{
	return (__u64)(uintptr_t)p;
}

/* ----------------------------------------------------------------- context */

#define AIOS_DEVICE_PATH	"/dev/" AIOS_DEVICE_NAME

/**
 * aios_new() - open the device
 * @ctx: out: the context
 * @path: path of the device, or NULL for AIOS_DEVICE_PATH
 *
 * Return: 0; -ENOENT when the module is not loaded, -EACCES when the caller may
 * not use it, -ENOTTY when @path is something else, -EPROTONOSUPPORT when the
 * module is older than this library's ABI, or another errno of open(2).
 * Since: 0.1.0
 */
int aios_new(struct aios_ctx **ctx, const char *path);

/**
 * aios_ref() - take a reference
 * @ctx: a context
 *
 * Return: @ctx.
 * Since: 0.1.0
 */
struct aios_ctx *aios_ref(struct aios_ctx *ctx);

/**
 * aios_unref() - give a reference back; the last closes the device
 * @ctx: a context or NULL
 *
 * Jobs that came from the context stay valid.
 *
 * Return: NULL.
 * Since: 0.1.0
 */
struct aios_ctx *aios_unref(struct aios_ctx *ctx);

/**
 * aios_fd() - yield the device's file descriptor, which stays the context's
 * @ctx: a context
 *
 * Return: the file descriptor.
 * Since: 0.1.0
 */
int aios_fd(const struct aios_ctx *ctx);

/**
 * aios_version() - yield the version of the library that runs
 *
 * Return: "major.minor.patch".
 * Since: 0.1.0
 */
const char *aios_version(void);

/* ------------------------------------------------------------- information */

/**
 * aios_info() - AIOS_IOC_INFO: read versions, features, counts and bounds
 * @ctx: a context
 * @info: set up with AIOS_INIT(), then its buffers resources and cgroup_root, with
 *	their rooms, as wanted; out: the other members
 *
 * Return: 0 or -errno.
 * Since: 0.1.0
 */
int aios_info(struct aios_ctx *ctx, struct aios_info *info);

/**
 * aios_resources() - read the machine's table of resources
 * @ctx: a context
 * @table: out: struct aios_resource_info[@room]; entries past those returned are
 *	untouched
 * @room: entries at @table; AIOS_RESOURCE_MAX is always enough
 *
 * Return: the number of resources that the machine has, of which the first
 * @room are in @table, or -errno.
 * Since: 0.1.0
 */
static inline int aios_resources(struct aios_ctx *ctx,
				 struct aios_resource_info *table, uint32_t room)
{
	struct aios_info info;
	int err;

	AIOS_INIT(&info);
	info.resources = aios_pointer(table);
	info.nr_resources = room;
	info.resource_size = sizeof(*table);
	err = aios_info(ctx, &info);
	return err ? err : (int)info.nr_resources;
}

/**
 * aios_cgroup_root() - read the path of the cgroup that the module governs
 * @ctx: a context
 * @buf: out: char[@len], the NUL-terminated path
 * @len: bytes at @buf
 *
 * Return: 0, -ERANGE when @len is too small, or -errno.
 * Since: 0.1.0
 */
int aios_cgroup_root(struct aios_ctx *ctx, char *buf, size_t len);

/* -------------------------------------------------------------- submission */

/**
 * aios_submit_init() - describe a job in group "/" with default weight and no requests
 * @s: the struct to set up
 *
 * The members flags, weight, priority, expected_runtime_ns, max_runtime_ns, deadline_ns
 * and leader are then set directly, the others with the functions below.
 *
 * Since: 0.1.0
 */
static inline void aios_submit_init(struct aios_submit *s)
{
	AIOS_INIT(s);
	s->weight = AIOS_WEIGHT_DEFAULT;
	s->cgroup_fd = -1;
	s->fd = -1;
}

/**
 * aios_submit_set_group() - submit to a group
 * @s: the submission
 * @path: path of the group, such as "/team/project", kept by reference; NULL for "/"
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_group(struct aios_submit *s, const char *path)
{
	s->group = aios_pointer(path);
	s->group_len = path ? (__u32)strlen(path) : 0;
}

/**
 * aios_submit_set_name() - name the job
 * @s: the submission
 * @name: at most AIOS_NAME_MAX bytes, kept by reference; NULL for none
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_name(struct aios_submit *s, const char *name)
{
	s->name = aios_pointer(name);
	s->name_len = name ? (__u32)strlen(name) : 0;
}

/**
 * aios_submit_set_features() - describe the job to the predictor
 * @s: the submission
 * @features: __s64[@nr], kept by reference
 * @nr: numbers at @features, at most AIOS_FEATURES_MAX
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_features(struct aios_submit *s,
					    const __s64 *features, uint32_t nr)
{
	s->features = aios_pointer(features);
	s->nr_features = nr;
}

/**
 * aios_submit_set_depends() - wait for other jobs
 * @s: the submission
 * @depends: struct aios_depend[@nr], kept by reference
 * @nr: jobs at @depends, at most AIOS_DEPENDS_MAX; 0: the job waits for none
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_depends(struct aios_submit *s,
					   const struct aios_depend *depends,
					   uint32_t nr)
{
	s->depends = aios_pointer(nr ? depends : NULL);
	s->nr_depends = nr;
	s->depend_size = nr ? sizeof(*depends) : 0;
}

/**
 * aios_submit_set_gang() - start together with other jobs
 * @s: the submission
 * @name: name of the gang, at most AIOS_NAME_MAX bytes, kept by reference; the jobs
 *        of one user in one group that name the same one belong to it
 * @size: how many jobs it has, at most AIOS_GANG_MAX
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_gang(struct aios_submit *s, const char *name,
					uint32_t size)
{
	s->gang = aios_pointer(name);
	s->gang_len = name ? (__u32)strlen(name) : 0;
	s->gang_size = size;
}

/**
 * aios_submit_set_retry() - start again after running out of memory
 * @s: the submission
 * @retries: how often, at most AIOS_RETRIES_MAX
 * @factor: by which the request for memory grows each time, in 1/AIOS_RETRY_UNIT:
 *          above that, up to AIOS_RETRY_FACTOR_MAX; 0: AIOS_RETRY_FACTOR_DEFAULT
 *
 * In each attempt the job may use what it requests in that attempt; the limit that
 * was stated for memory, above the request, is how far it grows. Whoever submits
 * starts it again: after each attempt the job is AIOS_STATE_QUEUED once more, and a
 * process has to enter it.
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_retry(struct aios_submit *s, uint32_t retries,
					 uint32_t factor)
{
	s->retries = retries;
	s->retry_factor = retries && !factor ? AIOS_RETRY_FACTOR_DEFAULT : factor;
}

/**
 * aios_submit_set_cgroup() - govern a cgroup that exists, such as a container's
 * @s: the submission
 * @fd: an open directory of cgroup v2
 *
 * Since: 0.1.0
 */
static inline void aios_submit_set_cgroup(struct aios_submit *s, int fd)
{
	s->flags |= AIOS_SUBMIT_ADOPT;
	s->cgroup_fd = fd;
}

/**
 * aios_submit_set_resource() - state what the job needs and what it can use
 * @s: the submission
 * @resource: AIOS_RESOURCE_*
 * @request: what it needs to start, in the resource's unit
 * @limit: what it can use, likewise, at least @request, or AIOS_UNLIMITED
 *
 * Return: 0, -EINVAL for a number that no resource can have, or -ERANGE when
 * @request is above @limit.
 * Since: 0.1.0
 */
int aios_submit_set_resource(struct aios_submit *s, uint32_t resource,
			     uint64_t request, uint64_t limit);

/**
 * aios_submit_set_text() - state a resource as people write it
 * @s: the submission
 * @resource: the resource's name, such as "cpu"; see aios_resource_from_name()
 * @range: its request and its limit, such as "2:8"; see aios_range_parse()
 *
 * Return: 0, -ENOENT for an unknown name, or an error of aios_range_parse().
 * Since: 0.1.0
 */
int aios_submit_set_text(struct aios_submit *s, const char *resource,
			 const char *range);

/**
 * aios_submit() - AIOS_IOC_SUBMIT: queue a job
 * @ctx: a context
 * @s: the submission; out: id, fd, state and why, the last on failure too
 * @job: out: the job's handle; NULL: @s->fd is the caller's to close
 *
 * A job that nobody entered is cancelled when its last file descriptor is
 * closed. With AIOS_SUBMIT_DRY_RUN nothing is queued, and @job becomes NULL.
 *
 * Return: 0 or -errno; the cause is in @s->why.
 * Since: 0.1.0
 */
int aios_submit(struct aios_ctx *ctx, struct aios_submit *s,
		struct aios_job **job);

/* -------------------------------------------------------------------- jobs */

/* This environment variable names a job's file descriptor to the job's processes. */
#define AIOS_JOB_FD_ENV		"AIOS_JOB_FD"

/**
 * aios_job_open() - AIOS_IOC_JOB_OPEN: make a handle for a job by its id
 * @ctx: a context
 * @id: id of the job
 * @job: out: its handle
 *
 * Return: 0; -ENOENT when there is none that the caller may see, or another
 * errno.
 * Since: 0.1.0
 */
int aios_job_open(struct aios_ctx *ctx, uint64_t id, struct aios_job **job);

/**
 * aios_job_from_fd() - make a handle from a descriptor, as from a socket
 * @fd: descriptor of a job; on success it becomes the handle's, which closes it
 * @job: out: the handle
 *
 * The caller needs no access to the device.
 *
 * Return: 0; -ENOTTY when @fd is no job's, and @fd stays the caller's on every
 * error.
 * Since: 0.1.0
 */
int aios_job_from_fd(int fd, struct aios_job **job);

/**
 * aios_job_from_environment() - find the job that the calling process runs in
 * @job: out: its handle
 *
 * The function duplicates the file descriptor that AIOS_JOB_FD names, so that
 * several libraries of one process can each call it, and leaves the original to
 * programs that the process starts. As they share one open file, a read of the
 * epoch or a stat by one clears the readiness that another polls for: such
 * programs compare the epoch of the status page instead.
 *
 * Return: 0; -ENOENT when the variable is not set, -EINVAL when it is not a
 * number, -EBADF when no such file is open, -ENOTTY when it is no job's.
 * Since: 0.1.0
 */
int aios_job_from_environment(struct aios_job **job);

/**
 * aios_job_to_environment() - let the program that is executed next find its job
 * @job: a job
 *
 * The function sets AIOS_JOB_FD, and lets the file descriptor survive execve(2).
 * It changes the process' environment, so that no other thread may use that
 * meanwhile.
 *
 * Return: 0 or -errno.
 * Since: 0.1.0
 */
int aios_job_to_environment(struct aios_job *job);

/**
 * aios_job_ref() - take a reference
 * @job: a job
 *
 * Return: @job.
 * Since: 0.1.0
 */
struct aios_job *aios_job_ref(struct aios_job *job);

/**
 * aios_job_unref() - give a reference back; the last closes and unmaps
 * @job: a job or NULL
 *
 * Return: NULL.
 * Since: 0.1.0
 */
struct aios_job *aios_job_unref(struct aios_job *job);

/**
 * aios_job_id() - yield the id of a job
 * @job: a job
 *
 * Return: the id.
 * Since: 0.1.0
 */
uint64_t aios_job_id(const struct aios_job *job);

/**
 * aios_job_fd() - yield a job's descriptor, to poll or to send over a socket
 * @job: a job
 *
 * Return: the file descriptor, which stays the handle's.
 * Since: 0.1.0
 */
int aios_job_fd(const struct aios_job *job);

/**
 * aios_job_enter() - AIOS_IOC_ENTER: make the calling process the job
 * @job: a job
 * @timeout_ns: time at which the caller gives up, 0 for never
 * @why: out: what the job waited for at last, or NULL
 *
 * The call blocks until the job is admitted. The caller then executes its program.
 *
 * Return: 0; -EBUSY when another process or thread enters or has, -EALREADY when
 * the caller has, -ECANCELED when the job has ended, -ETIMEDOUT, -EINTR, or another
 * errno.
 * Since: 0.1.0
 */
int aios_job_enter(struct aios_job *job, uint64_t timeout_ns,
		   struct aios_why *why);

/**
 * aios_job_wait() - AIOS_IOC_WAIT: wait for a state of a set, or for the end
 * @job: a job
 * @wait: set up with AIOS_INIT(), then timeout_ns and state_mask as wanted; out: state,
 *	end, code and epoch
 *
 * Return: 0 with the out members set, -ETIMEDOUT, -EINTR, or another errno.
 * Since: 0.1.0
 */
int aios_job_wait(struct aios_job *job, struct aios_wait *wait);

/**
 * aios_job_stat() - AIOS_IOC_STAT: read all there is to know of a job
 * @job: a job
 * @stat: set up with AIOS_INIT(), then the buffers for names as wanted; out: the
 *	other members
 *
 * Return: 0; -ENOSPC when a string does not fit into its buffer, or another errno.
 * Since: 0.1.0
 */
int aios_job_stat(struct aios_job *job, struct aios_stat *stat);

/**
 * aios_stat_set_buffers() - have the strings of a job filled in, too
 * @stat: set up with AIOS_INIT()
 * @name: char[@name_room] for the job's name, or NULL
 * @name_room: bytes at @name; AIOS_NAME_MAX + 1 is always enough
 * @group_path: char[@group_room] for its group's path, or NULL
 * @group_room: bytes at @group_path; AIOS_PATH_MAX + 1 is always enough
 * @cgroup: char[@cgroup_room] for the path of its cgroup, or NULL
 * @cgroup_room: bytes at @cgroup
 *
 * Since: 0.1.0
 */
static inline void aios_stat_set_buffers(struct aios_stat *stat,
					 char *name, uint32_t name_room,
					 char *group_path, uint32_t group_room,
					 char *cgroup, uint32_t cgroup_room)
{
	stat->name = aios_pointer(name);
	stat->name_room = name_room;
	stat->group_path = aios_pointer(group_path);
	stat->group_room = group_room;
	stat->cgroup = aios_pointer(cgroup);
	stat->cgroup_room = cgroup_room;
}

/**
 * aios_stat_set_depends() - have the jobs filled in that it was to wait for
 * @stat: set up with AIOS_INIT()
 * @depends: struct aios_depend[@room], which aios_job_stat() writes
 * @room: jobs that fit, of which AIOS_DEPENDS_MAX is always enough; nr_depends then
 *	says how many there are
 *
 * Since: 0.1.0
 */
static inline void aios_stat_set_depends(struct aios_stat *stat,
					 struct aios_depend *depends, uint32_t room)
{
	stat->depends = aios_pointer(depends);
	stat->nr_depends = room;
	stat->depend_size = sizeof(*depends);
}

/**
 * aios_update_set_resource() - change a request and a limit
 * @u: set up with AIOS_INIT()
 * @resource: AIOS_RESOURCE_*
 * @request: what it needs to start, in the resource's unit
 * @limit: what it can use, likewise, at least @request, or AIOS_UNLIMITED
 *
 * Return: 0, -EINVAL for a number that no resource can have, or -ERANGE when
 * @request is above @limit.
 * Since: 0.1.0
 */
int aios_update_set_resource(struct aios_update *u, uint32_t resource,
			     uint64_t request, uint64_t limit);

/**
 * aios_job_update() - AIOS_IOC_UPDATE: change a live job
 * @job: a job
 * @update: set up with AIOS_INIT(), then what changes; @update->why is written
 *          on failure too
 *
 * Return: 0 or -errno; the cause is in @update->why.
 * Since: 0.1.0
 */
int aios_job_update(struct aios_job *job, struct aios_update *update);

/**
 * aios_job_suspend() - AIOS_IOC_SUSPEND: freeze a job, and free what is elastic
 * @job: a job
 * @why: out: the cause of a failure, or NULL
 *
 * Return: 0; -EALREADY, -EINVAL when it does not run,
 * -ECANCELED when it has ended, or another errno.
 * Since: 0.1.0
 */
int aios_job_suspend(struct aios_job *job, struct aios_why *why);

/**
 * aios_job_resume() - AIOS_IOC_RESUME: let a job run again as soon as it fits
 * @job: a job
 * @why: out: the cause of a failure, or NULL
 *
 * Return: 0; -EALREADY, -EINVAL when it is not suspended,
 * -ECANCELED when it has ended, or another errno.
 * Since: 0.1.0
 */
int aios_job_resume(struct aios_job *job, struct aios_why *why);

/**
 * aios_job_cancel() - AIOS_IOC_CANCEL: end a job with all its processes
 * @job: a job
 * @why: out: the cause of a failure, or NULL
 *
 * The call returns before the processes are gone; aios_job_wait() waits for that.
 *
 * Return: 0; -ECANCELED when it has ended, -EPERM, or another errno.
 * Since: 0.1.0
 */
int aios_job_cancel(struct aios_job *job, struct aios_why *why);

/**
 * aios_job_hold() - AIOS_IOC_HOLD: keep a queued job back
 * @job: a job
 * @why: out: the cause of a failure, or NULL
 *
 * The job keeps its place by arrival, and is not considered until it is released.
 * AIOS_SUBMIT_HOLD submits it so.
 *
 * Return: 0; -EALREADY, -EINVAL when it is not queued, or another errno.
 * Since: 0.1.0
 */
int aios_job_hold(struct aios_job *job, struct aios_why *why);

/**
 * aios_job_release() - AIOS_IOC_RELEASE: let a job on hold go on
 * @job: a job
 * @why: out: the cause of a failure, or NULL
 *
 * Return: as aios_job_hold(); -EPERM when an administrator put it on hold.
 * Since: 0.1.0
 */
int aios_job_release(struct aios_job *job, struct aios_why *why);

/**
 * aios_job_charge() - AIOS_IOC_CHARGE: account for accelerator memory taken
 * @job: a job
 * @device: id of one of its devices
 * @bytes: bytes to add
 * @used: out: bytes that the job has charged on the device, or NULL
 * @why: out: whose limit refused, or NULL
 *
 * Return: 0; -ENOMEM when a limit refuses, -ENODEV when the job does not have
 * this device, or another errno.
 * Since: 0.1.0
 */
int aios_job_charge(struct aios_job *job, uint32_t device, uint64_t bytes,
		    uint64_t *used, struct aios_why *why);

/**
 * aios_job_uncharge() - AIOS_IOC_UNCHARGE: account for memory given back
 * @job: a job
 * @device: id of one of its devices
 * @bytes: bytes to take off, at most what is charged
 * @used: out: bytes that remain charged, or NULL
 * @why: out: the cause of a failure, or NULL
 *
 * Return: 0; -ERANGE when less is charged, -ENODEV when the job does not have
 * this device, or another errno.
 * Since: 0.1.0
 */
int aios_job_uncharge(struct aios_job *job, uint32_t device, uint64_t bytes,
		      uint64_t *used, struct aios_why *why);

/**
 * aios_explain_init() - ask for rows with the explanation
 * @e: the struct to set up
 * @rows: struct aios_explain_row[@room], which aios_job_explain() writes, or NULL
 * @room: rows that fit
 *
 * Since: 0.1.0
 */
static inline void aios_explain_init(struct aios_explain *e,
				     struct aios_explain_row *rows, uint32_t room)
{
	AIOS_INIT(e);
	e->rows = aios_pointer(rows);
	e->nr_rows = room;
	e->row_size = sizeof(*rows);
}

/**
 * aios_job_explain() - AIOS_IOC_EXPLAIN: say why a job has what it has
 * @job: a job
 * @explain: set up with aios_explain_init(); out: the other members, of which nr_rows
 *           says how many rows there are, whether they fit or not
 *
 * Return: 0 or -errno.
 * Since: 0.1.0
 */
int aios_job_explain(struct aios_job *job, struct aios_explain *explain);

/* What aios_job_poll() saw. */
#define AIOS_JOB_CHANGED	1	/* The state or the grant has changed. */
#define AIOS_JOB_ENDED		2	/* The job has ended. */

/**
 * aios_job_poll() - wait for a change
 * @job: a job
 * @timeout_ms: milliseconds, as poll(2) takes them; -1: no bound
 *
 * Changes are counted from this open file's last stat, wait or read of the
 * epoch.
 *
 * Return: AIOS_JOB_CHANGED, AIOS_JOB_ENDED or both, 0 after the timeout, -EINTR
 * or another errno.
 * Since: 0.1.0
 */
int aios_job_poll(struct aios_job *job, int timeout_ms);

/**
 * aios_job_read_epoch() - read(2) the epoch of a job's last change
 * @job: a job
 * @epoch: out: the epoch
 *
 * The call clears the readiness that poll reports, and blocks while there is none.
 *
 * Return: 0; -ECANCELED when the job has ended and all its changes were read;
 * -EINTR, or another errno.
 * Since: 0.1.0
 */
int aios_job_read_epoch(struct aios_job *job, uint64_t *epoch);

/* ------------------------------------------------------------- status page */

/**
 * aios_job_status_read() - take a consistent copy of a job's status page
 * @job: a job
 * @status: set up with AIOS_INIT(), once for any number of reads; out: all but
 *          size, zero where the module fills less than this program knows of
 *
 * The first call maps the page. After that there is no system call, no lock and no
 * allocation, so that it can be called from a signal handler and at any rate.
 *
 * Return: 0; -EINVAL for a size of 0; -EAGAIN when the kernel was writing throughout,
 * which does not happen on a machine that makes progress; or an errno of mmap(2).
 * Since: 0.1.0
 */
int aios_job_status_read(struct aios_job *job, struct aios_status *status);

/**
 * aios_job_status_epoch() - read only the epoch of a job's status page
 * @job: a job
 * @epoch: out: changes whenever state or grant does
 *
 * Return: as aios_job_status_read().
 * Since: 0.1.0
 */
int aios_job_status_epoch(struct aios_job *job, uint64_t *epoch);

/* ------------------------------------------------------------------ groups */

/**
 * aios_group_create_init() - ask for a group of the caller's with default weight
 * @c: the struct to set up
 * @path: path of the group, such as "/team/project", kept by reference
 *
 * Since: 0.1.0
 */
static inline void aios_group_create_init(struct aios_group_create *c,
					  const char *path)
{
	AIOS_INIT(c);
	c->path = aios_pointer(path);
	c->path_len = (__u32)strlen(path);
	c->weight = AIOS_WEIGHT_DEFAULT;
	c->uid = ~0U;
	c->gid = ~0U;
	c->mode = ~0U;
}

/**
 * aios_group_create() - AIOS_IOC_GROUP_CREATE: make a group
 * @ctx: a context
 * @create: set up with aios_group_create_init(); out: id, and why on failure too
 *
 * Return: 0; -EEXIST, -ENOENT without the parent, -EPERM, or another errno.
 * Since: 0.1.0
 */
int aios_group_create(struct aios_ctx *ctx, struct aios_group_create *create);

/**
 * aios_group_remove() - AIOS_IOC_GROUP_REMOVE: remove a group
 * @ctx: a context
 * @path: path of the group, which must have neither jobs nor groups
 * @why: out: the cause of a failure, or NULL
 *
 * Return: 0; -ENOENT, -EBUSY, -EPERM, or another errno.
 * Since: 0.1.0
 */
int aios_group_remove(struct aios_ctx *ctx, const char *path,
		      struct aios_why *why);

/**
 * aios_group_stat_init() - ask for a group by path or by id
 * @s: the struct to set up
 * @path: path of the group, kept by reference, or NULL to ask by id
 * @id: id of the group, used where @path is NULL
 * @full_path: char[@room] for the group's path, or NULL
 * @room: bytes at @full_path; AIOS_PATH_MAX + 1 is always enough
 *
 * Since: 0.1.0
 */
static inline void aios_group_stat_init(struct aios_group_stat *s,
					const char *path, uint64_t id,
					char *full_path, uint32_t room)
{
	AIOS_INIT(s);
	s->path = aios_pointer(path);
	s->path_len = path ? (__u32)strlen(path) : 0;
	s->id = id;
	s->full_path = aios_pointer(full_path);
	s->name_room = room;
}

/**
 * aios_group_stat() - AIOS_IOC_GROUP_STAT: read all there is to know of a group
 * @ctx: a context
 * @stat: set up with aios_group_stat_init(); out: the other members
 *
 * Return: 0; -ENOENT when there is none that the caller may see or submit to,
 * -ENOSPC when its path does not fit, or another errno.
 * Since: 0.1.0
 */
int aios_group_stat(struct aios_ctx *ctx, struct aios_group_stat *stat);

/**
 * aios_queueing_init() - ask for the queueing figures of a group
 * @q: the struct to set up; @q->servers can be set then
 * @path: path of the group, kept by reference, or NULL to ask by id
 * @id: id of the group, used where @path is NULL
 *
 * Since: 0.1.0
 */
static inline void aios_queueing_init(struct aios_queueing *q, const char *path,
				      uint64_t id)
{
	AIOS_INIT(q);
	q->path = aios_pointer(path);
	q->path_len = path ? (__u32)strlen(path) : 0;
	q->id = id;
}

/**
 * aios_queueing_get() - AIOS_IOC_QUEUEING: read the queueing figures of a group
 * @ctx: a context
 * @queueing: set up with aios_queueing_init(); out: the other members, of which numbers
 *	without a unit and rates per second are in 2^-32
 *
 * Return: 0; -ENOENT when there is none that the caller may see or submit to,
 * -EINVAL for too many servers, or another errno.
 * Since: 0.1.0
 */
int aios_queueing_get(struct aios_ctx *ctx, struct aios_queueing *queueing);

/* ------------------------------------------------------------------ limits */

/**
 * aios_limit_init_group() - ask for the limits of a group
 * @l: the struct to set up
 * @path: path of the group, kept by reference
 *
 * Since: 0.1.0
 */
static inline void aios_limit_init_group(struct aios_limit *l, const char *path)
{
	AIOS_INIT(l);
	l->path = aios_pointer(path);
	l->path_len = (__u32)strlen(path);
}

/**
 * aios_limit_init_job() - ask for the limits of a job
 * @l: the struct to set up
 * @id: id of the job
 *
 * Since: 0.1.0
 */
static inline void aios_limit_init_job(struct aios_limit *l, uint64_t id)
{
	AIOS_INIT(l);
	l->flags = AIOS_LIMIT_JOB;
	l->id = id;
}

/**
 * aios_limit_set_resource() - change one limit
 * @l: set up with aios_limit_init_group() or aios_limit_init_job()
 * @resource: AIOS_RESOURCE_*
 * @limit: the limit in the resource's unit, or AIOS_UNLIMITED
 *
 * Return: 0, or -EINVAL for a number that no resource can have.
 * Since: 0.1.0
 */
int aios_limit_set_resource(struct aios_limit *l, uint32_t resource,
			    uint64_t limit);

/**
 * aios_limit_set() - AIOS_IOC_LIMIT: set limits, and read all of them back
 * @ctx: a context
 * @limit: the target and what changes; out: the other members, why on failure too
 *
 * Return: 0 with the out members set; -EOPNOTSUPP when nothing on this machine
 * would hold the limit; or another errno. The cause is in @limit->why.
 * Since: 0.1.0
 */
int aios_limit_set(struct aios_ctx *ctx, struct aios_limit *limit);

/**
 * aios_limit_get() - AIOS_IOC_LIMIT: read limits and change none
 * @ctx: a context
 * @limit: the target; what it would change is cleared first; out: the other members
 *
 * Return: 0 with the out members set, or -errno.
 * Since: 0.1.0
 */
int aios_limit_get(struct aios_ctx *ctx, struct aios_limit *limit);

/* ------------------------------------------------------------------ policy */

/**
 * aios_policy_set() - AIOS_IOC_POLICY: switch what @policy->flags names
 * @ctx: a context
 * @policy: set up with AIOS_INIT(), then flags and what they name; out: what holds now
 *
 * Return: 0; -EPERM without CAP_SYS_ADMIN, -EOPNOTSUPP for a policy that the module
 * does not have, -EINVAL for a number out of range, or another errno.
 * Since: 0.1.0
 */
int aios_policy_set(struct aios_ctx *ctx, struct aios_policy *policy);

/**
 * aios_policy_set_group() - ask for a group's policy instead of the machine's
 * @policy: for aios_policy_set() or aios_policy_get(), which leave its path as it is
 * @path: path of the group, kept by reference; NULL: the machine's policy is meant
 *
 * A group has a policy and a quantum alone. Who administers its parent may call
 * aios_policy_set() for it.
 *
 * Since: 0.1.0
 */
static inline void aios_policy_set_group(struct aios_policy *policy, const char *path)
{
	policy->path = (__u64)(uintptr_t)path;
	policy->path_len = path ? (__u32)strlen(path) : 0;
}

/**
 * aios_policy_get() - AIOS_IOC_POLICY: read what holds now
 * @ctx: a context
 * @policy: set up with AIOS_INIT(); out: what holds
 *
 * Return: 0 or -errno.
 * Since: 0.1.0
 */
int aios_policy_get(struct aios_ctx *ctx, struct aios_policy *policy);

/**
 * aios_drain_set() - AIOS_IOC_DRAIN: let no job start from a time on
 * @ctx: a context
 * @start_ns: that time, 0 for now
 * @reason: text for people, at most AIOS_REASON_MAX bytes, or NULL
 *
 * Before that time no job starts that may run longer than until then.
 *
 * Return: 0; -EPERM without CAP_SYS_ADMIN, or another errno.
 * Since: 0.1.0
 */
int aios_drain_set(struct aios_ctx *ctx, uint64_t start_ns, const char *reason);

/**
 * aios_drain_set_realtime() - AIOS_IOC_DRAIN: let no job start from a date on
 * @ctx: a context
 * @real_ns: that time of CLOCK_REALTIME, which the drain follows when it is set
 * @reason: as for aios_drain_set()
 *
 * Return: as aios_drain_set().
 * Since: 0.1.0
 */
int aios_drain_set_realtime(struct aios_ctx *ctx, uint64_t real_ns, const char *reason);

/**
 * aios_drain_clear() - AIOS_IOC_DRAIN: let jobs start again
 * @ctx: a context
 *
 * Return: as aios_drain_set().
 * Since: 0.1.0
 */
int aios_drain_clear(struct aios_ctx *ctx);

/**
 * aios_drain_get() - AIOS_IOC_DRAIN: read whether and why the machine drains
 * @ctx: a context
 * @drain: set up with AIOS_INIT(), then reason and reason_len for a buffer, of which
 *	AIOS_REASON_MAX + 1 bytes are always enough, or not; out: the other members
 *
 * Return: 0 or -errno.
 * Since: 0.1.0
 */
int aios_drain_get(struct aios_ctx *ctx, struct aios_drain *drain);

/* ----------------------------------------------------------------- devices */

/**
 * aios_device_get() - AIOS_IOC_DEVICE_GET: read the first accelerator from an id on
 * @ctx: a context
 * @first: that id: 0 to begin, then the id of the last one plus 1
 * @device: set up with AIOS_INIT(); out: what it is and what is held on it
 *
 * Return: 0, -ENOENT after the last, or another errno.
 * Since: 0.1.0
 */
int aios_device_get(struct aios_ctx *ctx, uint32_t first,
		    struct aios_device *device);

/**
 * aios_device_add() - AIOS_IOC_DEVICE_ADD: declare an accelerator that no bus shows
 * @ctx: a context
 * @device: set up with AIOS_INIT(), then name, and memory in bytes; out: id
 *
 * Return: 0; -EPERM without CAP_SYS_ADMIN, -EEXIST when one of this name is declared,
 * or another errno.
 * Since: 0.1.0
 */
int aios_device_add(struct aios_ctx *ctx, struct aios_device *device);

/**
 * aios_device_set() - AIOS_IOC_DEVICE_SET: set memory and AIOS_DEVICE_OFFLINE of one
 * @ctx: a context
 * @device: what aios_device_get() has yielded, with memory and flags changed
 *
 * Return: 0; -EPERM without CAP_SYS_ADMIN, -ENOENT when it is gone, or another errno.
 * Since: 0.1.0
 */
int aios_device_set(struct aios_ctx *ctx, struct aios_device *device);

/**
 * aios_device_remove() - AIOS_IOC_DEVICE_REMOVE: forget a declared accelerator
 * @ctx: a context
 * @id: its id
 *
 * Return: 0; -ENOENT, -EBUSY while a job has it, -EOPNOTSUPP for one that a bus
 * shows (set it offline), or another errno.
 * Since: 0.1.0
 */
int aios_device_remove(struct aios_ctx *ctx, uint32_t id);

/* ---------------------------------------------------------- linear program */

/**
 * aios_program_solve() - AIOS_IOC_LP_SOLVE: share out A x <= b, lo <= x <= hi
 * @ctx: a context
 * @lp: set up with AIOS_INIT(), then the sizes n and m, aios_pointer() of the arrays
 *	w[n], a[m * n] by rows, b[m] and x[n], and of lo[n], hi[n], y[m] and d[n] or not,
 *	and the goal, AIOS_OBJECTIVE_*; out: status, objective, gap, x, y and d
 *
 * Weights, coefficients and right-hand sides are integers; lo, hi, x, objective and gap
 * have 24 fraction bits, y has y_shift, d has d_shift. The call computes for up to its timeout.
 *
 * Return: 0; -EDQUOT when two programs or replays of the user are under way, -EOPNOTSUPP
 * for an unknown goal, -EINVAL for a number out of range, -EINTR, or another errno.
 * Since: 0.1.0
 */
int aios_program_solve(struct aios_ctx *ctx, struct aios_lp_solve *lp);

/* ------------------------------------------------------------------ replay */

/**
 * aios_workload_replay() - AIOS_IOC_REPLAY: replay what the kernel's engine would decide
 * @ctx: a context
 * @call: set up with AIOS_INIT(), then the machine, the policy, and aios_pointer() of
 *	records[nr_records] with record_size; out: hash, nr_decisions, nr_events, end_ns
 *	and decide_duration_ns
 *
 * Return: 0; -EINVAL when a record or the machine is malformed, -EDEADLK when jobs are
 * left that can never start, -ETIMEDOUT, -EDQUOT when two programs or replays of the
 * user are under way, -EINTR, or another errno.
 * Since: 0.1.0
 */
int aios_workload_replay(struct aios_ctx *ctx, struct aios_replay_call *call);

/* -------------------------------------------------------------- predicting */

/**
 * aios_predict_init() - ask what a job would run
 * @p: the struct to set up; its members resource_mask, request, expected_runtime_ns,
 *	max_runtime_ns, command and shape can be set then, as of struct aios_submit
 * @name: of the job, kept by reference, or NULL
 * @features: __s64[@nr], kept by reference, or NULL
 * @nr: numbers at @features, at most AIOS_FEATURES_MAX
 *
 * Since: 0.1.0
 */
static inline void aios_predict_init(struct aios_predict_call *p, const char *name,
				     const __s64 *features, uint32_t nr)
{
	AIOS_INIT(p);
	p->name = aios_pointer(name);
	p->name_len = name ? (__u32)strlen(name) : 0;
	p->features = aios_pointer(features);
	p->nr_features = nr;
}

/**
 * aios_predict_get() - AIOS_IOC_PREDICT: tell what a job would run
 * @ctx: a context
 * @call: set up with aios_predict_init(); out: the other members
 *
 * Nothing is known of the first jobs of a user who states nothing: run_duration_ns is 0
 * then, which is no error.
 *
 * Return: 0; -EINVAL for too many features or a malformed name, or another errno.
 * Since: 0.1.0
 */
int aios_predict_get(struct aios_ctx *ctx, struct aios_predict_call *call);

/**
 * aios_attempt_get() - AIOS_IOC_ATTEMPT: read the record of an attempt that is over
 * @ctx: a context
 * @first: the smallest number that is of interest, from 1
 * @attempt: set up with AIOS_INIT(); out: the first from @first on that the caller may see
 *
 * To list them all, go on with attempt->number + 1.
 *
 * Return: 0; -ENOENT when there are no more, or another errno.
 * Since: 0.1.0
 */
int aios_attempt_get(struct aios_ctx *ctx, uint64_t first, struct aios_attempt *attempt);

/* --------------------------------------------------------- lists and events */

/**
 * AIOS_HAS() - whether a record carries an attribute
 * @record: struct aios_record *
 * @attribute: the name after AIOS_A_, such as GRANT
 *
 * Since: 0.1.0
 */
#define AIOS_HAS(record, attribute) \
	(!!((record)->present & (1ULL << AIOS_A_##attribute)))

/**
 * struct aios_record - a job or a group of a list, or an event
 * @present: bit AIOS_A_*: the message had it; what it lacks is 0 or ""
 * @time_ns: when the event happened
 * @job: id of the job
 * @group: id of the group
 * @parent: id of the group's parent; 0: it is the root
 * @epoch: number of the job's last change
 * @path: path of the group; it is valid as long as the record
 * @name: name of the job; likewise
 * @event: AIOS_EVENT_*
 * @state: AIOS_STATE_*
 * @end: AIOS_END_*
 * @code: as @end says
 * @uid: who submitted the job, owns the group or announced the drain, as the initial
 *	user namespace numbers him
 * @gid: his group, likewise
 * @mode: mode of the group, three octal digits
 * @pid: who entered the job, as the initial pid namespace numbers him; 0: nobody
 * @priority: priority of the job
 * @weight: weight of the job or the group
 * @position: place of the job in the queue, from 1; 0: it is not queued
 * @flags: AIOS_JOB_*
 * @mask: bit AIOS_RESOURCE_*: the job states this resource
 * @device: id of the accelerator
 * @nr_jobs: jobs in the group that have not ended
 * @nr_running: jobs in the group that are admitted, running or suspended
 * @submit_ns: time at which the job was submitted
 * @admit_ns: time at which it was admitted; 0: not yet
 * @start_ns: time at which it was entered; 0: not yet
 * @finish_ns: time of its end; 0: not yet
 * @cpu_duration_ns: CPU time that it has used
 * @request: request of the job, in each resource's unit
 * @limit: limit of the job or the group, in each resource's unit
 * @grant: grant of the job, or of all jobs below the group, in each resource's unit
 * @use: use as last measured, in each resource's unit
 * @charged: requests held below the group, in each resource's unit
 * @effective: smallest limit of the group up to the root, in each resource's unit
 * @deadline_ns: time at which the job should have ended; 0: none
 * @attempt: attempt of the job, from 1
 * @drain_ns: time from which on nothing starts; 0: no drain
 * @stop_ns: time at which the job's time is up; 0: not known, or it has no limit
 * @left: what ended jobs left behind in the group, in each resource's unit
 * @begin_ns: time before which the job does not start; 0: none was stated
 *
 * The library makes records, and may append members.
 *
 * Since: 0.1.0
 */
struct aios_record {
	__u64 present;
	__u64 time_ns;
	__u64 job;
	__u64 group;
	__u64 parent;
	__u64 epoch;
	const char *path;
	const char *name;
	__u32 event;
	__u32 state;
	__u32 end;
	__u32 code;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__s32 pid;
	__s32 priority;
	__u32 weight;
	__u32 position;
	__u32 flags;
	__u32 mask;
	__u32 device;
	__u32 nr_jobs;
	__u32 nr_running;
	__u64 submit_ns;
	__u64 admit_ns;
	__u64 start_ns;
	__u64 finish_ns;
	__u64 cpu_duration_ns;
	__u64 request[AIOS_RESOURCE_MAX];
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 grant[AIOS_RESOURCE_MAX];
	__u64 use[AIOS_RESOURCE_MAX];
	__u64 charged[AIOS_RESOURCE_MAX];
	__u64 effective[AIOS_RESOURCE_MAX];
	__u64 deadline_ns;
	__u32 attempt;
	__u64 drain_ns;
	__u64 stop_ns;
	__u64 left[AIOS_RESOURCE_MAX];
	__u64 begin_ns;
};

/**
 * typedef aios_record_fn - is called for each entry of a list
 * @record: the entry, which is valid during the call
 * @data: what the caller has passed
 *
 * Return: 0 to go on; anything else stops the list, which returns it.
 */
typedef int (*aios_record_fn)(const struct aios_record *record, void *data);

/**
 * aios_job_list() - AIOS_CMD_JOB_GET: list the jobs that the caller may see
 * @fn: function that is called for each
 * @data: what is passed to @fn
 *
 * The function needs no context: lists come over generic netlink. The first list or
 * monitor loads libnl.
 *
 * Return: 0; -ENOENT when the module is not loaded, -EAGAIN when the list
 * changed while it was read, so that @fn may have missed an entry; -ELIBACC when
 * libnl is not installed; another errno; or what @fn returned.
 * Since: 0.1.0
 */
int aios_job_list(aios_record_fn fn, void *data);

/**
 * aios_group_list() - AIOS_CMD_GROUP_GET: list the groups that the caller may see
 * @fn: function that is called for each
 * @data: what is passed to @fn
 *
 * Return: as aios_job_list().
 * Since: 0.1.0
 */
int aios_group_list(aios_record_fn fn, void *data);

/**
 * aios_monitor_new() - AIOS_CMD_SUBSCRIBE: subscribe to events
 * @monitor: out: the monitor
 *
 * The kernel keeps events from now on until they are read, as far as the socket's
 * buffer goes.
 *
 * Return: 0; -ENOENT when the module is not loaded, -ELIBACC when libnl is not
 * installed, or another errno.
 * Since: 0.1.0
 */
int aios_monitor_new(struct aios_monitor **monitor);

/**
 * aios_monitor_ref() - take a reference
 * @monitor: a monitor
 *
 * Return: @monitor.
 * Since: 0.1.0
 */
struct aios_monitor *aios_monitor_ref(struct aios_monitor *monitor);

/**
 * aios_monitor_unref() - give a reference back; the last ends the subscription
 * @monitor: a monitor or NULL
 *
 * Return: NULL.
 * Since: 0.1.0
 */
struct aios_monitor *aios_monitor_unref(struct aios_monitor *monitor);

/**
 * aios_monitor_fd() - yield the descriptor that is readable when events wait
 * @monitor: a monitor
 *
 * An event that an earlier aios_monitor_next() fetched along with its own is
 * not seen by poll(2): call that until it returns 0 before polling.
 *
 * Return: the file descriptor, which stays the monitor's.
 * Since: 0.1.0
 */
int aios_monitor_fd(const struct aios_monitor *monitor);

/**
 * aios_monitor_set_buffer() - make room for events that wait
 * @monitor: a monitor
 * @bytes: size of the socket's buffer, which the kernel caps at net.core.rmem_max
 *
 * Return: 0 or -errno.
 * Since: 0.1.0
 */
int aios_monitor_set_buffer(struct aios_monitor *monitor, int bytes);

/**
 * aios_monitor_next() - read the next event
 * @monitor: a monitor
 * @timeout_ms: milliseconds, as poll(2) takes them; 0: no wait, -1: no bound
 * @record: out: the event, which is valid until the next call for this monitor
 *
 * Return: 1 with an event, 0 when none came; -ENOBUFS when events were lost
 * because they were not read in time (go on, and list anew), -EINTR, or another
 * errno.
 * Since: 0.1.0
 */
int aios_monitor_next(struct aios_monitor *monitor, int timeout_ms,
		      const struct aios_record **record);

/* ------------------------------------------------------------------- names */

/*
 * Each of these functions yields the word for a constant, in lower case, with words
 * joined by "_" as in the ABI's names: "gpu_memory" for AIOS_RESOURCE_GPU_MEMORY. It
 * yields NULL for a value that this library does not know. The known values of each
 * kind are consecutive, so that a loop from the number beside the function up to the
 * first NULL finds them all. Since: 0.1.0
 */
const char *aios_resource_name(uint32_t resource);	/* from 0 */
const char *aios_resource_unit(uint32_t resource);	/* "milli", "bytes", ... */
const char *aios_how_name(uint32_t how);		/* from 0 */
const char *aios_why_name(uint32_t code);		/* from 0 */
const char *aios_state_name(uint32_t state);		/* from 1 */
const char *aios_end_name(uint32_t end);		/* from 0 */
const char *aios_event_name(uint32_t event);		/* from 1 */
const char *aios_depend_name(uint32_t kind);		/* from 1 */
const char *aios_runtime_name(uint32_t source);		/* from 0 */
const char *aios_row_name(uint32_t kind);		/* from 0 */
const char *aios_policy_name(uint32_t policy);		/* from 0 */
const char *aios_backfill_name(uint32_t backfill);	/* from 0 */
const char *aios_objective_name(uint32_t objective);	/* from 0 */
const char *aios_lp_status_name(uint32_t status);	/* from 0 */
const char *aios_basis_name(uint32_t basis);		/* from 0 */

/*
 * Each of these functions yields the word for one bit, by the bit's number, from 0 on,
 * and NULL for one that this library does not know. Since: 0.1.0
 */
const char *aios_feature_name(uint32_t bit);		/* AIOS_FEATURE_* */
const char *aios_resource_flag_name(uint32_t bit);	/* AIOS_RESOURCE_ELASTIC... */
const char *aios_submit_flag_name(uint32_t bit);	/* AIOS_SUBMIT_* */
const char *aios_job_flag_name(uint32_t bit);		/* AIOS_JOB_STRICT... */
const char *aios_device_flag_name(uint32_t bit);	/* AIOS_DEVICE_* */
const char *aios_queueing_flag_name(uint32_t bit);	/* AIOS_QUEUEING_* */
const char *aios_expert_name(uint32_t expert);		/* AIOS_EXPERT_* */
const char *aios_asks_name(uint32_t asks);		/* AIOS_ASKS_* */

/*
 * Each of these functions yields the constant for a word, or -ENOENT. Case counts, and
 * "gpu-memory" is taken for "gpu_memory" likewise. Since: 0.1.0
 */
int aios_resource_from_name(const char *name);
int aios_state_from_name(const char *name);
int aios_end_from_name(const char *name);
int aios_event_from_name(const char *name);
int aios_policy_from_name(const char *name);
int aios_backfill_from_name(const char *name);
int aios_objective_from_name(const char *name);

/* -------------------------------------------------------------- quantities */

/*
 * How quantities are written
 *
 * A quantity is a decimal number, with or without a fraction, and a suffix. It has no
 * blanks, no sign and no exponent. "max" is AIOS_UNLIMITED.
 *
 *  cpu, gpu         whole CPUs or devices: "1.5"; "500m" are thousandths
 *  memory,          bytes; K M G T P E are powers of 1024, as in the kernel's
 *  gpu_memory       own memory.max, so "4G", "4Gi" and "4GiB" are the same;
 *                   KB MB GB TB PB EB, written with B, are powers of 1000
 *  io, net          bytes per second; K M G T P E (and with B) are powers of
 *                   1000, Ki Mi... (and with B) of 1024; "/s" may follow
 *  pids, others     a number; K M G T P E are powers of 1000
 *
 * "k" is "K" everywhere. What is finer than the unit is rounded down, but never
 * to nothing.
 */

/* These numbers of bytes hold any formatted quantity or range, with its NUL. */
#define AIOS_QUANTITY_LEN	32
#define AIOS_RANGE_LEN		(2 * AIOS_QUANTITY_LEN)

/**
 * aios_quantity_parse() - read a quantity of a resource
 * @resource: AIOS_RESOURCE_*, which decides the unit
 * @text: the quantity, written as above
 * @value: out: the quantity in the resource's unit, or AIOS_UNLIMITED
 *
 * Return: 0; -EINVAL when @text is no quantity or its suffix does not belong to
 * the resource, -ERANGE when it is too large, or not 0 but below one unit.
 * Since: 0.1.0
 */
int aios_quantity_parse(uint32_t resource, const char *text, uint64_t *value);

/**
 * aios_quantity_format() - write a quantity in its normal form
 * @resource: AIOS_RESOURCE_*
 * @value: the quantity in the resource's unit, or AIOS_UNLIMITED
 * @buf: out: char[@len]; AIOS_QUANTITY_LEN bytes are enough
 * @len: bytes at @buf
 *
 * It writes "1.5", "4GiB", "125MB/s", "100" or "max": exactly where two decimals
 * suffice, and rounded to them otherwise. aios_quantity_parse() reads it.
 *
 * Return: @buf.
 * Since: 0.1.0
 */
char *aios_quantity_format(uint32_t resource, uint64_t value, char *buf,
			   size_t len);

/**
 * aios_range_parse() - read a request and a limit
 * @resource: AIOS_RESOURCE_*
 * @text: "2:8"; "2" is "2:2", "2:" is "2:max", ":8" is "0:8", "max" is "0:max"
 * @request: out: the request in the resource's unit
 * @limit: out: the limit, likewise, or AIOS_UNLIMITED
 *
 * Return: as aios_quantity_parse(); -ERANGE also when the request is above the
 * limit.
 * Since: 0.1.0
 */
int aios_range_parse(uint32_t resource, const char *text, uint64_t *request,
		     uint64_t *limit);

/**
 * aios_range_format() - write a request and a limit in their normal form
 * @resource: AIOS_RESOURCE_*
 * @request: the request in the resource's unit
 * @limit: the limit, likewise, or AIOS_UNLIMITED
 * @buf: out: char[@len]; AIOS_RANGE_LEN bytes are enough
 * @len: bytes at @buf
 *
 * It writes "2:8", or "2" when both are the same.
 *
 * Return: @buf.
 * Since: 0.1.0
 */
char *aios_range_format(uint32_t resource, uint64_t request, uint64_t limit,
			char *buf, size_t len);

/* ------------------------------------------------------------------ causes */

/* This number of bytes holds any sentence of aios_why_describe() but for a long path. */
#define AIOS_WHY_LEN		512

/**
 * aios_why_describe() - say the cause of a refusal or of a wait, and its remedy
 * @ctx: a context, to name groups by path where the caller may see them; or NULL
 * @why: what a call wrote
 * @buf: out: char[@len], a sentence without its full stop and without a newline; "" for
 *       AIOS_WHY_NONE
 * @len: bytes at @buf
 *
 * An example is "group /team has 4 cpu free, and 6 are requested: wait until a job
 * ends, or request less".
 *
 * Return: @buf.
 * Since: 0.1.0
 */
char *aios_why_describe(struct aios_ctx *ctx, const struct aios_why *why,
			char *buf, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* AIOS_H */
