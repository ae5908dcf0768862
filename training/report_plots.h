/*
 * The plots of one head's rows, sorted by falling margin, each with its
 * table. Private to report*.c.
 */
#ifndef TRAINING_REPORT_PLOTS_H
#define TRAINING_REPORT_PLOTS_H

#include <stdio.h>

#include "../service/core/model.h"
#include "metrics.h"

struct report_rows {
	const struct scored *items;
	size_t n, bad;
	const struct model_head *head; /* NULL: not calibrated */
};

void report_plot_roc(FILE *f, const struct report_rows *r);
void report_plot_precision(FILE *f, const struct report_rows *r);
void report_plot_calibration(FILE *f, const struct report_rows *r);
void report_plot_histogram(FILE *f, const struct report_rows *r);

/* By rows learnt from: ROC AUC and what is caught at 0.5 %; nothing when the
 * head was not learnt. */
struct learning;
void report_plot_learning(
    FILE *f, const struct learning *l, enum model_head_id head);

#endif
