/*
 * The tables of a report: what happens at each threshold, in which slices of
 * the rows, in which disguise, and which words weigh most. Private to
 * report*.c.
 */
#ifndef TRAINING_REPORT_TABLES_H
#define TRAINING_REPORT_TABLES_H

#include <stdio.h>

#include "report.h"
#include "report_plots.h"

/* Good ones blocked and bad ones missed; of scores, else of margins. */
void report_thresholds(FILE *f, const struct report_rows *r);

/* By language, length, set and source; nothing without a corpus. */
void report_slices(FILE *f, const struct report *r, enum model_head_id head);

/* What is caught in each disguise where the undisguised ones' cut-off is. */
void report_evasion(FILE *f, const struct report *r, enum model_head_id head);

/* Words of the rows asked that speak most for and against; needs a model. */
void report_words(FILE *f, const struct report *r, enum model_head_id head);

#endif
