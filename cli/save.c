// SPDX-License-Identifier: GPL-2.0
/*
 * save: groups, limits, defaults, policy, accelerators and sources go to a file that restore
 * reads; once, or whenever they have changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/commands.h"
#include "machine/joblist.h"
#include "remember/config.h"

/* A change seldom comes alone. */
#define SETTLE_NS	NSEC_PER_SEC
/* No event tells of a policy, of a default that nobody follows, and of sources. */
#define LOOK_NS		(20 * NSEC_PER_SEC)
/* Another load of the module has another number here. */
#define LOADED		"/sys/module/aios/parameters"

static const struct cli_option save_options[] = {
	{ "follow", 'f', NULL, "go on, and save whenever something has changed" },
	{ 0 }
};

/* ---------------------------------------------------------------------- file */

static int folder_sync(const char *path)
{
	auto_free char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd))
		err = -errno;
	close(fd);
	return err;
}

static int draft_write(const char *draft, const char *text)
{
	int fd, err = 0;
	FILE *f;

	unlink(draft);
	/* Groups are not for everybody to see. */
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	f = fdopen(fd, "w");
	if (!f)
		out_of_memory();
	if (fputs(text, f) < 0 || fflush(f) || fsync(fd))
		err = -errno;
	if (fclose(f) && !err)
		err = -errno;
	return err;
}

/* It is there whole, or as it was, whatever happens meanwhile. */
static int file_put(const char *path, const char *text)
{
	auto_free char *draft = xasprintf("%s.new", path);
	int err = draft_write(draft, text);

	if (!err && rename(draft, path))
		err = -errno;
	if (err)
		unlink(draft);
	return err ?: folder_sync(path);
}

static bool has_text(const char *path, const char *text)
{
	auto_free char *now = file_read(path);
	size_t len = strlen(text);

	/* That comes without its last newline. */
	return now && len && strlen(now) == len - 1 && !strncmp(now, text, len - 1);
}

/* -------------------------------------------------------------------- saving */

struct save {
	struct cli *cli;
	const char *path;	/* "-": standard output */
	uint64_t loaded;	/* which load of the module this is, 0: not known */
	bool written;		/* the last time */
	bool follows;
	bool full;		/* the disk is, which was told */
};

static uint64_t which_load(void)
{
	struct stat st;

	return stat(LOADED, &st) ? 0 : st.st_ino;
}

/* Who follows tries again after what may be otherwise later, without anybody's doing here. */
static bool waits_for_room(struct save *save, int err)
{
	if (!save->follows || (err != -ENOSPC && err != -EDQUOT && err != -EIO))
		return false;
	if (!save->full)
		cli_fail_because(save->cli, err, NULL, strerror(-err),
				 "goes on trying, for now it cannot write %s", save->path);
	save->full = true;
	return true;
}

static int save_text(struct save *save, const char *text, size_t sections)
{
	struct cli *cli = save->cli;
	struct out *o = &cli->out;
	int err = 0;

	if (!strcmp(save->path, "-")) {
		if (!cli->json)
			return fputs(text, stdout) < 0 || fflush(stdout) ? CLI_FAILURE : CLI_OK;
		cli_open(cli);
		out_data_string(o, "text", text);
		return cli_close(cli);
	}
	save->written = !has_text(save->path, text);
	if (save->written && !strcmp(save->path, CONFIG_SAVED) &&
	    mkdir(CONFIG_FOLDER, 0755) && errno != EEXIST)
		err = -errno;
	if (save->written && !err)
		err = file_put(save->path, text);
	if (err && waits_for_room(save, err))
		return CLI_OK;
	save->full = false;
	if (err)
		return cli_fail_because(cli, err, NULL, strerror(-err), "cannot write %s",
					save->path);
	cli_open(cli);
	out_data_string(o, "file", save->path);
	out_data_u64(o, "sections", sections);
	out_bool(o, "written", save->written);
	if (!cli->json)
		out_drop(o);
	return cli->json ? cli_close(cli) : CLI_OK;
}

/* The device is closed again, so that the module can go while this goes on. */
static int save_now(struct save *save)
{
	struct config c = { 0 };
	int status = config_capture(save->cli, &c);

	if (!status && which_load() != save->loaded)
		status = cli_error(save->cli, CLI_FAILURE, "the module was loaded anew meanwhile: nothing is saved");
	if (!status) {
		auto_free char *text = config_text(&c);

		status = save_text(save, text, c.nr);
	}
	config_end(&c);
	save->cli->ctx = aios_unref(save->cli->ctx);
	return status;
}

/* ----------------------------------------------------------------- following */

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static bool is_change(const struct aios_record *r)
{
	switch (r->event) {
	case AIOS_EVENT_GROUP_CREATED:
	case AIOS_EVENT_GROUP_REMOVED:
	case AIOS_EVENT_DEVICE:
		return true;
	case AIOS_EVENT_LIMIT:
		return !AIOS_HAS(r, JOB);
	default:
		return false;
	}
}

/* This waits for a change, or for the time to look for one, or to stop. */
static int change_wait(struct save *save, struct aios_monitor *monitor)
{
	uint64_t due = monotonic_ns() + LOOK_NS, now;
	const struct aios_record *r;

	while (!stopped && (now = monotonic_ns()) < due) {
		int n = aios_monitor_next(monitor, (int)((due - now + 999999) / 1000000), &r);

		if (n == -EINTR || !n)
			continue;
		if (n < 0 && n != -ENOBUFS)
			return cli_fail(save->cli, n, NULL, "cannot read events");
		now = monotonic_ns();
		if ((n < 0 || is_change(r)) && now + SETTLE_NS < due)
			due = now + SETTLE_NS;
	}
	return CLI_OK;
}

static int follow(struct save *save)
{
	const struct sigaction action = { .sa_handler = stop };
	struct aios_monitor *monitor;
	int status, err;

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	err = aios_monitor_new(&monitor);
	if (err == -ENOENT)
		return cli_no_netlink(save->cli);
	if (err)
		return cli_fail(save->cli, err, NULL, "cannot subscribe to events");
	aios_monitor_set_buffer(monitor, 1 << 20);
	status = save_now(save);
	while (!status && !stopped) {
		status = change_wait(save, monitor);
		/* What was saved stays when the module goes. */
		if (access(AIOS_DEVICE_PATH, F_OK) || which_load() != save->loaded)
			break;
		if (!status)
			status = save_now(save);
	}
	aios_monitor_unref(monitor);
	return status;
}

/* A new file takes the place of the old one, and must not take that of a device or a link. */
static int target_check(struct cli *cli, const char *path)
{
	struct stat st;

	if (!strcmp(path, "-") || lstat(path, &st) || S_ISREG(st.st_mode))
		return CLI_OK;
	return cli_usage(cli, "save writes a file, and %s is %s: name a file, or - for standard output",
			 path, S_ISLNK(st.st_mode) ? "a link" :
			 S_ISDIR(st.st_mode) ? "a directory" : "none");
}

static int save_run(struct cli *cli, int argc, char **argv)
{
	struct save save = { .cli = cli, .path = CONFIG_SAVED, .loaded = which_load() };
	int key, status;

	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		if (key == '?')
			return CLI_USAGE;
		save.follows = true;
	}
	if (argc - optind > 1)
		return cli_usage(cli, "save takes one file at most, not '%s' too",
				 argv[optind + 1]);
	if (optind < argc)
		save.path = argv[optind];
	if (save.follows && !strcmp(save.path, "-"))
		return cli_usage(cli, "--follow saves to a file, not to standard output");
	status = target_check(cli, save.path);
	if (status)
		return status;
	return save.follows ? follow(&save) : save_now(&save);
}

const struct cli_command save_command = {
	.name = "save",
	.args = "[FILE]",
	.summary = "keep groups, limits and the rest in a file",
	.help = "Write the machine's groups, limits, defaults, policy, accelerators and sources to a file that 'aiosctl restore' reads, "
		CONFIG_SAVED
		" where none is named, or to standard output for -. The file is there whole or as it was before, and is not touched when nothing has changed. With --follow the command goes on and saves again after each change, until it is told to end or the module goes.",
	.options = save_options,
	.run = save_run,
};
