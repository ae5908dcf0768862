#include "text_draft.h"

enum { LETTERS_ALIKE_MAX = 2, SIGNS_ALIKE_MAX = 3 };

/* Where the points go, `n` so far: in front of the glyphs still to be read. */
struct cutter {
	struct draft *d;
	uint32_t *points;
	struct text_range *ranges;
	uint32_t n;
	struct text_counts *counts;
};

static void
put(struct cutter *c, uint32_t i)
{
	c->points[c->n] = c->d->glyphs.cps[i];
	c->ranges[c->n++] = c->d->glyphs.from[i];
}

/* The last point reaches over a range that follows it. */
static void
reach_over(struct cutter *c, struct text_range range)
{
	struct text_range *last = &c->ranges[c->n - 1];

	if (last->end == range.start)
		last->end = range.end;
}

/* Drops a glyph, one too many of the same. */
static void
squeeze(struct cutter *c, uint32_t i)
{
	reach_over(c, c->d->glyphs.from[i]);
}

/* Whether the last two points are `cp`, both after `first`. */
static inline bool
is_third(const struct cutter *c, uint32_t first, uint32_t cp)
{
	return c->n >= first + LETTERS_ALIKE_MAX && c->points[c->n - 1] == cp &&
	       c->points[c->n - 2] == cp;
}

/* Glyphs of a word by their classes, in the bytes of a number. */
struct tally {
	unsigned classes; /* all there are */
	uint32_t letters, upper;
};

/* How many of the eight bytes have the bit. */
static inline uint32_t
count_bytes(uint64_t eight, unsigned bit)
{
	const uint64_t ones = 0x0101010101010101;

	return (uint32_t)((eight / bit & ones) * ones >> 56);
}

static struct tally
tally_of(const struct draft *d, uint32_t first, uint32_t end)
{
	struct tally t = {0};
	uint64_t all = 0, eight;

	for (uint32_t i = first; i < end; i += sizeof(eight)) {
		memcpy(&eight, d->glyphs.classes + i, sizeof(eight));
		if (end - i < sizeof(eight)) /* little-endian, as model.bin */
			eight &= UINT64_MAX >> 8 * (sizeof(eight) - (end - i));
		t.letters += count_bytes(eight, UNICODE_LETTER);
		t.upper += count_bytes(eight, UNICODE_UPPER);
		all |= eight;
	}
	all |= all >> 32;
	all |= all >> 16;
	t.classes = (all | all >> 8) & 0xFF;
	return t;
}

static bool
is_cased(const struct draft *d, uint32_t first, uint32_t end)
{
	while (first < end && !glyph_is_cased(d, first))
		first++;
	return first < end;
}

/* The shape of the word of glyphs [first, end). */
static uint8_t
shape_of(const struct draft *d, uint32_t first, uint32_t end)
{
	struct tally t = tally_of(d, first, end);

	if (t.classes & UNICODE_DIGIT)
		return t.letters > 0 ? SHAPE_ALNUM : SHAPE_DIGITS;
	if (t.upper == 0)
		return is_cased(d, first, end) ? SHAPE_LOWER : SHAPE_UNCASED;
	if (t.upper == t.letters && t.letters > 1)
		return SHAPE_UPPER;
	return t.upper == 1 && glyph_is(d, first, UNICODE_UPPER) ? SHAPE_CAPITAL
								 : SHAPE_MIXED;
}

/* Whether letters of several scripts are in the word of [first, end). */
static bool
is_mixed(const struct draft *d, uint32_t first, uint32_t end)
{
	unsigned script = 0;

	for (uint32_t i = first; i < end; i++) {
		/* scripts 0 and 1 are common and inherited */
		if (d->glyphs.scripts[i] <= 1 || d->glyphs.scripts[i] == script)
			continue;
		if (script != 0)
			return true;
		script = d->glyphs.scripts[i];
	}
	return false;
}

struct token
draft_word(const struct draft *d, uint32_t first, uint32_t end)
{
	if (d->foreign)
		d->counts->mixed_words += is_mixed(d, first, end);
	return (struct token){first, end, TOKEN_WORD, shape_of(d, first, end)};
}

/* Whether the glyph at `i` is an apostrophe inside a word. */
static bool
is_inner_apostrophe(const struct draft *d, uint32_t i)
{
	return d->glyphs.cps[i] == '\'' && i + 1 < d->n &&
	       glyph_is(d, i + 1, UNICODE_LETTER);
}

/* Whether the glyph at `i` goes on with a word. */
static bool
is_of_word(const struct draft *d, uint32_t i)
{
	return !glyph_is(d, i, UNICODE_IDEOGRAPH) &&
	       (glyph_is_word(d, i) || is_inner_apostrophe(d, i));
}

/*
 * Drops all that is the same from the third glyph of it on, at `i`; where that
 * ends. Of a part of a word the second goes, too, as few letters are double:
 * "fuuuck", "biiitch".
 */
static uint32_t
squeeze_run(struct cutter *c, uint32_t first, uint32_t i, uint32_t end)
{
	const uint32_t *cps = c->d->glyphs.cps;
	uint32_t cp = cps[i];

	for (; i < end && cps[i] == cp; i++) {
		squeeze(c, i);
		c->counts->squeezed++;
	}
	if (c->n > first + LETTERS_ALIKE_MAX || i < end) {
		c->n--;
		reach_over(c, c->ranges[c->n]);
		c->counts->squeezed++;
	}
	return i;
}

/* Cuts the word that begins at glyph `i`; where it ends. */
static uint32_t
cut_word(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	uint32_t first = c->n, end = i;

	while (end < d->n && is_of_word(d, end))
		end++;
	*token = draft_word(d, i, end);
	while (i < end) {
		if (is_third(c, first, d->glyphs.cps[i]) &&
		    !glyph_is(d, i, UNICODE_DIGIT) &&
		    !(d->glyphs.flags[i] & GLYPH_VERBATIM))
			i = squeeze_run(c, first, i, end);
		else
			put(c, i++);
	}
	return end;
}

/* Cuts the ideograph at glyph `i` with its marks, or drops a repeated one. */
static uint32_t
cut_ideograph(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	uint32_t first = c->n;

	if (is_third(c, 0, d->glyphs.cps[i])) {
		squeeze(c, i);
		c->counts->squeezed++;
		return i + 1;
	}
	token->kind = TOKEN_WORD;
	token->shape = SHAPE_UNCASED;
	put(c, i++);
	for (; i < d->n && glyph_is(d, i, UNICODE_MARK); i++) {
		if (is_third(c, first, d->glyphs.cps[i]))
			squeeze(c, i);
		else
			put(c, i);
	}
	return i;
}

static uint32_t
cut_signs(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;
	uint32_t first = c->n, cp = d->glyphs.cps[i];

	for (; i < d->n && d->glyphs.cps[i] == cp; i++) {
		if (c->n - first < SIGNS_ALIKE_MAX)
			put(c, i);
		else
			squeeze(c, i);
	}
	token->kind = TOKEN_PUNCTUATION;
	token->shape = SHAPE_PUNCTUATION;
	return i;
}

static uint32_t
cut_mark(struct cutter *c, uint32_t i, struct token *token)
{
	put(c, i);
	token->kind = TOKEN_MARK;
	token->shape = SHAPE_MARK;
	return i + 1;
}

static uint32_t
cut(struct cutter *c, uint32_t i, struct token *token)
{
	const struct draft *d = c->d;

	if (d->glyphs.cps[i] >= TEXT_MARK)
		return cut_mark(c, i, token);
	if (glyph_is(d, i, UNICODE_IDEOGRAPH))
		return cut_ideograph(c, i, token);
	return glyph_is_word(d, i) ? cut_word(c, i, token)
				   : cut_signs(c, i, token);
}

void
draft_tokens_squeezed(struct draft *d, struct token *tokens, struct text *t)
{
	struct cutter c = {
	    .d = d,
	    .points = d->glyphs.cps,
	    .ranges = d->glyphs.from,
	    .counts = d->counts,
	};

	for (uint32_t i = 0; i < d->n;) {
		struct token *token = &tokens[t->n_tokens];
		uint32_t first = c.n;

		if (d->glyphs.cps[i] == ' ') {
			put(&c, i++);
			continue;
		}
		i = cut(&c, i, token);
		token->first = first;
		token->last = c.n;
		t->n_tokens += token->last > token->first;
	}
	d->n = c.n;
}

void
draft_tokens(struct draft *d, struct token *tokens, struct text *t)
{
	if (!draft_tokens_plain(d, tokens, t))
		draft_tokens_squeezed(d, tokens, t);
	t->points = d->glyphs.cps;
	t->ranges = d->glyphs.from;
	t->n = d->n;
	t->tokens = tokens;
}
