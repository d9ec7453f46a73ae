// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of model.h. It trusts nothing: what it accepts is a network whose numbers are all
 * in range, and there is one file for each.
 */
#include "core/learn/model.h"

#define CRC_POLYNOMIAL	0xedb88320U	/* of IEEE 802.3, the least bit first */

enum {
	AT_VERSION = 8,
	AT_KIND = 10,
	AT_INPUTS = 12,
	AT_HIDDEN = 14,
	AT_SIZE = 16,
	AT_CHECKSUM = 20,
	AT_LABEL = 24,
};

static u32 read_u16(const u8 *at)
{
	return (u32)at[0] | (u32)at[1] << 8;
}

static u32 read_u32(const u8 *at)
{
	return read_u16(at) | read_u16(at + 2) << 16;
}

static const u8 *read_weights(s16 *weight, u32 nr, const u8 *at)
{
	u32 i;

	for (i = 0; i < nr; i++, at += 2)
		weight[i] = (s16)read_u16(at);
	return at;
}

/* The checksum counts for 0 in itself. */
static u32 checksum_of(const u8 *file, size_t size)
{
	u32 crc = ~0U, bit;
	size_t i;

	for (i = 0; i < size; i++) {
		crc ^= i - AT_CHECKSUM < 4 ? 0 : file[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC_POLYNOMIAL : 0);
	}
	return ~crc;
}

static bool label_valid(const u8 *label)
{
	bool ended = false;
	u32 i;

	for (i = 0; i < AIOS_MODEL_LABEL; i++) {
		if (label[i] && (ended || label[i] < ' ' || label[i] > '~'))
			return false;
		ended |= !label[i];
	}
	return ended;
}

static enum aios_model_fault header_fault(u32 kind, u32 inputs, const u8 *file, size_t size)
{
	u32 hidden;

	if (size < AIOS_MODEL_HEADER)
		return AIOS_MODEL_SHORT;
	if (memcmp(file, AIOS_MODEL_MAGIC, sizeof(AIOS_MODEL_MAGIC)))
		return AIOS_MODEL_NO_MODEL;
	if (read_u16(file + AT_VERSION) != AIOS_MODEL_VERSION)
		return AIOS_MODEL_NEWER;
	if (read_u16(file + AT_KIND) != kind)
		return AIOS_MODEL_OTHER_KIND;
	if (read_u16(file + AT_INPUTS) != inputs || inputs > AIOS_NETWORK_INPUTS_MAX)
		return AIOS_MODEL_OTHER_INPUTS;
	hidden = read_u16(file + AT_HIDDEN);
	if (hidden > AIOS_NETWORK_HIDDEN_MAX)
		return AIOS_MODEL_TOO_WIDE;
	if (read_u32(file + AT_SIZE) != size ||
	    size != AIOS_MODEL_HEADER + 2 * (inputs + hidden * (inputs + 2)))
		return AIOS_MODEL_SIZE;
	if (checksum_of(file, size) != read_u32(file + AT_CHECKSUM))
		return AIOS_MODEL_CHECKSUM;
	return label_valid(file + AT_LABEL) ? AIOS_MODEL_GOOD : AIOS_MODEL_BAD_LABEL;
}

/**
 * aios_model_read() - verify a model file and take its weights
 * @model: written when it is good, else left as it was
 * @kind: AIOS_MODEL_* that is wanted
 * @inputs: that the network must have
 * @file: the bytes, any
 * @size: how many
 *
 * Return: AIOS_MODEL_GOOD, or what is wrong with it.
 */
enum aios_model_fault aios_model_read(struct aios_model *model, u32 kind, u32 inputs,
				      const u8 *file, size_t size)
{
	enum aios_model_fault fault = header_fault(kind, inputs, file, size);
	struct aios_network *network = &model->network;
	const u8 *at = file + AIOS_MODEL_HEADER;
	u32 k;

	if (fault)
		return fault;
	memset(model, 0, sizeof(*model));
	model->kind = kind;
	model->checksum = read_u32(file + AT_CHECKSUM);
	memcpy(model->label, file + AT_LABEL, sizeof(model->label));
	network->inputs = (u16)inputs;
	network->hidden = (u16)read_u16(file + AT_HIDDEN);
	at = read_weights(network->linear, inputs, at);
	for (k = 0; k < network->hidden; k++)
		at = read_weights(network->weight[k], inputs + 1, at);
	read_weights(network->out, network->hidden, at);
	return AIOS_MODEL_GOOD;
}

/**
 * aios_model_fault_text() - what is wrong with a model file, for people
 * @fault: what aios_model_read() returned
 *
 * Return: the rest of a sentence that begins with the file's name.
 */
const char *aios_model_fault_text(enum aios_model_fault fault)
{
	static const char *const texts[] = {
		[AIOS_MODEL_GOOD] = "is a model",
		[AIOS_MODEL_SHORT] = "is too short for a model",
		[AIOS_MODEL_NO_MODEL] = "is no model",
		[AIOS_MODEL_NEWER] = "is of a version that is not known here",
		[AIOS_MODEL_OTHER_KIND] = "is a model for something else",
		[AIOS_MODEL_OTHER_INPUTS] = "was made for other inputs than there are here",
		[AIOS_MODEL_TOO_WIDE] = "has too many units",
		[AIOS_MODEL_SIZE] = "is not as long as it says",
		[AIOS_MODEL_CHECKSUM] = "is damaged: its checksum is another",
		[AIOS_MODEL_BAD_LABEL] = "has a label that is not printable",
	};

	return texts[fault];
}
