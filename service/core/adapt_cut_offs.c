#include "adapt_cut_offs.h"

#include <math.h>

/* The good margins into `good`, sorted rising: how many. They are few thousand
 * at most. */
static size_t
sort_good(const struct scored *s, size_t n, double *good)
{
	size_t n_good = 0;

	for (size_t i = 0; i < n; i++) {
		size_t at = n_good;

		if (s[i].bad)
			continue;
		for (; at > 0 && good[at - 1] > s[i].margin; at--)
			good[at] = good[at - 1];
		good[at] = s[i].margin;
		n_good++;
	}
	return n_good;
}

/* What a cut-off of the model becomes, if it is one of its budgets'. */
static double
became(const struct model_head *model, const struct model_head *site, double at)
{
	for (int i = 0; i < MODEL_BUDGETS; i++)
		if (model->budgeted[i] == at)
			return site->budgeted[i];
	return at;
}

void
adapt_cut_offs(
    struct model_head *h, const struct scored *s, size_t n, double *good)
{
	const struct model_head model = *h;
	double even = model_margin(&model, 0.5), next = -INFINITY;

	h->calibrated_on = sort_good(s, n, good);
	for (int i = MODEL_BUDGETS - 1; i >= 0; i--) {
		double own = calibration_cut_off(
		    good, h->calibrated_on, model_budgets[i]);

		if (own == INFINITY)
			own = model.budgeted[i];
		next = fmax(next, own);
		h->budgeted[i] = next;
	}
	h->hold = became(&model, h, model.hold);
	if (h->hold > even)
		h->hold = even;
	h->reject = fmax(became(&model, h, model.reject), h->hold);
	h->discard = fmax(became(&model, h, model.discard), h->reject);
}
