// SPDX-License-Identifier: GPL-2.0
/*
 * Loading libpci: see libpci.h.
 */
#include "lazy/libpci.h"

struct libpci libpci;

void libpci_load(void)
{
	static const struct lazy_symbol symbols[] = {
		LAZY_SYMBOL(libpci, pci_alloc),
		LAZY_SYMBOL(libpci, pci_cleanup),
		LAZY_SYMBOL(libpci, pci_lookup_name),
	};
	static bool loaded;

	LAZY_COMPLETE(libpci, symbols);
	if (!loaded)
		LAZY_LOAD(LIBPCI_SONAME, symbols);
	loaded = true;
}
