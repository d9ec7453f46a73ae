// SPDX-License-Identifier: GPL-2.0
/*
 * Writing of limits to the control files of one cgroup: see limits.h.
 *
 * Runs in workers, with the cg_lock of the cgroup's owner held.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "enforce/cgroup.h"
#include "enforce/io.h"
#include "enforce/limits.h"
#include "enforce/resource.h"
#include "net/shaper.h"

#define SAVED_LEN	512	/* of what a control file of limits says, for each disk at most */

/**
 * struct aios_saved - control files of an adopted cgroup as they were found
 */
struct aios_saved {
	/** @nr: number of @file */
	u32 nr;
	/** @file: in the order in which they are written back */
	struct {
		enum aios_cg_file which;
		u32 resource;
		char *text;		/* NULL: its controller is not enabled */
	} file[];
};

static bool is_written(u32 resource, const struct aios_resource_ops *ops)
{
	return ops->write && aios_resource_how(resource) != AIOS_HOW_NONE;
}

/* A number that is another when limits have to be written for what has come. */
static u32 surroundings(void)
{
	return aios_disks_generation() + aios_shapers_generation();
}

/**
 * aios_limits_apply - bring a cgroup's files in line
 * @cg: the cgroup
 * @applied: what they hold; updated
 * @want: what they shall hold, of each resource
 * @pending: bits of resources whose limit is below the use and was not reached
 *	in this step
 *
 * Return: 0, or the first failure; the next call writes everything again.
 */
int aios_limits_apply(struct aios_cgroup *cg, struct aios_applied *applied,
		      const struct aios_entitlement *want, u32 *pending)
{
	const struct aios_resource_ops *ops;
	enum aios_held known = applied->known;
	u32 around = surroundings(), i;

	applied->known = AIOS_HELD_UNKNOWN;
	*pending = 0;
	for_each_aios_resource(i, ops) {
		struct aios_entitlement to = want[i];
		int ret;

		if (!is_written(i, ops) || aios_resource_in(applied->left_alone, i))
			continue;
		to.cap = max(to.cap, ops->minimum);
		ret = ops->write(cg, &applied->now[i], known, &to);
		if (ret == -EINPROGRESS)
			*pending |= 1U << i;
		else if (ret)
			return ret;
	}
	applied->known = AIOS_HELD_WRITTEN;
	applied->around = around;
	return 0;
}

/**
 * aios_limits_outdated - whether there is something that a cgroup's limits do not know
 * @applied: what its files hold
 *
 * A disk, or a group above it that is held to a rate of its network.
 */
bool aios_limits_outdated(const struct aios_applied *applied)
{
	return applied->known == AIOS_HELD_WRITTEN && applied->around != surroundings();
}

/**
 * aios_limits_drifted - whether somebody else wrote to a cgroup's files
 * @cg: the cgroup
 * @applied: what they should hold
 *
 * Return: true when a hard limit is not what was last written.
 */
bool aios_limits_drifted(struct aios_cgroup *cg, const struct aios_applied *applied)
{
	const struct aios_resource_ops *ops;
	u32 i;

	if (applied->known != AIOS_HELD_WRITTEN)
		return false;
	for_each_aios_resource(i, ops)
		if (is_written(i, ops) && !aios_resource_in(applied->left_alone, i) &&
		    ops->drifted(cg, &applied->now[i]))
			return true;
	return false;
}

/* How many files are saved, and which, where there is room for them. */
static u32 saved_files(struct aios_saved *saved)
{
	const struct aios_resource_ops *ops;
	u32 i, k, nr = 0;

	for_each_aios_resource(i, ops) {
		for (k = 0; k < ARRAY_SIZE(ops->saved) && ops->saved[k]; k++) {
			if (saved) {
				saved->file[nr].which = ops->saved[k];
				saved->file[nr].resource = i;
			}
			nr++;
		}
	}
	return nr;
}

/**
 * aios_limits_forget - free what was saved
 * @saved: from aios_limits_save(); may be NULL
 */
void aios_limits_forget(struct aios_saved *saved)
{
	u32 i;

	if (!saved)
		return;
	for (i = 0; i < saved->nr; i++)
		kfree(saved->file[i].text);
	kfree(saved);
}

/**
 * aios_limits_save - remember what an adopted cgroup's files say
 * @cg: the cgroup
 *
 * A file that is not there, because its controller is not enabled, is left out.
 *
 * Return: to be given to aios_limits_restore() and aios_limits_forget(); ERR_PTR(-ENOMEM),
 * or what reading said: what is not known could not be given back.
 */
struct aios_saved *aios_limits_save(struct aios_cgroup *cg)
{
	u32 nr = saved_files(NULL), i;
	struct aios_saved *saved;
	char *text;
	int ret;

	saved = kzalloc(struct_size(saved, file, nr), GFP_KERNEL_ACCOUNT);
	text = kmalloc(SAVED_LEN, GFP_KERNEL);
	ret = saved && text ? 0 : -ENOMEM;
	if (saved)
		saved->nr = saved_files(saved);
	for (i = 0; !ret && i < nr; i++) {
		ret = aios_cgroup_read(cg, saved->file[i].which, text, SAVED_LEN);
		if (ret >= 0) {
			saved->file[i].text = kstrdup(text, GFP_KERNEL_ACCOUNT);
			ret = saved->file[i].text ? 0 : -ENOMEM;
		} else if (ret == -ENOENT) {
			ret = 0;
		}
	}
	kfree(text);
	if (ret) {
		aios_limits_forget(saved);
		return ERR_PTR(ret);
	}
	return saved;
}

static int write_back(struct aios_cgroup *cg, u32 resource,
		      enum aios_cg_file which, const char *text)
{
	const struct aios_resource_ops *ops = aios_resource_ops_of(resource);
	unsigned int tries = AIOS_RESTORE_TRIES;
	int ret;

	do {
		ret = ops->restore ? ops->restore(cg, which, text) :
				     aios_cgroup_write(cg, which, "%s", text);
	} while (ret && --tries);
	return ret;
}

/**
 * aios_limits_restore - write back what was saved
 * @cg: the cgroup
 * @saved: from aios_limits_save()
 * @left_alone: bits of resources that were not written, and so are not written back
 *
 * A file that cannot be written in AIOS_RESTORE_TRIES tries keeps what it holds.
 *
 * Return: 0 or the first failure.
 */
int aios_limits_restore(struct aios_cgroup *cg, const struct aios_saved *saved, u32 left_alone)
{
	int first = 0, ret;
	u32 i;

	for (i = 0; i < saved->nr; i++) {
		if (!saved->file[i].text ||
		    aios_resource_in(left_alone, saved->file[i].resource))
			continue;
		ret = write_back(cg, saved->file[i].resource, saved->file[i].which,
				 saved->file[i].text);
		if (!first)
			first = ret;
	}
	return first;
}
