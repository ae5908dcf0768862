/*
 * A text as words to compare: one hash a word, and where it stands. Signs
 * between words are left out; emoji are words, and so is each ideograph.
 * Private to rules*.c.
 */
#ifndef CORE_RULES_WORDS_H
#define CORE_RULES_WORDS_H

#include "text.h"

struct rule_word {
	uint64_t hash;
	struct text_range source;
};

/* How letters that are written as something else are read. */
enum words_reading {
	READ_ONE_AS_L = 1 << 0,    /* '1' and the like; else as 'i' */
	READ_SIGNS_APART = 1 << 1, /* "a$b" is two words, else "asb" */
	READINGS = 1 << 2,
};

struct rule_words {
	struct rule_word *items;
	uint32_t n;
	unsigned differ; /* which bits of the reading would change a word */
};

/* 0, or -1 when the arena is full. */
int rules_words(struct rule_words *w, const struct text *t, unsigned reading,
    struct arena *a);

#endif
