/*
 * How a site does with labels of its own: as figures, and those for people.
 */
#ifndef TRAINING_ADAPT_H
#define TRAINING_ADAPT_H

#include <jansson.h>

#include "site.h"

enum { ADAPT_ASKED_MIN = 50 }; /* comments beside those drawn */

struct adapt_draws {
	size_t labels;
	unsigned repeats;
	uint64_t seed;
};

/*
 * Draws labels, learns from them and asks the rest, but for near-duplicates
 * of what was drawn: the mean AUC of each member of the mixture alone and of
 * the mixture. A new reference; NULL: the site has too few comments, or too
 * few of one kind.
 */
json_t *adapt_draw(const struct site *s, const struct adapt_draws *d);

/* A line of it, below a heading if `first`. */
void adapt_print_draw(const json_t *figures, bool first);

/*
 * Judges each comment in the order of time and then learns it, when the
 * service would: beside it the model as it is. What cannot be said of so few
 * is null. A new reference.
 */
json_t *adapt_in_time(const struct site *s);
void adapt_print_in_time(const json_t *learners);

#endif
