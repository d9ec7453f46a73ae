// SPDX-License-Identifier: GPL-2.0
/*
 * A library that stands between others and a function of its own name, and finds the next one
 * as such libraries do: by RTLD_NEXT, which means the one after whoever asks.
 */
#include <dlfcn.h>
#include <unistd.h>

#include "cases.h"

pid_t getppid(void)
{
	pid_t (*next)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "getppid");

	return next ? AFTER_ADDS + next() : 0;
}
