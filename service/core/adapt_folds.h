/*
 * Labels dealt out into folds, near-duplicates into one, so that no machine
 * is asked about what it has nearly seen. Private to adapt.
 */
#ifndef CORE_ADAPT_FOLDS_H
#define CORE_ADAPT_FOLDS_H

#include "adapt.h"

/* Fills folds[i], below the number returned; 0: the arena is full. */
uint8_t adapt_folds(uint8_t *folds, const struct adapt_label *labels,
    uint32_t n, struct arena *a);

#endif
