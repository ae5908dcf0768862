/*
 * The views that features are grouped into, and where the numbers are of those
 * that are numbered; for features*.c, lexicon*.c.
 */
#ifndef CORE_FEATURES_VIEWS_H
#define CORE_FEATURES_VIEWS_H

#include "features.h"

/* Each has a hash of its own, by its number, or a range of numbers (below):
 * never renumber them. */
enum view_kind {
	VIEW_ACROSS = 1, /* characters across words */
	VIEW_WITHIN,     /* characters within a word */
	VIEW_WORDS,
	VIEW_SHAPES,
	VIEW_MEASURES,
	VIEW_NAME,
	VIEW_URL,
	VIEW_TOP,
	VIEW_IDENTITY,
	VIEW_BEHAVIOUR,
	VIEW_INSULTS,
	VIEW_SHAPE,
	VIEW_PHRASES, /* kinds of phrases */
	VIEW_KEYWORDS,
	VIEW_MONEY, /* the same, what is about money */
};

/* Where the numbers of views begin that are numbered; never move them, as
 * models depend on it. */
enum {
	NUMBERS_BEHAVIOUR = 0,
	NUMBERS_MEASURES = FEATURE_BEHAVIOUR_NUMBERS,
	NUMBERS_SHAPE = 5632,
	NUMBERS_IDENTITY = 7680,
	NUMBERS_LEXICON = 7712,
	NUMBERS_END = 8192,
};

_Static_assert((int)NUMBERS_END <= (int)FEATURE_NUMBERS, "numbers run out");

#endif
