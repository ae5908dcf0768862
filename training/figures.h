/*
 * Metrics of named groups of rows, as a table for people and as JSON for
 * programs. Owns the groups.
 */
#ifndef TRAINING_FIGURES_H
#define TRAINING_FIGURES_H

#include <jansson.h>

#include "../service/core/model.h"
#include "metrics.h"

struct figure {
	char group[96]; /* what the rows have in common */
	enum model_head_id head;
	struct metrics metrics;
	struct interval mcc95;
	bool has_cut_offs; /* of a model, and then: */
	struct confusion at_hold, at_reject;
};

struct figures {
	struct figure *items;
	size_t n;
};

/*
 * Adds the metrics of `n` rows, which it sorts, at the cut-offs of `h`
 * unless that is NULL. Returns the figure, until the next is added.
 */
struct figure *figures_add(struct figures *f, struct span group,
    struct scored *s, size_t n, const struct model_head *h);
void figures_release(struct figures *f);

/* One table a head, and the means over the groups if `means`. */
void figures_print(const struct figures *f, bool means);

/* An array of objects; a new reference. */
json_t *figures_json(const struct figures *f);

#endif
