/*
 * How much more rows help: machines made of ever larger parts of the rows,
 * each asked about the same others.
 */
#ifndef TRAINING_LEARNING_H
#define TRAINING_LEARNING_H

#include "metrics.h"
#include "solver_rows.h"

struct learning_point {
	enum model_head_id head;
	size_t rows; /* learnt from */
	struct metrics metrics;
};

enum { LEARNING_STEPS = 6 }; /* each twice the rows of the one before */

struct learning {
	struct learning_point items[MODEL_HEADS * LEARNING_STEPS];
	size_t n;
};

/* Asks about `fold` those that learn from the other folds. 0 or -1. */
int learning_of(struct learning *out, const struct corpus *c,
    const struct solver_choice *solver, long fold, struct err *e);

#endif
