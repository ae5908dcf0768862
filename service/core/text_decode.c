#include "text_draft.h"

#include "entities.h"
#include "markup.h"
#include "text_ascii.h"
#include "utf8.h"

/*
 * Letters from here on that fold to ASCII are no language's, but for show, or
 * of full width.
 */
enum { STYLED_FROM = 0x2000 };

/* Makes the range of the last glyph reach over what was dropped after it. */
static void
absorb(struct draft *d, struct text_range from)
{
	if (d->n > 0 && d->glyphs.from[d->n - 1].end == from.start)
		d->glyphs.from[d->n - 1].end = from.end;
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
	if (d->n == 0)
		return;
	if (d->glyphs.cps[d->n - 1] == ' ') {
		d->glyphs.flags[d->n - 1] |= GLYPH_WIDE;
		absorb(d, from);
		return;
	}
	glyph_put(d->glyphs, d->n++,
	    (struct glyph){.cp = ' ',
		.from = from,
		.class_mask = UNICODE_SPACE,
		.flags = d->flags});
}

/* The zero bytes in front of `at` where something stands for a space. */
static struct text_range
nowhere(size_t at)
{
	return (struct text_range){(uint32_t)at, (uint32_t)at};
}

static void
put_ascii(struct draft *d, unsigned char c, struct text_range from)
{
	struct glyph g;

	if (c == ' ') {
		put_space(d, from);
		return;
	}
	g = ascii_glyph(c);
	if (g.class_mask & UNICODE_SPACE) {
		d->counts->newlines += c == '\n';
		put_space(d, from);
	} else if (g.class_mask & UNICODE_INVISIBLE) {
		d->counts->invisible++;
	} else {
		count(d->counts, g.class_mask);
		g.from = from;
		g.flags |= d->flags;
		glyph_put(d->glyphs, d->n++, g);
	}
}

/*
 * Marks and invisible characters are evasion only inside of text: emoji are
 * built with them, other scripts join with them, a BOM may end a text.
 */
static void
put_nothing(struct draft *d, unsigned class_mask, struct text_range from)
{
	absorb(d, from);
	if (d->n == 0 || glyph_is(d, d->n - 1, UNICODE_EMOJI))
		return;
	if ((class_mask & UNICODE_INVISIBLE) == 0)
		d->counts->marks++;
	else if (from.end < d->source.n && glyph_is_cased(d, d->n - 1))
		d->counts->invisible++;
}

/* What `cp` becomes, one of the points that a point `u` folds to. */
static struct glyph
folded_glyph(uint32_t cp, struct unicode_point u, struct text_range from)
{
	struct glyph g = {.cp = cp, .from = from, .script = u.script};

	if (cp < 0x80) {
		struct glyph plain = ascii_glyph((unsigned char)cp);

		g.class_mask = plain.class_mask;
		g.flags = plain.flags;
	} else {
		/* most points fold to themselves */
		g.class_mask =
		    cp == u.cp ? u.class_mask : unicode_point(cp).class_mask;
		if ((g.class_mask & GLYPH_WORD) &&
		    !(g.class_mask & UNICODE_IDEOGRAPH))
			g.flags = GLYPH_LABEL;
		if (g.class_mask & UNICODE_DIGIT)
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

		d->foreign |= (g.script > 1 && g.script != UNICODE_LATIN) ||
			      (g.class_mask & UNICODE_IDEOGRAPH) != 0;
		if (i == 0)
			count(d->counts, g.class_mask);
		g.flags |= d->flags;
		if (g.cp == ' ')
			put_space(d, from);
		else
			glyph_put(d->glyphs, d->n++, g);
	}
}

static inline bool
within(uint32_t cp, uint32_t first, uint32_t last)
{
	return cp >= first && cp <= last;
}

/* Counts a letter that is for show; ligatures are of whoever set the type. */
static void
count_styled(struct draft *d, uint32_t cp)
{
	d->counts->styled += !within(cp, 0xFB00, 0xFB06);
	d->wide += within(cp, 0xFF01, 0xFF5E);
}

/* Whether full-width letters are typed beside what the text is written in. */
static bool
has_wide_script(const struct draft *d)
{
	static const uint32_t scripts =
	    1u << UNICODE_BOPOMOFO | 1u << UNICODE_HAN | 1u << UNICODE_HANGUL |
	    1u << UNICODE_HIRAGANA | 1u << UNICODE_KATAKANA;

	for (uint32_t i = 0; i < d->n; i++) {
		uint8_t script = d->glyphs.scripts[i];

		if (script < 32 && scripts >> script & 1)
			return true;
	}
	return false;
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
	if (cps[0] < 0x80 && cp >= STYLED_FROM &&
	    (u.class_mask & UNICODE_LETTER) != 0)
		count_styled(d, cp);
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

/* Reads an address or words out of a tag, set off by spaces. */
static void
decode_attribute(struct draft *d, struct attribute a)
{
	size_t at = (size_t)(a.read.p - d->source.p), end = at + a.read.n;

	put_space(d, nowhere(at));
	d->flags = a.is_link ? GLYPH_MARKUP : 0;
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
	struct attribute a;

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
	while (attributes_next(&tag.attributes, &a))
		decode_attribute(d, a);
	return tag.end;
}

/* Whether a tag may begin with `c`, as no run of ASCII does. */
static bool
is_opening(unsigned char c)
{
	return c == '<' || c == '[';
}

/* Whether no run of ASCII begins at `at`, but at most a blank of another. */
static bool
goes_on_foreign(struct span s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return p[at] >= 0x80 ||
	       (p[at] == ' ' && at + 1 < s.n && p[at + 1] >= 0x80);
}

void
draft_decode(struct draft *d, enum comment_format format)
{
	struct markup m = {.source = d->source, .format = format};
	const unsigned char *p = (const unsigned char *)d->source.p;
	size_t at = 0, n = d->source.n;

	d->glyphs.classes[-1] = UNICODE_SPACE; /* none begins a text */
	while (at < n) {
		if (!is_opening(p[at]))
			at = draft_ascii(d, at);
		if (at == n)
			break;
		if (is_opening(p[at]))
			at = decode_opening(d, &m, at);
		else
			at = decode_one(d, at);
		while (at < n && goes_on_foreign(d->source, at))
			at = decode_one(d, at);
	}
	if (d->n > 0 && d->glyphs.cps[d->n - 1] == ' ')
		d->n--;
	if (d->wide > 0 && has_wide_script(d))
		d->counts->styled -= d->wide;
	draft_close(d);
}
