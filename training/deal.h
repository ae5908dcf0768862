/*
 * Rows dealt into folds anew, so that figures do not hang on one deal.
 */
#ifndef TRAINING_DEAL_H
#define TRAINING_DEAL_H

#include "clusters.h"

/*
 * The fold, below `folds`, of each row of `k`: near-duplicates stay together.
 * Another `deal` of the same `seed` deals otherwise. Free it.
 */
uint8_t *deal_folds(
    const struct clusters *k, long folds, uint64_t seed, long deal);

#endif
