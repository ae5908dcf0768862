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

/* What the source of a word was like. */
struct word {
	uint32_t letters, upper;
	uint8_t class_mask; /* of all its glyphs together */
	uint8_t script;     /* of its last letter of a known one */
	bool first_upper, cased, mixed;
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
static bool
is_third(const struct cutter *c, uint32_t first, uint32_t cp)
{
	return c->n >= first + LETTERS_ALIKE_MAX && c->points[c->n - 1] == cp &&
	       c->points[c->n - 2] == cp;
}

static void
look_at(struct word *w, const struct glyph *g)
{
	w->class_mask |= g->class_mask;
	w->letters += glyph_is(g, UNICODE_LETTER);
	w->upper += glyph_is(g, UNICODE_UPPER);
	w->cased |= glyph_is_cased(g);
	/* scripts 0 and 1 are common and inherited */
	if (g->script == w->script || g->script <= 1)
		return;
	w->mixed |= w->script != 0;
	w->script = g->script;
}

static uint8_t
shape_of(const struct word *w)
{
	if (w->class_mask & UNICODE_DIGIT)
		return w->letters > 0 ? SHAPE_ALNUM : SHAPE_DIGITS;
	if (w->upper == 0)
		return w->cased ? SHAPE_LOWER : SHAPE_UNCASED;
	if (w->upper == w->letters && w->letters > 1)
		return SHAPE_UPPER;
	return w->first_upper && w->upper == 1 ? SHAPE_CAPITAL : SHAPE_MIXED;
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

/* Cuts the word that begins at glyph `i`; where it ends. */
static uint32_t
cut_word(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	struct word w = {.first_upper = glyph_is(&d->glyphs[i], UNICODE_UPPER)};
	uint32_t first = c->n;

	for (; i < d->n && is_of_word(d, i); i++) {
		const struct glyph *g = &d->glyphs[i];

		look_at(&w, g);
		if (!is_third(c, first, g->cp) || glyph_is(g, UNICODE_DIGIT) ||
		    (g->flags & GLYPH_VERBATIM)) {
			put(c, g);
			continue;
		}
		squeeze(c, g);
		c->counts->squeezed++;
	}
	c->counts->mixed_words += w.mixed;
	token->kind = TOKEN_WORD;
	token->shape = shape_of(&w);
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
