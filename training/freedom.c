#include "freedom.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SET_MIN = 20 }; /* rows of either class, for a ratio of its own */

/* How far corpora are apart: the variance of their log ratios, beside that of
 * each. On corpora that were not learned from .1 to 3 are level. */
static const double between = 0.3;

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

static double
cost_of(const struct sample *s, size_t i)
{
	return s->costs != NULL ? s->costs[i] : 1;
}

static uint32_t
set_of(const struct sample *s, size_t i)
{
	return s->sets != NULL ? s->sets[i] : 0;
}

/* Rows of each corpus, per class. */
static struct tally *
count_sets(const struct sample *s, uint32_t n)
{
	struct tally *sets = memory_new(n, sizeof(*sets));
	for (size_t i = 0; i < s->n; i++) {
		struct tally *t = &sets[set_of(s, i)];
		*(s->classes[i] > 0 ? &t->bad : &t->good) += cost_of(s, i);
	}
	return sets;
}

static double
lesser(const struct tally *t)
{
	return fmin(t->bad, t->good);
}

/*
 * The corpus that each is counted with: itself, or the one with the most rows
 * of both classes where it has too few of either to tell a ratio. Their rows
 * are added up.
 */
static uint32_t *
join_small(struct tally *sets, uint32_t n)
{
	uint32_t *with = memory_new(n, sizeof(*with)), largest = 0;
	for (uint32_t k = 0; k < n; k++)
		if (lesser(&sets[k]) > lesser(&sets[largest]))
			largest = k;
	for (uint32_t k = 0; k < n; k++) {
		with[k] = lesser(&sets[k]) >= SET_MIN ? k : largest;
		if (with[k] == k)
			continue;
		sets[largest].bad += sets[k].bad;
		sets[largest].good += sets[k].good;
	}
	return with;
}

/* What a bucket is worth, over the corpora. */
struct effect {
	double rows;         /* that have it */
	double sum, weights; /* of its log ratios */
};

/* Counts the rows of the corpora that `set` stands for. */
static void
count(struct tally *tallies, const struct sample *s, const uint32_t *with,
    uint32_t set)
{
	struct scratch_view view = {0};
	struct touched here = {0}, ahead = {0};
	for (size_t i = 0; i < s->n; i++) {
		if (with[set_of(s, i)] != set)
			continue;
		struct touched done = here;
		here = ahead;
		ahead = done;
		ahead.cost = cost_of(s, i);
		touch(&ahead, tallies,
		    vectors_row(s->vectors, s->rows[i], &view),
		    s->classes[i] > 0);
		add(&here);
	}
	add(&ahead);
	free(here.of);
	free(ahead.of);
	scratch_look_away(&view);
}

static void
take(struct effect *e, const struct tally *t, const struct tally *all)
{
	double ratio = log((1 + t->bad) / (2 + all->bad)) -
		       log((1 + t->good) / (2 + all->good));
	/* less 1 / (2 + rows) of each class, which is next to nothing */
	double variance = 1 / (1 + t->bad) + 1 / (1 + t->good);
	double weight = 1 / (variance + between);
	e->rows += t->bad + t->good;
	e->sum += weight * ratio;
	e->weights += weight;
}

/* Corpus by corpus, so that the memory it takes is that of one. */
static struct effect *
effects_of(const struct sample *s, double *rows)
{
	uint32_t buckets = s->vectors->buckets;
	uint32_t n = s->sets != NULL ? s->n_sets : 1;
	struct effect *effects = memory_new_wide(buckets, sizeof(*effects));
	struct tally *tallies = memory_new_wide(buckets, sizeof(*tallies));
	struct tally *sets = count_sets(s, n);
	uint32_t *with = join_small(sets, n);
	for (uint32_t k = 0; k < n; k++) {
		if (with[k] != k)
			continue;
		memset(tallies, 0, buckets * sizeof(*tallies));
		count(tallies, s, with, k);
		for (uint32_t i = 0; i < buckets; i++)
			if (tallies[i].bad + tallies[i].good > 0)
				take(&effects[i], &tallies[i], &sets[k]);
		*rows += sets[k].bad + sets[k].good;
	}
	free(tallies);
	free(sets);
	free(with);
	return effects;
}

static double
factor(const struct effect *e, double rows)
{
	double idf = 1 + log((1 + rows) / (1 + e->rows));
	return idf * idf * (0.25 + fabs(e->sum / e->weights));
}

/* Makes the factors of each view 1 on average over its entries. */
static void
level(double *factors, const struct effect *effects, const struct vectors *v)
{
	double sum[FEATURE_KINDS] = {0}, n[FEATURE_KINDS] = {0};
	for (uint32_t i = 0; i < v->buckets; i++) {
		sum[v->kind[i]] += effects[i].rows * factors[i];
		n[v->kind[i]] += effects[i].rows;
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
	double rows = 0;
	struct effect *effects = effects_of(s, &rows);
	double *factors = memory_new(v->buckets, sizeof(*factors));
	for (uint32_t i = 0; i < v->buckets; i++)
		factors[i] = effects[i].rows <= 0 || is_of_behaviour(i, v)
				 ? 1
				 : factor(&effects[i], rows);
	level(factors, effects, v);
	free(effects);
	return factors;
}
