/*
 * What is known of who wrote a comment: GET /v1/authors/{key}.
 */
#ifndef EDGE_AUTHORS_H
#define EDGE_AUTHORS_H

struct call;

/* Counts, names, the last comments, who else writes from there. */
void authors_get(const struct call *call);

#endif
