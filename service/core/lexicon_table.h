/*
 * What lexicon_gen makes of the lists: for each phrase a cell, by open
 * addressing, and for each hash of its tokens from the first one on two bits,
 * whether more follow and whether that is all. Few tokens have any, so most
 * are done with one look, and few of the others need the cells. Stems are in
 * there, too, read by points instead of tokens, the first two to four at once.
 */
#ifndef CORE_LEXICON_TABLE_H
#define CORE_LEXICON_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "fold.h"
#include "lexicon.h"

enum { LEXICON_LOG2 = 18, LEXICON_MARKS_LOG2 = 21, LEXICON_KIND_BITS = 6 };

_Static_assert(LEXICON_END <= 1 << LEXICON_KIND_BITS, "kinds fit a cell");

extern const uint32_t lexicon_cells[1 << LEXICON_LOG2]; /* 0: empty */

enum lexicon_mark { LEXICON_GOES_ON = 1, LEXICON_ENDS = 2 };

enum { LEXICON_MARKS_EACH = 32 }; /* in a number */

extern const uint64_t
    lexicon_marks[(1 << LEXICON_MARKS_LOG2) / LEXICON_MARKS_EACH];

/*
 * How stems begin, as Bloom filters of two bits a stem: found by its first few
 * points, those that end there and the next points of all others. Most words
 * need to be looked for no further.
 */
struct lexicon_start {
	uint64_t ends, next;
};
enum { LEXICON_STARTS_LOG2 = 11 };
extern const struct lexicon_start lexicon_starts[1 << LEXICON_STARTS_LOG2];

/* The hash of the tokens read so far (0: none), and of one more. */
static inline uint64_t
lexicon_step(uint64_t hash, uint64_t word)
{
	return fold(hash ^ 0x9E3779B97F4A7C15u, word ^ 0xE7037ED1A0B428DBu);
}

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

/* Its place among the starts, and two bits there. */
static inline size_t
lexicon_starts_at(uint64_t begun)
{
	return (size_t)(begun >> (64 - LEXICON_STARTS_LOG2));
}

static inline uint64_t
lexicon_starts_bits(uint64_t begun)
{
	uint64_t rest = begun << LEXICON_STARTS_LOG2;

	return (uint64_t)1 << (rest >> 58) | (uint64_t)1 << (rest >> 52) % 64;
}

/* The cell of a phrase of this kind, and the kind of a cell. */
static inline uint32_t
lexicon_cell(uint64_t hash, enum lexicon_kind kind)
{
	return (uint32_t)hash << LEXICON_KIND_BITS | (uint32_t)kind;
}

static inline enum lexicon_kind
lexicon_kind_of(uint32_t cell)
{
	return cell & ((1 << LEXICON_KIND_BITS) - 1);
}

/* Whether a cell is this phrase's, of whatever kind. */
static inline bool
lexicon_is(uint32_t cell, uint64_t hash)
{
	return cell >> LEXICON_KIND_BITS ==
	       lexicon_cell(hash, LEXICON_NONE) >> LEXICON_KIND_BITS;
}

/* The first place to look for a phrase, and the one after. */
static inline size_t
lexicon_place(uint64_t hash)
{
	return (size_t)(hash >> (64 - LEXICON_LOG2));
}

static inline size_t
lexicon_place_after(size_t place)
{
	return (place + 1) % (1 << LEXICON_LOG2);
}

/* The place of the marks of what is read so far: a number, a shift in it. */
static inline size_t
lexicon_marks_at(uint64_t hash)
{
	return (size_t)(hash >> (64 - LEXICON_MARKS_LOG2)) / LEXICON_MARKS_EACH;
}

static inline unsigned
lexicon_marks_shift(uint64_t hash)
{
	return 2 * ((hash >> (64 - LEXICON_MARKS_LOG2)) % LEXICON_MARKS_EACH);
}

#endif
