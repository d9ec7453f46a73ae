// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that the shell scripts among the kernel tests need.
 *
 *   tool run COMMAND ARG...	become a job and execute the command
 *   tool queue SECONDS		hold a queued job so long
 *   tool open SECONDS		hold the device open so long
 *   tool group PATH		create a group
 *   tool ungroup PATH		remove it
 *   tool info			what is held, one line
 *   tool id			the id that a job gets
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/aios.h>

static int fail(const char *what)
{
	fprintf(stderr, "tool: %s: %s\n", what, strerror(errno));
	return 1;
}

static int submit(int device)
{
	struct aios_submit s = { .size = sizeof(s), .weight = 1, .cgroup_fd = -1 };

	return ioctl(device, AIOS_IOC_SUBMIT, &s) ? -1 : s.fd;
}

static int run(int device, char **argv)
{
	struct aios_enter e = { .size = sizeof(e) };
	int job = submit(device);

	if (job < 0)
		return fail("SUBMIT");
	if (ioctl(job, AIOS_IOC_ENTER, &e)) {
		fprintf(stderr, "tool: ENTER: %s (why %u, %llu)\n", strerror(errno),
			e.why.code, e.why.asked);
		return 1;
	}
	execvp(argv[0], argv);
	return fail(argv[0]);
}

static int group(int device, unsigned long call, const char *path)
{
	struct aios_group_create c = { .size = sizeof(c), .weight = 100 };
	struct aios_group_remove r = { .size = sizeof(r) };

	c.path = (unsigned long)path;
	c.path_len = strlen(path);
	c.uid = ~0U;
	c.gid = ~0U;
	c.mode = ~0U;
	r.path = c.path;
	r.path_len = c.path_len;
	if (ioctl(device, call, call == AIOS_IOC_GROUP_CREATE ? (void *)&c : &r))
		return fail(path);
	return 0;
}

static int info(int device)
{
	struct aios_info i = { .size = sizeof(i) };

	i.resource_size = sizeof(struct aios_resource_info);
	if (ioctl(device, AIOS_IOC_INFO, &i))
		return fail("INFO");
	printf("%u queued, %u running, %u groups, features %#llx\n", i.nr_queued,
	       i.nr_running, i.nr_groups, i.features);
	return 0;
}

static int id(int device)
{
	struct aios_submit s = { .size = sizeof(s), .weight = 1, .cgroup_fd = -1 };

	if (ioctl(device, AIOS_IOC_SUBMIT, &s))
		return fail("SUBMIT");
	printf("%llu\n", s.id);
	return 0;
}

int main(int argc, char **argv)
{
	int device = open("/dev/" AIOS_DEVICE_NAME, O_RDWR | O_CLOEXEC);
	const char *command = argc > 1 ? argv[1] : "";

	if (device < 0)
		return fail("/dev/" AIOS_DEVICE_NAME);
	if (!strcmp(command, "info"))
		return info(device);
	if (!strcmp(command, "id"))
		return id(device);
	if (argc < 3)
		return 2;
	if (!strcmp(command, "run"))
		return run(device, argv + 2);
	if (!strcmp(command, "group"))
		return group(device, AIOS_IOC_GROUP_CREATE, argv[2]);
	if (!strcmp(command, "ungroup"))
		return group(device, AIOS_IOC_GROUP_REMOVE, argv[2]);
	if (!strcmp(command, "queue") && submit(device) < 0)
		return fail("SUBMIT");
	sleep(atoi(argv[2]));
	return 0;
}
