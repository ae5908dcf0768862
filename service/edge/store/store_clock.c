#include "store_clock.h"

#include <stdbool.h>
#include <stdlib.h>

enum { STEP_MS = 1000 /* no jump: clocks differ in speed */ };

static bool
near(int64_t a, int64_t b)
{
	return llabs(a - b) <= STORE_CLOCK_TRUST_MS;
}

void
store_clock_start(
    struct store_clock *c, int64_t newest, int64_t now, int64_t boot)
{
	bool doubted = newest > 0 && !near(now, newest);

	*c = (struct store_clock){
	    .base = now - boot,
	    .newest = newest,
	    .wait = doubted ? boot + STORE_CLOCK_WAIT_MS : 0,
	};
}

int64_t
store_clock_ahead(struct store_clock *c, int64_t now, int64_t boot)
{
	int64_t by = now - boot - c->base;

	if (c->wait != 0) {
		if (!near(now, c->newest) && boot < c->wait)
			return -1;
		store_clock_start(c, 0, now, boot);
		return 0;
	}
	if (!near(by, 0))
		return -1;
	return by > STEP_MS ? by : 0;
}
