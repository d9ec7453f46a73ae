// SPDX-License-Identifier: GPL-2.0
/*
 * devices: the accelerators of this machine, named by the PCI ID database, and
 * those that the administrator declares.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "base/commands.h"
#include "base/values.h"
#include "lazy/libpci.h"
#include "machine/device.h"
#include "machine/joblist.h"
#include "print/show.h"
#include "start/resource.h"

enum {
	KEY_COLUMNS = CLI_KEY(1),
	KEY_NO_HEADER,
	KEY_OFFLINE,
	KEY_ONLINE,
};

static const struct cli_option devices_list_options[] = {
	{ "columns", KEY_COLUMNS, "NAME[,NAME]...",
	  "show these columns: %s" },
	{ "no-header", KEY_NO_HEADER, NULL, "no line of headings" },
	{ 0 }
};

static const struct out_column device_columns[] = {
	{ "id", "ID", true },
	{ "state", "STATE", false },
	{ "jobs", "JOBS", true },
	{ "share", "SHARE", true },
	{ "mem", "MEM", true },
	{ "address", "ADDRESS", false },
	{ "ids", "IDS", false },
	{ "name", "NAME", false },
};

static const char *device_column_word(uint32_t i)
{
	return i < ARRAY_SIZE(device_columns) ? device_columns[i].key : NULL;
}

static const struct cli_values devices_list_values[] = {
	{ .of = "NAME", .kind = CLI_WORDS, .word = device_column_word },
	{ 0 }
};

#define DEFAULT_COLUMNS	"id,state,jobs,share,mem,address,name"

static const char *device_state(const struct aios_device *d)
{
	if (d->flags & AIOS_DEVICE_GONE)
		return "gone";
	if (d->flags & AIOS_DEVICE_OFFLINE)
		return "offline";
	if (d->exclusive)
		return "exclusive";
	return d->milli_charged ? "shared" : "free";
}

static void address_fields(struct out *o, const struct aios_device *d)
{
	auto_free char *address = NULL;
	auto_free char *ids = NULL;

	if (!(d->flags & AIOS_DEVICE_PCI)) {
		out_null(o, "address", "declared");
		out_null(o, "ids", NULL);
		return;
	}
	address = xasprintf("%04x:%02x:%02x.%u", d->pci_domain, d->pci_bus,
			    d->pci_devfn >> 3, d->pci_devfn & 7);
	ids = xasprintf("%04x:%04x", d->pci_vendor, d->pci_device);
	out_string(o, "address", address);
	out_string(o, "ids", ids);
	out_data_u64(o, "class", d->pci_class);
}

static void device_row(struct out *o, struct pci_access *pci,
		       const struct aios_device *d)
{
	auto_free char *name = device_name(pci, d);
	char used[AIOS_QUANTITY_LEN], all[AIOS_QUANTITY_LEN];

	out_row_begin(o);
	out_u64(o, "id", d->id);
	out_string(o, "name", name);
	out_string(o, "state", device_state(d));
	out_bool(o, "declared", d->flags & AIOS_DEVICE_DECLARED);
	out_u64(o, "jobs", d->nr_jobs);
	aios_quantity_format(AIOS_RESOURCE_GPU, d->milli_charged, used, sizeof(used));
	aios_quantity_format(AIOS_RESOURCE_GPU, d->milli, all, sizeof(all));
	out_cell(o, "share", "%s/%s", used, all);
	out_data_u64(o, "milli", d->milli);
	out_data_u64(o, "milli_charged", d->milli_charged);
	if (d->memory) {
		aios_quantity_format(AIOS_RESOURCE_GPU_MEMORY, d->memory_charged,
				     used, sizeof(used));
		aios_quantity_format(AIOS_RESOURCE_GPU_MEMORY, d->memory, all,
				     sizeof(all));
		out_cell(o, "mem", "%s/%s", used, all);
	} else {
		out_cell(o, "mem", "unknown");
	}
	out_data_u64(o, "memory", d->memory);
	out_data_u64(o, "memory_charged", d->memory_charged);
	out_data_u64(o, "memory_used", d->memory_used);
	address_fields(o, d);
	out_row_end(o);
}

struct device_table {
	struct out *out;
	struct pci_access *pci;
};

static void table_add(const struct aios_device *device, void *data)
{
	struct device_table *table = data;

	device_row(table->out, table->pci, device);
}

static int devices_list_run(struct cli *cli, int argc, char **argv)
{
	struct out_column columns[ARRAY_SIZE(device_columns)];
	struct device_table table = { .out = &cli->out };
	int key, status, err;
	size_t nr;

	status = columns_parse(cli, DEFAULT_COLUMNS, device_columns,
			       ARRAY_SIZE(device_columns), columns, &nr);
	while ((key = cli_getopt(cli, argc, argv)) != -1 && !status) {
		if (key == KEY_COLUMNS)
			status = columns_parse(cli, optarg, device_columns,
					       ARRAY_SIZE(device_columns), columns, &nr);
		else if (key == KEY_NO_HEADER)
			cli->out.no_header = true;
		else
			status = CLI_USAGE;
	}
	if (!status && optind < argc)
		status = cli_usage(cli, "list takes no argument '%s'", argv[optind]);
	if (!status)
		status = cli_connect(cli);
	if (status)
		return status;
	table.pci = pci_open();
	cli_open(cli);
	out_table_begin(&cli->out, "devices", NULL, columns, nr);
	err = devices_each(cli->ctx, table_add, &table);
	libpci.pci_cleanup(table.pci);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read the devices");
	out_table_end(&cli->out);
	return cli_close(cli);
}

/* --------------------------------------------------------- add, set, remove */

static const struct cli_option add_options[] = {
	{ "mem", 'm', "BYTES", "its memory; without it none can be requested" },
	{ 0 }
};

static const char * const set_exclusive[] = { "offline", "online", NULL };

static const struct cli_option set_options[] = {
	{ "mem", 'm', "BYTES", "its memory" },
	{ "offline", KEY_OFFLINE, NULL, "place nothing on it any more" },
	{ "online", KEY_ONLINE, NULL, "use it again" },
	{ 0 }
};

/* What the errors of the calls that change accelerators mean, and what helps. */
static const char *device_cause(int err)
{
	switch (err) {
	case -EPERM:
		return "only an administrator of the machine may: run it as root";
	case -EEXIST:
		return "one of this name is declared: give another name, or remove that one first";
	case -ENOSPC:
		return "there are as many as the module takes: remove one that is not used";
	case -EINVAL:
		return "its name or memory is none: give letters and digits, and an amount as 16G";
	default:
		return cli_cause(err);
	}
}

static int device_missing(struct cli *cli, uint32_t id)
{
	return cli_error(cli, CLI_NOT_FOUND,
			 "there is no device %" PRIu32 ": 'aiosctl devices' lists those that there are",
			 id);
}

static int add_run(struct cli *cli, int argc, char **argv)
{
	struct aios_device device;
	int key, status, err;

	AIOS_INIT(&device);
	while ((key = cli_getopt(cli, argc, argv)) != -1) {
		uint64_t memory;

		if (key == '?')
			return CLI_USAGE;
		status = resource_parse(cli, AIOS_RESOURCE_GPU_MEMORY, optarg,
					&memory, NULL);
		if (status)
			return status;
		device.memory = memory;
	}
	if (optind != argc - 1)
		return cli_usage(cli, "add takes one name, as in 'aiosctl devices add npu0 --mem 16G'");
	if (strlen(argv[optind]) >= sizeof(device.name))
		return cli_usage(cli, "a device's name has at most %zu bytes",
				 sizeof(device.name) - 1);
	strcpy(device.name, argv[optind]);
	status = cli_connect(cli);
	if (status)
		return status;
	device.flags = AIOS_DEVICE_DECLARED;
	err = aios_device_add(cli->ctx, &device);
	if (err)
		return cli_fail_because(cli, err, NULL, device_cause(err), "cannot add device '%s'",
					device.name);
	cli_open(cli);
	out_u64(&cli->out, "id", device.id);
	return cli_close(cli);
}

static int device_parse(struct cli *cli, const char *text, uint32_t *id)
{
	uint64_t value;

	if (u64_parse(text, &value) || value > UINT32_MAX)
		return cli_usage(cli, "'%s' is no device: give the number that devices shows",
				 text);
	*id = value;
	return CLI_OK;
}

/* This finds the device with exactly this id. */
static int device_read(struct cli *cli, uint32_t id, struct aios_device *device)
{
	int err;

	AIOS_INIT(device);
	err = aios_device_get(cli->ctx, id, device);
	if (err == -ENOENT || (!err && device->id != id))
		return device_missing(cli, id);
	if (err)
		return cli_fail(cli, err, NULL, "cannot read device %" PRIu32, id);
	return CLI_OK;
}

static int set_run(struct cli *cli, int argc, char **argv)
{
	uint64_t memory = AIOS_UNLIMITED;
	struct aios_device device;
	uint32_t id = 0;
	int offline = -1;
	int key, status = CLI_OK, err;

	while ((key = cli_getopt(cli, argc, argv)) != -1 && !status) {
		if (key == 'm')
			status = resource_parse(cli, AIOS_RESOURCE_GPU_MEMORY,
						optarg, &memory, NULL);
		else if (key == '?')
			status = CLI_USAGE;
		else
			offline = key == KEY_OFFLINE;
	}
	if (!status && optind != argc - 1)
		status = cli_usage(cli, "set takes one device, the number that devices shows");
	if (!status)
		status = device_parse(cli, argv[optind], &id);
	if (!status && offline < 0 && memory == AIOS_UNLIMITED)
		status = cli_usage(cli, "set changes nothing: give --mem, --offline or --online");
	if (!status)
		status = cli_connect(cli);
	if (!status)
		status = device_read(cli, id, &device);
	if (status)
		return status;
	if (memory != AIOS_UNLIMITED)
		device.memory = memory;
	if (offline > 0)
		device.flags |= AIOS_DEVICE_OFFLINE;
	else if (!offline)
		device.flags &= ~AIOS_DEVICE_OFFLINE;
	err = aios_device_set(cli->ctx, &device);
	if (err)
		return cli_fail_because(cli, err, NULL, device_cause(err),
					"cannot set device %" PRIu32, id);
	return CLI_OK;
}

static int device_remove(struct cli *cli, uint32_t id)
{
	int err = aios_device_remove(cli->ctx, id);

	switch (err) {
	case 0:
		return CLI_OK;
	case -ENOENT:
		return device_missing(cli, id);
	case -EBUSY:
		return cli_error(cli, CLI_FAILURE,
				 "device %" PRIu32 " is held by a job: set it offline and wait",
				 id);
	case -EOPNOTSUPP:
		return cli_fail_because(cli, err, NULL, "it is on the bus and was not declared: 'aiosctl devices set' with --offline takes it out of use",
					"cannot remove device %" PRIu32, id);
	default:
		return cli_fail_because(cli, err, NULL, device_cause(err),
					"cannot remove device %" PRIu32, id);
	}
}

static int remove_run(struct cli *cli, int argc, char **argv)
{
	int status = CLI_OK, first = CLI_OK;
	uint32_t id = 0;

	if (cli_getopt(cli, argc, argv) != -1)
		return CLI_USAGE;
	if (optind == argc)
		return cli_usage(cli, "which device? Give the number that devices shows");
	for (int i = optind; i < argc && !status; i++)
		status = device_parse(cli, argv[i], &id);
	if (!status)
		status = cli_connect(cli);
	if (status)
		return status;
	cli_several_begin(cli, "devices");
	for (int i = optind; i < argc; i++) {
		device_parse(cli, argv[i], &id);
		cli_item_begin(cli);
		if (cli->several)
			out_u64(&cli->out, "id", id);
		status = device_remove(cli, id);
		cli_item_end(cli, status);
		first = first ?: status;
	}
	return cli_several_end(cli, first);
}

static const struct cli_command devices_list_command = {
	.name = "list",
	.summary = "show the accelerators",
	.options = devices_list_options,
	.values = devices_list_values,
	.run = devices_list_run,
};

static const struct cli_command devices_add_command = {
	.name = "add",
	.args = "NAME",
	.summary = "declare an accelerator that no bus shows",
	.options = add_options,
	.run = add_run,
};

static const struct cli_command devices_set_command = {
	.name = "set",
	.args = "DEVICE",
	.summary = "state its memory, or take it out of use",
	.options = set_options,
	.exclusive = set_exclusive,
	.run = set_run,
};

static const struct cli_command devices_remove_command = {
	.name = "remove",
	.args = "DEVICE...",
	.summary = "forget declared accelerators",
	.run = remove_run,
};

static const struct cli_command * const devices_commands[] = {
	&devices_list_command,
	&devices_add_command,
	&devices_set_command,
	&devices_remove_command,
	NULL
};

const struct cli_command devices_command = {
	.name = "devices",
	.summary = "show and declare accelerators",
	.help = "Show the accelerators that jobs can request, and declare those that the PCI bus does not show.",
	.subcommands = devices_commands,
};
