/*
 * The review queue: /v1/queue, and a comment in its thread.
 */
#ifndef EDGE_QUEUE_H
#define EDGE_QUEUE_H

struct call;

/* GET /v1/queue: comments, as the query selects and orders them, in pages. */
void queue_get(const struct call *call);

/* GET /v1/queue/counts: how many are in which state, in all and by site. */
void queue_counts(const struct call *call);

/* GET /v1/comments/{id}/context: what it answers, and its neighbours. */
void queue_context(const struct call *call);

#endif
