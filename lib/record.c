// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A generic netlink message of the family as a record. One table says for each
 * attribute what it is and where it goes.
 */
#include <assert.h>

#include "nl.h"
#include "record.h"

struct field {
	uint16_t type;		/* NLA_U32, NLA_U64, NLA_NUL_STRING; else an array */
	uint16_t offset;	/* in the record */
};

#define FIELD(member, nla) { nla, offsetof(struct aios_record, member) }
#define ARRAY(member) FIELD(member, NLA_UNSPEC)

#define ARRAY_BYTES	(AIOS_RESOURCE_MAX * sizeof(__u64))

static const struct field fields[AIOS_A_MAX + 1] = {
	[AIOS_A_EVENT] = FIELD(event, NLA_U32),
	[AIOS_A_TIME] = FIELD(time_ns, NLA_U64),
	[AIOS_A_JOB] = FIELD(job, NLA_U64),
	[AIOS_A_GROUP] = FIELD(group, NLA_U64),
	[AIOS_A_PATH] = FIELD(path, NLA_NUL_STRING),
	[AIOS_A_NAME] = FIELD(name, NLA_NUL_STRING),
	[AIOS_A_STATE] = FIELD(state, NLA_U32),
	[AIOS_A_END] = FIELD(end, NLA_U32),
	[AIOS_A_CODE] = FIELD(code, NLA_U32),
	[AIOS_A_UID] = FIELD(uid, NLA_U32),
	[AIOS_A_GID] = FIELD(gid, NLA_U32),
	[AIOS_A_PID] = FIELD(pid, NLA_U32),
	[AIOS_A_PRIORITY] = FIELD(priority, NLA_U32),
	[AIOS_A_WEIGHT] = FIELD(weight, NLA_U32),
	[AIOS_A_POSITION] = FIELD(position, NLA_U32),
	[AIOS_A_FLAGS] = FIELD(flags, NLA_U32),
	[AIOS_A_MASK] = FIELD(mask, NLA_U32),
	[AIOS_A_REQUEST] = ARRAY(request),
	[AIOS_A_LIMIT] = ARRAY(limit),
	[AIOS_A_GRANT] = ARRAY(grant),
	[AIOS_A_USE] = ARRAY(use),
	[AIOS_A_CHARGED] = ARRAY(charged),
	[AIOS_A_EFFECTIVE] = ARRAY(effective),
	[AIOS_A_SUBMIT] = FIELD(submit_ns, NLA_U64),
	[AIOS_A_ADMIT] = FIELD(admit_ns, NLA_U64),
	[AIOS_A_START] = FIELD(start_ns, NLA_U64),
	[AIOS_A_FINISH] = FIELD(finish_ns, NLA_U64),
	[AIOS_A_CPU] = FIELD(cpu_duration_ns, NLA_U64),
	[AIOS_A_DEVICE] = FIELD(device, NLA_U32),
	[AIOS_A_PARENT] = FIELD(parent, NLA_U64),
	[AIOS_A_MODE] = FIELD(mode, NLA_U32),
	[AIOS_A_JOBS] = FIELD(nr_jobs, NLA_U32),
	[AIOS_A_RUNNING] = FIELD(nr_running, NLA_U32),
	[AIOS_A_EPOCH] = FIELD(epoch, NLA_U64),
	[AIOS_A_DEADLINE] = FIELD(deadline_ns, NLA_U64),
	[AIOS_A_ATTEMPT] = FIELD(attempt, NLA_U32),
	[AIOS_A_DRAIN] = FIELD(drain_ns, NLA_U64),
	[AIOS_A_STOP] = FIELD(stop_ns, NLA_U64),
	[AIOS_A_LEFT] = ARRAY(left),
	[AIOS_A_BEGIN] = FIELD(begin_ns, NLA_U64),
};

static_assert(AIOS_A_MAX < 64, "present has a bit for each attribute");

/* Store the value of attribute @a; false when it is not of its type. */
static bool store(struct aios_record *record, const struct field *field,
		  const struct nlattr *a)
{
	char *to = (char *)record + field->offset;
	const char *from = aios_nl.nla_data(a);
	int len = aios_nl.nla_len(a);

	switch (field->type) {
	case NLA_U32:
		if (len != sizeof(__u32))
			return false;
		memcpy(to, from, sizeof(__u32));
		return true;
	case NLA_U64:
		if (len != sizeof(__u64))
			return false;
		memcpy(to, from, sizeof(__u64));
		return true;
	case NLA_NUL_STRING:
		if (!len || from[len - 1])
			return false;
		memcpy(to, &from, sizeof(from));
		return true;
	default:
		if (len != ARRAY_BYTES)
			return false;
		memcpy(to, from, ARRAY_BYTES);
		return true;
	}
}

/*
 * Fill @record from @message, whose strings it points into. 0 or -EBADMSG.
 * Attributes that a newer module adds are passed over.
 */
int aios_record_parse(struct nlmsghdr *message, struct aios_record *record)
{
	struct nlattr *a;
	int rest, type;

	memset(record, 0, sizeof(*record));
	record->path = "";
	record->name = "";
	if (!aios_nl.genlmsg_valid_hdr(message, 0))
		return -EBADMSG;
	a = aios_nl.genlmsg_attrdata(aios_nl.nlmsg_data(message), 0);
	rest = aios_nl.genlmsg_attrlen(aios_nl.nlmsg_data(message), 0);
	for (; aios_nl.nla_ok(a, rest); a = aios_nl.nla_next(a, &rest)) {
		type = aios_nl.nla_type(a);
		if (type <= AIOS_A_PAD || type > AIOS_A_MAX)
			continue;
		if (!store(record, &fields[type], a))
			return -EBADMSG;
		record->present |= 1ULL << type;
	}
	return 0;
}
