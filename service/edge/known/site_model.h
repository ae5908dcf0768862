/*
 * One site's model, as its own decisions make it (core/adapt): learned from
 * the labels in the store, and nothing else, so that the same labels give the
 * same bytes after a restart or an undo.
 */
#ifndef EDGE_SITE_MODEL_H
#define EDGE_SITE_MODEL_H

#include <stdatomic.h>

#include "../../core/adapt.h"
#include "../store/store_decision.h"

struct site_model {
	struct model model; /* the site's; its weights are `base`'s */
	const struct model *base;
	uint32_t labels; /* texts that were learned */
	struct model_shift shifts[MODEL_HEADS];
	/* what became of the heads; labels 0: nothing, for want of them */
	struct adapt_head heads[MODEL_HEADS];
	struct model_delta *slots[MODEL_HEADS]; /* of the shifts; or NULL */
	unsigned users;                         /* site_models.c's */
};

/* What a site is learned with, and from. */
struct site_learning {
	struct store_reader *reader;
	const struct model *base;
	int64_t site;
	int64_t before_ms;         /* only what was decided before; 0: all */
	size_t comment_bytes;      /* that reading the largest comment takes */
	const atomic_bool *ending; /* called off when true */
};

/*
 * Learns, for seconds if there are many labels: 0 and the model in `out`,
 * whose heads may all be as before; -1 and `e`.
 */
int site_model_learn(
    struct site_model **out, const struct site_learning *l, struct err *e);

/* Whether any head became another. */
bool site_model_differs(const struct site_model *m);

/* What it takes beside the model that it is made of. */
size_t site_model_bytes(const struct site_model *m);

/* Harmless on NULL. */
void site_model_free(struct site_model *m);

#endif
