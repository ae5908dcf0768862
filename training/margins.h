/*
 * The margins that a model gives the rows of a corpus, by the same code as
 * in the service.
 */
#ifndef TRAINING_MARGINS_H
#define TRAINING_MARGINS_H

#include "../service/core/model.h"
#include "corpus.h"

/*
 * Replays `c` in time order into out[row * MODEL_HEADS + head]; room must be
 * there. 0 or -1.
 */
int margins_of(
    double *out, const struct model *m, const struct corpus *c, struct err *e);

#endif
