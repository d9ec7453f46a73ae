// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The open device, and the calls that concern the machine as a whole: its
 * information, the policy and the solver of linear programs.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "private.h"

static int check_abi(struct aios_ctx *ctx)
{
	struct aios_info info;
	int err;

	AIOS_INIT(&info);
	err = aios_info(ctx, &info);
	if (err)
		return err;
	return info.abi_version < AIOS_ABI_VERSION ? -EPROTONOSUPPORT : 0;
}

AIOS_EXPORT int aios_new(struct aios_ctx **ctx, const char *path)
{
	struct aios_ctx *c = malloc(sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->refs = 1;
	c->fd = open(path ? path : AIOS_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	err = c->fd < 0 ? -errno : check_abi(c);
	if (err) {
		aios_unref(c);
		return err;
	}
	*ctx = c;
	return 0;
}

AIOS_EXPORT struct aios_ctx *aios_ref(struct aios_ctx *ctx)
{
	aios_refs_get(&ctx->refs);
	return ctx;
}

AIOS_EXPORT struct aios_ctx *aios_unref(struct aios_ctx *ctx)
{
	if (ctx && aios_refs_put(&ctx->refs)) {
		if (ctx->fd >= 0)
			close(ctx->fd);
		free(ctx);
	}
	return NULL;
}

AIOS_EXPORT int aios_fd(const struct aios_ctx *ctx)
{
	return ctx->fd;
}

AIOS_EXPORT const char *aios_version(void)
{
	return AIOS_VERSION;
}

AIOS_EXPORT int aios_info(struct aios_ctx *ctx, struct aios_info *info)
{
	return aios_call(ctx->fd, AIOS_IOC_INFO, info);
}

AIOS_EXPORT int aios_cgroup_root(struct aios_ctx *ctx, char *buf, size_t len)
{
	struct aios_info info;
	int err;

	AIOS_INIT(&info);
	info.cgroup_root = aios_pointer(buf);
	info.cgroup_root_len = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX;
	err = aios_info(ctx, &info);
	if (err == -ENOSPC || (!err && info.cgroup_root_len > len))
		err = -ERANGE;
	return err;
}

AIOS_EXPORT int aios_policy_set(struct aios_ctx *ctx, struct aios_policy *policy)
{
	return aios_call(ctx->fd, AIOS_IOC_POLICY, policy);
}

AIOS_EXPORT int aios_policy_get(struct aios_ctx *ctx, struct aios_policy *policy)
{
	if (!aios_complete(policy))
		return -EINVAL;
	policy->flags = 0;
	return aios_policy_set(ctx, policy);
}

AIOS_EXPORT int aios_program_solve(struct aios_ctx *ctx, struct aios_lp_solve *lp)
{
	return aios_call(ctx->fd, AIOS_IOC_LP_SOLVE, lp);
}

AIOS_EXPORT int aios_workload_replay(struct aios_ctx *ctx, struct aios_replay_call *call)
{
	return aios_call(ctx->fd, AIOS_IOC_REPLAY, call);
}
