/*
 * A corpus with its vectors, and how machines are made of it. Owns neither.
 */
#ifndef TRAINING_LESSON_H
#define TRAINING_LESSON_H

#include "metrics.h"
#include "solver_rows.h"
#include "split.h"
#include "vectors.h"

struct lesson {
	const struct corpus *corpus;
	const struct vectors *vectors;
	const struct solver_choice *solver;
	const double *prior[MODEL_HEADS]; /* as a sample has it; or NULL */
};

/*
 * Trains `m` for `head` on the rows whose role is ROLE_TRAIN and whose label
 * is the head's. 0 or -1.
 */
int lesson_learn(struct machine *m, const struct lesson *l,
    enum model_head_id head, const uint8_t *roles, struct err *e);

/*
 * The margins and answers of the rows of `head` with ROLE_TEST, in order;
 * room for all rows must be there. Returns how many.
 */
size_t lesson_ask(struct scored *out, const struct lesson *l,
    const struct machine *m, enum model_head_id head, const uint8_t *roles);

/* How many rows of `head` have the role. */
size_t lesson_count(const struct lesson *l, enum model_head_id head,
    const uint8_t *roles, enum role role);

#endif
