// SPDX-License-Identifier: GPL-2.0
/*
 * cdi: the specification by which container engines make a container a job of aios
 * (Container Device Interface, version 0.5.0, which the podman of Debian 12 reads).
 */
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/commands.h"

#define DEFAULT_FILE	"/etc/cdi/aios.json"

enum {
	KEY_HOOK = CLI_KEY(1),
};

static const struct cli_option cdi_options[] = {
	{ "hook", KEY_HOOK, "FILE",
	  "the hook that makes a container a job (default: as installed)" },
	{ 0 }
};

/* A device is a way of asking: whether the engine's user waits until there is room. */
static const struct {
	const char *name;
	const char *wait;
} devices[] = {
	{ "default", "yes" },
	{ "now", "no" },
};

static void string_write(FILE *f, const char *text)
{
	putc('"', f);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', f);
		putc(*text, f);
	}
	putc('"', f);
}

static void hook_write(FILE *f, const char *stage, const char *hook, const char *wait)
{
	fprintf(f, "\t\t\t\t{ \"hookName\": \"%s\", \"path\": ", stage);
	string_write(f, hook);
	fprintf(f, ",\n\t\t\t\t  \"args\": [\"aios-oci-hook\", \"--wait=%s\"] }", wait);
}

static void spec_write(FILE *f, const char *hook)
{
	fputs("{\n\t\"cdiVersion\": \"0.5.0\",\n\t\"kind\": \"aios.dev/job\",\n", f);
	fputs("\t\"devices\": [", f);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		fprintf(f, "%s\n\t\t{ \"name\": \"%s\", \"containerEdits\": {\n", i ? "," : "",
			devices[i].name);
		fputs("\t\t\t\"deviceNodes\": [{ \"path\": \"" AIOS_DEVICE_PATH "\" }],\n", f);
		fputs("\t\t\t\"hooks\": [\n", f);
		hook_write(f, "createRuntime", hook, devices[i].wait);
		fputs(",\n", f);
		hook_write(f, "poststop", hook, devices[i].wait);
		fputs("\n\t\t\t] } }", f);
	}
	fputs("\n\t]\n}\n", f);
}

static int hook_check(struct cli *cli, const char *hook)
{
	if (*hook != '/')
		return cli_usage(cli, "--hook: '%s' is no absolute path, and runtimes take no other",
				 hook);
	for (const char *c = hook; *c; c++)
		if ((unsigned char)*c < ' ')
			return cli_usage(cli, "--hook: a path with control characters is none for a specification");
	if (access(hook, X_OK))
		cli_note(cli, "there is no program %s yet: 'make install' puts it there, or name another with --hook",
			 hook);
	return CLI_OK;
}

static int cdi_run(struct cli *cli, int argc, char **argv)
{
	const char *hook = AIOS_OCI_HOOK;
	auto_free char *text = NULL;
	size_t len;
	FILE *f;
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		if (key != KEY_HOOK)
			return CLI_USAGE;
		hook = optarg;
	}
	if (optind < argc)
		return cli_usage(cli, "cdi takes no argument '%s': it prints, say >" DEFAULT_FILE,
				 argv[optind]);
	status = hook_check(cli, hook);
	if (status)
		return status;
	f = open_memstream(&text, &len);
	if (!f)
		out_of_memory();
	spec_write(f, hook);
	fclose(f);
	cli_open(cli);
	out_data_string(&cli->out, "file", DEFAULT_FILE);
	out_data_string(&cli->out, "specification", text);
	if (!cli->json)
		fwrite(text, 1, len, stdout);
	return cli_close(cli);
}

const struct cli_command cdi_command = {
	.name = "cdi",
	.summary = "print what lets container engines make containers jobs",
	.help = "Print a specification of the Container Device Interface: written to " DEFAULT_FILE ", it makes 'podman run --device aios.dev/job=default' have aios govern the container, with what its annotations dev.aios/cpu, dev.aios/memory, dev.aios/group and others ask for. With job=now a container that would have to wait is refused.",
	.options = cdi_options,
	.run = cdi_run,
};
