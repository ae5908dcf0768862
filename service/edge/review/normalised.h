/*
 * GET /v1/comments/{id}/normalised: a recorded comment as the model reads
 * it, with what was folded, joined and dropped.
 */
#ifndef EDGE_NORMALISED_H
#define EDGE_NORMALISED_H

struct call;

void normalised_get(const struct call *call);

#endif
