// SPDX-License-Identifier: GPL-2.0
/*
 * Options and failures: what every command of aiosctl does in the same way.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "base/cli.h"
#include "base/similar.h"
#include "base/values.h"
#include "lazy/jsonc.h"

enum {
	KEY_JSON = CLI_KEY(900),
	KEY_COLOR,
};

const struct cli_option cli_global_options[] = {
	{ "json", KEY_JSON, NULL, "print one JSON document (schema " OUT_SCHEMA "), errors too" },
	{ "color", KEY_COLOR, "WHEN",
	  "colour text: auto (default), always or never; NO_COLOR is heeded" },
	{ "quiet", 'q', NULL, "print no notes on standard error" },
	{ "help", 'h', NULL, "print this help" },
	{ 0 }
};

const struct cli_option cli_leading_options[] = {
	{ "version", 'V', NULL, "print the version" },
	{ 0 }
};

/* ---------------------------------------------------------------- options */

static const struct cli_option *option_tables(const struct cli *cli, int i)
{
	switch (i) {
	case 0:
		return cli->command->options;
	case 1:
		return cli->command->shared;
	default:
		return cli_global_options;
	}
}

/* This makes getopt_long()'s tables out of ours. */
static void options_build(struct cli *cli)
{
	size_t n = 0, len = 0;

	cli->long_options = xcalloc(128, sizeof(struct option));
	cli->short_options = xcalloc(1, 512);
	cli->short_options[len++] = cli->command->stops ? '+' : ':';
	if (cli->command->stops)
		cli->short_options[len++] = ':';
	for (int i = 0; i < 3; i++) {
		const struct cli_option *o = option_tables(cli, i);

		for (; o && o->name; o++) {
			cli->long_options[n++] = (struct option){
				.name = o->name,
				.has_arg = !o->arg ? no_argument :
					o->arg[0] == '[' ? optional_argument :
					required_argument,
				.val = o->key,
			};
			if (o->key > 255)
				continue;
			cli->short_options[len++] = o->key;
			if (o->arg)
				cli->short_options[len++] = ':';
		}
	}
}

/* It returns 0, or -EINVAL for an unknown word. */
static int color_set(struct cli *cli, const char *when)
{
	if (!strcmp(when, "always"))
		cli->color = true;
	else if (!strcmp(when, "never"))
		cli->color = false;
	else if (strcmp(when, "auto"))
		return -EINVAL;
	cli->out.color = cli->color && !cli->json;
	return 0;
}

/*
 * The first pass looks for what shapes the messages of the second, so that an error in
 * the first option is JSON although --json comes last.
 */
static void options_begin(struct cli *cli, int argc, char **argv)
{
	/* It moves options to the front, and one at the end would find an argument there. */
	auto_free char **copy = xcalloc(argc + 1, sizeof(*copy));
	int key;

	options_build(cli);
	opterr = 0;
	optind = 0;
	memcpy(copy, argv, argc * sizeof(*copy));
	while ((key = getopt_long(argc, copy, cli->short_options,
				  cli->long_options, NULL)) != -1) {
		if (key == KEY_JSON)
			cli->json = true;
		else if (key == 'q')
			cli->quiet = true;
	}
	/* It is loaded ahead of what the command does, since it can be missing. */
	if (cli->json)
		jsonc_load();
	cli->out.json = cli->json;
	cli->out.color = cli->color && !cli->json;
	optind = 0;
}

/* This returns the option whose name begins with the @len bytes at @name, and their number. */
static const struct cli_option *option_begins(const struct cli *cli, const char *name,
					      size_t len, size_t *nr)
{
	const struct cli_option *found = NULL;

	*nr = 0;
	for (int i = 0; i < 3; i++) {
		const struct cli_option *o = option_tables(cli, i);

		for (; o && o->name; o++) {
			if (strncmp(o->name, name, len))
				continue;
			found = o;
			++*nr;
		}
	}
	return found;
}

static const struct cli_option *option_of_key(const struct cli *cli, int key)
{
	for (int i = 0; i < 3; i++) {
		const struct cli_option *o = option_tables(cli, i);

		for (; o && o->name; o++)
			if (o->key == key)
				return o;
	}
	return NULL;
}

/* @word is an option that is not known, or the beginning of several. */
static void option_unknown(struct cli *cli, const char *word)
{
	size_t len = strcspn(word, "="), nr;
	auto_free char *name = xasprintf("%.*s", (int)len - 2, word + 2);
	auto_free char *meant = NULL;
	struct similar similar;

	option_begins(cli, name, len - 2, &nr);
	similar_begin(&similar, name);
	for (int i = 0; i < 3; i++) {
		const struct cli_option *o = option_tables(cli, i);

		for (; o && o->name; o++)
			similar_offer(&similar, o->name);
	}
	meant = similar_text(&similar, "--");
	if (nr > 1)
		cli_usage(cli, "--%s can mean several options%s", name, meant);
	else
		cli_usage(cli, "there is no option --%s%s", name, meant);
}

/* @word is the option as it was given, without its argument. */
static void argument_missing(struct cli *cli, const char *word, const struct cli_option *option)
{
	auto_free char *help = option ? cli_option_help(cli->command, option) : NULL;

	if (option)
		cli_usage(cli, "%s needs an argument: %s %s (%s)", word, word, option->arg, help);
	else
		cli_usage(cli, "%s needs an argument", word);
}

static int option_wrong(struct cli *cli, int key, char **argv)
{
	const char *word = argv[optind - 1];
	bool is_long = !strncmp(word, "--", 2);

	if (key == ':')
		argument_missing(cli, word, option_of_key(cli, optopt));
	else if (!is_long)
		cli_usage(cli, "there is no option -%c", optopt);
	else if (optopt)
		cli_usage(cli, "option %s takes no argument", word);
	else
		option_unknown(cli, word);
	return '?';
}

/* Did the option take another option for its argument? Nobody calls a thing "--json". */
static bool argument_is_option(const struct cli *cli, char **argv)
{
	size_t nr;

	if (!optarg || optind < 2 || optarg != argv[optind - 1] || strncmp(optarg, "--", 2))
		return false;
	return optarg[2] && option_begins(cli, optarg + 2, strlen(optarg + 2) + 1, &nr);
}

int cli_getopt(struct cli *cli, int argc, char **argv)
{
	int key;

	if (!cli->long_options)
		options_begin(cli, argc, argv);
	for (;;) {
		optopt = 0;
		optarg = NULL;
		key = getopt_long(argc, argv, cli->short_options,
				  cli->long_options, NULL);
		switch (key) {
		case KEY_JSON:
		case 'q':
			break;
		case KEY_COLOR:
			if (!color_set(cli, optarg))
				break;
			cli_unknown(cli, "--color", optarg);
			return '?';
		case 'h':
			exit(cli_help(cli, cli->command->name ? cli->command : NULL,
				      cli->parent));
		case '?':
		case ':':
			return option_wrong(cli, key, argv);
		default:
			if (key == -1 || !argument_is_option(cli, argv))
				return key;
			argument_missing(cli, argv[optind - 2], option_of_key(cli, key));
			return '?';
		}
	}
}

const struct cli_command *cli_find(const struct cli_command * const *table,
				   const char *name)
{
	for (; *table; table++)
		if (!strcmp((*table)->name, name))
			return *table;
	return NULL;
}

/* --------------------------------------------------------------- failures */

static const char * const status_names[] = {
	[CLI_OK] = "ok",
	[CLI_FAILURE] = "failure",
	[CLI_USAGE] = "usage",
	[CLI_NOT_FOUND] = "not_found",
	[CLI_PERMISSION] = "permission",
	[CLI_INFEASIBLE] = "infeasible",
	[CLI_TIMEOUT] = "timeout",
	[CLI_NO_MODULE] = "no_module",
};

enum cli_status cli_status_of(int err, const struct aios_why *why)
{
	switch (why ? why->code : AIOS_WHY_NONE) {
	case AIOS_WHY_NEVER_FITS:
	case AIOS_WHY_UNENFORCEABLE:
	case AIOS_WHY_REQUEST_ABOVE_LIMIT:
	case AIOS_WHY_ABOVE_PARENT:
	case AIOS_WHY_NO_DEVICE:
	case AIOS_WHY_BOUND:
		return CLI_INFEASIBLE;
	case AIOS_WHY_PERMISSION:
	case AIOS_WHY_CONFINED:
	case AIOS_WHY_NOT_CARRIED:
		return CLI_PERMISSION;
	default:
		break;
	}
	switch (-err) {
	case ENOENT:
	case ESRCH:
	case ENODEV:
		return CLI_NOT_FOUND;
	case EACCES:
	case EPERM:
		return CLI_PERMISSION;
	case ETIMEDOUT:
		return CLI_TIMEOUT;
	default:
		return CLI_FAILURE;
	}
}

int cli_status_of_end(uint32_t end, uint32_t code)
{
	switch (end) {
	case AIOS_END_NONE:
		return CLI_OK;
	case AIOS_END_EXIT:
		return code & 0xff;
	case AIOS_END_TIME_LIMIT:
	case AIOS_END_SIGNAL:
		return CLI_SIGNAL + (code & 0x7f);
	case AIOS_END_OOM:
	case AIOS_END_FULL:
	case AIOS_END_CANCELLED:
		return CLI_SIGNAL + SIGKILL;
	default:
		return CLI_FAILURE;
	}
}

void cli_open(struct cli *cli)
{
	auto_free char *both = NULL;
	const char *name = cli->command ? cli->command->name : NULL;

	if (cli->parent)
		both = xasprintf("%s %s", cli->parent->name, name);
	out_open(&cli->out, both ?: name);
}

static void why_print(struct out *o, const struct aios_why *why)
{
	out_record_begin(o, "why", NULL);
	out_string(o, "code", aios_why_name(why->code));
	out_string(o, "resource", aios_resource_name(why->resource));
	out_u64(o, "group", why->group);
	out_u64(o, "asked", why->asked);
	out_u64(o, "available", why->available);
	out_record_end(o);
}

static void failure_print(struct out *o, const struct cli_failure *f)
{
	out_record_begin(o, "error", NULL);
	/* The statuses above these are of a command that is to be executed, or of its end. */
	out_string(o, "kind", f->status < ARRAY_SIZE(status_names) ? status_names[f->status] :
		   "command");
	out_u64(o, "status", f->status);
	out_string(o, "errno", f->err ? strerrorname_np(-f->err) : NULL);
	out_string(o, "message", f->message);
	if (f->why.code)
		why_print(o, &f->why);
	out_record_end(o);
}

static int fail(struct cli *cli, enum cli_status status, int err,
		const struct aios_why *why, const char *message)
{
	struct cli_failure failure = { .status = status, .err = err, .message = (char *)message };

	if (why)
		failure.why = *why;
	if (!cli->json) {
		out_drop(&cli->out);
		fflush(stdout);
		fprintf(stderr, "aiosctl: %s\n", message);
		return status;
	}
	if (cli->several) {
		failure_print(&cli->out, &failure);
		if (cli->first.status)
			return status;
		cli->first = failure;
		cli->first.message = xstrdup(message);
		return status;
	}
	out_drop(&cli->out);
	cli_open(cli);
	failure_print(&cli->out, &failure);
	out_close(&cli->out);
	return status;
}

void cli_several_begin(struct cli *cli, const char *key)
{
	if (!cli->json)
		return;
	cli_open(cli);
	out_list_begin(&cli->out, key);
	cli->several = true;
}

void cli_item_begin(struct cli *cli)
{
	if (cli->several)
		out_record_begin(&cli->out, NULL, NULL);
}

void cli_item_end(struct cli *cli, int status)
{
	if (!cli->several)
		return;
	out_bool(&cli->out, "done", !status);
	out_record_end(&cli->out);
}

int cli_several_end(struct cli *cli, int status)
{
	int written;

	if (!cli->several)
		return status;
	out_list_end(&cli->out);
	if (cli->first.status)
		failure_print(&cli->out, &cli->first);
	free(cli->first.message);
	cli->first = (struct cli_failure){ 0 };
	cli->several = false;
	written = cli_close(cli);
	return status ?: written;
}

int cli_error(struct cli *cli, enum cli_status status, const char *format, ...)
{
	auto_free char *message = NULL;
	va_list ap;

	va_start(ap, format);
	message = xvasprintf(format, ap);
	va_end(ap);
	return fail(cli, status, 0, NULL, message);
}

int cli_usage(struct cli *cli, const char *format, ...)
{
	auto_free char *cause = NULL;
	auto_free char *message = NULL;
	bool named = cli->command && cli->command->name;
	const char *parent = cli->parent ? cli->parent->name : "";
	va_list ap;

	va_start(ap, format);
	cause = xvasprintf(format, ap);
	va_end(ap);
	message = xasprintf("%s (see 'aiosctl%s%s%s%s --help')", cause,
			    cli->parent ? " " : "", parent,
			    named ? " " : "",
			    named ? cli->command->name : "");
	return fail(cli, CLI_USAGE, 0, NULL, message);
}

static const char other_module[] =
	"the loaded module does not know this: load the one that was built with this command";

/* A call fails with these wherever it is made; what helps is told with each. */
static const struct {
	int err;
	const char *cause;
} causes[] = {
	{ EPERM, "you may not do this: run it as root, or ask an administrator of the machine" },
	{ EACCES, "you may not do this: run it as root, or ask an administrator of the machine" },
	{ EAGAIN, "what it is about changes all the time: try again" },
	{ E2BIG, other_module },
	{ ENOTTY, other_module },
	{ EOPNOTSUPP, other_module },
	{ ENOMEM, "there is no memory for it: end something, then try again" },
	{ ENOBUFS, "there is no memory for it: end something, then try again" },
	{ EMFILE, "this process has as many files open as it may: raise 'ulimit -n'" },
	{ ENFILE, "the system has as many files open as it may: close some, or raise fs.file-max" },
	{ EDQUOT, "two programs or replays of yours are under way: wait until one of them ends" },
	{ ELIBACC, "a library is missing: install libnl-3 with its generic netlink part" },
};

const char *cli_cause(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i].err == -err)
			return causes[i].cause;
	return strerror(-err);
}

int cli_fail(struct cli *cli, int err, const struct aios_why *why,
	     const char *format, ...)
{
	auto_free char *what = NULL;
	auto_free char *message = NULL;
	char sentence[AIOS_WHY_LEN + AIOS_PATH_MAX];
	va_list ap;

	va_start(ap, format);
	what = xvasprintf(format, ap);
	va_end(ap);
	if (why && why->code) {
		aios_why_describe(cli->ctx, why, sentence, sizeof(sentence));
		message = xasprintf("%s: %s", what, sentence);
	} else {
		message = xasprintf("%s: %s", what, cli_cause(err));
	}
	return fail(cli, cli_status_of(err, why), err, why, message);
}

int cli_fail_because(struct cli *cli, int err, const struct aios_why *why, const char *cause,
		     const char *format, ...)
{
	auto_free char *what = NULL;
	auto_free char *message = NULL;
	va_list ap;

	va_start(ap, format);
	what = xvasprintf(format, ap);
	va_end(ap);
	message = xasprintf("%s: %s", what, cause);
	return fail(cli, cli_status_of(err, why), err, why, message);
}

void cli_note(struct cli *cli, const char *format, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, format);
	fputs("aiosctl: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

int cli_close(struct cli *cli)
{
	int err = out_close(&cli->out);

	if (!err)
		return CLI_OK;
	/* A reader that went away is no news for the person who sent it away. */
	if (err != -EPIPE)
		fprintf(stderr, "aiosctl: cannot write: %s\n", strerror(-err));
	return CLI_FAILURE;
}

/* -------------------------------------------------------------- arguments */

int cli_parse_job(struct cli *cli, const char *text, uint64_t *id)
{
	if (!u64_parse(text, id) && *id)
		return 0;
	return cli_usage(cli, "'%s' is no job: give the number that submit printed", text);
}

int cli_parse_duration(struct cli *cli, const char *option, const char *text,
		       uint64_t *ns)
{
	if (!duration_parse(text, ns))
		return 0;
	return cli_usage(cli, "%s: '%s' is no duration: say " DURATION_FORMS,
			 option, text);
}

int cli_parse_moment(struct cli *cli, const char *option, const char *text,
		     struct moment *moment)
{
	switch (moment_parse(text, moment)) {
	case 0:
		return CLI_OK;
	case -EDOM:
		return cli_usage(cli, "%s: there is no time '%s'", option, text);
	case -ERANGE:
		return cli_usage(cli, "%s: '%s' is more than %d years ahead", option, text,
				 MOMENT_YEARS);
	default:
		return cli_usage(cli, "%s: '%s' is no time: say " MOMENT_FORMS, option, text);
	}
}

int cli_parse_number(struct cli *cli, const char *option, const char *text,
		     uint64_t min, uint64_t max, uint64_t *value)
{
	if (!u64_parse(text, value) && *value >= min && *value <= max)
		return 0;
	return cli_usage(cli, "%s: '%s' is not a whole number from %" PRIu64 " to %" PRIu64,
			 option, text, min, max);
}
