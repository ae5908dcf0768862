#include "text_ascii.h"

/* 16 characters, or what is known of each. */
typedef uint8_t chars __attribute__((vector_size(BITS)));

struct known {
	chars lower, classes, flags;
};

static inline chars
are(chars c, uint8_t one)
{
	return (chars)(c == one);
}

static inline chars
within(chars c, uint8_t low, uint8_t high)
{
	return (chars)(c - low <= (uint8_t)(high - low));
}

enum { CASE = 0x20 }; /* the bit of lower case */

static inline chars
telling(chars c)
{
	/* a d: of " dot " */
	return are(c | CASE, 'd') | are(c, '[') | are(c, '(') | are(c, '+') |
	       are(c, '.') | are(c, ':') | are(c, '@');
}

/* Signs that stand for letters, as text_stands_for says. */
static inline chars
posing(chars c)
{
	return are(c, '@') | are(c, '$') | are(c, '!') | are(c, '|');
}

static inline struct known
know(chars c)
{
	chars letters = within(c | CASE, 'a', 'z');
	chars upper = within(c, 'A', 'Z'), digits = within(c, '0', '9');
	chars spaces = are(c, ' ') | within(c, '\t', '\r');
	chars controls = (within(c, 0, ' ' - 1) & ~spaces) | are(c, 0x7F);

	return (struct known){
	    .lower = c | (upper & CASE),
	    .classes = (letters & UNICODE_LETTER) | (upper & UNICODE_UPPER) |
		       (digits & UNICODE_DIGIT) | (spaces & UNICODE_SPACE) |
		       (controls & UNICODE_INVISIBLE),
	    .flags =
		((letters | digits | are(c, '-') | are(c, '_')) & GLYPH_LABEL) |
		(are(c, '\'') & GLYPH_APOSTROPHE) |
		((digits | telling(c)) & GLYPH_TELLING) |
		((digits | posing(c)) & GLYPH_POSING),
	};
}

struct glyph
ascii_glyph(unsigned char c)
{
	struct known k;

	/* what letters of other scripts look like, and so most of all asked */
	if (c >= 'a' && c <= 'z' && c != 'd')
		return (struct glyph){.cp = c,
		    .class_mask = UNICODE_LETTER,
		    .script = UNICODE_LATIN,
		    .flags = GLYPH_LABEL};
	k = know((chars){c});
	return (struct glyph){
	    .cp = k.lower[0],
	    .class_mask = k.classes[0],
	    .script = k.classes[0] & UNICODE_LETTER ? UNICODE_LATIN : 0,
	    .flags = k.flags[0],
	};
}

/* Fills in 16 glyphs by what is known of the characters at `at`. */
static inline void
fill(struct glyphs g, const struct known *k, uint32_t at)
{
	chars scripts = (k->classes & UNICODE_LETTER) * UNICODE_LATIN;

	memcpy(g.classes, &k->classes, BITS);
	memcpy(g.scripts, &scripts, BITS);
	memcpy(g.flags, &k->flags, BITS);
	for (uint32_t i = 0; i < BITS; i++)
		g.cps[i] = k->lower[i];
	for (uint32_t i = 0; i < BITS; i++)
		g.from[i] = (struct text_range){at + i, at + i + 1};
}

static inline uint32_t
bits_of(chars c)
{
	uint8_t bytes[BITS];

	memcpy(bytes, &c, sizeof(bytes));
	return bits_gather(bytes);
}

/* Which of the characters are of a class. */
static inline uint32_t
with(const struct known *k, uint8_t class_mask)
{
	return bits_of((chars)((k->classes & class_mask) != 0));
}

/* Which of the characters have to be looked at one by one. */
static inline uint32_t
odd(chars c, const struct known *k)
{
	return bits_of(c | within(c, '\t', '\r') | are(c, '&') | are(c, '<') |
		       are(c, '[')) |
	       with(k, UNICODE_INVISIBLE);
}

/* Counts the first `n` characters. */
static inline void
count(struct text_counts *c, const struct known *k, uint32_t n)
{
	uint64_t first = ((1u << n) - 1) * 0x0001000100010001u;
	uint64_t of = with(k, UNICODE_LETTER) |
		      (uint64_t)with(k, UNICODE_UPPER) << 16 |
		      (uint64_t)with(k, UNICODE_DIGIT) << 32 |
		      (uint64_t)with(k, UNICODE_SPACE) << 48;
	uint64_t n_of = bits_counts(of & first);

	c->letters += (uint16_t)n_of;
	c->upper += (uint16_t)(n_of >> 16);
	c->digits += (uint16_t)(n_of >> 32);
	c->points += n - (uint16_t)(n_of >> 48);
}

/*
 * Puts up to 16 glyphs; how many. No branch tells one character from another:
 * which one comes next cannot be foretold.
 */
static uint32_t
put(struct draft *d, size_t at)
{
	struct glyphs g = glyphs_from(d->glyphs, d->n);
	chars c = {0}; /* a NUL is odd */
	uint32_t blanks, n;
	struct known k;

	if (d->source.n - at >= BITS)
		memcpy(&c, d->source.p + at, BITS);
	else
		memcpy(&c, d->source.p + at, d->source.n - at);
	k = know(c);
	fill(g, &k, (uint32_t)at);
	blanks =
	    with(&k, UNICODE_SPACE) & bits_have(g.classes - 1, UNICODE_SPACE);
	n = bits_lowest(odd(c, &k) | blanks | 1u << BITS);
	count(d->counts, &k, n);
	d->n += n;
	return n;
}

size_t
draft_ascii(struct draft *d, size_t at)
{
	uint32_t n;

	do {
		n = put(d, at);
		at += n;
	} while (n == BITS);
	return at;
}
