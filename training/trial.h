/*
 * Machines, or a model, put to the test: which rows of a corpus they are
 * asked about, as they are and in disguise, and what they say. Owns the
 * disguised texts, the vectors and the answers; the corpus is borrowed.
 */
#ifndef TRAINING_TRIAL_H
#define TRAINING_TRIAL_H

#include "figures.h"
#include "solver_rows.h"
#include "split.h"
#include "vectors.h"

/* The rows as they are asked about: as they are, or the bad in disguise. */
struct guise {
	const char *name;
	struct corpus corpus;
	struct vectors vectors;              /* of a cross-validation */
	struct scored *answers[MODEL_HEADS]; /* of all groups */
	size_t n[MODEL_HEADS];
};

struct trial {
	struct guise *guises; /* the first: undisguised */
	size_t n_guises;
	struct figures figures; /* a group each, of the undisguised */
	FILE *margins;          /* NULL, or where each answer goes, a line */
	long deal; /* of rows dealt anew, which names their groups; answers of
		    * the first are kept. 0: of rows as they are */
};

/* `evade`: a disguise, "all" or NULL. 0, or -1 and `e`; release it anyway. */
int trial_open(
    struct trial *t, const struct corpus *c, const char *evade, struct err *e);
void trial_release(struct trial *t);

/* Trains and asks machines, as `split` says; may be called again with
 * another, which adds to what is there. 0 or -1. */
int trial_cross(struct trial *t, const struct split *split,
    const struct solver_choice *solver, struct err *e);

/* Asks `m` about the rows of `fold`, -1: all, by the groups of `split`. */
int trial_measure(struct trial *t, const struct model *m,
    const struct split *split, long fold, struct err *e);

/* Figures of all answers, one for each guise, of `m` unless it is NULL. */
void trial_sum_up(struct trial *t, const struct model *m);

#endif
