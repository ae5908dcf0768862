#ifndef MODERATO_STORE_CLOCK_H
#define MODERATO_STORE_CLOCK_H

/* Whether the wall clock is believed where it says what to delete. */

#include <stdint.h>

enum {
	STORE_CLOCK_TRUST_MS = 24 * 3600 * 1000, /* as much may be off */
	STORE_CLOCK_WAIT_MS = 3600 * 1000,
};

/* All in milliseconds; `boot` is a clock that cannot be set. */
struct store_clock {
	int64_t base;   /* Unix time less boot when we began to believe */
	int64_t newest; /* Unix time of the newest record of an earlier life */
	int64_t wait;   /* boot until which a gap since then is doubted */
};

/*
 * A life begins. Where the newest record (0: there is none) is more than a
 * day from `now`, the service was off for so long, or a clock is wrong that
 * may be set soon: for an hour nothing is believed unless it comes near.
 */
void store_clock_start(
    struct store_clock *c, int64_t newest, int64_t now, int64_t boot);

/*
 * By how much `now` is ahead of the time that went by since the start: by
 * that nothing ages. -1: the clock is not believed, or is off by more than a
 * day, ahead or behind.
 */
int64_t store_clock_ahead(struct store_clock *c, int64_t now, int64_t boot);

#endif
