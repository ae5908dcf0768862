/*
 * Token buckets by key, in a table of fixed size that all loops share. A
 * bucket that nobody knows is full; where the table is, the one that is next
 * to full is forgotten, to the good of its owner. Keys are hashes that nobody
 * else can make, so that no one can fill a neighbourhood of it.
 */
#ifndef EDGE_LIMITER_H
#define EDGE_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

#include "../process/err.h"

struct limiter;

/*
 * A bucket takes `limit` tokens, > 0, and fills within `window_s`; at most a
 * million a second.
 */
struct limiter_quota {
	uint32_t limit, window_s;
};

struct limiter_answer {
	bool refused;
	uint32_t remaining; /* tokens left */
	uint32_t reset_s;   /* until the bucket is full; refused: until there
			     * is a token */
};

/* 2^log2_slots buckets; NULL and `e`. */
struct limiter *limiter_open(unsigned log2_slots, struct err *e);
void limiter_close(struct limiter *l);

/* Takes a token from the bucket of `key` at `now_us`, from any thread. */
struct limiter_answer limiter_take(struct limiter *l, uint64_t key,
    const struct limiter_quota *q, int64_t now_us);

#endif
