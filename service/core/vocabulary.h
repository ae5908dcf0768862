/*
 * How much of a comment a model has ever met. What it learned from nothing
 * weighs exactly nothing, so that shows in the weights alone; hashed features
 * share buckets, so it is less than the truth, but it moves with it.
 */
#ifndef CORE_VOCABULARY_H
#define CORE_VOCABULARY_H

#include "features.h"
#include "model.h"

/*
 * The share of hashed features that weigh nothing for any head, of the first
 * of each view: a few, so that it costs little; NAN: there are none.
 */
double vocabulary_unseen(const struct model *m, const struct features *f);

#endif
