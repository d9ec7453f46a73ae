// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that inputs name, from the header (describe): see input.h.
 */
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/aios.h>

#include "input.h"
#include "table.h"

const struct input_struct input_targets[3];

unsigned int input_calls(void)
{
	return ARRAY_SIZE(calls);
}

const struct input_call *input_call_at(unsigned int index)
{
	return &calls[index];
}

const struct input_call *input_call(uint8_t nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

uint64_t input_get(const uint8_t *bytes, unsigned int width)
{
	uint64_t value = 0;

	memcpy(&value, bytes, width);
	return value;
}

void input_put(uint8_t *bytes, unsigned int width, uint64_t value)
{
	memcpy(bytes, &value, width);
}

static bool is_target(const struct input_struct *what)
{
	return what >= input_targets && what < input_targets + ARRAY_SIZE(input_targets);
}

void input_pack(const struct input_struct *what, uint8_t *bytes, size_t len,
		uint64_t (*place)(uint64_t address), uint64_t last_job)
{
	for (unsigned int i = 0; i < what->nr_fields; i++) {
		const struct input_field *f = &what->fields[i];
		uint64_t value;

		if (f->at + sizeof(value) > len)
			continue;
		value = input_get(bytes + f->at, f->width);
		if (f->kind == INPUT_ADDRESS && value)
			input_put(bytes + f->at, f->width, place(value));
		if (f->kind == INPUT_JOB && value > last_job)
			input_put(bytes + f->at, f->width, value - last_job);
	}
}

/* What an array of structs in the data says of jobs. */
static void unpack_pointed(const struct input_struct *what, uint64_t at,
			   const struct input_world *world)
{
	for (unsigned int i = 0; i < 4 && at + what->size <= INPUT_DATA; i++) {
		input_unpack(what, world->data + at, what->size, world);
		at += what->size;
	}
}

static uint64_t unpack_field(const struct input_field *f, uint64_t value,
			     const struct input_world *world)
{
	switch (f->kind) {
	case INPUT_ADDRESS:
		/* 0 stays no address; what is far beyond the data stays as it is. */
		if (!value || value > INPUT_MAX)
			return value;
		value = (value - 1) % (INPUT_DATA + 16);
		if (!is_target(f->points))
			unpack_pointed(f->points, value, world);
		return (uintptr_t)world->data + value;
	case INPUT_JOB:
		return value && value <= INPUT_JOBS ? value + world->last_job : value;
	case INPUT_TIME:
		return value & INPUT_NOW ? world->now + (uint32_t)value : value;
	}
	return value;
}

void input_unpack(const struct input_struct *what, uint8_t *bytes, size_t len,
		  const struct input_world *world)
{
	for (unsigned int i = 0; i < what->nr_fields; i++) {
		const struct input_field *f = &what->fields[i];
		uint64_t value;

		if (f->kind < INPUT_ADDRESS || f->at + f->width > len)
			continue;
		value = input_get(bytes + f->at, f->width);
		input_put(bytes + f->at, f->width, unpack_field(f, value, world));
	}
}
