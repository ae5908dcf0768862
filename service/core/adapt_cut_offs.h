/*
 * The cut-offs of a site's head, by its own good labels. Private to adapt.
 */
#ifndef CORE_ADAPT_CUT_OFFS_H
#define CORE_ADAPT_CUT_OFFS_H

#include "calibration.h"
#include "model.h"

/*
 * From the model's cut-offs in `h` to the site's (adapt.h), by its labels'
 * margins; `good` has room for as many.
 */
void adapt_cut_offs(
    struct model_head *h, const struct scored *s, size_t n, double *good);

#endif
