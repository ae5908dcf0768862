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
	bool pooled;       /* all groups together: of no mean */
	bool has_cut_offs; /* of a model, and then: */
	struct confusion at_hold, at_reject;
};

struct figures {
	struct figure *items;
	size_t n;
	double asked_share; /* of several deals: rows asked a row learnt from;
			     * 0: means have no intervals */
};

/*
 * Adds the metrics of `n` rows, which it sorts, at the cut-offs of `h`
 * unless that is NULL. Returns the figure, until the next is added.
 */
struct figure *figures_add(struct figures *f, struct span group,
    struct scored *s, size_t n, const struct model_head *h);
void figures_release(struct figures *f);

/*
 * One table a head, and the means over the groups if `means`. Intervals of
 * means are for rows that were dealt anew: folds share what they learn from,
 * which widens them (Nadeau, Bengio 2003).
 */
void figures_print(const struct figures *f, bool means);

/* A figure as JSON: null where there is none, as of no rows. */
json_t *number_json(double value);

/* An array of objects, of means last; a new reference. */
json_t *figures_json(const struct figures *f);

#endif
