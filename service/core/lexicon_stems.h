/*
 * How words are looked for by their stems: what begins none is known with one
 * look, all else is read on in the table (lexicon_table.h).
 */
#ifndef CORE_LEXICON_STEMS_H
#define CORE_LEXICON_STEMS_H

#include <stddef.h>
#include <stdint.h>

#include "lexicon_marks.h"

/*
 * How stems begin, found by their first few points: those that end there, and
 * those that go on, by one point more. Most words need to be looked for no
 * further.
 */
enum { LEXICON_STARTS_LOG2 = 11 };
extern const struct lexicon_marks lexicon_starts[1 << LEXICON_STARTS_LOG2];

/* Where Latin letters end, and where scripts begin that have syllables, mostly.
 */
enum { LEXICON_LATIN_END = 0x250, LEXICON_SYLLABLES_FROM = 0xE00 };

/* With how many points the hash of a word's stems begins; none is shorter. */
static inline uint32_t
lexicon_stem_least(const uint32_t *points)
{
	if (points[0] >= LEXICON_SYLLABLES_FROM)
		return 2;
	return (points[0] | points[1] | points[2]) < LEXICON_LATIN_END ? 4 : 3;
}

/*
 * A number for the first `least`, by multiply-shift hashing (Dietzfelbinger et
 * al., 1997), and for one more; its highest bits are good. Cheap, as each word
 * is asked for. Steps by a point each follow from lexicon_step(begun, 0).
 */
static inline uint64_t
lexicon_begin(const uint32_t *points, uint32_t least)
{
	uint64_t third = least < 3 ? 0 : points[2];
	uint64_t fourth = least < 4 ? 0 : points[3];

	return ((uint64_t)points[0] << 42 ^ (uint64_t)points[1] << 21 ^ third) *
		   0x9E3779B97F4A7C15u +
	       fourth * 0xE7037ED1A0B428DBu;
}

static inline uint64_t
lexicon_begin_longer(uint64_t begun, uint32_t point)
{
	return begun + point * 0xA0761D6478BD642Fu;
}

/* Its place among the starts, and its bits there. */
static inline size_t
lexicon_starts_at(uint64_t begun)
{
	return (size_t)(begun >> (64 - LEXICON_STARTS_LOG2));
}

static inline uint64_t
lexicon_starts_bits(uint64_t begun)
{
	return lexicon_bits(
	    begun >> (64 - LEXICON_STARTS_LOG2 - LEXICON_BITS_END));
}

#endif
