#include "text_draft.h"

#include "entities.h"
#include "markup.h"
#include "utf8.h"

enum ascii_kind {
	ASCII_PLAIN,
	ASCII_BLANK, /* ' ', of which two are one */
	ASCII_SPACE,
	ASCII_CONTROL,
	ASCII_OPENING, /* '<' or '[': perhaps a tag */
	ASCII_AMPERSAND,
};

enum { CAPITAL = UNICODE_LETTER | UNICODE_UPPER };

/* The fast path: what unicode.h says of ASCII, by the byte. */
static const struct {
	uint8_t kind, class_mask, script, flags;
} ascii[128] = {
    [0 ... '\b'] = {ASCII_CONTROL},
    [0x0E ... 0x1F] = {ASCII_CONTROL},
    [0x7F] = {ASCII_CONTROL},
    ['\t' ... '\r'] = {ASCII_SPACE, UNICODE_SPACE},
    [' '] = {ASCII_BLANK, UNICODE_SPACE},
    ['-'] = {.flags = GLYPH_LABEL},
    ['_'] = {.flags = GLYPH_LABEL},
    ['0' ... '9'] = {ASCII_PLAIN, UNICODE_DIGIT, 0,
	GLYPH_LABEL | GLYPH_TELLING},
    ['A' ... 'C'] = {ASCII_PLAIN, CAPITAL, UNICODE_LATIN, GLYPH_LABEL},
    ['D'] = {ASCII_PLAIN, CAPITAL, UNICODE_LATIN, GLYPH_LABEL | GLYPH_TELLING},
    ['E' ... 'Z'] = {ASCII_PLAIN, CAPITAL, UNICODE_LATIN, GLYPH_LABEL},
    ['a' ... 'c'] = {ASCII_PLAIN, UNICODE_LETTER, UNICODE_LATIN, GLYPH_LABEL},
    ['d'] = {ASCII_PLAIN, UNICODE_LETTER, UNICODE_LATIN,
	GLYPH_LABEL | GLYPH_TELLING}, /* of " dot " */
    ['e' ... 'z'] = {ASCII_PLAIN, UNICODE_LETTER, UNICODE_LATIN, GLYPH_LABEL},
    ['<'] = {ASCII_OPENING},
    ['['] = {ASCII_OPENING, .flags = GLYPH_TELLING},
    ['&'] = {ASCII_AMPERSAND},
    ['!'] = {.flags = GLYPH_TELLING},
    ['$'] = {.flags = GLYPH_TELLING},
    ['('] = {.flags = GLYPH_TELLING},
    ['+'] = {.flags = GLYPH_TELLING},
    ['.'] = {.flags = GLYPH_TELLING},
    [':'] = {.flags = GLYPH_TELLING},
    ['@'] = {.flags = GLYPH_TELLING},
    ['|'] = {.flags = GLYPH_TELLING},
};

/* Letters from here on that fold to ASCII are no language's, but for show. */
enum { STYLED_FROM = 0x2000 };

/* Makes the range of the last glyph reach over what was dropped after it. */
static void
absorb(struct draft *d, struct text_range from)
{
	struct glyph *last;

	if (d->n == 0)
		return;
	last = &d->glyphs[d->n - 1];
	if (last->from.end == from.start)
		last->from.end = from.end;
}

static void
count(struct text_counts *c, unsigned class_mask)
{
	c->points++;
	c->letters += (class_mask & UNICODE_LETTER) != 0;
	c->upper += (class_mask & UNICODE_UPPER) != 0;
	c->digits += (class_mask & UNICODE_DIGIT) != 0;
}

static void
put_space(struct draft *d, struct text_range from)
{
	struct glyph *last;

	if (d->n == 0)
		return;
	last = &d->glyphs[d->n - 1];
	if (last->cp == ' ') {
		last->flags |= GLYPH_WIDE;
		absorb(d, from);
		return;
	}
	d->glyphs[d->n++] = (struct glyph){.cp = ' ',
	    .from = from,
	    .class_mask = UNICODE_SPACE,
	    .flags = d->flags};
}

/* The zero bytes in front of `at` where something stands for a space. */
static struct text_range
nowhere(size_t at)
{
	return (struct text_range){(uint32_t)at, (uint32_t)at};
}

/* What the plain ASCII character `c` at `at` becomes. */
static inline struct glyph
ascii_glyph(unsigned char c, uint32_t at)
{
	/* 0x20 is the bit of case in ASCII, UNICODE_UPPER is 2 */
	return (struct glyph){
	    .cp = c | (ascii[c].class_mask & UNICODE_UPPER) << 4,
	    .from = {at, at + 1},
	    .class_mask = ascii[c].class_mask,
	    .script = ascii[c].script,
	    .flags = ascii[c].flags,
	};
}

static void
put_ascii(struct draft *d, unsigned char c, struct text_range from)
{
	struct glyph g;

	switch (ascii[c].kind) {
	case ASCII_BLANK:
	case ASCII_SPACE:
		d->counts->newlines += c == '\n';
		put_space(d, from);
		return;
	case ASCII_CONTROL:
		d->counts->invisible++;
		return;
	default:
		count(d->counts, ascii[c].class_mask);
		g = ascii_glyph(c, from.start);
		g.from = from;
		g.flags |= d->flags;
		d->glyphs[d->n++] = g;
	}
}

/* The bits of a class, a byte each, so that one addition counts them all. */
static inline uint32_t
spread(uint32_t class_mask)
{
	return class_mask * 0x00204081 & 0x01010101;
}

static inline uint32_t
spread_count(uint32_t classes, unsigned bit)
{
	return classes >> 8 * bit & 0xFF;
}

enum { RUN_MAX = 255 }; /* as many as a byte counts */

/*
 * Puts the plain ASCII words from `at` on, each with at most one blank behind
 * it; where they end. No branch tells a blank from a letter: where words end
 * cannot be foretold.
 */
static size_t
put_ascii_run(struct draft *d, size_t at)
{
	const unsigned char *p = (const unsigned char *)d->source.p;
	struct glyph *g = d->glyphs + d->n;
	size_t i = at, end = at + RUN_MAX;
	unsigned before = ASCII_BLANK;
	uint32_t classes = 0;

	if (end > d->source.n)
		end = d->source.n;
	for (; i < end && p[i] < 0x80; i++) {
		unsigned kind = ascii[p[i]].kind;

		if (kind + before > ASCII_BLANK)
			break;
		before = kind;
		classes += spread(ascii[p[i]].class_mask);
		*g++ = ascii_glyph(p[i], (uint32_t)i);
	}
	d->counts->points += (uint32_t)(i - at) - spread_count(classes, 3);
	d->counts->letters += spread_count(classes, 0);
	d->counts->upper += spread_count(classes, 1);
	d->counts->digits += spread_count(classes, 2);
	d->n += (uint32_t)(i - at);
	return i;
}

/*
 * Marks and invisible characters are evasion only inside of text: emoji are
 * built with them, other scripts join with them, a BOM may end a text.
 */
static void
put_nothing(struct draft *d, unsigned class_mask, struct text_range from)
{
	const struct glyph *last;

	absorb(d, from);
	if (d->n == 0)
		return;
	last = &d->glyphs[d->n - 1];
	if (glyph_is(last, UNICODE_EMOJI))
		return;
	if ((class_mask & UNICODE_INVISIBLE) == 0)
		d->counts->marks++;
	else if (from.end < d->source.n && glyph_is_cased(last))
		d->counts->invisible++;
}

/* What `cp` becomes, one of the points that a point `u` folds to. */
static struct glyph
folded_glyph(uint32_t cp, struct unicode_point u, struct text_range from)
{
	struct glyph g = {.cp = cp, .from = from, .script = u.script};

	if (cp < 0x80) {
		g.class_mask = ascii[cp].class_mask;
		g.flags = ascii[cp].flags;
	} else {
		/* most points fold to themselves */
		g.class_mask =
		    cp == u.cp ? u.class_mask : unicode_point(cp).class_mask;
		if (glyph_is_word(&g) && !glyph_is(&g, UNICODE_IDEOGRAPH))
			g.flags = GLYPH_LABEL;
		if (glyph_is(&g, UNICODE_DIGIT))
			g.flags |= GLYPH_TELLING;
	}
	g.class_mask |= u.class_mask & (UNICODE_UPPER | UNICODE_EMOJI);
	return g;
}

/* Puts the `n` points that a point `u` folds to, as many as may be. */
static void
put_folded(struct draft *d, const uint32_t *cps, unsigned n,
    struct unicode_point u, struct text_range from)
{
	/* never more points than bytes read, so that nothing is crowded out */
	uint32_t room = from.end + DRAFT_SPARE / 2 - d->n;

	if (n > room)
		n = room;
	for (unsigned i = 0; i < n; i++) {
		struct glyph g = folded_glyph(cps[i], u, from);

		if (i == 0)
			count(d->counts, g.class_mask);
		g.flags |= d->flags;
		if (g.cp == ' ')
			put_space(d, from);
		else
			d->glyphs[d->n++] = g;
	}
}

static void
put(struct draft *d, uint32_t cp, struct text_range from)
{
	uint32_t cps[UNICODE_FOLD_MAX];
	struct unicode_point u;
	unsigned n;

	if (cp < 0x80) {
		put_ascii(d, (unsigned char)cp, from);
		return;
	}
	u = unicode_point(cp);
	if (u.class_mask & UNICODE_SPACE) {
		put_space(d, from);
		return;
	}
	d->counts->lookalikes += u.lookalike;
	d->counts->emoji += (u.class_mask & UNICODE_EMOJI) != 0;
	n = unicode_fold(cp, cps);
	if (n == 0) {
		put_nothing(d, u.class_mask, from);
		return;
	}
	d->counts->non_ascii += cps[0] >= 0x80;
	d->counts->styled += cps[0] < 0x80 && cp >= STYLED_FROM &&
			     (u.class_mask & UNICODE_LETTER) != 0;
	put_folded(d, cps, n, u, from);
}

/* Reads one character or entity; where the next one is. */
static size_t
decode_one(struct draft *d, size_t at)
{
	uint32_t cp;
	bool bad = false;
	size_t n = 0;

	if (d->source.p[at] == '&') {
		n = entity_read(d->source, at, &cp);
		d->counts->entities += n != 0;
	}
	if (n == 0)
		n = utf8_read(d->source, at, &cp, &bad);
	d->counts->invalid += bad;
	put(d, cp, (struct text_range){(uint32_t)at, (uint32_t)(at + n)});
	return at + n;
}

/* Reads an address out of a tag, set off by spaces. */
static void
decode_link(struct draft *d, struct span link)
{
	size_t at = (size_t)(link.p - d->source.p), end = at + link.n;

	put_space(d, nowhere(at));
	d->flags = GLYPH_MARKUP;
	while (at < end)
		at = decode_one(d, at);
	d->flags = 0;
	put_space(d, nowhere(end));
}

/* Reads what begins with '<' or '[', tag or not; where the text goes on. */
static size_t
decode_opening(struct draft *d, struct markup *m, size_t at)
{
	struct markup_tag tag = markup_read(m, at);

	if (tag.kind == MARKUP_NONE)
		return decode_one(d, at);
	if (tag.kind == MARKUP_BBCODE)
		d->counts->bbcode++;
	else
		d->counts->tags++;
	if (tag.kind == MARKUP_BLOCK) {
		d->counts->newlines++;
		put_space(d, nowhere(at));
	}
	if (tag.link.n > 0)
		decode_link(d, tag.link);
	return tag.end;
}

void
draft_decode(struct draft *d, enum comment_format format)
{
	struct markup m = {.source = d->source, .format = format};
	const unsigned char *p = (const unsigned char *)d->source.p;
	size_t at = 0, n = d->source.n;

	while (at < n) {
		at = put_ascii_run(d, at);
		if (at == n)
			break;
		if (p[at] == '<' || p[at] == '[')
			at = decode_opening(d, &m, at);
		else
			at = decode_one(d, at);
		while (at < n && p[at] >= 0x80)
			at = decode_one(d, at);
	}
	if (d->n > 0 && d->glyphs[d->n - 1].cp == ' ')
		d->n--;
}
