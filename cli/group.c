// SPDX-License-Identifier: GPL-2.0
/*
 * group: the tree of groups, made, removed and shown.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/commands.h"
#include "base/values.h"
#include "machine/joblist.h"
#include "machine/protection.h"
#include "print/queueing.h"
#include "print/resources.h"
#include "print/show.h"
#include "start/resource.h"

enum {
	KEY_OWNER = CLI_KEY(1),
	KEY_OWNER_GROUP,
	KEY_MODE,
	KEY_TIME_LIMIT,
	KEY_COLUMNS,
	KEY_NO_HEADER,
};

/* ------------------------------------------------------------------- list */

static const struct cli_option group_list_options[] = {
	{ "columns", KEY_COLUMNS, "NAME[,NAME]...",
	  "show these columns: %s" },
	{ "no-header", KEY_NO_HEADER, NULL, "no line of headings" },
	{ 0 }
};

static const struct out_column group_columns[] = {
	{ "group", "GROUP", false },
	{ "path", "PATH", false },
	{ "id", "ID", true },
	{ "user", "USER", false },
	{ "mode", "MODE", false },
	{ "weight", "WEIGHT", true },
	{ "jobs", "JOBS", true },
	{ "running", "RUNNING", true },
	RESOURCE_COLUMNS,
};

static const char *group_column_word(uint32_t i)
{
	return i < ARRAY_SIZE(group_columns) ? group_columns[i].key : NULL;
}

static const struct cli_values group_list_values[] = {
	{ .of = "NAME", .kind = CLI_WORDS, .word = group_column_word },
	{ 0 }
};

#define DEFAULT_COLUMNS	"group,user,weight,jobs,running,cpu,mem,gpu"

struct group_list {
	struct aios_record *groups;	/* with copies of path */
	size_t nr;
	size_t room;
};

static int group_add(const struct aios_record *group, void *data)
{
	struct group_list *list = data;

	if (list->nr == list->room) {
		list->room = list->room ? list->room * 2 : 16;
		list->groups = xrealloc(list->groups,
					list->room * sizeof(*list->groups));
	}
	list->groups[list->nr] = *group;
	list->groups[list->nr++].path = xstrdup(group->path);
	return 0;
}

/* The order of the paths makes a tree: "/" sorts before what a name can hold. */
static int compare_paths(const void *a, const void *b)
{
	const struct aios_record *x = a, *y = b;
	const char *p = x->path, *q = y->path;

	while (*p && *p == *q) {
		p++;
		q++;
	}
	if (*p == '/' || *q == '/')
		return *p == '/' ? (*q ? -1 : 1) : (*p ? 1 : -1);
	return (unsigned char)*p - (unsigned char)*q;
}

/* The cell shows the last component of the path, indented by its depth. */
static void tree_cell(struct out *o, const char *path)
{
	const char *last = strrchr(path, '/');
	int depth = 0;

	if (!last || !last[1]) {
		out_cell(o, "group", "%s", path);
		return;
	}
	for (const char *s = path; *s; s++)
		depth += *s == '/';
	out_cell(o, "group", "%*s%s", 2 * depth, "", last + 1);
}

static void used_cell(struct out *o, const char *key, uint32_t resource,
		      const struct aios_record *g)
{
	char granted[AIOS_QUANTITY_LEN], limit[AIOS_QUANTITY_LEN];

	aios_quantity_format(resource, g->grant[resource], granted, sizeof(granted));
	aios_quantity_format(resource, g->limit[resource], limit, sizeof(limit));
	if (g->limit[resource] == AIOS_UNLIMITED)
		out_cell(o, key, "%s", granted);
	else
		out_cell(o, key, "%s/%s", granted, limit);
}

static void group_row(struct out *o, const struct aios_record *g)
{
	out_row_begin(o);
	tree_cell(o, g->path);
	out_string(o, "path", g->path);
	out_u64(o, "id", g->group);
	out_data_u64(o, "parent", g->parent);
	out_string(o, "user", user_name(g->uid));
	out_data_u64(o, "uid", g->uid);
	out_data_u64(o, "gid", g->gid);
	out_number(o, "mode", g->mode, "%04o", g->mode);
	out_u64(o, "weight", g->weight);
	out_u64(o, "jobs", g->nr_jobs);
	out_u64(o, "running", g->nr_running);
	for (uint32_t r = 0; r < AIOS_RESOURCE_MAX; r++)
		if (resource_column(r))
			used_cell(o, resource_column(r), r, g);
	show_amounts(o, NULL, &(struct show_amounts){
		.mask = ~0U,
		.limit = g->limit,
		.effective = g->effective,
		.charged = g->charged,
		.grant = g->grant,
		.use = AIOS_HAS(g, USE) ? g->use : NULL,
		.left = AIOS_HAS(g, LEFT) ? g->left : NULL,
	});
	out_row_end(o);
}

static int list_parse(struct cli *cli, int argc, char **argv,
		      struct out_column *columns, size_t *nr)
{
	int key, status = CLI_OK;

	columns_parse(cli, DEFAULT_COLUMNS, group_columns, ARRAY_SIZE(group_columns),
		      columns, nr);
	while ((key = cli_getopt(cli, argc, argv)) != -1 && !status) {
		if (key == KEY_COLUMNS)
			status = columns_parse(cli, optarg, group_columns,
					       ARRAY_SIZE(group_columns), columns, nr);
		else if (key == KEY_NO_HEADER)
			cli->out.no_header = true;
		else
			status = CLI_USAGE;
	}
	if (!status && optind < argc)
		return cli_usage(cli, "list takes no argument '%s'", argv[optind]);
	return status;
}

static int group_list_run(struct cli *cli, int argc, char **argv)
{
	struct out_column columns[ARRAY_SIZE(group_columns)];
	struct group_list list = { 0 };
	struct out *o = &cli->out;
	int status, err;
	size_t nr;

	status = list_parse(cli, argc, argv, columns, &nr);
	if (status)
		return status;
	err = aios_group_list(group_add, &list);
	if (err && err != -EAGAIN)
		return list_fail(cli, err, "list of groups");
	/* The root is shown to all who may open the device. */
	status = list.nr ? CLI_OK : cli_connect(cli);
	if (status)
		return status;
	if (list.nr)
		qsort(list.groups, list.nr, sizeof(*list.groups), compare_paths);
	cli_open(cli);
	out_table_begin(o, "groups", NULL, columns, nr);
	for (size_t i = 0; i < list.nr; i++) {
		/* A list that changed while it was read can name one twice. */
		if (!i || strcmp(list.groups[i].path, list.groups[i - 1].path))
			group_row(o, &list.groups[i]);
	}
	out_table_end(o);
	for (size_t i = 0; i < list.nr; i++)
		free((char *)list.groups[i].path);
	free(list.groups);
	return cli_close(cli);
}

/* ------------------------------------------------------------------- show */

/* This takes the options of a command that has none, and at least one argument. */
static int arguments_parse(struct cli *cli, int argc, char **argv,
			   const char *what)
{
	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind == argc)
		return cli_usage(cli, "which %s?", what);
	return cli_connect(cli);
}

static int group_show(struct cli *cli, const char *name)
{
	auto_free char *path = group_path(name), *unprotected = NULL;
	char full[AIOS_PATH_MAX + 1] = "";
	struct aios_group_stat s;
	struct aios_queueing q;
	struct out *o = &cli->out;
	int err;

	aios_group_stat_init(&s, path, 0, full, sizeof(full));
	err = aios_group_stat(cli->ctx, &s);
	if (!err) {
		aios_queueing_init(&q, NULL, s.id);
		err = aios_queueing_get(cli->ctx, &q);
	}
	if (err == -ENOENT)
		return cli_no_group(cli, path);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read group %s", path);
	out_record_begin(o, NULL, NULL);
	out_string(o, "path", full);
	out_u64(o, "id", s.id);
	out_data_u64(o, "parent", s.parent);
	out_string(o, "user", user_name(s.uid));
	out_string(o, "owner_group", group_name(s.gid));
	out_data_u64(o, "uid", s.uid);
	out_data_u64(o, "gid", s.gid);
	out_number(o, "mode", s.mode, "%04o", s.mode);
	out_u64(o, "weight", s.weight);
	out_u64(o, "jobs", s.nr_jobs);
	out_u64(o, "running", s.nr_running);
	out_u64(o, "groups", s.nr_groups);
	unprotected = protection_of_group(cli->ctx, full);
	if (unprotected)
		out_string(o, "unprotected", unprotected);
	queueing_print(o, &q);
	show_amounts(o, "Resources", &(struct show_amounts){
		.mask = ~0U,
		.limit = s.limit,
		.effective = s.effective,
		.charged = s.charged,
		.grant = s.granted,
		.use = s.use,
		.left = s.left,
	});
	out_record_end(o);
	return CLI_OK;
}

static int group_show_run(struct cli *cli, int argc, char **argv)
{
	int status;

	status = arguments_parse(cli, argc, argv, "group");
	if (status)
		return status;
	cli_open(cli);
	out_list_begin(&cli->out, "groups");
	for (int i = optind; i < argc; i++) {
		status = group_show(cli, argv[i]);
		if (status)
			return status;
	}
	out_list_end(&cli->out);
	return cli_close(cli);
}

/* ------------------------------------------------------- create and remove */

static const struct cli_values create_values[] = {
	{ .of = "owner-group", .kind = CLI_USER_GROUPS },
	{ 0 }
};

#define RESOURCE_ARGUMENT	"LIMIT"

static const struct cli_option create_options[] = {
	RESOURCE_OPTIONS,
	{ "weight", 'w', "N", "weight, 1 to 10000 (default 100)" },
	{ "owner", KEY_OWNER, "USER", "owner (default: the caller)" },
	{ "owner-group", KEY_OWNER_GROUP, "GROUP",
	  "owner group of the system (default: the caller's)" },
	{ "mode", KEY_MODE, "MODE",
	  "r: see its jobs, w: administer below, x: submit (default 0750)" },
	{ "time-limit", KEY_TIME_LIMIT, "DURATION|none",
	  "end jobs that have run so long; for those that state no more" },
	{ 0 }
};

static int create_option(struct cli *cli, struct aios_group_create *create,
			 struct aios_limit *limit, int key)
{
	uint64_t runtime;
	int status;

	switch (key) {
	case '?':
		return CLI_USAGE;
	case 'w':
		return weight_parse(cli, optarg, &create->weight);
	case KEY_OWNER:
		return !user_parse(optarg, &create->uid) ? CLI_OK :
			cli_error(cli, CLI_NOT_FOUND, "there is no user '%s'", optarg);
	case KEY_OWNER_GROUP:
		return !gid_parse(optarg, &create->gid) ? CLI_OK :
			cli_error(cli, CLI_NOT_FOUND, "the system has no group '%s'", optarg);
	case KEY_MODE:
		return mode_parse(cli, optarg, &create->mode);
	case KEY_TIME_LIMIT:
		status = time_limit_parse(cli, optarg, &runtime);
		limit->flags |= AIOS_LIMIT_MAX_RUNTIME;
		limit->max_runtime_ns = runtime;
		return status;
	default:
		return resource_limit_option(cli, limit, key, optarg);
	}
}

static int create_run(struct cli *cli, int argc, char **argv)
{
	auto_free char *path = NULL;
	struct aios_group_create create;
	struct aios_limit limit;
	int key, status, err;

	aios_group_create_init(&create, "");
	AIOS_INIT(&limit);
	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		status = create_option(cli, &create, &limit, key);
		if (status)
			return status;
	}
	if (optind != argc - 1)
		return cli_usage(cli, "create takes one group, as in 'aiosctl group create team'");
	status = cli_connect(cli);
	if (status)
		return status;
	path = group_path(argv[optind]);
	create.path = aios_pointer(path);
	create.path_len = strlen(path);
	err = aios_group_create(cli->ctx, &create);
	if (err == -ENOENT)
		return cli_error(cli, CLI_NOT_FOUND,
				 "cannot create group %s: its parent does not exist, or you may not see it: create that first",
				 path);
	if (err == -EEXIST)
		return cli_fail_because(cli, err, NULL, "it is there already: 'aiosctl limit' changes what it may use",
					"cannot create group %s", path);
	if (err == -EPERM && !create.why.code)
		return cli_fail_because(cli, err, NULL, "only an administrator of the machine gives a group to others: leave out --owner and --owner-group, or name yourself and a group of yours",
					"cannot create group %s", path);
	if (err)
		return cli_fail(cli, err, &create.why, "cannot create group %s", path);
	if (!limit.resource_mask && !limit.flags)
		return CLI_OK;
	limit.path = create.path;
	limit.path_len = create.path_len;
	err = aios_limit_set(cli->ctx, &limit);
	if (!err)
		return CLI_OK;
	/* A group is made with its limits, or not at all. */
	aios_group_remove(cli->ctx, path, NULL);
	return cli_fail(cli, err, &limit.why, "cannot limit group %s, which is not created", path);
}

static int group_remove(struct cli *cli, const char *path)
{
	struct aios_why why = { 0 };
	int err = aios_group_remove(cli->ctx, path, &why);

	if (err == -ENOENT)
		return cli_no_group(cli, path);
	if (err)
		return cli_fail(cli, err, &why, "cannot remove group %s", path);
	return CLI_OK;
}

static int remove_run(struct cli *cli, int argc, char **argv)
{
	int first = CLI_OK;
	int status;

	status = arguments_parse(cli, argc, argv, "group");
	if (status)
		return status;
	cli_several_begin(cli, "groups");
	for (int i = optind; i < argc; i++) {
		auto_free char *path = group_path(argv[i]);

		cli_item_begin(cli);
		if (cli->several)
			out_string(&cli->out, "path", path);
		status = group_remove(cli, path);
		cli_item_end(cli, status);
		first = first ?: status;
	}
	return cli_several_end(cli, first);
}

static const struct cli_command group_list_command = {
	.name = "list",
	.summary = "show the tree of groups",
	.help = "Show the tree of groups, with used resources as granted/limit.",
	.options = group_list_options,
	.values = group_list_values,
	.run = group_list_run,
};

static const struct cli_command group_show_command = {
	.name = "show",
	.args = "GROUP...",
	.summary = "show all about a group",
	.run = group_show_run,
};

static const struct cli_command group_create_command = {
	.name = "create",
	.args = "GROUP",
	.summary = "make a group, with limits at once",
	.help = "Make a group below one that exists, with limits at once when they are given.",
	.options = create_options,
	.values = create_values,
	.run = create_run,
};

static const struct cli_command group_remove_command = {
	.name = "remove",
	.args = "GROUP...",
	.summary = "remove groups that hold no jobs and no groups",
	.run = remove_run,
};

static const struct cli_command * const group_commands[] = {
	&group_list_command,
	&group_show_command,
	&group_create_command,
	&group_remove_command,
	NULL
};

const struct cli_command group_command = {
	.name = "group",
	.summary = "make, remove and show groups",
	.help = "Make, remove and show groups. What a group may use bounds everything below it.",
	.subcommands = group_commands,
};
