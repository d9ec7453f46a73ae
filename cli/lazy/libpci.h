/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libpci, for the names of accelerators.
 */
#ifndef AIOSCTL_LAZY_LIBPCI_H
#define AIOSCTL_LAZY_LIBPCI_H

#include <pci/pci.h>

#include "lazy/lazy.h"

/* Nothing of it may be used before libpci_load(). */
extern struct libpci {
	LAZY_MEMBER(pci_alloc);
	LAZY_MEMBER(pci_cleanup);
	LAZY_MEMBER(pci_lookup_name);
} libpci;

void libpci_load(void);

#endif /* AIOSCTL_LAZY_LIBPCI_H */
