/*
 * Counts and gaps per key over tumbling windows, in a table on memory that
 * someone gives: never fails. When a neighbourhood of the table is full the
 * least recently touched key in it is forgotten. It grows while it counts, a
 * little at each touch, so that nobody waits for it.
 *
 * A key counts in the window that the event's own time falls into, so events
 * may come in any order. The same semantics as the Redis backend's, by
 * contract test.
 */
#ifndef CORE_COUNTERS_H
#define CORE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COUNTERS_WINDOW_S = 3600 };

struct touch {
	uint64_t key;
	uint64_t before; /* what it is called in the window before; 0: key */
	uint32_t count;  /* out: in this window and the one before, this event
			  * included; >= 1 once counted */
	uint32_t now;    /* out: of those, in this window */
	int64_t gap_ms;  /* out: since the last event of the key in these two
			  * windows, >= 0; -1: there was none */
};

struct counters {
	struct counters_slot *slots;
	uint32_t starts; /* of runs, mask + 1 of them once it has grown */
	uint32_t mask;
	uint32_t clock; /* touches so far, wrapping: the age of a slot */
	uint32_t lost;  /* slots forgotten that still counted, since it grew */
};

/* The bytes that a table of 2^`log2_slots` counters needs. */
size_t counters_bytes(unsigned log2_slots);

/* An empty table on `block`, which must be zeroed and counters_bytes big. */
void counters_init(struct counters *c, void *block, unsigned log2_slots);

/*
 * Has a table that is not growing become one of twice as many counters, on
 * `block`, which begins with what was in its own; the rest may be anything.
 */
void counters_grow(struct counters *c, void *block);
bool counters_growing(const struct counters *c);

/* Has memory bring what holds the keys, all at once; counters_touch of them
 * is faster some microseconds later. */
void counters_fetch(
    const struct counters *c, const struct touch *touches, size_t n);

/* Counts the event at `at_ms` (Unix time) under each of the `n` keys. */
void counters_touch(
    struct counters *c, int64_t at_ms, struct touch *touches, size_t n);

/*
 * Gives what counters_touch would give each key, without counting anything:
 * of two equal keys neither sees the other.
 */
void counters_peek(
    const struct counters *c, int64_t at_ms, struct touch *touches, size_t n);

/* The number of the window that `at_ms` falls into. */
int64_t counters_window(int64_t at_ms);

/* The day that a window lies in, counted from 1970. */
int64_t counters_day(int64_t window);

/* How many milliseconds of that window had passed by then. */
uint32_t counters_into_window(int64_t at_ms);

#endif
