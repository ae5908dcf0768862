#include "evade.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "../service/core/utf8.h"
#include "random.h"

enum {
	GROWTH = 8,     /* bytes out a byte in, at most */
	PADDING = 8192, /* and bytes of words that are added */
	PADDING_WORDS = 20,
	SUFFIXES = 3,
	SOME = 30, /* percent of the letters, where not all change */
};

/* Rows whose words pad bad ones. */
struct good {
	struct corpus_view view;
	uint32_t *rows;
	size_t n;
};

struct evade_text {
	struct span in;
	char *out;
	size_t n;
	struct random random;
	struct good *good;
};

static void
put(struct evade_text *t, uint32_t cp)
{
	t->n += utf8_write(cp, t->out + t->n);
}

static void
put_bytes(struct evade_text *t, struct span s)
{
	memcpy(t->out + t->n, s.p, s.n);
	t->n += s.n;
}

static void
put_words(struct evade_text *t, const char *s)
{
	put_bytes(t, span_of(s));
}

/* Reads the code point at *at and goes on to the next one. */
static uint32_t
next(const struct evade_text *t, size_t *at)
{
	uint32_t cp;
	bool bad = false;
	*at += utf8_read(t->in, *at, &cp, &bad);
	return cp;
}

static bool
is_letter(uint32_t cp)
{
	return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
}

/* A letter of ASCII or of another alphabet, roughly. */
static bool
is_written(uint32_t cp)
{
	return is_letter(cp) || (cp >= '0' && cp <= '9') ||
	       (cp >= 0xC0 && cp < 0x2000);
}

/* What a letter of ASCII may be replaced by: NUL-terminated lists. */
static const char *const lookalikes[26] = {
    ['a' - 'a'] = "аɑα",
    ['b' - 'a'] = "ЬƄ",
    ['c' - 'a'] = "сϲ",
    ['d' - 'a'] = "ԁ",
    ['e' - 'a'] = "еҽ",
    ['f' - 'a'] = "ƒ",
    ['g' - 'a'] = "ɡց",
    ['h' - 'a'] = "һհ",
    ['i' - 'a'] = "іι",
    ['j' - 'a'] = "јϳ",
    ['k' - 'a'] = "кκ",
    ['l' - 'a'] = "ӏⅼ",
    ['m' - 'a'] = "мⅿ",
    ['n' - 'a'] = "ոп",
    ['o' - 'a'] = "оοօ",
    ['p' - 'a'] = "рρ",
    ['q' - 'a'] = "ԛզ",
    ['r' - 'a'] = "гᴦ",
    ['s' - 'a'] = "ѕꜱ",
    ['t' - 'a'] = "тτ",
    ['u' - 'a'] = "υս",
    ['v' - 'a'] = "νѵ",
    ['w' - 'a'] = "ѡԝ",
    ['x' - 'a'] = "хχ",
    ['y' - 'a'] = "уγ",
    ['z' - 'a'] = "ᴢ",
};

static const char *const upper_lookalikes[26] = {
    ['A' - 'A'] = "АΑ",
    ['B' - 'A'] = "ВΒ",
    ['C' - 'A'] = "СϹ",
    ['E' - 'A'] = "ЕΕ",
    ['G' - 'A'] = "Ԍ",
    ['H' - 'A'] = "НΗ",
    ['I' - 'A'] = "ІΙ",
    ['J' - 'A'] = "Ј",
    ['K' - 'A'] = "КΚ",
    ['M' - 'A'] = "МΜ",
    ['N' - 'A'] = "Ν",
    ['O' - 'A'] = "ОΟ",
    ['P' - 'A'] = "РΡ",
    ['Q' - 'A'] = "Ԛ",
    ['S' - 'A'] = "Ѕ",
    ['T' - 'A'] = "ТΤ",
    ['W' - 'A'] = "Ԝ",
    ['X' - 'A'] = "ХΧ",
    ['Y' - 'A'] = "ҮΥ",
    ['Z' - 'A'] = "Ζ",
};

static const char *const digits[26] = {
    ['a' - 'a'] = "4@",
    ['b' - 'a'] = "8",
    ['e' - 'a'] = "3",
    ['g' - 'a'] = "9",
    ['i' - 'a'] = "1!",
    ['l' - 'a'] = "1|",
    ['o' - 'a'] = "0",
    ['s' - 'a'] = "5$",
    ['t' - 'a'] = "7",
};

/* One of the code points of `list`. */
static uint32_t
one_of(struct evade_text *t, const char *list)
{
	struct span s = span_of(list);
	uint32_t cps[8] = {0}, n = 0;
	bool bad;
	for (size_t at = 0; at < s.n; n++)
		at += utf8_read(s, at, &cps[n], &bad);
	return cps[random_below(&t->random, n)];
}

/* Replaces letters by those of two tables, `percent` of them. */
static void
replace(struct evade_text *t, const char *const lower[26],
    const char *const upper[26], unsigned percent)
{
	for (size_t at = 0; at < t->in.n;) {
		uint32_t cp = next(t, &at);
		const char *list = cp >= 'a' && cp <= 'z'   ? lower[cp - 'a']
				   : cp >= 'A' && cp <= 'Z' ? upper[cp - 'A']
							    : NULL;
		bool change =
		    list != NULL && random_chance(&t->random, percent);
		put(t, change ? one_of(t, list) : cp);
	}
}

static void
homoglyphs_some(struct evade_text *t)
{
	replace(t, lookalikes, upper_lookalikes, SOME);
}

static void
homoglyphs(struct evade_text *t)
{
	replace(t, lookalikes, upper_lookalikes, 100);
}

static void
l33t(struct evade_text *t)
{
	replace(t, digits, digits, 100);
}

/* Puts one of `list` behind `percent` of the letters. */
static void
sprinkle(struct evade_text *t, const char *list, unsigned percent)
{
	for (size_t at = 0; at < t->in.n;) {
		uint32_t cp = next(t, &at);
		put(t, cp);
		if (is_letter(cp) && random_chance(&t->random, percent))
			put(t, one_of(t, list));
	}
}

static void
zero_width(struct evade_text *t)
{
	sprinkle(t, "\u200B\u200C\u200D\u2060\uFEFF\u00AD", SOME);
}

static void
marks(struct evade_text *t)
{
	sprinkle(t, "\u0301\u0308\u0323\u0336\u0489", SOME);
}

/* Alphabets that lie in a row: where A and a are. */
static void
restyle(struct evade_text *t, uint32_t upper, uint32_t lower)
{
	for (size_t at = 0; at < t->in.n;) {
		uint32_t cp = next(t, &at);
		if (is_letter(cp))
			cp = cp >= 'a' ? lower + cp - 'a' : upper + cp - 'A';
		put(t, cp);
	}
}

static void
styled(struct evade_text *t)
{
	/* bold, sans bold, bold script, circled: alphabets without gaps */
	static const uint32_t alphabets[][2] = {{0x1D400, 0x1D41A},
	    {0x1D5D4, 0x1D5EE}, {0x1D4D0, 0x1D4EA}, {0x24B6, 0x24D0}};
	const uint32_t *a = alphabets[random_below(&t->random, 4)];
	restyle(t, a[0], a[1]);
}

static void
full_width(struct evade_text *t)
{
	for (size_t at = 0; at < t->in.n;) {
		uint32_t cp = next(t, &at);
		put(t, cp > ' ' && cp < 0x7F ? cp + 0xFEE0 : cp);
	}
}

static void
put_reference(struct evade_text *t, uint32_t cp)
{
	char reference[16];
	if (random_chance(&t->random, 50))
		snprintf(reference, sizeof(reference), "&#%u;", cp);
	else
		snprintf(reference, sizeof(reference), "&#x%x;", cp);
	put_words(t, reference);
}

static void
references(struct evade_text *t)
{
	for (size_t at = 0; at < t->in.n;) {
		uint32_t cp = next(t, &at);
		if (is_letter(cp))
			put_reference(t, cp);
		else
			put(t, cp);
	}
}

/* Puts `between` the letters of each word, and `gap` for each space. */
static void
spread(struct evade_text *t, const char *between, const char *gap)
{
	bool inside = false;
	for (size_t at = 0; at < t->in.n;) {
		uint32_t cp = next(t, &at);
		if (cp == ' ') {
			put_words(t, gap);
			inside = false;
			continue;
		}
		if (inside && is_written(cp))
			put_words(t, between);
		put(t, cp);
		inside = is_written(cp);
	}
}

static void
spaced(struct evade_text *t)
{
	spread(t, " ", "  ");
}

static void
spaced_tight(struct evade_text *t)
{
	spread(t, " ", " ");
}

static void
dotted(struct evade_text *t)
{
	spread(t, ".", " ");
}

/* The first words of `s`, `*words` of them at most, which are taken off. */
static struct span
first_words(struct span s, unsigned *words)
{
	size_t n = 0;
	while (n < s.n && n < PADDING / (PADDING_WORDS + 1)) {
		n++;
		if ((n == s.n || s.p[n] == ' ') && --*words == 0)
			break;
	}
	return utf8_prefix(s, n);
}

/* Adds words of good texts, one text after the other. */
static void
padded(struct evade_text *t)
{
	unsigned words = PADDING_WORDS;
	put_bytes(t, t->in);
	struct good *good = t->good;
	if (good->n == 0)
		return;
	for (int i = 0; i < PADDING_WORDS && words > 0; i++) {
		uint32_t pick = random_below(&t->random, (uint32_t)good->n);
		const struct row *row =
		    corpus_row(&good->view, good->rows[pick]);
		put(t, ' ');
		put_bytes(t, first_words(row->comment.content, &words));
	}
}

static void
suffixes(struct evade_text *t)
{
	static const char from[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	put_bytes(t, t->in);
	for (int i = 0; i < SUFFIXES; i++) {
		int64_t n = random_range(&t->random, 5, 12);
		put(t, ' ');
		for (int64_t k = 0; k < n; k++)
			put(t,
			    (unsigned char)from[random_below(&t->random, 36)]);
	}
}

/* Whether the text goes on with `word` at `at`. */
static bool
goes_on(const struct evade_text *t, size_t at, const char *word)
{
	size_t n = strlen(word);
	return t->in.n - at >= n && memcmp(t->in.p + at, word, n) == 0;
}

/* Whether the dot at `at` stands inside of a word, as in a host. */
static bool
is_inner_dot(const struct evade_text *t, size_t at)
{
	const char *p = t->in.p;
	return p[at] == '.' && at > 0 && at + 1 < t->in.n &&
	       is_written((unsigned char)p[at - 1]) &&
	       is_letter((unsigned char)p[at + 1]);
}

static void
urls(struct evade_text *t)
{
	static const char *const dots[] = {
	    "[.]", "[dot]", " (dot) ", " dot ", " . "};
	for (size_t at = 0; at < t->in.n;) {
		if (goes_on(t, at, "http")) {
			put_words(t, "hxxp");
			at += 4;
		} else if (is_inner_dot(t, at)) {
			put_words(t, dots[random_below(&t->random, 5)]);
			at++;
		} else {
			put(t, next(t, &at));
		}
	}
}

const struct evasion evasions[] = {
    {"homoglyphs_30", "30 % of the letters by others that look alike",
	homoglyphs_some},
    {"homoglyphs", "all letters by others that look alike", homoglyphs, 1},
    {"zero_width", "invisible characters inside of words", zero_width},
    {"styled", "mathematical and circled alphabets", styled},
    {"full_width", "full-width forms", full_width},
    {"marks", "combining marks on letters", marks},
    {"entities", "letters as HTML references", references},
    {"l33t", "letters by digits and signs", l33t, 1},
    {"spaced", "s p a c e d words, two spaces between them", spaced},
    {"spaced_tight", "s p a c e d words, one space between them", spaced_tight,
	3},
    {"dotted", "d.o.t.s inside of words", dotted, 1},
    {"padded", "twenty words of good comments at the end", padded},
    {"suffixes", "three random words at the end", suffixes},
    {"urls", "hxxp, and dots of hosts in other ways", urls},
    {0},
};

const struct evasion *
evasion_find(const char *name)
{
	for (const struct evasion *e = evasions; e->name != NULL; e++)
		if (strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

/* The good rows of a corpus. */
static struct good
good_of(const struct corpus *c)
{
	struct good good = {.view = {c}};
	for (size_t i = 0; i < c->n; i++) {
		if (!label_good(c->rows[i].label))
			continue;
		good.rows =
		    memory_append(good.rows, good.n, sizeof(*good.rows));
		good.rows[good.n++] = (uint32_t)i;
	}
	return good;
}

/* In `room`, which is made large enough. */
static struct span
disguise(const struct evasion *e, struct evade_text *t, struct evade_room *room)
{
	size_t most = t->in.n * GROWTH + PADDING;
	if (room->size < most) {
		room->size = 2 * most;
		room->bytes = memory_grow(room->bytes, room->size, 1);
	}
	t->out = room->bytes;
	e->apply(t);
	return (struct span){t->out, t->n};
}

int
evade(struct corpus *out, const struct corpus *c, const struct evasion *evasion,
    uint64_t seed, struct err *e)
{
	struct good good = good_of(c);
	struct corpus_view view = {c};
	struct evade_room room = {0};
	struct random start = {seed};
	uint64_t from = random_next(&start); /* far from other seeds' */
	int failed = 0;
	*out = (struct corpus){
	    .names = memory_new(c->n_names, sizeof(*c->names)),
	    .paths = memory_new(c->n_names, sizeof(*c->paths)),
	    .n_names = c->n_names,
	};
	if (c->n_names > 0)
		memcpy(out->names, c->names, c->n_names * sizeof(*c->names));
	if (c->paths != NULL)
		memcpy(out->paths, c->paths, c->n_names * sizeof(*c->paths));
	for (size_t i = 0; i < c->n && !failed; i++) {
		struct row row = *corpus_row(&view, i);
		struct evade_text t = {.in = row.comment.content,
		    .random = {from ^ i},
		    .good = &good};
		if (label_bad(row.label))
			row.comment.content = disguise(evasion, &t, &room);
		failed = corpus_put(out, &row, e);
	}
	corpus_look_away(&view);
	corpus_look_away(&good.view);
	free(room.bytes);
	free(good.rows);
	return failed;
}

static const struct evasion *
draw(struct random *random)
{
	unsigned all = 0;
	for (const struct evasion *e = evasions; e->name != NULL; e++)
		all += e->taught;
	unsigned left = random_below(random, all);
	const struct evasion *e = evasions;
	for (; left >= e->taught; e++)
		left -= e->taught;
	return e;
}

struct span
evade_again(struct evade_room *room, struct span text, uint64_t seed)
{
	/* by its text, so that no row depends on those before it */
	struct random random = {XXH3_64bits(text.p, text.n) ^ seed};
	const struct evasion *e = draw(&random);
	struct evade_text t = {.in = text, .random = {random_next(&random)}};
	return disguise(e, &t, room);
}
