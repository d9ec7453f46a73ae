/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module between the fuzzer's batches: what they leave is taken away, what it should do
 * is asked, and the kernel's log is read.
 */
#ifndef ABI_MACHINE_H
#define ABI_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* Something is wrong with the module: this ends the fuzzer, with status 1. */
__attribute__((format(printf, 1, 2), noreturn))
void found(const char *format, ...);

uint64_t now_ms(void);

/* The low numbers are for what inputs open. */
int high(int fd);

void machine_open(void);
/* A module as new: no state lasts longer. */
void machine_reload(void);
/* Whether parameters were changed, too. */
void machine_clean(bool parameters);

#endif /* ABI_MACHINE_H */
