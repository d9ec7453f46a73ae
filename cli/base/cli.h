/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every command of aiosctl is made of: a row in the command table, the
 * options that it takes, the exit statuses, and the way in which it fails.
 */
#ifndef AIOSCTL_BASE_CLI_H
#define AIOSCTL_BASE_CLI_H

#include <aios.h>

#include "print/out.h"
#include "print/util.h"
#include "print/when.h"

#define AIOSCTL_VERSION	AIOS_VERSION

/* The exit statuses, which aiosctl(1) documents. */
enum cli_status {
	CLI_OK = 0,
	CLI_FAILURE = 1,	/* something failed while it ran */
	CLI_USAGE = 2,		/* the command line is wrong */
	CLI_NOT_FOUND = 3,	/* no such job, group or device */
	CLI_PERMISSION = 4,
	CLI_INFEASIBLE = 5,	/* can never be granted on this machine */
	CLI_TIMEOUT = 6,
	CLI_NO_MODULE = 7,	/* /dev/aios is not there */
	/* These are of the command that run starts, as env(1) and timeout(1) have them. */
	CLI_CANNOT_EXEC = 126,
	CLI_NO_COMMAND = 127,
	CLI_SIGNAL = 128,	/* plus its number */
};

struct cli_option {
	const char *name;
	int key;		/* the short option, or a value above 255 */
	const char *arg;	/* what help calls its argument; NULL: it has none */
	const char *help;	/* %s: the words that the argument can be */
};

struct cli;
struct cli_values;

struct cli_command {
	const char *name;
	const char *args;	/* what follows the options */
	const char *summary;	/* one line */
	const char *help;	/* paragraphs, wrapped */
	const struct cli_option *options; /* ends with a NULL name */
	const struct cli_option *shared;  /* a second such table */
	/* The table ends with NULL; the first command is the default. */
	const struct cli_command * const *subcommands;
	bool stops;		/* options end where the arguments begin */
	const struct cli_values *values; /* what arguments can be, see values.h */
	const char * const *exclusive; /* options that exclude each other, NULL at the end */
	int (*run)(struct cli *cli, int argc, char **argv);
};

struct cli_failure {
	enum cli_status status;
	int err;		/* -errno, or 0 */
	struct aios_why why;
	char *message;
};

struct cli {
	const struct cli_command * const *commands; /* all; NULL at the end */
	const struct cli_command *command;
	const struct cli_command *parent; /* of a subcommand */
	struct aios_ctx *ctx;	/* see cli_connect() */
	struct out out;
	bool json;
	bool quiet;
	bool color;		/* of standard output */
	bool several;		/* between cli_several_begin() and the end */
	struct cli_failure first; /* of several; status 0: none */
	struct option *long_options;
	char *short_options;
};

/* These are the options of every command, and those that stand before one. */
extern const struct cli_option cli_global_options[];
extern const struct cli_option cli_leading_options[];

/* A command begins and ends with these. @commands: all that the program has. */
void cli_begin(struct cli *cli, const struct cli_command * const *commands);
void cli_end(struct cli *cli);

/* Keys of options that have no letter begin here. */
#define CLI_KEY(n)	(256 + (n))

/*
 * cli_getopt() returns the next option of the command's tables, with its argument in
 * optarg; -1 after the last; '?' for a wrong one, which has been reported: the caller
 * returns CLI_USAGE. It deals with the options that every command takes itself.
 */
int cli_getopt(struct cli *cli, int argc, char **argv);

/* cli_find() returns the command that @name names in @table, or NULL. */
const struct cli_command *cli_find(const struct cli_command * const *table,
				   const char *name);

int cli_help(struct cli *cli, const struct cli_command *command,
	     const struct cli_command *parent);

/*
 * This says that there is no command @name in @table, which may be NULL, and which there
 * are; @of is the beginning of the sentence, "there is" or "group has".
 */
int cli_no_command(struct cli *cli, const char *of, const struct cli_command * const *table,
		   const char *name);
/* This says that the option "--sort" does not know @word, and which words it knows. */
int cli_unknown(struct cli *cli, const char *option, const char *word);

/* This opens the device, once; it returns 0 or a status after having said why. */
int cli_connect(struct cli *cli);
/* This says that the device is not here, what helps, and returns CLI_NO_MODULE. */
int cli_no_module(struct cli *cli);
/* This says why there is no netlink family, and returns a status. */
int cli_no_netlink(struct cli *cli);
bool cli_module_loaded(void);
bool cli_in_container(void);

/*
 * Each of these reports a failure: it says the cause on standard error, or as a JSON
 * document on standard output, drops what was to be printed, and returns the status for
 * the command to return.
 */
int cli_error(struct cli *cli, enum cli_status status, const char *format, ...)
	OUT_PRINTF(3, 4);
int cli_usage(struct cli *cli, const char *format, ...) OUT_PRINTF(2, 3);
/* @err is -errno of a library call, @why what it wrote back, or NULL. */
int cli_fail(struct cli *cli, int err, const struct aios_why *why,
	     const char *format, ...) OUT_PRINTF(4, 5);
/* This is cli_fail() where the command knows the cause, and what helps, better. */
int cli_fail_because(struct cli *cli, int err, const struct aios_why *why, const char *cause,
		     const char *format, ...) OUT_PRINTF(5, 6);
/* This returns what -errno of a call means and what helps. */
const char *cli_cause(int err);
/* This says that there is no group @path. */
int cli_no_group(struct cli *cli, const char *path);
/* This prints a line on standard error that --quiet leaves out. */
void cli_note(struct cli *cli, const char *format, ...) OUT_PRINTF(2, 3);

enum cli_status cli_status_of(int err, const struct aios_why *why);
/* This returns the exit status that stands for the end of a job. */
int cli_status_of_end(uint32_t end, uint32_t code);

/*
 * cli_open() begins the command's document; cli_close() writes it and returns the
 * status to end with.
 */
void cli_open(struct cli *cli);
int cli_close(struct cli *cli);

/*
 * A command that does the same to several things, all of them although one fails, prints
 * one JSON document: a list @key with a record for each, begun and ended by these, which
 * has the failure in it, and the first failure as a document of one has it. Text has but
 * the failures. cli_several_end() returns @status, of the first, or that of the writing.
 */
void cli_several_begin(struct cli *cli, const char *key);
void cli_item_begin(struct cli *cli);
void cli_item_end(struct cli *cli, int status);
int cli_several_end(struct cli *cli, int status);

/*
 * These read arguments that several commands take; they return 0, or a status after
 * having said why.
 */
int cli_parse_job(struct cli *cli, const char *text, uint64_t *id);
int cli_parse_moment(struct cli *cli, const char *option, const char *text,
		     struct moment *moment);
int cli_parse_duration(struct cli *cli, const char *option, const char *text,
		       uint64_t *ns);
int cli_parse_number(struct cli *cli, const char *option, const char *text,
		     uint64_t min, uint64_t max, uint64_t *value);

#endif /* AIOSCTL_BASE_CLI_H */
