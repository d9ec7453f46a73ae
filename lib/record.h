/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records out of messages: see record.c.
 */
#ifndef AIOS_RECORD_H
#define AIOS_RECORD_H


#include "private.h"

struct nlmsghdr;

int aios_record_parse(struct nlmsghdr *message, struct aios_record *record);

#endif /* AIOS_RECORD_H */
