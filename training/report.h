/*
 * report.html: plots of how well a model does, as one page that loads
 * nothing. Each plot is inline SVG with the numbers behind it in a table.
 * Of the comments it holds words of several, no text.
 */
#ifndef TRAINING_REPORT_H
#define TRAINING_REPORT_H

#include "trial.h"

struct learning;

/* How the rows were chosen. */
enum report_rows_are { ROWS_AS_ASKED, ROWS_HELD_OUT, ROWS_CROSS_VALIDATED };

struct report {
	const char *title;
	enum report_rows_are rows;
	const struct model *model; /* NULL: no calibration, no cut-offs */
	const struct corpus
	    *corpus;                /* of the rows; NULL: no slices, no words */
	const struct guise *guises; /* what was answered; first undisguised */
	size_t n_guises;
	const struct learning *learning; /* NULL: no curve */
	const json_t *peers;             /* of report_peers.h, or NULL */
};

/* Writes the page to `path`, whole or not at all; sorts the
 * answers. 0 or -1. */
int report_write(const char *path, const struct report *r, struct err *e);

#endif
