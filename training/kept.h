/*
 * Machines that were made, kept in a folder, each under what it was made of:
 * a training that was killed goes on where it was, and comes to the same
 * bits. Owns the files, which may be removed at any time.
 */
#ifndef TRAINING_KEPT_H
#define TRAINING_KEPT_H

#include "solver.h"

/* Where machines are kept, and what stands for one of them. */
struct kept {
	const char *folder;
	uint64_t key;
	uint32_t buckets;
};

/* The machine that `o` makes of `s`; whether weights are given freedom, which
 * follows from the rest, is all that is asked of it. */
struct kept kept_of(const char *folder, const struct sample *s,
    const struct solver_options *o, bool free);

/* Whether it is there, and then in `m`. A torn one is none. */
bool kept_take(struct machine *m, const struct kept *k);

/* Keeps a machine that has weights: whole, or not at all. 0 or -1. */
int kept_put(const struct machine *m, const struct kept *k, struct err *e);

#endif
