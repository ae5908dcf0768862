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
	unsigned taught; /* how often of all in evade_again; 0: reading undoes
			  * it, or it takes other texts */
};

/* The disguises; the last row has no name. */
extern const struct evasion evasions[];

/* NULL: there is none of that name. */
const struct evasion *evasion_find(const char *name);

/*
 * Makes `out` of `c` with the texts of all bad rows in disguise; names are
 * borrowed from `c`, which must live as long. The same seed gives the same
 * bytes. 0, or -1 and `e`; corpus_release gives `out` back in any case.
 */
int evade(struct corpus *out, const struct corpus *c,
    const struct evasion *evasion, uint64_t seed, struct err *e);

/* Room for a text in disguise, which grows as it takes. Zeroed is empty. */
struct evade_room {
	char *bytes;
	size_t size;
};

/*
 * A text once more, in a disguise drawn from `seed` and itself: for machines
 * to learn disguises from. It lives until `room` is used again or its bytes
 * are freed.
 */
struct span evade_again(
    struct evade_room *room, struct span text, uint64_t seed);

#endif
