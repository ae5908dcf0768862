#include "text_draft.h"

/*
 * A run of letters, digits and signs that can stand for letters, such as
 * "ch4nn31", "7h1$" or "out".
 */
struct chunk {
	uint32_t first, end;
	uint32_t next; /* where reading goes on, behind what is no part of it */
	uint32_t letters, others; /* `others` can stand for letters */
	bool disguised; /* others lie between letters, and are the fewer */
	bool fixed;     /* has digits that stand for nothing else */
};

enum { BETWEEN_MAX = 3, ALONE_MAX = 3, WORD_MIN = 4 };

static const char stands_for[128] = {['0'] = 'o',
    ['1'] = '1',
    ['3'] = 'e',
    ['4'] = 'a',
    ['5'] = 's',
    ['7'] = 't',
    ['8'] = 'b',
    ['9'] = 'g',
    ['@'] = 'a',
    ['$'] = 's',
    ['!'] = 'i',
    ['|'] = 'l'};

char
text_stands_for(uint32_t cp)
{
	return cp < sizeof(stands_for) ? stands_for[cp] : '\0';
}

static char
letter_for(const struct glyph *g)
{
	return g->flags & GLYPH_VERBATIM ? '\0' : text_stands_for(g->cp);
}

static bool
is_letter(const struct glyph *g)
{
	return g->cp >= 'a' && g->cp <= 'z' && !(g->flags & GLYPH_VERBATIM);
}

static bool
is_digit(const struct glyph *g)
{
	return g->cp >= '0' && g->cp <= '9';
}

/* Reads the chunk that begins at glyph `i`; it is empty if none does. */
static struct chunk
read_chunk(const struct draft *d, uint32_t i)
{
	struct chunk c = {.first = i, .end = i};
	uint32_t run = 0; /* of others, behind a letter */
	bool between = false;

	for (; c.end < d->n; c.end++) {
		const struct glyph *g = &d->glyphs[c.end];

		if (is_letter(g)) {
			between |= run > 0 && run <= BETWEEN_MAX;
			run = 0;
			c.letters++;
		} else if (letter_for(g) != '\0') {
			run += c.letters > 0;
			c.others++;
		} else if (is_digit(g)) {
			c.fixed = true;
			run = BETWEEN_MAX;
		} else {
			break;
		}
	}
	c.next = c.end > i ? c.end : i + 1;
	for (; c.end > i && d->glyphs[c.end - 1].cp == '!'; c.end--)
		c.others--; /* ends a sentence */
	c.disguised = between && c.letters >= c.others &&
		      c.letters + c.others >= WORD_MIN;
	return c;
}

static bool
is_vowel(uint32_t cp)
{
	return cp == 'a' || cp == 'e' || cp == 'i' || cp == 'o' || cp == 'u';
}

/* The letter for a 1 at `i` of `c`: l beside a vowel or an l, else i. */
static char
letter_for_one(const struct draft *d, const struct chunk *c, uint32_t i)
{
	uint32_t before = i > c->first ? d->glyphs[i - 1].cp : 0;
	const struct glyph *next = i + 1 < c->end ? &d->glyphs[i + 1] : NULL;

	if (before != 0)
		return is_vowel(before) || before == 'l' ? 'l' : 'i';
	return next != NULL && (is_vowel(next->cp) ||
				   is_vowel((uint32_t)letter_for(next)))
		   ? 'l'
		   : 'i';
}

static void
undo(struct draft *d, const struct chunk *c)
{
	for (uint32_t i = c->first; i < c->end; i++) {
		struct glyph *g = &d->glyphs[i];
		char letter = letter_for(g);

		if (letter == '\0')
			continue;
		if (letter == '1')
			letter = letter_for_one(d, c, i);
		g->cp = (uint32_t)letter;
		g->class_mask = UNICODE_LETTER;
		g->script = UNICODE_LATIN;
		d->counts->undone++;
	}
}

/* Whether `c` is undone in a text that is full of disguises. */
static bool
goes_along(const struct draft *d, const struct chunk *c)
{
	if (c->others == 0 || c->fixed)
		return false;
	return c->letters > 0 || (c->end - c->first <= ALONE_MAX &&
				     d->glyphs[c->first].cp != '$');
}

/* How many chunks there are, and how many of them are disguised. */
struct tally {
	uint32_t chunks, disguised;
};

static struct tally
take_stock(const struct draft *d)
{
	struct tally t = {0};

	for (uint32_t i = 0; i < d->n;) {
		struct chunk c = read_chunk(d, i);

		t.chunks += c.end > i;
		t.disguised += c.disguised;
		i = c.next;
	}
	return t;
}

/* Whether a digit or sign stands between letters: few texts have that. */
static bool
may_be_disguised(const struct draft *d)
{
	for (uint32_t i = 1; i + 1 < d->n; i++)
		if ((d->glyphs[i].flags & GLYPH_TELLING) &&
		    letter_for(&d->glyphs[i]) != '\0' &&
		    is_letter(&d->glyphs[i - 1]) && d->glyphs[i + 1].cp != ' ')
			return true;
	return false;
}

void
draft_undo(struct draft *d)
{
	struct tally t;
	bool full;

	if (!may_be_disguised(d))
		return;
	t = take_stock(d);
	full = t.disguised >= 2 && 4 * t.disguised >= t.chunks;
	for (uint32_t i = 0; t.disguised > 0 && i < d->n;) {
		struct chunk c = read_chunk(d, i);

		if (c.disguised || (full && goes_along(d, &c)))
			undo(d, &c);
		i = c.next;
	}
}
