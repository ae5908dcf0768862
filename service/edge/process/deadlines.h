/*
 * Clocks that all run for the same time, in a list ordered by their start:
 * starting, stopping and finding the next one to expire are all O(1).
 */
#ifndef EDGE_DEADLINES_H
#define EDGE_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A clock, embedded in its owner; all zero: stopped. */
struct deadline {
	struct deadline *older, *newer; /* NULL: stopped */
	int64_t at_ms;                  /* when it expires */
};

struct deadlines {
	struct deadline ring; /* its newer is the oldest clock */
	int64_t length_ms;
};

void deadlines_init(struct deadlines *l, int64_t length_ms);

/* Starts `d`, again if it runs. `now_ms` never goes back. */
void deadline_start(struct deadlines *l, struct deadline *d, int64_t now_ms);
void deadline_stop(struct deadline *d);

static inline bool
deadline_runs(const struct deadline *d)
{
	return d->older != NULL;
}

/* A clock that has expired, stopped by that; NULL: none. */
struct deadline *deadlines_expired(struct deadlines *l, int64_t now_ms);

/* The one that expires next; NULL: none runs. */
static inline struct deadline *
deadlines_next(const struct deadlines *l)
{
	struct deadline *d = l->ring.newer;

	return d == &l->ring ? NULL : d;
}

/* Milliseconds until the next one expires, >= 0; -1: none runs. */
int deadlines_wait(const struct deadlines *l, int64_t now_ms);

/* The shorter of two such waits. */
static inline int
deadlines_sooner(int a, int b)
{
	return (unsigned)a < (unsigned)b ? a : b;
}

#endif
