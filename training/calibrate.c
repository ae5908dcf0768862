#include "calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

struct budget
budget_defaults(void)
{
	return (struct budget){
	    .hold = calibration_usual.hold,
	    .reject = calibration_usual.reject,
	};
}

int
calibrate_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double *
good_margins(const struct scored *s, size_t n, size_t *n_good)
{
	double *good = memory_new(n, sizeof(*good));
	*n_good = 0;
	for (size_t i = 0; i < n; i++)
		if (!s[i].bad)
			good[(*n_good)++] = s[i].margin;
	qsort(good, *n_good, sizeof(*good), calibrate_by_value);
	return good;
}

static size_t
count_above(const struct scored *s, size_t n, double cut_off)
{
	return metrics_confusion(s, n, cut_off).blocked;
}

static struct above
count(const struct model_head *h, const struct scored *s, size_t n)
{
	struct above above = {
	    .hold = count_above(s, n, h->hold),
	    .reject = count_above(s, n, h->reject),
	    .discard = count_above(s, n, h->discard),
	};
	for (int i = 0; i < MODEL_BUDGETS; i++)
		above.budgeted[i] = count_above(s, n, h->budgeted[i]);
	reliability_compare(above.reliability, s, n);
	return above;
}

struct above
calibrate_count(const struct model_head *h, const struct scored *s, size_t n)
{
	struct above above = count(h, s, n);
	above.reliability[CALIBRATOR_PLATT] =
	    reliability_of((struct platt){h->platt_a, h->platt_b}, s, n);
	return above;
}

struct above
calibrate_head(struct model_head *h, const struct scored *s, size_t n,
    const struct budget *budget)
{
	size_t n_good;
	double *good = good_margins(s, n, &n_good);
	const struct platt_prior none = {.weight = 0};
	struct platt fit = calibration_platt(s, n, &none);
	h->platt_a = fit.a;
	h->platt_b = fit.b;
	double even = h->platt_a < 0 ? -h->platt_b / h->platt_a : INFINITY;
	h->calibrated_on = n_good;
	h->hold = calibration_cut_off(good, n_good, budget->hold);
	if (h->hold == INFINITY)
		h->hold = even;
	h->reject =
	    fmax(calibration_cut_off(good, n_good, budget->reject), h->hold);
	h->discard = fmax(
	    calibration_cut_off(good, n_good, budget->reject / 10), h->reject);
	for (int i = 0; i < MODEL_BUDGETS; i++)
		h->budgeted[i] =
		    calibration_cut_off(good, n_good, model_budgets[i]);
	free(good);
	return count(h, s, n);
}
