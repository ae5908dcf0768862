#include "deadlines.h"

#include <limits.h>

void
deadlines_init(struct deadlines *l, int64_t length_ms)
{
	l->ring.older = l->ring.newer = &l->ring;
	l->length_ms = length_ms;
}

void
deadline_stop(struct deadline *d)
{
	if (d->older == NULL)
		return;
	d->older->newer = d->newer;
	d->newer->older = d->older;
	d->older = d->newer = NULL;
}

void
deadline_start(struct deadlines *l, struct deadline *d, int64_t now_ms)
{
	deadline_stop(d);
	d->at_ms = now_ms + l->length_ms;
	d->newer = &l->ring;
	d->older = l->ring.older;
	d->older->newer = d;
	l->ring.older = d;
}

struct deadline *
deadlines_expired(struct deadlines *l, int64_t now_ms)
{
	struct deadline *d = l->ring.newer;

	if (d == &l->ring || d->at_ms > now_ms)
		return NULL;
	deadline_stop(d);
	return d;
}

int
deadlines_wait(const struct deadlines *l, int64_t now_ms)
{
	int64_t left = l->ring.newer->at_ms - now_ms;

	if (l->ring.newer == &l->ring)
		return -1;
	if (left < 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}
