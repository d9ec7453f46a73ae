// SPDX-License-Identifier: GPL-2.0
/*
 * What the structs point to: the INFO call's tables for callers from another
 * day, and pointers, lengths and counts at the edges of their types.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "calls.h"
#include "harness.h"

#define KERNEL_POINTER	0xffffffff81000000ULL

TEST(info)
{
	struct aios_resource_info table[AIOS_RESOURCE_MAX];
	struct aios_info i = info_get(NULL, 0);
	unsigned int nr;

	ASSERT_EQ(i.size, sizeof(i));
	ASSERT_EQ(i.abi_version, AIOS_ABI_VERSION);
	ASSERT_CMP(i.nr_resources, >=, 7);
	ASSERT_LE(i.nr_resources, AIOS_RESOURCE_MAX);
	ASSERT_EQ(i.resource_size, sizeof(struct aios_resource_info));
	ASSERT_GE(i.nr_groups, 1);
	ASSERT(i.features & AIOS_FEATURE_CPU);
	ASSERT(i.features & AIOS_FEATURE_MEMORY);
	ASSERT(i.features & AIOS_FEATURE_PIDS);
	ASSERT_GE(i.user_jobs_max, 1);
	ASSERT_GE(i.user_groups_max, 1);

	nr = i.nr_resources;
	memset(table, POISON, sizeof(table));
	i.resources = (uintptr_t)table;
	i.nr_resources = 3;
	i.reserved = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &i));
	ASSERT_EQ(i.nr_resources, nr);
	for (size_t k = 3 * sizeof(table[0]); k < sizeof(table); k++)
		ASSERT_EQ(((unsigned char *)table)[k], POISON);
	ASSERT_EQ(table[0].id, AIOS_RESOURCE_CPU);
	ASSERT(!strcmp(table[0].name, "cpu"));
	ASSERT(!strcmp(table[0].unit, "milli"));
	ASSERT_EQ(table[0].flags, AIOS_RESOURCE_ELASTIC);
	ASSERT_EQ(table[0].how, AIOS_HOW_ENFORCED);
	ASSERT_EQ(table[0].capacity, 1000 * sysconf(_SC_NPROCESSORS_ONLN));
	ASSERT(!strcmp(table[1].name, "memory"));
	ASSERT_EQ(table[1].flags, AIOS_RESOURCE_STICKY);
	ASSERT_GE(table[1].capacity, 64 * MIB);
	ASSERT_LE(table[1].capacity, sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE));
}

/* A caller from another day, whose resource info is longer; none was ever shorter. */
TEST(info_of_another_size)
{
	const size_t own = sizeof(struct aios_resource_info);
	unsigned char room[AIOS_RESOURCE_MAX * 128];
	struct aios_info i = { .size = sizeof(i) };

	memset(room, POISON, sizeof(room));
	i.resources = (uintptr_t)room;
	i.nr_resources = 2;
	i.resource_size = own + 16;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &i));
	for (unsigned int k = 0; k < 2; k++)
		ASSERT_EQ(*(uint32_t *)(room + k * (own + 16)), k);
	for (size_t k = own; k < own + 16; k++)
		ASSERT_EQ(room[k], 0);
	for (size_t k = 2 * (own + 16); k < sizeof(room); k++)
		ASSERT_EQ(room[k], POISON);
	i.nr_resources = 2;
	i.resource_size = own - 1;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_INFO, &i), EINVAL);
	i.resource_size = 0;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_INFO, &i), EINVAL);
	i.resource_size = 4;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_INFO, &i), EINVAL);
	i.resource_size = own;
	i.resources = KERNEL_POINTER;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_INFO, &i), EFAULT);
	i.resources = 8;
	i.nr_resources = ~0U;
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_INFO, &i), EFAULT);
}

TEST(info_cgroup_root)
{
	char path[4000];
	struct aios_info i = { .size = sizeof(i) };
	uint32_t needed;

	memset(path, POISON, sizeof(path));
	i.resource_size = sizeof(struct aios_resource_info);
	i.cgroup_root = (uintptr_t)path;
	i.cgroup_root_len = sizeof(path);
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &i));
	needed = i.cgroup_root_len;
	ASSERT_EQ(strlen(path) + 1, needed);
	ASSERT_EQ(path[0], '/');
	/* One byte too few: told how many, and nothing written. */
	memset(path, POISON, sizeof(path));
	i.cgroup_root_len = needed - 1;
	i.nr_resources = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &i));
	ASSERT_EQ(i.cgroup_root_len, needed);
	for (size_t k = 0; k < sizeof(path); k++)
		ASSERT_EQ((unsigned char)path[k], POISON);
	/* How much it takes. */
	i.cgroup_root = 0;
	i.cgroup_root_len = 0;
	ASSERT_OK(ioctl(dev(), AIOS_IOC_INFO, &i));
	ASSERT_EQ(i.cgroup_root_len, needed);
	i.cgroup_root = KERNEL_POINTER;
	i.cgroup_root_len = sizeof(path);
	ASSERT_ERR(ioctl(dev(), AIOS_IOC_INFO, &i), EFAULT);
}

/* ------------------------------------------------- pointers inside the structs */

static struct aios_lp_solve small_program(void)
{
	static int64_t w = 1;
	static uint64_t a = 1, b = 1, x;
	struct aios_lp_solve s = { .size = sizeof(s), .n = 1, .m = 1 };

	s.w = (uintptr_t)&w;
	s.a = (uintptr_t)&a;
	s.b = (uintptr_t)&b;
	s.x = (uintptr_t)&x;
	return s;
}

static void submit_rejected(struct aios_submit *s, int err)
{
	unsigned int held = jobs_held();
	unsigned int fds = count_fds();

	ASSERT_ERR(submit(s), err);
	ASSERT_EQ(jobs_held(), held);
	ASSERT_EQ(count_fds(), fds);
}

TEST(inner_pointers)
{
	static const uint64_t bad[] = { 8, KERNEL_POINTER, 1ULL << 63, ~0ULL, ~0ULL - 7 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct aios_submit s;
		struct aios_limit l = limit_args("/");
		struct aios_lp_solve lp;
		struct aios_stat stat = { .size = sizeof(stat) };
		struct aios_explain e = { .size = sizeof(e) };
		int fd;

		s = ask(NULL);
		s.group = bad[i];
		s.group_len = 4;
		submit_rejected(&s, EFAULT);
		s = ask("/");
		s.name = bad[i];
		s.name_len = 4;
		submit_rejected(&s, EFAULT);
		s = ask("/");
		s.features = bad[i];
		s.nr_features = AIOS_FEATURES_MAX;
		submit_rejected(&s, EFAULT);

		l.path = bad[i];
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_LIMIT, &l), EFAULT);
		for (int k = 0; k < 8; k++) {
			lp = small_program();
			if (k < 3)
				(&lp.w)[k] = bad[i];
			else if (k < 5)
				(&lp.lo)[k - 3] = bad[i];
			else
				(&lp.x)[k - 5] = bad[i];
			ASSERT_ERR(ioctl(dev(), AIOS_IOC_LP_SOLVE, &lp), EFAULT);
		}
		fd = submit_cpu("/", 1, 1);
		stat.name = bad[i];
		stat.name_room = 64;
		ASSERT_ERR(ioctl(fd, AIOS_IOC_STAT, &stat), EFAULT);
		stat.name = 0;
		stat.name_room = 0;
		stat.group_path = bad[i];
		stat.group_room = 64;
		ASSERT_ERR(ioctl(fd, AIOS_IOC_STAT, &stat), EFAULT);
		e.rows = bad[i];
		e.nr_rows = 0;
		e.row_size = sizeof(struct aios_explain_row);
		ASSERT_OK(ioctl(fd, AIOS_IOC_EXPLAIN, &e));
		close(fd);
	}
}

/* A length without a pointer, a pointer without a length, a length too long. */
TEST(lengths)
{
	static const uint32_t lengths[] = {
		AIOS_PATH_MAX + 1, 4096, 65536, 0x7fffffff, 0x80000000, 0xffffffff
	};
	char *text = malloc(1 << 20);
	struct aios_submit s;

	memset(text, 'a', 1 << 20);
	text[0] = '/';
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct aios_group_stat g;

		s = ask(NULL);
		s.group = (uintptr_t)text;
		s.group_len = lengths[i];
		submit_rejected(&s, ENAMETOOLONG);
		s = ask("/");
		s.name = (uintptr_t)text + 1;
		s.name_len = lengths[i];
		submit_rejected(&s, ENAMETOOLONG);
		ASSERT_ERR(group_stat("/nowhere", &g), ENOENT);
		g.size = sizeof(g);
		g.path = (uintptr_t)text;
		g.path_len = lengths[i];
		g.full_path = 0;
		g.name_room = 0;
		ASSERT_ERR(ioctl(dev(), AIOS_IOC_GROUP_STAT, &g), ENAMETOOLONG);
	}
	s = ask(NULL);
	s.group_len = 1;
	submit_rejected(&s, EINVAL);
	s = ask("/");
	s.group_len = 0;
	submit_rejected(&s, EINVAL);
	s = ask("/");
	s.name_len = 1;
	submit_rejected(&s, EINVAL);
	s = ask("/");
	s.nr_features = 1;
	submit_rejected(&s, EINVAL);
	s.nr_features = AIOS_FEATURES_MAX + 1;
	submit_rejected(&s, EINVAL);
	s.nr_features = ~0U;
	submit_rejected(&s, EINVAL);
	/* A path is what its length says, NUL or not. */
	s = ask(NULL);
	s.group = (uintptr_t)"/\0";
	s.group_len = 2;
	submit_rejected(&s, EINVAL);
	free(text);
}
