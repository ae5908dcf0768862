/*
 * The model that another one begins from: what is learned are weights that
 * stay near its own, so that a few decisions add to what it knows instead of
 * taking its place. Then its base corpora are not needed again.
 */
#ifndef TRAINING_ORIGIN_H
#define TRAINING_ORIGIN_H

#include "../service/core/model.h"
#include "../service/edge/process/err.h"
#include "calibrate.h"
#include "vectors.h"

/* Zeroed: there is none. */
struct origin {
	struct model *model;
	double *prior[MODEL_HEADS]; /* a weight per bucket, then the bias */
};

/* Loads the model in `folder`. 0 or -1. In any case to be released. */
int origin_open(struct origin *o, const char *folder, struct err *e);
void origin_release(struct origin *o);

/* New rows with the margins that a machine gives them which did not learn
 * from them. */
struct origin_rows {
	const struct corpus *corpus;
	const struct vectors *vectors;
	const struct scored *scored;
	size_t n;
	const struct budget *budget;
};

/*
 * Gives `h`, calibrated on the new rows, the origin's calibration, and its
 * cut-offs, higher where that is needed for no more of the new good rows to
 * come there than the budget allows, or than come there with the origin: they
 * are the doubtful ones, which says more than all comments would.
 */
void origin_calibrate(const struct origin *o, enum model_head_id head,
    struct model_head *h, const struct origin_rows *r);

/* Copies a head of which nothing can be learned. */
void origin_copy(const struct origin *o, enum model_head_id head,
    struct model *m, int16_t *weights);

#endif
