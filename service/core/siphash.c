#include "siphash.h"

#include <endian.h>
#include <string.h>

enum { ROUNDS = 2, LAST_ROUNDS = 4 };

const struct siphash_key siphash_open_key = {{0}};

static uint64_t
rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static inline void
mix(uint64_t v[4], int rounds)
{
	for (int i = 0; i < rounds; i++) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static inline void
absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v, ROUNDS);
	v[0] ^= word;
}

struct siphash
siphash_begin(const struct siphash_key *key)
{
	/* "somepseudorandomlygeneratedbytes" */
	return (struct siphash){.v = {
				    key->k[0] ^ 0x736f6d6570736575u,
				    key->k[1] ^ 0x646f72616e646f6du,
				    key->k[0] ^ 0x6c7967656e657261u,
				    key->k[1] ^ 0x7465646279746573u,
				}};
}

void
siphash_word(struct siphash *s, uint64_t word)
{
	absorb(s->v, word);
	s->words++;
}

uint64_t
siphash_end(struct siphash *s, const void *bytes, size_t n)
{
	uint64_t length = (8 * s->words + n) << 56, word;
	const char *p = bytes;
	uint64_t v[4]; /* a copy that stays in registers */

	memcpy(v, s->v, sizeof(v));
	for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		absorb(v, le64toh(word));
	}
	word = 0;
	if (n > 0)
		memcpy(&word, p, n);
	absorb(v, le64toh(word) | length);
	v[2] ^= 0xff;
	mix(v, LAST_ROUNDS);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
siphash_bytes(const struct siphash_key *key, const void *bytes, size_t n)
{
	struct siphash s = siphash_begin(key);

	return siphash_end(&s, bytes, n);
}
