/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the cgroup hierarchy is mounted with favordynmods, which spares each move
 * of a process the wait for a grace period.
 */
#ifndef AIOS_BENCH_FAVORDYNMODS_H
#define AIOS_BENCH_FAVORDYNMODS_H

#include <stdbool.h>

bool favordynmods_get(void);
/* Mount it so and change no other option; the program ends where that fails. */
void favordynmods_set(bool on);

#endif /* AIOS_BENCH_FAVORDYNMODS_H */
