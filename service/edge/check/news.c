#include "news.h"

#include "../format/json_out.h"

/* Events of one put; of more decisions only their number is told. */
enum { SINGLE_MAX = 32 };

/* What there is to tell of comments. */
struct news {
	int64_t site;
	struct span id; /* n 0: several */
	const char *state, *kind, *by;
	uint32_t n;
};

static void
put_name(struct json_out *o, const char *key, const char *text)
{
	json_out_text_or_null(
	    o, key, text == NULL ? (struct span){NULL, 0} : span_of(text));
}

static void
tell(struct service *s, const struct news *n)
{
	char block[EVENT_BYTES_MAX];
	struct json_out o;
	struct arena a;

	arena_init(&a, block, sizeof(block));
	json_out_begin(&o, &a);
	json_out_open(&o, NULL, '{');
	json_out_text_or_null(&o, "id", n->id);
	json_out_integer(&o, "site", n->site);
	put_name(&o, "state", n->state);
	put_name(&o, "by", n->by);
	put_name(&o, "kind", n->kind);
	json_out_time(&o, "at", clock_unix_ms());
	json_out_integer(&o, "n", n->n);
	json_out_close(&o, '}');
	events_tell(s->events, n->site, "queue", json_out_end(&o));
}

void
news_of_records(struct service *s, const struct store_put *put)
{
	struct news held = {
	    .state = comment_state_name(COMMENT_HELD), .kind = "new"};

	for (uint32_t i = 0; i < put->n; i++) {
		const struct record *r = &put->records[i];

		if (!span_equal(r->action, span_of("hold")))
			continue;
		held.site = r->site;
		held.id = span_of(r->id);
		held.n++;
	}
	if (held.n > 1)
		held.id.n = 0;
	if (held.n > 0)
		tell(s, &held);
}

void
news_of_report(struct service *s, const struct report *r)
{
	tell(s, &(struct news){
		    .site = r->site,
		    .id = r->comment,
		    .state = comment_state_name(COMMENT_PUBLISHED),
		    .kind = "reported",
		    .n = 1,
		});
}

/* What a comment is now, after something was taken back; NULL: not known. */
static const char *
state_now(const struct call *call, struct store_ref ref)
{
	struct arena *a = &call->request->arena;
	size_t used = a->used;
	struct record r;
	struct err ignored;
	int found = store_get(call->worker->reader, ref, a, &r, &ignored);

	arena_rewind(a, used);
	return found == 0 ? comment_state_name(r.state) : NULL;
}

static void
tell_decision(const struct call *call, const struct decision *d, bool undone)
{
	struct service *s = call->worker->service;
	struct store_ref ref = {d->site, d->comment};
	const struct news n = {
	    .site = d->site,
	    .id = d->comment,
	    .state = undone ? state_now(call, ref)
			    : comment_state_name(decision_state(d->kind)),
	    .kind = undone ? "undone" : "decided",
	    .by = call->caller.label,
	    .n = 1,
	};

	if (d->comment.n > 0)
		tell(s, &n);
}

void
news_of_decisions(const struct news_of *w)
{
	struct service *s = w->call->worker->service;

	if (w->n > SINGLE_MAX) {
		tell(s, &(struct news){
			    .site = w->decisions[0].site,
			    .kind = w->undone ? "undone" : "decided",
			    .by = w->call->caller.label,
			    .n = w->n,
			});
		return;
	}
	for (uint32_t i = 0; i < w->n; i++)
		tell_decision(w->call, &w->decisions[i], w->undone);
}

void
news_of_lease(struct service *s, const struct lease *l, const char *by)
{
	char block[EVENT_BYTES_MAX];
	struct json_out o;
	struct arena a;

	arena_init(&a, block, sizeof(block));
	json_out_begin(&o, &a);
	json_out_open(&o, NULL, '{');
	json_out_text(&o, "id", span_of(l->comment));
	put_name(&o, "by", by);
	if (by == NULL)
		json_out_null(&o, "until");
	else
		json_out_time(&o, "until", l->until_ms);
	json_out_close(&o, '}');
	events_tell(s->events, l->site, "lease", json_out_end(&o));
}
