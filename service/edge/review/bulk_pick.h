/*
 * Which comments a batch of decisions is about: those named, or those that a
 * filter finds, less what the batch has decided about already.
 */
#ifndef EDGE_BULK_PICK_H
#define EDGE_BULK_PICK_H

#include "bulk_begun.h"
#include "bulk_order.h"

/* One of the two, n of them. */
struct bulk_pick {
	struct span *ids;
	struct queue_hit *hits;
	uint32_t n;
};

/*
 * Finds them, in the request's arena; `call` becomes one about the site that
 * the filter names. 0 or -1: ERR_CONFLICT when there are more than BULK_MAX.
 */
int bulk_pick_find(struct bulk_pick *p, const struct bulk_order *o,
    struct call *call, struct err *e);

/* Leaves out what was begun. 0 or -1. */
int bulk_pick_leave_out(struct bulk_pick *p, const struct call *call,
    const struct bulk_begun *begun, struct err *e);

/* Reads number `i` into the request's arena: 0, or -1 as store_get. */
int bulk_pick_read(const struct bulk_pick *p, const struct call *call,
    uint32_t i, struct record *out, struct err *e);

#endif
