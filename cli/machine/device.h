/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The accelerators of this machine and their names.
 */
#ifndef AIOSCTL_MACHINE_DEVICE_H
#define AIOSCTL_MACHINE_DEVICE_H

#include <aios.h>

#include "print/util.h"

struct pci_access;

/* For the database of names; ends with pci_cleanup(). */
struct pci_access *pci_open(void);
/* For the caller to free. */
char *device_name(struct pci_access *pci, const struct aios_device *d);
/* Call @fn for each accelerator; 0 or -errno. */
int devices_each(struct aios_ctx *ctx,
		 void (*fn)(const struct aios_device *device, void *data),
		 void *data);

#endif /* AIOSCTL_MACHINE_DEVICE_H */
