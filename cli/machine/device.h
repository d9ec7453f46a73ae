/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The accelerators of this machine and their names.
 */
#ifndef AIOSCTL_MACHINE_DEVICE_H
#define AIOSCTL_MACHINE_DEVICE_H

#include <aios.h>

#include "print/util.h"

struct pci_access;

/* This opens the database of names; pci_cleanup() ends it. */
struct pci_access *pci_open(void);
/* The caller frees the name. */
char *device_name(struct pci_access *pci, const struct aios_device *d);
/* This calls @fn for each accelerator; it returns 0 or -errno. */
int devices_each(struct aios_ctx *ctx,
		 void (*fn)(const struct aios_device *device, void *data),
		 void *data);

#endif /* AIOSCTL_MACHINE_DEVICE_H */
