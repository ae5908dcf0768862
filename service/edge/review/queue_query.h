/*
 * What the queue is asked for, from the fields of a query or a filter: one
 * table of names. Strict, since what a slip of the pen would select may be
 * decided about.
 */
#ifndef EDGE_QUEUE_QUERY_H
#define EDGE_QUEUE_QUERY_H

#include "../format/form.h"
#include "../request/service.h"
#include "../store/store_queue.h"

enum { QUEUE_LIMIT_DEFAULT = 50, QUEUE_LIMIT_MAX = 200 };

/*
 * Reads fields into `q`, whose site it leaves alone; texts are in the call's
 * arena. Of held ones the riskiest first, unless they say otherwise. 0, or
 * -1: ERR_INPUT names the field and what was expected, ERR_TOO_LARGE.
 */
int queue_query_read(struct queue_query *q, const struct call *call,
    const struct form *fields, struct err *e);

/* The same of the request's own query. */
int queue_query_asked(
    struct queue_query *q, const struct call *call, struct err *e);

/*
 * Where to go on, as text, and back: 0, or -1: it is none of that order. The
 * number in it is veiled.
 */
enum { QUEUE_CURSOR_BYTES = 1 + 2 * 16 };
struct queue_cursor {
	enum queue_order order;
	const unsigned char *veil; /* service.h */
};
void queue_cursor_write(const struct queue_cursor *c,
    const struct queue_place *p, char out[QUEUE_CURSOR_BYTES + 1]);
int queue_cursor_read(
    const struct queue_cursor *c, struct span text, struct queue_place *out);

/*
 * A page of all sites that the call is about, in one order. `hits` has room
 * for twice q->most + 1; those of the page are the first. next.number 0: that
 * was all. 0 or -1.
 */
int queue_query_page(const struct queue_query *q, const struct call *call,
    struct queue_page *out, struct err *e);

#endif
