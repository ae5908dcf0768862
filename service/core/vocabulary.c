#include "vocabulary.h"

#include <math.h>

#include "model_shift.h"

enum { LOOKED_AT = 16 }; /* features of a view, for all comments */

/* With less left, a single feature by chance would say too much. */
static const double vacant_least = 0.05;

/*
 * From the one on what is new casts doubt on all that the text says, from the
 * other on nothing of it is firm. In languages left out of training two of
 * five good comments that were rejected are spared so; docs/accuracy.md has the
 * table.
 */
static const double doubt_from = .34, doubt_all = 1.0 / 2;

/* How many of the `n` hashed features the model itself never met. */
static uint32_t
count_vacant(
    const struct model *m, const struct feature *items, uint32_t n, int head)
{
	const int16_t *weights = m->weights + head;
	unsigned shift = 32 - m->buckets_log2;
	uint32_t count = 0;

	for (uint32_t i = 0; i < n; i++)
		count += weights[(items[i].hash >> shift) * MODEL_HEADS] == 0;
	return count;
}

/* How many of these a site has met. */
static uint32_t
count_own(
    const struct model *m, const struct feature *items, uint32_t n, int head)
{
	uint32_t count = 0;

	for (uint32_t i = 0; m->site != NULL && i < n; i++) {
		size_t bucket = items[i].hash >> (32 - m->buckets_log2);

		count += m->weights[bucket * MODEL_HEADS + (size_t)head] == 0 &&
			 model_shift_delta(&m->site[head], bucket) != 0;
	}
	return count;
}

/* The share that `head` never met, by the first `most` of each view. */
static double
share_unseen(
    const struct model *m, const struct features *f, int head, uint32_t most)
{
	uint32_t looked = 0, unseen = 0;
	double share;

	for (uint32_t i = 0; i < f->n_views; i++) {
		const struct feature_view *v = &f->views[i];
		uint32_t n =
		    v->last - v->first < most ? v->last - v->first : most;

		if (v->behaviour)
			continue;
		looked += n;
		if (v->numbered) /* they are few, and all were met */
			continue;
		unseen += count_vacant(m, f->items + v->first, n, head);
		unseen -= count_own(m, f->items + v->first, n, head);
	}
	if (looked == 0 || m->vacant[head] < vacant_least)
		return NAN;
	share = unseen / (looked * m->vacant[head]);
	return share < 1 ? share : 1;
}

double
vocabulary_unseen(const struct model *m, const struct features *f)
{
	int best = -1;

	for (int h = 0; h < MODEL_HEADS; h++)
		if (m->heads[h].trained_on > 0 &&
		    (best < 0 || m->vacant[h] > m->vacant[best]))
			best = h;
	return best < 0 ? NAN : share_unseen(m, f, best, LOOKED_AT);
}

/* How little what a comment says is to be relied on: 0, surely, to 1. */
static double
doubt(double unseen)
{
	double share = (unseen - doubt_from) / (doubt_all - doubt_from);

	if (share > 1)
		return 1;
	return share > 0 ? share : 0;
}

void
vocabulary_firm(double firm[MODEL_HEADS], const struct model *m,
    const struct features *f, const struct margins *margins)
{
	for (int h = 0; h < MODEL_HEADS; h++) {
		double said = margins->said[h];

		firm[h] = margins->of[h];
		if (said > 0)
			firm[h] -=
			    doubt(share_unseen(m, f, h, UINT32_MAX)) * said;
	}
}
