// SPDX-License-Identifier: GPL-2.0
/*
 * Accelerators: see accel.h. The core places jobs on them; here is where they
 * come from and what they are.
 */
#include <linux/aios.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/pci_ids.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "accel/accel.h"
#include "arbiter/arbiter.h"
#include "main.h"
#include "notify.h"

#define BASE_CLASS_ACCELERATOR	0x12	/* processing accelerators */

/* The engine keeps the accelerators; protected by aios_lock. */
static struct {
	u32 next_id;
	u32 nr;
} table;

/**
 * aios_accel_next - iterate over accelerators in the order of their ids
 * @id: where to begin
 *
 * The caller holds aios_lock.
 *
 * Return: the first with @id or a larger one, NULL when there is none.
 */
struct aios_accel *aios_accel_next(u32 id)
{
	struct aios_device_node *node = aios_engine_device_find(&aios_engine, id);

	return node ? container_of(node, struct aios_accel, core) : NULL;
}

/* The loop goes on when the accelerator is freed in it. */
#define for_each_accel(accel, next)					\
	for ((next) = 0; ((accel) = aios_accel_next(next)) &&		\
			 ((next) = (accel)->core.id + 1);)

/**
 * aios_accel_find - the accelerator of an id
 * @id: its id
 *
 * The caller holds aios_lock.
 */
struct aios_accel *aios_accel_find(u32 id)
{
	struct aios_accel *accel = aios_accel_next(id);

	return accel && accel->core.id == id ? accel : NULL;
}

/**
 * aios_accel_find_name - the accelerator that was declared by a name
 * @name: as of struct aios_device
 *
 * The caller holds aios_lock.
 */
struct aios_accel *aios_accel_find_name(const char *name)
{
	struct aios_accel *accel;
	u32 next;

	for_each_accel(accel, next)
		if (!strcmp(accel->info.name, name))
			return accel;
	return NULL;
}

u32 aios_accels_count(void)
{
	return table.nr;
}

/* --------------------------------------------------------- coming and going */

static int put_device_id(struct sk_buff *skb, u32 event, const void *about,
			 struct user_namespace *reader)
{
	return nla_put_u32(skb, AIOS_A_DEVICE, *(const u32 *)about);
}

/* That an accelerator came, changed or went concerns everybody. */
static void announce_device(u32 id)
{
	static const struct aios_notice notice = { .put = put_device_id };

	aios_notify(AIOS_EVENT_DEVICE, &notice, &id);
}

/**
 * aios_accel_add - an accelerator came
 * @info: what it is; its memory is what jobs can have of it
 * @flags: AIOS_DEVICE_*
 * @id: written: its id
 *
 * The caller holds aios_lock.
 *
 * Return: 0, -ENOMEM, or as aios_engine_device_add().
 */
int aios_accel_add(const struct aios_device *info, u32 flags, u32 *id)
{
	struct aios_accel *accel = kzalloc(sizeof(*accel), GFP_KERNEL_ACCOUNT);
	int ret;

	lockdep_assert_held(&aios_lock);
	if (!accel)
		return -ENOMEM;
	accel->info = *info;
	accel->core.id = table.next_id;
	accel->core.flags = flags;
	accel->core.memory = info->memory;
	ret = aios_engine_device_add(&aios_engine, aios_arbiter_now(), &accel->core);
	if (ret) {
		kfree(accel);
		return ret;
	}
	*id = table.next_id++;
	table.nr++;
	announce_device(accel->core.id);
	aios_arbiter_kick();
	return 0;
}

/**
 * aios_accel_remove - an accelerator went
 * @accel: freed on success
 *
 * The caller holds aios_lock.
 *
 * Return: 0, or -EBUSY while a job holds a part of it.
 */
int aios_accel_remove(struct aios_accel *accel)
{
	int ret = aios_engine_device_remove(&aios_engine, aios_arbiter_now(), &accel->core);

	if (ret)
		return ret;
	table.nr--;
	announce_device(accel->core.id);
	kfree(accel);
	return 0;
}

/**
 * aios_accel_set - an accelerator has other properties now
 * @accel: the accelerator
 * @flags: AIOS_DEVICE_*
 * @memory: bytes that jobs can have of it
 *
 * The caller holds aios_lock.
 *
 * Return: 0 or as aios_engine_device_set().
 */
int aios_accel_set(struct aios_accel *accel, u32 flags, u64 memory)
{
	int ret = aios_engine_device_set(&aios_engine, aios_arbiter_now(), &accel->core, flags,
					 memory);

	if (!ret)
		announce_device(accel->core.id);
	return ret;
}

/**
 * aios_accels_reap - forget unplugged accelerators that no job holds any more
 *
 * The caller holds aios_lock.
 */
void aios_accels_reap(void)
{
	struct aios_accel *accel;
	u32 next;

	for_each_accel(accel, next)
		if (accel->core.flags & AIOS_DEVICE_GONE)
			aios_accel_remove(accel);
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
	u32 next;

	for_each_accel(accel, next)
		if (accel->core.flags & AIOS_DEVICE_PCI &&
		    !(accel->core.flags & AIOS_DEVICE_GONE) &&
		    same_address(&accel->info, pdev))
			return accel;
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
		ret = aios_accel_add(&info, AIOS_DEVICE_PCI, &id);
	mutex_unlock(&aios_lock);
	if (ret)
		pci_warn(pdev, "aios: accelerator is left out (%d)\n", ret);
}

static void unplugged(struct pci_dev *pdev)
{
	struct aios_accel *accel;

	mutex_lock(&aios_lock);
	accel = find_pci(pdev);
	if (accel && aios_accel_remove(accel) == -EBUSY)
		aios_accel_set(accel, accel->core.flags | AIOS_DEVICE_GONE,
			       accel->core.memory);
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
	while ((accel = aios_accel_next(0)))
		if (WARN_ON_ONCE(aios_accel_remove(accel)))
			break;
	mutex_unlock(&aios_lock);
}
