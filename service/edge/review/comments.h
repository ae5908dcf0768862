/*
 * Comments that were recorded before, as the API shows them.
 */
#ifndef EDGE_COMMENTS_H
#define EDGE_COMMENTS_H

struct call;

/* GET /v1/comments/{id}: the record, its verdict, its history. */
void comments_get(const struct call *call);

/* GET /v1/comments?engine_id=…: those that an engine knows by this id. */
void comments_find(const struct call *call);

#endif
