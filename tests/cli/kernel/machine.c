// SPDX-License-Identifier: GPL-2.0
/*
 * The machine of the scripted kernel beside its jobs: groups with limits, defaults, the policy
 * and accelerators, in a file "machine" that all commands of a test share. It is there while
 * the answers have the line
 *
 *	machine
 *	deny PATH ERRNO		and the limits of this group cannot be set
 *	deny policy ERRNO	nor the policy of the machine
 *	pci NAME MEMORY		an accelerator on the bus, as 0000:01:00.0, when it begins
 *
 * Limits are refused as the module does: above those higher up.
 */
#include <aios.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel.h"

#define GROUPS	32
#define DEVICES	8

struct limits {
	__u64 limit[AIOS_RESOURCE_MAX];
	__u64 runtime;
	__u32 weight;
	bool strict;
};

struct group {
	char path[128];		/* "": there is none here */
	struct limits limits;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 follows;
	__u32 own;
	__u32 policy;
	__u64 quantum;
};

static struct machine {
	bool begun;
	__u32 last_device;
	struct group groups[GROUPS];
	struct limits defaults[2];
	struct aios_policy policy;
	struct aios_device devices[DEVICES];
} *machine;

static bool is_machine(const char *line, void *data)
{
	*(bool *)data |= !strcmp(line, "machine\n");
	return false;
}

struct denied {
	const char *what;
	int err;
};

static bool denies(const char *line, void *data)
{
	struct denied *d = data;
	char what[128];
	char name[32];

	if (sscanf(line, "deny %127s %31s", what, name) != 2 || strcmp(what, d->what))
		return false;
	for (int err = 1; err < 200 && !d->err; err++)
		if (strerrorname_np(err) && !strcmp(strerrorname_np(err), name))
			d->err = err;
	return true;
}

static int denied(const char *what)
{
	struct denied d = { .what = what };

	lines_each(denies, &d);
	return -d.err;
}

/* ------------------------------------------------------------------- beginning */

static void limits_begin(struct limits *limits)
{
	*limits = (struct limits){ .runtime = AIOS_UNLIMITED, .weight = AIOS_WEIGHT_DEFAULT };
	for (int i = 0; i < AIOS_RESOURCE_MAX; i++)
		limits->limit[i] = AIOS_UNLIMITED;
}

static bool pci_add(const char *line, void *data)
{
	unsigned int domain, bus, slot, function;
	struct aios_device *d;
	uint64_t memory;

	(void)data;
	if (sscanf(line, "pci %4x:%2x:%2x.%1u %" SCNu64, &domain, &bus, &slot, &function,
		   &memory) != 5)
		return false;
	d = &machine->devices[machine->last_device];
	d->id = machine->last_device++;
	d->flags = AIOS_DEVICE_PCI;
	d->milli = 1000;
	d->memory = memory;
	d->pci_domain = domain;
	d->pci_bus = (__u8)bus;
	d->pci_devfn = (__u8)(slot << 3 | function);
	d->pci_vendor = 0x10de;
	d->pci_device = 0x2330;
	return false;
}

static void begin(void)
{
	*machine = (struct machine){ .begun = true };
	strcpy(machine->groups[0].path, "/");
	machine->groups[0].mode = 0711;
	limits_begin(&machine->groups[0].limits);
	limits_begin(&machine->defaults[0]);
	limits_begin(&machine->defaults[1]);
	machine->policy.quantum_ns = 60000000000;
	machine->policy.half_life_ns = 604800000000000;
	machine->policy.guard_floor_ns = 3600000000000;
	lines_each(pci_add, NULL);
}

bool machine_open(void)
{
	char path[512];
	bool there = false;
	int fd;

	lines_each(is_machine, &there);
	if (!there || machine)
		return there;
	if (!kernel_path(path, sizeof(path), "machine"))
		abort();
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*machine)))
		abort();
	machine = mmap(NULL, sizeof(*machine), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (machine == MAP_FAILED)
		abort();
	if (!machine->begun)
		begin();
	return true;
}

void machine_groups(void (*fn)(const char *path, uint32_t uid, uint32_t gid))
{
	for (int i = 0; machine_open() && i < GROUPS; i++)
		if (*machine->groups[i].path)
			fn(machine->groups[i].path, machine->groups[i].uid,
			   machine->groups[i].gid);
}

/* ---------------------------------------------------------------------- groups */

static void path_of(char *path, size_t size, __u64 from, __u32 len)
{
	snprintf(path, size, "%.*s", (int)len, (const char *)(uintptr_t)from);
}

static struct group *group_find(const char *path)
{
	for (int i = 0; i < GROUPS; i++)
		if (!strcmp(machine->groups[i].path, path))
			return &machine->groups[i];
	return NULL;
}

static struct group *group_above(const struct group *g)
{
	char path[sizeof(g->path)];
	char *slash;

	if (!strcmp(g->path, "/"))
		return NULL;
	strcpy(path, g->path);
	slash = strrchr(path, '/');
	slash[slash == path] = '\0';
	return group_find(path);
}

static int group_create(struct aios_group_create *c)
{
	struct group new = { .uid = 0 }, *room = group_find("");

	path_of(new.path, sizeof(new.path), c->path, c->path_len);
	if (group_find(new.path))
		return -EEXIST;
	if (!group_above(&new))
		return -ENOENT;
	if (!room)
		return -EDQUOT;
	new.uid = c->uid == ~0U ? getuid() : c->uid;
	new.gid = c->gid == ~0U ? getgid() : c->gid;
	new.mode = c->mode == ~0U ? 0750 : c->mode;
	limits_begin(&new.limits);
	new.limits.weight = c->weight;
	*room = new;
	return 0;
}

static int group_remove(struct aios_group_remove *r)
{
	char path[128];
	struct group *g;

	path_of(path, sizeof(path), r->path, r->path_len);
	g = group_find(path);
	if (!g)
		return -ENOENT;
	for (int i = 0; i < GROUPS; i++)
		if (*machine->groups[i].path && group_above(&machine->groups[i]) == g)
			return -EBUSY;
	*g = (struct group){ .uid = 0 };
	return 0;
}

static int limits_set(struct aios_limit *l, struct limits *to, const struct group *g)
{
	for (const struct group *up = g ? group_above(g) : NULL; up; up = group_above(up))
		for (__u32 i = 0; i < AIOS_RESOURCE_MAX; i++)
			if (l->resource_mask & 1U << i && l->limit[i] != AIOS_UNLIMITED &&
			    l->limit[i] > up->limits.limit[i]) {
				l->why = (struct aios_why){
					.code = AIOS_WHY_ABOVE_PARENT, .resource = i,
					.asked = l->limit[i], .available = up->limits.limit[i],
				};
				return -EINVAL;
			}
	for (__u32 i = 0; i < AIOS_RESOURCE_MAX; i++)
		if (l->resource_mask & 1U << i)
			to->limit[i] = l->limit[i];
	to->weight = l->weight ? l->weight : to->weight;
	if (l->flags & (AIOS_LIMIT_STRICT | AIOS_LIMIT_WORK_CONSERVING))
		to->strict = l->flags & AIOS_LIMIT_STRICT;
	if (l->flags & AIOS_LIMIT_MAX_RUNTIME)
		to->runtime = l->max_runtime_ns;
	return 0;
}

static void limits_get(struct aios_limit *l, const struct limits *from)
{
	memcpy(l->limit, from->limit, sizeof(l->limit));
	memcpy(l->effective, from->limit, sizeof(l->effective));
	l->weight = from->weight;
	l->strict = from->strict;
	l->max_runtime_ns = from->runtime;
	l->effective_runtime_ns = from->runtime;
	l->follows = 0;
}

static int limit(struct aios_limit *l)
{
	const __u32 defaults = AIOS_LIMIT_DEFAULT_USER | AIOS_LIMIT_DEFAULT_GROUP;
	bool sets = l->resource_mask || l->weight || l->flags & ~defaults;
	struct limits *limits;
	struct group *g = NULL;
	char path[128];
	int err = 0;

	if (l->flags & defaults) {
		limits = &machine->defaults[!(l->flags & AIOS_LIMIT_DEFAULT_USER)];
	} else {
		path_of(path, sizeof(path), l->path, l->path_len);
		g = group_find(path);
		if (!g)
			return -ENOENT;
		limits = &g->limits;
	}
	if (sets && g)
		err = denied(g->path);
	if (!err && sets)
		err = limits_set(l, limits, g);
	if (err)
		return err;
	if (l->flags & AIOS_LIMIT_MODE)
		g->mode = l->mode;
	if (sets && g && (l->resource_mask || l->weight || l->flags & ~AIOS_LIMIT_MODE))
		g->follows = 0;
	limits_get(l, limits);
	l->mode = g ? g->mode : 0;
	l->follows = g ? g->follows : 0;
	return 0;
}

/* ------------------------------------------------------------ policy and devices */

static int group_policy(struct aios_policy *p)
{
	const __u32 both = AIOS_POLICY_SET_POLICY | AIOS_POLICY_SET_QUANTUM;
	char path[128];
	struct group *g;

	path_of(path, sizeof(path), p->path, p->path_len);
	g = group_find(path);
	if (!g)
		return -ENOENT;
	if (p->flags & AIOS_POLICY_SET_INHERIT)
		g->own = 0;
	if (p->flags & AIOS_POLICY_SET_POLICY)
		g->policy = p->policy;
	if (p->flags & AIOS_POLICY_SET_QUANTUM)
		g->quantum = p->quantum_ns;
	g->own |= p->flags & both;
	if (!g->quantum)
		g->own &= ~AIOS_POLICY_SET_QUANTUM;
	p->own = g->own;
	p->policy = g->own & AIOS_POLICY_SET_POLICY ? g->policy : machine->policy.policy;
	p->quantum_ns = g->own & AIOS_POLICY_SET_QUANTUM ? g->quantum :
		machine->policy.quantum_ns;
	p->flags = 0;
	return 0;
}

#define TAKE(flag, member) do { if (p->flags & (flag)) m->member = p->member; } while (0)

static int policy(struct aios_policy *p)
{
	struct aios_policy *m = &machine->policy;
	int err;

	if (p->path)
		return group_policy(p);
	err = p->flags ? denied("policy") : 0;
	if (err)
		return err;
	TAKE(AIOS_POLICY_SET_POLICY, policy);
	TAKE(AIOS_POLICY_SET_BACKFILL, backfill);
	TAKE(AIOS_POLICY_SET_OBJECTIVE, objective);
	TAKE(AIOS_POLICY_SET_QUANTUM, quantum_ns);
	TAKE(AIOS_POLICY_SET_AGING, aging_ns);
	TAKE(AIOS_POLICY_SET_HALF_LIFE, half_life_ns);
	TAKE(AIOS_POLICY_SET_GUARD, guard);
	TAKE(AIOS_POLICY_SET_GUARD, guard_floor_ns);
	m->size = p->size;
	*p = *m;
	return 0;
}

static struct aios_device *device_find(__u32 id)
{
	for (__u32 i = 0; i < machine->last_device; i++)
		if (machine->devices[i].id >= id && machine->devices[i].flags)
			return &machine->devices[i];
	return NULL;
}

static int device(unsigned int nr, struct aios_device *d)
{
	struct aios_device *own = nr == AIOS_IOC_DEVICE_ADD ? NULL : device_find(d->id);

	if (nr == AIOS_IOC_DEVICE_ADD) {
		if (machine->last_device == DEVICES)
			return -ENOSPC;
		d->id = machine->last_device;
		d->milli = 1000;
		machine->devices[machine->last_device++] = *d;
		return 0;
	}
	if (!own || (nr != AIOS_IOC_DEVICE_GET && own->id != d->id))
		return -ENOENT;
	if (nr == AIOS_IOC_DEVICE_REMOVE) {
		own->flags = 0;
		return 0;
	}
	if (nr == AIOS_IOC_DEVICE_SET) {
		own->memory = d->memory;
		own->flags = d->flags;
		return 0;
	}
	own->size = d->size;
	*d = *own;
	return 0;
}

bool machine_call(unsigned int nr, void *arg, int *err)
{
	if (!machine_open())
		return false;
	switch (nr) {
	case AIOS_IOC_GROUP_CREATE:
		*err = group_create(arg);
		return true;
	case AIOS_IOC_GROUP_REMOVE:
		*err = group_remove(arg);
		return true;
	case AIOS_IOC_LIMIT:
		*err = limit(arg);
		return true;
	case AIOS_IOC_POLICY:
		*err = policy(arg);
		return true;
	case AIOS_IOC_DEVICE_ADD:
	case AIOS_IOC_DEVICE_REMOVE:
	case AIOS_IOC_DEVICE_SET:
	case AIOS_IOC_DEVICE_GET:
		*err = device(nr, arg);
		return true;
	default:
		return false;
	}
}
