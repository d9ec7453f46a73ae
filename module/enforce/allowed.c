// SPDX-License-Identifier: GPL-2.0
/*
 * The cgroups that the administrator lets users leave for a job, although the kernel
 * would not let them: a parameter of the module, which is a list of patterns.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/moduleparam.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/user_namespace.h>

#include "enforce/source.h"

/*
 * The top, where nothing is confined, and what systemd starts for a user: his logins and
 * his own services.
 */
#define DEFAULT_LIST						\
	"/,"							\
	"/user.slice/user-%u.slice/session-*.scope,"		\
	"/user.slice/user-%u.slice/user@%u.service/**"

#define LIST_MAX	2048
#define UID_LEN		12

/**
 * struct list - patterns, with commas between them
 */
struct list {
	/** @rcu: frees it when nobody reads it any more */
	struct rcu_head rcu;
	/** @text: immutable */
	char text[];
};

/* NULL: the default. Read under RCU, written with the lock of the module's parameters held. */
static struct list __rcu *allowed;

/* ------------------------------------------------------------------ patterns */

/* One component of a path; '*' stands for any part of it. */
static bool matches_name(const char *pattern, size_t plen, const char *name, size_t nlen)
{
	size_t p = 0, n = 0, star = plen, from = 0;

	while (n < nlen) {
		if (p < plen && pattern[p] == '*') {
			star = p++;
			from = n;
		} else if (p < plen && pattern[p] == name[n]) {
			p++;
			n++;
		} else if (star < plen) {
			p = star + 1;
			n = ++from;
		} else {
			return false;
		}
	}
	while (p < plen && pattern[p] == '*')
		p++;
	return p == plen;
}

/* The pattern's component with the user's number in the place of %u; false: it is too long. */
static bool expand(const char *pattern, size_t len, const char *uid, char *to, size_t size)
{
	size_t at = 0, i;

	for (i = 0; i < len; i++) {
		bool number = pattern[i] == '%' && i + 1 < len && pattern[i + 1] == 'u';
		const char *part = number ? uid : &pattern[i];
		size_t n = number ? strlen(uid) : 1;

		if (at + n >= size)
			return false;
		memcpy(to + at, part, n);
		at += n;
		i += number;
	}
	to[at] = '\0';
	return true;
}

static bool is_rest(const char *pattern, const char *end)
{
	return end - pattern == 3 && !memcmp(pattern, "/**", 3);
}

/* Both begin with a slash; a last component ** is the cgroup before it and all below. */
static bool matches(const char *pattern, const char *end, const char *path, const char *uid)
{
	char want[NAME_MAX + 1];

	if (end - pattern == 1)
		return !strcmp(path, "/");
	while (pattern < end && *path) {
		const char *name = path + 1, *part = pattern + 1;
		size_t nlen = strchrnul(name, '/') - name, plen = 0;

		if (is_rest(pattern, end))
			return true;
		while (part + plen < end && part[plen] != '/')
			plen++;
		if (!expand(part, plen, uid, want, sizeof(want)) ||
		    !matches_name(want, strlen(want), name, nlen))
			return false;
		pattern = part + plen;
		path = name + nlen;
	}
	return !*path && (pattern == end || is_rest(pattern, end));
}

/**
 * aios_source_allowed - whether a user may leave a cgroup for a job
 * @path: of the cgroup, from the top of the hierarchy
 * @uid: the user
 */
bool aios_source_allowed(const char *path, kuid_t uid)
{
	const struct list *list;
	const char *at, *end;
	char number[UID_LEN];
	bool found = false;

	snprintf(number, sizeof(number), "%u", from_kuid(&init_user_ns, uid));
	rcu_read_lock();
	list = rcu_dereference(allowed);
	for (at = list ? list->text : DEFAULT_LIST; *at && !found; at = *end ? end + 1 : end) {
		end = strchrnul(at, ',');
		found = matches(at, end, path, number);
	}
	rcu_read_unlock();
	return found;
}

/* ----------------------------------------------------------------- parameter */

static bool is_pattern(const char *at, const char *end)
{
	size_t i, len = end - at;

	if (!len || at[0] != '/' || (len > 1 && end[-1] == '/'))
		return false;
	for (i = 0; i < len; i++)
		if (at[i] <= ' ' || (i && at[i] == '/' && at[i - 1] == '/') ||
		    (at[i] == '%' && (i + 1 == len || at[i + 1] != 'u')))
			return false;
	return true;
}

static bool is_list(const char *text)
{
	const char *at, *end;

	for (at = text; *at; at = *end ? end + 1 : end) {
		end = strchrnul(at, ',');
		if (!is_pattern(at, end))
			return false;
	}
	return true;
}

/* "default" is what it was; nothing at all lets nobody out of any cgroup. */
static int list_set(const char *value, const struct kernel_param *kp)
{
	size_t len = strcspn(value, "\n");
	struct list *list = NULL, *old;

	if (len > LIST_MAX)
		return -ENAMETOOLONG;
	if (len != strlen("default") || memcmp(value, "default", len)) {
		list = kmalloc(struct_size(list, text, len + 1), GFP_KERNEL);
		if (!list)
			return -ENOMEM;
		memcpy(list->text, value, len);
		list->text[len] = '\0';
		if (!is_list(list->text)) {
			kfree(list);
			return -EINVAL;
		}
	}
	old = rcu_replace_pointer(allowed, list, true);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

static int list_get(char *buffer, const struct kernel_param *kp)
{
	const struct list *list;
	int len;

	rcu_read_lock();
	list = rcu_dereference(allowed);
	len = sysfs_emit(buffer, "%s\n", list ? list->text : DEFAULT_LIST);
	rcu_read_unlock();
	return len;
}

/* The module goes, and nobody can call any more. */
static void list_free(void *unused)
{
	kfree(rcu_replace_pointer(allowed, NULL, true));
}

static const struct kernel_param_ops list_ops = {
	.set = list_set,
	.get = list_get,
	.free = list_free,
};

module_param_cb(enter_from, &list_ops, NULL, 0644);
MODULE_PARM_DESC(enter_from,
		 "cgroups that users may leave for a job: patterns with commas between them, or default");
