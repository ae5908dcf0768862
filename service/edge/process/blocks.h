/*
 * Blocks of memory for request arenas, for one thread. Blocks up to a size
 * are pooled, so that their pages are there already, as many as there were
 * requests at once; what was not needed for a while goes back. Larger ones
 * are mapped for one request and unmapped after it.
 */
#ifndef EDGE_BLOCKS_H
#define EDGE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "../../core/arena.h"

enum {
	BLOCKS_KEPT_LEAST = 8, /* free blocks that stay, needed or not */
	/* bytes of a free block kept resident: of a hundred comments one
	 * needs more */
	BLOCKS_RESIDENT = 64 * 1024,
};

struct blocks {
	size_t pooled_bytes;  /* up to this size they are pooled */
	struct block *free;   /* a list through the blocks themselves */
	unsigned kept, given; /* on the list; given back so far */
	unsigned spare;       /* the fewest on it since we last looked */
	int64_t look_ms;      /* when to look next */
};

void blocks_init(struct blocks *b, size_t pooled_bytes);

/* Every block must have been given back. */
void blocks_release(struct blocks *b);

/* Makes `a` an arena of `bytes` bytes, > 0: 0, or -1 without memory. */
int blocks_take(struct blocks *b, size_t bytes, struct arena *a);

/*
 * Likewise, of at least so many bytes, in a block that nobody had before: none
 * of its pages is there until it is used. It is unmapped, not pooled.
 */
int blocks_map(const struct blocks *b, size_t bytes, struct arena *a);

/* Takes back what these gave; harmless on an arena of no bytes. */
void blocks_give(struct blocks *b, struct arena *a);

/*
 * Looks now and then whether there are blocks that nobody needed since the
 * time before, and unmaps them; how long until it should be called again, -1
 * when there is nothing to look for.
 */
int blocks_turn(struct blocks *b, int64_t now_ms);

#endif
