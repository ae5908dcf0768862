#include "text_draft.h"

enum { LETTERS_ALIKE_MAX = 2, SIGNS_ALIKE_MAX = 3 };

/* Where the points go, `n` so far. */
struct cutter {
	const struct draft *d;
	uint32_t *points;
	struct text_range *ranges;
	uint32_t n;
	struct text_counts *counts;
};

static void
put(struct cutter *c, const struct glyph *g)
{
	c->points[c->n] = g->cp;
	c->ranges[c->n++] = g->from;
}

/* Drops `g`, one too many of the same: the point before reaches over it. */
static void
squeeze(struct cutter *c, const struct glyph *g)
{
	struct text_range *last = &c->ranges[c->n - 1];

	if (last->end == g->from.start)
		last->end = g->from.end;
}

/* Whether the last two points are `cp`, both after `first`. */
static inline bool
is_third(const struct cutter *c, uint32_t first, uint32_t cp)
{
	return c->n >= first + LETTERS_ALIKE_MAX && c->points[c->n - 1] == cp &&
	       c->points[c->n - 2] == cp;
}

/* How many of the glyphs [first, end) are of a class. */
static uint32_t
count(const struct draft *d, uint32_t first, uint32_t end, unsigned class)
{
	uint32_t n = 0;

	for (uint32_t i = first; i < end; i++)
		n += glyph_is(&d->glyphs[i], class);
	return n;
}

static bool
is_cased(const struct draft *d, uint32_t first, uint32_t end)
{
	while (first < end && !glyph_is_cased(&d->glyphs[first]))
		first++;
	return first < end;
}

/* The shape of the word of glyphs [first, end), of all these classes. */
static uint8_t
shape_of(const struct draft *d, uint32_t first, uint32_t end, unsigned classes)
{
	uint32_t letters, upper;

	if (classes & UNICODE_DIGIT)
		return classes & UNICODE_LETTER ? SHAPE_ALNUM : SHAPE_DIGITS;
	if (!(classes & UNICODE_UPPER))
		return is_cased(d, first, end) ? SHAPE_LOWER : SHAPE_UNCASED;
	letters = count(d, first, end, UNICODE_LETTER);
	upper = count(d, first, end, UNICODE_UPPER);
	if (upper == letters && letters > 1)
		return SHAPE_UPPER;
	return upper == 1 && glyph_is(&d->glyphs[first], UNICODE_UPPER)
		   ? SHAPE_CAPITAL
		   : SHAPE_MIXED;
}

/* Whether the glyph at `i` is an apostrophe inside a word. */
static bool
is_inner_apostrophe(const struct draft *d, uint32_t i)
{
	return d->glyphs[i].cp == '\'' && i + 1 < d->n &&
	       glyph_is(&d->glyphs[i + 1], UNICODE_LETTER);
}

/* Whether the glyph at `i` goes on with a word. */
static bool
is_of_word(const struct draft *d, uint32_t i)
{
	const struct glyph *g = &d->glyphs[i];

	return !glyph_is(g, UNICODE_IDEOGRAPH) &&
	       (glyph_is_word(g) || is_inner_apostrophe(d, i));
}

/*
 * Cuts the word that begins at glyph `i`; where it ends. On its own, since
 * its loop needs all the registers there are.
 */
static __attribute__((noinline)) uint32_t
cut_word(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	/* a copy, for all that is written could be what `c` points to */
	struct cutter here = *c;
	uint32_t last = TEXT_EDGE, before = TEXT_EDGE;
	uint32_t begin = i, squeezed = 0;
	unsigned classes = 0, script = 0, mixed = 0;

	for (; i < d->n && is_of_word(d, i); i++) {
		const struct glyph *g = &d->glyphs[i];

		classes |= g->class_mask;
		/* scripts 0 and 1 are common and inherited */
		if (g->script != script && g->script > 1) {
			mixed |= script != 0;
			script = g->script;
		}
		if (g->cp == last && last == before &&
		    !glyph_is(g, UNICODE_DIGIT) &&
		    !(g->flags & GLYPH_VERBATIM)) {
			squeeze(&here, g);
			squeezed++;
			continue;
		}
		put(&here, g);
		before = last;
		last = g->cp;
	}
	c->n = here.n;
	c->counts->squeezed += squeezed;
	c->counts->mixed_words += mixed;
	token->kind = TOKEN_WORD;
	token->shape = shape_of(d, begin, i, classes);
	return i;
}

/* Cuts the ideograph at glyph `i` with its marks, or drops a repeated one. */
static uint32_t
cut_ideograph(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	uint32_t first = c->n;

	if (is_third(c, 0, d->glyphs[i].cp)) {
		squeeze(c, &d->glyphs[i]);
		c->counts->squeezed++;
		return i + 1;
	}
	put(c, &d->glyphs[i++]);
	for (; i < d->n && glyph_is(&d->glyphs[i], UNICODE_MARK); i++) {
		if (is_third(c, first, d->glyphs[i].cp))
			squeeze(c, &d->glyphs[i]);
		else
			put(c, &d->glyphs[i]);
	}
	token->kind = TOKEN_WORD;
	token->shape = SHAPE_UNCASED;
	return i;
}

static uint32_t
cut_signs(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	uint32_t first = c->n, cp = d->glyphs[i].cp;

	for (; i < d->n && d->glyphs[i].cp == cp; i++) {
		if (c->n - first < SIGNS_ALIKE_MAX)
			put(c, &d->glyphs[i]);
		else
			squeeze(c, &d->glyphs[i]);
	}
	token->kind = TOKEN_PUNCTUATION;
	token->shape = SHAPE_PUNCTUATION;
	return i;
}

static uint32_t
cut_mark(struct cutter *c, uint32_t i, struct token *token)
{
	put(c, &c->d->glyphs[i]);
	token->kind = TOKEN_MARK;
	token->shape = SHAPE_MARK;
	return i + 1;
}

static uint32_t
cut(struct cutter *c, uint32_t i, struct token *token)
{
	const struct glyph *g = &c->d->glyphs[i];

	if (g->cp >= TEXT_MARK)
		return cut_mark(c, i, token);
	if (glyph_is(g, UNICODE_IDEOGRAPH))
		return cut_ideograph(c, i, token);
	return glyph_is_word(g) ? cut_word(c, i, token)
				: cut_signs(c, i, token);
}

void
draft_tokens(const struct draft *d, uint32_t *points, struct text_range *ranges,
    struct token *tokens, struct text *t)
{
	struct cutter c = {
	    .d = d, .points = points, .ranges = ranges, .counts = d->counts};

	for (uint32_t i = 0; i < d->n;) {
		struct token *token = &tokens[t->n_tokens];

		if (d->glyphs[i].cp == ' ') {
			put(&c, &d->glyphs[i++]);
			continue;
		}
		token->first = c.n;
		i = cut(&c, i, token);
		token->last = c.n;
		t->n_tokens += token->last > token->first;
	}
	t->points = points;
	t->ranges = ranges;
	t->n = c.n;
	t->tokens = tokens;
}
