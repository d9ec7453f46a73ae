// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel with the module in it, as far as aiosctl can tell: a library to preload that
 * answers the calls of the device and of netlink as a file says, so that what a command
 * says to each of them is tested with no module and no root. $AIOS_ANSWERS names the
 * file; tests/cli/answers.sh builds the library.
 *
 * Its lines, of which the first that fits counts:
 *
 *	open ERRNO				the device cannot be opened
 *	netlink ERRNO				the family cannot be asked
 *	there PATH, lacks PATH			what access() and stat() find
 *	fail CALL ERRNO [WHY RESOURCE GROUP ASKED AVAILABLE]
 *	group ID PATH PARENT UID		one that GROUP_STAT knows
 *	device ID MILLI
 *	set CALL.MEMBER VALUE			in the answer of a call that succeeds
 *	row CAPACITY ACTIVITY COLUMN PRICE	of EXPLAIN, a CPU of group 1
 *	job ID NAME PATH STATE POSITION CPU	one that netlink lists
 *
 * ERRNO is a name or 0; WHY is one of aios_why_name().
 */
#include <aios.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "mock.h"
#include "tap.h"

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

/* This calls @fn for each line of the answers until that is done. */
static void lines_each(bool (*fn)(const char *line, void *data), void *data)
{
	const char *path = getenv("AIOS_ANSWERS");
	FILE *f = path ? fopen(path, "re") : NULL;
	char line[LINE_LEN];

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
	uint32_t nr_rows;
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

static int answer(struct question *q, unsigned int nr)
{
	lines_each(fails, q);
	if (q->answered)
		return q->err;
	lines_each(sets, q);
	switch (nr) {
	case AIOS_IOC_INFO:
		((struct aios_info *)q->arg)->abi_version = AIOS_ABI_VERSION;
		return 0;
	case AIOS_IOC_JOB_OPEN:
		((struct aios_job_open *)q->arg)->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return 0;
	case AIOS_IOC_EXPLAIN:
		((struct aios_explain *)q->arg)->nr_rows = 0;
		lines_each(is_row, q);
		return 0;
	case AIOS_IOC_GROUP_STAT:
		lines_each(is_group, q);
		return q->answered ? 0 : ENOENT;
	case AIOS_IOC_DEVICE_GET:
		lines_each(is_device, q);
		return q->answered ? 0 : ENOENT;
	default:
		return 0;
	}
}

int ioctl(int fd, unsigned long nr, ...)
{
	struct question q = { 0 };
	va_list ap;

	va_start(ap, nr);
	q.arg = va_arg(ap, void *);
	va_end(ap);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].nr != nr)
			continue;
		q.call = calls[i].name;
		q.why = calls[i].why;
		errno = answer(&q, nr);
		return errno ? -1 : 0;
	}
	return (int)syscall(SYS_ioctl, fd, nr, q.arg);
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
	if (!strcmp(word, "open") && !strcmp(f->path, AIOS_DEVICE_PATH))
		f->err = errno_of(path);
	else if (!strcmp(path, f->path) && !strcmp(word, "lacks"))
		f->err = ENOENT;
	else if (strcmp(path, f->path) || strcmp(word, "there"))
		return false;
	f->known = true;
	return true;
}

static struct found look(const char *path)
{
	struct found f = { .path = path };

	lines_each(is_path, &f);
	if (!f.known && !strcmp(path, AIOS_DEVICE_PATH))
		f.known = true;
	return f;
}

int open(const char *path, int flags, ...)
{
	unsigned int mode = 0;
	va_list ap;
	int err;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, unsigned int);
	va_end(ap);
	if (strcmp(path, AIOS_DEVICE_PATH))
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	err = look(path).err;
	if (!err)
		return (int)syscall(SYS_openat, AT_FDCWD, "/dev/null", flags, 0);
	errno = err;
	return -1;
}

int access(const char *path, int mode)
{
	struct found f = look(path);

	if (!f.known)
		return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
	errno = f.err;
	return f.err ? -1 : 0;
}

int stat(const char *restrict path, struct stat *restrict st)
{
	struct found f = look(path);

	if (!f.known || strcmp(path, AIOS_DEVICE_PATH))
		return fstatat(AT_FDCWD, path, st, 0);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR | 0660;
	st->st_gid = 987;
	/* What cannot be opened is there. */
	errno = f.err == ENOENT ? ENOENT : 0;
	return errno ? -1 : 0;
}

/* ----------------------------------------------------------------- netlink */

static struct {
	char data[65536];
	size_t len;
	struct nlmsghdr *last;
} dump;

static void *extend(size_t len)
{
	void *p = dump.data + dump.len;

	dump.len += NLMSG_ALIGN(len);
	return p;
}

static void message(int type, int command)
{
	struct genlmsghdr *g;

	dump.last = extend(NLMSG_HDRLEN);
	dump.last->nlmsg_type = (uint16_t)type;
	dump.last->nlmsg_flags = NLM_F_MULTI;
	dump.last->nlmsg_len = NLMSG_HDRLEN;
	if (!command)
		return;
	g = extend(GENL_HDRLEN);
	g->cmd = (uint8_t)command;
	g->version = AIOS_GENL_VERSION;
	dump.last->nlmsg_len += GENL_HDRLEN;
}

static void attribute(int type, const void *data, size_t len)
{
	struct nlattr *a = extend(NLA_HDRLEN + len);

	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	memcpy((char *)a + NLA_HDRLEN, data, len);
	dump.last->nlmsg_len += NLA_ALIGN(NLA_HDRLEN + len);
}

static bool add_job(const char *line, void *data)
{
	uint64_t amounts[AIOS_RESOURCE_MAX] = { 0 };
	unsigned long long id, cpu;
	char name[64], path[256];
	uint32_t state, position;
	uint64_t wide;

	(void)data;
	if (sscanf(line, "job %llu %63s %255s %u %u %llu", &id, name, path, &state, &position,
		   &cpu) != 6)
		return false;
	message(MOCK_FAMILY, AIOS_CMD_JOB_GET);
	wide = id;
	attribute(AIOS_A_JOB, &wide, sizeof(wide));
	attribute(AIOS_A_NAME, name, strlen(name) + 1);
	attribute(AIOS_A_PATH, path, strlen(path) + 1);
	attribute(AIOS_A_STATE, &state, sizeof(state));
	attribute(AIOS_A_POSITION, &position, sizeof(position));
	amounts[AIOS_RESOURCE_CPU] = cpu;
	attribute(AIOS_A_MASK, &(uint32_t){ 1U << AIOS_RESOURCE_CPU }, sizeof(uint32_t));
	attribute(AIOS_A_REQUEST, amounts, sizeof(amounts));
	attribute(AIOS_A_GRANT, amounts, sizeof(amounts));
	attribute(AIOS_A_LIMIT, amounts, sizeof(amounts));
	return false;
}

static bool is_netlink(const char *line, void *data)
{
	char name[32];

	if (sscanf(line, "netlink %31s", name) != 1)
		return false;
	*(int *)data = errno_of(name);
	return true;
}

/* It is there before the first socket. */
static __attribute__((constructor)) void dump_build(void)
{
	int status = 0, err = 0;

	lines_each(is_netlink, &err);
	mock_netlink_family(err != ENOENT);
	lines_each(add_job, NULL);
	message(NLMSG_DONE, 0);
	memcpy(extend(sizeof(status)), &status, sizeof(status));
	dump.last->nlmsg_len += sizeof(status);
	mock_netlink_answer(dump.data, dump.len);
}
