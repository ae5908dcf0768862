/*
 * The tables that unicode_gen.c prints and unicode.c reads: two stages of
 * deduplicated blocks, each entry packed into 32 bits, and a pool of the
 * sequences that points fold to, each behind its length.
 */
#ifndef CORE_UNICODE_TABLE_H
#define CORE_UNICODE_TABLE_H

#include <stdint.h>

enum {
	UNICODE_LIMIT = 0x110000,
	UNICODE_BLOCK_BITS = 7,
	UNICODE_BLOCK = 1 << UNICODE_BLOCK_BITS,
	/* An entry: class in bits 0-7, script in 8-15, lookalike in 16, and
	 * where in the pool its fold is in 17-31, 0 if it folds to itself. */
	UNICODE_SCRIPT_SHIFT = 8,
	UNICODE_LOOKALIKE_SHIFT = 16,
	UNICODE_FOLD_SHIFT = 17,
};

extern const uint16_t unicode_blocks[UNICODE_LIMIT >> UNICODE_BLOCK_BITS];
extern const uint32_t unicode_entries[][UNICODE_BLOCK];
extern const uint32_t unicode_pool[];

#endif
