/*
 * Idempotency-Key: a POST that is sent again gets the answer it got the
 * first time, byte for byte, for 24 hours; each API key for itself. One that
 * is sent while the first is under way waits for it, and counts nothing.
 */
#ifndef EDGE_ONCE_H
#define EDGE_ONCE_H

#include "../request/service.h"

/* What is under way, on all loops. */
struct once_table;

/* NULL: no memory. */
struct once_table *once_open(const unsigned char secret[SECRET_BYTES]);
void once_close(struct once_table *t);

enum once_state {
	ONCE_NOT_ASKED, /* no such header: `once` is empty */
	ONCE_NEW,       /* `once` is filled; go on */
	ONCE_ANSWERED,  /* is, or will be: as the first time, or refused */
};

/* Looks at the request's key before anything else is done. */
enum once_state once_begin(const struct call *call, struct store_once *once);

/*
 * What takes many puts goes by an id, which is kept before the first of them:
 * a request that was cut short goes on with it when it is sent again.
 */
struct once_mark {
	const struct call *call;
	struct store_put put;
	void (*marked)(struct once_mark *m);
};

/* The id that `once` has begun with, or a new one. */
void once_name(const struct store_once *once, char id[STORE_ID_BYTES + 1]);

/*
 * Keeps the id under `once`, if that was asked for, then calls `marked`, or
 * answers why not. `m`, with `call` and `marked`, and `id` stay until then.
 */
void once_mark(
    struct once_mark *m, const struct store_once *once, const char *id);

/*
 * Answers with what is stored under `once`, or says why not: for when the
 * store found the key in use only while writing.
 */
void once_repeat(const struct call *call, const struct store_once *once);

/*
 * Keeps the answer under `once`, if that was asked for, then gives it: for
 * what was many puts, of which the last one is on disk. p NULL: it did not fit.
 */
void once_answer(
    const struct call *call, const struct store_once *once, struct span answer);

#endif
