#include "text_draft.h"

/* Bits of 16 glyphs, on top of those of the 16 in front of them. */
struct bits {
	uint32_t all;
};

static inline void
next(struct bits *b, uint32_t now)
{
	b->all = now << BITS | b->all >> BITS;
}

static inline uint32_t
now(struct bits b)
{
	return b.all >> BITS;
}

/* Bit i is of the glyph `by` in front of glyph i. */
static inline uint32_t
before(struct bits b, unsigned by)
{
	return (uint16_t)(b.all >> (BITS - by));
}

/* What a draft is read for; `same`: as the glyph in front. */
struct reader {
	const struct draft *d;
	struct bits letters, words, signs, spaces, same;
};

/* Reads the 16 glyphs from `at` on. */
static inline void
read_bits(struct reader *r, uint32_t at)
{
	const struct glyphs *g = &r->d->glyphs;
	/* an apostrophe between a word and a letter is of that word */
	uint32_t inner = bits_have(g->flags + at, GLYPH_APOSTROPHE) &
			 bits_have(g->classes + at + 1, UNICODE_LETTER);

	next(&r->letters, bits_have(g->classes + at, GLYPH_WORD));
	next(&r->words, now(r->letters) | (inner & before(r->letters, 1)));
	next(&r->spaces, bits_have(g->classes + at, UNICODE_SPACE));
	next(&r->signs, UINT16_MAX & ~(now(r->words) | now(r->spaces)));
	next(&r->same, bits_equal(g->cps + at, g->cps + at - 1));
}

/* Whether any of the glyphs from `at` on has to be looked at by itself. */
static inline bool
is_odd(const struct reader *r, uint32_t at)
{
	const struct glyphs *g = &r->d->glyphs;
	uint32_t third = now(r->same) & before(r->same, 1);

	if (r->d->foreign && bits_have(g->classes + at, UNICODE_IDEOGRAPH) != 0)
		return true;
	if (third == 0)
		return false;
	return (third & before(r->same, 2) & now(r->signs)) != 0 ||
	       (third & now(r->words) &
		   ~bits_have(g->classes + at, UNICODE_DIGIT) &
		   ~bits_have(g->flags + at, GLYPH_VERBATIM)) != 0;
}

/* Where words and runs of a sign go on. */
static inline uint32_t
going_on(const struct reader *r)
{
	return (now(r->words) & before(r->words, 1)) |
	       (now(r->signs) & before(r->signs, 1) & now(r->same));
}

/* Where tokens begin and end, of up to 64 glyphs. */
struct edges {
	uint64_t begin, end;
};

/* Reads 64 glyphs from `at` on, or up to the end; false: some are odd. */
static bool
read_edges(struct reader *r, uint32_t at, struct edges *e)
{
	*e = (struct edges){0};
	for (unsigned i = 0; i < 64 && at + i <= r->d->n; i += BITS) {
		uint32_t first;

		read_bits(r, at + i);
		if (is_odd(r, at + i))
			return false;
		first = UINT16_MAX & ~(going_on(r) | now(r->spaces));
		e->begin |= (uint64_t)first << i;
		e->end |=
		    (uint64_t)((first | now(r->spaces)) & ~before(r->spaces, 1))
		    << i;
	}
	return true;
}

static struct token
token_at(const struct draft *d, uint32_t first, uint32_t last)
{
	if (glyph_is_word(d, first))
		return draft_word(d, first, last);
	if (d->glyphs.cps[first] >= TEXT_MARK)
		return (struct token){first, last, TOKEN_MARK, SHAPE_MARK};
	return (struct token){
	    first, last, TOKEN_PUNCTUATION, SHAPE_PUNCTUATION};
}

bool
draft_tokens_plain(struct draft *d, struct token *tokens, struct text *t)
{
	size_t begun = 0, ended = 0;
	struct reader r = {.d = d, .spaces = {UINT32_MAX}};
	struct edges e;

	for (uint32_t at = 0; at <= d->n; at += 64) {
		if (!read_edges(&r, at, &e))
			return false;
		for (; e.begin != 0; e.begin &= e.begin - 1)
			tokens[begun++].first = at + bits_lowest(e.begin);
		for (; e.end != 0; e.end &= e.end - 1)
			tokens[ended++].last = at + bits_lowest(e.end);
	}
	for (size_t i = 0; i < ended; i++)
		tokens[i] = token_at(d, tokens[i].first, tokens[i].last);
	t->n_tokens = (uint32_t)ended;
	return true;
}
