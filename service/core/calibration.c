#include "calibration.h"

#include <math.h>

const struct calibration_budgets calibration_usual = {
    .hold = 0.02,
    .reject = 0.001,
    .discard = 0.0001,
};

/* The fit under way: rows, their targets by class, and where it stands. */
struct fit {
	const struct scored *rows;
	size_t n;
	double target_bad, target_good;
	const struct platt_prior *prior;
	bool flat; /* as if all margins were 0 */
	struct platt at;
};

/* Gradient and Hessian of the loss. */
struct slope {
	double ga, gb, haa, hab, hbb;
};

static double
target_of(const struct fit *f, size_t i)
{
	return f->rows[i].bad ? f->target_bad : f->target_good;
}

static double
margin_of(const struct fit *f, size_t i)
{
	return f->flat ? 0 : f->rows[i].margin;
}

/* The cross entropy, in the form that does not cancel. */
static double
loss_of(double z, double target)
{
	return (z >= 0 ? target : target - 1) * z + log1p(exp(-fabs(z)));
}

static double
loss_at(const struct fit *f, struct platt p)
{
	double da = p.a - f->prior->at.a, db = p.b - f->prior->at.b;
	double loss = f->prior->weight * (da * da + db * db) / 2;

	for (size_t i = 0; i < f->n; i++)
		loss += loss_of(p.a * margin_of(f, i) + p.b, target_of(f, i));
	return loss;
}

double
calibration_probability(struct platt p, double margin)
{
	double z = p.a * margin + p.b;
	double e = exp(-fabs(z));

	/* both forms are exact; each avoids overflow on its side */
	return z >= 0 ? e / (1 + e) : 1 / (1 + e);
}

static struct slope
slope_at(const struct fit *f)
{
	double weight = f->prior->weight;
	/* the Hessian stays positive definite */
	struct slope s = {
	    .ga = weight * (f->at.a - f->prior->at.a),
	    .gb = weight * (f->at.b - f->prior->at.b),
	    .haa = weight + 1e-12,
	    .hbb = weight + 1e-12,
	};

	for (size_t i = 0; i < f->n; i++) {
		double margin = margin_of(f, i);
		double p = calibration_probability(f->at, margin);
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
	double det = s.haa * s.hbb - s.hab * s.hab;
	double da = -(s.hbb * s.ga - s.hab * s.gb) / det;
	double db = -(s.haa * s.gb - s.hab * s.ga) / det;
	double down = s.ga * da + s.gb * db, size = 1;

	if (fabs(s.ga) < 1e-5 && fabs(s.gb) < 1e-5)
		return false;
	for (int halvings = 0; halvings < 34; halvings++, size /= 2) {
		struct platt to = {f->at.a + size * da, f->at.b + size * db};
		double next = loss_at(f, to);

		if (next >= *loss + 1e-4 * size * down)
			continue;
		f->at = to;
		*loss = next;
		return true;
	}
	return false;
}

static void
descend(struct fit *f)
{
	double loss = loss_at(f, f->at);

	for (int i = 0; i < 100 && step(f, &loss); i++)
		;
}

struct platt
calibration_platt(
    const struct scored *s, size_t n, const struct platt_prior *prior)
{
	double bad = 0, good;
	struct fit f = {.rows = s, .n = n, .prior = prior};

	for (size_t i = 0; i < n; i++)
		bad += s[i].bad;
	good = (double)n - bad;
	f.target_bad = (bad + 1) / (bad + 2);
	f.target_good = 1 / (good + 2);
	f.at = prior->weight > 0
		   ? prior->at
		   : (struct platt){0, log((good + 1) / (bad + 1))};
	descend(&f);
	if (f.at.a > 0) {
		/* a margin that does not tell says the same of every row: as
		 * the loss is convex, the least for a <= 0 is where a = 0 */
		f.flat = true;
		descend(&f);
		f.at.a = 0;
	}
	return f.at;
}

double
calibration_loss(struct platt p, const struct scored *s, size_t n)
{
	double loss = 0;

	for (size_t i = 0; i < n; i++)
		loss += loss_of(p.a * s[i].margin + p.b, s[i].bad ? 1 : 0);
	return loss / (double)n;
}

double
calibration_cut_off(const double *good, size_t n, double budget)
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
