/*
 * Where the feature extractors put what they find: a run of features in
 * memory reserved beforehand, cut into views; for features*.c, lexicon*.c.
 */
#ifndef CORE_FEATURES_SINK_H
#define CORE_FEATURES_SINK_H

#include "features_views.h"
#include "fold.h"

/*
 * The hash of two numbers within a view. Keys have the highest bit set, which
 * three points have not: no factor is 0.
 */
static inline uint64_t
sink_hash(enum view_kind view, uint64_t a, uint64_t b)
{
	const uint64_t of_view =
	    (uint64_t)view * 0x9E3779B97F4A7C15u | (uint64_t)1 << 63;

	return fold(a ^ of_view, b ^ 0xE7037ED1A0B428DBu);
}

enum { POINT_BITS = 21 }; /* of a code point or a mark of text.h */

_Static_assert(TEXT_EDGE < 1 << POINT_BITS, "three points fit 63 bits");

/* Two or three points as one number. */
static inline uint64_t
sink_two_points(const uint32_t *p)
{
	return (uint64_t)p[0] << POINT_BITS | p[1];
}

static inline uint64_t
sink_three_points(const uint32_t *p)
{
	return sink_two_points(p) << POINT_BITS | p[2];
}

/* The last `n` of the points that went by, once `p` did. */
static inline uint64_t
sink_last(uint64_t points, uint32_t p, unsigned n)
{
	return (points << POINT_BITS | p) &
	       (((uint64_t)1 << n * POINT_BITS) - 1);
}

/* Closes the view of all features since the last one, hashes or numbers as
 * it is of; empty ones vanish. */
void sink_close_view(struct features *f, enum view_kind kind, double value);

/* As above with the value weight / sqrt(number of features), or less. */
void sink_close_view_scaled(
    struct features *f, enum view_kind kind, double weight);

/* As above; the features are of tokens, in the order of these. */
void sink_close_view_of_text(
    struct features *f, enum view_kind kind, double weight);

/*
 * Loops that put many features keep in a variable where the next one goes:
 * written through `f`, each would wait for the one before.
 */
static inline struct feature *
sink_next(const struct features *f)
{
	return f->items + f->n;
}

/* Puts a feature at `next`, in one go. (clang-tidy doubts a shift of part.) */
static inline void
sink_write(struct feature *next, uint64_t hash, uint32_t part)
{
	uint64_t both = hash >> 32 | part * ((uint64_t)1 << 32);

	_Static_assert(sizeof(both) == sizeof(*next), "little-endian, packed");
	memcpy(next, &both, sizeof(both));
}

/* Ends such a loop; what was put is fetched. */
void sink_end(struct features *f, const struct feature *next);

static inline void
sink_put(struct features *f, uint64_t hash, uint32_t part)
{
	sink_write(&f->items[f->n++], hash, part);
}

static inline void
sink_put_number(struct features *f, uint32_t number, uint32_t part)
{
	f->items[f->n++] = (struct feature){number, part};
}

/* Ends a loop that wrote numbers, which need not be fetched: there are few. */
static inline void
sink_end_numbers(struct features *f, const struct feature *next)
{
	f->n = (uint32_t)(next - f->items);
}

/* How many features each extractor puts at most. */
uint32_t features_text_most(const struct text *t);
uint32_t features_name_most(const struct text *name);
enum { FEATURES_MEASURES_MOST = 64, FEATURES_BEHAVIOUR_MOST = 64 };
enum { FEATURES_LEXICON_MOST = 116, FEATURES_SHAPE_MOST = 20 };

/* Values of a text's tokens, n_tokens + 2 each with TEXT_EDGE at both ends. */
struct token_values {
	uint64_t *words;  /* hashes */
	uint64_t *shapes; /* enum token_shape */
};

/* Fills in the values of the tokens of `t`. */
void features_values(struct token_values *v, const struct text *t);

/* The numbers of scratch memory that features_of_text needs. */
uint32_t features_text_scratch(const struct text *t);

/* The extractors; each closes its views. */
void features_of_text(struct features *f, const struct text *t,
    const struct token_values *v, uint32_t *scratch);
void features_of_measures(
    struct features *f, const struct text *t, const struct token_values *v);
void features_of_lexicon(
    struct features *f, const struct text *t, const struct token_values *v);
void features_of_keywords(
    struct features *f, const struct text *name, const struct token_values *v);
void features_of_author(struct features *f, const struct comment *c,
    const struct text *name, const struct text *url);
void features_of_shape(struct features *f, const struct author *who);
void features_of_behaviour(struct features *f, const struct comment *c,
    const struct text *t, const struct signals *s);

#endif
