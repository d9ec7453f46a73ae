// SPDX-License-Identifier: GPL-2.0
/*
 * Who counts what is reached of aios.ko on a kernel without KCOV, such as a distribution's: the
 * compiler has each basic block call what is here (-fsanitize-coverage=trace-pc, as for KCOV).
 * Unlike KCOV's, the counts are of all that runs, workers and timers too, and need not be
 * copied or cleared: the fuzzer maps them, and looks at two numbers after a call.
 */
#include <linux/debugfs.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "cover_area.h"

#define LAST_BITS	8

static struct cover_area *area;
static struct dentry *file;

/* Two tasks may share one, and mislead each other: that costs an input, no more. */
static struct cover_last lasts[1 << LAST_BITS];

void __sanitizer_cov_trace_pc(void);

/* The compiler's calls, before the first instruction of each basic block of aios.ko. */
void notrace __sanitizer_cov_trace_pc(void)
{
	struct cover_last *last = NULL;

	if (!area || !READ_ONCE(area->text))
		return;
	if (in_task()) {
		last = &lasts[hash_ptr(current, LAST_BITS)];
		if (last->turn != area->turn && !(current->flags & PF_KTHREAD)) {
			last->turn = area->turn;
			last->hash = 0;
		}
	}
	cover_reach(area, (unsigned long)__builtin_return_address(0), last);
}
EXPORT_SYMBOL_GPL(__sanitizer_cov_trace_pc);

static int map(struct file *unused, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, area, vma->vm_pgoff);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.mmap = map,
};

static int __init cover_init(void)
{
	area = vmalloc_user(sizeof(*area));
	if (!area)
		return -ENOMEM;
	file = debugfs_create_file_unsafe("aios_cover", 0600, NULL, NULL, &operations);
	return 0;
}

static void __exit cover_exit(void)
{
	debugfs_remove(file);
	vfree(area);
}

module_init(cover_init);
module_exit(cover_exit);
MODULE_DESCRIPTION("What is reached of aios.ko, for its fuzzer");
MODULE_LICENSE("GPL");
