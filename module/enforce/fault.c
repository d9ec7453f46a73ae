// SPDX-License-Identifier: GPL-2.0
/*
 * Where tests make operations on the hierarchy fail, on a kernel that is made for that
 * (CONFIG_FAULT_INJECTION): by two module parameters. The kernel's own fail_function does
 * not serve: it draws a random number within a breakpoint, of which lockdep complains.
 */
#include <linux/errno.h>
#include <linux/moduleparam.h>
#include <linux/spinlock.h>

#include "enforce/hierarchy.h"

#ifdef CONFIG_FAULT_INJECTION

static DEFINE_SPINLOCK(fault_lock); /* protects the countdown among operations */

static int fault_nth;
module_param(fault_nth, int, 0600);
MODULE_PARM_DESC(fault_nth, "operation on cgroups that fails, counted from 1; below 0: each");

static int fault_errno = EIO;
module_param(fault_errno, int, 0600);
MODULE_PARM_DESC(fault_errno, "what it fails with");

/**
 * aios_hierarchy_fault - whether the operation that begins now shall fail
 *
 * Return: 0, or what a test has asked for.
 */
int aios_hierarchy_fault(void)
{
	bool fails;

	spin_lock(&fault_lock);
	fails = fault_nth < 0 || (fault_nth > 0 && !--fault_nth);
	spin_unlock(&fault_lock);
	return fails ? -fault_errno : 0;
}

#endif
