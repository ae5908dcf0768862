#include "bloom.h"

/*
 * B. H. Bloom, Space/Time Trade-offs in Hash Coding with Allowable Errors,
 * 1970; its bits by two halves of one hash, as of A. Kirsch, M. Mitzenmacher,
 * Less Hashing, Same Performance: Building a Better Bloom Filter, 2006.
 */
enum { BITS = 8 * BLOOM_BYTES, PROBES = 4 };
_Static_assert((BITS & (BITS - 1)) == 0, "a remainder is a mask");

static uint32_t
bit_of(uint64_t hash, uint32_t probe)
{
	uint32_t step = (uint32_t)(hash >> 32) | 1;

	return ((uint32_t)hash + probe * step) & (BITS - 1);
}

void
bloom_add(struct bloom *b, uint64_t hash)
{
	for (uint32_t i = 0; i < PROBES; i++) {
		uint32_t bit = bit_of(hash, i);

		b->bytes[bit / 8] |= (unsigned char)(1 << bit % 8);
	}
}

bool
bloom_may_have(const struct bloom *b, uint64_t hash)
{
	for (uint32_t i = 0; i < PROBES; i++) {
		uint32_t bit = bit_of(hash, i);

		if (!(b->bytes[bit / 8] & 1 << bit % 8))
			return false;
	}
	return true;
}
