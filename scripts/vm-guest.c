// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's half of scripts/vm, and the only program in its initramfs: mount
 * the host's root file system under an overlay, load the module, run one command
 * there and send the host what it prints, the kernel's log and its exit status.
 *
 * It is process 1. With systemd it hands that place over and comes back as a
 * service ("agent") that does the rest.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm-frame.h"

#define CONFIG		"/vm.conf"
#define MODULES		"/modules"
#define NEWROOT		"/newroot"
#define AGENT_DIR	"/run/aios-vm"
#define PORT		"/dev/vport0p1"
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define CPUS		"/sys/devices/system/cpu"
#define CGROUP		"/sys/fs/cgroup"
#define P9_OPTIONS	"trans=virtio,version=9p2000.L,msize=500000"
#define MAX_WORDS	4096

/* Set by the lines of the configuration, each ended by a NUL. */
static const char *conf_cwd = "/", *conf_out, *conf_module, *conf_module_args = "";
static const char *conf_modules_dir, *conf_release, *conf_systemd;
static char *conf_argv[MAX_WORDS + 1], *conf_env[MAX_WORDS + 1];
static int n_argv, n_env;

static int port = -1;
static int kmsg = -1;
static bool systemd;

static void send_all(const void *buf, size_t len)
{
	const char *at = buf;
	ssize_t n;

	while (len) {
		n = write(port, at, len);
		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			at += n;
			len -= n;
		}
	}
}

static void send_frame(enum frame_type type, const void *buf, size_t len)
{
	struct frame f = { .type = type, .len = len };

	send_all(&f, sizeof(f));
	send_all(buf, len);
}

static void __attribute__((noreturn)) rest(void)
{
	for (;;)
		pause();
}

/* Pass on what the kernel has logged, in the form that dmesg gives it. */
static void send_log(void)
{
	unsigned long long sec, usec;
	char rec[8192], line[8448], *text;
	ssize_t n;
	int len;

	if (kmsg < 0)
		return;
	while ((n = read(kmsg, rec, sizeof(rec) - 1)) > 0 || errno == EPIPE) {
		if (n <= 0)
			continue;
		rec[n] = '\0';
		text = strchr(rec, ';');
		if (!text || sscanf(rec, "%*u,%*u,%llu,", &usec) != 1)
			continue;
		/* After the text come the record's properties. */
		text[strcspn(text, "\n")] = '\0';
		sec = usec / 1000000;
		usec %= 1000000;
		len = snprintf(line, sizeof(line), "[%5llu.%06llu] %s\n", sec,
			       usec, text + 1);
		send_frame(FRAME_LOG, line, len);
	}
}

static void __attribute__((noreturn, format(printf, 1, 2)))
fail(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (port >= 0) {
		send_log();
		send_frame(FRAME_FAIL, text, strlen(text));
	} else {
		fprintf(stderr, "vm-guest: %s\n", text);
	}
	rest();
}

static void must_mount(const char *what, const char *where, const char *type,
		       unsigned long flags, const char *options)
{
	mkdir(where, 0755);
	if (mount(what, where, type, flags, options))
		fail("cannot mount %s on %s: %s", type ? type : what, where,
		     strerror(errno));
}

static void may_mount(const char *what, const char *where, const char *type)
{
	mkdir(where, 0755);
	mount(what, where, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static void take_line(char *line)
{
	static const struct {
		const char *key;
		const char **value;
	} keys[] = {
		{ "cwd=", &conf_cwd },
		{ "out=", &conf_out },
		{ "module=", &conf_module },
		{ "module_args=", &conf_module_args },
		{ "modules_dir=", &conf_modules_dir },
		{ "release=", &conf_release },
		{ "systemd=", &conf_systemd },
	};
	size_t i;

	if (!strncmp(line, "arg=", 4) && n_argv < MAX_WORDS)
		conf_argv[n_argv++] = line + 4;
	if (!strncmp(line, "env=", 4) && n_env < MAX_WORDS)
		conf_env[n_env++] = line + 4;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strncmp(line, keys[i].key, strlen(keys[i].key)))
			*keys[i].value = line + strlen(keys[i].key);
}

static char *slurp(const char *path, size_t *len)
{
	struct stat st;
	char *buf;
	ssize_t n;
	size_t at = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		fail("cannot open %s: %s", path, strerror(errno));
	buf = malloc(st.st_size + 1);
	while (buf && at < (size_t)st.st_size) {
		n = read(fd, buf + at, st.st_size - at);
		if (n <= 0)
			break;
		at += n;
	}
	close(fd);
	if (!buf || at != (size_t)st.st_size)
		fail("cannot read %s", path);
	buf[at] = '\0';
	*len = at;
	return buf;
}

/* The configuration itself, too, for whoever passes it on. */
static char *read_config(const char *path, size_t *len)
{
	char *buf = slurp(path, len);
	size_t at;

	for (at = 0; at < *len; at += strlen(buf + at) + 1)
		take_line(strdup(buf + at));
	if (!n_argv)
		fail("no command given");
	return buf;
}

static int load_module(const char *path, const char *args)
{
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = syscall(SYS_finit_module, fd, args, 0);
	close(fd);
	return ret;
}

/* The initramfs holds the kernel's own modules, named in the order of need. */
static void load_boot_modules(void)
{
	struct dirent **names;
	char path[512];
	int i, n;

	n = scandir(MODULES, &names, NULL, alphasort);
	for (i = 0; i < n; i++) {
		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), MODULES "/%s", names[i]->d_name);
		if (load_module(path, "") && errno != EEXIST)
			fprintf(stderr, "vm-guest: %s: %s\n", path, strerror(errno));
	}
}

static void open_port(void)
{
	int i;

	/* The host's description of the port comes through a queue of its own. */
	for (i = 0; i < 3000; i++) {
		port = open(PORT, O_WRONLY | O_CLOEXEC);
		if (port >= 0)
			return;
		usleep(10000);
	}
	fprintf(stderr, "vm-guest: no " PORT ": %s\n", strerror(errno));
	rest();
}

static void mount_root(void)
{
	must_mount("root", "/lower", "9p", MS_RDONLY,
		   P9_OPTIONS ",cache=loose,noxattr");
	must_mount("tmpfs", "/rw", "tmpfs", 0, "mode=755,size=75%");
	if (mkdir("/rw/upper", 0755) || mkdir("/rw/work", 0755))
		fail("cannot make the overlay's directories: %s", strerror(errno));
	must_mount("overlay", NEWROOT, "overlay", 0,
		   "lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work");
}

/* Make the name of what lies below the new root. */
static const char *below(const char *path)
{
	static char buf[4096];

	snprintf(buf, sizeof(buf), NEWROOT "%s", path);
	return buf;
}

static void mount_below_root(void)
{
	char release[256];

	if (mount("/proc", below("/proc"), NULL, MS_MOVE, NULL) ||
	    mount("/sys", below("/sys"), NULL, MS_MOVE, NULL) ||
	    mount("/dev", below("/dev"), NULL, MS_MOVE, NULL))
		fail("cannot move the kernel's file systems: %s", strerror(errno));
	must_mount("tmpfs", below("/run"), "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
	must_mount("devpts", below("/dev/pts"), "devpts", MS_NOSUID | MS_NOEXEC,
		   "mode=620,gid=5,ptmxmode=666");
	must_mount("tmpfs", below("/dev/shm"), "tmpfs", MS_NOSUID | MS_NODEV,
		   "mode=1777");
	if (conf_out)
		must_mount("out", below(conf_out), "9p", 0, P9_OPTIONS ",cache=none");
	if (conf_modules_dir) {
		snprintf(release, sizeof(release), "/usr/lib/modules/%s", conf_release);
		mkdir(below("/usr/lib/modules"), 0755);
		mkdir(below(release), 0755);
		mount(conf_modules_dir, below(release), NULL, MS_BIND, NULL);
	}
}

static void enter_root(void)
{
	if (conf_modules_dir)
		conf_modules_dir = strdup(below(conf_modules_dir));
	mount_below_root();
	if (chdir(NEWROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") ||
	    chdir("/"))
		fail("cannot enter the host's root: %s", strerror(errno));
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (!ioctl(fd, SIOCGIFFLAGS, &ifr)) {
		ifr.ifr_flags |= IFF_UP;
		ioctl(fd, SIOCSIFFLAGS, &ifr);
	}
	close(fd);
}

/* What an init of a distribution would do, as far as a test needs it. */
static void prepare_system(void)
{
	must_mount("cgroup2", CGROUP, "cgroup2",
		   MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	may_mount("debugfs", "/sys/kernel/debug", "debugfs");
	may_mount("tracefs", "/sys/kernel/tracing", "tracefs");
	may_mount("configfs", "/sys/kernel/config", "configfs");
	mkdir("/run/lock", 01777);
	chmod("/run/lock", 01777);
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
	sethostname("aios-vm", 7);
	loopback_up();
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "vm-guest: %s: %s\n", path, strerror(errno));
	close(fd);
}

/* Whether a file of few words has that one. */
static bool has_word(const char *path, const char *word)
{
	char text[1024], *at;
	bool found = false;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (at = strtok(text, " \n"); at; at = strtok(NULL, " \n"))
		found |= !strcmp(at, word);
	return found;
}

/*
 * Limits on CPU time are patched into the scheduler when the first is set, and
 * out again when one is taken back, but not when its cgroup just goes.
 */
static void patch_in_cpu_limits(void)
{
	static const char control[] = CGROUP "/cgroup.subtree_control";
	static const char dir[] = CGROUP "/aios-vm-limit";
	bool had = has_word(control, "cpu");

	if (!had)
		write_file(control, "+cpu");
	if (!mkdir(dir, 0755)) {
		write_file(CGROUP "/aios-vm-limit/cpu.max", "50000 100000");
		rmdir(dir);
	}
	if (!had)
		write_file(control, "-cpu");
}

/*
 * Start the processors that scripts/vm let the kernel boot without. QEMU's threads
 * may keep a stale translation of code that one processor patches while another
 * runs it (until QEMU 8.1): the one dies of a breakpoint that is no longer there,
 * or never sees the change. So what is patched, is patched while there is one.
 */
static void start_processors(void)
{
	char path[64];
	int i, n = sysconf(_SC_NPROCESSORS_CONF);

	if (sysconf(_SC_NPROCESSORS_ONLN) == n)
		return;
	patch_in_cpu_limits();
	for (i = 1; i < n; i++) {
		snprintf(path, sizeof(path), CPUS "/cpu%d/online", i);
		write_file(path, "1");
	}
	if (sysconf(_SC_NPROCESSORS_ONLN) != n)
		fail("%ld of %d processors started",
		     sysconf(_SC_NPROCESSORS_ONLN), n);
}

static void load_aios(void)
{
	if (!conf_module)
		return;
	/* What the kernel itself forgot while booting is not ours to report. */
	if (!access(KMEMLEAK, W_OK)) {
		write_file(KMEMLEAK, "scan=off");
		write_file(KMEMLEAK, "clear");
	}
	if (load_module(conf_module, conf_module_args))
		fail("cannot load %s: %s", conf_module, strerror(errno));
}

static pid_t run_command(int *out, int *err)
{
	int o[2], e[2], null;
	pid_t pid;

	if (pipe2(o, O_CLOEXEC) || pipe2(e, O_CLOEXEC))
		fail("cannot make a pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		fail("cannot fork: %s", strerror(errno));
	if (pid) {
		close(o[1]);
		close(e[1]);
		*out = o[0];
		*err = e[0];
		return pid;
	}
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(o[1], STDOUT_FILENO);
	dup2(e[1], STDERR_FILENO);
	signal(SIGPIPE, SIG_DFL);
	if (chdir(conf_cwd)) {
		fprintf(stderr, "vm: %s: %s\n", conf_cwd, strerror(errno));
		_exit(126);
	}
	/* execvp() looks in the PATH of the new environment. */
	clearenv();
	for (null = 0; null < n_env; null++)
		putenv(conf_env[null]);
	execvp(conf_argv[0], conf_argv);
	fprintf(stderr, "vm: %s: %s\n", conf_argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Pass on what a pipe holds now. False when there will be nothing more. */
static bool pump(int fd, enum frame_type type)
{
	static char buf[FRAME_MAX];
	ssize_t n;

	n = read(fd, buf, sizeof(buf));
	if (n > 0)
		send_frame(type, buf, n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Reap whoever died; true when the command did. */
static bool reap(pid_t pid, int32_t *status)
{
	bool ended = false;
	int st;
	pid_t p;

	while ((p = waitpid(-1, &st, WNOHANG)) > 0) {
		if (p != pid)
			continue;
		ended = true;
		*status = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	}
	return ended;
}

static int32_t serve(pid_t pid, int out, int err, int child)
{
	struct pollfd p[] = {
		{ .fd = out, .events = POLLIN },
		{ .fd = err, .events = POLLIN },
		{ .fd = kmsg, .events = POLLIN },
		{ .fd = child, .events = POLLIN },
	};
	enum frame_type type[] = { FRAME_OUT, FRAME_ERR };
	bool ended = false;
	int32_t status = 0;
	char buf[64];
	int i, busy;

	/*
	 * Once the command has ended, what the pipes still hold is passed on; who
	 * it left behind may keep them open for ever, so that is not waited for.
	 */
	do {
		busy = poll(p, 4, ended ? 0 : -1);
		if (p[3].revents & POLLIN && read(child, buf, sizeof(buf)) >= 0)
			ended |= reap(pid, &status);
		if (p[2].revents)
			send_log();
		busy = 0;
		for (i = 0; i < 2; i++) {
			if (!p[i].revents)
				continue;
			busy++;
			if (!pump(p[i].fd, type[i]))
				p[i].fd = -1;
		}
	} while (!ended || busy);
	return status;
}

/* A module that anything still holds on to has leaked a reference. */
static void unload_aios(void)
{
	char name[64], path[128];
	const char *base;
	int i;

	if (!conf_module)
		return;
	base = strrchr(conf_module, '/');
	snprintf(name, sizeof(name), "%s", base ? base + 1 : conf_module);
	name[strcspn(name, ".")] = '\0';
	snprintf(path, sizeof(path), "/sys/module/%s", name);
	if (access(path, F_OK))
		return;
	/* The last files of the killed are closed a little later, on a busy machine more. */
	for (i = 0; i < 300; i++) {
		if (!syscall(SYS_delete_module, name, O_NONBLOCK))
			return;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		usleep(100000);
	}
	fail("cannot remove the module when all processes are gone: %s",
	     strerror(errno));
}

static void check_leaks(void)
{
	char buf[8192];
	ssize_t n;
	int fd;

	if (!conf_module || access(KMEMLEAK, W_OK))
		return;
	/* kmemleak ignores what is younger than five seconds. */
	sleep(6);
	write_file(KMEMLEAK, "scan");
	write_file(KMEMLEAK, "scan");
	fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		send_frame(FRAME_LOG, buf, n);
	if (fd >= 0)
		close(fd);
}

static void must_write(const char *path, mode_t mode, const void *buf, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0 || write(fd, buf, len) != (ssize_t)len || close(fd))
		fail("cannot write %s: %s", path, strerror(errno));
}

/*
 * Give the place of process 1 to the machine's systemd, which starts this
 * program again in a service of its own, with a cgroup that is delegated to it.
 */
static void __attribute__((noreturn))
start_systemd(char *config, size_t config_len, char *self, size_t self_len)
{
	static const char target[] =
		"[Unit]\n"
		"Description=What scripts/vm boots\n"
		"Requires=aios-vm.service\n"
		"AllowIsolate=yes\n";
	static const char service[] =
		"[Unit]\n"
		"Description=The command of scripts/vm\n"
		"DefaultDependencies=no\n"
		"[Service]\n"
		"ExecStart=" AGENT_DIR "/agent agent\n"
		"StandardOutput=null\n"
		"StandardError=null\n"
		"Delegate=yes\n"
		"TasksMax=infinity\n";

	/* There it would take itself for a guest of a container. */
	unlink("/.dockerenv");
	mkdir(AGENT_DIR, 0755);
	mkdir("/run/systemd", 0755);
	mkdir("/run/systemd/system", 0755);
	must_write(AGENT_DIR "/agent", 0755, self, self_len);
	must_write(AGENT_DIR CONFIG, 0644, config, config_len);
	must_write("/run/systemd/system/aios-vm.target", 0644, target,
		   strlen(target));
	must_write("/run/systemd/system/aios-vm.service", 0644, service,
		   strlen(service));
	execl("/lib/systemd/systemd", "/lib/systemd/systemd", NULL);
	fail("cannot start systemd: %s", strerror(errno));
}

static int child_pipe[2];

static void on_child(int sig)
{
	int saved = errno;

	(void)sig;
	if (write(child_pipe[1], "", 1) < 0)
		errno = 0;
	errno = saved;
}

static void __attribute__((noreturn)) agent(void)
{
	struct sigaction sa = { .sa_handler = on_child, .sa_flags = SA_RESTART };
	int out, err;
	int32_t status;
	pid_t pid;

	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (pipe2(child_pipe, O_CLOEXEC | O_NONBLOCK))
		fail("cannot make a pipe: %s", strerror(errno));
	sigaction(SIGCHLD, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	start_processors();
	load_aios();
	pid = run_command(&out, &err);
	status = serve(pid, out, err, child_pipe[0]);
	if (!systemd) {
		kill(-1, SIGKILL);
		while (wait(NULL) > 0 || errno == EINTR)
			;
		unload_aios();
	}
	check_leaks();
	sync();
	if (conf_out)
		umount(conf_out);
	send_log();
	send_frame(FRAME_END, &status, sizeof(status));
	rest();
}

int main(int argc, char **argv)
{
	char *config, *self;
	size_t config_len, self_len;

	if (argc > 1 && !strcmp(argv[1], "agent")) {
		systemd = true;
		open_port();
		read_config(AGENT_DIR CONFIG, &config_len);
		agent();
	}
	if (getpid() != 1) {
		fprintf(stderr, "usage: only as process 1 of scripts/vm\n");
		return 2;
	}
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, NULL);
	load_boot_modules();
	open_port();
	config = read_config(CONFIG, &config_len);
	self = slurp("/init", &self_len);
	mount_root();
	enter_root();
	if (conf_systemd)
		start_systemd(config, config_len, self, self_len);
	prepare_system();
	agent();
}
