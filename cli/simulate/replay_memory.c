// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of a replay is that of the jobs that are in the system: they are taken from
 * chunks, and given back as they end.
 */
#include <string.h>

#include "print/util.h"
#include "simulate/replay_internal.h"

struct sim_node *sim_node_new(struct sim *sim)
{
	struct sim_node *node;

	if (!sim->free) {
		struct sim_chunk *chunk = xcalloc(1, sizeof(*chunk));

		chunk->next = sim->chunks;
		sim->chunks = chunk;
		sim->nr_chunks++;
		for (size_t i = 0; i < NODES_CHUNK; i++) {
			chunk->nodes[i].next = sim->free;
			sim->free = &chunk->nodes[i];
		}
	}
	node = sim->free;
	sim->free = node->next;
	memset(node, 0, sizeof(*node));
	if (++sim->nr_nodes > sim->stats->peak_nodes)
		sim->stats->peak_nodes = sim->nr_nodes;
	return node;
}

void sim_node_free(struct sim *sim, struct sim_node *node)
{
	free(node->said);
	node->said = NULL;
	node->next = sim->free;
	sim->free = node;
	sim->nr_nodes--;
}

void sim_free(struct sim *sim)
{
	while (sim->chunks) {
		struct sim_chunk *chunk = sim->chunks;

		sim->chunks = chunk->next;
		for (size_t i = 0; i < NODES_CHUNK; i++) {
			free(chunk->nodes[i].replay.node.edge);
			free(chunk->nodes[i].said);
		}
		free(chunk);
	}
	for (uint32_t i = 0; i < sim->nr_groups; i++)
		free(sim->groups[i]);
	free(sim->groups);
	for (uint32_t i = 0; i < sim->nr_gangs; i++)
		free(sim->gangs[i]);
	free(sim->gangs);
	free(sim->devices);
	queueing_free(&sim->queueing);
	estimates_free(&sim->estimates);
	depends_free(&sim->depends);
	free(sim->drains);
	free(sim->history);
	predictor_free(sim->predictor);
	free(sim->ranker);
	free(sim->reference);
	free(sim->workspace);
	free(sim);
}

/* This makes room for entry @i in an array that has @nr, the new ones zero. */
void *sim_array_room(void *array, uint32_t *nr, uint32_t i, size_t size)
{
	uint32_t room = *nr;

	if (i < room)
		return array;
	while (room <= i)
		room = room ? room * 2 : 64;
	array = xrealloc(array, room * size);
	memset((char *)array + *nr * size, 0, (room - *nr) * size);
	*nr = room;
	return array;
}
