/*
 * A set that says of a hash whether it may be there, or certainly is not: a
 * Bloom filter. With BLOOM_HASHES_MAX hashes in it one of a hundred others
 * seems to be there.
 */
#ifndef EDGE_STORE_BLOOM_H
#define EDGE_STORE_BLOOM_H

#include <stdbool.h>
#include <stdint.h>

enum { BLOOM_BYTES = 32 << 10, BLOOM_HASHES_MAX = 24000 };

/* All zeros: empty. It is the same bytes on any machine. */
struct bloom {
	unsigned char bytes[BLOOM_BYTES];
};

void bloom_add(struct bloom *b, uint64_t hash);
bool bloom_may_have(const struct bloom *b, uint64_t hash);

#endif
