#include "freedom.h"

#include <math.h>
#include <stdlib.h>

/* Rows with a bucket, per class. */
struct tally {
	double bad, good;
};

static void
count(struct tally *tallies, struct tally *all, const struct sample *s)
{
	const struct vectors *v = s->vectors;
	for (size_t i = 0; i < s->n; i++) {
		bool bad = s->classes[i] > 0;
		double cost = s->costs != NULL ? s->costs[i] : 1;
		struct walk w = packing_walk(&v->rows[s->rows[i]]);
		*(bad ? &all->bad : &all->good) += cost;
		while (walk_next(&w)) {
			struct tally *t = &tallies[w.bucket];
			*(bad ? &t->bad : &t->good) += w.number ? cost : 0;
		}
	}
}

static double
factor(const struct tally *t, const struct tally *all)
{
	double rows = all->bad + all->good;
	double idf = 1 + log((1 + rows) / (1 + t->bad + t->good));
	double ratio = log((1 + t->bad) / (2 + all->bad)) -
		       log((1 + t->good) / (2 + all->good));
	return idf * idf * (0.25 + fabs(ratio));
}

/* Makes the factors of each view 1 on average over its entries. */
static void
level(double *factors, const struct tally *tallies, const struct vectors *v)
{
	double sum[FEATURE_KINDS] = {0}, n[FEATURE_KINDS] = {0};
	for (uint32_t i = 0; i < v->buckets; i++) {
		double entries = tallies[i].bad + tallies[i].good;
		sum[v->kind[i]] += entries * factors[i];
		n[v->kind[i]] += entries;
	}
	for (uint32_t i = 0; i < v->buckets; i++)
		if (sum[v->kind[i]] > 0)
			factors[i] *= n[v->kind[i]] / sum[v->kind[i]];
}

double *
freedom_of(const struct sample *s)
{
	const struct vectors *v = s->vectors;
	struct tally *tallies = memory_new_wide(v->buckets, sizeof(*tallies));
	struct tally all = {0};
	double *factors = memory_new(v->buckets, sizeof(*factors));
	count(tallies, &all, s);
	for (uint32_t i = 0; i < v->buckets; i++)
		factors[i] =
		    i >> v->buckets_log2 != 0 ? 1 : factor(&tallies[i], &all);
	level(factors, tallies, v);
	free(tallies);
	return factors;
}
