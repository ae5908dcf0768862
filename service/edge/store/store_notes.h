/*
 * Notes about comments, from one person to the others.
 */
#ifndef EDGE_STORE_NOTES_H
#define EDGE_STORE_NOTES_H

#include "store.h"

/* A note about a comment, for other people to read. Spans are borrowed. */
struct note {
	char id[STORE_ID_BYTES + 1];
	int64_t site, created_at_ms;
	struct span comment; /* its id */
	struct span author, content;
};

/* Writes one and waits. 0, or -1: ERR_MISSING, there is no such comment. */
int store_add_note(struct store *s, const struct note *n, struct err *e);

struct note_visit {
	void (*each)(void *arg, const struct note *n);
	void *arg;
};

/* Visits those about a comment, the oldest first. 0 or -1. */
int store_each_note(struct store_reader *r, struct store_ref ref,
    const struct note_visit *visit, struct err *e);

#endif
