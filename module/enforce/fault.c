// SPDX-License-Identifier: GPL-2.0
/*
 * Where tests make operations on the hierarchy fail: a function of which the kernel's
 * own error injection (fail_function) can change the result, on a kernel that has it.
 * It has a file to itself so that the compiler cannot foresee its result.
 */
#include <linux/error-injection.h>

#include "enforce/hierarchy.h"

/**
 * aios_hierarchy_fault - whether the operation that begins now shall fail
 *
 * Return: 0, or what a test has asked for.
 */
noinline int aios_hierarchy_fault(void)
{
	return 0;
}

ALLOW_ERROR_INJECTION(aios_hierarchy_fault, ERRNO);
