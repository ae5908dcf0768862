/*
 * A text as words to compare: one hash a word, and where it stands. Signs
 * between words are left out; emoji are words, and so is each ideograph.
 * Where letters stand alone, whatever signs are between them, the text is
 * also letters, for words that were spaced out. Private to rules*.c.
 */
#ifndef CORE_RULES_WORDS_H
#define CORE_RULES_WORDS_H

#include "rules.h"

struct rule_word {
	uint64_t hash;
	struct text_range source;
};

/* How letters that are written as something else are read. */
enum words_reading {
	READ_ONE_AS_L = 1 << 0,    /* '1' and the like; else as 'i' */
	READ_SIGNS_APART = 1 << 1, /* "a$b" is two words, else "asb" */
	READ_WITHOUT_EMOJI = 1 << 2,
	READINGS = 1 << 3,
};

struct rule_words {
	struct rule_word *items;
	uint32_t n;
	/* runs of single letters, with TEXT_EDGE in front of, between and
	 * behind them; its source starts with the next run and ends with the
	 * one before */
	struct rule_word *letters;
	uint32_t n_letters;
	unsigned differ; /* which bits of the reading would change a word */
};

/* 0, or -1 when the arena is full. */
int rules_words(struct rule_words *w, const struct text *t, unsigned reading,
    struct arena *a);

/*
 * The letters of a phrase, as they would be in such runs, with the edges of
 * one where they must be all of it; how many. 0: it is not looked for there.
 */
uint32_t rules_letters(uint64_t out[RULE_WORDS_MAX], const struct text *t);

#endif
