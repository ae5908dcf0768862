#include "adapt_cut_offs.h"

#include <math.h>

#include "adapt_shares.h"

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

/* From a margin of the model to the mixture's that is as rare among good
 * ones. */
struct line {
	double times, plus;
	double mean; /* of good ones, by the model */
};

/*
 * Good ones lie around their mean, which is the site's; they spread as in the
 * model, for as much of it as there is, and by what is added. Both classes
 * spread alike, so that two good ones do.
 */
static struct line
line_of(const struct adapt_margins *m)
{
	struct adapt_class model[2] = {{0}}, added[2] = {{0}};
	double times = m->scale, mean, spread;

	for (size_t i = 0; i < m->n; i++) {
		bool bad = m->mixed[i].bad;

		adapt_class_take(&model[bad], m->model[i]);
		adapt_class_take(
		    &added[bad], m->mixed[i].margin - m->scale * m->model[i]);
	}
	mean = model[false].mean;
	spread = model[false].squares + model[true].squares;
	if (spread > 0)
		times =
		    sqrt(times * times +
			 (added[false].squares + added[true].squares) / spread);
	return (struct line){
	    times, added[false].mean + (m->scale - times) * mean, mean};
}

static double
moved(struct line l, double at)
{
	double to = l.times * at + l.plus;

	/* what most good ones are above is to become rare, not to stay so */
	if (at == INFINITY || (l.mean >= at && to < at))
		return at;
	/* where all margins are the same none is over it */
	return nextafter(to, INFINITY);
}

/* The row of a cut-off by a budget; -1: it is none. Where several have it, as
 * those have that promise nothing, the nearest one up to `usual`; that one too
 * where the budget is wider, as it is of the comments that the model was asked
 * about, such as quarrels, and of a site's own would be too many. */
static int
row_of(const struct model_head *h, double at, double usual)
{
	int row = -1;

	for (int i = 0; i < MODEL_BUDGETS; i++)
		if (h->budgeted[i] == at &&
		    (row < 0 || model_budgets[i] <= usual))
			row = i;
	while (row > 0 && model_budgets[row] > usual)
		row--;
	return row;
}

/* What a cut-off of the model becomes, if it is one of its budgets'. */
static double
became(const struct model_head *model, const struct model_head *site, double at,
    double usual)
{
	int row = row_of(model, at, usual);

	return row < 0 ? at : site->budgeted[row];
}

/*
 * Above which all is held, whatever else. Where the good ones are too few to
 * promise the budget: what is as rare as what the model holds. Else an even
 * chance; but where most labels are bad, as they are for whoever names only
 * those, what is no likelier bad than they are is no reason.
 */
static double
enough(const struct model_head *model, const struct model_head *site,
    const struct adapt_margins *m, const double *good)
{
	double bad = (double)(m->n - site->calibrated_on) / (double)m->n;
	int row = row_of(model, model->hold, calibration_usual.hold);

	if (row >= 0 && calibration_cut_off(good, site->calibrated_on,
			    model_budgets[row]) == INFINITY)
		return moved(line_of(m), model->hold);
	return model_margin(model, fmax(0.5, bad));
}

void
adapt_cut_offs(
    struct model_head *h, const struct adapt_margins *m, double *good)
{
	const struct calibration_budgets *usual = &calibration_usual;
	const struct model_head model = *h;
	struct line line = line_of(m);
	double next = -INFINITY, most;

	h->calibrated_on = sort_good(m->mixed, m->n, good);
	for (int i = MODEL_BUDGETS - 1; i >= 0; i--) {
		double own = calibration_cut_off(
		    good, h->calibrated_on, model_budgets[i]);

		if (own == INFINITY)
			own = moved(line, model.budgeted[i]);
		next = fmax(next, own);
		h->budgeted[i] = next;
	}
	h->hold = became(&model, h, model.hold, usual->hold);
	most = enough(&model, h, m, good);
	if (h->hold > most)
		h->hold = most;
	h->reject =
	    fmax(became(&model, h, model.reject, usual->reject), h->hold);
	h->discard =
	    fmax(became(&model, h, model.discard, usual->discard), h->reject);
}
