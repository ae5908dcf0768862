/*
 * What we need to know of a code point, from tables that unicode_gen.c makes
 * with ICU when the project is built: the daemon itself carries no ICU. Pure
 * look-ups, no failure.
 */
#ifndef CORE_UNICODE_H
#define CORE_UNICODE_H

#include <stdint.h>

/* Classes of a code point before folding; a point may have several. */
enum {
	UNICODE_LETTER = 1 << 0,
	UNICODE_UPPER = 1 << 1,     /* upper or title case */
	UNICODE_DIGIT = 1 << 2,     /* decimal digit of any script */
	UNICODE_SPACE = 1 << 3,     /* white space and line breaks */
	UNICODE_MARK = 1 << 4,      /* combining mark of any script */
	UNICODE_INVISIBLE = 1 << 5, /* default ignorable, format, control */
	UNICODE_EMOJI = 1 << 6,     /* extended pictographic, regional, … */
	UNICODE_IDEOGRAPH = 1 << 7, /* scripts written without spaces */
};

/* Scripts that have case, as ICU numbers them (Common and Inherited: 0, 1). */
enum {
	UNICODE_ARMENIAN = 3,
	UNICODE_CYRILLIC = 8,
	UNICODE_GREEK = 14,
	UNICODE_LATIN = 25,
};

/* Those that full-width letters are at home beside, likewise. */
enum {
	UNICODE_BOPOMOFO = 5,
	UNICODE_HAN = 17,
	UNICODE_HANGUL = 18,
	UNICODE_HIRAGANA = 20,
	UNICODE_KATAKANA = 22,
};

enum { UNICODE_FOLD_MAX = 18 }; /* code points one point can fold to */

struct unicode_point {
	uint32_t cp;
	uint8_t class_mask; /* UNICODE_* bits */
	uint8_t script;     /* ISO 15924 script in ICU's numbering, 0: common */
	uint8_t lookalike;  /* 1: folded to ASCII only by the confusables */
};

/* Class and script of `cp`; all zero beyond U+10FFFF. */
struct unicode_point unicode_point(uint32_t cp);

/*
 * Writes what `cp` folds to and returns how many points that is, 0 when it
 * disappears (invisible characters, combining marks of no script of their
 * own). Fold: NFKC_Casefold (UAX #15, UTS #46), marks stripped, then
 * confusables of UTS #39 whose prototype is ASCII. White space becomes
 * U+0020, but U+000A stays; else ASCII only changes case and loses controls.
 */
unsigned unicode_fold(uint32_t cp, uint32_t out[UNICODE_FOLD_MAX]);

#endif
