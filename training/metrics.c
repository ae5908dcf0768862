#include "metrics.h"

#include <math.h>
#include <stdlib.h>

static int
by_falling_margin(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	if (x->margin != y->margin)
		return x->margin > y->margin ? -1 : 1;
	return (int)x->bad - (int)y->bad;
}

struct confusion
metrics_confusion(const struct scored *s, size_t n, double cut_off)
{
	struct confusion c = {0};
	for (size_t i = 0; i < n; i++) {
		bool above = s[i].margin >= cut_off;
		if (s[i].bad)
			*(above ? &c.caught : &c.missed) += 1;
		else
			*(above ? &c.blocked : &c.passed) += 1;
	}
	return c;
}

double
metrics_mcc(const struct confusion *c)
{
	double tp = (double)c->caught, fn = (double)c->missed;
	double fp = (double)c->blocked, tn = (double)c->passed;
	double below = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
	return below > 0 ? (tp * tn - fp * fn) / sqrt(below) : 0;
}

/*
 * The delta method on the four counts (Bishop, Fienberg, Holland 1975), on
 * Fisher's scale, which knows that there is nothing beyond 1.
 */
struct interval
metrics_mcc_95(const struct confusion *c)
{
	double bad = (double)(c->caught + c->missed);
	double good = (double)(c->blocked + c->passed);
	double above = (double)(c->caught + c->blocked);
	double below = (double)(c->missed + c->passed);
	double r = metrics_mcc(c), r2 = r * r;
	if (bad * good * above * below == 0)
		return (struct interval){NAN, NAN};
	/* by the counts: of many rows r itself is not quite 1 */
	if (c->missed + c->blocked == 0 || c->caught + c->passed == 0)
		return (struct interval){r, r};
	double sides = (bad - good) / sqrt(bad * good);
	double answers = (above - below) / sqrt(above * below);
	double variance = 1 - r2 + r * (1 + r2 / 2) * sides * answers -
			  0.75 * r2 * (sides * sides + answers * answers);
	double half =
	    statistics_z95 * sqrt(fmax(0, variance) / (bad + good)) / (1 - r2);
	return (struct interval){tanh(atanh(r) - half), tanh(atanh(r) + half)};
}

/* The end of the rows that tie with row `i`. */
static size_t
tie_end(const struct scored *s, size_t n, size_t i)
{
	size_t end = i + 1;
	while (end < n && s[end].margin == s[i].margin)
		end++;
	return end;
}

static size_t
count_bad(const struct scored *s, size_t first, size_t last)
{
	size_t bad = 0;
	for (size_t i = first; i < last; i++)
		bad += s[i].bad;
	return bad;
}

double
metrics_cut_off(const struct scored *s, size_t n, double budget)
{
	double good = (double)(n - count_bad(s, 0, n));
	double allowed = floor(budget * good + 1e-9), blocked = 0;
	size_t i = 0;
	while (i < n && (s[i].bad || blocked + 1 <= allowed))
		blocked += !s[i++].bad;
	return i < n ? nextafter(s[i].margin, INFINITY) : -INFINITY;
}

double
metrics_recall_at(const struct scored *s, size_t n, double budget)
{
	struct confusion c =
	    metrics_confusion(s, n, metrics_cut_off(s, n, budget));
	if (c.blocked + c.passed == 0)
		return NAN;
	return (double)c.caught / (double)(c.caught + c.missed);
}

/* Mean precision over the bad rows, ties as one step. */
static double
average_precision(const struct scored *s, size_t n, size_t bad)
{
	double sum = 0;
	size_t caught = 0;
	for (size_t i = 0; i < n;) {
		size_t end = tie_end(s, n, i);
		size_t here = count_bad(s, i, end);
		caught += here;
		sum += (double)here * (double)caught / (double)end;
		i = end;
	}
	return sum / (double)bad;
}

/* A mean and the spread around it, a value at a time (Welford). */
struct spread {
	double n, mean, squares;
};

static void
spread_add(struct spread *s, double value, double times)
{
	s->n += times;
	double delta = value - s->mean;
	s->mean += delta * times / s->n;
	s->squares += times * delta * (value - s->mean);
}

static double
spread_variance(const struct spread *s)
{
	return s->squares / (s->n - 1); /* of one: NaN, which bounds nothing */
}

/*
 * DeLong 1988 by placements (Sun, Xu 2014): a bad row's is the share of good
 * rows below it, a good row's the share of bad ones above it.
 */
static void
area(struct metrics *m, const struct scored *s)
{
	double bad = (double)m->bad, good = (double)(m->n - m->bad);
	double bad_above = 0, good_above = 0;
	struct spread of_bad = {0}, of_good = {0};
	for (size_t i = 0; i < m->n;) {
		size_t end = tie_end(s, m->n, i);
		double b = (double)count_bad(s, i, end);
		double g = (double)(end - i) - b;
		if (b > 0)
			spread_add(
			    &of_bad, (good - good_above - g / 2) / good, b);
		if (g > 0)
			spread_add(&of_good, (bad_above + b / 2) / bad, g);
		bad_above += b;
		good_above += g;
		i = end;
	}
	m->auc = bad > 0 && good > 0 ? of_bad.mean : NAN;
	double half = statistics_z95 * sqrt(spread_variance(&of_bad) / bad +
					    spread_variance(&of_good) / good);
	m->auc95 =
	    (struct interval){fmax(0, m->auc - half), fmin(1, m->auc + half)};
	if (isnan(m->auc))
		m->auc95 = (struct interval){NAN, NAN};
}

void
metrics_of(struct metrics *m, struct scored *s, size_t n)
{
	qsort(s, n, sizeof(*s), by_falling_margin);
	*m = (struct metrics){.n = n, .bad = count_bad(s, 0, n)};
	struct confusion c = metrics_confusion(s, n, 0);
	m->at_zero = c;
	double good = (double)(n - m->bad), bad = (double)m->bad;
	area(m, s);
	m->average_precision = average_precision(s, n, m->bad);
	m->accuracy = (double)(c.caught + c.passed) / (double)n;
	m->precision = (double)c.caught / (double)(c.caught + c.blocked);
	m->recall = (double)c.caught / bad;
	m->blocked = (double)c.blocked / good;
	m->mcc = metrics_mcc(&c);
	m->mcc95 = metrics_mcc_95(&c);
	m->recall95 = statistics_wilson(c.caught, m->bad);
	m->blocked95 = statistics_wilson(c.blocked, n - m->bad);
	m->recall_01 = metrics_recall_at(s, n, 0.001);
	m->recall_05 = metrics_recall_at(s, n, 0.005);
	m->recall_1 = metrics_recall_at(s, n, 0.01);
}

double
metrics_clopper_pearson(size_t k, size_t n, double confidence)
{
	if (k >= n)
		return 1;
	double low = 0, high = 1;
	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;
		if (statistics_binomial(k, n, middle, 1) > 1 - confidence)
			low = middle;
		else
			high = middle;
	}
	return high;
}
