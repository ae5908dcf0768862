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

enum scale {
	COUNT,        /* 0 says nothing; 1, 2, 3-4, 5-8, … */
	SIZE,         /* as COUNT, but 0 is a bin too */
	SHARE,        /* of the visible points, in bins of a rising share */
	SHARE_LETTERS /* of the letters */
};

static const struct {
	uint8_t code, scale;
} measures[MEASURES] = {
    [M_POINTS] = {REASON_LENGTH, SIZE},
    [M_WORDS] = {REASON_LENGTH, SIZE},
    [M_LINKS] = {REASON_LINKS, COUNT},
    [M_SPACED_LINKS] = {REASON_OBFUSCATION, COUNT},
    [M_MARKUP_LINKS] = {REASON_LINKS, COUNT},
    [M_TAGS] = {REASON_MARKUP, COUNT},
    [M_BBCODE] = {REASON_MARKUP, COUNT},
    [M_ENTITIES] = {REASON_MARKUP, COUNT},
    [M_MAILS] = {REASON_CONTACT, COUNT},
    [M_PHONES] = {REASON_CONTACT, COUNT},
    [M_UPPER] = {REASON_SHOUTING, SHARE_LETTERS},
    [M_EXCLAMATIONS] = {REASON_PUNCTUATION, COUNT},
    [M_QUESTIONS] = {REASON_PUNCTUATION, COUNT},
    [M_PUNCTUATION] = {REASON_PUNCTUATION, SHARE},
    [M_SYMBOLS] = {REASON_PUNCTUATION, COUNT},
    [M_DIGITS] = {REASON_DIGITS, SHARE},
    [M_EMOJI] = {REASON_EMOJI, COUNT},
    [M_NEWLINES] = {REASON_LAYOUT, COUNT},
    [M_SQUEEZED] = {REASON_REPETITION, COUNT},
    [M_DISTINCT] = {REASON_REPETITION, SHARE},
    [M_INVISIBLE] = {REASON_OBFUSCATION, COUNT},
    [M_INVALID] = {REASON_OBFUSCATION, COUNT},
    [M_MARKS] = {REASON_OBFUSCATION, SHARE_LETTERS},
    [M_LOOKALIKES] = {REASON_OBFUSCATION, SHARE_LETTERS},
    [M_MIXED] = {REASON_OBFUSCATION, COUNT},
    [M_SPACED] = {REASON_OBFUSCATION, COUNT},
    [M_UNDONE] = {REASON_OBFUSCATION, COUNT},
    [M_STYLED] = {REASON_OBFUSCATION, COUNT},
    [M_NON_ASCII] = {REASON_SCRIPT, SHARE},
    [M_LETTERS] = {REASON_STYLE, SHARE},
    [M_MEAN_WORD] = {REASON_STYLE, COUNT},
    [M_LONGEST_WORD] = {REASON_STYLE, COUNT},
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

/* 0, 1, 2, 3-4, 5-8, 9-16, …: the bits of n - 1. */
static uint32_t
count_bin(uint32_t n)
{
	return n < 2 ? n : 33 - (uint32_t)__builtin_clz(n - 1);
}

static uint32_t
share_bin(uint32_t part, uint32_t whole)
{
	uint64_t percent = whole == 0 ? 0 : 100 * (uint64_t)part / whole;
	uint32_t bin = 0;

	/* all of them: where a loop would end, cannot be foretold */
	for (size_t i = 0; i < sizeof(share_bins); i++)
		bin += percent >= share_bins[i];
	return bin;
}

static uint32_t
bin_of(const struct text *t, uint32_t value, enum scale scale)
{
	switch (scale) {
	case SHARE:
		return share_bin(value, t->counts.points);
	case SHARE_LETTERS:
		return share_bin(value, t->counts.letters);
	case SIZE:
		return count_bin(value) + 1;
	case COUNT:
		break;
	}
	return count_bin(value);
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
	uint32_t points = 0;

	for (uint32_t i = 0; i < t->n_tokens; i++) {
		const struct token *w = &t->tokens[i];
		uint32_t n = w->last - w->first;

		if (w->kind == TOKEN_PUNCTUATION)
			measure_punctuation(t, w, m);
		if (w->kind != TOKEN_WORD)
			continue;
		m[M_WORDS]++;
		points += n;
		if (n > m[M_LONGEST_WORD])
			m[M_LONGEST_WORD] = n;
	}
	if (m[M_WORDS] > 0) {
		m[M_MEAN_WORD] = points / m[M_WORDS];
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

static void
put_bin(struct features *f, uint32_t id, uint32_t bin, enum reason_code code)
{
	sink_put(f, sink_hash(SEED_MEASURES, id, bin), sink_part(f, code));
}

void
features_of_measures(
    struct features *f, const struct text *t, const struct token_values *v)
{
	uint32_t m[MEASURES] = {0}, bins[MEASURES] = {0};

	if (t->n == 0) {
		put_bin(f, MEASURES + CROSSES, 0, REASON_EMPTY);
		sink_close_view(f, SEED_MEASURES, 1);
		return;
	}
	measure(t, v, m);
	if (m[M_WORDS] > 0)
		m[M_DISTINCT] = (uint32_t)((uint64_t)m[M_DISTINCT] *
					   t->counts.points / m[M_WORDS]);
	for (uint32_t i = 0; i < MEASURES; i++) {
		bins[i] = bin_of(t, m[i], (enum scale)measures[i].scale);
		if (bins[i] > 0)
			put_bin(
			    f, i, bins[i], (enum reason_code)measures[i].code);
	}
	for (uint32_t i = 0; i < CROSSES; i++)
		if (bins[crosses[i].b] > 0)
			put_bin(f, MEASURES + i,
			    bins[crosses[i].a] << 8 | bins[crosses[i].b],
			    (enum reason_code)crosses[i].code);
	sink_close_view_scaled(f, SEED_MEASURES, weight_measures);
}
