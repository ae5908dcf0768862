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

static bool
is_unseen(const struct model *m, size_t bucket, int head)
{
	return m->weights[bucket * MODEL_HEADS + (size_t)head] == 0 &&
	       (m->site == NULL ||
		   model_shift_delta(&m->site[head], bucket) == 0);
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

		if (v->numbered)
			continue;
		for (uint32_t at = v->first; at < v->first + n; at++)
			unseen += is_unseen(m,
			    model_bucket(v, f->items[at].hash, m->buckets_log2),
			    head);
		looked += n;
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

/* How little hashed features are to be relied on: 0, surely, to 1. */
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
		double unseen = share_unseen(m, f, h, UINT32_MAX);

		firm[h] = margins->of[h];
		if (margins->hashed[h] > 0)
			firm[h] -= doubt(unseen) * margins->hashed[h];
	}
}
