#include <xxhash.h>

#include "features_sink.h"

/*
 * Weights of the views: accuracy.md's recipe, confirmed by `make accuracy`.
 */
static const double weight_across = 1, weight_within = 0.5, weight_words = 1,
		    weight_shapes = 0.5;

enum { ACROSS = 4 }; /* length of the grams across words */

/*
 * Gram i starts at padded[i]; it counts for the token that its second point
 * is in, or for the next one when that is a space.
 */
static void
put_across(struct features *f, const struct text *t, uint32_t *padded)
{
	uint32_t token = 0;

	padded[0] = padded[t->n + 1] = TEXT_EDGE;
	memcpy(padded + 1, t->points, t->n * sizeof(*padded));
	for (uint32_t i = 0; i + ACROSS <= t->n + 2; i++) {
		uint64_t h = XXH3_64bits_withSeed(
		    padded + i, ACROSS * sizeof(*padded), SEED_ACROSS);

		while (token + 1 < t->n_tokens && t->tokens[token].last <= i)
			token++;
		sink_put(f, h, token);
	}
	sink_close_view_scaled(f, weight_across);
}

/* Grams of 2 and 3 points of a word of `n` points with an edge at both ends. */
static void
put_within(
    struct features *f, const uint32_t *edged, uint32_t n, uint32_t token)
{
	for (uint32_t i = 0; i <= n; i++) {
		sink_put(
		    f, XXH3_64bits_withSeed(edged + i, 8, SEED_WITHIN), token);
		if (i > 0)
			sink_put(f,
			    XXH3_64bits_withSeed(
				edged + i - 1, 12, SEED_WITHIN),
			    token);
	}
}

/* All words with edges, one after the other, before any of them is read:
 * reading back what was just written costs more than hashing it. */
static void
write_edged(uint32_t *edged, const struct text *t)
{
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];

		if (w->kind != TOKEN_WORD)
			continue;
		*edged++ = TEXT_EDGE;
		for (uint32_t k = w->first; k < w->last; k++)
			*edged++ = t->points[k];
		*edged++ = TEXT_EDGE;
	}
}

static void
put_all_within(struct features *f, const struct text *t, uint32_t *edged)
{
	write_edged(edged, t);
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		uint32_t n = w->last - w->first;

		if (w->kind != TOKEN_WORD)
			continue;
		put_within(f, edged, n, i);
		edged += n + 2;
	}
	sink_close_view_scaled(f, weight_within);
}

/*
 * Single values and pairs of neighbours, the edges of the comment being
 * values too. value(t, i) names token i.
 */
static inline void
put_sequence(struct features *f, const struct text *t, uint64_t seed,
    uint64_t (*value)(const struct text *, uint32_t))
{
	uint64_t pair[2] = {0, TEXT_EDGE};

	for (uint32_t i = 0; i <= t->n_tokens; i++) {
		uint32_t part = i < t->n_tokens ? i : i - 1;

		pair[0] = pair[1];
		pair[1] = i < t->n_tokens ? value(t, i) : TEXT_EDGE;
		if (i < t->n_tokens)
			sink_put(
			    f, XXH3_64bits_withSeed(pair + 1, 8, seed), part);
		sink_put(f, XXH3_64bits_withSeed(pair, 16, seed), part);
	}
}

static uint64_t
word_value(const struct text *t, uint32_t i)
{
	const struct token *w = &t->tokens[i];

	return XXH3_64bits(
	    t->points + w->first, (w->last - w->first) * sizeof(*t->points));
}

static uint64_t
shape_value(const struct text *t, uint32_t i)
{
	return t->tokens[i].shape;
}

uint32_t
features_text_most(const struct text *t)
{
	return 4 * (t->n + 2) + 5 * (t->n_tokens + 1);
}

uint32_t
features_text_scratch(const struct text *t)
{
	return t->n + 2 * (t->n_tokens + 1);
}

void
features_of_text(struct features *f, const struct text *t, uint32_t *scratch)
{
	if (t->n_tokens == 0)
		return;
	put_across(f, t, scratch);
	put_all_within(f, t, scratch);
	put_sequence(f, t, SEED_WORDS, word_value);
	sink_close_view_scaled(f, weight_words);
	put_sequence(f, t, SEED_SHAPES, shape_value);
	sink_close_view_scaled(f, weight_shapes);
}
