// SPDX-License-Identifier: GPL-2.0
/*
 * What netlink answers who asks for the list of jobs: those of the lines
 *
 *	job ID NAME PATH STATE POSITION CPU	with its position and its CPUs
 *	netlink ERRNO				the family cannot be asked
 *
 * and those of the table.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include "kernel.h"
#include "mock.h"

/* As much as fits into one answer of mock_netlink.c. */
struct dump {
	char data[16384];
	size_t len;
	struct nlmsghdr *last;
};

static struct dump jobs, groups, *dump = &jobs;

static void *extend(size_t len)
{
	void *p = dump->data + dump->len;

	dump->len += NLMSG_ALIGN(len);
	return p;
}

static void message(int type, int command)
{
	struct genlmsghdr *g;

	dump->last = extend(NLMSG_HDRLEN);
	dump->last->nlmsg_type = (uint16_t)type;
	dump->last->nlmsg_flags = NLM_F_MULTI;
	dump->last->nlmsg_len = NLMSG_HDRLEN;
	if (!command)
		return;
	g = extend(GENL_HDRLEN);
	g->cmd = (uint8_t)command;
	g->version = AIOS_GENL_VERSION;
	dump->last->nlmsg_len += GENL_HDRLEN;
}

static void attribute(int type, const void *data, size_t len)
{
	struct nlattr *a = extend(NLA_HDRLEN + len);

	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(NLA_HDRLEN + len);
	memcpy((char *)a + NLA_HDRLEN, data, len);
	dump->last->nlmsg_len += NLA_ALIGN(NLA_HDRLEN + len);
}

static void job_add(const struct listed *job)
{
	uint64_t amounts[AIOS_RESOURCE_MAX] = { [AIOS_RESOURCE_CPU] = job->cpu };

	if (dump->len > sizeof(dump->data) - 1024)
		return;
	message(MOCK_FAMILY, AIOS_CMD_JOB_GET);
	attribute(AIOS_A_JOB, &job->id, sizeof(job->id));
	attribute(AIOS_A_NAME, job->name, strlen(job->name) + 1);
	attribute(AIOS_A_PATH, job->path, strlen(job->path) + 1);
	attribute(AIOS_A_STATE, &job->state, sizeof(job->state));
	attribute(AIOS_A_UID, &job->uid, sizeof(job->uid));
	attribute(AIOS_A_FLAGS, &job->flags, sizeof(job->flags));
	if (job->submit_ns)
		attribute(AIOS_A_SUBMIT, &job->submit_ns, sizeof(job->submit_ns));
	if (job->position)
		attribute(AIOS_A_POSITION, &job->position, sizeof(job->position));
	if (!job->cpu)
		return;
	attribute(AIOS_A_MASK, &(uint32_t){ 1U << AIOS_RESOURCE_CPU }, sizeof(uint32_t));
	attribute(AIOS_A_REQUEST, amounts, sizeof(amounts));
	attribute(AIOS_A_GRANT, amounts, sizeof(amounts));
	attribute(AIOS_A_LIMIT, amounts, sizeof(amounts));
}

static bool line_add(const char *line, void *data)
{
	char name[64], path[AIOS_PATH_MAX + 1];
	struct listed job = { .name = name, .path = path };
	unsigned long long id, cpu;

	(void)data;
	if (sscanf(line, "job %llu %63s %255s %u %u %llu", &id, name, path, &job.state,
		   &job.position, &cpu) != 6)
		return false;
	job.id = id;
	job.cpu = cpu;
	job_add(&job);
	return false;
}

static void group_add(const char *path, uint32_t uid, uint32_t gid)
{
	message(MOCK_FAMILY, AIOS_CMD_GROUP_GET);
	attribute(AIOS_A_PATH, path, strlen(path) + 1);
	attribute(AIOS_A_UID, &uid, sizeof(uid));
	attribute(AIOS_A_GID, &gid, sizeof(gid));
}

static void dump_end(void)
{
	int status = 0;

	message(NLMSG_DONE, 0);
	memcpy(extend(sizeof(status)), &status, sizeof(status));
	dump->last->nlmsg_len += sizeof(status);
}

void list_make(void)
{
	mock_netlink_family(answer_file("netlink") != ENOENT);
	lines_each(line_add, NULL);
	jobs_each(job_add);
	dump_end();
	mock_netlink_answer(jobs.data, jobs.len);
	if (!machine_open())
		return;
	dump = &groups;
	machine_groups(group_add);
	dump_end();
	mock_netlink_groups(groups.data, groups.len);
}
