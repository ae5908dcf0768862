/*
 * The store's memory of how often a blog asked, and what it was told.
 */
#ifndef EDGE_STORE_USAGE_H
#define EDGE_STORE_USAGE_H

#include "store.h"

enum usage_count {
	USAGE_CALLS,
	USAGE_SPAM,
	USAGE_HAM,
	USAGE_MISSED_SPAM,
	USAGE_FALSE_POSITIVES,
	USAGE_COUNTS
};

/* Counts of one blog of a site in one month. */
struct usage {
	int64_t site;
	char month[8];    /* "2026-11" */
	struct span blog; /* its host */
	int64_t of[USAGE_COUNTS];
};

/* Writes the month of `at_ms` into `u`. */
void usage_set_month(struct usage *u, int64_t at_ms);

struct usage_visit {
	const char *from, *to; /* months, both included */
	void (*each)(void *arg, const struct usage *u);
	void *arg;
};

/* Visits the counts of a site by month and blog. 0 or -1. */
int store_each_usage(struct store_reader *r, int64_t site,
    const struct usage_visit *visit, struct err *e);

#endif
