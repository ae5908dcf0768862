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

enum { COPIED = 8 }; /* at once: longer than nearly every word */

/*
 * Copies points of one token, and COPIED at least: what follows is then
 * written over what is too many.
 */
static inline void
copy(uint32_t *points, uint32_t *tokens, const uint32_t *from, uint32_t n,
    uint32_t token)
{
	for (uint32_t i = 0; i < n; i += COPIED) {
		memcpy(points + i, from + i, COPIED * sizeof(*points));
		for (uint32_t k = 0; k < COPIED; k++)
			tokens[i + k] = token;
	}
}

static void
lay_out(struct strips *s, const struct text *t)
{
	uint32_t c = 1, n = 0;

	s->close[0] = TEXT_EDGE;
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		const uint32_t *points = t->points + w->first;
		uint32_t length = w->last - w->first;

		copy(s->close + c, s->close_token + c, points, length, i);
		c += length;
		if (w->kind != TOKEN_WORD)
			continue;
		s->words[n] = TEXT_EDGE;
		s->words_token[n++] = i;
		copy(s->words + n, s->words_token + n, points, length, i);
		n += length;
	}
	s->close[c++] = TEXT_EDGE;
	s->words[n] = s->words[n + 1] = TEXT_EDGE;
	s->n_close = c;
	s->n_words = n;
}

/*
 * Each gram counts for the token that its second point is in. On its own, as
 * put_within: their loops need all the registers there are.
 */
static __attribute__((noinline)) void
put_across(struct features *f, const struct strips *s)
{
	struct feature *next = sink_next(f);
	/* copies, for all that is written could be what `s` points to */
	const uint32_t *p = s->close, *tokens = s->close_token;
	size_t end = s->n_close;
	uint64_t first, last; /* three points of a gram, and the other two */

	if (end < ACROSS)
		return;
	first = sink_two_points(p);
	last = sink_two_points(p + 2);
	for (size_t i = ACROSS - 1; i < end; i++) {
		first = sink_last(first, p[i - 2], 3);
		last = sink_last(last, p[i], 2);
		sink_write(
		    next++, sink_hash(VIEW_ACROSS, first, last), tokens[i - 3]);
	}
	sink_end(f, next);
	sink_close_view_of_text(f, VIEW_ACROSS, weight_across);
}

/* From here on a letter alone says something: scripts of syllables. */
enum { SYLLABLES_FROM = 0x0E00 };

static bool
is_syllable(uint32_t cp)
{
	return cp >= SYLLABLES_FROM && cp != TEXT_EDGE;
}

/* Whether any of the words has one. */
static bool
has_syllables(const struct strips *s)
{
	uint32_t any = 0;

	for (uint32_t i = 0; i < s->n_words; i++)
		any |= is_syllable(s->words[i]);
	return any;
}

/*
 * Grams of 2 and 3 points of each word with its edges, and its syllables. No
 * branch leaves out what is none: where words end cannot be foretold.
 */
static inline struct feature *
write_within(struct feature *next, const struct strips *s, bool syllables)
{
	const uint32_t *p = s->words, *tokens = s->words_token;
	size_t n = s->n_words;
	uint64_t three = sink_two_points(p);

	for (size_t i = 0; i < n; i++) {
		uint32_t token = tokens[i];

		three = sink_last(three, p[i + 2], 3);
		sink_write(next++,
		    sink_hash(VIEW_WITHIN, three >> POINT_BITS, 0), token);
		if (syllables) {
			sink_write(
			    next, sink_hash(VIEW_WITHIN, p[i], 0), token);
			next += is_syllable(p[i]);
		}
		sink_write(next, sink_hash(VIEW_WITHIN, three, 0), token);
		next += p[i + 1] != TEXT_EDGE;
	}
	return next;
}

static __attribute__((noinline)) void
put_within(struct features *f, const struct strips *s)
{
	struct feature *next = sink_next(f);

	sink_end(f, has_syllables(s) ? write_within(next, s, true)
				     : write_within(next, s, false));
	sink_close_view_of_text(f, VIEW_WITHIN, weight_within);
}

/*
 * Single values of the tokens and pairs of neighbours, the edges of the
 * comment being values too.
 */
static inline void
put_sequence(
    struct features *f, const uint64_t *edged, uint32_t n, enum view_kind view)
{
	struct feature *next = sink_next(f);
	uint64_t h;

	for (uint32_t i = 0; i < n; i++) {
		h = sink_hash(view, edged[i + 1], 0);
		sink_write(next++, h, i);
		h = sink_hash(view, edged[i], edged[i + 1]);
		sink_write(next++, h, i);
	}
	h = sink_hash(view, edged[n], edged[n + 1]);
	sink_write(next++, h, n - 1);
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
	return 4 * (t->n + 2 + COPIED) + 2 * t->n_tokens;
}

void
features_of_text(struct features *f, const struct text *t,
    const struct token_values *v, uint32_t *scratch)
{
	uint32_t most = t->n + 2 + COPIED, most_words = most + t->n_tokens;
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
	put_sequence(f, v->words, t->n_tokens, VIEW_WORDS);
	sink_close_view_of_text(f, VIEW_WORDS, weight_words);
	put_sequence(f, v->shapes, t->n_tokens, VIEW_SHAPES);
	sink_close_view_of_text(f, VIEW_SHAPES, weight_shapes);
}
