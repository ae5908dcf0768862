/*
 * How a site weighs a head otherwise than the model: the model's weights of
 * all but behaviour × scale, and deltas, found by their buckets. What makes
 * them is adapt.h.
 */
#ifndef CORE_MODEL_SHIFT_H
#define CORE_MODEL_SHIFT_H

#include <stddef.h>
#include <stdint.h>

/* What a site adds to the weight of a bucket. */
struct model_delta {
	uint32_t key; /* the bucket, from 1; 0: a free slot */
	float weight;
};

struct model_shift {
	double scale;
	/* open addressing in 1 << slots_log2 slots; one is free at least */
	const struct model_delta *slots;
	unsigned slots_log2;
	/* to the margin: of a comment whose deltas were added up before */
	double added;
};

/* What a site made of a head's margin for one comment: with this, and the
 * model, that margin is had again to the last bit. */
struct model_say {
	double bias, scale;
	double added; /* by deltas */
};

/* A head as the model has it. */
extern const struct model_shift model_shift_none;

/* A shift that says just that. */
struct model_shift model_shift_said(const struct model_say *s);

/* What is added to the weight of a bucket. */
double model_shift_delta(const struct model_shift *s, size_t bucket);

/* Puts a delta where none has its key yet. */
void model_shift_put(
    struct model_delta *slots, unsigned slots_log2, struct model_delta d);

#endif
