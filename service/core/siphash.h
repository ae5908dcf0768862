/*
 * SipHash-2-4 (Aumasson, Bernstein 2012): a hash under a key. Nobody who does
 * not know the key can choose what meets what, so it is what values of
 * strangers are counted, found and recognised by. Features have hashes without
 * a key, which all programs must agree on (features.h).
 */
#ifndef CORE_SIPHASH_H
#define CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t k[2];
};

/* One that all know: where nobody is to be kept from choosing. */
extern const struct siphash_key siphash_open_key;

/* A hash in the making. */
struct siphash {
	uint64_t v[4];
	size_t words;
};

/* Of words, then of bytes: the same as of all of them as bytes. */
struct siphash siphash_begin(const struct siphash_key *key);
void siphash_word(struct siphash *s, uint64_t word);
uint64_t siphash_end(struct siphash *s, const void *bytes, size_t n);

uint64_t siphash_bytes(
    const struct siphash_key *key, const void *bytes, size_t n);

#endif
