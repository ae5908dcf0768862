/*
 * Which rows of a corpus are the same text, or nearly: those that share bands
 * of the fingerprints that the service recognises repeats with, and then six
 * in ten of their runs of five letters, as a sketch estimates it. What is
 * nearly one of a cluster is of it.
 */
#ifndef TRAINING_CLUSTERS_H
#define TRAINING_CLUSTERS_H

#include "corpus.h"

struct clusters {
	size_t *of;     /* of each row: the first row of its cluster */
	uint64_t *text; /* of each row: hash of its normalised text */
	size_t n;
};

/* Finds those of `c`: 0, or -1 and `e` when a row is too large. */
int clusters_of(struct clusters *k, const struct corpus *c, struct err *e);
void clusters_release(struct clusters *k);

/*
 * Keeps clusters in one fold: that of their first row that says one, else of
 * their first; a fold that the data came with stays. How many lay in several.
 */
size_t clusters_gather(const struct clusters *k, struct corpus *c);

/* The same, where not all rows say theirs. 0 or -1. */
int clusters_gather_folds(struct corpus *c, struct err *e);

#endif
