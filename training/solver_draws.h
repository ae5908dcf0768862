/*
 * The rows of a sample as a solver visits them, round after round: all at
 * once, or, so that no more than some megabytes are in memory, stripes of
 * neighbours drawn at random, many at a time. What lies on disk is read in
 * pieces of a hundred kilobytes, and rows still meet others than their
 * neighbours.
 *
 *     draws_begin(&d, random);
 *     while (draws_next(&d))
 *             for (size_t i = 0; i < d.n; i++)
 *                     ... d.visits[i] ...
 */
#ifndef TRAINING_SOLVER_DRAWS_H
#define TRAINING_SOLVER_DRAWS_H

#include "random.h"
#include "solver.h"

struct visit {
	const struct packed_row *row;
	uint32_t at; /* which one of the sample */
};

struct draws {
	const struct sample *sample;
	bool all; /* at once: visits stay as who visits leaves them */
	struct visit *visits;
	size_t n;
	uint8_t *rest; /* of each row, rounds that it sits out, at most 255;
			* NULL if all */
	/* the rest is its own */
	size_t *firsts;    /* rows of stripes */
	uint32_t *stripes; /* in this round's order */
	size_t n_stripes, next;
	struct scratch_view *views;
};

void draws_open(struct draws *d, const struct sample *s, bool all);
void draws_close(struct draws *d);

/* A new round, by chance or, if `random` is NULL, as the sample has them. */
void draws_begin(struct draws *d, struct random *random);

/* The next visits of the round, in the order of the sample; false when there
 * are no more. Rows are there until then. */
bool draws_next(struct draws *d);

#endif
