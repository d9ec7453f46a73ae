/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one list of policies, in the order of their numbers AIOS_POLICY_*. Each is
 * defined in core/policy/<name>.c. The engine's table, libaios' names, and with
 * them help, completions and the simulator are made from it.
 */
#ifndef AIOS_CORE_POLICY_LIST_H
#define AIOS_CORE_POLICY_LIST_H

#define AIOS_POLICIES(X)						\
	X(priority), X(fifo), X(sjf), X(saf), X(f1), X(wfp3),		\
	X(smallest), X(edf), X(tetris), X(drf), X(fairshare), X(rr),	\
	X(las), X(srtf), X(learned)

#endif /* AIOS_CORE_POLICY_LIST_H */
