// SPDX-License-Identifier: GPL-2.0
/*
 * The child's side of run and submit: enter the job, then become its command.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "start/launch.h"

/* This returns 0 when @path can be executed, else -errno. */
static int executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return access(path, X_OK) ? -errno : 0;
}

/* The search is execvp(3)'s: -ENOENT stands unless something better was found. */
static int search_path(const char *command)
{
	auto_free char *path = xstrdup(getenv("PATH") ?: "/usr/bin:/bin");
	char *rest = path, *dir;
	int result = -ENOENT;

	while ((dir = strsep(&rest, ":"))) {
		auto_free char *file = xasprintf("%s/%s", *dir ? dir : ".",
						 command);
		int err = executable(file);

		if (!err)
			return 0;
		if (err == -EACCES)
			result = err;
	}
	return result;
}

int launch_check(struct cli *cli, const char *command)
{
	int err;

	err = strchr(command, '/') ? executable(command) : search_path(command);
	switch (err) {
	case 0:
		return CLI_OK;
	case -ENOENT:
	case -ENOTDIR:
		return cli_error(cli, CLI_NO_COMMAND, "there is no command '%s'%s", command,
				 strchr(command, '/') ? ": give its path as it is from here" :
				 strchr(command, ' ') ? ": for a line of the shell say sh -c" :
				 ": give its path where it is not in PATH");
	case -EACCES:
		return cli_error(cli, CLI_CANNOT_EXEC, "cannot execute '%s': it is no program: make it executable with 'chmod +x', or give its interpreter first",
				 command);
	default:
		return cli_error(cli, CLI_CANNOT_EXEC, "cannot execute '%s': %s",
				 command, strerror(-err));
	}
}

void launch_report(int fd, enum launch_stage stage, int err,
		   const struct aios_why *why)
{
	struct launch_report report = { .stage = stage, .err = err };

	if (why)
		report.why = *why;
	/* A parent that is gone has no use for it. */
	if (write(fd, &report, sizeof(report)) != sizeof(report))
		return;
}

int launch_enter(struct aios_job *job, uint64_t deadline_ns, int report)
{
	struct aios_why why = { 0 };
	int err;

	do {
		err = aios_job_enter(job, deadline_ns, &why);
	} while (err == -EINTR);
	if (err)
		launch_report(report, LAUNCH_ENTER, err, &why);
	return err;
}

void launch_exec(struct cli *cli, struct aios_job *job,
		 const struct jobspec *spec, char **argv, int report)
{
	int err;

	err = environment_set(cli->ctx, job, spec);
	if (err && report >= 0)
		launch_report(report, LAUNCH_SETUP, err, NULL);
	if (err)
		_exit(CLI_CANNOT_EXEC);
	execvp(argv[0], argv);
	err = -errno;
	if (report >= 0)
		launch_report(report, LAUNCH_EXEC, err, NULL);
	else
		fprintf(stderr, "aiosctl: cannot execute '%s': %s\n", argv[0],
			strerror(-err));
	_exit(err == -ENOENT ? CLI_NO_COMMAND : CLI_CANNOT_EXEC);
}
