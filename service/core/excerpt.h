/*
 * A text without one of its ends. Whoever adds good words to spam dilutes
 * it; without them it has the margin that it had. So a text may be judged by
 * what is left when the tokens before or behind some place are left out, for
 * a cost: chance makes some part of any text look worse than the whole.
 *
 * Only the views of the text become shorter. Takes one pass over their
 * features, however many places there are.
 */
#ifndef CORE_EXCERPT_H
#define CORE_EXCERPT_H

#include "features.h"
#include "head.h"

/* Tokens [first, end) of a text. Zeroed is all of it. */
struct excerpt {
	uint32_t first, end;
	double gain; /* what it adds to the margin, its cost taken off; 0: the
		      * text is taken as a whole */
	double cost;
};

/* What it is chosen by. */
struct excerpt_choice {
	const int16_t *weights; /* of the hashed buckets: [bucket][head] */
	unsigned buckets_log2;
	double unit[MODEL_HEADS]; /* of the weights */
	double cost[MODEL_HEADS]; /* of leaving an end out, if ten tokens are
				   * left; 0: it never is. It is more if few
				   * are, or of a long text. */
};

/* The sums of a view's weights. */
struct view_sums {
	int64_t of[MODEL_HEADS];
};

/*
 * The excerpts by which the margins are highest, if that is higher than by
 * the whole text. `sums` are those of the views of `f`, in their order.
 */
void excerpt_choose(struct excerpt out[MODEL_HEADS],
    const struct excerpt_choice *c, const struct features *f,
    const struct view_sums *sums);

/* What is left of a view, each feature of its value in the excerpt. */
struct feature_view excerpt_view(const struct excerpt *e,
    const struct features *f, const struct feature_view *view);

#endif
