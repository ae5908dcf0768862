#include "bulk_pick.h"

#include "../request/access.h"

/* Adds what the filter finds on one site. 0 or -1. */
static int
find_on(struct bulk_pick *p, struct queue_query q, const struct call *call,
    struct err *e)
{
	struct queue_page page;

	do {
		page.hits = p->hits + p->n;
		q.most = BULK_MAX + 1 - p->n;
		if (store_find_page(call->worker->reader, &q, &page, e) != 0)
			return -1;
		p->n += page.n;
		q.after = page.next;
	} while (page.next.number != 0 && p->n <= BULK_MAX);
	if (p->n > BULK_MAX)
		return err_set(e, ERR_CONFLICT,
		    "more than 20000 match: narrow the filter");
	return 0;
}

/* Finds all that the filter selects. 0 or -1. */
static int
find_by_filter(struct bulk_pick *p, const struct bulk_order *o,
    struct call *call, struct err *e)
{
	struct arena *a = &call->request->arena;
	struct queue_query q = o->filter;
	struct site site = {0};

	if (o->site.n > 0 && (directory_site_named(call->worker->service->sites,
				  o->site, &site, e) != 0 ||
				 access_enter(call, site.id, call, e) != 0))
		return -1;
	p->hits = arena_array(a, BULK_MAX + 1, sizeof(*p->hits));
	if (p->hits == NULL)
		return err_no_room(e);
	q.site = 0;
	while (access_next_site(call, q.site, &site) == 0) {
		q.site = site.id;
		if (find_on(p, q, call, e) != 0)
			return -1;
	}
	return 0;
}

int
bulk_pick_find(struct bulk_pick *p, const struct bulk_order *o,
    struct call *call, struct err *e)
{
	*p = (struct bulk_pick){.ids = o->ids, .n = o->n};
	return o->by_filter ? find_by_filter(p, o, call, e) : 0;
}

int
bulk_pick_read(const struct bulk_pick *p, const struct call *call, uint32_t i,
    struct record *out, struct err *e)
{
	if (p->hits == NULL)
		return access_comment(call, p->ids[i], out, e);
	return store_get_number(call->worker->reader, p->hits[i].place.number,
	    &call->request->arena, out, e);
}

/* Whether number `i` is among them: 1, 0 or -1. What is gone is not. */
static int
was_begun(const struct bulk_pick *p, const struct call *call, uint32_t i,
    const struct bulk_begun *begun, struct err *e)
{
	struct arena *a = &call->request->arena;
	size_t used = a->used;
	struct record r;
	int result = -1;

	if (p->hits == NULL)
		return bulk_begun_has(begun, p->ids[i]);
	if (bulk_pick_read(p, call, i, &r, e) == 0)
		result = bulk_begun_has(begun, span_of(r.id));
	else if (e->code == ERR_MISSING)
		result = 0;
	arena_rewind(a, used);
	return result;
}

int
bulk_pick_leave_out(struct bulk_pick *p, const struct call *call,
    const struct bulk_begun *begun, struct err *e)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < p->n; i++) {
		int was = was_begun(p, call, i, begun, e);

		if (was < 0)
			return -1;
		if (was)
			continue;
		if (p->hits == NULL)
			p->ids[kept++] = p->ids[i];
		else
			p->hits[kept++] = p->hits[i];
	}
	p->n = kept;
	return 0;
}
