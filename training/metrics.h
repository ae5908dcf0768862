/*
 * How good a list of margins with known answers is. Pure; nothing is kept.
 */
#ifndef TRAINING_METRICS_H
#define TRAINING_METRICS_H

#include <stddef.h>

#include "../service/core/calibration.h"
#include "../service/core/statistics.h"

/* What happens when margins >= a cut-off are blocked. */
struct confusion {
	size_t caught, missed;  /* bad */
	size_t blocked, passed; /* good */
};

/* Shares are from 0 to 1 and NaN where there is nothing to divide by. */
struct metrics {
	size_t n, bad;
	double auc;            /* area under the ROC curve */
	struct interval auc95; /* DeLong's */
	double average_precision;
	struct confusion at_zero; /* margins >= 0 blocked */
	double accuracy, precision, recall, blocked, mcc;
	struct interval mcc95;
	struct interval recall95, blocked95;   /* Wilson's */
	double recall_01, recall_05, recall_1; /* at 0.1, 0.5, 1 % blocked */
};

/* Sorts `s` by falling margin on the way, good before bad where equal. */
void metrics_of(struct metrics *m, struct scored *s, size_t n);

struct confusion metrics_confusion(
    const struct scored *s, size_t n, double cut_off);

/* Matthews correlation coefficient; 0 where a side is empty. */
double metrics_mcc(const struct confusion *c);

/* Its 95 % interval; NaN where a side is empty. */
struct interval metrics_mcc_95(const struct confusion *c);

/*
 * Of rows sorted by falling margin: the lowest cut-off that at most the share
 * `budget` of the good ones reaches, and the share of the bad ones that do.
 */
double metrics_cut_off(const struct scored *s, size_t n, double budget);
double metrics_recall_at(const struct scored *s, size_t n, double budget);

/*
 * The one-sided Clopper-Pearson bound: the largest rate that `k` or fewer
 * of `n` still has a chance of 1 - confidence under.
 */
double metrics_clopper_pearson(size_t k, size_t n, double confidence);

#endif
