#include "calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

struct budget
budget_defaults(void)
{
	return (struct budget){.hold = 0.02, .reject = 0.001};
}

/* The fit under way: rows, their targets by class, and where it stands. */
struct fit {
	const struct scored *rows;
	size_t n;
	double target_bad, target_good;
	double a, b;
};

/* Gradient and Hessian of the loss at a, b. */
struct slope {
	double ga, gb, haa, hab, hbb;
};

static double
target_of(const struct fit *f, size_t i)
{
	return f->rows[i].bad ? f->target_bad : f->target_good;
}

/* The cross entropy, in the form that does not cancel. */
static double
loss_at(const struct fit *f, double a, double b)
{
	double loss = 0;
	for (size_t i = 0; i < f->n; i++) {
		double z = a * f->rows[i].margin + b;
		double t = target_of(f, i);
		loss += (z >= 0 ? t : t - 1) * z + log1p(exp(-fabs(z)));
	}
	return loss;
}

static struct slope
slope_at(const struct fit *f)
{
	/* the Hessian stays positive definite */
	struct slope s = {.haa = 1e-12, .hbb = 1e-12};
	for (size_t i = 0; i < f->n; i++) {
		double margin = f->rows[i].margin;
		double z = f->a * margin + f->b, x = exp(-fabs(z));
		double p = (z >= 0 ? x : 1) / (1 + x);
		double d1 = target_of(f, i) - p, d2 = p * (1 - p);
		s.ga += margin * d1;
		s.gb += d1;
		s.haa += margin * margin * d2;
		s.hab += margin * d2;
		s.hbb += d2;
	}
	return s;
}

/* One Newton step with backtracking: whether it got anywhere. */
static bool
step(struct fit *f, double *loss)
{
	struct slope s = slope_at(f);
	if (fabs(s.ga) < 1e-5 && fabs(s.gb) < 1e-5)
		return false;
	double det = s.haa * s.hbb - s.hab * s.hab;
	double da = -(s.hbb * s.ga - s.hab * s.gb) / det;
	double db = -(s.haa * s.gb - s.hab * s.ga) / det;
	double down = s.ga * da + s.gb * db;
	for (int halvings = 0; halvings < 34; halvings++) {
		double size = ldexp(1, -halvings);
		double a = f->a + size * da, b = f->b + size * db;
		double next = loss_at(f, a, b);
		if (next >= *loss + 1e-4 * size * down)
			continue;
		f->a = a;
		f->b = b;
		*loss = next;
		return true;
	}
	return false;
}

void
calibrate_platt(double *a, double *b, const struct scored *s, size_t n)
{
	double bad = 0;
	for (size_t i = 0; i < n; i++)
		bad += s[i].bad;
	double good = (double)n - bad;
	struct fit f = {
	    .rows = s,
	    .n = n,
	    .target_bad = (bad + 1) / (bad + 2),
	    .target_good = 1 / (good + 2),
	    .b = log((good + 1) / (bad + 1)),
	};
	double loss = loss_at(&f, f.a, f.b);
	for (int i = 0; i < 100 && step(&f, &loss); i++)
		;
	/* a margin that does not tell says the same of every row */
	*a = fmin(f.a, 0);
	*b = f.b;
}

double
calibrate_cut_off(const double *good, size_t n, double budget)
{
	/* how many of n + 1 may lie above; the margin keeps 0.001 * 1000
	 * from being less than 1 */
	size_t above = (size_t)(budget * (double)(n + 1) + 1e-9);
	if (above == 0 || n == 0)
		return INFINITY;
	if (above > n)
		return -INFINITY;
	/* margins at a cut-off are over it */
	return nextafter(good[n - above], INFINITY);
}

static int
by_value(const void *a, const void *b)
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
	qsort(good, *n_good, sizeof(*good), by_value);
	return good;
}

static size_t
count_above(const struct scored *s, size_t n, double cut_off)
{
	return metrics_confusion(s, n, cut_off).blocked;
}

struct above
calibrate_head(struct model_head *h, const struct scored *s, size_t n,
    const struct budget *budget)
{
	size_t n_good;
	double *good = good_margins(s, n, &n_good);
	calibrate_platt(&h->platt_a, &h->platt_b, s, n);
	double even = h->platt_a < 0 ? -h->platt_b / h->platt_a : INFINITY;
	h->calibrated_on = n_good;
	h->hold = calibrate_cut_off(good, n_good, budget->hold);
	if (h->hold == INFINITY)
		h->hold = even;
	h->reject =
	    fmax(calibrate_cut_off(good, n_good, budget->reject), h->hold);
	h->discard = fmax(
	    calibrate_cut_off(good, n_good, budget->reject / 10), h->reject);
	struct above above = {
	    .hold = count_above(s, n, h->hold),
	    .reject = count_above(s, n, h->reject),
	    .discard = count_above(s, n, h->discard),
	};
	for (int i = 0; i < MODEL_BUDGETS; i++) {
		double at = calibrate_cut_off(good, n_good, model_budgets[i]);
		h->budgeted[i] = at;
		above.budgeted[i] = count_above(s, n, at);
	}
	free(good);
	return above;
}
