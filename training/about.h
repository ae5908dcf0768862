/*
 * What a new model's card says of how it was made: data, settings, heads,
 * first figures.
 */
#ifndef TRAINING_ABOUT_H
#define TRAINING_ABOUT_H

#include "calibrate.h"
#include "corpus.h"
#include "figures.h"
#include "solver_rows.h"
#include "split.h"

struct about {
	const struct model *model;
	const struct corpus *corpus;
	const struct solver_choice *solver;
	const struct budget *budgets; /* a head each */
	const struct above *above;    /* a head each */
	const size_t *copies;         /* in disguise, learned by each head */
	const bool *taught; /* a head each; others are as they began */
	long hold_out;      /* -1: none */
	const struct figures *figures;
	const char *from;     /* the model it was begun from; NULL: none */
	const char *origin;   /* its folder */
	const uint8_t *roles; /* of the rows */
};

/* Puts all of it into `card`, an object. */
void about_put(json_t *card, const struct about *a);

#endif
