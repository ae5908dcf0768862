/*
 * The cut-offs of a site's head, by its own good labels. Private to adapt.
 */
#ifndef CORE_ADAPT_CUT_OFFS_H
#define CORE_ADAPT_CUT_OFFS_H

#include "calibration.h"
#include "model.h"

/* The margins of a site's labels, none learned from; of both kinds. */
struct adapt_margins {
	const struct scored *mixed; /* by the mixture */
	const double *model;        /* by the model */
	size_t n;
	double scale; /* how much of the model's are in the mixture's */
};

/*
 * From the model's cut-offs in `h` to the site's (adapt.h); `good` has room
 * for as many as there are labels.
 */
void adapt_cut_offs(
    struct model_head *h, const struct adapt_margins *m, double *good);

#endif
