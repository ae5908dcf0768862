/*
 * What a batch of decisions had done before it was cut short: it goes on with
 * the others, so that each comment is decided about once.
 */
#ifndef EDGE_BULK_BEGUN_H
#define EDGE_BULK_BEGUN_H

#include "../request/service.h"
#include "../store/store_decision.h"

struct bulk_begun {
	uint32_t n;                  /* comments that it decided about */
	uint32_t holds;              /* of which so many were not undone */
	char (*ids)[STORE_ID_BYTES]; /* in order */
};

/* Reads that, of all sites of the call, into the request's arena: 0 or -1. */
int bulk_begun_read(struct bulk_begun *out, const struct call *call,
    const char *batch, struct err *e);

/* Whether it had decided about that comment. */
bool bulk_begun_has(const struct bulk_begun *b, struct span id);

#endif
