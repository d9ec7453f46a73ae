/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model file: weights as they are loaded, from user space or from the kernel's firmware,
 * by whoever may be wrong about what he loads. All numbers are little-endian:
 *
 *	offset  bytes
 *	     0      8  "AIOSNET", 0
 *	     8      2  version: 1
 *	    10      2  kind: 1 is a ranker
 *	    12      2  inputs: of a ranker AIOS_RANKER_NR_INPUTS
 *	    14      2  hidden: units, up to AIOS_NETWORK_HIDDEN_MAX
 *	    16      4  size of the whole file
 *	    20      4  CRC-32 (IEEE 802.3) of the file with these four bytes 0
 *	    24     40  label: printable ASCII, filled up with 0, the last one 0
 *	    64         weights, 2 bytes each with sign, AIOS_NETWORK_WEIGHT_FRAC fraction bits:
 *	               linear[inputs], then for each unit weight[inputs] and its bias, then
 *	               out[hidden]
 *
 * Pure: no lock, no allocation, no clock, no floating point.
 */
#ifndef AIOS_CORE_LEARN_MODEL_H
#define AIOS_CORE_LEARN_MODEL_H

#include "core/learn/network.h"

#define AIOS_MODEL_MAGIC	"AIOSNET"
#define AIOS_MODEL_VERSION	1U
#define AIOS_MODEL_HEADER	64U
#define AIOS_MODEL_LABEL	40U

/* What a model is for. */
#define AIOS_MODEL_RANKER	1U

/* No model file is larger. */
#define AIOS_MODEL_BYTES_MAX						\
	(AIOS_MODEL_HEADER + 2U * (AIOS_NETWORK_INPUTS_MAX +		\
	 AIOS_NETWORK_HIDDEN_MAX * (AIOS_NETWORK_INPUTS_MAX + 2U)))

/**
 * enum aios_model_fault - what is wrong with a model file
 * @AIOS_MODEL_GOOD: nothing
 * @AIOS_MODEL_SHORT: it ends within its header
 * @AIOS_MODEL_NO_MODEL: it does not begin as one
 * @AIOS_MODEL_NEWER: its version is not known
 * @AIOS_MODEL_OTHER_KIND: it is for something else
 * @AIOS_MODEL_OTHER_INPUTS: it was made for other inputs
 * @AIOS_MODEL_TOO_WIDE: it has too many units
 * @AIOS_MODEL_SIZE: it is not as long as its numbers say
 * @AIOS_MODEL_CHECKSUM: it is damaged
 * @AIOS_MODEL_BAD_LABEL: its label is not one
 */
enum aios_model_fault {
	AIOS_MODEL_GOOD,
	AIOS_MODEL_SHORT,
	AIOS_MODEL_NO_MODEL,
	AIOS_MODEL_NEWER,
	AIOS_MODEL_OTHER_KIND,
	AIOS_MODEL_OTHER_INPUTS,
	AIOS_MODEL_TOO_WIDE,
	AIOS_MODEL_SIZE,
	AIOS_MODEL_CHECKSUM,
	AIOS_MODEL_BAD_LABEL,
};

/**
 * struct aios_model - what a model file says
 * @kind: AIOS_MODEL_RANKER
 * @checksum: of the file, which names it
 * @label: what it calls itself, with a 0 at its end
 * @network: the weights
 */
struct aios_model {
	u32 kind;
	u32 checksum;
	char label[AIOS_MODEL_LABEL];
	struct aios_network network;
};

enum aios_model_fault aios_model_read(struct aios_model *model, u32 kind, u32 inputs,
				      const u8 *file, size_t size);
const char *aios_model_fault_text(enum aios_model_fault fault);

#endif /* AIOS_CORE_LEARN_MODEL_H */
