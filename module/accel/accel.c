// SPDX-License-Identifier: GPL-2.0
/*
 * Accelerators: see accel.h. The core places jobs on them; here is where they
 * come from and what they are.
 */
#include <linux/aios.h>
#include <linux/capability.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/pci_ids.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "main.h"
#include "notify.h"

#define BASE_CLASS_ACCELERATOR	0x12	/* processing accelerators */

/**
 * struct aios_accel - an accelerator
 * @core: what is held on it; protected by aios_lock
 * @info: what it is; id, name and PCI fields are immutable, flags and memory
 *	are those of @core
 */
struct aios_accel {
	struct aios_device_node core;
	struct aios_device info;
};

static u32 next_id;	/* protected by aios_lock, like the next */
static u32 nr_accels;

static struct aios_accel *accel_of(struct aios_device_node *node)
{
	return container_of(node, struct aios_accel, core);
}

static struct aios_accel *find_next(u32 id)
{
	struct aios_device_node *node = aios_engine_device_find(&aios_engine, id);

	return node ? accel_of(node) : NULL;
}

static struct aios_accel *find(u32 id)
{
	struct aios_accel *accel = find_next(id);

	return accel && accel->core.id == id ? accel : NULL;
}

u32 aios_accels_count(void)
{
	return nr_accels;
}

/* --------------------------------------------------------- coming and going */

static bool is_declared(const char *name)
{
	struct aios_accel *accel;
	u32 id = 0;

	while ((accel = find_next(id))) {
		if (!strcmp(accel->info.name, name))
			return true;
		id = accel->core.id + 1;
	}
	return false;
}

/* The caller holds aios_lock. */
static int add(const struct aios_device *info, u32 flags, u32 *id)
{
	struct aios_accel *accel = kzalloc(sizeof(*accel), GFP_KERNEL_ACCOUNT);
	int ret;

	lockdep_assert_held(&aios_lock);
	if (!accel)
		return -ENOMEM;
	accel->info = *info;
	accel->core.id = next_id;
	accel->core.flags = flags;
	accel->core.memory = info->memory;
	ret = aios_engine_device_add(&aios_engine, aios_arbiter_now(),
				     &accel->core);
	if (ret) {
		kfree(accel);
		return ret;
	}
	*id = next_id++;
	nr_accels++;
	aios_notify_device(accel->core.id);
	aios_arbiter_kick();
	return 0;
}

/* The caller holds aios_lock. */
static int remove(struct aios_accel *accel)
{
	int ret = aios_engine_device_remove(&aios_engine, aios_arbiter_now(),
					    &accel->core);

	if (ret)
		return ret;
	nr_accels--;
	aios_notify_device(accel->core.id);
	kfree(accel);
	return 0;
}

/**
 * aios_accels_reap - forget unplugged accelerators that no job holds any more
 *
 * The caller holds aios_lock.
 */
void aios_accels_reap(void)
{
	struct aios_accel *accel;
	u32 id = 0;

	while ((accel = find_next(id))) {
		id = accel->core.id + 1;
		if (accel->core.flags & AIOS_DEVICE_GONE)
			remove(accel);
	}
}

/* --------------------------------------------------------------------- PCI */

static bool is_accelerator(const struct pci_dev *pdev)
{
	u32 base = pdev->class >> 16;

	return base == PCI_BASE_CLASS_DISPLAY || base == BASE_CLASS_ACCELERATOR;
}

/*
 * A device's own memory is behind its largest prefetchable window. Where that
 * window shows only a part of it, the administrator says how much there is.
 */
static u64 window_size(struct pci_dev *pdev)
{
	u64 size = 0;
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (pci_resource_flags(pdev, i) & IORESOURCE_PREFETCH)
			size = max_t(u64, size, pci_resource_len(pdev, i));
	return size;
}

static bool same_address(const struct aios_device *info, const struct pci_dev *pdev)
{
	return info->pci_domain == pci_domain_nr(pdev->bus) &&
	       info->pci_bus == pdev->bus->number && info->pci_devfn == pdev->devfn;
}

static struct aios_accel *find_pci(const struct pci_dev *pdev)
{
	struct aios_accel *accel;
	u32 id = 0;

	while ((accel = find_next(id))) {
		if (accel->core.flags & AIOS_DEVICE_PCI &&
		    !(accel->core.flags & AIOS_DEVICE_GONE) &&
		    same_address(&accel->info, pdev))
			return accel;
		id = accel->core.id + 1;
	}
	return NULL;
}

static void plugged(struct pci_dev *pdev)
{
	struct aios_device info = {
		.pci_class = pdev->class,
		.pci_vendor = pdev->vendor,
		.pci_device = pdev->device,
		.pci_subvendor = pdev->subsystem_vendor,
		.pci_subdevice = pdev->subsystem_device,
		.pci_domain = pci_domain_nr(pdev->bus),
		.pci_bus = pdev->bus->number,
		.pci_devfn = pdev->devfn,
		.memory = window_size(pdev),
	};
	int ret = 0;
	u32 id;

	if (!is_accelerator(pdev))
		return;
	mutex_lock(&aios_lock);
	if (!find_pci(pdev))
		ret = add(&info, AIOS_DEVICE_PCI, &id);
	mutex_unlock(&aios_lock);
	if (ret)
		pci_warn(pdev, "aios: accelerator is left out (%d)\n", ret);
}

static void unplugged(struct pci_dev *pdev)
{
	struct aios_accel *accel;

	mutex_lock(&aios_lock);
	accel = find_pci(pdev);
	if (accel && remove(accel) == -EBUSY) {
		aios_engine_device_set(&aios_engine, aios_arbiter_now(),
				       &accel->core,
				       accel->core.flags | AIOS_DEVICE_GONE,
				       accel->core.memory);
		aios_notify_device(accel->core.id);
	}
	if (accel)
		aios_arbiter_kick();
	mutex_unlock(&aios_lock);
}

static int on_bus_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	if (event == BUS_NOTIFY_ADD_DEVICE)
		plugged(pdev);
	else if (event == BUS_NOTIFY_REMOVED_DEVICE)
		unplugged(pdev);
	return NOTIFY_DONE;
}

static struct notifier_block bus_notifier = {
	.notifier_call = on_bus_event,
};

/* ------------------------------------------------------------------- calls */

static int check_declared(const struct aios_device *d)
{
	size_t len = strnlen(d->name, sizeof(d->name));
	size_t i;

	if (d->flags & ~(AIOS_DEVICE_DECLARED | AIOS_DEVICE_OFFLINE) || d->reserved)
		return -EINVAL;
	if (d->milli && d->milli != AIOS_MILLI)
		return -EINVAL;
	if (!len || len == sizeof(d->name))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (d->name[i] <= ' ' || d->name[i] > '~' || d->name[i] == '/')
			return -EINVAL;
	return 0;
}

int aios_ioctl_device_add(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	struct aios_device info = {};
	int ret = check_declared(d);

	if (ret)
		return ret;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	info.memory = d->memory;
	memcpy(info.name, d->name, sizeof(info.name));

	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	if (is_declared(info.name))
		ret = -EEXIST;
	else
		ret = add(&info, AIOS_DEVICE_DECLARED | (d->flags & AIOS_DEVICE_OFFLINE),
			  &d->id);
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_device_remove(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	struct aios_accel *accel;
	int ret;

	if (d->flags || d->reserved)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	accel = find(d->id);
	if (!accel)
		ret = -ENOENT;
	else if (accel->core.flags & AIOS_DEVICE_PCI)
		ret = -EOPNOTSUPP; /* it is there: it can be set offline */
	else
		ret = remove(accel);
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_device_set(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	struct aios_accel *accel;
	u32 others = d->flags & ~AIOS_DEVICE_OFFLINE;
	int ret;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	accel = find(d->id);
	if (!accel)
		ret = -ENOENT;
	/* What GET gave can be changed and given back. */
	else if (d->reserved || (others && (others ^ accel->core.flags) & ~AIOS_DEVICE_OFFLINE))
		ret = -EINVAL;
	else
		ret = aios_engine_device_set(&aios_engine, aios_arbiter_now(),
					     &accel->core,
					     (accel->core.flags & ~AIOS_DEVICE_OFFLINE) | d->flags,
					     d->memory);
	if (!ret) {
		aios_notify_device(d->id);
		aios_arbiter_decide();
	}
	mutex_unlock(&aios_lock);
	return ret;
}

int aios_ioctl_device_get(struct file *file, void *arg)
{
	struct aios_device *d = arg;
	u32 size = d->size;
	struct aios_accel *accel;
	int ret;

	if (d->flags || d->reserved)
		return -EINVAL;
	ret = mutex_lock_interruptible(&aios_lock);
	if (ret)
		return ret;
	accel = find_next(d->id);
	if (accel) {
		*d = accel->info;
		d->size = size;
		d->id = accel->core.id;
		d->flags = accel->core.flags;
		d->memory = accel->core.memory;
		d->memory_charged = accel->core.memory_held;
		d->memory_used = accel->core.memory_used;
		d->milli = AIOS_MILLI;
		d->milli_charged = accel->core.milli_held;
		d->nr_jobs = accel->core.nr_jobs;
		d->exclusive = accel->core.exclusive;
	}
	mutex_unlock(&aios_lock);
	return accel ? 0 : -ENOENT;
}

/* ---------------------------------------------------------- setup, teardown */

/**
 * aios_accels_init - find the accelerators on the PCI bus, now and from now on
 *
 * Return: 0 or -errno.
 */
int aios_accels_init(void)
{
	struct pci_dev *pdev = NULL;
	int ret;

	ret = bus_register_notifier(&pci_bus_type, &bus_notifier);
	if (ret)
		return ret;
	for_each_pci_dev(pdev)
		plugged(pdev);
	return 0;
}

void aios_accels_exit(void)
{
	struct aios_accel *accel;

	bus_unregister_notifier(&pci_bus_type, &bus_notifier);
	mutex_lock(&aios_lock);
	while ((accel = find_next(0)))
		WARN_ON_ONCE(remove(accel));
	mutex_unlock(&aios_lock);
}
