// SPDX-License-Identifier: GPL-2.0
/*
 * What the scripted kernel answers because the test says so, line by line in the file
 * "answers", of which the first that fits counts:
 *
 *	open ERRNO				the device cannot be opened
 *	netlink ERRNO				the family cannot be asked
 *	there PATH, lacks PATH			what access() and stat() find
 *	fail CALL ERRNO [WHY RESOURCE GROUP ASKED AVAILABLE]
 *	refuse ID ERRNO				the job that would have this id
 *	forgotten ID				jobs below that are remembered no more
 *	group ID PATH PARENT UID		one that GROUP_STAT knows, and no other
 *	device ID MILLI
 *	place ID				the accelerator that each job has
 *	set CALL.MEMBER VALUE			in the answer of a call that succeeds
 *	attempt NUMBER JOB ATTEMPT NAME END CODE RUN	a record, in ascending order
 *	row CAPACITY ACTIVITY COLUMN PRICE	of EXPLAIN, a CPU of group 1
 *	job ID NAME PATH STATE POSITION CPU	one that netlink lists, see list.c
 *
 * What PREDICT is asked is in the file "predicted" then.
 *
 * ERRNO is a name or 0; WHY is one of aios_why_name().
 */
#include <aios.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#define LINE_LEN	512

/* Where a call's struct has its cause; 0: it has none. */
static const struct {
	const char *name;
	unsigned int nr;
	size_t why;
} calls[] = {
	{ "info", AIOS_IOC_INFO, 0 },
	{ "submit", AIOS_IOC_SUBMIT, offsetof(struct aios_submit, why) },
	{ "job_open", AIOS_IOC_JOB_OPEN, 0 },
	{ "stat", AIOS_IOC_STAT, 0 },
	{ "explain", AIOS_IOC_EXPLAIN, offsetof(struct aios_explain, why) },
	{ "update", AIOS_IOC_UPDATE, offsetof(struct aios_update, why) },
	{ "suspend", AIOS_IOC_SUSPEND, offsetof(struct aios_signal, why) },
	{ "resume", AIOS_IOC_RESUME, offsetof(struct aios_signal, why) },
	{ "cancel", AIOS_IOC_CANCEL, offsetof(struct aios_signal, why) },
	{ "hold", AIOS_IOC_HOLD, offsetof(struct aios_signal, why) },
	{ "release", AIOS_IOC_RELEASE, offsetof(struct aios_signal, why) },
	{ "group_create", AIOS_IOC_GROUP_CREATE, offsetof(struct aios_group_create, why) },
	{ "group_remove", AIOS_IOC_GROUP_REMOVE, offsetof(struct aios_group_remove, why) },
	{ "group_stat", AIOS_IOC_GROUP_STAT, 0 },
	{ "limit", AIOS_IOC_LIMIT, offsetof(struct aios_limit, why) },
	{ "policy", AIOS_IOC_POLICY, 0 },
	{ "drain", AIOS_IOC_DRAIN, 0 },
	{ "lp", AIOS_IOC_LP_SOLVE, 0 },
	{ "device_add", AIOS_IOC_DEVICE_ADD, 0 },
	{ "device_remove", AIOS_IOC_DEVICE_REMOVE, 0 },
	{ "device_set", AIOS_IOC_DEVICE_SET, 0 },
	{ "device_get", AIOS_IOC_DEVICE_GET, 0 },
	{ "queueing", AIOS_IOC_QUEUEING, 0 },
	{ "predict", AIOS_IOC_PREDICT, 0 },
	{ "attempt", AIOS_IOC_ATTEMPT, 0 },
};

#define MEMBER(call, type, member) \
	{ #call "." #member, offsetof(struct type, member), sizeof(((struct type *)0)->member) }

/* What "set" can set. */
static const struct {
	const char *name;
	size_t offset;
	size_t size;
} members[] = {
	MEMBER(stat, aios_stat, uid),
	MEMBER(stat, aios_stat, state),
	MEMBER(explain, aios_explain, state),
	MEMBER(explain, aios_explain, weight),
	MEMBER(explain, aios_explain, x),
	MEMBER(explain, aios_explain, why.code),
	MEMBER(explain, aios_explain, why.asked),
	MEMBER(explain, aios_explain, goal),
	MEMBER(explain, aios_explain, goal_set),
	MEMBER(predict, aios_predict_call, run_duration_ns),
	MEMBER(predict, aios_predict_call, low_duration_ns),
	MEMBER(predict, aios_predict_call, high_duration_ns),
	MEMBER(predict, aios_predict_call, most_duration_ns),
	MEMBER(predict, aios_predict_call, expert),
	MEMBER(predict, aios_predict_call, nr_known),
	MEMBER(predict, aios_predict_call, nr_same),
	MEMBER(queueing, aios_queueing, servers),
	MEMBER(queueing, aios_queueing, arrivals),
	MEMBER(queueing, aios_queueing, starts),
	MEMBER(queueing, aios_queueing, ended),
	MEMBER(queueing, aios_queueing, waiting),
	MEMBER(queueing, aios_queueing, gap_scv),
	MEMBER(queueing, aios_queueing, service_scv),
	MEMBER(queueing, aios_queueing, wq_duration_ns),
	MEMBER(queueing, aios_queueing, estimated),
	MEMBER(queueing, aios_queueing, rho),
	MEMBER(queueing, aios_queueing, mm1.violations),
	MEMBER(queueing, aios_queueing, mm1.wq_duration_ns),
	MEMBER(queueing, aios_queueing, mmc.violations),
	MEMBER(queueing, aios_queueing, mmc.wq_duration_ns),
	MEMBER(queueing, aios_queueing, ggc.violations),
	MEMBER(queueing, aios_queueing, ggc.wq_duration_ns),
	MEMBER(queueing, aios_queueing, next_basis),
	MEMBER(queueing, aios_queueing, next_duration_ns),
	MEMBER(queueing, aios_queueing, next_low_duration_ns),
	MEMBER(queueing, aios_queueing, next_high_duration_ns),
};

/* ----------------------------------------------------------------- answers */

void lines_each(line_fn *fn, void *data)
{
	char path[LINE_LEN], line[LINE_LEN];
	FILE *f = kernel_path(path, sizeof(path), "answers") ? fopen(path, "re") : NULL;

	while (f && fgets(line, sizeof(line), f))
		if (fn(line, data))
			break;
	if (f)
		fclose(f);
}

static int errno_of(const char *name)
{
	const char *known;

	for (int err = 1; err < 200; err++) {
		known = strerrorname_np(err);
		if (known && !strcmp(known, name))
			return err;
	}
	return 0;
}

static uint32_t why_of(const char *name)
{
	for (uint32_t code = 1; aios_why_name(code); code++)
		if (!strcmp(aios_why_name(code), name))
			return code;
	return AIOS_WHY_NONE;
}

/* What the library asks; the lines fill in the answer. */
struct question {
	const char *call;
	size_t why;
	char *arg;
	int err;
	bool answered;
};

static bool fails(const char *line, void *data)
{
	char call[32], name[32], why[32] = "none";
	struct question *q = data;
	struct aios_why cause = { 0 };
	unsigned long long group = 0, asked = 0, available = 0;

	if (sscanf(line, "fail %31s %31s %31s %u %llu %llu %llu", call, name, why,
		   &cause.resource, &group, &asked, &available) < 2 || strcmp(call, q->call))
		return false;
	q->err = errno_of(name);
	q->answered = true;
	cause.code = why_of(why);
	cause.group = group;
	cause.asked = asked;
	cause.available = available;
	if (q->why)
		memcpy(q->arg + q->why, &cause, sizeof(cause));
	return true;
}

static bool sets(const char *line, void *data)
{
	struct question *q = data;
	char member[64];
	long long value;

	if (sscanf(line, "set %63s %lli", member, &value) != 2 ||
	    strncmp(member, q->call, strlen(q->call)) || member[strlen(q->call)] != '.')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (!strcmp(members[i].name, member))
			memcpy(q->arg + members[i].offset, &value, members[i].size);
	return false;
}

static bool is_group(const char *line, void *data)
{
	struct question *q = data;
	struct aios_group_stat *stat = (void *)q->arg;
	unsigned long long id, parent;
	char path[AIOS_PATH_MAX + 1];
	unsigned int uid;

	if (sscanf(line, "group %llu %255s %llu %u", &id, path, &parent, &uid) != 4)
		return false;
	if (stat->path ? strcmp((char *)(uintptr_t)stat->path, path) : stat->id != id)
		return false;
	stat->id = id;
	stat->parent = parent;
	stat->uid = uid;
	if (stat->full_path && stat->name_room > strlen(path))
		strcpy((char *)(uintptr_t)stat->full_path, path);
	q->answered = true;
	return true;
}

static bool is_device(const char *line, void *data)
{
	struct question *q = data;
	struct aios_device *device = (void *)q->arg;
	unsigned int id, milli;

	if (sscanf(line, "device %u %u", &id, &milli) != 2 || id < device->id)
		return false;
	device->id = id;
	device->milli = milli;
	q->answered = true;
	return true;
}

static bool is_attempt(const char *line, void *data)
{
	struct question *q = data;
	struct aios_attempt *a = (void *)q->arg;
	unsigned long long number, job, run_ns;
	unsigned int attempt, end, code;
	char name[64];

	if (sscanf(line, "attempt %llu %llu %u %63s %u %u %llu", &number, &job, &attempt, name,
		   &end, &code, &run_ns) != 7 || number < a->number)
		return false;
	*a = (struct aios_attempt){
		.size = a->size, .number = number, .job = job, .attempt = attempt,
		.end = end, .code = code, .run_duration_ns = run_ns,
	};
	strcpy(a->name, name);
	q->answered = true;
	return true;
}

static void note_predicted(const struct aios_predict_call *p)
{
	const __s64 *features = (void *)(uintptr_t)p->features;
	char path[LINE_LEN];
	FILE *f = kernel_path(path, sizeof(path), "predicted") ? fopen(path, "we") : NULL;

	if (!f)
		return;
	fprintf(f, "command=%016" PRIx64 " shape=%016" PRIx64 " features=",
		(uint64_t)p->command, (uint64_t)p->shape);
	for (uint32_t i = 0; i < p->nr_features; i++)
		fprintf(f, "%s%" PRId64, i ? "," : "", (int64_t)features[i]);
	fprintf(f, " \n");
	fclose(f);
}

static bool is_row(const char *line, void *data)
{
	struct question *q = data;
	struct aios_explain *explain = (void *)q->arg;
	struct aios_explain_row *rows = (void *)(uintptr_t)explain->rows;
	unsigned long long capacity, activity, column, price;

	if (sscanf(line, "row %llu %llu %llu %llu", &capacity, &activity, &column, &price) != 4)
		return false;
	rows[explain->nr_rows++] = (struct aios_explain_row){
		.kind = AIOS_ROW_GROUP, .resource = AIOS_RESOURCE_CPU, .id = 1,
		.capacity = capacity, .activity = activity, .column = column, .price = price,
	};
	return false;
}

static struct question question(unsigned int nr, void *arg)
{
	struct question q = { .call = "", .arg = arg };

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].nr != nr)
			continue;
		q.call = calls[i].name;
		q.why = calls[i].why;
	}
	return q;
}

bool answer(unsigned int nr, void *arg, int *err)
{
	struct question q = question(nr, arg);

	lines_each(fails, &q);
	*err = -q.err;
	if (q.answered)
		return true;
	switch (nr) {
	case AIOS_IOC_EXPLAIN:
		((struct aios_explain *)arg)->nr_rows = 0;
		lines_each(is_row, &q);
		return true;
	case AIOS_IOC_GROUP_STAT:
		lines_each(is_group, &q);
		break;
	case AIOS_IOC_DEVICE_GET:
		if (machine_open())
			return false;
		lines_each(is_device, &q);
		break;
	case AIOS_IOC_ATTEMPT:
		lines_each(is_attempt, &q);
		break;
	case AIOS_IOC_PREDICT:
		note_predicted(arg);
		return true;
	default:
		return false;
	}
	*err = q.answered ? 0 : -ENOENT;
	return true;
}

void answer_set(unsigned int nr, void *arg)
{
	struct question q = question(nr, arg);

	lines_each(sets, &q);
}

/* -------------------------------------------------------------------- jobs */

static bool is_place(const char *line, void *data)
{
	return sscanf(line, "place %" SCNu32, (uint32_t *)data) == 1;
}

bool answer_place(uint32_t *id)
{
	*id = 0;
	lines_each(is_place, id);
	return *id;
}

static bool is_forgotten(const char *line, void *data)
{
	return sscanf(line, "forgotten %" SCNu64, (uint64_t *)data) == 1;
}

uint64_t answer_forgotten(void)
{
	uint64_t id = 0;

	lines_each(is_forgotten, &id);
	return id;
}

struct refusal {
	uint64_t id;
	int err;
};

static bool is_refused(const char *line, void *data)
{
	struct refusal *r = data;
	char name[32];
	uint64_t id;

	if (sscanf(line, "refuse %" SCNu64 " %31s", &id, name) != 2 || id != r->id)
		return false;
	r->err = errno_of(name);
	return true;
}

int answer_refusal(uint64_t id)
{
	struct refusal r = { .id = id };

	lines_each(is_refused, &r);
	return r.err;
}

static bool is_job(const char *line, void *data)
{
	uint64_t *wanted = data, id;

	if (sscanf(line, "job %" SCNu64, &id) != 1 || id != *wanted)
		return false;
	*wanted = 0;
	return true;
}

bool answer_job(uint64_t id)
{
	lines_each(is_job, &id);
	return !id;
}

/* ------------------------------------------------------------------- files */

struct found {
	const char *path;
	bool known;
	int err;
};

static bool is_path(const char *line, void *data)
{
	char word[16], path[256];
	struct found *f = data;

	if (sscanf(line, "%15s %255s", word, path) != 2)
		return false;
	if ((!strcmp(word, "open") && !strcmp(f->path, AIOS_DEVICE_PATH)) ||
	    (!strcmp(word, "netlink") && !strcmp(f->path, word)))
		f->err = errno_of(path);
	else if (!strcmp(path, f->path) && !strcmp(word, "lacks"))
		f->err = ENOENT;
	else if (strcmp(path, f->path) || strcmp(word, "there"))
		return false;
	f->known = true;
	return true;
}

int answer_file(const char *path)
{
	struct found f = { .path = path };

	lines_each(is_path, &f);
	return f.known || !strcmp(path, AIOS_DEVICE_PATH) ? f.err : -1;
}
