#include "timed_rows.h"

#include <stdlib.h>

static int
by_time(const void *a, const void *b)
{
	const struct timed_row *x = a, *y = b;
	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

void
timed_rows_sort(struct timed_row *rows, size_t n)
{
	if (n > 0)
		qsort(rows, n, sizeof(*rows), by_time);
}
