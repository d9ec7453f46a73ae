// SPDX-License-Identifier: GPL-2.0
/*
 * Accelerators: declared ones and those on the PCI bus, placed whole, in
 * fractions and exclusively; memory charged within the limits of job and groups;
 * taken offline, removed and unplugged while in use.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define GROUP	"/kt-accel"
#define MEMORY	(1024 * MIB)

static struct aios_submit ask_gpu(uint64_t milli, uint64_t memory)
{
	struct aios_submit s = ask("/");

	want(&s, AIOS_RESOURCE_GPU, milli, milli);
	if (memory)
		want(&s, AIOS_RESOURCE_GPU_MEMORY, memory, memory);
	return s;
}

static struct aios_device get(uint32_t id)
{
	struct aios_device d;

	ASSERT_OK(device_get(id, &d));
	ASSERT_EQ(d.id, id);
	return d;
}

static int set_flags(uint32_t id, uint32_t add, uint32_t remove)
{
	struct aios_device d = get(id);

	d.flags = (d.flags | add) & ~remove;
	return ioctl(dev(), AIOS_IOC_DEVICE_SET, &d);
}

/* The machine's own accelerators take part too; these tests want none of them. */
static void only_ours(void)
{
	struct aios_device d;

	for (uint32_t next = 0; !device_get(next, &d); next = d.id + 1)
		if (d.flags & AIOS_DEVICE_PCI)
			skip("this machine has accelerators of its own");
}

TEST(declared)
{
	unsigned int before = info_get(NULL, 0).nr_devices;
	uint64_t capacity = resource_get(AIOS_RESOURCE_GPU).capacity;
	uint32_t id = device_make("kt-gpu0", MEMORY), second;
	struct aios_device d = get(id);

	ASSERT_EQ(d.size, sizeof(d));
	ASSERT_EQ(d.flags, AIOS_DEVICE_DECLARED);
	ASSERT(!strcmp(d.name, "kt-gpu0"));
	ASSERT_U64(d.memory, MEMORY);
	ASSERT_U64(d.memory_charged, 0);
	ASSERT_U64(d.memory_used, 0);
	ASSERT_EQ(d.milli, 1000);
	ASSERT_EQ(d.milli_charged, 0);
	ASSERT_EQ(d.nr_jobs, 0);
	ASSERT_EQ(d.exclusive, 0);
	ASSERT_EQ(d.reserved, 0);
	ASSERT_EQ(info_get(NULL, 0).nr_devices, before + 1);
	ASSERT_U64(resource_get(AIOS_RESOURCE_GPU).capacity, capacity + 1000);
	second = device_make("kt-gpu1", MEMORY);
	ASSERT_NE(second, id);
	ASSERT_ERR(device_add("kt-gpu1", MEMORY, &(uint32_t){ 0 }), EEXIST);
	ASSERT_OK(device_remove(id));
	ASSERT_ERR(device_remove(id), ENOENT);
	/* The first at or after it. */
	ASSERT_OK(device_get(id, &d));
	ASSERT_CMP(d.id, >, id);
	ASSERT_ERR(device_get(~0U, &d), ENOENT);
}

TEST(declared_wrong)
{
	static const char * const bad[] = { "", "a/b", "a\nb", "\xff", "two words", "caf\xe9" };
	unsigned int before = info_get(NULL, 0).nr_devices;
	struct aios_device d = { .size = sizeof(d) };
	uint32_t id;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		step("name %zu", i);
		ASSERT_ERR(device_add(bad[i], MEMORY, &id), EINVAL);
	}
	d.flags = AIOS_DEVICE_DECLARED;
	d.milli = 1000;
	memset(d.name, 'x', sizeof(d.name));
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_DEVICE_ADD, &d), EINVAL);
	strcpy(d.name, "kt-gpu0");
	d.memory = AIOS_UNLIMITED;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_DEVICE_ADD, &d), EINVAL);
	d.memory = 0;
	d.flags = AIOS_DEVICE_PCI;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_DEVICE_ADD, &d), EINVAL);
	ASSERT_EQ(info_get(NULL, 0).nr_devices, before);
}

TEST(whole)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(1000, 0);
	struct aios_device d;
	struct aios_stat st;
	int job, other;
	pid_t pid, other_pid;

	only_ours();
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	st = job_stat(job);
	ASSERT_EQ(st.nr_devices, 1);
	ASSERT_EQ(st.devices[0].id, id);
	ASSERT_EQ(st.devices[0].milli, 1000);
	ASSERT_U64(st.grant[AIOS_RESOURCE_GPU], 1000);
	d = get(id);
	ASSERT_EQ(d.milli_charged, 1000);
	ASSERT_EQ(d.nr_jobs, 1);
	/* Nothing left: waits, and says for what. */
	other = submit_ok(&s);
	other_pid = job_launch(other, work_sleep, NULL);
	decided_and_queued(other);
	st = job_stat(other);
	ASSERT(st.why.code == AIOS_WHY_NO_DEVICE || st.why.code == AIOS_WHY_NOT_NOW);
	job_finish(job, pid);
	job_wait_state(other, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_stat(other).devices[0].id, id);
	job_finish(other, other_pid);
	d = get(id);
	ASSERT_EQ(d.milli_charged, 0);
	ASSERT_EQ(d.nr_jobs, 0);
}

TEST(fractions)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(400, 256 * MIB);
	int jobs[3];
	pid_t pids[3];
	struct aios_device d;

	only_ours();
	for (unsigned int i = 0; i < 3; i++) {
		jobs[i] = submit_ok(&s);
		pids[i] = job_launch(jobs[i], work_sleep, NULL);
		if (i < 2)
			job_wait_state(jobs[i], AIOS_STATE_RUNNING);
	}
	decided_and_queued(jobs[2]);
	d = get(id);
	ASSERT_EQ(d.milli_charged, 800);
	ASSERT_U64(d.memory_charged, 512 * MIB);
	ASSERT_EQ(d.nr_jobs, 2);
	ASSERT_U64(job_stat(jobs[0]).devices[0].memory, 256 * MIB);
	job_finish(jobs[0], pids[0]);
	job_wait_state(jobs[2], AIOS_STATE_RUNNING);
	job_finish(jobs[1], pids[1]);
	job_finish(jobs[2], pids[2]);
}

TEST(exclusive)
{
	uint32_t first = device_make("kt-gpu0", MEMORY), second = device_make("kt-gpu1", MEMORY);
	struct aios_submit shared_one = ask_gpu(100, 0), alone = ask_gpu(100, 0);
	int job, other, third;
	pid_t pid, other_pid, third_pid;
	uint32_t where;

	only_ours();
	alone.flags = AIOS_SUBMIT_EXCLUSIVE;
	job = submit_ok(&alone);
	pid = job_start(job, work_sleep, NULL);
	ASSERT(job_stat(job).flags & AIOS_JOB_EXCLUSIVE);
	where = job_stat(job).devices[0].id;
	ASSERT(where == first || where == second);
	ASSERT_EQ(get(where).exclusive, 1);
	other = submit_ok(&shared_one);
	other_pid = job_start(other, work_sleep, NULL);
	ASSERT_NE(job_stat(other).devices[0].id, where);
	/* The one device left is shared: no second exclusive one. */
	third = submit_ok(&alone);
	third_pid = job_launch(third, work_sleep, NULL);
	decided_and_queued(third);
	job_finish(other, other_pid);
	job_wait_state(third, AIOS_STATE_RUNNING);
	job_finish(third, third_pid);
	job_finish(job, pid);
}

TEST(several)
{
	struct aios_submit s = ask_gpu(3000, 0);
	struct aios_stat st;
	int job;
	pid_t pid;

	only_ours();
	for (unsigned int i = 0; i < 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "kt-gpu%u", i);
		device_make(name, MEMORY);
	}
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	st = job_stat(job);
	ASSERT_EQ(st.nr_devices, 3);
	for (unsigned int i = 0; i < 3; i++) {
		ASSERT_EQ(st.devices[i].milli, 1000);
		for (unsigned int k = 0; k < i; k++)
			ASSERT_NE(st.devices[i].id, st.devices[k].id);
	}
	job_finish(job, pid);
}

TEST(impossible_shapes)
{
	struct aios_submit s;

	only_ours();
	device_make("kt-gpu0", 64 * MIB);
	device_make("kt-gpu1", 64 * MIB);
	s = ask_gpu(2001, 0);
	ASSERT_ERR(submit(&s), ENOSPC);
	s = ask_gpu(3000, 0);
	ASSERT_ERR(submit(&s), ENOSPC);
	s = ask_gpu(AIOS_UNLIMITED, 0);
	ASSERT_ERR(submit(&s), EINVAL);
	/* More memory than any one of them has. */
	s = ask_gpu(500, 65 * MIB);
	ASSERT_ERR(submit(&s), ENOSPC);
	ASSERT(s.why.code == AIOS_WHY_NO_DEVICE || s.why.code == AIOS_WHY_NEVER_FITS);
	/* Memory and no time is a shape, too. */
	s = ask_gpu(0, 64 * MIB);
	close(submit_ok(&s));
	s = ask_gpu(0, 65 * MIB);
	ASSERT_ERR(submit(&s), ENOSPC);
}

TEST(unknown_memory)
{
	struct aios_submit s;

	only_ours();
	device_make("kt-gpu0", 0);
	s = ask_gpu(500, MIB);
	ASSERT_ERR(submit(&s), ENOSPC);
	s = ask_gpu(500, 0);
	close(submit_ok(&s));
}

/* ----------------------------------------------------------------- charges */

static int charge(int job, unsigned long call, uint32_t device, uint64_t bytes,
		  struct aios_charge *c)
{
	memset(c, POISON, sizeof(*c));
	c->size = sizeof(*c);
	c->flags = 0;
	c->reserved = 0;
	c->device = device;
	c->bytes = bytes;
	return ioctl(job, call, c);
}

TEST(charge_and_uncharge)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(500, 100 * MIB);
	struct aios_charge c;
	int job;
	pid_t pid;

	only_ours();
	s.limit[AIOS_RESOURCE_GPU_MEMORY] = 200 * MIB;
	job = submit_ok(&s);
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id, 1, &c), EINVAL);
	ASSERT_EQ(c.why.code, AIOS_WHY_STATE);
	ASSERT_U64(c.why.asked, AIOS_STATE_QUEUED);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_OK(charge(job, AIOS_IOC_CHARGE, id, 150 * MIB, &c));
	ASSERT_U64(c.used, 150 * MIB);
	ASSERT_U64(get(id).memory_used, 150 * MIB);
	ASSERT_U64(get(id).memory_charged, 150 * MIB);
	ASSERT_U64(job_stat(job).use[AIOS_RESOURCE_GPU_MEMORY], 150 * MIB);
	ASSERT_U64(job_stat(job).devices[0].memory_used, 150 * MIB);
	/* Up to the limit and not a byte beyond. */
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id, 50 * MIB + 1, &c), ENOMEM);
	ASSERT_EQ(c.why.resource, AIOS_RESOURCE_GPU_MEMORY);
	ASSERT_U64(get(id).memory_used, 150 * MIB);
	ASSERT_OK(charge(job, AIOS_IOC_CHARGE, id, 50 * MIB, &c));
	ASSERT_U64(c.used, 200 * MIB);
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id, 1, &c), ENOMEM);
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id, AIOS_UNLIMITED, &c), ENOMEM);
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id, AIOS_UNLIMITED - 200 * MIB + 1, &c), ENOMEM);
	ASSERT_U64(get(id).memory_used, 200 * MIB);
	/* Back: not more than was taken. */
	ASSERT_ERR(charge(job, AIOS_IOC_UNCHARGE, id, 200 * MIB + 1, &c), ERANGE);
	ASSERT_ERR(charge(job, AIOS_IOC_UNCHARGE, id, AIOS_UNLIMITED, &c), ERANGE);
	ASSERT_OK(charge(job, AIOS_IOC_UNCHARGE, id, 200 * MIB, &c));
	ASSERT_U64(c.used, 0);
	ASSERT_U64(get(id).memory_used, 0);
	ASSERT_U64(get(id).memory_charged, 100 * MIB);
	/* A device that is not his. */
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id + 1, 1, &c), ENODEV);
	ASSERT_OK(charge(job, AIOS_IOC_CHARGE, id, 150 * MIB, &c));
	/* The cause names the state that STAT shows. */
	ASSERT_OK(job_signal(job, AIOS_IOC_SUSPEND, NULL));
	ASSERT_ERR(charge(job, AIOS_IOC_CHARGE, id, 1, &c), EINVAL);
	ASSERT_EQ(c.why.code, AIOS_WHY_STATE);
	ASSERT_U64(c.why.asked, AIOS_STATE_SUSPENDED);
	job_finish(job, pid);
	ASSERT_U64(get(id).memory_used, 0);
	ASSERT_U64(get(id).memory_charged, 0);
	ASSERT_U64(job_stat(submit_cpu("/", 1, 1)).use[AIOS_RESOURCE_GPU_MEMORY], 0);
}

TEST(charge_within_the_groups)
{
	uint64_t group;
	uint32_t id;
	struct aios_submit s;
	struct aios_charge c;
	int first, second;
	pid_t first_pid, second_pid;

	only_ours();
	id = device_make("kt-gpu0", MEMORY);
	group = group_make(GROUP);
	group_make(GROUP "/below");
	ASSERT_OK(limit_set(GROUP, AIOS_RESOURCE_GPU_MEMORY, 300 * MIB));
	s = ask_gpu(100, 100 * MIB);
	s.group = (uintptr_t)GROUP "/below";
	s.group_len = strlen(GROUP "/below");
	s.limit[AIOS_RESOURCE_GPU_MEMORY] = MEMORY;
	first = submit_ok(&s);
	first_pid = job_start(first, work_sleep, NULL);
	second = submit_ok(&s);
	second_pid = job_start(second, work_sleep, NULL);
	/* 100 MiB beyond the requests of both. */
	ASSERT_OK(charge(first, AIOS_IOC_CHARGE, id, 200 * MIB, &c));
	ASSERT_ERR(charge(first, AIOS_IOC_CHARGE, id, 1, &c), ENOMEM);
	ASSERT_U64(c.why.group, group);
	ASSERT_OK(charge(second, AIOS_IOC_CHARGE, id, 100 * MIB, &c));
	ASSERT_ERR(charge(second, AIOS_IOC_CHARGE, id, 1, &c), ENOMEM);
	ASSERT_OK(charge(first, AIOS_IOC_UNCHARGE, id, 100 * MIB, &c));
	ASSERT_OK(charge(second, AIOS_IOC_CHARGE, id, 100 * MIB, &c));
	job_finish(first, first_pid);
	job_finish(second, second_pid);
	ASSERT_U64(get(id).memory_charged, 0);
}

/* Taken and given back by several at once; nothing is lost. */
static void charger(void *arg)
{
	int *a = arg;	/* the job, the device */
	struct aios_charge c;

	for (unsigned int i = 0; i < 500; i++) {
		uint64_t bytes = 1 + i * 7919 % (32 * MIB);

		if (charge(a[0], AIOS_IOC_CHARGE, a[1], bytes, &c)) {
			ASSERT_EQ(errno, ENOMEM);
			continue;
		}
		ASSERT_LE(c.used, 64 * MIB);
		ASSERT_OK(charge(a[0], AIOS_IOC_UNCHARGE, a[1], bytes, &c));
	}
}

TEST(charges_at_once)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(500, 64 * MIB);
	struct aios_charge c;
	pid_t pid, pids[4];
	int a[2];

	only_ours();
	a[0] = submit_ok(&s);
	a[1] = id;
	pid = job_start(a[0], work_sleep, NULL);
	for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = spawn(charger, a);
	for (unsigned int i = 0; i < ARRAY_SIZE(pids); i++)
		reap_ok(pids[i]);
	ASSERT_OK(charge(a[0], AIOS_IOC_CHARGE, id, 0, &c));
	ASSERT_U64(c.used, 0);
	ASSERT_U64(get(id).memory_charged, 64 * MIB);
	job_finish(a[0], pid);
}

/* --------------------------------------------------- offline, removed, in use */

TEST(removal_in_use)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(1000, 0);
	int job;
	pid_t pid;

	only_ours();
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_ERR(device_remove(id), EBUSY);
	ASSERT_EQ(get(id).nr_jobs, 1);
	job_finish(job, pid);
	ASSERT_OK(device_remove(id));
}

TEST(offline)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(500, 0);
	int job, other;
	pid_t pid, other_pid;

	only_ours();
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_OK(set_flags(id, AIOS_DEVICE_OFFLINE, 0));
	ASSERT(get(id).flags & AIOS_DEVICE_OFFLINE);
	/* Who has it keeps it; nobody new comes. */
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	ASSERT_EQ(get(id).nr_jobs, 1);
	ASSERT_ERR(submit(&s), ENOSPC);
	ASSERT_OK(set_flags(id, 0, AIOS_DEVICE_OFFLINE));
	other = submit_ok(&s);
	other_pid = job_start(other, work_sleep, NULL);
	job_finish(other, other_pid);
	job_finish(job, pid);
}

/* Queued for a device that is taken away meanwhile, and another one comes. */
TEST(device_comes_later)
{
	uint32_t id = device_make("kt-gpu0", MEMORY);
	struct aios_submit s = ask_gpu(1000, 0);
	int job;
	pid_t pid;

	only_ours();
	job = submit_ok(&s);
	ASSERT_OK(device_remove(id));
	pid = job_launch(job, work_sleep, NULL);
	decided_and_queued(job);
	id = device_make("kt-gpu1", MEMORY);
	job_wait_state(job, AIOS_STATE_RUNNING);
	ASSERT_EQ(job_stat(job).devices[0].id, id);
	job_finish(job, pid);
}

/* A limit above the request: the surplus of the device is shared. */
TEST(surplus)
{
	struct aios_submit s = ask_gpu(200, 0);
	int job, other;
	pid_t pid, other_pid;

	only_ours();
	device_make("kt-gpu0", MEMORY);
	s.limit[AIOS_RESOURCE_GPU] = 1000;
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_U64(job_stat(job).grant[AIOS_RESOURCE_GPU], 1000);
	other = submit_ok(&s);
	other_pid = job_start(other, work_sleep, NULL);
	ASSERT_LE(job_stat(job).grant[AIOS_RESOURCE_GPU] +
		  job_stat(other).grant[AIOS_RESOURCE_GPU], 1000);
	ASSERT_GE(job_stat(job).grant[AIOS_RESOURCE_GPU], 200);
	ASSERT_GE(job_stat(other).grant[AIOS_RESOURCE_GPU], 200);
	job_finish(other, other_pid);
	ASSERT_SOON(job_stat(job).grant[AIOS_RESOURCE_GPU] == 1000, 2000);
	job_finish(job, pid);
}

/* ------------------------------------------------------------------ PCI bus */

/* Run with --qemu "-device ..." by tests/vm/accel.t. */
TEST(found_on_the_bus)
{
	unsigned int display = 0, processing = 0;
	struct aios_device d;
	struct aios_submit s;
	int job;
	pid_t pid;

	for (uint32_t next = 0; !device_get(next, &d); next = d.id + 1) {
		if (!(d.flags & AIOS_DEVICE_PCI))
			continue;
		note("%04x:%02x:%02x.%u class %06x, %04x:%04x", d.pci_domain, d.pci_bus,
		     d.pci_devfn >> 3, d.pci_devfn & 7, d.pci_class, d.pci_vendor,
		     d.pci_device);
		ASSERT_EQ(d.milli, 1000);
		ASSERT_NE(d.pci_vendor, 0);
		display += d.pci_class >> 16 == 0x03;
		processing += d.pci_class >> 16 == 0x12;
		ASSERT(d.pci_class >> 16 == 0x03 || d.pci_class >> 16 == 0x12);
	}
	if (!getenv("KSELFTEST_DISPLAYS"))
		skip("not told how many to find");
	ASSERT_EQ(display, atoi(getenv("KSELFTEST_DISPLAYS")));
	s = ask_gpu(1000, 0);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	ASSERT_EQ(job_stat(job).nr_devices, 1);
	job_finish(job, pid);
	/* They can be set offline, but not removed: they are not declared. */
	ASSERT_OK(device_get(0, &d));
	ASSERT_ERR(device_remove(d.id), EOPNOTSUPP);
}

static void write_sysfs(const char *fmt, const struct aios_device *d)
{
	char path[128];

	snprintf(path, sizeof(path), fmt, d->pci_domain, d->pci_bus, d->pci_devfn >> 3,
		 d->pci_devfn & 7);
	ASSERT_OK(file_write(path, "1"));
}

static void unplug(const struct aios_device *d)
{
	write_sysfs("/sys/bus/pci/devices/%04x:%02x:%02x.%x/remove", d);
}

static void replug(void)
{
	ASSERT_OK(file_write("/sys/bus/pci/rescan", "1"));
}

TEST(unplugged)
{
	unsigned int before = info_get(NULL, 0).nr_devices;
	uint64_t capacity = resource_get(AIOS_RESOURCE_GPU).capacity;
	struct aios_device d;

	if (device_get(0, &d) || !(d.flags & AIOS_DEVICE_PCI))
		skip("this machine has no accelerator");
	unplug(&d);
	ASSERT_SOON(info_get(NULL, 0).nr_devices == before - 1, 2000);
	ASSERT_U64(resource_get(AIOS_RESOURCE_GPU).capacity, capacity - 1000);
	replug();
	ASSERT_SOON(info_get(NULL, 0).nr_devices == before, 2000);
	ASSERT_U64(resource_get(AIOS_RESOURCE_GPU).capacity, capacity);
}

/* A queued job gets the one that comes; a running one keeps what is gone. */
TEST(unplugged_in_use)
{
	unsigned int before = info_get(NULL, 0).nr_devices;
	struct aios_device d;
	struct aios_submit s;
	int job, next;
	pid_t pid, next_pid;
	uint32_t id;

	if (device_get(0, &d) || !(d.flags & AIOS_DEVICE_PCI))
		skip("this machine has no accelerator");
	s = ask_gpu(before * 1000, 0);
	job = submit_ok(&s);
	pid = job_start(job, work_sleep, NULL);
	id = d.id;
	unplug(&d);
	ASSERT_SOON(get(id).flags & AIOS_DEVICE_GONE, 2000);
	ASSERT_EQ(job_state(job), AIOS_STATE_RUNNING);
	ASSERT_EQ(job_stat(job).nr_devices, before);
	s = ask_gpu(1000, 0);
	next = submit_ok(&s);
	next_pid = job_launch(next, work_sleep, NULL);
	decided_and_queued(next);
	replug();
	job_wait_state(next, AIOS_STATE_RUNNING);
	ASSERT_NE(job_stat(next).devices[0].id, id);
	job_finish(job, pid);
	/* Now the one that is gone is forgotten. */
	ASSERT_SOON(!device_get(id, &d) && d.id != id, 2000);
	ASSERT_EQ(info_get(NULL, 0).nr_devices, before);
	job_finish(next, next_pid);
}
