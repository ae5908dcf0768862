/*
 * The gold set: decisions that no model is ever trained on, so that they can
 * tell for as long as they are kept which of two models is better. Chosen
 * once, by label and time, one of each cluster of near-duplicates.
 */
#ifndef TRAINING_GOLD_H
#define TRAINING_GOLD_H

#include "clusters.h"

struct gold_order {
	long rows;      /* at most */
	const char *by; /* only of this source; NULL: of any */
};

/*
 * Marks in chosen[row] what is to be gold, and returns how many those are: of
 * each label as many, spread over the time of their decisions, at most a
 * quarter of its clusters, so that there is enough left to learn from. What
 * others disagree on is never gold.
 */
size_t gold_choose(bool *chosen, const struct corpus *c,
    const struct clusters *k, const struct gold_order *o);

#endif
