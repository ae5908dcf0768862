/*
 * report.html: plots of how well a model does, as one page that loads
 * nothing. Each plot is inline SVG with the numbers behind it in a table.
 */
#ifndef TRAINING_REPORT_H
#define TRAINING_REPORT_H

#include "../service/core/model.h"
#include "../service/edge/process/err.h"
#include "metrics.h"

struct report {
	const char *title;
	const struct model *model; /* NULL: no calibration, no cut-offs */
	struct scored *rows[MODEL_HEADS];
	size_t n[MODEL_HEADS];
};

/* Writes the page to `path`, whole or not at all; sorts the rows. 0 or -1. */
int report_write(const char *path, const struct report *r, struct err *e);

#endif
