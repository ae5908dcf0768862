/*
 * How much of a comment a model has ever met. What a head learned from
 * nothing weighs exactly nothing, so that shows in the weights alone. Hashed
 * features share buckets: of those that were never met only as many find one
 * that weighs nothing as the model has left, and by that the count is scaled.
 */
#ifndef CORE_VOCABULARY_H
#define CORE_VOCABULARY_H

#include "features.h"
#include "model.h"

/*
 * Estimates the share of features that were never met, by the trained head
 * with the most buckets left and by the first of each view: a few, so that it
 * costs little. NAN: there are none, or too few buckets are left.
 */
double vocabulary_unseen(const struct model *m, const struct features *f);

/*
 * The margins that a rejection must rest on: a head's own, without what the
 * comment itself adds as far as the share of it that is new casts doubt on
 * that. What a site has learned, it has met.
 */
void vocabulary_firm(double firm[MODEL_HEADS], const struct model *m,
    const struct features *f, const struct margins *margins);

#endif
