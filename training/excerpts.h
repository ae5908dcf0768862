/*
 * What excerpts of the texts (core/excerpt.h) add to the margins of rows that
 * were asked by vectors, in which a text has no order. Chosen and weighed by
 * the core, as in the service.
 */
#ifndef TRAINING_EXCERPTS_H
#define TRAINING_EXCERPTS_H

#include "corpus.h"
#include "metrics.h"

/* Adds it to the margins that a head of `m` gave to `n` rows of `c`. */
void excerpts_add(struct scored *s, size_t n, const struct corpus *c,
    const struct model *m, enum model_head_id head);

#endif
