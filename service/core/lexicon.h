/*
 * Words, stems and phrases of many languages by what they are about: the lists
 * of service/insults/, service/offers/ and service/tone/, normalised as
 * comments are, so that disguise does not hide them. What a kind says is for a
 * model to learn.
 */
#ifndef CORE_LEXICON_H
#define CORE_LEXICON_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/*
 * The kinds, and what sections of the lists call them: `[.earn en]`. Never
 * renumber, as models depend on it.
 */
#define LEXICON_KINDS(X)                                                       \
	X(INSULT, "insult")                                                    \
	X(EARN, "earn")                                                        \
	X(INVEST, "invest")                                                    \
	X(LOAN, "loan")                                                        \
	X(GAMBLE, "gamble")                                                    \
	X(PRIZE, "prize")                                                      \
	X(FREE, "free")                                                        \
	X(PRICE, "price")                                                      \
	X(BUY, "buy")                                                          \
	X(CURE, "cure")                                                        \
	X(SEX, "sex")                                                          \
	X(OCCULT, "occult")                                                    \
	X(PROMOTE, "promote")                                                  \
	X(FOLLOW, "follow")                                                    \
	X(CLICK, "click")                                                      \
	X(CONTACT, "contact")                                                  \
	X(ACCOUNT, "account")                                                  \
	X(PARCEL, "parcel")                                                    \
	X(JOB, "job")                                                          \
	X(PAPERS, "papers")                                                    \
	X(HACKER, "hacker")                                                    \
	X(ESSAY, "essay")                                                      \
	X(TRADES, "trades")                                                    \
	X(BRANDS, "brands")                                                    \
	X(URGE, "urge")                                                        \
	X(FLATTER, "flatter")                                                  \
	X(FUND, "fund")                                                        \
	X(SLUR, "slur")                                                        \
	X(VERMIN, "vermin")                                                    \
	X(VULGAR, "vulgar")                                                    \
	X(MOCK, "mock")                                                        \
	X(CONTEMPT, "contempt")                                                \
	X(ACCUSE, "accuse")                                                    \
	X(THREAT, "threat")                                                    \
	X(DEATH, "death")                                                      \
	X(EXPEL, "expel")                                                      \
	X(LEWD, "lewd")                                                        \
	X(GROUP, "group")                                                      \
	X(YOU, "you")                                                          \
	X(THEM, "them")                                                        \
	X(KIND, "kind")

enum lexicon_kind {
	LEXICON_NONE,
#define X(kind, name) LEXICON_##kind,
	LEXICON_KINDS(X)
#undef X
	    LEXICON_END,
};

/* Those of people or groups, which say more the more of them there are. */
static inline bool
lexicon_insults(enum lexicon_kind kind)
{
	return kind == LEXICON_INSULT || kind == LEXICON_SLUR ||
	       kind == LEXICON_VERMIN;
}

/* What attacks somebody, or is rude at least. */
static inline bool
lexicon_hostile(enum lexicon_kind kind)
{
	return kind == LEXICON_INSULT ||
	       (kind >= LEXICON_SLUR && kind <= LEXICON_LEWD);
}

/* What spam offers and asks for. */
static inline bool
lexicon_offers(enum lexicon_kind kind)
{
	return kind >= LEXICON_EARN && kind <= LEXICON_FUND;
}

/*
 * Has memory fetch what a walk through `n` words will look at first, each alone
 * and with the one behind it, the edge behind the last (struct token_values).
 */
void lexicon_fetch(const uint64_t *words, uint32_t n);

/*
 * A walk through a text: `words` are the hashes of its tokens (struct
 * token_values). Start with all else 0.
 */
struct lexicon_walk {
	const struct text *text;
	const uint64_t *words;
	uint32_t token, end; /* of what was found, and behind it */
};

/*
 * Goes on to the next phrase, the longest that begins there, or else to a word
 * with a stem that is known, the longest: its kind, or LEXICON_NONE if there
 * is none any more. None overlap.
 */
enum lexicon_kind lexicon_walk(struct lexicon_walk *w);

#endif
