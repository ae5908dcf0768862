/*
 * The calibration and the cut-offs of a model's head, by margins of rows that
 * the machine was not trained on. Pure.
 */
#ifndef TRAINING_CALIBRATE_H
#define TRAINING_CALIBRATE_H

#include "../service/core/calibration.h"
#include "../service/core/model.h"
#include "metrics.h"
#include "reliability.h"

/* The share of good comments that may come to each end. */
struct budget {
	double hold, reject;
};

struct budget budget_defaults(void);

/* Margins, rising, for qsort. */
int calibrate_by_value(const void *a, const void *b);

/* Good margins at or above each cut-off, and how well probabilities fit. */
struct above {
	size_t hold, reject, discard;
	size_t budgeted[MODEL_BUDGETS];
	struct reliability reliability[CALIBRATORS];
};

/* Of the `n` rows of `s`, by the cut-offs of `h` and by its calibration, which
 * is of other rows. */
struct above calibrate_count(
    const struct model_head *h, const struct scored *s, size_t n);

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
