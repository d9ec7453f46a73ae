// SPDX-License-Identifier: GPL-2.0
/*
 * The mount option favordynmods: see favordynmods.h. A reconfiguration sets all
 * options of the hierarchy anew, so those that it has are given again.
 */
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "favordynmods.h"
#include "measure.h"

#define CGROUP_MOUNT	"/sys/fs/cgroup"
#define OPTION		"favordynmods"

/* The options of the mount and of the hierarchy, as /proc/self/mounts has them. */
static void options_read(char *options, size_t len)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *m;

	*options = '\0';
	while (mounts && (m = getmntent(mounts)))
		if (!strcmp(m->mnt_dir, CGROUP_MOUNT) && !strcmp(m->mnt_type, "cgroup2"))
			snprintf(options, len, "%s", m->mnt_opts);
	if (mounts)
		endmntent(mounts);
	if (!*options)
		die(CGROUP_MOUNT " is not cgroup version 2");
}

bool favordynmods_get(void)
{
	char options[4096];
	struct mntent m = { .mnt_opts = options };

	options_read(options, sizeof(options));
	return hasmntopt(&m, OPTION);
}

void favordynmods_set(bool on)
{
	/* of the mount; they stay as they are */
	static const char of_mount[] = ",rw,ro,nosuid,nodev,noexec,relatime,noatime,";
	char options[4096], word[4096 + 2];
	char *rest = options, *option;
	int fs = must(fspick(AT_FDCWD, CGROUP_MOUNT, FSPICK_CLOEXEC));

	options_read(options, sizeof(options));
	while ((option = strsep(&rest, ","))) {
		snprintf(word, sizeof(word), ",%s,", option);
		if (strstr(of_mount, word) || !strcmp(option, OPTION))
			continue;
		must(fsconfig(fs, FSCONFIG_SET_FLAG, option, NULL, 0));
	}
	if (on)
		must(fsconfig(fs, FSCONFIG_SET_FLAG, OPTION, NULL, 0));
	must(fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	close(fs);
	if (favordynmods_get() != on)
		die("the kernel does not take " OPTION ": is it older than 6.0?");
}
