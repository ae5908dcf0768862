/*
 * From margins with known answers, of rows the machine was not trained on,
 * to probabilities and cut-offs. Pure.
 */
#ifndef TRAINING_CALIBRATE_H
#define TRAINING_CALIBRATE_H

#include "../service/core/model.h"
#include "metrics.h"

/* The share of good comments that may come to each end. */
struct budget {
	double hold, reject;
};

struct budget budget_defaults(void);

/*
 * Fits P(bad) = 1 / (1 + exp(a * margin + b)) by Newton's method with the
 * targets of Platt 1999, as Lin, Lin, Weng 2007. `a` comes out at most 0.
 */
void calibrate_platt(double *a, double *b, const struct scored *s, size_t n);

/*
 * The least cut-off that split-conformal prediction allows for `budget`: a
 * further good comment, exchangeable with the `n` good margins, which are
 * sorted rising, comes above it with a probability of `budget` at most.
 * +infinity when they are too few: 999 are needed for 0.1 %.
 */
double calibrate_cut_off(const double *good, size_t n, double budget);

/* Good margins at or above each cut-off. */
struct above {
	size_t hold, reject, discard;
	size_t budgeted[MODEL_BUDGETS];
};

/*
 * Fills the calibration and the cut-offs of `h`:
 *
 * hold     the hold budget's: what moderators have the time to look at; the
 *          margin of probability 0.5 where the rows are too few for it
 * reject   the reject budget's
 * discard  a tenth of the reject budget's
 * budgeted each of model_budgets'
 */
struct above calibrate_head(struct model_head *h, const struct scored *s,
    size_t n, const struct budget *budget);

#endif
