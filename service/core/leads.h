/*
 * Where a comment leads: the registrable domains of its links, as people see
 * them and as browsers read them, and of its author's web address, as a set
 * in one word, which may be kept when the comment is not. It is a Bloom filter
 * (1970) under a key: whether one set is within another is told by their bits,
 * and said now and then of one that is not.
 */
#ifndef CORE_LEADS_H
#define CORE_LEADS_H

#include <stdbool.h>
#include <stdint.h>

#include "siphash.h"
#include "text.h"

/*
 * Into `out`, of a comment whose content is `t`; 0: nowhere. 0, or -1: the
 * arena, which has all of it back afterwards, is full.
 */
int leads_of(uint64_t *out, const struct comment *c, const struct text *t,
    const struct siphash_key *key, struct arena *a);

/* Whether whoever leads to `a` leads nowhere that `b` does not. */
static inline bool
leads_within(uint64_t a, uint64_t b)
{
	return (a & ~b) == 0;
}

#endif
