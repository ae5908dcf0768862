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

static void
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
	s->v[3] ^= word;
	mix(s->v, ROUNDS);
	s->v[0] ^= word;
	s->words++;
}

uint64_t
siphash_end(struct siphash *s, const void *bytes, size_t n)
{
	uint64_t length = (8 * s->words + n) << 56, word;
	const char *p = bytes;

	for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		siphash_word(s, le64toh(word));
	}
	word = 0;
	if (n > 0)
		memcpy(&word, p, n);
	siphash_word(s, le64toh(word) | length);
	s->v[2] ^= 0xff;
	mix(s->v, LAST_ROUNDS);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

uint64_t
siphash_bytes(const struct siphash_key *key, const void *bytes, size_t n)
{
	struct siphash s = siphash_begin(key);

	return siphash_end(&s, bytes, n);
}
