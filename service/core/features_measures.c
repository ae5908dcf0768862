#include "features_sink.h"

/*
 * Measures of a text, each put into a bin: bins are features, so the margin
 * may rise and fall along a measure. Bins and crosses: accuracy.md §1.
 */
enum measure {
	M_POINTS,
	M_WORDS,
	M_LINKS,
	M_SPACED_LINKS,
	M_MARKUP_LINKS,
	M_TAGS,
	M_BBCODE,
	M_ENTITIES,
	M_MAILS,
	M_PHONES,
	M_UPPER,
	M_EXCLAMATIONS,
	M_QUESTIONS,
	M_PUNCTUATION,
	M_SYMBOLS, /* @ # $ * % = */
	M_DIGITS,
	M_EMOJI,
	M_NEWLINES,
	M_SQUEEZED,
	M_DISTINCT,
	M_INVISIBLE,
	M_INVALID,
	M_MARKS,
	M_LOOKALIKES,
	M_MIXED,
	M_SPACED,
	M_UNDONE,
	M_STYLED,
	M_NON_ASCII,
	M_LETTERS,
	M_MEAN_WORD,
	M_LONGEST_WORD,
	MEASURES
};

/* What each measure is a reason of. */
static const uint8_t codes[MEASURES] = {
    [M_POINTS] = REASON_LENGTH,
    [M_WORDS] = REASON_LENGTH,
    [M_LINKS] = REASON_LINKS,
    [M_SPACED_LINKS] = REASON_OBFUSCATION,
    [M_MARKUP_LINKS] = REASON_LINKS,
    [M_TAGS] = REASON_MARKUP,
    [M_BBCODE] = REASON_MARKUP,
    [M_ENTITIES] = REASON_MARKUP,
    [M_MAILS] = REASON_CONTACT,
    [M_PHONES] = REASON_CONTACT,
    [M_UPPER] = REASON_SHOUTING,
    [M_EXCLAMATIONS] = REASON_PUNCTUATION,
    [M_QUESTIONS] = REASON_PUNCTUATION,
    [M_PUNCTUATION] = REASON_PUNCTUATION,
    [M_SYMBOLS] = REASON_PUNCTUATION,
    [M_DIGITS] = REASON_DIGITS,
    [M_EMOJI] = REASON_EMOJI,
    [M_NEWLINES] = REASON_LAYOUT,
    [M_SQUEEZED] = REASON_REPETITION,
    [M_DISTINCT] = REASON_REPETITION,
    [M_INVISIBLE] = REASON_OBFUSCATION,
    [M_INVALID] = REASON_OBFUSCATION,
    [M_MARKS] = REASON_OBFUSCATION,
    [M_LOOKALIKES] = REASON_OBFUSCATION,
    [M_MIXED] = REASON_OBFUSCATION,
    [M_SPACED] = REASON_OBFUSCATION,
    [M_UNDONE] = REASON_OBFUSCATION,
    [M_STYLED] = REASON_OBFUSCATION,
    [M_NON_ASCII] = REASON_SCRIPT,
    [M_LETTERS] = REASON_STYLE,
    [M_MEAN_WORD] = REASON_STYLE,
    [M_LONGEST_WORD] = REASON_STYLE,
};

/* Pairs of measures whose bins count together as well. */
static const struct {
	uint8_t a, b, code;
} crosses[] = {
    {M_POINTS, M_LINKS, REASON_LINKS},
    {M_POINTS, M_EXCLAMATIONS, REASON_PUNCTUATION},
    {M_POINTS, M_UPPER, REASON_SHOUTING},
};
enum { CROSSES = sizeof(crosses) / sizeof(crosses[0]) };

static const double weight_measures = 0.3;

/* Lower ends of the bins of a share, in hundredths. */
static const uint8_t share_bins[] = {1, 5, 10, 20, 30, 45, 60, 75, 90, 99};

/* 0, 1, 2, 3-4, 5-8, 9-16, …: the bits of 2n - 1. */
static uint32_t
count_bin(uint32_t n)
{
	uint32_t bits = 32 - (uint32_t)__builtin_clz((2 * n - 1) | 1);

	return n > 0 ? bits : 0;
}

static uint32_t
share_bin(uint32_t part, uint32_t whole)
{
	uint64_t percent;
	uint32_t bin = 0;

	if (part == 0 || whole == 0)
		return 0;
	percent = 100 * (uint64_t)part / whole;
	/* all of them: where a loop would end, cannot be foretold */
	for (size_t i = 0; i < sizeof(share_bins); i++)
		bin += percent >= share_bins[i];
	return bin;
}

/* The bins of all measures: first as if all were counts, which most are. */
static void
bins_of(uint32_t bins[MEASURES], const struct text *t, const uint32_t *m)
{
	static const uint8_t shares[] = {
	    M_PUNCTUATION, M_DIGITS, M_DISTINCT, M_NON_ASCII, M_LETTERS};
	static const uint8_t of_letters[] = {M_UPPER, M_MARKS, M_LOOKALIKES};
	static const uint8_t sizes[] = {M_POINTS, M_WORDS};

	for (uint32_t i = 0; i < MEASURES; i++)
		bins[i] = count_bin(m[i]);
	for (size_t i = 0; i < sizeof(sizes); i++)
		bins[sizes[i]]++;
	for (size_t i = 0; i < sizeof(shares); i++)
		bins[shares[i]] = share_bin(m[shares[i]], t->counts.points);
	for (size_t i = 0; i < sizeof(of_letters); i++)
		bins[of_letters[i]] =
		    share_bin(m[of_letters[i]], t->counts.letters);
}

/* Adds a token that is no word to the measures of punctuation. */
static void
measure_punctuation(const struct text *t, const struct token *w, uint32_t *m)
{
	uint32_t n = w->last - w->first;

	m[M_PUNCTUATION] += n;
	switch (t->points[w->first]) {
	case '!':
		m[M_EXCLAMATIONS] += n;
		break;
	case '?':
		m[M_QUESTIONS] += n;
		break;
	case '@':
	case '#':
	case '$':
	case '*':
	case '%':
	case '=':
		m[M_SYMBOLS] += n;
		break;
	}
}

/*
 * How many words differ, by hash in a bitmap of 4096 bits: exact for short
 * texts, and low for texts of thousands of words, which is what it is for.
 */
static uint32_t
distinct_words(const struct text *t, const struct token_values *v)
{
	uint64_t seen[64] = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n_tokens; i++) {
		uint64_t h = v->words[i + 1];

		if (t->tokens[i].kind != TOKEN_WORD)
			continue;
		n += !(seen[h & 63] >> (h >> 58) & 1);
		seen[h & 63] |= 1ULL << (h >> 58);
	}
	return n;
}

static void
measure_tokens(const struct text *t, const struct token_values *v, uint32_t *m)
{
	uint32_t points = 0, words = 0, longest = 0;

	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		bool is_word = w->kind == TOKEN_WORD;
		uint32_t n = is_word ? w->last - w->first : 0;

		words += is_word;
		points += n;
		longest = n > longest ? n : longest;
		if (w->kind == TOKEN_PUNCTUATION)
			measure_punctuation(t, w, m);
	}
	m[M_WORDS] = words;
	m[M_LONGEST_WORD] = longest;
	if (words > 0) {
		m[M_MEAN_WORD] = points / words;
		m[M_DISTINCT] = distinct_words(t, v);
	}
}

static void
measure(
    const struct text *t, const struct token_values *v, uint32_t m[MEASURES])
{
	const struct text_counts *c = &t->counts;

	m[M_POINTS] = c->points;
	m[M_LINKS] = c->links;
	m[M_SPACED_LINKS] = c->spaced_links;
	for (uint32_t i = 0; i < t->n_links; i++)
		m[M_MARKUP_LINKS] += t->links[i].from_markup;
	m[M_TAGS] = c->tags;
	m[M_BBCODE] = c->bbcode;
	m[M_ENTITIES] = c->entities;
	m[M_MAILS] = c->mails;
	m[M_PHONES] = c->phones;
	m[M_UPPER] = c->upper;
	m[M_DIGITS] = c->digits;
	m[M_EMOJI] = c->emoji;
	m[M_NEWLINES] = c->newlines;
	m[M_SQUEEZED] = c->squeezed;
	m[M_INVISIBLE] = c->invisible;
	m[M_INVALID] = c->invalid;
	m[M_MARKS] = c->marks;
	m[M_LOOKALIKES] = c->lookalikes;
	m[M_MIXED] = c->mixed_words;
	m[M_SPACED] = c->spaced;
	m[M_UNDONE] = c->undone;
	m[M_STYLED] = c->styled;
	m[M_NON_ASCII] = c->non_ascii;
	m[M_LETTERS] = c->letters;
	measure_tokens(t, v, m);
}

/* Numbers: of each measure so many bins, of each cross so many of both. */
enum {
	BINS = 34, /* a number of 32 bits has no more */
	NUMBERS_CROSSES = NUMBERS_MEASURES + MEASURES * BINS,
	NUMBER_EMPTY = NUMBERS_CROSSES + CROSSES * BINS * BINS
};

_Static_assert((int)NUMBER_EMPTY < (int)NUMBERS_SHAPE, "numbers run out");

/* Puts a bin, unless it is the one that says nothing; no branch. */
static inline struct feature *
write_bin(struct feature *next, const struct features *f, uint32_t number,
    uint32_t bin, enum reason_code code)
{
	*next = (struct feature){number + bin, features_part(f, code)};
	return next + (bin > 0);
}

static void
put_empty(struct features *f)
{
	sink_put_number(f, NUMBER_EMPTY, features_part(f, REASON_EMPTY));
	sink_close_view(f, VIEW_MEASURES, 1);
}

void
features_of_measures(
    struct features *f, const struct text *t, const struct token_values *v)
{
	uint32_t m[MEASURES] = {0}, bins[MEASURES];
	struct feature *next = sink_next(f);

	if (t->n == 0) {
		put_empty(f);
		return;
	}
	measure(t, v, m);
	if (m[M_WORDS] > 0)
		m[M_DISTINCT] = (uint32_t)((uint64_t)m[M_DISTINCT] *
					   t->counts.points / m[M_WORDS]);
	bins_of(bins, t, m);
	for (uint32_t i = 0; i < MEASURES; i++)
		next = write_bin(next, f, NUMBERS_MEASURES + i * BINS, bins[i],
		    (enum reason_code)codes[i]);
	for (uint32_t i = 0; i < CROSSES; i++) {
		uint32_t a = bins[crosses[i].a], b = bins[crosses[i].b];

		next = write_bin(next, f, NUMBERS_CROSSES + i * BINS * BINS,
		    b > 0 ? a * BINS + b : 0,
		    (enum reason_code)crosses[i].code);
	}
	sink_end_numbers(f, next);
	sink_close_view_scaled(f, VIEW_MEASURES, weight_measures);
}
