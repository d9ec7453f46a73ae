/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a check of doctor finds. Every check is a function that looks at one thing and fills
 * in a finding; none of them changes anything and none needs the module or root.
 */
#ifndef AIOSCTL_DOCTOR_FINDING_H
#define AIOSCTL_DOCTOR_FINDING_H

#include <stdbool.h>

#include "print/util.h"

#define DEVICE_PATH	"/dev/" AIOS_DEVICE_NAME

enum finding_state {
	FINDING_GOOD,
	FINDING_WARN,		/* works, with less */
	FINDING_BAD,
};

/* What a check found. */
struct finding {
	enum finding_state state;
	char *detail;
	char *remedy;		/* NULL when all is well */
	bool no_module;		/* the module is what is missing */
};

#define finding_detail(f, ...)	((f)->detail = xasprintf(__VA_ARGS__))

#define finding_remedy(f, how, ...) do {				\
	(f)->state = (how);						\
	(f)->remedy = xasprintf(__VA_ARGS__);				\
} while (0)

#define finding_warn(f, ...)	finding_remedy(f, FINDING_WARN, __VA_ARGS__)
#define finding_fail(f, ...)	finding_remedy(f, FINDING_BAD, __VA_ARGS__)

/* module.c: what aios consists of */
void doctor_kernel(struct finding *f);
void doctor_module(struct finding *f);
void doctor_device(struct finding *f);
void doctor_netlink(struct finding *f);
void doctor_library(struct finding *f);
void doctor_cuda(struct finding *f);

/* hierarchy.c: what the kernel offers */
void doctor_cgroup(struct finding *f);
void doctor_favordynmods(struct finding *f);
void doctor_cpu(struct finding *f);
void doctor_memory(struct finding *f);
void doctor_pids(struct finding *f);
void doctor_io(struct finding *f);
void doctor_pressure(struct finding *f);

/* jobs.c: what holds for jobs */
void doctor_network(struct finding *f);
void doctor_delegation(struct finding *f);
void doctor_waiting(struct finding *f);
void doctor_protection(struct finding *f);

#endif /* AIOSCTL_DOCTOR_FINDING_H */
