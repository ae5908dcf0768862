/*
 * A corpus with its vectors, and how machines are made of it. Owns neither.
 * Roles are those of the corpus's rows; a copy in disguise is learned from
 * where its original is.
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
 * Trains `m` for `head` on the rows with ROLE_TRAIN that teach it, and a
 * little on those that are good by the other. 0 or -1.
 */
int lesson_learn(struct machine *m, const struct lesson *l,
    enum model_head_id head, const uint8_t *roles, struct err *e);

/*
 * The margins and answers of the rows of `head` with ROLE_TEST, in order;
 * room for all rows must be there. Returns how many.
 */
size_t lesson_ask(struct scored *out, const struct lesson *l,
    const struct machine *m, enum model_head_id head, const uint8_t *roles);

/* Whether `head` learns from the row, if its role is to be learned from. */
bool lesson_takes(const struct lesson *l, size_t row, enum model_head_id head);

/* Rows of a head with a role. */
struct lesson_count {
	size_t good, bad;
	size_t copies; /* in disguise: no rows of their own */
};

struct lesson_count lesson_count(const struct lesson *l,
    enum model_head_id head, const uint8_t *roles, enum role role);

/* All that people wrote. */
static inline size_t
lesson_rows(const struct lesson_count *n)
{
	return n->good + n->bad;
}

#endif
