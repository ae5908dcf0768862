/*
 * What lexicon_gen makes of the lists: for each phrase a cell, by open
 * addressing, and for each hash of its tokens from the first one on, in Bloom
 * filters, whether more follow and whether that is all. Few tokens have either,
 * so most are done with one look, and few of the others need the cells. Stems
 * are in there, too, read by points instead of tokens, the first few at once
 * (lexicon_stems.h).
 */
#ifndef CORE_LEXICON_TABLE_H
#define CORE_LEXICON_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "fold.h"
#include "lexicon.h"
#include "lexicon_marks.h"

enum {
	LEXICON_CELLS = 226000, /* lexicon_gen fills 7/8 at most */
	LEXICON_CELL_BITS = 24,
	LEXICON_KIND_BITS = 6,
	LEXICON_FIRSTS_LOG2 = 13,
	LEXICON_OTHERS_LOG2 = 14,
};

_Static_assert(LEXICON_END <= 1 << LEXICON_KIND_BITS, "kinds fit a cell");

/* Three bytes each, 0: empty; a fourth may be read behind the last. */
enum { LEXICON_CELL_BYTES = LEXICON_CELL_BITS / 8 };
extern const unsigned char
    lexicon_cells[LEXICON_CELLS * LEXICON_CELL_BYTES + 1];

/*
 * First tokens, which most looks are for, have filters of their own: of a
 * hundred unknown ones they are wrong of three, the others of ten.
 */
extern const struct lexicon_marks lexicon_firsts[1 << LEXICON_FIRSTS_LOG2],
    lexicon_others[1 << LEXICON_OTHERS_LOG2];

/* The hash of the tokens read so far (0: none), and of one more. */
static inline uint64_t
lexicon_step(uint64_t hash, uint64_t word)
{
	return fold(hash ^ 0x9E3779B97F4A7C15u, word ^ 0xE7037ED1A0B428DBu);
}

/* The cell of a phrase of this kind, and the kind of a cell. */
static inline uint32_t
lexicon_cell(uint64_t hash, enum lexicon_kind kind)
{
	uint64_t cell = hash << LEXICON_KIND_BITS | (uint64_t)kind;

	return cell & (((uint32_t)1 << LEXICON_CELL_BITS) - 1);
}

/* The cell at a place of such a table. */
static inline uint32_t
lexicon_cell_at(const unsigned char *cells, size_t place)
{
	uint32_t cell;

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bytes");
	memcpy(&cell, cells + place * LEXICON_CELL_BYTES, sizeof(cell));
	return cell & (((uint32_t)1 << LEXICON_CELL_BITS) - 1);
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

/* The place of a phrase, or the empty one where it would be. */
static inline size_t
lexicon_place(const unsigned char *cells, uint64_t hash)
{
	size_t at = (size_t)((unsigned __int128)hash * LEXICON_CELLS >> 64);
	uint32_t cell = lexicon_cell_at(cells, at);

	while (cell != 0 && !lexicon_is(cell, hash)) {
		at = at + 1 < LEXICON_CELLS ? at + 1 : 0;
		cell = lexicon_cell_at(cells, at);
	}
	return at;
}

/* The places of a first token, and of what is read behind it. */
static inline size_t
lexicon_firsts_at(uint64_t hash)
{
	return (size_t)(hash >> (64 - LEXICON_FIRSTS_LOG2));
}

static inline size_t
lexicon_others_at(uint64_t hash)
{
	return (size_t)(hash >> (64 - LEXICON_OTHERS_LOG2));
}

#endif
