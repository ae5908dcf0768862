/*
 * The way back to WordPress: where a client wants to be told of a change, as
 * it is sealed in the record, what it is told and what it answers. Akismet's
 * plugin for WordPress has it since its version 5.5.
 */
#ifndef EDGE_CALLBACK_H
#define EDGE_CALLBACK_H

#include <stdbool.h>

#include "../../core/arena.h"
#include "../../core/span.h"
#include "../process/secrets.h"

struct callback {
	struct span url; /* NUL-terminated */
	struct span key; /* that the client knows us by */
};

/*
 * What was sealed: the URL, a line feed, the key. 0, or -1: not by us, or the
 * arena is full.
 */
int callback_unseal(struct callback *c,
    const unsigned char secret[SECRET_BYTES], struct span sealed,
    struct arena *a);

/* The form that says what comment `id` (a ULID) is; p NULL: full. */
struct span callback_form(
    struct span key, const char *id, bool spam, struct arena *a);

/* Whether the answer says that comment `id` is that now. */
bool callback_done(struct span answer, const char *id);

#endif
