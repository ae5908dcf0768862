#include "drift.h"

#include <math.h>

/* Where the bins of log-odds begin and end. */
static const double odds_max = 8;

/* A bin of [0, 1]. */
static int8_t
bin_of(double share)
{
	int bin = (int)(share * DRIFT_BINS);

	return (int8_t)(bin < 0 ? 0 : bin < DRIFT_BINS ? bin : DRIFT_BINS - 1);
}

static int8_t
bin_of_score(double score)
{
	double share;

	if (score < 0)
		return -1;
	/* of log-odds, which are infinite at the ends */
	share = (log(score / (1 - score)) + odds_max) / (2 * odds_max);
	return bin_of(share < 0 ? 0 : share > 1 ? 1 : share);
}

struct drift_sample
drift_sample_of(const struct verdict *v)
{
	struct drift_sample s = {.unseen = -1};

	for (int h = 0; h < MODEL_HEADS; h++)
		s.scores[h] = bin_of_score(v->alone[h]);
	if (!isnan(v->unseen))
		s.unseen = bin_of(v->unseen);
	for (uint32_t i = 0; i < v->reasons.n; i++)
		if (v->reasons.items[i].part.code < DRIFT_GROUPS)
			s.groups |= UINT64_C(1)
				    << v->reasons.items[i].part.code;
	return s;
}

void
drift_add(struct drift_counts *c, const struct drift_sample *s)
{
	c->n++;
	for (int h = 0; h < MODEL_HEADS; h++)
		if (s->scores[h] >= 0)
			c->scores[h][s->scores[h]]++;
	if (s->unseen >= 0)
		c->unseen[s->unseen]++;
	for (int g = 0; g < DRIFT_GROUPS; g++)
		c->groups[g] += (s->groups >> g) & 1;
}

void
drift_add_all(struct drift_counts *c, const struct drift_counts *more)
{
	uint32_t *to = &c->n;
	const uint32_t *from = &more->n;

	for (size_t i = 0; i < sizeof(*c) / sizeof(*to); i++)
		to[i] += from[i];
}
_Static_assert(sizeof(struct drift_counts) % sizeof(uint32_t) == 0,
    "nothing but such numbers");

static double
sum_of(const uint32_t *n, uint32_t bins)
{
	double sum = 0;

	for (uint32_t i = 0; i < bins; i++)
		sum += n[i];
	return sum;
}

/* A bin's part; half a comment stands in for none. */
static double
part(double k, double n, double l, double m)
{
	double p = fmax(k, .5) / n, q = fmax(l, .5) / m;

	return (p - q) * log(p / q);
}

double
drift_psi(const uint32_t *reference, const uint32_t *now, uint32_t bins)
{
	double n = sum_of(reference, bins), m = sum_of(now, bins);
	double k = 0, l = 0, k_left = n, l_left = m, psi = 0;

	if (n < DRIFT_LEAST || m < DRIFT_LEAST)
		return NAN;
	for (uint32_t i = 0; i < bins; i++) {
		k += reference[i];
		l += now[i];
		k_left -= reference[i];
		l_left -= now[i];
		/* what is left must be enough for a bin, too */
		if (i + 1 < bins && ((k < n / 20 && l < m / 20) ||
					(k_left < n / 20 && l_left < m / 20)))
			continue;
		psi += part(k, n, l, m);
		k = l = 0;
	}
	return psi;
}

double
drift_psi_share(struct drift_share reference, struct drift_share now)
{
	if (reference.n < DRIFT_LEAST || now.n < DRIFT_LEAST)
		return NAN;
	return part(reference.k, reference.n, now.k, now.n) +
	       part(reference.n - reference.k, reference.n, now.n - now.k,
		   now.n);
}

enum drift_state
drift_state(double psi)
{
	return isnan(psi)  ? DRIFT_UNKNOWN
	       : psi < .1  ? DRIFT_STEADY
	       : psi <= .2 ? DRIFT_WATCH
			   : DRIFT_CHANGED;
}

const char *
drift_state_name(enum drift_state s)
{
	static const char *const names[] = {
	    [DRIFT_UNKNOWN] = "unknown",
	    [DRIFT_STEADY] = "steady",
	    [DRIFT_WATCH] = "watch",
	    [DRIFT_CHANGED] = "changed",
	};

	return names[s];
}
