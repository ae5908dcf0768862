/*
 * Decisions split by time: what was decided last is held back to ask two
 * models about, if nothing like it is among what was decided before. Of a
 * campaign one is asked: what is nearly the same says the same once.
 */
#ifndef TRAINING_HOLDBACK_H
#define TRAINING_HOLDBACK_H

#include <stddef.h>

#include "../service/edge/process/err.h"

struct holdback {
	const char *from;            /* a corpus of decisions */
	const char *learned, *asked; /* where the two parts go */
	double share;                /* of the rows, that is held back */
	size_t n;                    /* out: the rows, … */
	size_t n_learned, n_asked;   /* … and those of either part */
};

/* 0 or -1. */
int holdback_split(struct holdback *h, struct err *e);

#endif
