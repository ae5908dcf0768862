/* An arena on a block of its exact size, so that going beyond it shows. */
#ifndef FUZZ_ARENA_H
#define FUZZ_ARENA_H

#include "../../service/core/arena.h"
#include "input.h"

static inline void
arena_open(struct arena *a, size_t bytes)
{
	void *block = malloc(bytes > 0 ? bytes : 1);

	require(block != NULL);
	arena_init(a, block, bytes);
}

static inline void
arena_drop(struct arena *a)
{
	free(a->base);
}

#endif
