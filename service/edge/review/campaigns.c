#include "campaigns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../format/form.h"
#include "../http/problem.h"
#include "../request/access.h"
#include "../request/query.h"
#include "campaign_text.h"
#include "facets.h"

enum {
	LIST_DEFAULT = 20,
	LIST_MAX = 50,
	COMPARED_BYTES = 4096, /* of a text, for what it has in common */
	NUMBER_BYTES = 24,
};

/* What a query asks for: which part of a list. */
struct slice {
	uint32_t most;
	int64_t after[2]; /* a time and a number, 0: from the start */
};

/* "123" or "123-456", as many numbers as there are: 0 or -1. */
static int
read_numbers(struct span text, int64_t *out, int n)
{
	char digits[2 * NUMBER_BYTES], *at = digits;

	if (text.n == 0 || text.n >= sizeof(digits))
		return -1;
	memcpy(digits, text.p, text.n);
	digits[text.n] = '\0';
	for (int i = 0; i < n; i++) {
		if (*at < '0' || *at > '9')
			return -1;
		out[i] = strtoll(at, &at, 10);
		if (i + 1 < n && *at++ != '-')
			return -1;
	}
	return *at == '\0' ? 0 : -1;
}

/* Reads ?limit= and ?cursor=, which is of so many numbers. 0 or -1. */
static int
read_slice(const struct call *call, struct slice *p, int numbers, struct err *e)
{
	struct span limit, cursor;
	struct form f;
	int64_t most = LIST_DEFAULT;

	*p = (struct slice){.most = 0};
	if (query_read(&f, call, e) != 0)
		return -1;
	limit = form_get(&f, span_of("limit"));
	cursor = form_get(&f, span_of("cursor"));
	if (limit.p != NULL &&
	    (read_numbers(limit, &most, 1) != 0 || most < 1 || most > LIST_MAX))
		return err_set(e, ERR_INPUT, "limit: expected 1 to 50");
	if (cursor.p != NULL && read_numbers(cursor, p->after, numbers) != 0)
		return err_set(
		    e, ERR_INPUT, "cursor: expected one that was given");
	p->most = (uint32_t)most;
	return 0;
}

/* What the caller sees, in the request's arena: 0 or -1. */
static int
sites_of(const struct call *call, struct site_set *out, struct err *e)
{
	const struct caller *c = &call->caller;
	uint32_t room = c->site != 0 ? 1 : c->n_grants;
	struct site site = {.id = 0};
	int64_t *ids;

	*out = (struct site_set){NULL, 0};
	if (c->site == 0 && c->grants == NULL)
		return 0;
	ids = arena_array(&call->request->arena, room + 1, sizeof(*ids));
	if (ids == NULL)
		return err_no_room(e);
	while (out->n < room && access_next_site(call, site.id, &site) == 0)
		ids[out->n++] = site.id;
	out->ids = ids;
	return 0;
}

static int64_t
shown(const struct call *call, int64_t number)
{
	return veil_put(call->worker->service->veil, number);
}

static int64_t
meant(const struct call *call, int64_t number)
{
	return number == 0 ? 0 : veil_lift(call->worker->service->veil, number);
}

int
campaigns_ref(const struct call *call, struct campaign_ref *out, struct err *e)
{
	int64_t name;

	if (read_numbers(call->id, &name, 1) != 0 ||
	    (out->id = meant(call, name)) <= 0)
		return err_set(e, ERR_MISSING, "there is no such campaign");
	return sites_of(call, &out->sites, e);
}

static bool
is_seen(const struct site_set *sites, int64_t site)
{
	for (uint32_t i = 0; i < sites->n; i++)
		if (sites->ids[i] == site)
			return true;
	return sites->ids == NULL;
}

int
campaigns_read_template(const struct call *call, const struct campaign_ref *ref,
    struct arena *a, struct record *out, struct err *e)
{
	struct store_reader *r = call->worker->reader;
	struct queue_hit newest;
	struct campaign_members m = {
	    .of = *ref, .open_but = -1, .most = 1, .hits = &newest};
	size_t used = a->used;

	if (store_get_number(r, ref->id, a, out, e) == 0 &&
	    is_seen(&ref->sites, out->site))
		return 0;
	arena_rewind(a, used);
	if (store_find_members(r, &m, e) != 0)
		return -1;
	if (m.n == 0)
		return err_set(e, ERR_MISSING, "there is no such campaign");
	return store_get_number(r, newest.place.number, a, out, e);
}

/* The last of the rules that are visited that the caller sees. */
struct last_rule {
	const struct call *call;
	struct campaign_rule *out;
	bool found;
};

static void
look_at_rule(void *arg, const struct campaign_rule *r)
{
	struct last_rule *l = arg;

	if (l->found ||
	    (r->site != 0 && !access_sees(&l->call->caller, r->site)))
		return;
	*l->out = *r;
	l->found = true;
}

bool
campaigns_rule(
    const struct call *call, int64_t campaign, struct campaign_rule *out)
{
	struct last_rule l = {call, out, false};
	struct rule_visit visit = {look_at_rule, &l};
	struct err ignored;

	return store_each_rule_of(
		   call->worker->reader, campaign, &visit, &ignored) == 0 &&
	       l.found;
}

void
campaigns_write_rule(
    struct json_out *o, const char *key, const struct campaign_rule *r)
{
	json_out_open(o, key, '{');
	json_out_text(o, "id", span_of(r->id));
	json_out_text(o, "decision", span_of(decision_name(r->kind)));
	json_out_text(o, "by", span_of(r->by));
	item_time(o, "at", r->created_at_ms);
	item_time(o, "until", r->until_ms);
	json_out_close(o, '}');
}

/* Not within a code point. */
static struct span
shortened(struct span s)
{
	if (s.n <= COMPARED_BYTES)
		return s;
	s.n = COMPARED_BYTES;
	while (s.n > 0 && (s.p[s.n] & 0xC0) == 0x80)
		s.n--;
	return s;
}

/* Reads the template and some of the newest: how many. */
static uint32_t
read_texts(struct item_writer *w, const struct campaign_ref *ref,
    struct text texts[CAMPAIGN_TEXTS_MAX])
{
	struct queue_hit hits[CAMPAIGN_TEXTS_MAX - 1];
	struct campaign_members m = {.of = *ref,
	    .open_but = -1,
	    .most = CAMPAIGN_TEXTS_MAX - 1,
	    .hits = hits};
	struct store_reader *reader = w->call->worker->reader;
	struct arena *a = &w->aside;
	struct err ignored;
	struct record r;
	uint32_t n = 0;

	if (campaigns_read_template(w->call, ref, a, &r, &ignored) != 0 ||
	    store_find_members(reader, &m, &ignored) != 0)
		return 0;
	for (uint32_t i = 0; i <= m.n; i++) {
		r.content = shortened(r.content);
		if (facets_read(&texts[n], &r, a) != 0)
			break;
		n++;
		if (i < m.n && store_get_number(reader, hits[i].place.number, a,
				   &r, &ignored) != 0)
			break;
	}
	return n;
}

static void
write_parts(struct json_out *o, const struct campaign_text *t)
{
	json_out_open(o, "parts", '[');
	for (uint32_t i = 0; i < t->n_parts; i++) {
		json_out_open(o, NULL, '{');
		json_out_text(o, "text", t->parts[i].text);
		json_out_boolean(o, "common", t->parts[i].common);
		json_out_close(o, '}');
	}
	json_out_close(o, ']');
}

static void
write_hosts(struct json_out *o, const struct campaign_text *t)
{
	json_out_open(o, "hosts", '[');
	for (uint32_t i = 0; i < t->n_hosts; i++) {
		json_out_open(o, NULL, '{');
		json_out_text(o, "host", t->hosts[i].name);
		json_out_integer(o, "n", t->hosts[i].n);
		json_out_close(o, '}');
	}
	json_out_close(o, ']');
}

/* What its texts have in common; nothing, when they do not fit. */
static void
write_text(struct item_writer *w, const struct campaign_ref *ref)
{
	struct text texts[CAMPAIGN_TEXTS_MAX];
	struct campaign_text t = {.n_parts = 0};
	struct span template = {NULL, 0};
	uint32_t n;

	arena_rewind(&w->aside, 0);
	n = read_texts(w, ref, texts);
	if (n > 0 && campaign_text_compare(&t, texts, n, &w->aside) == 0)
		template = texts[0].source;
	json_out_text(&w->out, "template", template);
	write_parts(&w->out, &t);
	write_hosts(&w->out, &t);
}

static void
write_sites(struct item_writer *w, const struct campaign_figures *f)
{
	struct directory *d = w->call->worker->service->sites;
	struct json_out *o = &w->out;
	struct site site;
	struct err ignored;

	json_out_open(o, "sites", '[');
	for (uint32_t i = 0; i < f->n_sites; i++) {
		if (directory_site(d, f->sites[i].id, &site, &ignored) != 0)
			continue; /* it is being deleted */
		json_out_open(o, NULL, '{');
		json_out_integer(o, "id", site.id);
		json_out_text(o, "name", span_of(site.name));
		json_out_integer(o, "n", f->sites[i].n);
		json_out_close(o, '}');
	}
	json_out_close(o, ']');
}

static void
write_counts(struct json_out *o, const struct campaign_figures *f)
{
	json_out_integer(o, "size", f->size);
	json_out_integer(o, "held", f->by_state[COMMENT_HELD]);
	json_out_open(o, "states", '{');
	for (int i = 0; i < COMMENT_STATES; i++)
		json_out_integer(o, comment_state_name((enum comment_state)i),
		    f->by_state[i]);
	json_out_close(o, '}');
	json_out_integer(o, "authors", f->authors);
	json_out_integer(o, "networks", f->nets);
	json_out_integer(o, "links", f->hosts);
	item_time(o, "first_at", f->first_at_ms);
	item_time(o, "last_at", f->last_at_ms);
	json_out_open(o, "spread", '[');
	for (int i = 0; i < CAMPAIGN_SPREAD; i++)
		json_out_integer(o, NULL, f->spread[i]);
	json_out_close(o, ']');
}

/* Writes the members of one campaign. */
static void
write_campaign(struct item_writer *w, const struct campaign_ref *ref,
    const struct campaign_figures *f)
{
	struct json_out *o = &w->out;
	struct campaign_rule rule;
	char id[ITEM_CAMPAIGN_BYTES + 1];

	item_campaign(w->call, ref->id, id);
	json_out_text(o, "id", span_of(id));
	write_counts(o, f);
	write_sites(w, f);
	write_text(w, ref);
	if (campaigns_rule(w->call, ref->id, &rule))
		campaigns_write_rule(o, "decision", &rule);
	else
		json_out_null(o, "decision");
}

static void
write_next(struct json_out *o, bool more, const char *cursor)
{
	json_out_text_or_null(
	    o, "next", more ? span_of(cursor) : (struct span){NULL, 0});
}

/* One that is gone by now is left out. 0 or -1. */
static int
write_list(struct item_writer *w, const struct campaign_page *p, struct err *e)
{
	struct json_out *o = &w->out;

	json_out_open(o, "items", '[');
	for (uint32_t i = 0; i < p->n; i++) {
		struct campaign_ref ref = {p->sites, p->items[i].id};
		struct campaign_figures f;

		if (store_get_campaign(w->call->worker->reader, &ref, &f, e) !=
		    0) {
			if (e->code != ERR_MISSING)
				return -1;
			continue;
		}
		json_out_open(o, NULL, '{');
		write_campaign(w, &ref, &f);
		json_out_close(o, '}');
	}
	json_out_close(o, ']');
	return 0;
}

static int
list(struct item_writer *w, struct err *e)
{
	const struct call *call = w->call;
	struct campaign items[LIST_MAX + 1];
	struct campaign_page page = {.items = items};
	char cursor[2 * NUMBER_BYTES] = "";
	struct slice slice;
	bool more;

	if (read_slice(call, &slice, 2, e) != 0 ||
	    sites_of(call, &page.sites, e) != 0)
		return -1;
	page.after =
	    (struct campaign){meant(call, slice.after[1]), slice.after[0]};
	page.most = slice.most + 1;
	if (store_find_campaigns(call->worker->reader, &page, e) != 0)
		return -1;
	more = page.n > slice.most;
	page.n -= more;
	if (more)
		snprintf(cursor, sizeof(cursor), "%" PRId64 "-%" PRId64,
		    items[page.n - 1].last_at_ms,
		    shown(call, items[page.n - 1].id));
	if (item_begin(w, call) != 0)
		return err_no_room(e);
	json_out_open(&w->out, NULL, '{');
	if (write_list(w, &page, e) != 0)
		return -1;
	write_next(&w->out, more, cursor);
	json_out_close(&w->out, '}');
	return 0;
}

static int
get(struct item_writer *w, struct err *e)
{
	const struct call *call = w->call;
	struct queue_hit hits[LIST_MAX + 1] = {0};
	struct campaign_members m = {.open_but = -1, .hits = hits};
	struct campaign_figures f;
	char cursor[NUMBER_BYTES] = "";
	struct slice slice;
	bool more;

	if (campaigns_ref(call, &m.of, e) != 0 ||
	    read_slice(call, &slice, 1, e) != 0)
		return -1;
	m.before = meant(call, slice.after[0]);
	m.most = slice.most + 1;
	if (store_get_campaign(call->worker->reader, &m.of, &f, e) != 0 ||
	    store_find_members(call->worker->reader, &m, e) != 0)
		return -1;
	if (item_begin(w, call) != 0)
		return err_no_room(e);
	json_out_open(&w->out, NULL, '{');
	write_campaign(w, &m.of, &f);
	more = m.n > slice.most;
	m.n -= more;
	json_out_open(&w->out, "members", '[');
	for (uint32_t i = 0; i < m.n; i++)
		if (item_write(w, NULL, hits[i].place.number, e) != 0)
			return -1;
	json_out_close(&w->out, ']');
	if (more)
		snprintf(cursor, sizeof(cursor), "%" PRId64,
		    shown(call, hits[m.n - 1].place.number));
	write_next(&w->out, more, cursor);
	json_out_close(&w->out, '}');
	return 0;
}

static void
answer(
    const struct call *call, int (*write)(struct item_writer *w, struct err *e))
{
	struct item_writer w = {.call = call};
	struct err e;

	if (write(&w, &e) == 0)
		item_end(&w);
	else
		problem_answer(call->request, &e, NULL);
}

void
campaigns_list(const struct call *call)
{
	answer(call, list);
}

void
campaigns_get(const struct call *call)
{
	answer(call, get);
}
