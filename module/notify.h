/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Announcing of events to whoever may hear of them. What an event is about, and who
 * may see that, is known to the room that announces it.
 */
#ifndef _AIOS_NOTIFY_H
#define _AIOS_NOTIFY_H

#include <linux/types.h>

struct cred;
struct genl_family;
struct genl_info;
struct sk_buff;
struct user_namespace;

/**
 * struct aios_reader - who asked by netlink, and is told
 * @sender: the credentials of whoever sent the message
 * @opener: of whoever opened the socket
 *
 * He sees what both may see: a program with more rights than its caller, made to write to
 * a socket that it was given, opens nothing to him. Immutable; both are referenced.
 */
struct aios_reader {
	const struct cred *sender;
	const struct cred *opener;
};

/**
 * struct aios_notice - how events about one kind of thing are told
 * @put: adds the attributes of what the event is about, with users numbered as the reader's
 *	namespace does; returns 0 or -EMSGSIZE
 * @visible_to: whether somebody may hear of it; NULL: everybody may
 *
 * Both run under aios_lock.
 */
struct aios_notice {
	int (*put)(struct sk_buff *skb, u32 event, const void *about,
		   struct user_namespace *reader);
	bool (*visible_to)(const void *about, const struct cred *cred);
};

int aios_notify_init(struct genl_family *family);
void aios_notify_exit(void);
void aios_notify(u32 event, const struct aios_notice *notice, const void *about);
void aios_reader_get(struct aios_reader *reader, struct sk_buff *skb);
void aios_reader_put(struct aios_reader *reader);
struct user_namespace *aios_reader_users(const struct aios_reader *reader);
int aios_notify_subscribe(struct sk_buff *skb, struct genl_info *info);

int aios_put_u64(struct sk_buff *skb, int type, u64 value);
int aios_put_amounts(struct sk_buff *skb, int type, const u64 *amounts);

#endif /* _AIOS_NOTIFY_H */
