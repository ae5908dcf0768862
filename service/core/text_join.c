#include "text_draft.h"

/*
 * A run of single letters with one and the same separator between them. In
 * a run with spaces the punctuation of addresses may stand alone as well:
 * "s i t e . c o m".
 */
struct run {
	uint32_t first, end; /* glyphs, from a letter to after the last one */
	uint32_t letters, elements;
};

/* What is joined: where little else is spaced out, and where much is. */
static const struct least {
	uint32_t elements, letters;
} at_first = {4, 3}, again = {2, 2};

/* A space, or what people put between letters: "b/i/t/c/h". */
static bool
is_separator(uint32_t cp)
{
	return cp == ' ' || cp == '.' || cp == '-' || cp == '_' || cp == '*' ||
	       cp == '/' || cp == '|' || cp == '~';
}

/* Whether the glyph at `i` is a letter or digit of its own. */
static bool
is_single(const struct draft *d, uint32_t i)
{
	return glyph_is_word(d, i) && glyph_is_cased(d, i) &&
	       !glyph_is(d, i, UNICODE_IDEOGRAPH) &&
	       (i + 1 == d->n || !glyph_is_word(d, i + 1));
}

static bool
is_address_sign(const struct draft *d, uint32_t i)
{
	uint32_t cp = d->glyphs.cps[i];

	return cp == '.' || cp == ':' || cp == '/';
}

/* The longest run that begins at the glyph `first`. */
static struct run
measure(const struct draft *d, uint32_t first, uint32_t separator)
{
	struct run r = {.first = first, .end = first};
	uint32_t i = first;

	for (;;) {
		if (is_single(d, i)) {
			r.end = i + 1;
			r.elements++;
			r.letters += glyph_is(d, i, UNICODE_LETTER);
		} else if (separator != ' ' || !is_address_sign(d, i)) {
			break;
		}
		if (i + 2 >= d->n || d->glyphs.cps[i + 1] != separator ||
		    (d->glyphs.flags[i + 1] & GLYPH_WIDE))
			break;
		i += 2;
	}
	return r;
}

/* Copies the run to glyph `to` on without its separators; the new end. */
static uint32_t
put_joined(struct draft *d, uint32_t to, struct run r)
{
	for (uint32_t i = r.first; i < r.end; i += 2) {
		struct glyph g = glyph_at(d->glyphs, i);

		g.flags |= GLYPH_JOINED;
		glyph_put(d->glyphs, to++, g);
	}
	d->counts->spaced += r.letters;
	return to;
}

/* Whether a run may begin with the letter before the separator at `i`. */
static bool
may_begin(const struct draft *d, uint32_t i, uint32_t from)
{
	return i > from && is_single(d, i - 1) &&
	       (i == 1 || !glyph_is_word(d, i - 2));
}

/* Whether there are `least` letters and digits of their own. */
static bool
has_singles(const struct draft *d, uint32_t least)
{
	uint32_t singles = 0;
	uint32_t word = 0, first = 0; /* whether the glyph in front is one */

	for (uint32_t at = 0; at <= d->n; at += BITS) {
		uint32_t words = bits_have(d->glyphs.classes + at, GLYPH_WORD);
		uint32_t firsts = words & ~(words << 1 | word);

		singles += (uint32_t)bits_counts(
		    (firsts << 1 | first) & ~words & UINT16_MAX);
		word = words >> (BITS - 1);
		first = firsts >> (BITS - 1);
	}
	return singles >= least;
}

static void
join(struct draft *d, struct least least)
{
	struct glyphs g = d->glyphs;
	uint32_t from = 0, to = 0; /* glyphs moved, and where they are now */

	for (uint32_t i = 1; i + 1 < d->n; i++) {
		struct run r;

		/* rare, so that ordinary text goes by quickly */
		if (!is_separator(g.cps[i]) || !may_begin(d, i, from))
			continue;
		r = measure(d, i - 1, g.cps[i]);
		if (r.elements >= least.elements &&
		    r.letters >= least.letters) {
			glyphs_move(glyphs_from(g, to), glyphs_from(g, from),
			    i - 1 - from);
			to = put_joined(d, to + (i - 1 - from), r);
			from = r.end;
		}
		if (r.end > i)
			i = r.end - 1;
	}
	if (from > 0) {
		glyphs_move(
		    glyphs_from(g, to), glyphs_from(g, from), d->n - from);
		d->n = to + (d->n - from);
		draft_close(d);
	}
}

void
draft_join(struct draft *d)
{
	if (!has_singles(d, at_first.elements))
		return;
	join(d, at_first);
	/* who spaces out long words, does it to short ones, too */
	if (2 * d->counts->spaced >= d->counts->letters &&
	    d->counts->spaced > 0)
		join(d, again);
}
