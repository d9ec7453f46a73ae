/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job: what was asked for, where it is in its life, and its cgroup.
 *
 *   job.c		the object: made, found, published, ended, remembered
 *   job_calls.c	the calls on its file descriptor
 *   job_file.c		the file descriptor itself: poll, read, mmap, the table
 *   job_run.c		the worker that brings the cgroup in line with the state
 *   hold.c		AIOS_IOC_HOLD and AIOS_IOC_RELEASE
 *   retry.c		the next attempt of one that ran out of memory
 *   submit.c		AIOS_IOC_SUBMIT and AIOS_IOC_JOB_OPEN
 */
#ifndef _AIOS_JOB_JOB_H
#define _AIOS_JOB_JOB_H

#include <linux/aios.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "core/engine/engine.h"
#include "core/queueing/station.h"
#include "enforce/cgroup.h"
#include "enforce/limits.h"

struct aios_gang;
struct aios_group;
struct aios_user;

/* aios_job.requests: what the worker shall do */
#define AIOS_JOB_KILL		0	/* end it: cancelled, or abandoned after admission */
#define AIOS_JOB_LOOK		1	/* a watched file changed */
#define AIOS_JOB_REFRESH	2	/* the tick: look for drift, go on shrinking */

/**
 * struct aios_saved - control files of an adopted cgroup as they were found
 * @text: of cpu.max, cpu.weight, memory.high, memory.max and pids.max
 */
struct aios_saved {
	char text[5][48];
};

/**
 * struct aios_job - a job
 *
 * Immutable after its creation:
 * @ref: one each for the table of jobs while it lives or is remembered, for
 *	every open file and for queued work
 * @group: holds a reference on it
 * @uid: submitter
 * @gid: submitter's
 * @name: may be empty
 * @flags: AIOS_SUBMIT_*
 * @nr_features: number of @features
 * @features: for the predictor
 * @nr_depends: number of @depends
 * @depends: the jobs that it was submitted to wait for
 * @gang_name: of its gang, NULL when it has none
 * @gang_size: how many start together, 0 when it has none
 * @adopt: directory of the cgroup to adopt
 *
 * Protected by aios_lock:
 * @core: requests, limits, grant, shares
 * @gang: its gang while it lives
 * @user: who is charged; NULL once it is neither live nor remembered
 * @state: AIOS_STATE_*
 * @end: AIOS_END_*
 * @code: see AIOS_END_*
 * @epoch: number of changes of state or grant; read without the lock too
 * @why: what went wrong during set-up
 * @admit_ns: times, 0 when not yet
 * @start_ns: ...
 * @end_ns: ...
 * @suspended_ns: total, without the present suspension
 * @suspend_ns: when the present suspension began
 * @nr_control: open files that may control it
 * @entrant: group leader of the process that entered or waits to, referenced
 * @moved: @entrant is in the cgroup
 * @cancelled: it was cancelled, by @cancel_uid
 * @cancel_uid: by whom
 * @hold_admin: put on hold by somebody other than @uid
 * @visit: where it is in the stations of its groups
 * @use: as last measured
 * @peak: largest of these
 * @pressure: share of time stalled, 10 s, in 1/100 %
 * @measured_ns: when
 * @cpu_ns: CPU time then
 * @throttled_ns: time throttled by cpu.max then
 * @rate_ns: begin of the present span for rates
 * @rate_cpu_ns: CPU time then
 * @rate_io_bytes: bytes read and written then
 * @retry_cpu_ns: @cpu_ns of the attempts before this one
 * @retry_throttled_ns: @throttled_ns of these
 * @retry_kills: processes killed out of memory in these
 * @pending: resources whose use is above the limit
 * @page: status page, NULL until it is mapped
 * @active: in the list of admitted jobs
 * @active_serial: ascending along that list
 * @remembered: in the user's history
 * @dropped: in the list of those that the engine has dropped
 *
 * @wq: woken at every change
 * @work: runs aios_job_work()
 * @requests: bits AIOS_JOB_*, atomic
 *
 * @cg_lock: protects the rest
 * @cg: its directory
 * @events: watch on cgroup.events
 * @memory_events: watch on memory.events
 * @applied: what was last written
 * @frozen: what was last written to cgroup.freeze
 * @populated: it has had a process
 * @oom_kills: processes killed out of memory in this attempt
 * @saved: of an adopted cgroup
 */
struct aios_job {
	struct kref ref;
	struct aios_group *group;
	kuid_t uid;
	kgid_t gid;
	char *name;
	u32 flags;
	u32 nr_features;
	s64 *features;
	u32 nr_depends;
	struct aios_depend *depends;
	char *gang_name;
	u32 gang_size;
	struct path adopt;

	struct aios_job_node core;
	struct aios_gang *gang;
	struct aios_user *user;
	u32 state;
	u32 end;
	u32 code;
	u64 epoch;
	struct aios_why why;
	u64 admit_ns;
	u64 start_ns;
	u64 end_ns;
	u64 suspended_ns;
	u64 suspend_ns;
	u32 nr_control;
	struct task_struct *entrant;
	bool moved;
	bool cancelled;
	kuid_t cancel_uid;
	bool hold_admin;
	struct aios_visit visit;
	u64 use[AIOS_RESOURCE_MAX];
	u64 peak[AIOS_RESOURCE_MAX];
	u32 pressure[AIOS_RESOURCE_MAX];
	u64 measured_ns;
	u64 cpu_ns;
	u64 throttled_ns;
	u64 rate_ns;
	u64 rate_cpu_ns;
	u64 rate_io_bytes;
	u64 retry_cpu_ns;
	u64 retry_throttled_ns;
	u32 retry_kills;
	u32 pending;
	struct page *page;
	struct list_head active;
	u64 active_serial;
	struct list_head remembered;
	struct list_head dropped;

	wait_queue_head_t wq;
	struct work_struct work;
	unsigned long requests;

	struct mutex cg_lock;	/* of the cgroup */
	struct aios_cgroup cg;
	struct aios_cgroup_watch events;
	struct aios_cgroup_watch memory_events;
	struct aios_applied applied;
	bool frozen;
	bool populated;
	u64 oom_kills;
	struct aios_saved *saved;
};

/**
 * struct aios_job_file - an open file descriptor of a job
 * @job: referenced; immutable
 * @control: may change the job, not only look at it; immutable
 * @seen: epoch that the holder has been told of
 */
struct aios_job_file {
	struct aios_job *job;
	bool control;
	u64 seen;
};

static inline struct aios_job *aios_job_of(struct aios_job_node *node)
{
	return container_of(node, struct aios_job, core);
}

static inline bool aios_job_ended(const struct aios_job *job)
{
	return READ_ONCE(job->state) >= AIOS_STATE_DONE;
}

/* job.c */
struct aios_job *aios_job_alloc(struct aios_group *group);
int aios_job_register(struct aios_job *job);
struct aios_job *aios_job_get(struct aios_job *job);
void aios_job_put(struct aios_job *job);
struct aios_job *aios_job_find(u64 id);
struct aios_job *aios_job_next(u64 *id);
u64 aios_job_end_id(void);
struct aios_job *aios_job_next_active(struct aios_job *job);
void aios_jobs_exit(void);
void aios_job_queue(struct aios_job *job);
void aios_job_request(struct aios_job *job, unsigned int bit);
void aios_job_set_state(struct aios_job *job, u32 state, u32 event);
void aios_job_suspended(struct aios_job *job);
void aios_job_changed(struct aios_job *job);
void aios_job_end(struct aios_job *job, u32 state, u32 end, u32 code);
bool aios_job_visible_to(const struct aios_job *job, const struct cred *cred);
bool aios_job_controlled_by(const struct aios_job *job, const struct cred *cred);
u32 aios_job_flags(const struct aios_job *job);
void aios_job_publish(struct aios_job *job);
int aios_job_map_page(struct aios_job *job);

/* job_file.c */
int aios_job_install(struct aios_job *job, bool control, struct file **file);
struct aios_job_file *aios_job_file_of(struct file *file);

/* job_run.c */
void aios_job_work(struct work_struct *work);

/* job_calls.c */
int aios_job_wrong_state(struct aios_why *why, const struct aios_job *job);
int aios_job_denied(struct aios_why *why, const struct aios_job *job);
int aios_job_signal_check(struct file *file, struct aios_signal *s);
int aios_ioctl_enter(struct file *file, void *arg);
int aios_ioctl_wait(struct file *file, void *arg);
int aios_ioctl_stat(struct file *file, void *arg);
int aios_ioctl_update(struct file *file, void *arg);
int aios_ioctl_suspend(struct file *file, void *arg);
int aios_ioctl_resume(struct file *file, void *arg);
int aios_ioctl_cancel(struct file *file, void *arg);
int aios_ioctl_charge(struct file *file, void *arg);
int aios_ioctl_uncharge(struct file *file, void *arg);
int aios_ioctl_explain(struct file *file, void *arg);

/* hold.c */
int aios_ioctl_hold(struct file *file, void *arg);
int aios_ioctl_release(struct file *file, void *arg);

/* retry.c */
bool aios_job_may_retry(const struct aios_job *job);
bool aios_job_retry(struct aios_job *job);

/* submit.c */
int aios_ioctl_submit(struct file *file, void *arg);
int aios_ioctl_job_open(struct file *file, void *arg);

#endif /* _AIOS_JOB_JOB_H */
