/*
 * What a model makes of rows that it did not learn from, counted as the
 * service counts what it judges: the reference of drift (core/drift.h).
 */
#ifndef TRAINING_REFERENCE_H
#define TRAINING_REFERENCE_H

#include <jansson.h>

#include "corpus.h"

enum { REFERENCE_ALL = -1 };

/*
 * Of the rows of fold `fold` of `c`, or of all, judged by the model in
 * `folder` with the counts of all rows before them: the card's member `drift`,
 * a new reference; NULL and `e` when a row or the model cannot be read.
 */
json_t *reference_json(
    const char *folder, const struct corpus *c, long fold, struct err *e);

#endif
