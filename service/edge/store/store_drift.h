/*
 * What is counted of the comments that a model judged, by site and day: to
 * see whether they change.
 */
#ifndef EDGE_STORE_DRIFT_H
#define EDGE_STORE_DRIFT_H

#include "../../core/drift.h"
#include "store.h"

struct drift_visit {
	int64_t site;
	uint64_t model;    /* as samples have it */
	int64_t from, end; /* days since 1970, [from, end) */
	void (*each)(void *arg, int64_t day, const struct drift_counts *c);
	void *arg;
};

/* Visits the days that have counts, the oldest first. 0 or -1. */
int store_each_drift(
    struct store_reader *r, const struct drift_visit *visit, struct err *e);

#endif
