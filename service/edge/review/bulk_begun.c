#include "bulk_begun.h"

#include <stdlib.h>

#include "../request/access.h"
#include "bulk_order.h"

static void
add(void *arg, const struct decision *d)
{
	struct bulk_begun *b = arg;

	if (d->comment.n != STORE_ID_BYTES || b->n == BULK_MAX)
		return;
	memcpy(b->ids[b->n++], d->comment.p, STORE_ID_BYTES);
	b->holds += d->undone_at_ms == 0;
}

static int
in_order(const void *a, const void *b)
{
	return memcmp(a, b, STORE_ID_BYTES);
}

int
bulk_begun_read(struct bulk_begun *out, const struct call *call,
    const char *batch, struct err *e)
{
	const struct decision_visit visit = {add, out, BULK_MAX};
	struct site site = {0};

	*out = (struct bulk_begun){0};
	out->ids =
	    arena_array(&call->request->arena, BULK_MAX, sizeof(*out->ids));
	if (out->ids == NULL)
		return err_no_room(e);
	while (access_next_site(call, site.id, &site) == 0) {
		const struct batch_ref ref = {
		    site.id, span_of(batch), span_of("Z")};

		if (store_each_of_batch(
			call->worker->reader, &ref, &visit, e) != 0)
			return -1;
	}
	qsort(out->ids, out->n, sizeof(*out->ids), in_order);
	return 0;
}

bool
bulk_begun_has(const struct bulk_begun *b, struct span id)
{
	return id.n == STORE_ID_BYTES && b->n > 0 &&
	       bsearch(id.p, b->ids, b->n, sizeof(*b->ids), in_order) != NULL;
}
