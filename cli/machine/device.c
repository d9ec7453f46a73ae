// SPDX-License-Identifier: GPL-2.0
/*
 * The accelerators of this machine and their names: see device.h.
 */
#include <errno.h>

#include "lazy/libpci.h"
#include "machine/device.h"

/* Messages of libpci would not be ours; without the bus only names are lost. */
static void pci_silent(char *format, ...)
{
	(void)format;
}

struct pci_access *pci_open(void)
{
	struct pci_access *pci;

	libpci_load();
	pci = libpci.pci_alloc();
	/* Only the database of names is used: pci_init() would need the bus. */
	pci->warning = pci_silent;
	pci->debug = pci_silent;
	return pci;
}

char *device_name(struct pci_access *pci, const struct aios_device *d)
{
	char name[256];

	if (!(d->flags & AIOS_DEVICE_PCI))
		return xasprintf("%.*s", (int)sizeof(d->name), d->name);
	libpci.pci_lookup_name(pci, name, sizeof(name),
			       PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
			       d->pci_vendor, d->pci_device);
	return xstrdup(name);
}

int devices_each(struct aios_ctx *ctx,
		 void (*fn)(const struct aios_device *device, void *data),
		 void *data)
{
	struct aios_device device;
	uint32_t next = 0;
	int err;

	for (;;) {
		AIOS_INIT(&device);
		err = aios_device_get(ctx, next, &device);
		if (err)
			return err == -ENOENT ? 0 : err;
		fn(&device, data);
		next = device.id + 1;
	}
}
