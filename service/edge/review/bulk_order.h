/*
 * What is to be decided about many comments, read from a request: which ones,
 * by ids or by a filter, and what.
 */
#ifndef EDGE_BULK_ORDER_H
#define EDGE_BULK_ORDER_H

#include "decision_json.h"
#include "queue_query.h"

enum { BULK_IDS_MAX = 1000, BULK_MAX = 20000 };

struct bulk_order {
	struct decision_wish wish;
	bool by_filter, dry_run;
	struct queue_query filter;
	struct span site; /* the filter's, its name; n 0: none */
	struct span *ids; /* n of them, when not by filter */
	uint32_t n;
	int64_t expect; /* how many the filter is to find; -1: any */
};

/*
 * Reads the call's body, all in its arena. 0, or -1 and `e`; with ERR_FIELD
 * `field` names the misfit.
 */
int bulk_order_read(struct bulk_order *o, const struct call *call,
    struct problem_field *field, struct err *e);

#endif
