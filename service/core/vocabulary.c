#include "vocabulary.h"

#include <math.h>

enum { LOOKED_AT = 16 }; /* features of a view */

static bool
is_unseen(const struct model *m, const struct feature_view *v, uint32_t hash)
{
	const double *w =
	    m->weights + model_bucket(v, hash, m->buckets_log2) * MODEL_HEADS;

	for (int h = 0; h < MODEL_HEADS; h++)
		if (w[h] != 0)
			return false;
	return true;
}

double
vocabulary_unseen(const struct model *m, const struct features *f)
{
	uint32_t looked = 0, unseen = 0;

	for (uint32_t i = 0; i < f->n_views; i++) {
		const struct feature_view *v = &f->views[i];
		uint32_t last = v->last - v->first < LOOKED_AT
				    ? v->last
				    : v->first + LOOKED_AT;

		if (v->numbered)
			continue;
		for (uint32_t at = v->first; at < last; at++)
			unseen += is_unseen(m, v, f->items[at].hash);
		looked += last - v->first;
	}
	return looked > 0 ? (double)unseen / looked : NAN;
}
