/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the mock that mock.c resets: see mock.h.
 */
#ifndef TESTS_LIB_MOCK_NETLINK_H
#define TESTS_LIB_MOCK_NETLINK_H

void mock_netlink_end(void);

#endif /* TESTS_LIB_MOCK_NETLINK_H */
