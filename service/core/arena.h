/*
 * Bump memory in a block that someone gives. An arena owns nothing: dropping
 * or resetting the block drops everything in it at once. A full arena is an
 * ordinary refusal, never a crash.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

#include "span.h"

struct arena {
	unsigned char *base;
	size_t size; /* bytes at base */
	size_t used; /* <= size */
};

/* Lets the arena hand out the `size` bytes at `block`, from its start. */
void arena_init(struct arena *a, void *block, size_t size);

/*
 * `bytes` bytes aligned for any type, not zeroed; NULL when they do not fit.
 * They live until the arena is rewound below them or its block is dropped.
 */
void *arena_alloc(struct arena *a, size_t bytes);

/* Room for `n` elements of `size` bytes, zeroed; NULL when they do not fit. */
void *arena_array(struct arena *a, size_t n, size_t size);

/*
 * A NUL-terminated copy of `s` in the arena; its p is NULL when it does not
 * fit.
 */
struct span arena_copy(struct arena *a, struct span s);

/* Gives back everything allocated since `used` was the arena's `used`. */
void arena_rewind(struct arena *a, size_t used);

#endif
