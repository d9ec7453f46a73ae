/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink without a library, for programs that send what no library would.
 */
#ifndef KSELFTEST_FAMILY_H
#define KSELFTEST_FAMILY_H

#include <stdint.h>
#include <sys/socket.h>

#include <linux/aios.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

/* The family's number, from the controller of generic netlink; 0: not told. */
static inline int family_ask(int fd)
{
	struct {
		struct nlmsghdr n;
		struct genlmsghdr g;
		struct nlattr a;
		char name[8];
	} request = {
		.n = { .nlmsg_len = sizeof(request), .nlmsg_type = GENL_ID_CTRL,
		       .nlmsg_flags = NLM_F_REQUEST },
		.g = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		.a = { .nla_len = NLA_HDRLEN + sizeof(AIOS_GENL_NAME),
		       .nla_type = CTRL_ATTR_FAMILY_NAME },
		.name = AIOS_GENL_NAME,
	};
	char answer[8192];
	ssize_t at = NLMSG_HDRLEN + GENL_HDRLEN, got;

	if (send(fd, &request, sizeof(request), 0) != sizeof(request))
		return 0;
	got = recv(fd, answer, sizeof(answer), 0);
	while (at + NLA_HDRLEN < got) {
		struct nlattr *a = (struct nlattr *)(answer + at);

		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(uint16_t *)(answer + at + NLA_HDRLEN);
		at += NLA_ALIGN(a->nla_len);
	}
	return 0;
}

#endif /* KSELFTEST_FAMILY_H */
