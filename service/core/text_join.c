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

static bool
is_separator(uint32_t cp)
{
	return cp == ' ' || cp == '.' || cp == '-' || cp == '_' || cp == '*';
}

/* Whether the glyph at `i` is a letter or digit of its own. */
static bool
is_single(const struct draft *d, uint32_t i)
{
	return glyph_is_word(&d->glyphs[i]) && glyph_is_cased(&d->glyphs[i]) &&
	       !glyph_is(&d->glyphs[i], UNICODE_IDEOGRAPH) &&
	       (i + 1 == d->n || !glyph_is_word(&d->glyphs[i + 1]));
}

static bool
is_address_sign(const struct draft *d, uint32_t i)
{
	uint32_t cp = d->glyphs[i].cp;

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
			r.letters += glyph_is(&d->glyphs[i], UNICODE_LETTER);
		} else if (separator != ' ' || !is_address_sign(d, i)) {
			break;
		}
		if (i + 2 >= d->n || d->glyphs[i + 1].cp != separator ||
		    (d->glyphs[i + 1].flags & GLYPH_WIDE))
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
		d->glyphs[to] = d->glyphs[i];
		d->glyphs[to++].flags |= GLYPH_JOINED;
	}
	d->counts->spaced += r.letters;
	return to;
}

/* Whether a run may begin with the letter before the separator at `i`. */
static bool
may_begin(const struct draft *d, uint32_t i, uint32_t from)
{
	return i > from && is_single(d, i - 1) &&
	       (i == 1 || !glyph_is_word(&d->glyphs[i - 2]));
}

/* Letters and digits of their own, of whatever script. */
static uint32_t
count_singles(const struct draft *d)
{
	uint32_t singles = 0;
	bool word = false,
	     first = false; /* the glyph before: of one, its first */

	/* no branch: where words end cannot be foretold */
	for (uint32_t i = 0; i < d->n; i++) {
		bool goes_on = glyph_is_word(&d->glyphs[i]);

		singles += first & !goes_on;
		first = goes_on & !word;
		word = goes_on;
	}
	return singles + first;
}

static void
join(struct draft *d, struct least least)
{
	struct glyph *g = d->glyphs;
	uint32_t from = 0, to = 0; /* glyphs moved, and where they are now */

	for (uint32_t i = 1; i + 1 < d->n; i++) {
		struct run r;

		/* rare, so that ordinary text goes by quickly */
		if (!is_separator(g[i].cp) || !may_begin(d, i, from))
			continue;
		r = measure(d, i - 1, g[i].cp);
		if (r.elements >= least.elements &&
		    r.letters >= least.letters) {
			memmove(g + to, g + from, (i - 1 - from) * sizeof *g);
			to = put_joined(d, to + (i - 1 - from), r);
			from = r.end;
		}
		if (r.end > i)
			i = r.end - 1;
	}
	if (from > 0) {
		memmove(g + to, g + from, (d->n - from) * sizeof *g);
		d->n = to + (d->n - from);
	}
}

void
draft_join(struct draft *d)
{
	if (count_singles(d) < at_first.elements)
		return;
	join(d, at_first);
	/* who spaces out long words, does it to short ones, too */
	if (2 * d->counts->spaced >= d->counts->letters &&
	    d->counts->spaced > 0)
		join(d, again);
}
