/*
 * How spammers hide a text from filters: a table of disguises that people
 * still read through. For measuring what a model loses by them, ours or
 * another's, and for teaching it.
 */
#ifndef TRAINING_EVADE_H
#define TRAINING_EVADE_H

#include "corpus.h"

struct evade_text; /* a text under way, in evade.c */

struct evasion {
	const char *name;
	const char *summary;
	void (*apply)(struct evade_text *t);
	unsigned
	    taught; /* how often of all in evade_add; 0: reading undoes it */
};

/* The disguises; the last row has no name. */
extern const struct evasion evasions[];

/* NULL: there is none of that name. */
const struct evasion *evasion_find(const char *name);

/*
 * Makes `out` of `c` with the texts of all bad rows in disguise; all else is
 * borrowed from `c`, which must live as long. The same seed gives the same
 * bytes. corpus_release gives `out` back.
 */
void evade(struct corpus *out, const struct corpus *c, const struct evasion *e,
    uint64_t seed);

/*
 * Adds each spam once more to the end of `c`, text only, in a disguise drawn
 * from `seed` and its text: for machines to learn disguises from.
 */
void evade_add(struct corpus *c, uint64_t seed);

#endif
