/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a sentence of the hook gets to whoever started the container.
 */
#ifndef INTEGRATIONS_OCI_REPORT_H
#define INTEGRATIONS_OCI_REPORT_H

/* It goes to standard error, the log of the system and, where it has to, the runtime's own. */
void report(const char *sentence);

#endif /* INTEGRATIONS_OCI_REPORT_H */
