// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel offers to hold jobs by: cgroup version 2, how it is mounted, its controllers
 * and pressure stall information.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <mntent.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/commands.h"
#include "doctor/finding.h"
#include "machine/protection.h"

void doctor_cgroup(struct finding *f)
{
	struct statfs fs;

	if (statfs(CGROUP_MOUNT, &fs)) {
		finding_detail(f, "%s: %s", CGROUP_MOUNT, strerror(errno));
	} else if (fs.f_type == CGROUP2_SUPER_MAGIC) {
		finding_detail(f, "version 2 on %s", CGROUP_MOUNT);
		return;
	}
	if (!f->detail)
		finding_detail(f, "%s is not cgroup version 2", CGROUP_MOUNT);
	finding_fail(f, "boot with systemd.unified_cgroup_hierarchy=1, or run 'mount -t cgroup2 none %s'",
		     CGROUP_MOUNT);
}

/*
 * What the hierarchy is mounted with, or NULL. A new option replaces those that are
 * not given with it.
 */
static char *cgroup_options(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	char *options = NULL;
	struct mntent *m;

	while (mounts && (m = getmntent(mounts))) {
		if (strcmp(m->mnt_dir, CGROUP_MOUNT) || strcmp(m->mnt_type, "cgroup2"))
			continue;
		free(options);
		options = xstrdup(m->mnt_opts);
	}
	if (mounts)
		endmntent(mounts);
	return options;
}

/*
 * The kernel keeps fork and exit cheap by a lock whose writer, who moves a process,
 * waits for a grace period of RCU.
 */
void doctor_favordynmods(struct finding *f)
{
	auto_free char *options = cgroup_options();
	struct mntent m = { .mnt_opts = options };

	if (!options) {
		finding_detail(f, "%s is not mounted", CGROUP_MOUNT);
	} else if (hasmntopt(&m, "favordynmods")) {
		finding_detail(f, "jobs start without a wait for a grace period");
	} else {
		finding_detail(f, "a job that starts waits for a grace period, 10 ms or so");
		finding_warn(f, "run 'mount -o remount,%s,favordynmods %s' as root where jobs are short; each fork, exec and exit then takes a shared counter",
			     options, CGROUP_MOUNT);
	}
}

/* Is @word among the words of the file @path? */
static bool file_has_word(const char *path, const char *word)
{
	auto_free char *text = file_read(path);
	size_t len = strlen(word);

	for (char *s = text; s && *s; s += strspn(s, " \n")) {
		size_t n = strcspn(s, " \n");

		if (n == len && !memcmp(s, word, n))
			return true;
		s += n;
	}
	return false;
}

static void check_controller(struct finding *f, const char *name)
{
	const char *root = CGROUP_MOUNT "/cgroup.controllers";

	if (file_has_word(root, name)) {
		finding_detail(f, "available");
		return;
	}
	finding_detail(f, "not available in %s", root);
	if (!strcmp(name, "memory"))
		finding_fail(f, "boot with cgroup_enable=memory, without cgroup_disable=memory");
	else
		finding_fail(f, "boot a kernel with this controller, without cgroup_disable=%s and without a version 1 hierarchy that holds it",
			     name);
}

void doctor_cpu(struct finding *f)
{
	check_controller(f, "cpu");
}

void doctor_memory(struct finding *f)
{
	check_controller(f, "memory");
}

void doctor_pids(struct finding *f)
{
	check_controller(f, "pids");
}

void doctor_io(struct finding *f)
{
	check_controller(f, "io");
	/* jobs without --io run as well */
	f->state = f->state == FINDING_BAD ? FINDING_WARN : f->state;
}

void doctor_pressure(struct finding *f)
{
	/* with psi=0 the file is there and cannot be opened */
	int fd = open("/proc/pressure/memory", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		finding_detail(f, "measured");
		return;
	}
	finding_detail(f, "/proc/pressure/memory: %s", strerror(errno));
	finding_warn(f, "boot with psi=1; without it the status page shows no pressure");
}
