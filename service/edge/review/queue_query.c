#include "queue_query.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "../format/charset.h"
#include "../format/json_in.h"
#include "../format/rfc3339.h"
#include "../request/access.h"
#include "../request/query.h"
#include "facets.h"
#include "item_json.h"
#include "queue_words.h"

enum { FIELD_BYTES_MAX = 2048 };

/* Names of orders; their first letters are those of cursors. */
static const char *const orders[QUEUE_ORDERS] = {
    [QUEUE_NEWEST] = "newest",
    [QUEUE_OLDEST] = "oldest",
    [QUEUE_RISK] = "risk",
    [QUEUE_UNCERTAIN] = "uncertain",
};

/* A query in the making. */
struct reader {
	struct queue_query *query;
	const struct call *call;
	struct span cursor; /* read when the order is known */
	bool full;
};

static struct arena *
arena_of(const struct reader *r)
{
	return &r->call->request->arena;
}

static const struct comment_keys *
keys_of(const struct reader *r)
{
	return &r->call->worker->service->keys;
}

static int
read_state(struct reader *r, struct span s)
{
	r->query->reported = span_equal(s, span_of("reported"));
	if (r->query->reported)
		s = span_of(comment_state_name(COMMENT_PUBLISHED));
	r->query->state = comment_state_named(s);
	return r->query->state >= 0 || span_equal(s, span_of("any")) ? 0 : -1;
}

static int
read_order(struct reader *r, struct span s)
{
	int i = span_index(s, orders, QUEUE_ORDERS);

	if (i < 0)
		return -1;
	r->query->order = (enum queue_order)i;
	return 0;
}

static int
read_words(struct reader *r, struct span s)
{
	if (s.n > QUEUE_WORDS_BYTES_MAX)
		return -1;
	r->query->words = queue_words(s, arena_of(r));
	r->full |= r->query->words.p == NULL;
	return 0;
}

static int
read_reason(struct reader *r, struct span s)
{
	r->query->reasons = facet_reason(s);
	return r->query->reasons != 0 ? 0 : -1;
}

static int
read_shadow(struct reader *r, struct span s)
{
	r->query->disputed = span_equal(s, span_of("disagrees"));
	return r->query->disputed ? 0 : -1;
}

static int
read_lang(struct reader *r, struct span s)
{
	r->query->lang = s;
	return language_is_code(s) ? 0 : -1;
}

static int
read_author(struct reader *r, struct span s)
{
	if (item_read_hex(s, &r->query->author) != 0)
		return -1;
	return r->query->author != 0 ? 0 : -1;
}

static int
read_thread(struct reader *r, struct span s)
{
	r->query->thread = facet_of(s, keys_of(r));
	return 0;
}

static int
read_net(struct reader *r, struct span s)
{
	r->query->net = facet_of(s, keys_of(r));
	return 0;
}

/* A host as links have it, by the same rules. */
static int
read_host(struct reader *r, struct span s)
{
	char *url = arena_alloc(arena_of(r), sizeof("https://") + s.n);
	struct text t;
	int n;

	r->full |= url == NULL;
	if (url == NULL)
		return 0;
	n = snprintf(
	    url, sizeof("https://") + s.n, "https://%.*s", (int)s.n, s.p);
	if (text_normalise(&t, (struct span){url, (size_t)n}, FORMAT_TEXT,
		arena_of(r)) != 0) {
		r->full = true;
		return 0;
	}
	if (t.n_links != 1 || t.links[0].source.end != (uint32_t)n)
		return -1;
	r->query->host = facet_of(t.links[0].host, keys_of(r));
	return 0;
}

/* A number of JSON from 0 to 1. */
static int
read_share(struct reader *r, struct span s, double *out)
{
	struct err ignored;
	const struct json_in *v = json_in_read(s, arena_of(r), &ignored);

	*out = -1;
	if (v != NULL && v->kind == IN_REAL)
		*out = v->real;
	else if (v != NULL && v->kind == IN_INTEGER)
		*out = (double)v->integer;
	return *out >= 0 && *out <= 1 ? 0 : -1;
}

static int
read_score_min(struct reader *r, struct span s)
{
	return read_share(r, s, &r->query->score_min);
}

static int
read_score_max(struct reader *r, struct span s)
{
	return read_share(r, s, &r->query->score_max);
}

static int
read_since(struct reader *r, struct span s)
{
	return rfc3339_read_partial(s, &r->query->since_ms);
}

static int
read_until(struct reader *r, struct span s)
{
	if (rfc3339_read_partial(s, &r->query->until_ms) != 0)
		return -1;
	r->query->until_ms += r->query->until_ms == 0; /* that is no bound */
	return 0;
}

static int
read_limit(struct reader *r, struct span s)
{
	int64_t n = 0;

	if (form_number(s, 1, QUEUE_LIMIT_MAX, &n) != 0)
		return -1;
	r->query->most = (uint32_t)n;
	return 0;
}

static int
read_cursor(struct reader *r, struct span s)
{
	r->cursor = s;
	return 0;
}

/* access.h reads it */
static int
read_site(struct reader *r, struct span s)
{
	(void)r, (void)s;
	return 0;
}

/* The names, in the order in which the first misfit is told. */
static const struct {
	const char *name;
	int (*read)(struct reader *r, struct span s);
	const char *expected;
} fields[] = {
    {"state", read_state,
	"held, rejected, published, reported, trashed or any"},
    {"order", read_order, "risk, newest, oldest or uncertain"},
    {"q", read_words, "at most 512 bytes"},
    {"reason", read_reason, "the code of a reason"},
    {"shadow", read_shadow, "disagrees"},
    {"lang", read_lang, "a language of ISO 639, or und: of none known"},
    {"author", read_author, "the key of an author, 16 hex digits"},
    {"thread", read_thread, "a thread"},
    {"net", read_net, "a network as it is shown"},
    {"host", read_host, "the name of a host"},
    {"score_min", read_score_min, "a number from 0 to 1"},
    {"score_max", read_score_max, "a number from 0 to 1"},
    {"since", read_since, "a date or time, as in RFC 3339"},
    {"until", read_until, "a date or time, as in RFC 3339"},
    {"limit", read_limit, "a number from 1 to 200"},
    {"cursor", read_cursor, "what `next` said"},
    {"site", read_site, "a site"},
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

/* One field: 0, or -1 and `e`. */
static int
read_field(struct reader *r, const struct form_field *f, struct err *e)
{
	struct span value =
	    charset_read(f->value, CHARSET_UTF8, FIELD_BYTES_MAX, arena_of(r));
	size_t i = 0;

	while (i < FIELDS && !span_equal(f->name, span_of(fields[i].name)))
		i++;
	if (i == FIELDS)
		return err_set(e, ERR_INPUT,
		    "there is no field of that name: expected site, state, "
		    "order, q, reason, shadow, lang, author, thread, net, "
		    "host, score_min, score_max, since, until, limit or "
		    "cursor");
	if (value.p == NULL && f->value.n > 0)
		r->full = true;
	else if (value.n > 0 && fields[i].read(r, value) != 0)
		return err_set(e, ERR_INPUT, "%s: expected %s", fields[i].name,
		    fields[i].expected);
	if (r->full)
		return err_set(e, ERR_TOO_LARGE, "the query is too long");
	return 0;
}

int
queue_query_read(struct queue_query *q, const struct call *call,
    const struct form *form, struct err *e)
{
	struct reader r = {.query = q, .call = call};

	*q = (struct queue_query){
	    .site = q->site,
	    .state = COMMENT_HELD,
	    .order = QUEUE_RISK,
	    .score_min = NAN,
	    .score_max = NAN,
	    .most = QUEUE_LIMIT_DEFAULT,
	};
	for (uint32_t i = 0; i < form->n; i++)
		if (read_field(&r, &form->fields[i], e) != 0)
			return -1;
	if (r.cursor.n > 0 &&
	    queue_cursor_read(
		&(struct queue_cursor){q->order, call->worker->service->veil},
		r.cursor, &q->after) != 0)
		return err_set(e, ERR_INPUT,
		    "cursor: expected what `next` said, for the same order");
	return 0;
}

int
queue_query_asked(struct queue_query *q, const struct call *call, struct err *e)
{
	struct form form;

	if (query_read(&form, call, e) != 0)
		return -1;
	return queue_query_read(q, call, &form, e);
}

void
queue_cursor_write(const struct queue_cursor *c, const struct queue_place *p,
    char out[QUEUE_CURSOR_BYTES + 1])
{
	uint64_t rank;

	memcpy(&rank, &p->rank, sizeof(rank));
	snprintf(out, QUEUE_CURSOR_BYTES + 1, "%c%016" PRIx64 "%016" PRIx64,
	    *orders[c->order], rank, (uint64_t)veil_put(c->veil, p->number));
}

int
queue_cursor_read(
    const struct queue_cursor *c, struct span text, struct queue_place *out)
{
	uint64_t rank, number;

	if (text.n != QUEUE_CURSOR_BYTES || *text.p != *orders[c->order] ||
	    item_read_hex((struct span){text.p + 1, 16}, &rank) != 0 ||
	    item_read_hex((struct span){text.p + 17, 16}, &number) != 0)
		return -1;
	memcpy(&out->rank, &rank, sizeof(rank));
	out->number = veil_lift(c->veil, (int64_t)number);
	return isfinite(out->rank) && out->number > 0 ? 0 : -1;
}

/* Whether `a` comes before `b`: < 0; by rank, then by number. */
static int
compare(enum queue_order order, const struct queue_place *a,
    const struct queue_place *b)
{
	bool up = order == QUEUE_OLDEST || order == QUEUE_UNCERTAIN;
	int is = (a->rank > b->rank) - (a->rank < b->rank);

	if (is == 0)
		is = (a->number > b->number) - (a->number < b->number);
	return up ? is : -is;
}

/* Puts `one` where it belongs among the first `most` of the page. */
static void
insert(struct queue_page *p, const struct queue_query *q,
    const struct queue_hit *one)
{
	uint32_t at = p->n < q->most ? p->n++ : q->most;

	for (; at > 0 &&
	       compare(q->order, &one->place, &p->hits[at - 1].place) < 0;
	     at--)
		if (at < q->most)
			p->hits[at] = p->hits[at - 1];
	if (at < q->most)
		p->hits[at] = *one;
}

/* Goes on at `place` rather than at a later one. */
static void
stop_at(struct queue_place *next, const struct queue_query *q,
    const struct queue_place *place)
{
	if (place->number != 0 &&
	    (next->number == 0 || compare(q->order, place, next) < 0))
		*next = *place;
}

/* Cuts a page of one more than asked, and what is behind where it stops. */
static void
cut(struct queue_page *p, const struct queue_query *q)
{
	while (p->next.number != 0 && p->n > 0 &&
	       compare(q->order, &p->hits[p->n - 1].place, &p->next) > 0)
		p->n--;
	if (p->n <= q->most)
		return;
	p->n = q->most;
	p->next = p->hits[p->n - 1].place;
}

int
queue_query_page(const struct queue_query *asked, const struct call *call,
    struct queue_page *out, struct err *e)
{
	struct queue_query q = *asked;
	struct queue_page one = {.hits = out->hits + asked->most + 1};
	struct site site = {0};

	out->n = 0;
	out->next = (struct queue_place){0, 0};
	q.most++; /* whether there are more */
	while (access_next_site(call, site.id, &site) == 0) {
		q.site = site.id;
		if (store_find_page(call->worker->reader, &q, &one, e) != 0)
			return -1;
		for (uint32_t i = 0; i < one.n; i++)
			insert(out, &q, &one.hits[i]);
		stop_at(&out->next, &q, &one.next);
	}
	cut(out, asked);
	return 0;
}
