/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Placement of a job on accelerators. A request of r thousandths is
 * floor(r / 1000) whole devices and one more for the rest; its memory is
 * spread over them in proportion. A job that asks for none at first but may
 * use some, or asks for memory alone, is placed on one.
 */
#ifndef AIOS_CORE_BOOKS_PLACE_H
#define AIOS_CORE_BOOKS_PLACE_H

#include "core/books/quota.h"

u32 aios_place_count(const struct aios_job_node *job);
void aios_place_shape(const struct aios_job_node *job, u32 count, u32 i,
		      u32 *milli, u64 *memory);
bool aios_place_find(const struct aios_engine *engine, struct aios_job_node *job,
		     enum aios_view view, struct aios_why *why);
bool aios_place_possible(const struct aios_engine *engine,
			 const struct aios_job_node *job, struct aios_why *why);

#endif /* AIOS_CORE_BOOKS_PLACE_H */
