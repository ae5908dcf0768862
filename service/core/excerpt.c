#include "excerpt.h"

#include <string.h>

/*
 * What is left has so many tokens at least, and such a part of them all:
 * shorter ones are too often bad by chance. So is some part of a long text:
 * beyond so many tokens the cost grows with it. docs/accuracy.md has what this
 * and the cost were chosen by.
 */
enum { TOKENS_LEAST = 8, PART_LEAST = 5, TOKENS_LONG = 64 };

/* A view of the text, of which features are read up to a token. */
struct column {
	const struct feature *next, *end;
	double weight; /* of all features, were their divisor 1 */
	uint32_t n, n_read;
	struct view_sums all, read;
};

/* The text, read up to a token. */
struct reader {
	const struct excerpt_choice *choice;
	struct column columns[FEATURE_TEXT_VIEWS];
	uint32_t n_columns, n_tokens, least;
	double whole[MODEL_HEADS]; /* what all of it adds to a margin */
	double cost[MODEL_HEADS];
};

static void
open_reader(
    struct reader *r, const struct features *f, const struct view_sums *sums)
{
	double times = (double)f->n_tokens / TOKENS_LONG;

	for (int h = 0; h < MODEL_HEADS; h++)
		r->cost[h] = r->choice->cost[h] * (times > 1 ? times : 1);
	for (uint32_t v = 0; v < f->n_views; v++) {
		const struct feature_view *view = &f->views[v];
		uint32_t n = view->last - view->first;

		if (!view->of_text)
			continue;
		r->columns[r->n_columns++] = (struct column){
		    .next = f->items + view->first,
		    .end = f->items + view->last,
		    .weight = view->value * features_divisor(n),
		    .n = n,
		    .all = sums[v],
		};
		for (int h = 0; h < MODEL_HEADS; h++)
			r->whole[h] += (double)sums[v].of[h] * view->value;
	}
}

/* Reads on up to a token, which is not read. */
static void
read_to(struct column *c, const struct excerpt_choice *choice, uint32_t token)
{
	/* copies, for sums could be what the weights point to */
	const struct feature *next = c->next, *end = c->end;
	const int32_t *weights = choice->weights;
	unsigned shift = 32 - choice->buckets_log2;
	struct view_sums read = c->read;

	for (; next < end && next->part < token; next++) {
		size_t bucket = next->hash >> shift;

		for (int h = 0; h < MODEL_HEADS; h++)
			read.of[h] += weights[bucket * MODEL_HEADS + (size_t)h];
	}
	c->read = read;
	c->n_read += (uint32_t)(next - c->next);
	c->next = next;
}

/* What is read adds to the margins if the rest is left out. */
static void
sum_read(const struct reader *r, double sum[MODEL_HEADS])
{
	for (uint32_t i = 0; i < r->n_columns; i++) {
		const struct column *c = &r->columns[i];
		double value = c->weight / features_divisor(c->n_read);

		for (int h = 0; h < MODEL_HEADS; h++)
			sum[h] += (double)c->read.of[h] * value;
	}
}

/* What the rest adds if what is read is left out. */
static void
sum_rest(const struct reader *r, double sum[MODEL_HEADS])
{
	for (uint32_t i = 0; i < r->n_columns; i++) {
		const struct column *c = &r->columns[i];
		double value = c->weight / features_divisor(c->n - c->n_read);

		for (int h = 0; h < MODEL_HEADS; h++) {
			int64_t rest = c->all.of[h] - c->read.of[h];

			sum[h] += (double)rest * value;
		}
	}
}

/* Takes `tokens`, of which the margin has `sum`, if that is the best yet. */
static void
take(struct excerpt *best, const struct reader *r, int head,
    const struct excerpt *tokens, double sum)
{
	double cost = r->cost[head];
	double gain = (sum - r->whole[head]) * r->choice->unit[head] - cost;

	if (cost > 0 && gain > best->gain)
		*best =
		    (struct excerpt){tokens->first, tokens->end, gain, cost};
}

/* What is left before `token`, and behind it. */
static void
weigh(struct excerpt out[MODEL_HEADS], const struct reader *r, uint32_t token)
{
	const struct excerpt read = {.end = token};
	const struct excerpt rest = {.first = token, .end = r->n_tokens};
	double of_read[MODEL_HEADS] = {0}, of_rest[MODEL_HEADS] = {0};
	bool reads = token >= r->least;
	bool rests = r->n_tokens - token >= r->least;

	if (reads)
		sum_read(r, of_read);
	if (rests)
		sum_rest(r, of_rest);
	for (int h = 0; h < MODEL_HEADS; h++) {
		if (reads)
			take(&out[h], r, h, &read, of_read[h]);
		if (rests)
			take(&out[h], r, h, &rest, of_rest[h]);
	}
}

void
excerpt_choose(struct excerpt out[MODEL_HEADS], const struct excerpt_choice *c,
    const struct features *f, const struct view_sums *sums)
{
	uint32_t part = f->n_tokens / PART_LEAST;
	struct reader r = {
	    .choice = c,
	    .n_tokens = f->n_tokens,
	    .least = part > TOKENS_LEAST ? part : TOKENS_LEAST,
	};

	memset(out, 0, MODEL_HEADS * sizeof(*out));
	if (r.n_tokens <= r.least)
		return;
	open_reader(&r, f, sums);
	for (uint32_t token = 1; token < r.n_tokens; token++) {
		if (token < r.least && r.n_tokens - token < r.least)
			continue;
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
