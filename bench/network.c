// SPDX-License-Identifier: GPL-2.0
/*
 * What it takes to send datagrams of 1,000 bytes, one at a time: the median time of a send(),
 * and the time in which the machine was not idle until all were sent (bench/network).
 */
#include <arpa/inet.h>
#include <err.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

#define BYTES	1000
#define PORT	9

/* Time of all processors that was not idle, in ticks of a 100th second. */
static uint64_t busy_ticks(void)
{
	uint64_t part[8] = { 0 }, sum = 0;
	FILE *file = fopen("/proc/stat", "r");
	size_t i;

	if (!file || fscanf(file, "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			    " %" SCNu64 " %" SCNu64 " %" SCNu64, &part[0], &part[1], &part[2],
			    &part[3], &part[4], &part[5], &part[6], &part[7]) != 8)
		err(1, "/proc/stat");
	fclose(file);
	for (i = 0; i < 8; i++)
		if (i != 3 && i != 4)
			sum += part[i];
	return sum;
}

static int connect_to(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err(1, "cannot send to %s", address);
	return fd;
}

static void send_one(int fd, struct series *times)
{
	static const char data[BYTES];
	uint64_t begin = now_ns();

	if (send(fd, data, sizeof(data), 0) < 0)
		err(1, "send");
	series_add(times, since_ns(begin));
}

int main(int argc, char **argv)
{
	unsigned long nr, i;
	struct series times = { 0 };
	uint64_t busy;
	int fd;

	if (argc != 4)
		errx(2, "usage: network NAME ADDRESS DATAGRAMS");
	nr = strtoul(argv[3], NULL, 10);
	if (!nr)
		errx(2, "'%s' is no number of datagrams", argv[3]);
	fd = connect_to(argv[2]);
	busy = busy_ticks();
	for (i = 0; i < nr; i++)
		send_one(fd, &times);
	busy = busy_ticks() - busy;
	printf("%-34s %10" PRIu64 " %10.0f\n", argv[1], series_median(&times), busy * 1e7 / nr);
	series_free(&times);
	return 0;
}
