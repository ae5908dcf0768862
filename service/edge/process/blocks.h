/*
 * Blocks of memory for request arenas, for one thread. Blocks up to a size
 * are pooled, so that their pages are there already; larger ones are mapped
 * for one request and unmapped after it.
 */
#ifndef EDGE_BLOCKS_H
#define EDGE_BLOCKS_H

#include <stddef.h>

#include "../../core/arena.h"

enum {
	BLOCKS_KEPT_MAX = 64,         /* free blocks kept */
	BLOCKS_RESIDENT = 256 * 1024, /* bytes of a free block kept resident */
};

struct blocks {
	size_t pooled_bytes;  /* up to this size they are pooled */
	struct block *free;   /* a list through the blocks themselves */
	unsigned kept, given; /* on the list; given back so far */
};

void blocks_init(struct blocks *b, size_t pooled_bytes);

/* Every block must have been given back. */
void blocks_release(struct blocks *b);

/* Makes `a` an arena of `bytes` bytes, > 0: 0, or -1 without memory. */
int blocks_take(struct blocks *b, size_t bytes, struct arena *a);

/* Takes back what blocks_take gave; harmless on an arena of no bytes. */
void blocks_give(struct blocks *b, struct arena *a);

#endif
