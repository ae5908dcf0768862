#include "reliability.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "memory.h"

enum { BINS = 10 };

static const char *const names[CALIBRATORS] = {
    [CALIBRATOR_PLATT] = "platt",
    [CALIBRATOR_ISOTONIC] = "isotonic",
};

const char *
calibrator_name(enum calibrator c)
{
	return names[c];
}

static int
by_margin(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	if (x->margin != y->margin)
		return x->margin < y->margin ? -1 : 1;
	return (int)x->bad - (int)y->bad;
}

/* Neighbouring rows [first, last) of one probability. */
struct block {
	size_t first, last;
	double bad;
};

static double
share(const struct block *b)
{
	return (b->bad + 1) / ((double)(b->last - b->first) + 2);
}

/* Unsmoothed: a block of few rows must not look like one of many. */
static bool
falls(const struct block *a, const struct block *b)
{
	return a->bad * (double)(b->last - b->first) >=
	       b->bad * (double)(a->last - a->first);
}

void
isotonic_fit(double *probability, struct scored *s, size_t n)
{
	struct block *blocks = memory_new(n, sizeof(*blocks));
	size_t k = 0;
	qsort(s, n, sizeof(*s), by_margin);
	for (size_t i = 0; i < n;) {
		struct block *one = &blocks[k++];
		*one = (struct block){i, i, 0};
		for (; i < n && s[i].margin == s[one->first].margin; i++)
			one->bad += s[i].bad;
		one->last = i;
		for (; k > 1 && falls(&blocks[k - 2], &blocks[k - 1]); k--) {
			blocks[k - 2].last = blocks[k - 1].last;
			blocks[k - 2].bad += blocks[k - 1].bad;
		}
	}
	for (size_t b = 0; b < k; b++)
		for (size_t i = blocks[b].first; i < blocks[b].last; i++)
			probability[i] = share(&blocks[b]);
	free(blocks);
}

/* What the last of the sorted rows at or below the margin says. */
static double
isotonic_ask(
    const double *probability, const struct scored *s, size_t n, double margin)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s[middle].margin <= margin)
			low = middle + 1;
		else
			high = middle;
	}
	return n == 0 ? 0.5 : probability[low > 0 ? low - 1 : 0];
}

/* Fills out[i] for each row asked. */
static void
ask_sigmoid(double *out, struct platt fit, const struct scored *asked, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = calibration_probability(fit, asked[i].margin);
}

/* Fits on `of`, which it sorts, and fills out[i] for each row asked. */
static void
platt(double *out, struct scored *of, size_t n, const struct scored *asked,
    size_t n_asked)
{
	const struct platt_prior none = {.weight = 0};
	ask_sigmoid(out, calibration_platt(of, n, &none), asked, n_asked);
}

static void
isotonic(double *out, struct scored *of, size_t n, const struct scored *asked,
    size_t n_asked)
{
	double *probability = memory_new(n, sizeof(*probability));
	isotonic_fit(probability, of, n);
	for (size_t i = 0; i < n_asked; i++)
		out[i] = isotonic_ask(probability, of, n, asked[i].margin);
	free(probability);
}

/* Rows by what was said of them; of those that are said to be alike, none is
 * apart from another. */
static double
calibration_error(struct scored *said, size_t n)
{
	double error = 0;
	size_t size = (n + BINS - 1) / BINS;
	qsort(said, n, sizeof(*said), by_margin);
	for (size_t first = 0, last; first < n; first = last) {
		double difference = 0;
		last = n - first < size ? n : first + size;
		while (last < n && said[last].margin == said[last - 1].margin)
			last++;
		for (size_t i = first; i < last; i++)
			difference += said[i].margin - said[i].bad;
		error += fabs(difference);
	}
	return error / (double)n;
}

static struct reliability
of_probabilities(const double *p, const struct scored *s, size_t n)
{
	struct reliability r = {0};
	struct scored *said = memory_new(n, sizeof(*said));
	for (size_t i = 0; i < n; i++) {
		double off = p[i] - s[i].bad;
		r.brier += off * off / (double)n;
		r.log_loss -=
		    log(fmax(s[i].bad ? p[i] : 1 - p[i], DBL_EPSILON)) /
		    (double)n;
		said[i] = (struct scored){p[i], s[i].bad};
	}
	r.ece = calibration_error(said, n);
	free(said);
	return r;
}

struct reliability
reliability_of(struct platt fit, const struct scored *s, size_t n)
{
	double *p = memory_new(n, sizeof(*p));
	ask_sigmoid(p, fit, s, n);
	struct reliability r = of_probabilities(p, s, n);
	free(p);
	return r;
}

void
reliability_compare(
    struct reliability out[CALIBRATORS], const struct scored *s, size_t n)
{
	static void (*const ways[CALIBRATORS])(double *, struct scored *,
	    size_t, const struct scored *, size_t) = {platt, isotonic};
	struct scored *of = memory_new(n, sizeof(*of));
	struct scored *turns = memory_new(n, sizeof(*turns));
	double *p = memory_new(n, sizeof(*p));
	size_t half = n / 2;
	/* by turns, so that rows in the order of their margins will do */
	for (size_t i = 0; i < n; i++)
		turns[i % 2 == 1 ? i / 2 : half + i / 2] = s[i];
	for (int c = 0; c < CALIBRATORS; c++) {
		memcpy(of, turns, n * sizeof(*of));
		ways[c](p + half, of, half, turns + half, n - half);
		memcpy(of, turns, n * sizeof(*of));
		ways[c](p, of + half, n - half, turns, half);
		out[c] = of_probabilities(p, turns, n);
	}
	free(of);
	free(turns);
	free(p);
}

json_t *
reliability_json(const struct reliability of[CALIBRATORS])
{
	json_t *o = json_object();
	for (int c = 0; c < CALIBRATORS; c++)
		json_object_set_new(o, names[c],
		    json_pack("{s:f,s:f,s:f}", "brier", of[c].brier, "log_loss",
			of[c].log_loss, "ece", of[c].ece));
	return o;
}
