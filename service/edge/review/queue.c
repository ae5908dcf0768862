#include "queue.h"

#include <math.h>

#include "../http/problem.h"
#include "../request/access.h"
#include "../store/store_figures.h"
#include "../store/store_find.h"
#include "facets.h"
#include "item_json.h"
#include "queue_query.h"

enum { NEIGHBOURS = 5 };

/* Writes what the page found. 0 or -1. */
static int
write_hits(struct item_writer *w, const char *key,
    const struct queue_page *page, struct err *e)
{
	json_out_open(&w->out, key, '[');
	for (uint32_t i = 0; i < page->n; i++)
		if (item_write(w, NULL, page->hits[i].place.number, e) != 0)
			return -1;
	json_out_close(&w->out, ']');
	return 0;
}

static int
write_page(struct item_writer *w, const struct queue_page *page,
    enum queue_order order, struct err *e)
{
	const struct queue_cursor c = {order, w->call->worker->service->veil};
	char cursor[QUEUE_CURSOR_BYTES + 1];

	json_out_open(&w->out, NULL, '{');
	if (write_hits(w, "items", page, e) != 0)
		return -1;
	if (page->next.number != 0) {
		queue_cursor_write(&c, &page->next, cursor);
		json_out_text(&w->out, "next", span_of(cursor));
	} else {
		json_out_null(&w->out, "next");
	}
	json_out_close(&w->out, '}');
	return 0;
}

void
queue_get(const struct call *call)
{
	struct queue_hit hits[2 * (QUEUE_LIMIT_MAX + 1)];
	struct queue_page page = {.hits = hits};
	struct queue_query q;
	struct item_writer w;
	struct err e = ERR_NO_ROOM;

	if (queue_query_asked(&q, call, &e) != 0 ||
	    queue_query_page(&q, call, &page, &e) != 0 ||
	    item_begin(&w, call) != 0 || write_page(&w, &page, q.order, &e))
		problem_answer(call->request, &e, NULL);
	else
		item_end(&w);
}

/* How many are in which state. */
struct counts {
	int64_t of[COMMENT_STATES];
	int64_t reported;
	struct queue_held held;
};

static void
add_count(void *arg, const struct tally *t)
{
	int state = comment_state_named(t->name);

	if (state >= 0)
		((struct counts *)arg)->of[state] += t->n;
}

static void
add_reported(void *arg, const struct tally *t)
{
	((struct counts *)arg)->reported += t->n;
}

/* Adds those of one site. 0 or -1. */
static int
count_site(
    const struct call *call, int64_t site, struct counts *one, struct err *e)
{
	struct store_reader *r = call->worker->reader;

	*one = (struct counts){.reported = 0};
	if (store_each_tally(r,
		&(struct tally_visit){"state", site, 0, add_count, one},
		e) != 0 ||
	    store_each_tally(r,
		&(struct tally_visit){"reported", site, 0, add_reported, one},
		e) != 0)
		return -1;
	return store_get_held(r, site, &one->held, e);
}

static void
write_counts(struct json_out *o, const struct counts *c)
{
	for (int i = 0; i < COMMENT_STATES; i++)
		json_out_integer(
		    o, comment_state_name((enum comment_state)i), c->of[i]);
	json_out_integer(o, "reported", c->reported);
	item_time(o, "oldest_held_at", c->held.oldest_ms);
}

static void
add_counts(struct counts *all, const struct counts *one)
{
	int64_t oldest = one->held.oldest_ms;

	for (int i = 0; i < COMMENT_STATES; i++)
		all->of[i] += one->of[i];
	all->reported += one->reported;
	all->held.late |= one->held.late;
	if (oldest != 0 &&
	    (all->held.oldest_ms == 0 || oldest < all->held.oldest_ms))
		all->held.oldest_ms = oldest;
}

/* Whether all that is held is in the queue: of too many at once it lacks some
 * for a while (sorted.h). */
static bool
is_complete(const struct call *call, const struct counts *all)
{
	struct store *store = call->worker->service->store;

	return !all->held.late && store_look(store).waiting_held <= 0;
}

void
queue_counts(const struct call *call)
{
	struct counts one, all = {.reported = 0};
	struct site site = {0};
	struct item_writer w;
	struct err e = ERR_NO_ROOM;
	int failed = item_begin(&w, call);

	if (failed == 0) {
		json_out_open(&w.out, NULL, '{');
		json_out_open(&w.out, "sites", '[');
	}
	while (failed == 0 && access_next_site(call, site.id, &site) == 0) {
		failed = count_site(call, site.id, &one, &e);
		add_counts(&all, &one);
		json_out_open(&w.out, NULL, '{');
		json_out_integer(&w.out, "id", site.id);
		json_out_text(&w.out, "name", span_of(site.name));
		write_counts(&w.out, &one);
		json_out_close(&w.out, '}');
	}
	if (failed != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	json_out_close(&w.out, ']');
	write_counts(&w.out, &all);
	json_out_boolean(&w.out, "complete", is_complete(call, &all));
	json_out_close(&w.out, '}');
	item_end(&w);
}

/* A comment that others are about. */
struct context {
	struct record record;
	int64_t number;
	int64_t parent; /* number of what it answers; 0: not known */
};

/* Of those with the engine's id that it answers the newest is taken. */
static void
note_parent(void *arg, const struct record *r)
{
	char *id = arg;

	memcpy(id, r->id, sizeof(r->id));
}

static int
find_parent(const struct call *call, struct context *c, struct err *e)
{
	struct store_ref ref = {c->record.site, c->record.parent};
	char id[STORE_ID_BYTES + 1] = "";
	struct record_visit visit = {
	    .each = note_parent,
	    .arg = id,
	    .arena = &call->request->arena,
	    .most = 1,
	};
	struct queue_aside aside;

	if (c->record.parent.n == 0)
		return 0;
	if (store_each_of_engine_id(call->worker->reader, ref, &visit, e) != 0)
		return -1;
	ref.id = span_of(id);
	if (*id != '\0' &&
	    store_get_aside(call->worker->reader, ref, &aside, e) == 0)
		c->parent = aside.number;
	return 0;
}

/* Finds it, and what it answers. 0 or -1. */
static int
find(const struct call *call, struct context *c, struct err *e)
{
	struct store_ref ref = {call->caller.site, call->id};
	struct store_reader *r = call->worker->reader;
	struct queue_aside aside;

	*c = (struct context){.number = 0};
	if (store_get(r, ref, &call->request->arena, &c->record, e) != 0 ||
	    store_get_aside(r, ref, &aside, e) != 0)
		return -1;
	c->number = aside.number;
	return find_parent(call, c, e);
}

/* Writes its neighbours in the thread on one side, the nearest first. */
static int
write_side(struct item_writer *w, const char *key, const struct context *c,
    enum queue_order order, struct err *e)
{
	struct queue_hit hits[NEIGHBOURS];
	struct queue_page page = {.hits = hits};
	struct queue_query q = {
	    .site = c->record.site,
	    .state = -1,
	    .order = order,
	    .thread =
		facet_of(c->record.thread, &w->call->worker->service->keys),
	    .score_min = NAN,
	    .score_max = NAN,
	    .after = {0, c->number},
	    .most = NEIGHBOURS,
	};

	if (q.thread != 0 &&
	    store_find_page(w->call->worker->reader, &q, &page, e) != 0)
		return -1;
	return write_hits(w, key, &page, e);
}

static int
write_context(struct item_writer *w, const struct context *c, struct err *e)
{
	json_out_open(&w->out, NULL, '{');
	if (item_write(w, "item", c->number, e) != 0)
		return -1;
	if (c->parent == 0)
		json_out_null(&w->out, "parent");
	else if (item_write(w, "parent", c->parent, e) != 0)
		return -1;
	if (write_side(w, "before", c, QUEUE_NEWEST, e) != 0 ||
	    write_side(w, "after", c, QUEUE_OLDEST, e) != 0)
		return -1;
	json_out_close(&w->out, '}');
	return 0;
}

void
queue_context(const struct call *call)
{
	struct context c;
	struct item_writer w;
	struct err e = ERR_NO_ROOM;

	if (find(call, &c, &e) != 0 || item_begin(&w, call) != 0 ||
	    write_context(&w, &c, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		item_end(&w);
}
