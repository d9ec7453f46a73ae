/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making the calls that an input names.
 */
#ifndef ABI_EXECUTE_H
#define ABI_EXECUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Once, before any input: room for structs with nothing behind them, netlink's family. */
int execute_setup(void);

/*
 * In a process of its own, whose descriptors from INPUT_FD_FIRST on are free. All calls
 * are counted in *calls, which others may read. With tell, each is printed.
 */
void execute(const uint8_t *input, size_t len, uint64_t *calls, bool tell);

#endif /* ABI_EXECUTE_H */
