/*
 * /v1/lists: what a site lists, for its moderators.
 */
#ifndef EDGE_LISTING_H
#define EDGE_LISTING_H

#include "../../core/span.h"

struct call;

/* The newest first, in pages; ?kind=, ?effect= and ?q= select. */
void listing_get(const struct call *call);

/* One entry, or many, all or nothing. */
void listing_add(const struct call *call);

void listing_change(const struct call *call);
void listing_delete(const struct call *call);

/* Which entries a comment matches, and where; nothing is recorded. */
void listing_try(const struct call *call);

/* For listing*.c: answers with JSON; p NULL: it did not fit. */
void listing_answer(const struct call *call, unsigned status, struct span body);

#endif
