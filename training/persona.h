/*
 * Invented people and machines who write comments: the metadata of a row of
 * the scenario corpus. Strings live in the world's pool.
 */
#ifndef TRAINING_PERSONA_H
#define TRAINING_PERSONA_H

#include <stdio.h>

#include "phrases.h"

/* What all invented things are drawn from and kept in. */
struct world {
	const struct phrases *phrases;
	struct random random;
	struct pool pool;
	int deal; /* of the event being written */
};

/* A text of `section`, in the pool. */
struct span world_text(struct world *w, const char *section);

/* printf into the pool. */
struct span world_format(struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What `write` puts to `out`, in the pool; empty if that failed. */
struct span world_written(
    struct world *w, void (*write)(FILE *out, void *arg), void *arg);

/* A reader of the blog; some leave no mail address, most no page. */
struct author persona_reader(struct world *w);

/* Somebody who sells: a keyword or a name, always a page. */
struct author persona_seller(struct world *w, const char *keywords);

/* A program: a random token for a name and for its host. */
struct author persona_bot(struct world *w);

struct span persona_ip(struct world *w);

/* An address in the same /24 or /16 as `ip`, an IPv4 one. */
struct span persona_neighbour(struct world *w, struct span ip, int bits);

#endif
