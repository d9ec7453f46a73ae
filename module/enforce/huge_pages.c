// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages (hugetlbfs), in bytes of each size: a limit alone. No controller but hugetlb
 * counts them, so that whoever states memory and no huge pages gets none.
 *
 * Reservations are limited beside use: a mapping that cannot be served fails at once and
 * the program can do without; who maps without a reservation finds the limit of use.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include "enforce/cgroup.h"
#include "enforce/resource.h"

/* The files of all sizes that there are on some machine. */
static const struct {
	enum aios_cg_file which;
	u64 size;
} files[] = {
	{ AIOS_CG_HUGETLB_64KB_MAX, SZ_64K },
	{ AIOS_CG_HUGETLB_64KB_RSVD_MAX, SZ_64K },
	{ AIOS_CG_HUGETLB_2MB_MAX, SZ_2M },
	{ AIOS_CG_HUGETLB_2MB_RSVD_MAX, SZ_2M },
	{ AIOS_CG_HUGETLB_32MB_MAX, SZ_32M },
	{ AIOS_CG_HUGETLB_32MB_RSVD_MAX, SZ_32M },
	{ AIOS_CG_HUGETLB_1GB_MAX, SZ_1G },
	{ AIOS_CG_HUGETLB_1GB_RSVD_MAX, SZ_1G },
};

/*
 * Bits of @files: those of sizes that this machine's processor lacks, found by and by.
 * Atomic.
 */
static unsigned long absent;

/*
 * A file that a cgroup of the module's own lacks, beside others that it has, is of a size
 * that the machine lacks. What an adopted one lacks says nothing: its owner may not have
 * enabled the controller.
 */
static int huge_pages_write(struct aios_cgroup *cg, struct aios_entitlement *held,
			    enum aios_held known, const struct aios_entitlement *want)
{
	unsigned long lacks = 0;
	bool written = false;
	size_t i;
	int ret;

	if (known == AIOS_HELD_FRESH)
		held->limit = AIOS_UNLIMITED;
	if (known != AIOS_HELD_UNKNOWN && held->limit == want->limit)
		return 0;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (test_bit(i, &absent))
			continue;
		ret = aios_write_amount(cg, files[i].which, want->limit);
		if (ret && ret != -ENOENT)
			return ret;
		if (ret)
			lacks |= BIT(i);
		written |= !ret;
	}
	if (!written)
		return -ENOENT;
	for_each_set_bit(i, &lacks, ARRAY_SIZE(files))
		if (known == AIOS_HELD_FRESH)
			set_bit(i, &absent);
	held->limit = want->limit;
	return 0;
}

static bool huge_pages_drifted(struct aios_cgroup *cg, const struct aios_entitlement *held)
{
	size_t i;

	/* Nobody gains by a limit where none was written. */
	if (held->limit == AIOS_UNLIMITED)
		return false;
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (!test_bit(i, &absent) &&
		    aios_amount_drifted(cg, files[i].which, held->limit, files[i].size))
			return true;
	return false;
}

static const struct aios_controller hugetlb_controller = {
	.name = "hugetlb",
	.feature = AIOS_FEATURE_HUGETLB,
};

const struct aios_resource_ops aios_huge_pages_ops = {
	.name = "huge_pages",
	.unit = "bytes",
	.flags = AIOS_RESOURCE_LIMIT_ONLY,
	.how = AIOS_HOW_ENFORCED,
	.beside = 1U << AIOS_RESOURCE_MEMORY,
	.controller = &hugetlb_controller,
	.saved = {
		AIOS_CG_HUGETLB_64KB_MAX, AIOS_CG_HUGETLB_64KB_RSVD_MAX,
		AIOS_CG_HUGETLB_2MB_MAX, AIOS_CG_HUGETLB_2MB_RSVD_MAX,
		AIOS_CG_HUGETLB_32MB_MAX, AIOS_CG_HUGETLB_32MB_RSVD_MAX,
		AIOS_CG_HUGETLB_1GB_MAX, AIOS_CG_HUGETLB_1GB_RSVD_MAX,
	},
	.write = huge_pages_write,
	.drifted = huge_pages_drifted,
};
