/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inputs made from others, by what is known of the calls (input.h).
 */
#ifndef ABI_MUTATE_H
#define ABI_MUTATE_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	uint8_t *at;
	size_t len;
};

extern uint64_t mutate_state;		/* of the random numbers; never 0 */
uint32_t chance(uint32_t n);		/* below n */

/* The corpus: inputs that have reached something new, in their order. */
void corpus_add(const uint8_t *input, size_t len);
size_t corpus_size(void);
const struct bytes *corpus_at(size_t index);

/* A new input, at most INPUT_MAX bytes: its length. */
size_t mutate(uint8_t *input);

#endif /* ABI_MUTATE_H */
