// SPDX-License-Identifier: GPL-2.0
/*
 * A module with faults to choose from, so that tests/vm/harness.t can see
 * whether scripts/vm notices them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *fault = "none";
module_param(fault, charp, 0);
MODULE_PARM_DESC(fault, "none, warn, bug, panic, refuse, pin, leak, overrun or deadlock");

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);

/* Taken in both orders, one after the other: only lockdep minds. */
static void splat_deadlock(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);

	spin_lock(&second);
	spin_lock(&first);
	spin_unlock(&first);
	spin_unlock(&second);
}

/* Lose an object, or write behind it. */
static int splat_memory(size_t excess)
{
	u8 *p = kmalloc(1000, GFP_KERNEL);
	volatile u8 *q = p;

	if (!p)
		return -ENOMEM;
	if (!excess)
		return 0;
	q[1000 + excess] = 1;
	kfree(p);
	return 0;
}

static int __init splat_init(void)
{
	if (!strcmp(fault, "warn"))
		WARN(1, "asked to\n");
	else if (!strcmp(fault, "bug"))
		BUG();
	else if (!strcmp(fault, "panic"))
		panic("asked to");
	else if (!strcmp(fault, "refuse"))
		return -EINVAL;
	else if (!strcmp(fault, "pin"))
		__module_get(THIS_MODULE);
	else if (!strcmp(fault, "leak"))
		return splat_memory(0);
	else if (!strcmp(fault, "overrun"))
		return splat_memory(1);
	else if (!strcmp(fault, "deadlock"))
		splat_deadlock();
	return 0;
}
module_init(splat_init);

static void __exit splat_exit(void)
{
}
module_exit(splat_exit);

MODULE_DESCRIPTION("Faults for the tests of scripts/vm");
MODULE_LICENSE("GPL");
