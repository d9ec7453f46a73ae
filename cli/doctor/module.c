// SPDX-License-Identifier: GPL-2.0
/*
 * Whether what aios consists of is there: the kernel, the module, its device and its netlink
 * family, and the libraries.
 */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/commands.h"
#include "doctor/finding.h"
#include "start/preload.h"

#define KERNEL_MIN_MAJOR 6
#define KERNEL_MIN_MINOR 1

void doctor_kernel(struct finding *f)
{
	unsigned int major = 0, minor = 0;
	struct utsname u;

	uname(&u);
	sscanf(u.release, "%u.%u", &major, &minor);
	finding_detail(f, "Linux %s on %s", u.release, u.machine);
	if (major < KERNEL_MIN_MAJOR ||
	    (major == KERNEL_MIN_MAJOR && minor < KERNEL_MIN_MINOR))
		finding_fail(f, "boot Linux %d.%d or later", KERNEL_MIN_MAJOR,
			     KERNEL_MIN_MINOR);
}

/* Where the running kernel would load the module from, or NULL. */
static char *module_file(void)
{
	struct utsname u;
	auto_free char *path = NULL;
	auto_free char *deps = NULL;
	char *line, *rest;

	uname(&u);
	path = xasprintf("/lib/modules/%s/modules.dep", u.release);
	deps = file_read(path);
	rest = deps;
	while (rest && (line = strsep(&rest, "\n"))) {
		char *base;

		line[strcspn(line, ":")] = '\0';
		base = strrchr(line, '/');
		base = base ? base + 1 : line;
		if (!strncmp(base, "aios.ko", strlen("aios.ko")))
			return xasprintf("/lib/modules/%s/%s", u.release, line);
	}
	return NULL;
}

void doctor_module(struct finding *f)
{
	auto_free char *version = NULL;
	auto_free char *file = NULL;

	if (cli_module_loaded()) {
		version = file_read("/sys/module/aios/version");
		finding_detail(f, "loaded%s%s", version ? ", version " : "",
			       version ?: "");
		return;
	}
	file = module_file();
	if (cli_in_container()) {
		finding_detail(f, "not loaded on the machine that this container runs on");
		finding_fail(f, "run 'modprobe aios' as root there, outside; aiosctl doctor there tells whether that can work");
	} else if (file) {
		finding_detail(f, "not loaded, installed as %s", file);
		finding_fail(f, "run 'modprobe aios' as root; look into the kernel log when it refuses");
	} else {
		finding_detail(f, "not loaded and not installed for this kernel");
		finding_fail(f, "run 'make && make install && modprobe aios' as root in the source, or install it through DKMS");
	}
	f->no_module = true;
}

static bool in_group(gid_t gid)
{
	gid_t *list;
	bool found;
	int n;

	n = getgroups(0, NULL);
	list = xcalloc(n > 0 ? n : 1, sizeof(*list));
	n = getgroups(n, list);
	found = getegid() == gid;
	for (int i = 0; i < n; i++)
		found |= list[i] == gid;
	free(list);
	return found;
}

void doctor_device(struct finding *f)
{
	struct stat st;
	struct group *gr;

	if (stat(DEVICE_PATH, &st)) {
		finding_detail(f, "%s: %s", DEVICE_PATH, strerror(errno));
		if (cli_in_container())
			finding_fail(f, "start this container with --device %s%s (podman, docker; of LXC lxc.mount.entry, of Kubernetes a device plugin), and with --group-add keep-groups or the number of group aios where its user is not root",
				     DEVICE_PATH, cli_module_loaded() ? "" : " once the module is loaded");
		else if (cli_module_loaded())
			finding_fail(f, "the module is loaded: have udev make the node ('udevadm trigger /sys/class/misc/aios'), or create it from the numbers in /sys/class/misc/aios/dev");
		else
			finding_fail(f, "load the module; where no devtmpfs makes the node, create it from the numbers in /sys/class/misc/aios/dev");
		f->no_module = true;
		return;
	}
	gr = getgrgid(st.st_gid);
	finding_detail(f, "%s, mode %04o, group %s", DEVICE_PATH,
		       st.st_mode & 07777, gr ? gr->gr_name : "without a name");
	if (!access(DEVICE_PATH, R_OK | W_OK))
		return;
	gr = getgrnam("aios");
	if (cli_in_container())
		finding_fail(f, "start this container with --group-add keep-groups, or with the number of its group, %u, where its user is not root",
			     (unsigned int)st.st_gid);
	else if (!gr)
		finding_fail(f, "make the group with 'groupadd --system aios' and install the udev rule");
	else if (st.st_gid != gr->gr_gid)
		finding_fail(f, "the node does not belong to group aios: install the udev rule and run 'udevadm trigger %s'",
			     DEVICE_PATH);
	else if (!in_group(gr->gr_gid))
		finding_fail(f, "join the group with 'usermod -aG aios %s' as root, then log in again",
			     user_name(getuid()));
	else
		finding_fail(f, "mode 0660 is expected: run 'chmod 0660 %s' as root",
			     DEVICE_PATH);
}

void doctor_netlink(struct finding *f)
{
	struct aios_monitor *monitor;
	int err = aios_monitor_new(&monitor);

	if (!err) {
		aios_monitor_unref(monitor);
		finding_detail(f, "family " AIOS_GENL_NAME " answers");
		return;
	}
	finding_detail(f, "family " AIOS_GENL_NAME ": %s", strerror(-err));
	if (err == -ELIBACC) {
		finding_fail(f, "install libnl-3 with its generic netlink part; without it list, top and events do not work");
		return;
	}
	if (cli_module_loaded()) {
		finding_warn(f, "the family is in the network namespace of the machine and this is another: start this container with --network host where list, top and events are wanted");
		return;
	}
	finding_fail(f, "load the module; without the family list, top and events do not work");
	f->no_module = err == -ENOENT;
}

void doctor_library(struct finding *f)
{
	struct aios_info info;
	struct aios_ctx *ctx;

	finding_detail(f, "libaios %s, ABI %d", aios_version(), AIOS_ABI_VERSION);
	/* a device that cannot be opened is the finding of another check */
	if (aios_new(&ctx, NULL))
		return;
	AIOS_INIT(&info);
	if (!aios_info(ctx, &info) && info.abi_version != AIOS_ABI_VERSION)
		finding_warn(f, "the module has ABI %u: load the one that was built with this command",
			     info.abi_version);
	aios_unref(ctx);
}

/* What the kernel does not hold of an accelerator a library holds that jobs load. */
void doctor_cuda(struct finding *f)
{
	if (!access(preload_library, F_OK)) {
		finding_detail(f, "%s holds CUDA programs to what their jobs are granted",
			       preload_library);
		return;
	}
	if (access("/proc/driver/nvidia/version", F_OK)) {
		finding_detail(f, "no driver of NVIDIA is loaded, and no %s is needed",
			       preload_library);
		return;
	}
	finding_detail(f, "there is no %s", preload_library);
	finding_warn(f, "run 'make install-user' as root in the source; without it nothing holds CUDA programs to what their jobs are granted");
}
