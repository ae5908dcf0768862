#include <xxhash.h>

#include "features_sink.h"

/*
 * Weights of the views: accuracy.md's recipe, confirmed by `make accuracy`.
 */
static const double weight_across = 1, weight_within = 0.7, weight_words = 1.2,
		    weight_shapes = 0.3;

enum { ACROSS = 5 }; /* length of the grams across words */

/*
 * The points but for the spaces, an edge at both ends, and which token each
 * is in; how many. Grams of them are the same whether words are s p a c e d
 * out or runtogether.
 */
static uint32_t
write_close(uint32_t *close, uint32_t *token_of, const struct text *t)
{
	uint32_t n = 1, token = 0, last_token = t->n_tokens - 1;

	close[0] = TEXT_EDGE;
	for (uint32_t i = 0; i < t->n; i++) {
		/* no branch: where words end cannot be foretold */
		token += (token < last_token) & (t->tokens[token].last <= i);
		close[n] = t->points[i];
		token_of[n] = token;
		n += t->points[i] != ' ';
	}
	close[n++] = TEXT_EDGE;
	return n;
}

/* Each gram counts for the token that its second point is in. */
static void
put_across(struct features *f, const struct text *t, uint32_t *close)
{
	struct feature *next = sink_next(f);
	uint32_t *token_of = close + t->n + 2;
	uint32_t n = write_close(close, token_of, t);

	for (uint32_t i = 0; i + ACROSS <= n; i++) {
		uint64_t h = XXH3_64bits_withSeed(
		    close + i, ACROSS * sizeof(*close), SEED_ACROSS);

		*next++ = sink_feature(h, token_of[i + 1]);
	}
	sink_end(f, next);
	sink_close_view_scaled(f, SEED_ACROSS, weight_across);
}

/* From here on a letter alone says something: scripts of syllables. */
enum { SYLLABLES_FROM = 0x0E00 };

/*
 * Puts grams of 2 and 3 points of a word of `n` points with an edge at both
 * ends, and its syllables; where the next feature goes.
 */
static struct feature *
put_within(
    struct feature *next, const uint32_t *edged, uint32_t n, uint32_t token)
{
	for (uint32_t i = 0; i <= n; i++) {
		uint64_t h = XXH3_64bits_withSeed(edged + i, 8, SEED_WITHIN);

		*next++ = sink_feature(h, token);
		if (i == 0)
			continue;
		if (edged[i] >= SYLLABLES_FROM) {
			h = XXH3_64bits_withSeed(edged + i, 4, SEED_WITHIN);
			*next++ = sink_feature(h, token);
		}
		h = XXH3_64bits_withSeed(edged + i - 1, 12, SEED_WITHIN);
		*next++ = sink_feature(h, token);
	}
	return next;
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
	struct feature *next = sink_next(f);

	write_edged(edged, t);
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		uint32_t n = w->last - w->first;

		if (w->kind != TOKEN_WORD)
			continue;
		next = put_within(next, edged, n, i);
		edged += n + 2;
	}
	sink_end(f, next);
	sink_close_view_scaled(f, SEED_WITHIN, weight_within);
}

/*
 * Single values of the tokens and pairs of neighbours, the edges of the
 * comment being values too.
 */
static void
put_sequence(
    struct features *f, const uint64_t *edged, uint32_t n, uint64_t seed)
{
	struct feature *next = sink_next(f);
	uint64_t h;

	for (uint32_t i = 0; i < n; i++) {
		h = XXH3_64bits_withSeed(edged + i + 1, 8, seed);
		*next++ = sink_feature(h, i);
		h = XXH3_64bits_withSeed(edged + i, 16, seed);
		*next++ = sink_feature(h, i);
	}
	h = XXH3_64bits_withSeed(edged + n, 16, seed);
	*next++ = sink_feature(h, n - 1);
	sink_end(f, next);
}

void
features_values(struct token_values *v, const struct text *t)
{
	uint32_t n = t->n_tokens;

	v->words[0] = v->shapes[0] = TEXT_EDGE;
	v->words[n + 1] = v->shapes[n + 1] = TEXT_EDGE;
	for (uint32_t i = 0; i < n; i++) {
		const struct token *w = &t->tokens[i];

		v->words[i + 1] = XXH3_64bits(t->points + w->first,
		    (w->last - w->first) * sizeof(*t->points));
		v->shapes[i + 1] = w->shape;
	}
}

uint32_t
features_text_most(const struct text *t)
{
	return 5 * (t->n + 2) + 5 * (t->n_tokens + 1);
}

uint32_t
features_text_scratch(const struct text *t)
{
	return 2 * (t->n + 2 + t->n_tokens);
}

void
features_of_text(struct features *f, const struct text *t,
    const struct token_values *v, uint32_t *scratch)
{
	if (t->n_tokens == 0)
		return;
	put_across(f, t, scratch);
	put_all_within(f, t, scratch);
	put_sequence(f, v->words, t->n_tokens, SEED_WORDS);
	sink_close_view_scaled(f, SEED_WORDS, weight_words);
	put_sequence(f, v->shapes, t->n_tokens, SEED_SHAPES);
	sink_close_view_scaled(f, SEED_SHAPES, weight_shapes);
}
