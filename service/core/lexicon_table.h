/*
 * What lexicon_gen makes of the lists: for each phrase a cell, by open
 * addressing, and a bit for each hash that a phrase begins with, its own
 * among them: few tokens pass that, so most are done with one look.
 */
#ifndef CORE_LEXICON_TABLE_H
#define CORE_LEXICON_TABLE_H

#include <stddef.h>

#include "features_sink.h"
#include "lexicon.h"

enum { LEXICON_LOG2 = 17, LEXICON_BEGUN_LOG2 = 20, LEXICON_KIND_BITS = 5 };

_Static_assert(LEXICON_END <= 1 << LEXICON_KIND_BITS, "kinds fit a cell");

extern const uint32_t lexicon_cells[1 << LEXICON_LOG2]; /* 0: empty */
extern const uint64_t lexicon_begun[1 << LEXICON_BEGUN_LOG2 >> 6];

/* The hash of the tokens read so far (0: none), and of one more. */
static inline uint64_t
lexicon_step(uint64_t hash, uint64_t word)
{
	return sink_hash(VIEW_INSULTS, hash, word);
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

/* The bit of what is read so far. */
static inline size_t
lexicon_bit(uint64_t hash)
{
	return (size_t)(hash >> (64 - LEXICON_BEGUN_LOG2));
}

#endif
