// SPDX-License-Identifier: GPL-2.0
/*
 * log: what jobs have written, of one or of several, as it stands or until they end.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/commands.h"
#include "machine/record.h"

/* How often it is looked for more. */
#define FOLLOW_NS	(NSEC_PER_SEC / 10)
/* So much of the end of a file is in a document. */
#define TEXT_MAX	(1 << 20)
#define CHUNK		65536

static const struct cli_option log_options[] = {
	{ "follow", 'f', NULL, "go on until the jobs have ended" },
	{ "lines", 'n', "N", "only the last N lines of each file" },
	{ 0 }
};

/* A file that a job writes to. */
struct stream {
	uint64_t id;
	const char *kind;	/* "output" or "error" */
	const char *path;
	int fd;
};

struct log {
	struct cli *cli;
	bool follow;
	bool tail;
	uint64_t lines;
	struct recorded *jobs;
	size_t nr_jobs;
	struct stream *streams;
	size_t nr_streams;
	const struct stream *shown;	/* whose heading stands above */
};

/* Only a file can be read again: a terminal or a pipe has given what it had. */
static int stream_open(struct log *log, struct stream *s)
{
	struct stat st;
	int err = 0;

	s->fd = open(s->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (s->fd < 0)
		return cli_fail(log->cli, -errno, NULL, "cannot read %s, where job %" PRIu64 " writes",
				s->path, s->id);
	if (fstat(s->fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = -ESPIPE;
	if (err == -ESPIPE)
		return cli_error(log->cli, CLI_NOT_FOUND, "job %" PRIu64 " writes to %s, which is no file: nothing was kept",
				 s->id, s->path);
	return err ? cli_fail(log->cli, err, NULL, "cannot read %s", s->path) : CLI_OK;
}

/* The position at which the last @lines of the file begin. */
static off_t tail_position(int fd, off_t size, uint64_t lines)
{
	char chunk[CHUNK];
	off_t from = size;

	while (from > 0) {
		size_t len = from < CHUNK ? from : CHUNK;

		from -= (off_t)len;
		if (pread(fd, chunk, len, from) != (ssize_t)len)
			return 0;
		for (size_t i = len; i--;) {
			off_t next = from + (off_t)i + 1;

			/* The newline that ends the file begins no line. */
			if (chunk[i] == '\n' && next < size && !--lines)
				return next;
		}
	}
	return 0;
}

static off_t first_position(const struct log *log, const struct stream *s)
{
	struct stat st;

	if (!log->tail || fstat(s->fd, &st))
		return 0;
	if (!log->lines)
		return st.st_size;
	return tail_position(s->fd, st.st_size, log->lines);
}

static void heading(struct log *log, const struct stream *s)
{
	if (log->nr_streams < 2 || log->shown == s)
		return;
	printf("%s==> job %" PRIu64 ", %s: %s <==\n", log->shown ? "\n" : "", s->id, s->kind,
	       s->path);
	log->shown = s;
}

/* This prints what is new; the status. */
static int stream_print(struct log *log, struct stream *s)
{
	char chunk[CHUNK];
	struct stat st;
	ssize_t n;

	/* One that was emptied begins anew. */
	if (!fstat(s->fd, &st) && st.st_size < lseek(s->fd, 0, SEEK_CUR))
		lseek(s->fd, 0, SEEK_SET);
	while ((n = read(s->fd, chunk, sizeof(chunk))) > 0) {
		heading(log, s);
		fwrite(chunk, 1, n, stdout);
	}
	if (n < 0)
		return cli_fail(log->cli, -errno, NULL, "cannot read %s", s->path);
	if (fflush(stdout) || ferror(stdout))
		return cli_error(log->cli, CLI_FAILURE, "cannot write: %s", strerror(errno));
	return CLI_OK;
}

static bool has_ended(struct aios_job *job)
{
	struct aios_wait wait;

	if (!job)
		return true;
	AIOS_INIT(&wait);
	wait.timeout_ns = 1;	/* long ago */
	return aios_job_wait(job, &wait) != -ETIMEDOUT;
}

static int text_print(struct log *log)
{
	static const struct timespec moment = { .tv_nsec = FOLLOW_NS };
	int status = CLI_OK;
	bool live;

	for (size_t i = 0; i < log->nr_streams; i++) {
		lseek(log->streams[i].fd, first_position(log, &log->streams[i]), SEEK_SET);
		/* What is empty has a heading too, so that each file is named once. */
		heading(log, &log->streams[i]);
		status = stream_print(log, &log->streams[i]) ?: status;
	}
	do {
		live = false;
		/* What a job wrote before it ended is read after it was seen to have. */
		for (size_t i = 0; log->follow && i < log->nr_jobs; i++)
			live |= !has_ended(log->jobs[i].job);
		for (size_t i = 0; log->follow && i < log->nr_streams && !status; i++)
			status = stream_print(log, &log->streams[i]);
		if (live && !status)
			nanosleep(&moment, NULL);
	} while (live && !status);
	return status;
}

static void stream_document(struct log *log, const struct stream *s)
{
	off_t at = first_position(log, s), size;
	struct out *o = &log->cli->out;
	struct stat st = { 0 };
	char *text;
	ssize_t n;

	size = fstat(s->fd, &st) ? 0 : st.st_size;
	if (size - at > TEXT_MAX)
		at = size - TEXT_MAX;
	text = xcalloc(TEXT_MAX + 1, 1);
	n = pread(s->fd, text, TEXT_MAX, at);
	out_record_begin(o, NULL, NULL);
	out_u64(o, "id", s->id);
	out_string(o, "stream", s->kind);
	out_string(o, "path", s->path);
	out_u64(o, "bytes", size);
	out_u64(o, "left_out", at);
	/* A text of JSON ends where a zero byte stands. */
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	out_string(o, "text", text);
	out_record_end(o);
	free(text);
}

static int document_print(struct log *log)
{
	cli_open(log->cli);
	out_list_begin(&log->cli->out, "logs");
	for (size_t i = 0; i < log->nr_streams; i++)
		stream_document(log, &log->streams[i]);
	out_list_end(&log->cli->out);
	return cli_close(log->cli);
}

static int log_option(struct log *log, int key)
{
	switch (key) {
	case 'f':
		log->follow = true;
		return CLI_OK;
	case 'n':
		log->tail = true;
		return cli_parse_number(log->cli, "--lines", optarg, 0, UINT32_MAX, &log->lines);
	default:
		return CLI_USAGE;
	}
}

static int stream_add(struct log *log, uint64_t id, const char *kind, const char *path)
{
	struct stream *s = &log->streams[log->nr_streams++];

	*s = (struct stream){ .id = id, .kind = kind, .path = path };
	return stream_open(log, s);
}

static int job_add(struct log *log, uint64_t id)
{
	struct recorded *r = &log->jobs[log->nr_jobs++];
	int status = recorded_open(log->cli, id, r);

	if (!status)
		status = stream_add(log, id, "output", r->record.output);
	/* The same file twice would be printed twice. */
	if (!status && r->record.error && strcmp(r->record.error, r->record.output))
		status = stream_add(log, id, "error", r->record.error);
	return status;
}

static int jobs_add(struct log *log, int argc, char **argv)
{
	uint64_t id;
	int status = CLI_OK;

	if (!argc && spool_newest(&id))
		return cli_error(log->cli, CLI_NOT_FOUND, "you have submitted no job since the machine started");
	if (!argc)
		return job_add(log, id);
	for (int i = 0; i < argc && !status; i++) {
		status = cli_parse_job(log->cli, argv[i], &id);
		if (!status)
			status = job_add(log, id);
	}
	return status;
}

static int log_run(struct cli *cli, int argc, char **argv)
{
	struct log log = { .cli = cli };
	int key, status = CLI_OK;

	while (!status && (key = cli_getopt(cli, argc, argv)) != -1)
		status = log_option(&log, key);
	if (!status && log.follow && cli->json)
		status = cli_usage(cli, "--follow and --json exclude each other: a document is printed as a whole");
	if (status)
		return status;
	log.jobs = xcalloc(argc + 1, sizeof(*log.jobs));
	log.streams = xcalloc(2 * (argc + 1), sizeof(*log.streams));
	status = jobs_add(&log, argc - optind, argv + optind);
	if (!status)
		status = cli->json ? document_print(&log) : text_print(&log);
	for (size_t i = 0; i < log.nr_streams; i++)
		if (log.streams[i].fd >= 0)
			close(log.streams[i].fd);
	for (size_t i = 0; i < log.nr_jobs; i++)
		recorded_close(&log.jobs[i]);
	free(log.streams);
	free(log.jobs);
	return status;
}

const struct cli_command log_command = {
	.name = "log",
	.args = "[JOB]...",
	.summary = "print or follow what jobs have written",
	.help = "Print what jobs that you have submitted wrote to their files of standard output and standard error; without JOB that of the job submitted last. With several files each is named above.",
	.options = log_options,
	.run = log_run,
};
