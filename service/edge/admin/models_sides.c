#include "models_sides.h"

void
models_sides_release(struct models_sides *s)
{
	for (int i = 0; i < CONTRAST_SIDES; i++) {
		site_model_free(s->learned[i]);
		s->learned[i] = NULL;
	}
}

static int
learn(struct models_sides *s, struct err *e)
{
	for (int i = 0; i < CONTRAST_SIDES; i++) {
		s->with.base = s->bases[i];
		if (site_model_learn(&s->learned[i], &s->with, e) != 0) {
			models_sides_release(s);
			return -1;
		}
	}
	return 0;
}

int
models_sides_learn(struct models_sides *s, int64_t site, int64_t before_ms,
    const struct model *out[CONTRAST_SIDES], struct err *e)
{
	bool same = s->with.site == site && s->with.before_ms == before_ms;

	if (!same || site == 0)
		models_sides_release(s);
	s->with.site = site;
	s->with.before_ms = before_ms;
	if (site != 0 && s->learned[0] == NULL && learn(s, e) != 0)
		return -1;
	for (int i = 0; i < CONTRAST_SIDES; i++)
		out[i] = site != 0 && site_model_differs(s->learned[i])
			     ? &s->learned[i]->model
			     : s->bases[i];
	return 0;
}
