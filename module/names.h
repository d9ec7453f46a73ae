/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What groups and jobs may be called.
 */
#ifndef _AIOS_NAMES_H
#define _AIOS_NAMES_H

#include <linux/types.h>

struct aios_why;

int aios_path_check(const char *path, struct aios_why *why);
const char *aios_path_component(const char **path, size_t *len);
int aios_job_name_check(const char *name, struct aios_why *why);

#endif /* _AIOS_NAMES_H */
