#include "freedom.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Rows with a bucket, per class. */
struct tally {
	double bad, good;
};

/* A row's tallies, one a bucket. They are all over the memory, so that those
 * of the next row are on their way while this one counts. */
struct touched {
	double **of;
	size_t n, room;
	double cost;
};

static void
touch(struct touched *t, struct tally *tallies, const struct packed_row *row,
    bool bad)
{
	struct walk w = packing_walk(row);
	if (t->room < row->n_words) {
		t->room = 2 * (size_t)row->n_words;
		t->of = memory_grow(t->of, t->room, sizeof(*t->of));
	}
	t->n = 0;
	while (walk_next(&w)) {
		struct tally *tally = &tallies[w.bucket];
		assert(t->n < t->room);
		t->of[t->n] = bad ? &tally->bad : &tally->good;
		__builtin_prefetch(tally, 1);
		t->n += w.number != 0;
	}
}

static void
add(const struct touched *t)
{
	for (size_t i = 0; i < t->n; i++)
		*t->of[i] += t->cost;
}

static void
count(struct tally *tallies, struct tally *all, const struct sample *s)
{
	struct scratch_view view = {0};
	struct touched here = {0}, ahead = {0};
	for (size_t i = 0; i < s->n; i++) {
		bool bad = s->classes[i] > 0;
		struct touched done = here;
		here = ahead;
		ahead = done;
		ahead.cost = s->costs != NULL ? s->costs[i] : 1;
		*(bad ? &all->bad : &all->good) += ahead.cost;
		touch(&ahead, tallies,
		    vectors_row(s->vectors, s->rows[i], &view), bad);
		add(&here);
	}
	add(&ahead);
	free(here.of);
	free(ahead.of);
	scratch_look_away(&view);
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

static bool
is_of_behaviour(uint32_t bucket, const struct vectors *v)
{
	uint32_t first = (uint32_t)1 << v->buckets_log2;
	return bucket >= first && bucket - first < FEATURE_BEHAVIOUR_NUMBERS;
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
		    is_of_behaviour(i, v) ? 1 : factor(&tallies[i], &all);
	level(factors, tallies, v);
	free(tallies);
	return factors;
}
