// SPDX-License-Identifier: GPL-2.0
/*
 * Loading of a library: see lazy.h. None is unloaded, as those that a program is
 * linked with are not.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "lazy/lazy.h"

__attribute__((noreturn)) static void lazy_fail(void)
{
	fprintf(stderr, "aiosctl: cannot load a library: %s\n", dlerror());
	exit(EXIT_FAILURE);
}

void lazy_load(const char *soname, const struct lazy_symbol *symbols, size_t nr)
{
	void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);

	if (!library)
		lazy_fail();
	for (size_t i = 0; i < nr; i++) {
		void *address = dlsym(library, symbols[i].name);

		if (!address)
			lazy_fail();
		*(void **)symbols[i].to = address;
	}
}
