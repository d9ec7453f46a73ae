// SPDX-License-Identifier: GPL-2.0
/*
 * What holds for jobs on this machine: their bandwidth, where their cgroups lie and who else
 * may change those, where processes wait, and what protects memory that was promised.
 */
#include <glob.h>
#include <limits.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/commands.h"
#include "doctor/finding.h"
#include "machine/protection.h"

/* How the module holds a resource: AIOS_HOW_*; AIOS_HOW_NONE also when it does not answer. */
static uint32_t how_of(uint32_t resource)
{
	struct aios_resource_info table[AIOS_RESOURCE_MAX] = { 0 };
	struct aios_ctx *ctx;

	if (aios_new(&ctx, NULL))
		return AIOS_HOW_NONE;
	if (aios_resources(ctx, table, ARRAY_SIZE(table)) < 0)
		table[resource].how = AIOS_HOW_NONE;
	aios_unref(ctx);
	return table[resource].how;
}

/* What limits of the network do not reach can be seen of devices alone. */
void doctor_network(struct finding *f)
{
	uint32_t how = how_of(AIOS_RESOURCE_NET);
	glob_t rdma;

	if (how == AIOS_HOW_NONE) {
		finding_detail(f, "known once %s can be opened", DEVICE_PATH);
		return;
	}
	if (how != AIOS_HOW_ENFORCED) {
		finding_detail(f, "jobs are told their bandwidth, and nothing holds them to it");
		finding_warn(f, "use a kernel with CONFIG_NETFILTER and CONFIG_SOCK_CGROUP_DATA where limits of the network are wanted");
		return;
	}
	if (glob("/sys/class/infiniband/*", 0, NULL, &rdma)) {
		finding_detail(f, "limits hold for what sockets send and receive");
		return;
	}
	finding_detail(f, "limits hold for sockets, and not for RDMA by %s",
		       strrchr(rdma.gl_pathv[0], '/') + 1);
	finding_warn(f, "keep jobs that must not exceed their bandwidth from /dev/infiniband, by its mode or by their containers");
	globfree(&rdma);
}

/* The directory below which the module makes its own, or NULL. */
static char *cgroup_root(void)
{
	char path[PATH_MAX];
	struct aios_ctx *ctx;
	int err;

	if (aios_new(&ctx, NULL))
		return NULL;
	err = aios_cgroup_root(ctx, path, sizeof(path));
	aios_unref(ctx);
	return err ? NULL : xstrdup(path);
}

/* Does systemd leave @path, or a cgroup above it, to others? */
static bool delegated(const char *path)
{
	auto_free char *at = xstrdup(path);
	char value[8];
	char *slash;

	while (strcmp(at, CGROUP_MOUNT)) {
		if (getxattr(at, "user.delegate", value, sizeof(value)) > 0 ||
		    getxattr(at, "trusted.delegate", value, sizeof(value)) > 0)
			return true;
		slash = strrchr(at, '/');
		if (!slash || slash == at)
			return false;
		*slash = '\0';
	}
	return false;
}

void doctor_delegation(struct finding *f)
{
	auto_free char *root = cgroup_root();

	if (access("/run/systemd/system", F_OK)) {
		finding_detail(f, "systemd does not run here, nothing to delegate");
		return;
	}
	if (!root) {
		finding_detail(f, "systemd runs; the subtree is known once %s can be opened",
			       DEVICE_PATH);
		finding_warn(f, "mend what is missing above, then run doctor again");
		return;
	}
	if (delegated(root)) {
		finding_detail(f, "systemd delegates %s", root);
		return;
	}
	finding_detail(f, "systemd does not delegate %s", root);
	finding_warn(f, "systemd may take controllers from it: load the module with cgroup_root= the cgroup of a service with Delegate=yes that has its own processes in a cgroup below it");
}

/* How many processes wait in the places of the users, which are below @top. */
static unsigned int count_waiting(const char *top)
{
	auto_free char *pattern = xasprintf("%s/user.*/cgroup.procs", top);
	unsigned int nr = 0;
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "re");
		int c;

		while (file && (c = getc(file)) != EOF)
			nr += c == '\n';
		if (file)
			fclose(file);
	}
	globfree(&found);
	return nr;
}

void doctor_waiting(struct finding *f)
{
	auto_free char *root = cgroup_root();
	auto_free char *top = root ? xasprintf("%s/waiting", root) : NULL;
	unsigned int nr = top ? count_waiting(top) : 0;

	if (!root)
		finding_detail(f, "known once %s can be opened", DEVICE_PATH);
	else if (nr)
		finding_detail(f, "%u processes in %s wait for their jobs", nr, top);
	else
		finding_detail(f, "no process waits for its job in %s", top);
}

/*
 * What jobs were promised of memory is theirs only as far as each cgroup above protects
 * as much: of those above the governed one none is ours to write.
 */
void doctor_protection(struct finding *f)
{
	auto_free char *root = cgroup_root();
	char *slash = root ? strrchr(root, '/') : NULL;

	if (!slash) {
		finding_detail(f, "what is above jobs is known once %s can be opened",
			       DEVICE_PATH);
		return;
	}
	*slash = '\0';
	/* the module has a mount of its own where nobody else has one */
	if (!strcmp(root, CGROUP_MOUNT) || root[0] != '/') {
		finding_detail(f, "requests of memory are protected from the top of the hierarchy down");
		return;
	}
	finding_detail(f, "jobs lie below %s, whose own memory.min and memory.max come first",
		       root);
	finding_warn(f, "set memory.min of %s, and of what is above it, to what jobs may request in all, or load the module with its default cgroup_root",
		     root);
}
