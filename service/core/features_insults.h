/*
 * Words and phrases that insult, in many languages: those of
 * service/insults/, normalised as comments are, so that disguise does not
 * hide them. Whether one makes a comment abuse is for a model to say.
 * Shared with the program that makes the table.
 */
#ifndef CORE_FEATURES_INSULTS_H
#define CORE_FEATURES_INSULTS_H

#include "features_sink.h"

enum { INSULT_TOKENS_MAX = 8 }; /* of the longest phrase */

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
	return sink_hash(VIEW_INSULTS, hash, word);
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

/* The bit of what is read so far. */
static inline size_t
insults_bit(uint64_t hash)
{
	return (size_t)(hash >> (64 - INSULTS_BEGUN_LOG2));
}

#endif
