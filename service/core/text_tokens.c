#include "text_draft.h"

enum { LETTERS_ALIKE_MAX = 2, SIGNS_ALIKE_MAX = 3 };

/* Where the points go. */
struct cutter {
	const struct draft *d;
	uint32_t *points;
	struct text_range *ranges;
	struct token *tokens;
	struct text *t;
};

/* What the source of a word was like. */
struct word {
	uint32_t letters, upper, digits, cased;
	bool first_upper;
	uint8_t script; /* of its first letter of a known one */
	bool mixed;
};

static bool
is_word(const struct glyph *g)
{
	return glyph_is(g, UNICODE_LETTER | UNICODE_DIGIT | UNICODE_MARK);
}

static void
put(struct cutter *c, const struct glyph *g)
{
	c->points[c->t->n] = g->cp;
	c->ranges[c->t->n++] = g->from;
}

/* Drops `g`, one too many of the same: the point before reaches over it. */
static void
squeeze(struct cutter *c, const struct glyph *g)
{
	struct text_range *last = &c->ranges[c->t->n - 1];

	if (last->end == g->from.start)
		last->end = g->from.end;
}

/* Whether the last `n` points, all after `first`, are `cp`. */
static bool
ends_with(const struct cutter *c, uint32_t first, uint32_t cp, uint32_t n)
{
	if (c->t->n < first + n)
		return false;
	for (uint32_t i = 1; i <= n; i++)
		if (c->points[c->t->n - i] != cp)
			return false;
	return true;
}

static void
look_at(struct word *w, const struct glyph *g)
{
	bool upper = glyph_is(g, UNICODE_UPPER);

	if (w->letters == 0)
		w->first_upper = upper;
	w->letters += glyph_is(g, UNICODE_LETTER);
	w->upper += upper;
	w->digits += glyph_is(g, UNICODE_DIGIT);
	if (!glyph_is(g, UNICODE_LETTER))
		return;
	w->cased += glyph_is_cased(g);
	if (g->script <= 1) /* common, inherited */
		return;
	if (w->script == 0)
		w->script = g->script;
	w->mixed |= w->script != g->script;
}

static uint8_t
shape_of(const struct word *w)
{
	if (w->digits > 0)
		return w->letters > 0 ? SHAPE_ALNUM : SHAPE_DIGITS;
	if (w->cased == 0)
		return SHAPE_UNCASED;
	if (w->upper == 0)
		return SHAPE_LOWER;
	if (w->upper == w->letters && w->letters > 1)
		return SHAPE_UPPER;
	return w->first_upper && w->upper == 1 ? SHAPE_CAPITAL : SHAPE_MIXED;
}

/* Whether the glyph at `i` is an apostrophe inside a word. */
static bool
is_inner_apostrophe(const struct draft *d, uint32_t i)
{
	return d->glyphs[i].cp == '\'' && i + 1 < d->n &&
	       glyph_is(&d->glyphs[i + 1], UNICODE_LETTER) &&
	       !glyph_is(&d->glyphs[i + 1], UNICODE_IDEOGRAPH);
}

/* Cuts the word that begins at glyph `i`; where it ends. */
static uint32_t
cut_word(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	struct word w = {0};
	uint32_t first = c->t->n;

	for (; i < d->n; i++) {
		const struct glyph *g = &d->glyphs[i];

		if (!is_word(g) && !is_inner_apostrophe(d, i))
			break;
		if (glyph_is(g, UNICODE_IDEOGRAPH))
			break;
		look_at(&w, g);
		if (glyph_is(g, UNICODE_LETTER | UNICODE_MARK) &&
		    !(g->flags & GLYPH_VERBATIM) &&
		    ends_with(c, first, g->cp, LETTERS_ALIKE_MAX)) {
			squeeze(c, g);
			c->t->counts.squeezed++;
			continue;
		}
		put(c, g);
	}
	c->t->counts.mixed_words += w.mixed;
	token->kind = TOKEN_WORD;
	token->shape = shape_of(&w);
	return i;
}

/* Cuts the ideograph at glyph `i` with its marks, or drops a repeated one. */
static uint32_t
cut_ideograph(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	uint32_t first = c->t->n;

	if (ends_with(c, 0, d->glyphs[i].cp, LETTERS_ALIKE_MAX)) {
		squeeze(c, &d->glyphs[i]);
		c->t->counts.squeezed++;
		return i + 1;
	}
	put(c, &d->glyphs[i++]);
	for (; i < d->n && glyph_is(&d->glyphs[i], UNICODE_MARK); i++) {
		if (ends_with(c, first, d->glyphs[i].cp, LETTERS_ALIKE_MAX))
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
	uint32_t first = c->t->n, cp = d->glyphs[i].cp;

	for (; i < d->n && d->glyphs[i].cp == cp; i++) {
		if (c->t->n - first < SIGNS_ALIKE_MAX)
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
	return is_word(g) ? cut_word(c, i, token) : cut_signs(c, i, token);
}

void
draft_tokens(const struct draft *d, uint32_t *points, struct text_range *ranges,
    struct token *tokens, struct text *t)
{
	struct cutter c = {d, points, ranges, tokens, t};

	for (uint32_t i = 0; i < d->n;) {
		struct token token = {.first = t->n};

		if (d->glyphs[i].cp == ' ') {
			put(&c, &d->glyphs[i++]);
			continue;
		}
		i = cut(&c, i, &token);
		token.last = t->n;
		if (token.last > token.first)
			tokens[t->n_tokens++] = token;
	}
	t->points = points;
	t->ranges = ranges;
	t->tokens = tokens;
}
