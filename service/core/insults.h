/*
 * Words and phrases that insult, in many languages: those of
 * service/insults/, normalised as comments are, so that disguise does not
 * hide them. Whether one makes a comment abuse is for a model to say.
 */
#ifndef CORE_INSULTS_H
#define CORE_INSULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INSULT_TOKENS_MAX = 8 }; /* of the longest phrase */

/*
 * How many of the `n` tokens with these hashes (features_values) make an
 * insult from the first one on: 0 if none do, the longest if several.
 */
uint32_t insults_at(const uint64_t *words, uint32_t n);

/*
 * What insults_gen makes: tags of phrases by open addressing, 0 for none,
 * and a bit for each hash that a phrase begins with, its own among them: few
 * tokens pass that, so most are done with one look.
 */
enum { INSULTS_LOG2 = 15, INSULTS_BEGUN_LOG2 = 18 };

extern const uint32_t insults_tags[1 << INSULTS_LOG2];
extern const uint64_t insults_begun[1 << INSULTS_BEGUN_LOG2 >> 6];

/* The hash of the tokens read so far (0: none), and of one more. */
static inline uint64_t
insults_step(uint64_t hash, uint64_t word)
{
	uint64_t x = (hash ^ word * 0x9E3779B97F4A7C15u) * 0xE7037ED1A0B428DBu;

	return x ^ x >> 32;
}

/* Of the phrase with this hash: its tag, the first cell to look at. */
static inline uint32_t
insults_tag(uint64_t hash)
{
	return (uint32_t)hash | 1;
}

static inline size_t
insults_cell(uint64_t hash)
{
	return (size_t)(hash >> (64 - INSULTS_LOG2));
}

static inline size_t
insults_next(size_t cell)
{
	return (cell + 1) % (1 << INSULTS_LOG2);
}

/* The bit of what is read so far, and whether it is set. */
static inline size_t
insults_bit(uint64_t hash)
{
	return (size_t)(hash >> (64 - INSULTS_BEGUN_LOG2));
}

static inline bool
insults_is_begun(uint64_t hash)
{
	size_t bit = insults_bit(hash);

	return insults_begun[bit / 64] >> bit % 64 & 1;
}

/* As insults_at, without a call for nearly all tokens that begin none. */
static inline uint32_t
insults_from(const uint64_t *words, uint32_t n)
{
	return insults_is_begun(insults_step(0, words[0]))
		   ? insults_at(words, n)
		   : 0;
}

#endif
