// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that inputs name: see input.h.
 */
#include <string.h>
#include <sys/ioctl.h>

#include <linux/aios.h>

#include "input.h"

#define AT(type, field)	offsetof(struct type, field)

#define CALL(ioc, type, ...) {							\
	.nr = _IOC_NR(ioc),							\
	.size = sizeof(struct type),						\
	.addresses = sizeof((uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t),	\
	.address = { __VA_ARGS__ },						\
}

#define PLAIN(ioc, type) { .nr = _IOC_NR(ioc), .size = sizeof(struct type) }

static const struct input_call calls[] = {
	CALL(AIOS_IOC_INFO, aios_info, AT(aios_info, resources), AT(aios_info, cgroup_root)),
	CALL(AIOS_IOC_SUBMIT, aios_submit, AT(aios_submit, group), AT(aios_submit, name),
	     AT(aios_submit, features), AT(aios_submit, depends), AT(aios_submit, gang)),
	PLAIN(AIOS_IOC_JOB_OPEN, aios_job_open),
	PLAIN(AIOS_IOC_ENTER, aios_enter),
	PLAIN(AIOS_IOC_WAIT, aios_wait),
	CALL(AIOS_IOC_STAT, aios_stat, AT(aios_stat, name), AT(aios_stat, cgroup),
	     AT(aios_stat, group_path), AT(aios_stat, depends), AT(aios_stat, gang)),
	PLAIN(AIOS_IOC_UPDATE, aios_update),
	PLAIN(AIOS_IOC_SUSPEND, aios_signal),
	PLAIN(AIOS_IOC_RESUME, aios_signal),
	PLAIN(AIOS_IOC_CANCEL, aios_signal),
	PLAIN(AIOS_IOC_HOLD, aios_signal),
	PLAIN(AIOS_IOC_RELEASE, aios_signal),
	PLAIN(AIOS_IOC_CHARGE, aios_charge),
	PLAIN(AIOS_IOC_UNCHARGE, aios_charge),
	CALL(AIOS_IOC_EXPLAIN, aios_explain, AT(aios_explain, rows)),
	CALL(AIOS_IOC_GROUP_CREATE, aios_group_create, AT(aios_group_create, path)),
	CALL(AIOS_IOC_GROUP_REMOVE, aios_group_remove, AT(aios_group_remove, path)),
	CALL(AIOS_IOC_GROUP_STAT, aios_group_stat, AT(aios_group_stat, path),
	     AT(aios_group_stat, full_path)),
	CALL(AIOS_IOC_LIMIT, aios_limit, AT(aios_limit, path)),
	CALL(AIOS_IOC_POLICY, aios_policy, AT(aios_policy, path)),
	CALL(AIOS_IOC_DRAIN, aios_drain, AT(aios_drain, reason)),
	CALL(AIOS_IOC_LP_SOLVE, aios_lp_solve, AT(aios_lp_solve, w), AT(aios_lp_solve, a),
	     AT(aios_lp_solve, b), AT(aios_lp_solve, lo), AT(aios_lp_solve, hi),
	     AT(aios_lp_solve, x), AT(aios_lp_solve, y), AT(aios_lp_solve, d)),
	CALL(AIOS_IOC_REPLAY, aios_replay_call, AT(aios_replay_call, records),
	     AT(aios_replay_call, drains), AT(aios_replay_call, groups),
	     AT(aios_replay_call, depends)),
	PLAIN(AIOS_IOC_DEVICE_ADD, aios_device),
	PLAIN(AIOS_IOC_DEVICE_REMOVE, aios_device),
	PLAIN(AIOS_IOC_DEVICE_SET, aios_device),
	PLAIN(AIOS_IOC_DEVICE_GET, aios_device),
	CALL(AIOS_IOC_QUEUEING, aios_queueing, AT(aios_queueing, path)),
	CALL(AIOS_IOC_PREDICT, aios_predict_call, AT(aios_predict_call, name),
	     AT(aios_predict_call, features)),
	PLAIN(AIOS_IOC_ATTEMPT, aios_attempt),
};

const struct input_call *input_call(uint8_t nr)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

void input_pack(const struct input_call *call, uint8_t *bytes, size_t len,
		uint64_t (*place)(uint64_t address))
{
	for (unsigned int i = 0; i < call->addresses; i++) {
		uint64_t value;

		if (call->address[i] + sizeof(value) > len)
			continue;
		memcpy(&value, bytes + call->address[i], sizeof(value));
		if (value)
			value = place(value);
		memcpy(bytes + call->address[i], &value, sizeof(value));
	}
}

/* 0 stays no address; what is far beyond the data stays as it is. */
void input_unpack(const struct input_call *call, uint8_t *bytes, size_t len,
		  uint8_t *data)
{
	for (unsigned int i = 0; i < call->addresses; i++) {
		uint64_t value;

		if (call->address[i] + sizeof(value) > len)
			continue;
		memcpy(&value, bytes + call->address[i], sizeof(value));
		if (value && value <= INPUT_MAX)
			value = (uintptr_t)data + (value - 1) % (INPUT_DATA + 16);
		memcpy(bytes + call->address[i], &value, sizeof(value));
	}
}
