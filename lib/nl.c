// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Loading libnl: see nl.h. It stays loaded, as a library that a program is linked
 * with does.
 */
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>

#include "nl.h"
#include "private.h"

struct aios_nl aios_nl;

static int result;		/* of the only load; immutable after it */

#define FUNCTION(name)	{ #name, &aios_nl.name }

static const struct {
	const char *name;
	void *to;		/* the pointer of the function */
} functions[] = {
	FUNCTION(genl_connect),
	FUNCTION(genl_ctrl_resolve),
	FUNCTION(genl_send_simple),
	FUNCTION(genlmsg_attrdata),
	FUNCTION(genlmsg_attrlen),
	FUNCTION(genlmsg_put),
	FUNCTION(genlmsg_valid_hdr),
	FUNCTION(nl_cb_alloc),
	FUNCTION(nl_cb_err),
	FUNCTION(nl_cb_put),
	FUNCTION(nl_cb_set),
	FUNCTION(nl_recvmsgs),
	FUNCTION(nl_send_auto),
	FUNCTION(nl_socket_alloc),
	FUNCTION(nl_socket_enable_msg_peek),
	FUNCTION(nl_socket_free),
	FUNCTION(nl_socket_get_fd),
	FUNCTION(nla_data),
	FUNCTION(nla_len),
	FUNCTION(nla_next),
	FUNCTION(nla_ok),
	FUNCTION(nla_type),
	FUNCTION(nlmsg_alloc),
	FUNCTION(nlmsg_data),
	FUNCTION(nlmsg_datalen),
	FUNCTION(nlmsg_free),
	FUNCTION(nlmsg_hdr),
	FUNCTION(nlmsg_next),
	FUNCTION(nlmsg_ok),
};

static_assert(sizeof(aios_nl) == ARRAY_SIZE(functions) * sizeof(void *),
	      "each member has its function");

static void load(void)
{
	/* it brings libnl-3 along, which has most of them */
	void *library = dlopen(AIOS_NL_SONAME, RTLD_LAZY | RTLD_LOCAL);

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		void *function = library ? dlsym(library, functions[i].name) : NULL;

		if (!function) {
			result = -ELIBACC;
			return;
		}
		*(void **)functions[i].to = function;
	}
}

int aios_nl_load(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return result;
}
