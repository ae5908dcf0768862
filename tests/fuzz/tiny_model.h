/* A small model in which every bucket pulls some way, and what holds of what
 * it says. */
#ifndef FUZZ_TINY_MODEL_H
#define FUZZ_TINY_MODEL_H

#include <math.h>

#include "../../service/core/moderate.h"
#include "input.h"

enum {
	TINY_LOG2 = 8,
	TINY_WEIGHTS = MODEL_HEADS * ((1 << TINY_LOG2) + FEATURE_NUMBERS),
};

static inline const struct model *
tiny_model(void)
{
	static int16_t weights[TINY_WEIGHTS];
	static const struct model m = {
	    .name = "tiny@1",
	    .buckets_log2 = TINY_LOG2,
	    .weights = weights,
	    .heads = {{-0.5, -2, 0, 0, 1, 2, 9, 9, .unit = 0.04,
			  .excerpt = 0.1},
		{0.5, -1, 0, 0, 1, 2, 9, 9, .unit = 0.04, .excerpt = 1}},
	};

	for (int i = 0; weights[0] == 0 && i < TINY_WEIGHTS; i++)
		weights[TINY_WEIGHTS - 1 - i] = i * 37 % 101 - 50;
	return &m;
}

/* The reasons add up to the margin and lie within the text. */
static inline void
tiny_model_check(const struct verdict *v, struct span content)
{
	const struct reasons *r = &v->reasons;
	double sum = v->bias;

	require(r->n <= REASONS_MAX);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct part *p = &r->items[i].part;

		sum += r->items[i].weight;
		require(p->source.start <= p->source.end);
		if (p->field == FIELD_CONTENT)
			require(p->source.end <= content.n);
	}
	require(fabs(sum - v->margin) < 1e-6);
}

#endif
