/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job: what was asked for, where it is in its life, and its cgroup.
 *
 *   job.c		the object: made, found, who may see it
 *   life.c		the steps of its life, and the only ones
 *   history.c		ended jobs that are remembered
 *   page.c		the status page
 *   notice.c		what netlink tells of it
 *   worker.c		the worker that brings the cgroup in line with the state
 *   setup.c		how it gets its cgroup and gives it up
 *   aside.c		where its process waits
 *   origin.c		what it and others from the same cgroup may have together
 *   holder.c		who keeps killed processes of it from ending
 *   tick.c		when jobs are measured
 *   time_limit.c	what it may run at most
 *   exit.c		the moment at which its process exits
 *   attempt.c		what is foreseen of it, and what is learnt from an attempt
 *   retry.c		the next attempt of one that ran out of memory
 *   depend.c, gang.c	jobs that wait for each other
 *   decisions.c	what the engine's decisions do to jobs
 */
#ifndef _AIOS_JOB_JOB_H
#define _AIOS_JOB_JOB_H

#include <linux/aios.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/path.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "arbiter/wall.h"
#include "core/engine/engine.h"
#include "core/queueing/calibrate.h"
#include "core/queueing/station.h"
#include "enforce/cgroup.h"
#include "enforce/limits.h"
#include "enforce/source.h"
#include "measure/meter.h"
#include "predict/foresight.h"
#include "turns.h"

struct aios_attempt_kept;
struct aios_gang;
struct aios_group;
struct aios_place;
struct aios_ties;
struct aios_user;
struct cred;
struct mem_cgroup;
struct pid;
struct task_struct;
struct user_namespace;

/* aios_job.state before AIOS_STATE_QUEUED: nobody knows the job yet. */
#define AIOS_JOB_NEW		0

/* aios_job.requests: what the worker shall do. */
#define AIOS_JOB_KILL		0	/* end it: cancelled, or abandoned after admission */
#define AIOS_JOB_LOOK		1	/* a watched file changed */
#define AIOS_JOB_REFRESH	2	/* the tick: look for drift, go on shrinking */
#define AIOS_JOB_WITHDRAW	3	/* its entrant gives up waiting */
#define AIOS_JOB_WARN		4	/* its time is nearly up: tell its processes */
#define AIOS_JOB_SET_ASIDE	5	/* its entrant has to wait */

/**
 * struct aios_asked - what a job was submitted with; immutable after its creation, but for
 * @name
 */
struct aios_asked {
	/** @uid: submitter */
	kuid_t uid;
	/** @gid: submitter's */
	kgid_t gid;
	/** @flags: AIOS_SUBMIT_* */
	u32 flags;
	/** @by_admin: as the administrator, who is more than the number 0 */
	bool by_admin;
	/** @name: NULL when it has none; UPDATE changes it; protected by aios_lock */
	char *name;
	/** @gang_name: of its gang, NULL when it has none */
	char *gang_name;
	/** @gang_size: how many start together, 0 when it has no gang */
	u32 gang_size;
	/** @nr_features: number of @features */
	u32 nr_features;
	/** @features: for the predictor */
	s64 *features;
	/** @command: hash of what it runs, 0: not known */
	u64 command;
	/** @shape: hash of the shape of its arguments, 0: not known */
	u64 shape;
	/** @nr_depends: number of @depends */
	u32 nr_depends;
	/** @depends: the jobs that it was submitted to wait for */
	struct aios_depend *depends;
	/** @adopt: directory of the cgroup to adopt; empty for a cgroup of its own */
	struct path adopt;
};

/**
 * struct aios_times - when the steps of a job's life were; protected by aios_lock
 *
 * CLOCK_MONOTONIC in ns, 0 when not yet.
 */
struct aios_times {
	/** @submit_ns: when it was submitted; its place can be that of another time */
	u64 submit_ns;
	/** @queue_ns: when it was queued for the present attempt */
	u64 queue_ns;
	/** @admit_ns: of the present attempt */
	u64 admit_ns;
	/** @start_ns: of the present attempt */
	u64 start_ns;
	/** @end_ns: of the job */
	u64 end_ns;
	/** @suspend_ns: begin of the present suspension */
	u64 suspend_ns;
	/** @suspended_ns: length of all suspensions before */
	u64 suspended_ns;
	/** @clock_ns: when it would have started, had this attempt not been suspended */
	u64 clock_ns;
	/** @stop_ns: when its time is up, if its clock goes on */
	u64 stop_ns;
};

/**
 * struct aios_job_cgroup - a job's cgroup; protected by cg_lock
 */
struct aios_job_cgroup {
	/** @cg: the directory and its files; empty before admission and after the end */
	struct aios_cgroup cg;
	/** @events: watch on cgroup.events */
	struct aios_cgroup_watch events;
	/** @memory_events: watch on memory.events */
	struct aios_cgroup_watch memory_events;
	/** @leader: of whose exit @exit waits, referenced; NULL: of nobody's */
	struct pid *leader;
	/** @exit: our entry on the queue of that pid */
	wait_queue_entry_t exit;
	/** @applied: what was last written */
	struct aios_applied applied;
	/** @saved: what an adopted cgroup's files said */
	struct aios_saved *saved;
	/** @oom_kills: processes killed out of memory in this attempt */
	u64 oom_kills;
	/** @oom_before: those killed in an adopted cgroup before it was adopted */
	u64 oom_before;
	/** @bound_by: id of the group that leaves it less memory than its limit, 0: none */
	u64 bound_by;
	/** @full: id of the group that was full when the last were killed, 0: its own limit */
	u64 full;
	/** @frozen: what was last written to cgroup.freeze */
	bool frozen;
	/** @populated: it has had a process */
	bool populated;
	/** @killed: all in it have been killed */
	bool killed;
};

/**
 * struct aios_aside - where the process waits that will become a job; protected by cg_lock
 */
struct aios_aside {
	/** @place: NULL when it has not been moved */
	struct aios_place *place;
	/** @leader: of its threads, referenced while there is a place; read without the lock too */
	struct task_struct *leader;
	/** @from: the cgroup that it was moved from */
	u64 from;
};

/**
 * struct aios_job - a job
 */
struct aios_job {
	/**
	 * @ref: one each for the table of jobs while it lives or is remembered, for
	 * every open file and for queued work
	 */
	struct kref ref;
	/** @group: immutable once it has joined; the job holds a reference on it */
	struct aios_group *group;
	/** @asked: immutable */
	struct aios_asked asked;
	/**
	 * @payer: memory cgroup of who had it adopt a cgroup, and pays for what that pins;
	 * referenced; NULL: nobody's. Set before anybody knows the job, then protected by cg_lock
	 */
	struct mem_cgroup *payer;

	/**
	 * @core: requests, limits, grant, shares; protected by aios_lock, like all
	 * up to @requests
	 */
	struct aios_job_node core;
	/** @strict: elastic resources are capped at the grant; read by the worker too */
	bool strict;
	/** @gang: its gang while it lives */
	struct aios_gang *gang;
	/** @user: who is charged; NULL once it is neither live nor remembered */
	struct aios_user *user;
	/**
	 * @state: AIOS_STATE_* or AIOS_JOB_NEW; changed by life.c alone, read
	 * without the lock too
	 */
	u32 state;
	/** @end: AIOS_END_* */
	u32 end;
	/** @code: see AIOS_END_*; of a cancelled job @cancel_uid says who it was */
	u32 code;
	/** @epoch: number of changes of state or grant; read without the lock too */
	u64 epoch;
	/** @why: what went wrong during set-up */
	struct aios_why why;
	/** @times: of its steps */
	struct aios_times times;
	/** @nr_control: open files that may control it */
	u32 nr_control;
	/**
	 * @entrant: group leader of the process that entered or waits to, referenced; NULL
	 * once the job has ended; read without the lock too, to compare it
	 */
	struct task_struct *entrant;
	/**
	 * @leader: group leader of the process in an adopted cgroup whose end is that of the job,
	 * referenced; NULL: nobody was named, or the job has ended
	 */
	struct task_struct *leader;
	/** @from_uid: the user who entered */
	kuid_t from_uid;
	/** @entering: in the list of those that no decision was made on since they were entered */
	struct list_head entering;
	/** @settled: @entrant waits where it is; see aside.c */
	bool settled;
	/** @from: the cgroup that @entrant is in until then; see enforce/source.h */
	u64 from;
	/** @ties: to the limited cgroups that it came from; NULL: there are none */
	struct aios_ties *ties;
	/** @bound: what these leave to the job, beside others from there */
	struct aios_bound bound;
	/** @parked: what it requests finds no room there yet */
	bool parked;
	/** @moved: @entrant is in the cgroup; read without the lock too */
	bool moved;
	/** @cancelled: it was cancelled, by @cancel_uid */
	bool cancelled;
	/** @ending: its time is nearly up, which its processes are told */
	bool ending;
	/** @timed_out: its time is up, and it is killed for that */
	bool timed_out;
	/** @holder: who traces a process that was killed, and does not let it end; referenced */
	struct pid *holder;
	/** @hold_admin: put on hold by somebody other than its submitter */
	bool hold_admin;
	/** @cancel_uid: by whom it was cancelled */
	kuid_t cancel_uid;
	/** @visit: where it is in the stations of its groups */
	struct aios_visit visit;
	/** @told: what it was told of its start, as long as it waits */
	struct aios_told told;
	/** @foreseen: what was predicted of it when it was submitted */
	struct aios_foreseen foreseen;
	/** @queued_then: jobs that were queued then */
	u32 queued_then;
	/** @running_then: jobs that held resources then */
	u32 running_then;
	/** @spare_attempts: room for the records of attempts that are not over */
	struct aios_attempt_kept *spare_attempts;
	/** @meter: what it uses */
	struct aios_meter meter;
	/** @deadline: that of @core, where it was asked for as a date */
	struct aios_wall deadline;
	/** @begin: likewise of its @begin_ns */
	struct aios_wall begin;
	/** @retry_kills: processes killed out of memory in the attempts before */
	u32 retry_kills;
	/** @pending: resources whose use is above the limit */
	u32 pending;
	/** @dir: directory of its cgroup while it has one, which holds the references */
	struct path dir;
	/** @page: status page, NULL until it is mapped */
	struct page *page;
	/** @active: in the list of jobs that hold resources */
	struct list_head active;
	/** @active_serial: ascending along that list */
	u64 active_serial;
	/** @remembered: in the user's history */
	struct list_head remembered;
	/** @dropped: in the list of those that the engine has dropped */
	struct list_head dropped;

	/** @requests: bits AIOS_JOB_*, atomic */
	unsigned long requests;
	/** @work: runs aios_job_work() */
	struct work_struct work;
	/** @wake: the worker is woken when the caller has his answer */
	struct aios_later wake;
	/** @free_work: frees it, when nobody has a reference any more */
	struct work_struct free_work;
	/** @wq: woken at every change */
	wait_queue_head_t wq;

	/** @cg_lock: protects @cgroup; see main.h */
	struct mutex cg_lock;
	/** @cgroup: its cgroup */
	struct aios_job_cgroup cgroup;
	/** @aside: where its process waits */
	struct aios_aside aside;
};

static inline struct aios_job *aios_job_of(struct aios_job_node *node)
{
	return container_of(node, struct aios_job, core);
}

static inline bool aios_job_ended(const struct aios_job *job)
{
	return READ_ONCE(job->state) >= AIOS_STATE_DONE;
}

static inline bool aios_job_adopts(const struct aios_job *job)
{
	return job->asked.flags & AIOS_SUBMIT_ADOPT;
}

/* Whether a job gets none of a resource, because of what else it states. */
static inline bool aios_job_withheld(const struct aios_job *job, u32 resource)
{
	return !aios_job_adopts(job) &&
	       aios_resource_withheld(job->core.resource_mask, resource);
}

/* What a job may have, of its own and where it comes from a cgroup that is limited. */
static inline u64 aios_job_bounded(const struct aios_job *job, u32 resource, u64 amount)
{
	if (aios_job_withheld(job, resource))
		return 0;
	return min(amount, job->bound.limit[resource]);
}

/* job.c */
int aios_job_cache_init(void);
void aios_job_cache_exit(void);
struct aios_job *aios_job_alloc(void);
void aios_job_join(struct aios_job *job, struct aios_group *group);
struct aios_job *aios_job_get(struct aios_job *job);
void aios_job_put(struct aios_job *job);
int aios_job_add(struct aios_job *job);
void aios_job_remove(struct aios_job *job);
struct aios_job *aios_job_find(u64 id);
struct aios_job *aios_job_next(u64 *id);
u64 aios_job_end_id(void);
bool aios_job_id_given(u64 id);
void aios_jobs_init(u64 first);
bool aios_job_visible_to(const struct aios_job *job, const struct cred *cred);
bool aios_job_controlled_by(const struct aios_job *job, const struct cred *cred);
bool aios_job_may_name(const struct aios_job *job, u64 id, const struct cred *cred);
u32 aios_job_flags(const struct aios_job *job);
u32 aios_job_code(const struct aios_job *job, struct user_namespace *reader);
u64 aios_job_suspended_ns(const struct aios_job *job);
void aios_jobs_destroy(void);

/* life.c */
int aios_job_register(struct aios_job *job, const struct cred *cred);
void aios_job_step(struct aios_job *job, u32 event);
void aios_job_track(struct aios_job *job);
void aios_job_changed(struct aios_job *job);
void aios_job_end(struct aios_job *job, u32 state, u32 end, u32 code);
struct aios_job *aios_job_next_active(struct aios_job *job);

/* history.c */
void aios_job_remember(struct aios_job *job);
void aios_history_exit(void);

/* page.c */
struct page *aios_job_set_page(struct aios_job *job, struct page *page);
void aios_job_publish(struct aios_job *job);
u32 aios_job_show_devices(const struct aios_job *job, struct aios_job_device *devices);

/* worker.c */
void aios_job_work(struct work_struct *work);
void aios_job_woken_later(struct aios_later *wake);
void aios_job_wake_worker(struct aios_job *job);
void aios_job_request(struct aios_job *job, unsigned int bit);

/* setup.c */
int aios_job_set_up(struct aios_job *job, const struct aios_entitlement *limits,
		    u32 *pending);
void aios_job_drop_cgroup(struct aios_job *job);

/* exit.c */
void aios_job_watch_exit(struct aios_job *job, struct task_struct *leader);
void aios_job_unwatch_exit(struct aios_job *job);

/* aside.c */
void aios_job_entered(struct aios_job *job);
void aios_jobs_settle(void);
bool aios_job_set_aside(struct aios_job *job);
void aios_job_go_back(struct aios_job *job);
void aios_job_leave_aside(struct aios_job *job);

/* holder.c */
void aios_job_find_holder(struct aios_job *job);
void aios_job_set_holder(struct aios_job *job, struct pid *holder);

/* tick.c */
void aios_job_sample(struct aios_job *job, bool last);
void aios_job_measure(struct aios_job *job);
void aios_job_note_device_memory(struct aios_job *job);
void aios_tick_start(void);
void aios_tick_exit(void);

/* deadline.c */
void aios_job_deadline_follow(struct aios_job *job, u64 real_ns);
void aios_job_begin_follow(struct aios_job *job, u64 real_ns);

/**
 * struct aios_place_own - jobs of which each takes the place of the one before it
 */
struct aios_place_own {
	/** @job: by their places; the last one takes that of the first */
	struct aios_job **job;
	/** @nr: how many */
	u32 nr;
};

int aios_job_place_find(struct aios_job *job, u64 before, struct aios_place_own *place);
void aios_job_place_take(struct aios_place_own *place);

/* time_limit.c */
void aios_job_clock(struct aios_job *job, u32 event, u64 suspended_ns, u64 now);
void aios_job_clock_change(struct aios_job *job);
u64 aios_job_stop_ns(const struct aios_job *job);
void aios_job_clock_exit(void);
void aios_job_warn(struct aios_job *job);

/* attempt.c */
void aios_job_foresee(struct aios_job *job, const struct cred *cred);
void aios_job_foresee_later(struct aios_job *job, const struct cred *cred);
void aios_job_attempt_over(struct aios_job *job, u32 end, u32 code, bool retried);

/* retry.c */
bool aios_job_may_retry(const struct aios_job *job);
bool aios_job_retry(struct aios_job *job);

#endif /* _AIOS_JOB_JOB_H */
