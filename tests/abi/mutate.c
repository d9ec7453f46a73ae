// SPDX-License-Identifier: GPL-2.0
/*
 * Inputs made from others: see mutate.h.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/aios.h>
#include <linux/netlink.h>

#include "input.h"
#include "mutate.h"

#define PAYLOAD		2048	/* bytes of a record's that are changed; no struct is longer */

/* Where in the data things are put that addresses name. */
#define AT_STRINGS	0
#define AT_NUMBERS	512
#define AT_STRUCTS	1024
#define AT_ROOM		768

/* An input, taken apart. */
struct draft {
	struct input_head head;
	uint8_t data[INPUT_DATA];
	unsigned int nr;
	struct {
		struct input_record r;
		uint8_t payload[PAYLOAD];
	} record[INPUT_CALLS];
};

static struct {
	struct bytes *item;
	size_t nr, room;
} corpus;

uint64_t mutate_state = 88172645463325252ULL;

static uint64_t draw(void)
{
	mutate_state ^= mutate_state << 13;
	mutate_state ^= mutate_state >> 7;
	mutate_state ^= mutate_state << 17;
	return mutate_state;
}

uint32_t chance(uint32_t n)
{
	return (draw() >> 16) % n;
}

void corpus_add(const uint8_t *input, size_t len)
{
	if (corpus.nr == corpus.room) {
		corpus.room = corpus.room ? 2 * corpus.room : 1024;
		corpus.item = realloc(corpus.item, corpus.room * sizeof(*corpus.item));
	}
	if (!corpus.item)
		abort();
	corpus.item[corpus.nr].at = malloc(len);
	if (!corpus.item[corpus.nr].at)
		abort();
	memcpy(corpus.item[corpus.nr].at, input, len);
	corpus.item[corpus.nr++].len = len;
}

size_t corpus_size(void)
{
	return corpus.nr;
}

const struct bytes *corpus_at(size_t index)
{
	return &corpus.item[index];
}

/* ------------------------------------------------------------ inputs and drafts */

static void take_apart(struct draft *d, const uint8_t *input, size_t len)
{
	size_t at = sizeof(d->head);

	memset(d, 0, offsetof(struct draft, record));
	memcpy(&d->head, input, len < at ? len : at);
	if (d->head.data > INPUT_DATA)
		d->head.data %= INPUT_DATA;
	if (at + d->head.data > len)
		return;
	memcpy(d->data, input + at, d->head.data);
	at += d->head.data;
	while (at + sizeof(struct input_record) <= len && d->nr < INPUT_CALLS) {
		struct input_record *r = &d->record[d->nr].r;

		memcpy(r, input + at, sizeof(*r));
		at += sizeof(*r);
		if (r->len > len - at || r->len > PAYLOAD)
			return;
		memcpy(d->record[d->nr++].payload, input + at, r->len);
		at += r->len;
	}
}

static size_t put_together(const struct draft *d, uint8_t *input)
{
	struct input_head head = d->head;
	size_t at = sizeof(head);

	head.data = INPUT_DATA;
	while (head.data && !d->data[head.data - 1])
		head.data--;
	memcpy(input, &head, sizeof(head));
	memcpy(input + at, d->data, head.data);
	at += head.data;
	for (unsigned int i = 0; i < d->nr; i++) {
		const struct input_record *r = &d->record[i].r;

		if (at + sizeof(*r) + r->len > INPUT_MAX)
			break;
		memcpy(input + at, r, sizeof(*r));
		memcpy(input + at + sizeof(*r), d->record[i].payload, r->len);
		at += sizeof(*r) + r->len;
	}
	return at;
}

/* ----------------------------------------------------------------------- values */

static uint64_t number(uint64_t now)
{
	static const uint64_t known[] = {
		100, 255, 256, 1000, 1024, 4096, 65535, 1000000, 1000000000, 10000000000ULL,
		1ULL << 20, 16ULL << 20, 1ULL << 30, 1ULL << 40, ~0ULL >> 1, ~0ULL >> 33,
	};

	switch (chance(9)) {
	case 0:
		return 0;
	case 1:
		return chance(9);
	case 2:
		return 1ULL << chance(64);
	case 3:
		return (1ULL << chance(64)) - 1;
	case 4:
		return ~(uint64_t)chance(3);
	case 5:
		return known[chance(ARRAY_SIZE(known))];
	case 6:
		return now ^ 1ULL << chance(16);
	case 7:
		return now + chance(17) - 8;
	default:
		return draw() >> chance(64);
	}
}

static void set_lengths(const struct input_struct *what, const struct input_field *address,
			uint8_t *bytes, uint64_t len)
{
	for (unsigned int i = 0; i < what->nr_fields; i++) {
		const struct input_field *f = &what->fields[i];

		if (f->of != address->at || !chance(12))
			continue;
		if (f->kind == INPUT_LENGTH)
			input_put(bytes + f->at, f->width, len);
		if (f->kind == INPUT_ELEMENT)
			input_put(bytes + f->at, f->width, len ? address->points->size : 0);
	}
}

static void fill_struct(struct draft *d, const struct input_struct *what, uint8_t *bytes);

/* Something that the field may be of is put into the data. */
static uint64_t point(struct draft *d, const struct input_field *f, uint64_t *len)
{
	static const char *const strings[] = {
		"/", "/a", "/a/b", "/a/b/c", "/b", "/team", "a", "b", "c", "//", "/a/", "..",
		"/\xff", "a b", "/a/b/c/d/e/f/g/h",
	};
	uint64_t at;

	if (f->points == INPUT_STRING) {
		unsigned int which = chance(ARRAY_SIZE(strings));

		at = AT_STRINGS + which * 32;
		*len = strlen(strings[which]);
		memcpy(d->data + at, strings[which], *len + 1);
	} else if (f->points == INPUT_NUMBERS) {
		at = AT_NUMBERS + chance(4) * 64;
		*len = chance(9);
		for (unsigned int i = 0; i < *len; i++)
			input_put(d->data + at + 8 * i, 8, number(i));
	} else if (f->points == INPUT_ROOM) {
		at = AT_ROOM;
		*len = chance(257);
	} else {
		at = AT_STRUCTS + chance(3) * 64;
		*len = chance(4);
		for (unsigned int i = 0; i < *len; i++)
			if (at + (i + 1) * f->points->size <= INPUT_DATA)
				fill_struct(d, f->points, d->data + at + i * f->points->size);
	}
	return at + 1;
}

static void set_field(struct draft *d, const struct input_struct *what,
		      const struct input_field *f, uint8_t *bytes)
{
	unsigned int at = f->at + f->width * chance(f->count);
	uint64_t value = input_get(bytes + at, f->width), len = 0;

	switch (f->kind) {
	case INPUT_SIZE:
		value = chance(8) ? what->size : number(what->size);
		break;
	case INPUT_RESERVED:
		value = chance(8) ? 0 : number(0);
		break;
	case INPUT_ADDRESS:
		value = chance(8) ? point(d, f, &len) : chance(4) ? 0 : number(value);
		if (value && value <= INPUT_DATA)
			set_lengths(what, f, bytes, len);
		break;
	case INPUT_JOB:
		value = chance(8) ? 1 + chance(6) : number(value);
		break;
	case INPUT_FD:
		value = chance(3) ? ~0ULL : INPUT_FD_FIRST + chance(4) * (INPUT_FDS - 1) / 3;
		break;
	case INPUT_TIME:
		value = chance(2) ? INPUT_NOW | chance(20000000) : number(value);
		break;
	default:
		value = number(value);
	}
	input_put(bytes + at, f->width, value);
}

/* Zeros are what most fields take, and many calls take no more than one that is none. */
static void fill_struct(struct draft *d, const struct input_struct *what, uint8_t *bytes)
{
	uint32_t rare = 4U << chance(5);

	memset(bytes, 0, what->size);
	for (unsigned int i = 0; i < what->nr_fields; i++) {
		const struct input_field *f = &what->fields[i];
		bool set;

		if (f->kind == INPUT_NUMBER || f->kind == INPUT_LENGTH || f->kind == INPUT_TIME)
			set = !chance(rare);
		else
			set = f->kind != INPUT_RESERVED && (f->kind != INPUT_ADDRESS || chance(2));
		if (set)
			set_field(d, what, f, bytes);
	}
}

/* -------------------------------------------------------------------- mutations */

static void new_record(struct draft *d, unsigned int at)
{
	struct input_record *r = &d->record[at].r;
	uint8_t *payload = d->record[at].payload;
	const struct input_call *call = input_call_at(chance(input_calls()));

	*r = (struct input_record){ .op = INPUT_IOCTL, .nr = call->nr };
	/* A process, or what netlink makes of a socket, costs as much as ten calls. */
	if (chance(12)) {
		r->fd = call->of_job ? 1 + chance(4) : 0;
		r->len = call->what->size;
		fill_struct(d, call->what, payload);
		return;
	}
	r->op = chance(INPUT_OPS);
	r->fd = chance(5);
	r->nr = chance(8);
	switch (r->op) {
	case INPUT_CHILD:
		r->len = sizeof(struct aios_enter);
		fill_struct(d, input_call(_IOC_NR(AIOS_IOC_ENTER))->what, payload);
		return;
	case INPUT_PARAMETER:
		r->len = chance(2) ? 0 : 1 + chance(4);
		for (unsigned int i = 0; i < r->len; i++)
			payload[i] = '0' + chance(10);
		return;
	case INPUT_NETLINK:
		r->fd = chance(2) ? NLM_F_DUMP >> 2 : 0;
		r->nr = 1 + chance(4);
		r->len = 4 * chance(4);
		for (unsigned int i = 0; i < r->len; i++)
			payload[i] = i == 0 ? r->len : chance(3) ? 0 : chance(48);
		return;
	default:
		r->len = chance(8);
		for (unsigned int i = 0; i < r->len; i++)
			payload[i] = chance(256) >> chance(8);
	}
}

static void insert(struct draft *d)
{
	unsigned int at = chance(3) ? d->nr : chance(d->nr + 1);

	if (d->nr == INPUT_CALLS)
		return;
	memmove(&d->record[at + 1], &d->record[at], (d->nr - at) * sizeof(*d->record));
	d->nr++;
	new_record(d, at);
}

static void take_out(struct draft *d)
{
	unsigned int at = chance(d->nr);

	d->nr--;
	memmove(&d->record[at], &d->record[at + 1], (d->nr - at) * sizeof(*d->record));
}

static void repeat(struct draft *d)
{
	if (d->nr == INPUT_CALLS)
		return;
	memcpy(&d->record[d->nr], &d->record[chance(d->nr)], sizeof(*d->record));
	d->nr++;
}

static void change_bytes(struct draft *d, unsigned int at)
{
	struct input_record *r = &d->record[at].r;

	switch (chance(4)) {
	case 0:
		r->fd = chance(6);
		break;
	case 1:
		r->nr ^= 1U << chance(8);
		break;
	case 2:
		r->len = chance(r->len + 9);
		break;
	default:
		if (r->len)
			d->record[at].payload[chance(r->len)] = number(chance(256));
	}
}

static void change(struct draft *d)
{
	unsigned int at = chance(d->nr);
	struct input_record *r = &d->record[at].r;
	const struct input_call *call = r->op == INPUT_IOCTL ? input_call(r->nr) : NULL;

	if (!call || r->len < call->what->size || !chance(16)) {
		change_bytes(d, at);
		return;
	}
	for (unsigned int n = 1 + chance(3); n; n--)
		set_field(d, call->what, &call->what->fields[chance(call->what->nr_fields)],
			  d->record[at].payload);
}

/* Calls of another follow, with its data where there is none. */
static void splice(struct draft *d)
{
	static struct draft other;
	const struct bytes *item = corpus_at(chance(corpus_size()));
	unsigned int keep = d->nr ? 1 + chance(d->nr) : 0;

	take_apart(&other, item->at, item->len);
	d->nr = keep;
	for (unsigned int i = 0; i < other.nr && d->nr < INPUT_CALLS; i++)
		memcpy(&d->record[d->nr++], &other.record[i], sizeof(*d->record));
	for (unsigned int i = 0; i < INPUT_DATA; i++)
		if (!d->data[i])
			d->data[i] = other.data[i];
}

static void change_data(struct draft *d)
{
	unsigned int at = chance(INPUT_DATA / 8) * 8;

	if (chance(2))
		input_put(d->data + at, 8, number(input_get(d->data + at, 8)));
	else
		d->data[at + chance(8)] = number(0);
}

static void step(struct draft *d)
{
	uint32_t what = chance(16);

	if (!d->nr || !corpus.nr || what < 4)
		insert(d);
	else if (what < 10)
		change(d);
	else if (what < 11)
		take_out(d);
	else if (what < 12)
		repeat(d);
	else if (what < 14)
		splice(d);
	else
		change_data(d);
}

size_t mutate(uint8_t *input)
{
	static struct draft draft;

	memset(&draft, 0, offsetof(struct draft, record));
	draft.head.user = chance(2);
	if (corpus.nr && chance(50)) {
		size_t recent = corpus.nr < 64 ? corpus.nr : 64;
		const struct bytes *from = corpus_at(chance(2) ? chance(corpus.nr) :
						     corpus.nr - 1 - chance(recent));

		take_apart(&draft, from->at, from->len);
	}
	do
		step(&draft);
	while (chance(3));
	return put_together(&draft, input);
}
