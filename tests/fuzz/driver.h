/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What starts a fuzzer, included at its end behind one_input(): clang's libFuzzer,
 * or a program that runs the files it is given, or as many pseudo-random inputs as
 * its argument says (FUZZ_INPUTS), and prints FUZZ_CLAIM as TAP.
 */
#ifdef AIOS_LIBFUZZER

/* Nothing runs in it before its first line. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	one_input(data, size);
	return 0;
}

#else

static void run_file(const char *path)
{
	static u8 data[1 << 16];
	FILE *f = fopen(path, "rb");
	size_t size;

	if (!f) {
		perror(path);
		exit(1);
	}
	size = fread(data, 1, sizeof(data), f);
	fclose(f);
	one_input(data, size);
}

static void run_random(u32 count)
{
	static u8 data[8192];
	u64 x = 88172645463325252ULL;
	u32 t, i;

	for (t = 0; t < count; t++) {
		for (i = 0; i < sizeof(data); i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			data[i] = (u8)(x >> 32);
		}
		one_input(data, sizeof(data));
	}
}

static int fuzz_main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		char *end;
		unsigned long count = strtoul(argv[i], &end, 10);

		if (*end)
			run_file(argv[i]);
		else
			run_random((u32)count);
	}
	if (argc == 1)
		run_random(FUZZ_INPUTS);
	printf("ok 1 - " FUZZ_CLAIM "\n1..1\n");
	return 0;
}

#endif
