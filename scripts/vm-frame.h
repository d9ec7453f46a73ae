/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What scripts/vm-guest.c tells scripts/vm-host.c over one virtio-serial port:
 * frames of a header and a payload. One port for all keeps the order, so that
 * all output has arrived when the last frame has.
 */
#ifndef AIOS_VM_FRAME_H
#define AIOS_VM_FRAME_H

#include <stdint.h>

#define FRAME_MAX	65536

enum frame_type {
	FRAME_OUT = 1,	/* the command's standard output */
	FRAME_ERR,	/* the command's standard error */
	FRAME_LOG,	/* a line of the kernel's log */
	FRAME_FAIL,	/* why the guest could not be set up, as text; ends the run */
	FRAME_END,	/* the command's exit status, as int32_t; ends the run */
};

struct frame {
	uint32_t type;
	uint32_t len;
};

#endif /* AIOS_VM_FRAME_H */
