/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where processes wait for their jobs: a small cgroup for each user, below the one that the
 * module governs. There they are neither in the life of whoever submitted them nor in the
 * limits of what they came from, and in nobody's job.
 */
#ifndef _AIOS_ENFORCE_WAITING_H
#define _AIOS_ENFORCE_WAITING_H

#include <linux/types.h>
#include <linux/uidgid.h>

struct aios_cgroup;
struct aios_place;
struct task_struct;

void aios_waiting_open(const struct aios_cgroup *root);
bool aios_waiting_owns(const char *below);
struct aios_place *aios_place_get(kuid_t uid);
void aios_place_put(struct aios_place *place);
u64 aios_place_id(const struct aios_place *place);
int aios_place_take(struct aios_place *place, struct task_struct *leader);

#endif /* _AIOS_ENFORCE_WAITING_H */
