// SPDX-License-Identifier: GPL-2.0
/*
 * aios_spank.so: what srun, sbatch and salloc are asked for with --aios-cpu and the like, the
 * kernel of each node arbitrates. Slurm is the queue: a job that does not fit at once where it
 * was sent is refused there, and Slurm told why.
 *
 * Where Slurm tracks processes by cgroups, they stay where Slurm has put them, and the job's
 * cgroup is adopted, once for all steps; moving them out would break what Slurm knows of them.
 * With other trackers each task becomes a job of its own. aios_spank(8) tells the rest.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <slurm/spank.h>

#include "common/admission.h"
#include "common/request.h"

#define EXPORTED	__attribute__((visibility("default")))

#pragma GCC visibility push(default)
SPANK_PLUGIN(aios, 1);
#pragma GCC visibility pop

/* Options and the keys of a request that they set, in the order of their numbers. */
static const char * const keys[] = { "cpu", "mem", "gpu", "gpu-mem", "io", "net", "pids" };

#define NR_KEYS		(sizeof(keys) / sizeof(*keys))

/* What was given for each; NULL: nothing. Slurm calls a plugin from one thread. */
static char *given[NR_KEYS];

/* What a task, a process of its own, tells the one that waits for its end. */
struct told {
	uint64_t job;		/* 0: it is governed by none */
	uint64_t kills;		/* in its cgroup before, out of memory */
	char cgroup[PATH_MAX];
};

/* Tasks of one step on one node; those above share, and only what they are told differs. */
#define TASKS_MAX	256

static struct told *all_told;	/* [TASKS_MAX], shared with the tasks; NULL: not in slurmstepd */

/* What plugstack.conf says. */
struct settings {
	const char *group;	/* with %a for the account and %u for the user's number */
	const char *mode;	/* "auto", "adopt" or "enter" */
};

static int option_taken(int val, const char *text, int remote)
{
	(void)remote;
	free(given[val]);
	given[val] = strdup(text ? text : "");
	return given[val] ? 0 : -1;
}

static bool is_asked(void)
{
	for (size_t i = 0; i < NR_KEYS; i++)
		if (given[i])
			return true;
	return false;
}

static int settings_read(struct settings *s, int ac, char **av)
{
	*s = (struct settings){ .group = "/", .mode = "auto" };
	for (int i = 0; i < ac; i++) {
		if (!strncmp(av[i], "group=", 6)) {
			s->group = av[i] + 6;
		} else if (!strncmp(av[i], "mode=", 5)) {
			s->mode = av[i] + 5;
		} else {
			slurm_error("aios: plugstack.conf: '%s' is neither group= nor mode=",
				    av[i]);
			return -1;
		}
	}
	if (strcmp(s->mode, "auto") && strcmp(s->mode, "adopt") && strcmp(s->mode, "enter")) {
		slurm_error("aios: plugstack.conf: mode is auto, adopt or enter, not '%s'",
			    s->mode);
		return -1;
	}
	return 0;
}

static struct told *told_by(spank_t sp)
{
	int task = 0;

	if (spank_get_item(sp, S_TASK_ID, &task) != ESPANK_SUCCESS || task < 0)
		task = 0;
	return &all_told[task % TASKS_MAX];
}

/* ------------------------------------------------------------------- requests */

static int request_read(struct request *r, char *error, size_t len)
{
	char cause[REQUEST_ERROR_LEN];

	request_init(r);
	r->patience_ns = 0;
	for (size_t i = 0; i < NR_KEYS; i++) {
		if (!given[i] || !request_set(r, keys[i], given[i], cause, sizeof(cause)))
			continue;
		snprintf(error, len, "--aios-%s: %s", keys[i], cause);
		return -EINVAL;
	}
	return 0;
}

/* The administrator's path, with what the job is put in for its %a and %u. */
static int group_name(spank_t sp, const char *pattern, char *path, size_t len)
{
	char account[AIOS_NAME_MAX + 1];
	uid_t uid = 0;
	size_t at = 0;

	/* What an account is called Slurm says to the job in its environment. */
	if (spank_getenv(sp, "SLURM_JOB_ACCOUNT", account, sizeof(account)) != ESPANK_SUCCESS)
		strcpy(account, "none");
	spank_get_item(sp, S_JOB_UID, &uid);
	for (; *pattern && at < len; pattern++) {
		if (*pattern != '%')
			at += snprintf(path + at, len - at, "%c", *pattern);
		else if (*++pattern == 'a')
			at += snprintf(path + at, len - at, "%s", account);
		else if (*pattern == 'u')
			at += snprintf(path + at, len - at, "%u", uid);
		else
			return -EINVAL;
	}
	return at < len ? 0 : -ENAMETOOLONG;
}

/* ------------------------------------------------------------------- the task */

/* Whether this process is in the cgroup of Slurm's job, whose directory is returned. */
static char *job_cgroup(uint32_t id)
{
	char *path = cgroup_of(getpid()), name[32], *at;

	snprintf(name, sizeof(name), "/job_%u", id);
	at = path ? strstr(path, name) : NULL;
	if (at && (at[strlen(name)] == '/' || !at[strlen(name)])) {
		at[strlen(name)] = '\0';
		return path;
	}
	free(path);
	return NULL;
}

static uint64_t kills_in(const char *cgroup)
{
	char path[PATH_MAX + 32], line[128];
	uint64_t kills = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/memory.events", cgroup);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "oom_kill %" SCNu64, &kills);
	if (f)
		fclose(f);
	return kills;
}

static int submitted(uint64_t id, void *data)
{
	__atomic_store_n(&((struct told *)data)->job, id, __ATOMIC_RELEASE);
	return 0;
}

/* The job that another task of this step had the cgroup adopted for; 0: it is of another step. */
static uint64_t job_beside(const struct told *told)
{
	for (size_t i = 0; i < TASKS_MAX; i++) {
		uint64_t job = __atomic_load_n(&all_told[i].job, __ATOMIC_ACQUIRE);

		if (job && &all_told[i] != told)
			return job;
	}
	return 0;
}

/*
 * Another task or step has had it adopted. One of the same step may still wait for that: then
 * this one begins no sooner.
 */
static int wait_for_other(const struct told *told, char *error, size_t len)
{
	struct timespec moment = { .tv_nsec = 10000000 };
	uint64_t job = 0;
	int err = 0;

	for (int i = 0; !job && i < 50; i++) {
		job = job_beside(told);
		if (!job)
			nanosleep(&moment, NULL);
	}
	if (job)
		err = admission_await(job, error, len);
	return err;
}

static int govern(struct admission *a, const char *cgroup, char *error, size_t len)
{
	struct told *told = a->data;
	int err;

	if (!cgroup)
		return admission_enter(a, error, len);
	a->cgroup = cgroup;
	a->leader = getpid();
	snprintf(told->cgroup, sizeof(told->cgroup), "%s", cgroup);
	told->kills = kills_in(cgroup);
	err = admission_take(a, error, len);
	return err == -EBUSY ? wait_for_other(told, error, len) : err;
}

static int task_becomes_job(spank_t sp, const struct settings *settings, char *error, size_t len)
{
	struct request r;
	struct admission a = { .request = &r, .submitted = submitted, .data = told_by(sp) };
	char name[32], *cgroup = NULL;
	uint32_t id = 0;
	int err = request_read(&r, error, len);

	if (err)
		return err;
	spank_get_item(sp, S_JOB_ID, &id);
	snprintf(name, sizeof(name), "slurm-%u", id);
	request_name(&r, name);
	err = group_name(sp, settings->group, r.group, sizeof(r.group));
	if (err) {
		snprintf(error, len, "plugstack.conf: '%.128s' makes no path of a group",
			 settings->group);
		return err;
	}
	if (strcmp(settings->mode, "enter"))
		cgroup = job_cgroup(id);
	if (!cgroup && !strcmp(settings->mode, "adopt")) {
		snprintf(error, len, "mode=adopt, and it is in no cgroup job_%u: proctrack/cgroup makes them",
			 id);
		return -ENOENT;
	}
	err = govern(&a, cgroup, error, len);
	free(cgroup);
	return err;
}

/* -------------------------------------------------------------------- the hooks */

EXPORTED int slurm_spank_init(spank_t sp, int ac, char **av)
{
	static char names[NR_KEYS][16];
	static struct spank_option options[NR_KEYS];
	static char * const usage[NR_KEYS] = {
		"CPUs that the job needs on a node, and can use",
		"memory that it needs, and can use", "accelerators, likewise",
		"memory of accelerators, likewise", "disk, in bytes a second, likewise",
		"network, in bytes a second, likewise", "tasks, likewise",
	};
	struct settings settings;

	if (settings_read(&settings, ac, av))
		return -1;
	for (size_t i = 0; i < NR_KEYS; i++) {
		snprintf(names[i], sizeof(names[i]), "aios-%s", keys[i]);
		options[i] = (struct spank_option){
			.name = names[i], .arginfo = "REQUEST[:LIMIT]", .usage = usage[i],
			.has_arg = 1, .val = (int)i, .cb = option_taken,
		};
		if (spank_option_register(sp, &options[i]) != ESPANK_SUCCESS)
			return -1;
	}
	if (!spank_remote(sp))
		return 0;
	all_told = mmap(NULL, TASKS_MAX * sizeof(*all_told), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all_told != MAP_FAILED)
		return 0;
	all_told = NULL;
	slurm_error("aios: %s", strerror(errno));
	return -1;
}

/* Who is wrong is told before anything is queued. */
EXPORTED int slurm_spank_init_post_opt(spank_t sp, int ac, char **av)
{
	char error[ADMISSION_ERROR_LEN];
	struct request r;

	(void)sp;
	(void)ac;
	(void)av;
	if (!request_read(&r, error, sizeof(error)))
		return 0;
	slurm_error("aios: %s", error);
	return -1;
}

EXPORTED int slurm_spank_task_init_privileged(spank_t sp, int ac, char **av)
{
	char error[ADMISSION_ERROR_LEN], id[32];
	struct settings settings;
	const struct told *told;

	if (!is_asked() || !all_told)
		return 0;
	if (settings_read(&settings, ac, av))
		return -1;
	if (task_becomes_job(sp, &settings, error, sizeof(error))) {
		slurm_spank_log("aios: %s", error);
		return -1;
	}
	told = told_by(sp);
	snprintf(id, sizeof(id), "%" PRIu64, told->job);
	if (told->job)
		spank_setenv(sp, "AIOS_JOB_ID", id, 1);
	return 0;
}

/* Whether the kernel killed processes out of memory in what is governed. */
static bool ran_out_of_memory(const struct told *told)
{
	struct aios_ctx *ctx;
	struct aios_job *job = NULL;
	struct aios_wait wait;
	bool oom = false;

	if (*told->cgroup)
		return kills_in(told->cgroup) > told->kills;
	if (!told->job || aios_new(&ctx, NULL))
		return false;
	/* A job that was entered ends with its task, which has ended. */
	AIOS_INIT(&wait);
	if (!aios_job_open(ctx, told->job, &job)) {
		struct timespec t;

		clock_gettime(CLOCK_MONOTONIC, &t);
		wait.timeout_ns = t.tv_sec * 1000000000ULL + t.tv_nsec + 5000000000ULL;
		oom = !aios_job_wait(job, &wait) &&
		      (wait.end == AIOS_END_OOM || wait.end == AIOS_END_FULL);
	}
	aios_job_unref(job);
	aios_unref(ctx);
	return oom;
}

EXPORTED int slurm_spank_task_exit(spank_t sp, int ac, char **av)
{
	int status = 0;
	const struct told *told;

	(void)ac;
	(void)av;
	if (!is_asked() || !all_told)
		return 0;
	if (spank_get_item(sp, S_TASK_EXIT_STATUS, &status) != ESPANK_SUCCESS)
		return 0;
	told = told_by(sp);
	if (status && ran_out_of_memory(told))
		slurm_spank_log("aios: exceeded its memory limit: ask for more with --aios-mem");
	return 0;
}
