#include "text_draft.h"

/*
 * A run of letters, digits and signs that can stand for letters, such as
 * "ch4nn31", "7h1$" or "out".
 */
struct chunk {
	uint32_t first, end;
	uint32_t next; /* where reading goes on, behind what is no part of it */
	uint32_t letters, others; /* `others` can stand for letters */
	uint32_t plain;           /* letters that others could have stood for */
	uint32_t longest;         /* run of others */
	bool followed;            /* others, by a letter: 817ch, not a380 */
	bool disguised; /* others lie between letters, and are the fewer */
	bool fixed;     /* has digits that stand for nothing else */
};

enum { BETWEEN_MAX = 3, ALONE_MAX = 3, WORD_MIN = 4 };
enum { SHORT_MIN = 3, POSING_MIN = 4 }; /* of a word, of a text */

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
letter_for(const struct draft *d, uint32_t i)
{
	return d->glyphs.flags[i] & GLYPH_VERBATIM
		   ? '\0'
		   : text_stands_for(d->glyphs.cps[i]);
}

static bool
is_letter(const struct draft *d, uint32_t i)
{
	return d->glyphs.cps[i] >= 'a' && d->glyphs.cps[i] <= 'z' &&
	       !(d->glyphs.flags[i] & GLYPH_VERBATIM);
}

static bool
is_digit(uint32_t cp)
{
	return cp >= '0' && cp <= '9';
}

/* Sets of letters. */
#define LETTER(c) (UINT32_C(1) << ((c) - 'a'))
static const uint32_t vowels =
    LETTER('a') | LETTER('e') | LETTER('i') | LETTER('o') | LETTER('u');
/* What digits and signs stand for. */
static const uint32_t replaced = LETTER('a') | LETTER('b') | LETTER('e') |
				 LETTER('g') | LETTER('i') | LETTER('l') |
				 LETTER('o') | LETTER('s') | LETTER('t');
/* What an l follows on in front of a vowel. */
static const uint32_t before_l = LETTER('b') | LETTER('c') | LETTER('f') |
				 LETTER('g') | LETTER('k') | LETTER('p');
#undef LETTER

static bool
is_one_of(uint32_t cp, uint32_t letters)
{
	return cp >= 'a' && cp <= 'z' && letters >> (cp - 'a') & 1;
}

/* Reads the chunk that begins at glyph `i`; it is empty if none does. */
static struct chunk
read_chunk(const struct draft *d, uint32_t i)
{
	struct chunk c = {.first = i, .end = i};
	uint32_t row = 0, run = 0; /* of others; those behind a letter */
	bool between = false;

	for (; c.end < d->n; c.end++) {
		if (is_letter(d, c.end)) {
			between |= run > 0 && run <= BETWEEN_MAX;
			c.followed |= row > 0;
			run = row = 0;
			c.letters++;
			c.plain += is_one_of(d->glyphs.cps[c.end], replaced);
		} else if (letter_for(d, c.end) != '\0') {
			run += c.letters > 0;
			row++;
			c.longest = row > c.longest ? row : c.longest;
			c.others++;
		} else if (is_digit(d->glyphs.cps[c.end])) {
			c.fixed = true;
			run = BETWEEN_MAX;
		} else {
			break;
		}
	}
	c.next = c.end > i ? c.end : i + 1;
	for (; c.end > i && d->glyphs.cps[c.end - 1] == '!'; c.end--)
		c.others--; /* ends a sentence */
	c.disguised = between && c.letters >= c.others &&
		      c.letters + c.others >= WORD_MIN;
	return c;
}

/* Whether a vowel follows on the glyph at `i` of `c`. */
static bool
goes_on_with_vowel(const struct draft *d, const struct chunk *c, uint32_t i)
{
	char stands = i + 1 < c->end ? letter_for(d, i + 1) : 0;

	return i + 1 < c->end && (is_one_of(d->glyphs.cps[i + 1], vowels) ||
				     is_one_of((uint32_t)stands, vowels) ||
				     (stands == '1' && i == c->first));
}

/* The letter for a 1 at `i` of `c`: l behind a vowel or an l, and where a
 * syllable can begin with it, at the start or as in "black"; else i. */
static char
letter_for_one(const struct draft *d, const struct chunk *c, uint32_t i)
{
	uint32_t before = i > c->first ? d->glyphs.cps[i - 1] : 0;

	if (is_one_of(before, vowels) || (before == 'l' && i - 1 > c->first))
		return 'l';
	return (before == 0 || is_one_of(before, before_l)) &&
		       goes_on_with_vowel(d, c, i)
		   ? 'l'
		   : 'i';
}

static void
undo(struct draft *d, const struct chunk *c)
{
	for (uint32_t i = c->first; i < c->end; i++) {
		char letter = letter_for(d, i);

		if (letter == '\0')
			continue;
		if (letter == '1')
			letter = letter_for_one(d, c, i);
		d->glyphs.cps[i] = (uint32_t)letter;
		d->glyphs.classes[i] = UNICODE_LETTER;
		d->glyphs.scripts[i] = UNICODE_LATIN;
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
				     d->glyphs.cps[c->first] != '$');
}

/* Whether others may pose as letters in it: not in 4k, 13900k, 7800x3d. */
static bool
is_word(const struct chunk *c)
{
	return c->followed && c->letters + c->others >= SHORT_MIN &&
	       c->longest <= BETWEEN_MAX && !c->fixed;
}

/* How many chunks there are, and how many of them are disguised; digits and
 * signs that pose as letters in words, and letters that they left alone. */
struct tally {
	uint32_t chunks, disguised, posing, plain;
};

static struct tally
take_stock(const struct draft *d)
{
	struct tally t = {0};

	for (uint32_t i = 0; i < d->n;) {
		struct chunk c = read_chunk(d, i);

		t.chunks += c.end > i;
		t.disguised += c.disguised;
		t.posing += is_word(&c) ? c.others : 0;
		t.plain += c.plain;
		i = c.next;
	}
	return t;
}

/* Whether a text is full of disguises: in such words, or in the letters that
 * can be replaced. */
static bool
is_full(const struct tally *t)
{
	return (t->disguised >= 2 && 4 * t->disguised >= t->chunks) ||
	       (t->posing >= POSING_MIN && t->posing >= 2 * t->plain);
}

/* Whether a digit or sign stands between letters: few texts have that. */
static bool
may_be_disguised(const struct draft *d)
{
	for (uint32_t at = 0; at < d->n; at += BITS) {
		uint32_t posing = bits_have(d->glyphs.flags + at, GLYPH_POSING);

		for (; posing != 0; posing &= posing - 1) {
			uint32_t i = at + bits_lowest(posing);

			if (i > 0 && is_letter(d, i - 1) &&
			    d->glyphs.cps[i + 1] != ' ' &&
			    letter_for(d, i) != '\0')
				return true;
		}
	}
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
	full = is_full(&t);
	for (uint32_t i = 0; (full || t.disguised > 0) && i < d->n;) {
		struct chunk c = read_chunk(d, i);

		if (c.disguised || (full && goes_along(d, &c)))
			undo(d, &c);
		i = c.next;
	}
}
