/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calls of /dev/aios for the kernel tests, raw and without libaios, with
 * outputs poisoned beforehand; and the small workers that become the jobs.
 * A function that yields a value ends the test when its call fails, one that
 * yields an int returns it like a system call.
 */
#ifndef KSELFTEST_CALLS_H
#define KSELFTEST_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#include <linux/aios.h>

#define POISON		0xa5
#define MIB		(1024ULL * 1024)

/* This process' own descriptor of /dev/aios; opened at its first use. */
int dev(void);
void dev_forget(void);

/* root: room for the directory of the subtree, below /sys/fs/cgroup */
struct aios_info info_get(char *root, size_t len);
struct aios_resource_info resource_get(unsigned int id);
unsigned int jobs_held(void);	/* queued and running, of the whole machine */

/* A request for nothing at all in group, for want() to add to. */
struct aios_submit ask(const char *group);
void want(struct aios_submit *s, unsigned int resource, uint64_t request, uint64_t limit);
void ask_name(struct aios_submit *s, const char *name);
int submit(struct aios_submit *s);	/* 0 or -1; s->fd and s->id on success */

int submit_ok(struct aios_submit *s);	/* the job's descriptor */
int submit_cpu(const char *group, uint64_t request, uint64_t limit);

int job_open(uint64_t id);
struct aios_stat job_stat(int job);
struct aios_stat job_stat_names(int job, char *name, char *cgroup, char *group);
uint32_t job_state(int job);
int job_enter(int job, struct aios_why *why);
int job_enter_until(int job, long long timeout_ns, struct aios_why *why);
int job_wait(int job, uint32_t state_mask, long long timeout_ns, struct aios_wait *w);
struct aios_wait job_wait_end(int job);
void job_wait_state(int job, uint32_t state);
int job_signal(int job, unsigned long call, struct aios_why *why);
struct aios_update job_update_args(void);

/* The process that enters the job, runs fn(arg) there and exits with 0. */
pid_t job_start(int job, void (*fn)(void *arg), void *arg);	/* and waits until it runs */
pid_t job_launch(int job, void (*fn)(void *arg), void *arg);	/* and does not wait */

/* Cancel, reap and wait for the end. */
void job_finish(int job, pid_t pid);

/* Workers */
void work_sleep(void *unused);		/* for ever */
void work_spin(void *unused);		/* for ever, on one CPU */
void work_spin_two(void *unused);	/* on two */
void work_nap(void *ms);			/* for (long)ms milliseconds */
void work_exit(void *status);		/* with (int)(long)status */
void work_hog(void *mib);		/* touch (long)mib MiB, then sleep */

/* Files of a job's cgroup, or of the directory given. */
void job_directory(int job, char *path, size_t len);
void cgroup_path(const char *given, char *path, size_t len);
bool cg_read(const char *directory, const char *file, char *buf, size_t len);
uint64_t cg_number(const char *directory, const char *file);	/* "max": AIOS_UNLIMITED */
uint64_t cg_cpu_max(const char *directory);	/* in milli-CPUs */
uint64_t cg_field(const char *directory, const char *file, const char *field);

/* A job with a process that waits in it, or runs. */
struct queued {
	int job;
	pid_t pid;
};

uint64_t all_cpus(void);
/*
 * Returns when whatever has happened so far is decided on, however late the module's
 * own worker gets a CPU.
 */
void decided(void);
/* A process waits in the job, and is left waiting by the decision. */
void decided_and_queued(int job);
/*
 * A whole job, from its submission to its end: what the module still had to do for
 * others before it, it has done since.
 */
void another_job(void);
/* Ready, and decided on, when it returns: before whoever is started next. */
struct queued queued_start(struct aios_submit *s);
void queued_waits(const struct queued *q, unsigned int code);	/* for that reason */
void queued_finish(struct queued *q);

int group_create(const char *path, uid_t uid, gid_t gid, unsigned int mode,
		 struct aios_why *why);
int group_remove(const char *path);
int group_remove_why(const char *path, struct aios_why *why);
uint64_t group_make(const char *path);	/* 0777; removed after the test */
int group_policy(const char *path, unsigned int flags, unsigned int policy,
		 struct aios_policy *p);	/* with a quantum of 5 ms, if that */
int group_stat(const char *path, struct aios_group_stat *g);
struct aios_queueing queueing(const char *path, unsigned int servers);
struct aios_limit limit_args(const char *path);
int limit_set(const char *path, unsigned int resource, uint64_t value);
struct aios_limit limit_get(const char *path);

int device_add(const char *name, uint64_t memory, uint32_t *id); /* removed after the test */
int device_remove(uint32_t id);
int device_get(uint32_t id, struct aios_device *d);
uint32_t device_make(const char *name, uint64_t memory);	/* likewise */

#endif
