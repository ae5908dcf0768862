/*
 * What makes a POST happen once: the answers that were given, by the keys that
 * callers chose.
 */
#ifndef EDGE_STORE_SQLITE_ONCE_H
#define EDGE_STORE_SQLITE_ONCE_H

#include "store_sqlite.h"

/*
 * Whether the put's `once` was used before: SQLITE_ROW, and its result tells
 * for what; SQLITE_DONE when not; else what went wrong.
 */
int sqlite_find_answer(struct store_sqlite *s, struct store_put *p);

/* Writes the answer that it is to repeat: SQLITE_DONE, or what went wrong. */
int sqlite_write_answer(struct store_sqlite *s, const struct store_put *p);

#endif
