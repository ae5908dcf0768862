/*
 * Steps of SQLite's machine on a connection, in hundreds: what something
 * costs, on any machine.
 */
#ifndef TESTS_STORE_STEPS_H
#define TESTS_STORE_STEPS_H

#include <sqlite3.h>
#include <stdint.h>

static inline int
count_steps(void *arg)
{
	++*(int64_t *)arg;
	return 0;
}

/* Counts them in `n` from now on; NULL: no more. */
static inline void
watch_steps(sqlite3 *db, int64_t *n)
{
	sqlite3_progress_handler(db, n == NULL ? 0 : 100, count_steps, n);
}

#endif
