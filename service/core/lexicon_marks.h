/*
 * Whether what was read so far of a phrase goes on, and whether it ends there,
 * as blocked Bloom filters (Putze, Sanders, Singler 2007) of three bits each:
 * both in one line of the cache.
 */
#ifndef CORE_LEXICON_MARKS_H
#define CORE_LEXICON_MARKS_H

#include <stdbool.h>
#include <stdint.h>

struct lexicon_marks {
	uint64_t goes_on, ends;
};

/*
 * Its bits in a number: by bits 18 to 35 of its hash, as those above say where
 * the number is, and those below which cell of the table is meant.
 */
enum { LEXICON_BITS_END = 36 };
static inline uint64_t
lexicon_bits(uint64_t hash)
{
	return (uint64_t)1 << (hash >> 18) % 64 |
	       (uint64_t)1 << (hash >> 24) % 64 |
	       (uint64_t)1 << (hash >> 30) % 64;
}

/* Whether it may have been put into a number; surely not, if false. */
static inline bool
lexicon_has(uint64_t number, uint64_t bits)
{
	return (number & bits) == bits;
}

#endif
