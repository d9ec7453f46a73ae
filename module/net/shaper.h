/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shapers: what holds the sockets of a cgroup, and of those below it, to rates. They make a
 * tree, as the cgroups do, in which who does not need his guaranteed rate lends it.
 *
 * A packet is charged to the shaper of its socket's cgroup and to all above. What comes in
 * and what goes out are held to the same rates, each for itself.
 */
#ifndef _AIOS_NET_SHAPER_H
#define _AIOS_NET_SHAPER_H

#include <linux/dcache.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct aios_shaper;

/* Whether the kernel knows whose a packet is, and lets a module hold it. */
#define AIOS_NET_SHAPES							\
	(IS_ENABLED(CONFIG_INET) && IS_ENABLED(CONFIG_NETFILTER) &&	\
	 IS_ENABLED(CONFIG_SOCK_CGROUP_DATA))

#if AIOS_NET_SHAPES
int aios_shaper_set(struct aios_shaper **shaper, struct dentry *dir, struct dentry *charged,
		    u64 guaranteed, u64 ceiling);
void aios_shaper_drop(struct aios_shaper **shaper);
bool aios_shapers_cover(const struct dentry *dir, const struct dentry *charged);
u32 aios_shapers_generation(void);
u64 aios_shaper_bytes(const struct aios_shaper *shaper);
void aios_net_exit(void);
#else
static inline int aios_shaper_set(struct aios_shaper **shaper, struct dentry *dir,
				  struct dentry *charged, u64 guaranteed, u64 ceiling)
{
	return 0;
}

static inline void aios_shaper_drop(struct aios_shaper **shaper)
{
}

static inline bool aios_shapers_cover(const struct dentry *dir,
				      const struct dentry *charged)
{
	return false;
}

static inline u32 aios_shapers_generation(void)
{
	return 0;
}

static inline u64 aios_shaper_bytes(const struct aios_shaper *shaper)
{
	return 0;
}

static inline void aios_net_exit(void)
{
}
#endif

#endif /* _AIOS_NET_SHAPER_H */
