/*
 * What speaks against a model, in words and as JSON: for the service and for
 * the trainer.
 */
#ifndef EDGE_PROMOTION_JSON_H
#define EDGE_PROMOTION_JSON_H

#include <jansson.h>

#include "../../core/promotion.h"

/* An array of {code, detail}, empty when nothing does. NULL: no memory. */
json_t *promotion_json(
    const struct contrast *c, const struct promotion_budget *b);

/* The same for a head that is lost (promotion_head_lost), which may be none. */
json_t *promotion_head_json(const struct model *old, const struct model *fresh);

/*
 * The budget that the model in `folder` was made for, by its card; what is
 * usual where that does not say.
 */
struct promotion_budget promotion_budget(const char *folder);

/* When the last decision was made that it learned from, as its card says; 0:
 * from none. What was decided before says too much for it. */
int64_t promotion_learned_until(const char *folder);

#endif
