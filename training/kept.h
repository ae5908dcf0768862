/*
 * Machines that were made, kept in a folder, each under what it was made of:
 * a training that was killed goes on where it was, and comes to the same
 * bits. Owns the files, which may be removed at any time.
 */
#ifndef TRAINING_KEPT_H
#define TRAINING_KEPT_H

#include "lesson.h"

/* Stands for the machine that `l` makes of `s`, whose freedom is left out: it
 * follows from the rest. */
uint64_t kept_key(const struct lesson *l, const struct sample *s,
    const struct solver_options *o);

/* Whether there is one, which is then in `m`. A torn one is none. */
bool kept_take(struct machine *m, const struct lesson *l, uint64_t key);

/* Keeps a machine that has weights: whole, or not at all. 0 or -1. */
int kept_put(const struct machine *m, const struct lesson *l, uint64_t key,
    struct err *e);

#endif
