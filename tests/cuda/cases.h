/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cases of libaios-cuda.so: each runs in a process of its own, with the library preloaded,
 * as a job whose page it can change.
 */
#ifndef TESTS_CUDA_CASES_H
#define TESTS_CUDA_CASES_H

#include "driver.h"
#include "world.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct cuda_case {
	const char *name;
	void (*run)(void);
	/* Of the job: what it was granted; 0: it states none of it. */
	uint64_t memory;
	uint32_t milli;
	uint32_t nr_devices;	/* 0: one */
	bool unjobbed;		/* it runs in no job */
};

extern const struct cuda_case memory_cases[], process_cases[], lookup_cases[], launch_cases[];

/* The page of the process's job. */
extern struct aios_status *page;

/* Change the grant, for all processes of the job. */
void grant_memory(uint64_t bytes);
void grant_milli(uint32_t milli);
void job_state(uint32_t state);

/* What the job has charged on its first accelerator. */
uint64_t charged(void);

/*
 * Run the case of that name once more, as another process and as number @nr of the clock, in
 * a job with this grant of time; 0: in the same job. Return: its pid.
 */
int start(const char *name, unsigned int nr, uint32_t milli);
/* Return: the status that it ended with, or 128 and the signal. */
int finish(int pid);
/* What this process tells who has started it, and what number @nr has told. */
void tell(uint64_t result);
uint64_t told(unsigned int nr);

/* The file that the processes of the job share; the room is enough. */
void shared_path(char *path, size_t room);

/* The process goes on as that case, by exec(). */
void become(const char *name, unsigned int nr);

void check_failed(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define check(condition) do {						\
	if (!(condition))						\
		check_failed(__FILE__, __LINE__, "%s", #condition);	\
} while (0)

#define check_equal(got, wanted) do {					\
	long long check_got = (long long)(got);				\
	long long check_wanted = (long long)(wanted);			\
									\
	if (check_got != check_wanted)					\
		check_failed(__FILE__, __LINE__, "%s is %lld, not %lld",	\
			     #got, check_got, check_wanted);		\
} while (0)

/* libafter.so adds this to what getppid() says. */
#define AFTER_ADDS	1000000

#endif /* TESTS_CUDA_CASES_H */
