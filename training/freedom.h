/*
 * How freely each weight may grow: more where a bucket is rare, and more
 * where it is much oftener in rows of one class than of the other.
 */
#ifndef TRAINING_FREEDOM_H
#define TRAINING_FREEDOM_H

#include "solver.h"

/*
 * A factor per bucket for `s`, 1 on average over the entries of each view;
 * behaviour has 1. It is idf² (1/4 + |r|), where r is the log of the ratio of
 * the classes' shares of rows that have the bucket (Wang, Manning 2012):
 * found by cross-validation. Of several corpora, r is the mean of theirs with
 * random effects, of a fixed variance between them, where DerSimonian and
 * Laird (1986) estimate one: of a bucket there are too few corpora for that.
 * What they are at odds about, or a single one says, is less likely to hold
 * elsewhere. Free it.
 */
double *freedom_of(const struct sample *s);

#endif
