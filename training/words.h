/*
 * Which words of a corpus weigh most in a model, on average over the comments
 * they are in. A model has hashes only, so its words are found where it is
 * asked. Words of few comments, which may be somebody's name, are left out.
 */
#ifndef TRAINING_WORDS_H
#define TRAINING_WORDS_H

#include "../service/core/calibration.h"
#include "../service/core/model.h"
#include "corpus.h"

enum { WORDS_ROWS_MIN = 5, WORD_BYTES = 40 };

struct word {
	char text[WORD_BYTES]; /* normalised */
	size_t n;
	double share;  /* of the margin, the mean */
	uint32_t rows; /* that have it */
};

struct words_asked {
	const struct model *model;
	const struct corpus *corpus;
	const struct scored *answers; /* name the rows */
	size_t n;
	enum model_head_id head;
};

/* Room for so many; then how many there are, strongest first. */
struct words {
	struct word *for_it, *against;
	size_t n_for, n_against;
};

/* Looks at some 20,000 rows at most. -1: a row is too large. */
int words_strongest(struct words *out, const struct words_asked *asked);

#endif
