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
		size_t first = v->start[s->rows[i]];
		size_t end = first + v->count[s->rows[i]];
		*(bad ? &all->bad : &all->good) += cost;
		for (size_t k = first; k < end; k++) {
			struct tally *t = &tallies[v->bucket[k]];
			*(bad ? &t->bad : &t->good) += cost;
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
	return idf * fabs(ratio);
}

double *
freedom_of(const struct sample *s)
{
	uint32_t buckets = s->vectors->buckets;
	uint32_t hashed = (uint32_t)1 << s->vectors->buckets_log2;
	struct tally *tallies = memory_new(buckets, sizeof(*tallies));
	struct tally all = {0};
	double *factors = memory_new(buckets, sizeof(*factors));
	double sum = 0, n = 0;
	count(tallies, &all, s);
	for (uint32_t i = 0; i < hashed; i++) {
		double entries = tallies[i].bad + tallies[i].good;
		factors[i] = factor(&tallies[i], &all);
		sum += entries * factors[i];
		n += entries;
	}
	for (uint32_t i = 0; i < buckets; i++)
		factors[i] = i < hashed && sum > 0 ? factors[i] * n / sum : 1;
	free(tallies);
	return factors;
}
