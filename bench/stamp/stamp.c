// SPDX-License-Identifier: GPL-2.0
/*
 * The work of every job that bench/jobs starts: the time, first of all, written
 * as record INDEX of FILE. No library, nothing to link or to initialise.
 */
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef __x86_64__
#error "the entry point and the system calls are those of x86-64"
#endif

static long call(long number, long a, long b, long c, long d)
{
	register long r10 asm("r10") = d;
	long ret;

	asm volatile ("syscall" : "=a" (ret)
		      : "a" (number), "D" (a), "S" (b), "d" (c), "r" (r10)
		      : "rcx", "r11", "memory");
	return ret;
}

/* @stack: argc, then argv, as the kernel leaves them. */
__attribute__((used, noreturn)) static void stamp(long *stack)
{
	const char **argv = (const char **)(stack + 1);
	struct timespec now;
	long index = 0, fd = -1;
	const char *digit;

	call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&now, 0, 0);
	if (stack[0] == 3) {
		for (digit = argv[2]; *digit; digit++)
			index = 10 * index + *digit - '0';
		fd = call(SYS_open, (long)argv[1], O_WRONLY, 0, 0);
		call(SYS_pwrite64, fd, (long)&now, sizeof(now), index * sizeof(now));
	}
	call(SYS_exit_group, fd < 0, 0, 0, 0);
	__builtin_unreachable();
}

asm(".globl _start\n"
	"_start:\n"
	"	mov %rsp, %rdi\n"
	"	call stamp\n");
