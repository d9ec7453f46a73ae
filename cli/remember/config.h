/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a machine remembers beyond a boot: its groups and their limits, the defaults, the
 * policy, the accelerators, and from where jobs may be started. A configuration has a section
 * for each of these, as a file has it or as the machine is; Documentation/man/man5/aios.conf.5
 * describes the file.
 */
#ifndef AIOSCTL_REMEMBER_CONFIG_H
#define AIOSCTL_REMEMBER_CONFIG_H

#include "base/cli.h"

#define CONFIG_VERSION	1
/* What save writes, and what the administrator writes, which counts more. */
#define CONFIG_FOLDER	"/var/lib/aios"
#define CONFIG_SAVED	CONFIG_FOLDER "/saved.conf"
#define CONFIG_WRITTEN	"/etc/aios/aios.conf"

enum config_kind {
	CONFIG_DEVICE,
	CONFIG_GROUP,
	CONFIG_DEFAULT,
	CONFIG_POLICY,
	CONFIG_SOURCES,
};

/* The keys of limits come first, and have the numbers of their resources. */
enum config_key {
	CONFIG_WEIGHT = AIOS_RESOURCE_MAX,
	CONFIG_STRICT,
	CONFIG_TIME_LIMIT,	/* ns, or AIOS_UNLIMITED */
	CONFIG_OWNER,
	CONFIG_OWNER_GROUP,
	CONFIG_MODE,
	CONFIG_ORDER,		/* AIOS_POLICY_*, or CONFIG_INHERIT of a group */
	CONFIG_QUANTUM,		/* ns; 0: the group has none of its own */
	CONFIG_BACKFILL,
	CONFIG_OBJECTIVE,
	CONFIG_AGING,
	CONFIG_HALF_LIFE,
	CONFIG_GUARD,		/* in 1/AIOS_GUARD_UNIT; 0: none */
	CONFIG_GUARD_FLOOR,
	CONFIG_IDS,		/* of an accelerator on the bus: vendor and device */
	CONFIG_DEVICE_MEMORY,
	CONFIG_OFFLINE,
	CONFIG_LEAVE,		/* the text of the section, not a number */
	CONFIG_KEYS
};

#define CONFIG_INHERIT	(~0ULL)
#define CONFIG_BIT(key)	(1ULL << (key))
/* Nobody can change who owns a group that is there. */
#define CONFIG_OWNERS	(CONFIG_BIT(CONFIG_OWNER) | CONFIG_BIT(CONFIG_OWNER_GROUP))
#define CONFIG_LIMITS	((1ULL << AIOS_RESOURCE_MAX) - 1)

struct config_section {
	enum config_kind kind;
	char *name;		/* "/team", "user", "npu0", "0000:01:00.0", or "" */
	uint64_t stated;	/* bit CONFIG_*: the key has a value */
	uint64_t firm;		/* bit CONFIG_*: somebody has written it for this machine */
	uint64_t value[CONFIG_KEYS];
	char *leave;		/* patterns with commas between them, or NULL */
	const char *file;	/* where it stands; NULL: it is the machine's */
	unsigned int line;
	bool follows;		/* the group was made by a default, and has that one's limits */
	uint32_t device;	/* the machine's number of the accelerator */
};

/* What is wrong with a file. */
struct config_problem {
	const char *file;
	unsigned int line;	/* 0: it is not about a line */
	char *text;
};

struct config {
	struct config_section *sections;
	size_t nr;
	size_t room;
	struct config_problem *problems;
	size_t nr_problems;
	char **files;		/* what was read, for the names in the sections */
	size_t nr_files;
};

void config_end(struct config *c);

/* This finds a section, or returns NULL. */
struct config_section *config_find(const struct config *c, enum config_kind kind,
				   const char *name);
/* This finds one, or makes it with nothing stated. */
struct config_section *config_get(struct config *c, enum config_kind kind, const char *name);
void config_problem(struct config *c, const char *file, unsigned int line, const char *format,
		    ...) OUT_PRINTF(4, 5);
/* Whoever comes first is needed by those behind it: groups stand below their parents. */
void config_sort(struct config *c);

/* ----------------------------------------------------------------------- keys */

/* These return what a key is called in a section of the kind, and the other way round or -1. */
const char *config_key_name(enum config_kind kind, uint32_t key);
int config_key_find(enum config_kind kind, const char *name);
/* Which keys a section of this kind and name can have: bits. */
uint64_t config_keys(enum config_kind kind, const char *name);
/* What a group or a default has where nothing is stated; other keys have no such value. */
bool config_key_default(enum config_kind kind, uint32_t key, uint64_t *value);

/* This reads the value of a key; it returns NULL, or what is wrong with it, to be freed. */
char *config_value_read(enum config_kind kind, uint32_t key, const char *text, uint64_t *value);
/* This writes it so that reading yields the same, to be freed. */
char *config_value_text(const struct config_section *s, uint32_t key);
/* This returns "group /team", to be freed. */
char *config_title(const struct config_section *s);
bool config_is_address(const char *name);

/* ---------------------------------------------------------------------- files */

/*
 * This reads a file over what @c has: what both state is the file's. Problems are kept in
 * @c. With @trust it has to be a file that none but root or the caller can write, else that is
 * -EPERM. It returns 0, or -errno where the file cannot be read.
 */
int config_read(struct config *c, const char *path, bool trust);
/*
 * This looks at all of it together: at groups without parents, and limits above those. A
 * limit that was saved and is above a parent's becomes that one.
 */
void config_check(struct config *c);
/*
 * This reads the file @path, or with NULL what save wrote, where it did, and over it what the
 * administrator wrote, and checks it. It returns a status after having said why a file cannot
 * be read; problems are left to the caller.
 */
int config_load(struct cli *cli, struct config *c, const char *path);
/*
 * This reads the files likewise, and what holds on the machine. It returns a status after having
 * said why not, or what the first problem is; both are to be ended in any case.
 */
int config_load_both(struct cli *cli, const char *path, struct config *wanted,
		     struct config *present);
/* This returns the text of a file that has all of it, to be freed. */
char *config_text(const struct config *c);

/* -------------------------------------------------------------------- machine */

/* This reads what holds on the machine; it returns a status after having said why not. */
int config_capture(struct cli *cli, struct config *c);

/* How a section of a file and the machine differ. */
struct config_difference {
	const struct config_section *wanted; /* NULL: no file has it */
	const struct config_section *present; /* NULL: the machine does not have it */
	uint64_t keys;		/* of both */
	bool absent;		/* an accelerator that is not in this machine */
};

struct config_plan {
	struct config_difference *all;
	size_t nr;
};

/* Both are sorted, and stay as long as the plan is used. @extra: what no file has counts. */
void config_compare(const struct config *wanted, const struct config *present, bool extra,
		    struct config_plan *plan);
/* This shows it as a table of an open document, and says what is left out. */
void config_plan_print(struct out *o, const struct config_plan *plan);

/*
 * This makes the machine as the plan wants it: all of it, or nothing, which it says. It
 * returns a status.
 */
int config_apply(struct cli *cli, const struct config_plan *plan);

#endif /* AIOSCTL_REMEMBER_CONFIG_H */
