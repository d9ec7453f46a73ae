// SPDX-License-Identifier: GPL-2.0
/*
 * Who takes part in the storm beside the users' threads: an administrator who changes policies,
 * drains and accelerators, one who moves processes and removes cgroups beneath the module,
 * users who have cgroups adopted, and network namespaces that go while packets wait.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "calls.h"
#include "family.h"
#include "harness.h"
#include "storm.h"

#define MOUNT		"/sys/fs/cgroup"
#define OTHERS		MOUNT "/kt-storm-others"
#define NR_OTHERS	4

/* Each begins where nobody else does. */
static void begin(uint64_t number)
{
	storm_state = storm->seed * 0x9e3779b97f4a7c15ULL + number;
	dev_forget();
}

static void put(const char *directory, const char *file, const char *text)
{
	char path[8400];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	/* It may have gone. */
	file_write(path, text);
}

/* ------------------------------------------------------------------ netlink */

void storm_netlink(void)
{
	static const int commands[] = { AIOS_CMD_JOB_GET, AIOS_CMD_GROUP_GET, AIOS_CMD_SUBSCRIBE };
	struct {
		struct nlmsghdr n;
		struct genlmsghdr g;
	} request = { .n = { .nlmsg_len = sizeof(request), .nlmsg_flags = NLM_F_REQUEST },
		      .g = { .version = 1 } };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct timeval patience = { .tv_usec = 20000 };
	char answer[8192];

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	request.n.nlmsg_type = family_ask(fd);
	request.g.cmd = commands[storm_chance(ARRAY_SIZE(commands))];
	if (request.g.cmd != AIOS_CMD_SUBSCRIBE)
		request.n.nlmsg_flags |= NLM_F_DUMP;
	if (request.n.nlmsg_type &&
	    send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request))
		for (uint32_t n = storm_chance(8); n; n--)
			if (recv(fd, answer, sizeof(answer), 0) <= 0)
				break;
	close(fd);
}

/* ------------------------------------------------------------ administrator */

static void change_policy(void)
{
	struct aios_policy p = { .size = sizeof(p) };

	p.flags = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_BACKFILL | AIOS_POLICY_SET_GUARD |
		  AIOS_POLICY_SET_QUANTUM;
	p.policy = storm_chance(AIOS_POLICY_SRTF + 1);
	p.backfill = storm_chance(3);
	p.guard = storm_chance(2) * 2000;
	p.guard_floor_ns = storm_chance(2) * 1000000000ULL;
	p.quantum_ns = 5000000 + storm_chance(50) * 1000000ULL;
	ioctl(dev(), AIOS_IOC_POLICY, &p);
}

static void change_devices(uint32_t *id)
{
	if (!*id && device_add("kt-storm", 1ULL << 24, id))
		*id = 0;
	else if (*id && !device_remove(*id))
		*id = 0;
}

static void drain(uint32_t flags)
{
	struct aios_drain d = { .size = sizeof(d), .flags = flags };

	ioctl(dev(), AIOS_IOC_DRAIN, &d);
}

static void administer(void *unused)
{
	uint32_t device = 0;

	(void)unused;
	begin(1);
	storm->devices_change = true;
	while (!storm->stop) {
		change_policy();
		change_devices(&device);
		if (!storm_chance(8))
			drain(AIOS_DRAIN_SET);
		sleep_ms(storm_chance(50));
		drain(AIOS_DRAIN_CLEAR);
		sleep_ms(storm_chance(100));
	}
	if (device)
		ASSERT_SOON(!device_remove(device), 10000);
}

/* ------------------------------------------------- beneath the module's feet */

/* One directory of those below, at most three steps down; false: none. */
static bool any_directory(char *path, size_t len)
{
	char root[4096], chosen[8192];

	info_get(root, sizeof(root));
	snprintf(path, len, "%s", root);
	for (uint32_t depth = 1 + storm_chance(3); depth; depth--) {
		DIR *d = opendir(path);
		struct dirent *e;
		uint32_t nr = 0;

		while (d && (e = readdir(d)))
			if (e->d_type == DT_DIR && e->d_name[0] != '.' && !storm_chance(++nr))
				snprintf(chosen, sizeof(chosen), "%.4000s/%s", path, e->d_name);
		if (d)
			closedir(d);
		if (!nr)
			break;
		snprintf(path, len, "%s", chosen);
	}
	return strcmp(path, root) && strstr(path, "/job.");
}

/* Its processes go to the top. */
static void move_away(const char *directory)
{
	char path[8400], pid[32];
	FILE *f;

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	f = fopen(path, "re");
	while (f && fgets(pid, sizeof(pid), f))
		put(MOUNT, "cgroup.procs", pid);
	if (f)
		fclose(f);
}

static void change_beneath(const char *directory)
{
	char path[8400];

	snprintf(path, sizeof(path), "%s/foreign", directory);
	switch (storm_chance(8)) {
	case 0:
		rmdir(directory);
		break;
	case 1:
		put(directory, "cgroup.freeze", storm_chance(2) ? "1" : "0");
		break;
	case 2:
		put(directory, "cgroup.kill", "1");
		break;
	case 3:
		move_away(directory);
		break;
	case 4:
		mkdir(path, 0755);
		break;
	case 5:
		put(directory, "memory.max", "8388608");
		break;
	case 6:
		put(directory, "cpu.max", "1000 100000");
		break;
	default:
		put(directory, "cgroup.type", "threaded");
	}
}

static void undermine(void *unused)
{
	char path[8192];

	(void)unused;
	begin(2);
	while (!storm->stop) {
		if (any_directory(path, sizeof(path)))
			change_beneath(path);
		sleep_ms(storm_chance(20));
	}
}

/* ---------------------------------------------------------------- adoptions */

static pid_t lodger(const char *directory)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	put(directory, "cgroup.procs", "0");
	sleep_ms(storm_chance(400));
	_exit(0);
}

/* What a user has been given, with its limits. */
static void delegate(const char *directory)
{
	static const char *const files[] = { "", "/cgroup.procs", "/memory.max", "/cpu.max",
					     "/pids.max", "/memory.high", "/memory.swap.max",
					     "/cpu.weight", "/memory.min" };
	char path[8192];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s%s", directory, files[i]);
		(void)!chown(path, ALICE, ALICE);
	}
}

static void have_adopted(const char *directory)
{
	struct aios_submit s = ask("/");
	struct aios_signal cancel = { .size = sizeof(cancel) };

	s.flags = AIOS_SUBMIT_ADOPT;
	s.cgroup_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	want(&s, AIOS_RESOURCE_CPU, 10, 100);
	if (storm_chance(2))
		want(&s, AIOS_RESOURCE_MEMORY, MIB, 32 * MIB);
	if (submit(&s)) {
		close(s.cgroup_fd);
		return;
	}
	close(s.cgroup_fd);
	sleep_ms(storm_chance(100));
	if (storm_chance(2))
		ioctl(s.fd, AIOS_IOC_CANCEL, &cancel);
	if (storm_chance(2))
		rmdir(directory);
	close(s.fd);
}

static void adopt_one(const char *directory)
{
	pid_t pids[3];

	if (!mkdir(directory, 0755))
		delegate(directory);
	pids[0] = lodger(directory);
	for (unsigned int i = 1; i < ARRAY_SIZE(pids); i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		storm_state += getpid();
		become(i & 1 ? ALICE : BOB);
		dev_forget();
		have_adopted(directory);
		_exit(0);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++)
		waitpid(pids[i], NULL, 0);
}

static void adopt(void *unused)
{
	char path[128];

	(void)unused;
	begin(3);
	mkdir(OTHERS, 0755);
	put(OTHERS, "cgroup.subtree_control", "+cpu +memory +pids");
	while (!storm->stop) {
		snprintf(path, sizeof(path), OTHERS "/%u", storm_chance(NR_OTHERS));
		adopt_one(path);
	}
	for (unsigned int i = 0; i < NR_OTHERS; i++) {
		snprintf(path, sizeof(path), OTHERS "/%u", i);
		ASSERT_SOON(!rmdir(path) || errno == ENOENT, 10000);
	}
	ASSERT_SOON(!rmdir(OTHERS), 10000);
}

/* ------------------------------------------------------------------ network */

static int run(const char *line)
{
	int status = system(line);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Packets faster than the job may send them; some come in after what sent them has gone. */
static void flood(int job)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	char packet[1400] = { 0 };
	int fd;

	if (job_enter_until(job, now_ns() + 2000000000LL, NULL))
		_exit(0);
	inet_pton(AF_INET, "10.9.0.2", &to.sin_addr);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	while (!storm->stop)
		sendto(fd, packet, sizeof(packet), MSG_DONTWAIT, (struct sockaddr *)&to,
		       sizeof(to));
	_exit(0);
}

/* A namespace with a device into nothing, and jobs that send there, until one of these goes. */
static void flood_namespace(void)
{
	struct aios_submit s = ask(storm_chance(2) ? "/" : STORM_GROUP);
	struct aios_signal cancel = { .size = sizeof(cancel) };
	pid_t pid;

	if (unshare(CLONE_NEWNET) ||
	    run("ip link add d0 type dummy && ip addr add 10.9.0.1/24 dev d0 && ip link set d0 up"))
		_exit(0);
	want(&s, AIOS_RESOURCE_NET, 20000, 100000);
	if (submit(&s))
		_exit(0);
	pid = fork();
	if (!pid)
		flood(s.fd);
	sleep_ms(300 + storm_chance(300));
	switch (storm_chance(4)) {
	case 0:
		run("ip link del d0");
		break;
	case 1:
		run("ip link set d0 down; ip link set d0 up");
		break;
	case 2:
		ioctl(s.fd, AIOS_IOC_CANCEL, &cancel);
		break;
	}
	kill(pid, SIGKILL);
	_exit(0);
}

static void flood_many(void *unused)
{
	(void)unused;
	begin(4);
	run("modprobe -q dummy numdummies=0");
	while (!storm->stop) {
		pid_t pids[2];

		for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++) {
			storm_state += i + 1;
			pids[i] = fork();
			if (!pids[i]) {
				dev_forget();
				flood_namespace();
			}
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++)
			waitpid(pids[i], NULL, 0);
	}
}

void (*const storm_others[STORM_OTHERS])(void *unused) = {
	administer, undermine, adopt, flood_many,
};
