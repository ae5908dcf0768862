#include <xxhash.h>

#include "features_sink.h"

/*
 * Weights of the views: accuracy.md's recipe, confirmed by `make accuracy`.
 */
static const double weight_across = 1, weight_within = 0.7, weight_words = 1.2,
		    weight_shapes = 0.3;

enum { ACROSS = 5 }; /* length of the grams across words */

/*
 * A text's points laid out for grams to be read from, and which token each
 * one is of. `close` has them without spaces and with an edge at both ends, so
 * that grams of them are the same whether words are s p a c e d out or
 * runtogether. `words` has the words, an edge before each and behind the last.
 */
struct strips {
	uint32_t *close, *close_token;
	uint32_t *words, *words_token;
	uint32_t n_close, n_words; /* edges included, but for the last word's */
};

static void
lay_out(struct strips *s, const struct text *t)
{
	uint32_t c = 1, n = 0;

	s->close[0] = TEXT_EDGE;
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		bool is_word = w->kind == TOKEN_WORD;

		s->words[n] = TEXT_EDGE;
		s->words_token[n] = i;
		n += is_word;
		for (uint32_t k = w->first; k < w->last; k++) {
			s->close[c] = t->points[k];
			s->close_token[c++] = i;
			s->words[n] = t->points[k];
			s->words_token[n] = i;
			n += is_word;
		}
	}
	s->close[c++] = TEXT_EDGE;
	s->words[n] = s->words[n + 1] = TEXT_EDGE;
	s->n_close = c;
	s->n_words = n;
}

/* Each gram counts for the token that its second point is in. */
static void
put_across(struct features *f, const struct strips *s)
{
	struct feature *next = sink_next(f);

	for (uint32_t i = 0; i + ACROSS <= s->n_close; i++) {
		const uint32_t *gram = s->close + i;
		uint64_t h = sink_hash(SEED_ACROSS, sink_three_points(gram),
		    sink_two_points(gram + 3));

		*next++ = sink_feature(h, s->close_token[i + 1]);
	}
	sink_end(f, next);
	sink_close_view_scaled(f, SEED_ACROSS, weight_across);
}

/* From here on a letter alone says something: scripts of syllables. */
enum { SYLLABLES_FROM = 0x0E00 };

static bool
is_syllable(uint32_t cp)
{
	return cp >= SYLLABLES_FROM && cp != TEXT_EDGE;
}

/*
 * Grams of 2 and 3 points of each word with its edges, and its syllables. No
 * branch leaves out what is none: where words end cannot be foretold.
 */
static void
put_within(struct features *f, const struct strips *s)
{
	struct feature *next = sink_next(f);

	for (uint32_t i = 0; i < s->n_words; i++) {
		const uint32_t *gram = s->words + i;
		uint32_t token = s->words_token[i];
		uint64_t two = sink_two_points(gram);
		uint64_t three = sink_three_points(gram);

		*next++ = sink_feature(sink_hash(SEED_WITHIN, two, 0), token);
		*next = sink_feature(sink_hash(SEED_WITHIN, gram[0], 0), token);
		next += is_syllable(gram[0]);
		*next = sink_feature(sink_hash(SEED_WITHIN, three, 0), token);
		next += gram[1] != TEXT_EDGE;
	}
	sink_end(f, next);
	sink_close_view_scaled(f, SEED_WITHIN, weight_within);
}

/*
 * Single values of the tokens and pairs of neighbours, the edges of the
 * comment being values too.
 */
static inline void
put_sequence(
    struct features *f, const uint64_t *edged, uint32_t n, enum view_seed view)
{
	struct feature *next = sink_next(f);
	uint64_t h;

	for (uint32_t i = 0; i < n; i++) {
		h = sink_hash(view, edged[i + 1], 0);
		*next++ = sink_feature(h, i);
		h = sink_hash(view, edged[i], edged[i + 1]);
		*next++ = sink_feature(h, i);
	}
	h = sink_hash(view, edged[n], edged[n + 1]);
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
	return 4 * (t->n + 2) + 2 * t->n_tokens;
}

void
features_of_text(struct features *f, const struct text *t,
    const struct token_values *v, uint32_t *scratch)
{
	uint32_t most = t->n + 2, most_words = most + t->n_tokens;
	struct strips s = {
	    .close = scratch,
	    .close_token = scratch + most,
	    .words = scratch + 2 * most,
	    .words_token = scratch + 2 * most + most_words,
	};

	if (t->n_tokens == 0)
		return;
	lay_out(&s, t);
	put_across(f, &s);
	put_within(f, &s);
	put_sequence(f, v->words, t->n_tokens, SEED_WORDS);
	sink_close_view_scaled(f, SEED_WORDS, weight_words);
	put_sequence(f, v->shapes, t->n_tokens, SEED_SHAPES);
	sink_close_view_scaled(f, SEED_SHAPES, weight_shapes);
}
