#include "authors.h"

#include <math.h>

#include "../http/problem.h"
#include "../store/store_figures.h"
#include "facets.h"
#include "item_json.h"
#include "listing_json.h"

enum { LAST = 20, NAMES_MAX = 10, HOSTS_MAX = 10, HOST_BYTES_MAX = 253 };

/* A host that the last comments link to. */
struct host {
	struct span name;
	uint64_t facet;
};

/* An author in the making: what the last comments say of it. */
struct portrait {
	const struct call *call;
	struct queue_author known;
	struct queue_hit hits[LAST];
	struct queue_page last;
	struct span names[NAMES_MAX];
	uint32_t n_names;
	struct host hosts[HOSTS_MAX];
	uint32_t n_hosts;
	struct span id; /* in the engine; n 0: not known */
	uint64_t net;   /* of the newest that has one */
};

static const struct comment_keys *
keys_of(const struct portrait *a)
{
	return &a->call->worker->service->keys;
}

/* These keep what is new. 0, or -1: the arena is full. */

static int
add_name(struct portrait *a, struct span name, struct arena *kept)
{
	for (uint32_t i = 0; i < a->n_names; i++)
		if (span_equal(a->names[i], name))
			return 0;
	if (name.n == 0 || a->n_names == NAMES_MAX)
		return 0;
	a->names[a->n_names] = arena_copy(kept, name);
	return a->names[a->n_names++].p != NULL ? 0 : -1;
}

static int
add_host(struct portrait *a, struct span name, struct arena *kept)
{
	uint64_t facet = facet_of(name, keys_of(a));

	for (uint32_t i = 0; i < a->n_hosts; i++)
		if (a->hosts[i].facet == facet)
			return 0;
	if (name.n > HOST_BYTES_MAX || a->n_hosts == HOSTS_MAX)
		return 0;
	a->hosts[a->n_hosts] = (struct host){arena_copy(kept, name), facet};
	return a->hosts[a->n_hosts++].name.p != NULL ? 0 : -1;
}

/* Takes in what one comment says. `aside` is for this one only. */
static int
take(struct portrait *a, const struct record *r, struct arena *aside)
{
	struct arena *kept = &a->call->request->arena;
	struct text t;
	int failed = add_name(a, r->author_name, kept);

	if (a->id.n == 0 && r->author_id.n > 0)
		a->id = arena_copy(kept, r->author_id);
	if (a->net == 0)
		a->net = facet_of(r->author_net, keys_of(a));
	if (failed != 0 || facets_read(&t, r, aside) != 0)
		return -1;
	for (uint32_t i = 0; i < t.n_links && failed == 0; i++)
		failed = add_host(a, t.links[i].host, kept);
	return failed;
}

/* A block for one comment at a time. 0, or -1: the arena is full. */
static int
set_aside(struct arena *out, struct arena *a)
{
	size_t bytes = (a->size - a->used) / 2;
	void *block = arena_alloc(a, bytes);

	if (block != NULL)
		arena_init(out, block, bytes);
	return block != NULL ? 0 : -1;
}

static int
read_last(struct portrait *a, struct err *e)
{
	struct arena *all = &a->call->request->arena, aside;
	struct store_reader *reader = a->call->worker->reader;
	struct queue_query q = {
	    .site = a->known.site,
	    .state = -1,
	    .author = a->known.author,
	    .score_min = NAN,
	    .score_max = NAN,
	    .most = LAST,
	};
	struct record r;

	a->last.hits = a->hits;
	if (store_find_page(reader, &q, &a->last, e) != 0)
		return -1;
	if (set_aside(&aside, all) != 0)
		return err_no_room(e);
	for (uint32_t i = 0; i < a->last.n; i++) {
		arena_rewind(&aside, 0);
		if (store_get_number(
			reader, a->hits[i].place.number, &aside, &r, e) == 0 &&
		    take(a, &r, &aside) != 0)
			return err_no_answer(e);
	}
	return 0;
}

static void
write_names(struct json_out *o, const struct portrait *a)
{
	json_out_open(o, "names", '[');
	for (uint32_t i = 0; i < a->n_names; i++)
		json_out_text(o, NULL, a->names[i]);
	json_out_close(o, ']');
}

static void
write_counts(struct json_out *o, const struct queue_author *a)
{
	json_out_open(o, "counts", '{');
	for (int i = 0; i < COMMENT_STATES; i++)
		json_out_integer(o, comment_state_name((enum comment_state)i),
		    a->by_state[i]);
	json_out_close(o, '}');
	json_out_open(o, "decisions", '{');
	for (int i = 0; i < DECISION_KINDS; i++)
		json_out_integer(
		    o, decision_name((enum decision_kind)i), a->by_kind[i]);
	json_out_close(o, '}');
	item_time(o, "first_seen", a->first_seen_ms);
}

static int
count(const struct portrait *a, enum facet_kind kind, uint64_t value,
    int64_t *n, struct err *e)
{
	struct store_facet f = {a->known.site, value};

	return store_count_facet(a->call->worker->reader, kind, &f, n, e);
}

static int
write_neighbours(struct json_out *o, const struct portrait *a, struct err *e)
{
	int64_t n;

	if (count(a, FACET_NET, a->net, &n, e) != 0)
		return -1;
	json_out_integer(o, "same_network", n);
	json_out_open(o, "hosts", '[');
	for (uint32_t i = 0; i < a->n_hosts; i++) {
		if (count(a, FACET_HOST, a->hosts[i].facet, &n, e) != 0)
			return -1;
		json_out_open(o, NULL, '{');
		json_out_text(o, "host", a->hosts[i].name);
		json_out_integer(o, "n", n);
		json_out_close(o, '}');
	}
	json_out_close(o, ']');
	return 0;
}

static bool
is_named(const struct portrait *a, struct span value)
{
	for (uint32_t i = 0; i < a->n_names; i++)
		if (span_equal(value, a->names[i]))
			return true;
	return a->id.n > 0 && span_equal(value, a->id);
}

static bool
is_host(const struct portrait *a, struct span value)
{
	for (uint32_t i = 0; i < a->n_hosts; i++)
		if (span_equal(value, a->hosts[i].name))
			return true;
	return false;
}

/* Whether an entry of the site's list is about one of the values. */
static bool
concerns(const struct portrait *a, const struct list_entry *l)
{
	return (l->kind == RULE_AUTHOR && is_named(a, l->value)) ||
	       (l->kind == RULE_HOST && is_host(a, l->value));
}

static void
write_lists(struct json_out *o, const struct portrait *a)
{
	struct lists *lists = a->call->worker->service->lists;
	const struct site_list *list = lists_acquire(lists, a->known.site);

	json_out_open(o, "lists", '[');
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
		if (concerns(a, &list->entries[i]))
			list_entry_write(o, NULL, &list->entries[i]);
	json_out_close(o, ']');
	lists_release(lists, list);
}

static int
write_author(struct item_writer *w, const struct portrait *a, struct err *e)
{
	struct json_out *o = &w->out;

	json_out_open(o, NULL, '{');
	item_author_key(o, "key", a->known.author);
	write_names(o, a);
	write_counts(o, &a->known);
	if (write_neighbours(o, a, e) != 0)
		return -1;
	write_lists(o, a);
	json_out_open(o, "last", '[');
	for (uint32_t i = 0; i < a->last.n; i++)
		if (item_write(w, NULL, a->hits[i].place.number, e) != 0)
			return -1;
	json_out_close(o, ']');
	json_out_close(o, '}');
	return 0;
}

/* Reads the key, and all that is known. 0 or -1. */
static int
find(struct portrait *a, struct err *e)
{
	if (item_read_hex(a->call->id, &a->known.author) != 0 ||
	    a->known.author == 0)
		return err_set(e, ERR_MISSING, "there is no such author");
	if (store_get_author(a->call->worker->reader, &a->known, e) != 0 ||
	    read_last(a, e) != 0)
		return -1;
	return a->last.n > 0
		   ? 0
		   : err_set(e, ERR_MISSING, "there is no such author");
}

void
authors_get(const struct call *call)
{
	struct portrait a = {
	    .call = call, .known = {.site = call->caller.site}};
	struct item_writer w;
	struct err e = {ERR_NONE, ""};

	if (find(&a, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	err_no_room(&e);
	if (item_begin(&w, call) != 0 || write_author(&w, &a, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		item_end(&w);
}
