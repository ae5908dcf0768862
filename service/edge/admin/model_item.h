/*
 * A recorded comment, and what two models make of it, as JSON.
 */
#ifndef EDGE_MODEL_ITEM_H
#define EDGE_MODEL_ITEM_H

#include <jansson.h>

#include "../../core/contrast.h"
#include "../known/directory.h"
#include "../store/store.h"

/* What one model makes of it. */
struct model_view {
	struct span action;
	double score; /* of the head that decided; NAN: none */
};

struct model_item {
	const struct record *record;
	const char *decision; /* what a person said, or NULL */
	struct model_view of[CONTRAST_SIDES];
};

/* Long texts are cut. NULL: no memory. */
json_t *model_item_json(const struct model_item *i, struct directory *sites);

#endif
