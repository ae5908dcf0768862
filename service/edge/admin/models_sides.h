/*
 * Two models as a site's own decisions make them, up to some time: how the
 * service would have judged with either from then on. Private to
 * models_compare.c.
 */
#ifndef EDGE_MODELS_SIDES_H
#define EDGE_MODELS_SIDES_H

#include "../../core/contrast.h"
#include "../known/site_model.h"

struct models_sides {
	struct site_learning with; /* reader, comment_bytes, ending: not NULL */
	const struct model *bases[CONTRAST_SIDES];
	/* private, zero at first: of with.site, with.before_ms; or NULL */
	struct site_model *learned[CONTRAST_SIDES];
};

/*
 * Learns both by what `site` decided before `before_ms`, unless they are that
 * already; site 0: both are as they are. They are in `out` until the next
 * call. 0 or -1.
 */
int models_sides_learn(struct models_sides *s, int64_t site, int64_t before_ms,
    const struct model *out[CONTRAST_SIDES], struct err *e);

void models_sides_release(struct models_sides *s);

#endif
