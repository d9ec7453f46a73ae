// SPDX-License-Identifier: GPL-2.0
/*
 * Words, quantities and sentences.
 */
#include <aios.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mock.h"
#include "tap.h"

/* ------------------------------------------------------------------- words */

#define KIND(kind, first, last) { aios_##kind##_name, NULL, #kind, first, last }
#define KIND_BACK(kind, first, last) \
	{ aios_##kind##_name, aios_##kind##_from_name, #kind, first, last }

static const struct {
	const char *(*name)(uint32_t value);
	int (*value)(const char *name);
	const char *kind;
	uint32_t first;
	uint32_t last;
} kinds[] = {
	KIND_BACK(resource, AIOS_RESOURCE_CPU, AIOS_RESOURCE_HUGE_PAGES),
	KIND(how, AIOS_HOW_NONE, AIOS_HOW_ADVISORY),
	KIND(why, AIOS_WHY_NONE, AIOS_WHY_BEGIN),
	KIND_BACK(state, AIOS_STATE_QUEUED, AIOS_STATE_CANCELLED),
	KIND_BACK(end, AIOS_END_NONE, AIOS_END_FULL),
	KIND_BACK(event, AIOS_EVENT_SUBMITTED, AIOS_EVENT_KEPT),
	KIND(depend, AIOS_DEPEND_AFTER, AIOS_DEPEND_AFTERNOTOK),
	KIND(runtime, AIOS_RUNTIME_UNKNOWN, AIOS_RUNTIME_CORRECTED),
	KIND(row, AIOS_ROW_MACHINE, AIOS_ROW_DEVICE),
	KIND_BACK(policy, AIOS_POLICY_PRIORITY, AIOS_POLICY_LEARNED),
	KIND_BACK(backfill, AIOS_BACKFILL_NONE, AIOS_BACKFILL_CONSERVATIVE),
	KIND_BACK(objective, AIOS_OBJECTIVE_UTILITY, AIOS_OBJECTIVE_PROPORTIONAL),
	KIND(lp_status, AIOS_LP_OPTIMAL, AIOS_LP_INFEASIBLE),
	KIND(feature, 0, 6),
	KIND(resource_flag, 0, 2),
	KIND(submit_flag, 0, 7),
	KIND(job_flag, 0, 10),
	KIND(device_flag, 0, 3),
	KIND(expert, AIOS_EXPERT_REQUEST, AIOS_EXPERT_VECTORS),
	KIND(asks, AIOS_ASKS_REQUEST, AIOS_ASKS_DAY),
};

static void every_constant_has_a_word(void)
{
	const char *word;
	uint32_t v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (v = kinds[i].first; v <= kinds[i].last; v++) {
			word = kinds[i].name(v);
			if (!tap_check(word, __FILE__, __LINE__, "%s %u has no word",
				       kinds[i].kind, v))
				continue;
			if (kinds[i].value)
				check_equal(kinds[i].value(word), v);
		}
		check(!kinds[i].name(kinds[i].last + 1));
		check(!kinds[i].name(kinds[i].first - 1));
		check(!kinds[i].name(UINT32_MAX));
	}
}

static void words_are_those_of_the_header(void)
{
	check_text(aios_resource_name(AIOS_RESOURCE_GPU_MEMORY), "gpu_memory");
	check_text(aios_resource_unit(AIOS_RESOURCE_IO), "bytes/s");
	check_text(aios_how_name(AIOS_HOW_COOPERATIVE), "cooperative");
	check_text(aios_why_name(AIOS_WHY_REQUEST_ABOVE_LIMIT), "request_above_limit");
	check_text(aios_why_name(AIOS_WHY_CGROUP), "cgroup");
	check_text(aios_state_name(AIOS_STATE_SUSPENDED), "suspended");
	check_text(aios_end_name(AIOS_END_OOM), "oom");
	check_text(aios_event_name(AIOS_EVENT_GROUP_REMOVED), "group_removed");
	check_text(aios_runtime_name(AIOS_RUNTIME_CORRECTED), "corrected");
	check_text(aios_row_name(AIOS_ROW_GROUP), "group");
	check_text(aios_feature_name(5), "kill");
	check_text(aios_job_flag_name(4), "throttled");
	check_text(aios_device_flag_name(3), "gone");
}

static void unknown_words_have_no_constant(void)
{
	check_equal(aios_resource_from_name("gpu-memory"), AIOS_RESOURCE_GPU_MEMORY);
	check_equal(aios_resource_from_name("gpu_memory2"), -ENOENT);
	check_equal(aios_resource_from_name("gpu_"), -ENOENT);
	check_equal(aios_resource_from_name("CPU"), -ENOENT);
	check_equal(aios_resource_from_name(""), -ENOENT);
	check_equal(aios_state_from_name("none"), -ENOENT);
}

/* -------------------------------------------------------------- quantities */

#define CPU	AIOS_RESOURCE_CPU
#define MEMORY	AIOS_RESOURCE_MEMORY
#define IO	AIOS_RESOURCE_IO
#define PIDS	AIOS_RESOURCE_PIDS

static void quantities_are_read(void)
{
	static const struct {
		uint32_t resource;
		const char *text;
		uint64_t value;
	} good[] = {
		{ CPU, "2", 2000 },
		{ CPU, "1.5", 1500 },
		{ CPU, "500m", 500 },
		{ CPU, "0.5", 500 },
		{ CPU, "0", 0 },
		{ CPU, "0.0", 0 },
		{ CPU, "1.9999", 1999 },
		{ CPU, "max", AIOS_UNLIMITED },
		{ AIOS_RESOURCE_GPU, "0.25", 250 },
		{ MEMORY, "0", 0 },
		{ MEMORY, "4096", 4096 },
		{ MEMORY, "1B", 1 },
		{ MEMORY, "1k", 1024 },
		{ MEMORY, "4G", 4ULL << 30 },
		{ MEMORY, "4Gi", 4ULL << 30 },
		{ MEMORY, "4GiB", 4ULL << 30 },
		{ MEMORY, "4GB", 4000000000ULL },
		{ MEMORY, "4kB", 4000 },
		{ MEMORY, "4KiB", 4096 },
		{ MEMORY, "1.5G", 3ULL << 29 },
		{ MEMORY, "0.001K", 1 },
		{ MEMORY, "15E", 15ULL << 60 },
		{ MEMORY, "15.5E", 31ULL << 59 },
		{ MEMORY, "0.999999999E", 1152921503453925471ULL },
		{ MEMORY, "18446744073709551614", AIOS_UNLIMITED - 1 },
		{ AIOS_RESOURCE_GPU_MEMORY, "80T", 80ULL << 40 },
		{ IO, "100M", 100000000 },
		{ IO, "100MB", 100000000 },
		{ IO, "100MB/s", 100000000 },
		{ IO, "100Mi", 104857600 },
		{ IO, "100MiB/s", 104857600 },
		{ IO, "512/s", 512 },
		{ AIOS_RESOURCE_NET, "1.25G", 1250000000 },
		{ PIDS, "100", 100 },
		{ PIDS, "2k", 2000 },
		{ 99, "7", 7 },
	};
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		value = 1;
		tap_check(!aios_quantity_parse(good[i].resource, good[i].text, &value) &&
			  value == good[i].value, __FILE__, __LINE__,
			  "\"%s\" is %llu, not %llu", good[i].text,
			  (unsigned long long)value,
			  (unsigned long long)good[i].value);
	}
}

static void wrong_quantities_are_refused(void)
{
	static const struct {
		uint32_t resource;
		const char *text;
		int err;
	} bad[] = {
		{ CPU, "", -EINVAL },
		{ CPU, "x", -EINVAL },
		{ CPU, "-1", -EINVAL },
		{ CPU, "+1", -EINVAL },
		{ CPU, " 1", -EINVAL },
		{ CPU, "1 ", -EINVAL },
		{ CPU, "1.", -EINVAL },
		{ CPU, ".5", -EINVAL },
		{ CPU, "1.5.2", -EINVAL },
		{ CPU, "1e3", -EINVAL },
		{ CPU, "0x10", -EINVAL },
		{ CPU, "1G", -EINVAL },
		{ CPU, "2:3", -EINVAL },
		{ CPU, "maximum", -EINVAL },
		{ CPU, "0.0004", -ERANGE },
		{ CPU, "0.5m", -ERANGE },
		{ CPU, "18446744073709552", -ERANGE },
		{ MEMORY, "500m", -EINVAL },
		{ MEMORY, "4GiBB", -EINVAL },
		{ MEMORY, "4i", -EINVAL },
		{ MEMORY, "4G/s", -EINVAL },
		{ MEMORY, "4 G", -EINVAL },
		{ MEMORY, "16E", -ERANGE },
		{ MEMORY, "0.5", -ERANGE },
		{ MEMORY, "18446744073709551615", -ERANGE },
		{ MEMORY, "99999999999999999999", -ERANGE },
		{ MEMORY, "99999999999999999999x", -EINVAL },
		{ IO, "1Mb", -EINVAL },
		{ PIDS, "1Ki", -EINVAL },
		{ PIDS, "1B", -EINVAL },
	};
	uint64_t value = 77;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		err = aios_quantity_parse(bad[i].resource, bad[i].text, &value);
		tap_check(err == bad[i].err, __FILE__, __LINE__,
			  "\"%s\": %d, not %d", bad[i].text, err, bad[i].err);
	}
	check_equal(value, 77);
}

static void quantities_are_written(void)
{
	static const struct {
		uint32_t resource;
		uint64_t value;
		const char *text;
	} forms[] = {
		{ CPU, 0, "0" },
		{ CPU, 2000, "2" },
		{ CPU, 1500, "1.5" },
		{ CPU, 1, "0.001" },
		{ CPU, 1050, "1.05" },
		{ CPU, AIOS_UNLIMITED, "max" },
		{ CPU, AIOS_UNLIMITED - 1, "18446744073709551.614" },
		{ MEMORY, 0, "0" },
		{ MEMORY, 1023, "1023B" },
		{ MEMORY, 1024, "1KiB" },
		{ MEMORY, 4ULL << 30, "4GiB" },
		{ MEMORY, 3ULL << 29, "1.5GiB" },
		{ MEMORY, 4000000000ULL, "3.73GiB" },
		{ MEMORY, (1ULL << 30) - 1, "1024MiB" },
		{ MEMORY, AIOS_UNLIMITED - 1, "16EiB" },
		{ IO, 125000000, "125MB/s" },
		{ IO, 999, "999B/s" },
		{ IO, 1250, "1.25kB/s" },
		{ PIDS, 12345678, "12345678" },
	};
	char buf[AIOS_QUANTITY_LEN], tiny[3];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++)
		check_text(aios_quantity_format(forms[i].resource, forms[i].value,
						buf, sizeof(buf)), forms[i].text);
	check_text(aios_quantity_format(MEMORY, 1024, tiny, sizeof(tiny)), "1K");
}

/* What is written is read again, to within the rounding of two decimals. */
static void written_quantities_are_read(void)
{
	char buf[AIOS_QUANTITY_LEN];
	uint64_t value, back, error;
	uint32_t r;
	int i;

	srandom(1);
	for (i = 0; i < 20000; i++) {
		value = ((uint64_t)random() << 33 ^ (uint64_t)random()) >> (i % 60);
		value &= ~0ULL >> 1;
		r = (uint32_t)(i % (AIOS_RESOURCE_HUGE_PAGES + 1));
		aios_quantity_format(r, value, buf, sizeof(buf));
		back = 0;
		if (!tap_check(!aios_quantity_parse(r, buf, &back), __FILE__,
			       __LINE__, "cannot read \"%s\"", buf))
			break;
		error = back > value ? back - value : value - back;
		if (r == CPU || r == AIOS_RESOURCE_GPU || r == PIDS)
			check(!error);
		else
			check(error <= value / 190);
	}
}

static void ranges_are_read(void)
{
	static const struct {
		uint32_t resource;
		const char *text;
		uint64_t request;
		uint64_t limit;
		const char *form;
	} good[] = {
		{ CPU, "2:8", 2000, 8000, "2:8" },
		{ CPU, "2", 2000, 2000, "2" },
		{ CPU, "500m:1.5", 500, 1500, "0.5:1.5" },
		{ CPU, "2:", 2000, AIOS_UNLIMITED, "2:max" },
		{ CPU, "2:max", 2000, AIOS_UNLIMITED, "2:max" },
		{ CPU, ":8", 0, 8000, "0:8" },
		{ CPU, ":", 0, AIOS_UNLIMITED, "0:max" },
		{ CPU, "max", 0, AIOS_UNLIMITED, "0:max" },
		{ CPU, "0", 0, 0, "0" },
		{ MEMORY, "4G:16GiB", 4ULL << 30, 16ULL << 30, "4GiB:16GiB" },
		{ IO, "10MB/s:1G", 10000000, 1000000000, "10MB/s:1GB/s" },
	};
	static const struct {
		const char *text;
		int err;
	} bad[] = {
		{ "", -EINVAL }, { "2:8:9", -EINVAL }, { "8:x", -EINVAL },
		{ "x:8", -EINVAL }, { "::", -EINVAL }, { "2-8", -EINVAL },
		{ "8:2", -ERANGE }, { "max:2", -ERANGE }, { "max:max", -ERANGE },
		{ "1:99999999999999999999", -ERANGE },
		{ "99999999999999999999:1", -ERANGE },
		{ "99999999999999999999:x", -EINVAL },
		{ "99999999999999999999", -ERANGE },
	};
	uint64_t request = 7, limit = 7;
	char buf[AIOS_RANGE_LEN];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		tap_check(aios_range_parse(CPU, bad[i].text, &request, &limit) ==
			  bad[i].err, __FILE__, __LINE__, "\"%s\"", bad[i].text);
	check(request == 7 && limit == 7);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		check_equal(aios_range_parse(good[i].resource, good[i].text,
					     &request, &limit), 0);
		check_equal(request, good[i].request);
		check_equal(limit, good[i].limit);
		check_text(aios_range_format(good[i].resource, request, limit, buf,
					     sizeof(buf)), good[i].form);
	}
}

/* --------------------------------------------------------------- sentences */

static const char *sentence(struct aios_ctx *ctx, struct aios_why why)
{
	static char buf[AIOS_WHY_LEN];

	return aios_why_describe(ctx, &why, buf, sizeof(buf));
}

/* 2033-05-18 03:33:20 UTC, as CLOCK_MONOTONIC has it. */
static uint64_t begin_asked(void)
{
	struct timespec now, real;

	clock_gettime(CLOCK_MONOTONIC, &now);
	clock_gettime(CLOCK_REALTIME, &real);
	return (uint64_t)((2000000000LL - real.tv_sec + now.tv_sec) * 1000000000LL -
			  real.tv_nsec + now.tv_nsec);
}

static void says(struct aios_why why, const char *text)
{
	const char *whole = sentence(NULL, why);

	tap_check(strstr(whole, text), __FILE__, __LINE__,
		  "\"%s\" lacks \"%s\"", whole, text);
}

static void every_cause_has_a_sentence(void)
{
	const char *text;
	uint32_t code;

	for (code = AIOS_WHY_NONE + 1; aios_why_name(code); code++) {
		text = sentence(NULL, (struct aios_why){ .code = code, .asked = 1 });
		tap_check(strstr(text, ": ") && !strstr(text, "does not know"),
			  __FILE__, __LINE__, "%u: \"%s\" lacks a remedy", code, text);
		check(text[strlen(text) - 1] != '.' && !strchr(text, '\n'));
	}
	check_text(sentence(NULL, (struct aios_why){ .code = AIOS_WHY_NONE }), "");
	text = sentence(NULL, (struct aios_why){ .code = code });
	check(strstr(text, "does not know"));
}

static void sentences_have_the_numbers(void)
{
	struct aios_why why = {
		.code = AIOS_WHY_NEVER_FITS,
		.resource = AIOS_RESOURCE_MEMORY,
		.group = 12,
		.asked = 64ULL << 30,
		.available = 48ULL << 30,
	};

	says(why, "64GiB of memory");
	says(why, "group 12 never has more than 48GiB");
	why.group = 0;
	says(why, "this machine never has");
	why = (struct aios_why){
		.code = AIOS_WHY_VALUE, .asked = (__u64)-2000, .available = 1000,
	};
	says(why, "-2000 is out of range");
	why = (struct aios_why){
		.code = AIOS_WHY_STATE, .asked = AIOS_STATE_QUEUED,
	};
	says(why, "the job is queued");
	why.asked = AIOS_STATE_RUNNING;
	says(why, "the job is running");
	why.asked = AIOS_STATE_SUSPENDED;
	says(why, "resume it first");
	why.asked = 99;
	says(why, "another state");
	why = (struct aios_why){ .code = AIOS_WHY_BUSY, .group = 2, .available = 3 };
	says(why, "group 2 has 0 jobs and 3 groups");
	why = (struct aios_why){ .code = AIOS_WHY_BUSY, .group = 1 };
	says(why, "root");
	why = (struct aios_why){
		.code = AIOS_WHY_DEPENDS, .asked = 7, .available = AIOS_DEPEND_AFTEROK,
	};
	says(why, "job 7 to end with success");
	why.available = 0;
	says(why, "job 7 to do something");
	why.asked = 0;
	says(why, "waits for a job that is not shown to you to do something");
	why.asked = 7;
	why.code = AIOS_WHY_FORGOTTEN;
	why.available = AIOS_DEPEND_AFTEROK;
	says(why, "job 7 to end with success, which has ended, and how is no longer remembered");
	why = (struct aios_why){
		.code = AIOS_WHY_NEVER_GROWS, .resource = AIOS_RESOURCE_MEMORY,
		.asked = 4ULL << 30, .available = 4ULL << 30,
	};
	says(why, "the request is 4GiB and the limit 4GiB, and the request can never grow");
	why = (struct aios_why){ .code = AIOS_WHY_HELD, .asked = 77 };
	says(why, "process 77, which traces it, does not let it end");
	why.asked = 0;
	says(why, "a process outside this pid namespace, which traces it, does not let it end");
	why = (struct aios_why){
		.code = AIOS_WHY_TIME_LIMIT, .group = 2, .asked = 7200000000000,
		.available = 3600000000000,
	};
	says(why, "7200 s are above the 3600 s that a job of group 2 runs at most");
	why.asked = AIOS_UNLIMITED;
	says(why, "no job of group 2 runs without a time limit, but 3600 s at most");
	why = (struct aios_why){
		.code = AIOS_WHY_TOO_LITTLE, .resource = AIOS_RESOURCE_MEMORY, .asked = 4096,
		.available = 1 << 20,
	};
	says(why, "nothing can start with 4KiB of memory: give at least 1MiB");
	setenv("TZ", "UTC", 1);
	why = (struct aios_why){ .code = AIOS_WHY_BEGIN, .asked = begin_asked() };
	says(why, "it is not to begin before 2033-05-18 03:33:20: wait, or 'aiosctl update --begin now' lets it go on");
	why = (struct aios_why){ .code = AIOS_WHY_BEHIND, .asked = 8 };
	says(why, "it waits behind job 8, which goes first");
	why.asked = 0;
	says(why, "it waits behind a job that is not shown to you, which goes first");
	why = (struct aios_why){
		.code = AIOS_WHY_CONFINED, .asked = 1ULL << 60, .available = AIOS_CONFINED_LIST,
	};
	says(why, "may not leave the cgroup with number 1152921504606846976 for a job");
	says(why, "'aiosctl sources'");
	why.available = AIOS_CONFINED_NAMESPACE;
	says(why, "cgroup namespace of its own");
	why.available = AIOS_CONFINED_FILTER;
	says(why, "are filtered");
	why.available = AIOS_CONFINED_THREADS;
	says(why, "not all threads");
	why = (struct aios_why){
		.code = AIOS_WHY_BOUND, .resource = AIOS_RESOURCE_MEMORY,
		.asked = 64 << 20, .available = 50 << 20,
	};
	says(why, "64MiB of memory are requested");
	says(why, "limited to 50MiB");
	why = (struct aios_why){
		.code = AIOS_WHY_NOT_CARRIED, .asked = 1ULL << 60,
		.available = AIOS_CARRY_CPUSET_CPUS,
	};
	says(why, "a limit in cpuset.cpus that no job can be held to");
	why = (struct aios_why){
		.code = AIOS_WHY_FULL, .resource = AIOS_RESOURCE_MEMORY, .asked = 96 << 20,
	};
	says(why, "this machine ran out of memory when the job had used 96MiB of memory");
	why = (struct aios_why){
		.code = AIOS_WHY_KEPT, .resource = AIOS_RESOURCE_MEMORY, .asked = 7,
		.available = 96 << 20,
	};
	says(why, "96MiB of memory, held by job 7, which cannot give it back");
	why = (struct aios_why){ .code = AIOS_WHY_CGROUP, .asked = ENOENT };
	says(why, "No such file or directory");
	why = (struct aios_why){
		.code = AIOS_WHY_UNENFORCEABLE, .resource = 14,
	};
	says(why, "resource 14");
}

static const char *group_path;

static void name_group(unsigned int nr, void *arg)
{
	struct aios_group_stat *s = arg;

	if (nr != AIOS_IOC_GROUP_STAT)
		return;
	check(s->name_room > AIOS_PATH_MAX);
	strcpy((char *)(uintptr_t)s->full_path, group_path);
}

static void sentences_name_groups_by_path(void)
{
	static const struct aios_info info = {
		.size = sizeof(info), .abi_version = AIOS_ABI_VERSION,
	};
	static const struct mock_ioctl script[] = {
		{ AIOS_IOC_INFO, NULL, &info, sizeof(info), 0 },
		{ AIOS_IOC_GROUP_STAT, NULL, NULL, 0, ENOENT },
		{ AIOS_IOC_GROUP_STAT, NULL, NULL, 0, 0 },
		{ AIOS_IOC_GROUP_STAT, NULL, NULL, 0, 0 },
	};
	struct aios_why why = { .code = AIOS_WHY_PERMISSION, .group = 3 };
	struct aios_ctx *ctx;

	mock_script(script, ARRAY_SIZE(script));
	mock_on_success(name_group);
	check_equal(aios_new(&ctx, NULL), 0);
	check(strstr(sentence(ctx, why), "group 3 "));
	group_path = "/team/nlp";
	check(strstr(sentence(ctx, why), "group /team/nlp "));
	group_path = "/";
	check(strstr(sentence(ctx, why), "the root of all groups "));
	aios_unref(ctx);
}

static void sentences_fit_the_buffer(void)
{
	const struct aios_why why = { .code = AIOS_WHY_NOT_READY };
	char buf[8];

	memset(buf, 'x', sizeof(buf));
	aios_why_describe(NULL, &why, buf, sizeof(buf));
	check_text(buf, "no proc");
	buf[0] = 'x';
	aios_why_describe(NULL, &why, buf, 0);
	check_equal(buf[0], 'x');
}

static const struct tap_case cases[] = {
	{ "every constant has a word", every_constant_has_a_word },
	{ "words are those of the header", words_are_those_of_the_header },
	{ "unknown words", unknown_words_have_no_constant },
	{ "quantities are read", quantities_are_read },
	{ "wrong quantities are refused", wrong_quantities_are_refused },
	{ "quantities are written", quantities_are_written },
	{ "written quantities are read", written_quantities_are_read },
	{ "ranges", ranges_are_read },
	{ "every cause has a sentence", every_cause_has_a_sentence },
	{ "sentences have the numbers", sentences_have_the_numbers },
	{ "sentences name groups", sentences_name_groups_by_path },
	{ "sentences fit the buffer", sentences_fit_the_buffer },
};

int main(void)
{
	return tap_run(cases, ARRAY_SIZE(cases));
}
