/*
 * The feature vectors of a corpus, packed, each sorted by bucket with the
 * features of one bucket added up. The i-th vector is the i-th row's.
 */
#ifndef TRAINING_VECTORS_H
#define TRAINING_VECTORS_H

#include <stdint.h>

#include "corpus.h"
#include "packing.h"
#include "replay.h"

struct vectors {
	struct packing rows;
	size_t n;
	uint8_t *kind; /* of the view that was last to use a bucket */
	unsigned buckets_log2;
	uint32_t buckets; /* model_buckets; every bucket is below */
};

/*
 * Replays `c` in time order into `v`: 0, or -1 and `e`. Takes a second per
 * 20,000 rows or so and says how far it is on a terminal.
 */
int vectors_of(struct vectors *v, const struct corpus *c, unsigned buckets_log2,
    struct err *e);
void vectors_release(struct vectors *v);

#endif
