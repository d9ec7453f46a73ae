// SPDX-License-Identifier: GPL-2.0
/*
 * doctor: what this machine lacks for aios, and how to mend it. Every check is
 * a function that looks at one thing and fills in a finding; none of them
 * changes anything and none needs the module or root.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <glob.h>
#include <grp.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/commands.h"
#include "machine/protection.h"
#include "start/preload.h"

#define DEVICE_PATH	"/dev/" AIOS_DEVICE_NAME
#define KERNEL_MIN_MAJOR 6
#define KERNEL_MIN_MINOR 1

enum finding_state {
	FINDING_GOOD,
	FINDING_WARN,		/* works, with less */
	FINDING_BAD,
};

/* What a check found. */
struct finding {
	enum finding_state state;
	char *detail;
	char *remedy;		/* NULL when all is well */
	bool no_module;		/* the module is what is missing */
};

#define finding_detail(f, ...)	((f)->detail = xasprintf(__VA_ARGS__))

#define finding_remedy(f, how, ...) do {				\
	(f)->state = (how);						\
	(f)->remedy = xasprintf(__VA_ARGS__);				\
} while (0)

#define finding_warn(f, ...)	finding_remedy(f, FINDING_WARN, __VA_ARGS__)
#define finding_fail(f, ...)	finding_remedy(f, FINDING_BAD, __VA_ARGS__)

static bool exists(const char *path)
{
	return !access(path, F_OK);
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

static void check_kernel(struct finding *f)
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

static void check_module(struct finding *f)
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

static void check_device(struct finding *f)
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

static void check_cgroup(struct finding *f)
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
static void check_favordynmods(struct finding *f)
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

static void check_cpu(struct finding *f)
{
	check_controller(f, "cpu");
}

static void check_memory(struct finding *f)
{
	check_controller(f, "memory");
}

static void check_pids(struct finding *f)
{
	check_controller(f, "pids");
}

static void check_io(struct finding *f)
{
	check_controller(f, "io");
	/* jobs without --io run as well */
	f->state = f->state == FINDING_BAD ? FINDING_WARN : f->state;
}

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
static void check_network(struct finding *f)
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

static void check_pressure(struct finding *f)
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

static void check_delegation(struct finding *f)
{
	auto_free char *root = cgroup_root();

	if (!exists("/run/systemd/system")) {
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

static void check_waiting(struct finding *f)
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
static void check_protection(struct finding *f)
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

static void check_netlink(struct finding *f)
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

static void check_library(struct finding *f)
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
static void check_cuda(struct finding *f)
{
	if (exists(preload_library)) {
		finding_detail(f, "%s holds CUDA programs to what their jobs are granted",
			       preload_library);
		return;
	}
	if (!exists("/proc/driver/nvidia/version")) {
		finding_detail(f, "no driver of NVIDIA is loaded, and no %s is needed",
			       preload_library);
		return;
	}
	finding_detail(f, "there is no %s", preload_library);
	finding_warn(f, "run 'make install-user' as root in the source; without it nothing holds CUDA programs to what their jobs are granted");
}

static const struct check {
	const char *name;
	void (*run)(struct finding *f);
} checks[] = {
	{ "kernel", check_kernel },
	{ "module", check_module },
	{ "device", check_device },
	{ "cgroup", check_cgroup },
	{ "favordynmods", check_favordynmods },
	{ "cpu", check_cpu },
	{ "memory", check_memory },
	{ "pids", check_pids },
	{ "io", check_io },
	{ "network", check_network },
	{ "pressure", check_pressure },
	{ "delegation", check_delegation },
	{ "waiting", check_waiting },
	{ "protection", check_protection },
	{ "netlink", check_netlink },
	{ "library", check_library },
	{ "cuda", check_cuda },
};

static void finding_print(struct out *o, const char *name,
			  const struct finding *f)
{
	static const struct {
		const char *name;
		enum out_style style;
	} states[] = {
		[FINDING_GOOD] = { "ok", OUT_GOOD },
		[FINDING_WARN] = { "warning", OUT_WARN },
		[FINDING_BAD] = { "missing", OUT_BAD },
	};

	out_row_begin(o);
	out_string(o, "check", name);
	out_style(o, states[f->state].style);
	out_string(o, "state", states[f->state].name);
	out_string(o, "detail", f->detail);
	out_data_string(o, "remedy", f->remedy);
	out_row_end(o);
}

static int doctor_run(struct cli *cli, int argc, char **argv)
{
	static const struct out_column columns[] = {
		{ "check", "CHECK", false },
		{ "state", "STATE", false },
		{ "detail", "FOUND", false },
	};
	struct finding findings[ARRAY_SIZE(checks)] = { 0 };
	struct out *o = &cli->out;
	int status = CLI_OK;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind < argc)
		return cli_usage(cli, "doctor takes no argument '%s'", argv[optind]);
	cli_open(cli);
	out_table_begin(o, "checks", NULL, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding *f = &findings[i];

		checks[i].run(f);
		finding_print(o, checks[i].name, f);
		if (f->no_module)
			status = CLI_NO_MODULE;
		else if (f->state == FINDING_BAD && !status)
			status = CLI_FAILURE;
	}
	out_table_end(o);
	out_data_u64(o, "status", status);
	for (size_t i = 0; i < ARRAY_SIZE(checks) && !o->json; i++)
		if (findings[i].remedy)
			out_sentence(o, "remedy", "%s: %s", checks[i].name,
				     findings[i].remedy);
	if (!status)
		out_sentence(o, "verdict", "nothing stands in the way");
	else
		out_data_string(o, "verdict", "something is missing");
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		free(findings[i].detail);
		free(findings[i].remedy);
	}
	return cli_close(cli) ?: status;
}

const struct cli_command doctor_command = {
	.name = "doctor",
	.summary = "find what this machine lacks, and how to mend it",
	.help = "Look at the kernel, the module, the device, cgroup version 2, how it is mounted and its controllers, pressure stall information, delegation under systemd, where processes wait for their jobs, netlink, the libraries and what holds CUDA programs, and tell how to mend what is missing. Changes nothing.",
	.run = doctor_run,
};
