/*
 * The verbs of store_drift.h in SQLite, and what a group of puts counts for
 * them: a row of numbers for a site, model and day, written at its end.
 */
#ifndef EDGE_STORE_SQLITE_DRIFT_H
#define EDGE_STORE_SQLITE_DRIFT_H

#include "store_drift.h"
#include "store_sqlite_link.h"

enum { DRIFT_ROWS_MAX = 4 };
struct sqlite_drift {
	struct drift_row {
		int64_t site, day;
		uint64_t model;
		struct drift_counts counts;
	} rows[DRIFT_ROWS_MAX];
	uint32_t n;
};

/*
 * Counts a record that was written, and writes what was counted; rows are
 * written early when there are too many. SQLITE_DONE, or what went wrong.
 */
int sqlite_drift_record(
    struct sqlite_drift *d, struct sqlite_link *l, const struct record *r);
int sqlite_drift_write(struct sqlite_drift *d, struct sqlite_link *l);

int sqlite_each_drift(
    struct store_reader *r, const struct drift_visit *visit, struct err *e);

#endif
