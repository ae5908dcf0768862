#include "excerpt.h"

#include <math.h>
#include <string.h>

#include "bits.h"

/*
 * What is left has so many tokens at least, and such a part of them all, by
 * head. Short ones are often bad by chance, so they cost more: a head's cost is
 * that of ten tokens. So is some part of a long text: beyond so many tokens the
 * cost grows with it. docs/accuracy.md has what all this was chosen by.
 */
enum { TOKENS_LEAST = 2, TOKENS_LONG = 64 };
static const uint32_t parts_most[MODEL_HEADS] = {
    [HEAD_SPAM] = 8, [HEAD_ABUSE] = 5};
static const double cost_anyway = 0.4, cost_of_few = 6; /* by tokens left */

/* A number for each head, all of which are reckoned with at once. */
typedef bits_doubles heads;

/* A number for each end of the text. */
typedef bits_doubles pair;

/* What they add to the margins. */
struct ends {
	heads read, rest;
};

/*
 * A view of the text, of which features are read up to a token. The sums of
 * its weights are whole numbers and exact, unless millions were the largest
 * there can be.
 */
struct column {
	const struct feature *next, *end;
	double weight; /* of all features, were their divisor 1 */
	uint32_t n, n_read;
	heads all, read;
};

/* The text, read up to a token. */
struct reader {
	const struct excerpt_choice *choice;
	struct column columns[FEATURE_TEXT_VIEWS];
	uint32_t n_columns, n_tokens;
	uint32_t least[MODEL_HEADS]; /* tokens that are left */
	heads whole;                 /* what all of it adds to a margin */
	heads unit, cost; /* the latter of ten tokens; infinite: never */
};

static void
open_reader(
    struct reader *r, const struct features *f, const struct view_sums *sums)
{
	double times = (double)f->n_tokens / TOKENS_LONG;

	for (int h = 0; h < MODEL_HEADS; h++) {
		double cost = r->choice->cost[h] * (times > 1 ? times : 1);
		uint32_t part = f->n_tokens / parts_most[h];

		r->least[h] = part > TOKENS_LEAST ? part : TOKENS_LEAST;
		r->unit[h] = r->choice->unit[h];
		r->cost[h] = cost > 0 ? cost : INFINITY;
	}
	for (uint32_t v = 0; v < f->n_views; v++) {
		const struct feature_view *view = &f->views[v];
		uint32_t n = view->last - view->first;
		struct column *c = &r->columns[r->n_columns];

		if (!view->of_text)
			continue;
		*c = (struct column){
		    .next = f->items + view->first,
		    .end = f->items + view->last,
		    .weight = view->value * features_divisor(n),
		    .n = n,
		};
		for (int h = 0; h < MODEL_HEADS; h++)
			c->all[h] = (double)sums[v].of[h];
		r->whole += c->all * view->value;
		r->n_columns++;
	}
}

/* What a feature weighs. */
static inline heads
weights_of(const struct excerpt_choice *c, const struct feature *item)
{
	size_t bucket = item->hash >> (32 - c->buckets_log2);

	_Static_assert(MODEL_HEADS == 2, "both at once");
	return bits_doubles_of(c->weights + bucket * MODEL_HEADS);
}

/* Reads on up to a token, which is not read: two at a time. */
static void
read_to(struct column *c, const struct excerpt_choice *choice, uint32_t token)
{
	const struct feature *next = c->next, *end = c->end;
	heads read = c->read;

	for (; end - next >= 2 && next[1].part < token; next += 2)
		read +=
		    weights_of(choice, &next[0]) + weights_of(choice, &next[1]);
	if (next < end && next->part < token)
		read += weights_of(choice, next++);
	c->read = read;
	c->n_read += (uint32_t)(next - c->next);
	c->next = next;
}

/* What the weights of both ends of a column are divided by, at once. */
static inline pair
divisors(uint32_t n_read, uint32_t n_rest)
{
	if (n_read > FEATURES_FULL && n_rest > FEATURES_FULL)
		return (pair){n_read, n_rest} /
		       features_divisors[FEATURES_FULL];
	return (pair){features_divisor(n_read), features_divisor(n_rest)};
}

/* What each end of the text adds to the margins if the other is left out. */
static inline struct ends
sum_ends(const struct reader *r)
{
	struct ends sum = {{0}, {0}};

	for (uint32_t i = 0; i < r->n_columns; i++) {
		const struct column *c = &r->columns[i];
		pair value = c->weight / divisors(c->n_read, c->n - c->n_read);

		sum.read += c->read * value[0];
		sum.rest += (c->all - c->read) * value[1];
	}
	return sum;
}

/* Takes an excerpt by which margins have `sum`, where it is the best. */
static inline void
take(struct excerpt best[MODEL_HEADS], const struct reader *r,
    struct excerpt tokens, heads sum, double times)
{
	heads cost = r->cost * times;
	heads gain = (sum - r->whole) * r->unit - cost;

	for (int h = 0; h < MODEL_HEADS; h++)
		if (gain[h] > best[h].gain &&
		    tokens.end - tokens.first >= r->least[h])
			best[h] = (struct excerpt){
			    tokens.first, tokens.end, gain[h], cost[h]};
}

/* What is left before `token`, and behind it. */
static void
weigh(struct excerpt best[MODEL_HEADS], const struct reader *r, uint32_t token)
{
	uint32_t all = r->n_tokens, rest = all - token;
	pair times = cost_anyway + cost_of_few / (pair){token, rest};
	struct ends sum = sum_ends(r);

	take(best, r, (struct excerpt){0, token}, sum.read, times[0]);
	take(best, r, (struct excerpt){token, all}, sum.rest, times[1]);
}

void
excerpt_choose(struct excerpt out[MODEL_HEADS], const struct excerpt_choice *c,
    const struct features *f, const struct view_sums *sums)
{
	struct reader r = {.choice = c, .n_tokens = f->n_tokens};

	memset(out, 0, MODEL_HEADS * sizeof(*out));
	if (r.n_tokens <= TOKENS_LEAST)
		return;
	open_reader(&r, f, sums);
	for (uint32_t token = 1; token < r.n_tokens; token++) {
		for (uint32_t i = 0; i < r.n_columns; i++)
			read_to(&r.columns[i], c, token);
		weigh(out, &r, token);
	}
}

struct feature_view
excerpt_view(const struct excerpt *e, const struct features *f,
    const struct feature_view *view)
{
	struct feature_view left = *view;

	if (e->gain == 0 || !view->of_text)
		return left;
	while (left.first < left.last && f->items[left.first].part < e->first)
		left.first++;
	while (left.last > left.first && f->items[left.last - 1].part >= e->end)
		left.last--;
	left.value *= features_divisor(view->last - view->first) /
		      features_divisor(left.last - left.first);
	return left;
}
