/*
 * What a text is recognised by when it comes again: a hash of exactly the
 * normalised text, and a sketch that near-duplicates mostly share.
 *
 * The sketch is one-permutation MinHash (Li, Owen, Zhang 2012) over 5-grams
 * of letters and digits in FINGERPRINT_BANDS bins: two texts of Jaccard
 * similarity J agree in a band with probability J.
 */
#ifndef CORE_FINGERPRINT_H
#define CORE_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "siphash.h"
#include "text.h"

enum { FINGERPRINT_BANDS = 4 };

struct fingerprint {
	uint64_t text;                    /* of the empty text too */
	uint64_t band[FINGERPRINT_BANDS]; /* 0: text too short for it */
};

/*
 * The fingerprint of `t`, the same wherever `key` is. What people decided holds
 * for a text by its hash, so nobody without the key may find two that share
 * it; bands meet by design, and need no key. Cannot fail.
 */
struct fingerprint fingerprint_of(
    const struct text *t, const struct siphash_key *key);

/* Its bands alone. */
void fingerprint_bands(uint64_t band[FINGERPRINT_BANDS], const struct text *t);

/*
 * Whether the texts are the same or nearly so: two bands must agree, since
 * one may be a common phrase.
 */
bool fingerprint_near(const struct fingerprint *a, const struct fingerprint *b);

#endif
