/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libnl, which only lists and monitors need. The first of them loads it, so that a
 * program that starts and follows jobs, and nothing else, starts without it.
 */
#ifndef AIOS_NL_H
#define AIOS_NL_H

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

/* A member that points to the function of its own name. */
#define AIOS_NL_MEMBER(function)	__typeof__(function) *function

/* Immutable once aios_nl_load() has returned 0, and not to be used before. */
struct aios_nl {
	AIOS_NL_MEMBER(genl_connect);
	AIOS_NL_MEMBER(genl_ctrl_resolve);
	AIOS_NL_MEMBER(genl_send_simple);
	AIOS_NL_MEMBER(genlmsg_attrdata);
	AIOS_NL_MEMBER(genlmsg_attrlen);
	AIOS_NL_MEMBER(genlmsg_put);
	AIOS_NL_MEMBER(genlmsg_valid_hdr);
	AIOS_NL_MEMBER(nl_cb_alloc);
	AIOS_NL_MEMBER(nl_cb_err);
	AIOS_NL_MEMBER(nl_cb_put);
	AIOS_NL_MEMBER(nl_cb_set);
	AIOS_NL_MEMBER(nl_recvmsgs);
	AIOS_NL_MEMBER(nl_send_auto);
	AIOS_NL_MEMBER(nl_socket_alloc);
	AIOS_NL_MEMBER(nl_socket_enable_msg_peek);
	AIOS_NL_MEMBER(nl_socket_free);
	AIOS_NL_MEMBER(nl_socket_get_fd);
	AIOS_NL_MEMBER(nla_data);
	AIOS_NL_MEMBER(nla_len);
	AIOS_NL_MEMBER(nla_next);
	AIOS_NL_MEMBER(nla_ok);
	AIOS_NL_MEMBER(nla_type);
	AIOS_NL_MEMBER(nlmsg_alloc);
	AIOS_NL_MEMBER(nlmsg_data);
	AIOS_NL_MEMBER(nlmsg_datalen);
	AIOS_NL_MEMBER(nlmsg_free);
	AIOS_NL_MEMBER(nlmsg_hdr);
	AIOS_NL_MEMBER(nlmsg_next);
	AIOS_NL_MEMBER(nlmsg_ok);
};

extern struct aios_nl aios_nl;

/* 0, or -ELIBACC when this machine lacks libnl or some of its functions. */
int aios_nl_load(void);

#endif /* AIOS_NL_H */
