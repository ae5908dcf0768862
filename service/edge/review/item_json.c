#include "item_json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "../check/check_record.h"
#include "../http/problem.h"
#include "../request/reply.h"
#include "../store/store_queue.h"

/* The part of the arena that one item at a time may take. */
enum { ASIDE_PARTS = 3 };

void
item_campaign(
    const struct call *call, int64_t number, char out[ITEM_CAMPAIGN_BYTES + 1])
{
	snprintf(out, ITEM_CAMPAIGN_BYTES + 1, "%" PRId64,
	    veil_put(call->worker->service->veil, number));
}

void
item_time(struct json_out *o, const char *key, int64_t ms)
{
	if (ms > 0)
		json_out_time(o, key, ms);
	else
		json_out_null(o, key);
}

void
item_reports(struct json_out *o, const struct report_counts *c)
{
	json_out_integer(o, "n", report_counts_sum(c));
	json_out_open(o, "reasons", '{');
	for (int i = 0; i < REPORT_REASONS; i++)
		json_out_integer(o, report_reason_name((enum report_reason)i),
		    c->by_reason[i]);
	json_out_close(o, '}');
	item_time(o, "last_at", c->last_at_ms);
	json_out_boolean(o, "open", c->open);
}

void
item_author_key(struct json_out *o, const char *key, uint64_t author)
{
	char digits[AUTHOR_KEY_DIGITS + 1];

	snprintf(digits, sizeof(digits), "%016" PRIx64, author);
	json_out_text_or_null(
	    o, key, author != 0 ? span_of(digits) : (struct span){NULL, 0});
}

int
item_read_hex(struct span digits, uint64_t *out)
{
	static const char hex[] = "0123456789abcdef";

	*out = 0;
	if (digits.n != AUTHOR_KEY_DIGITS)
		return -1;
	for (size_t i = 0; i < digits.n; i++) {
		const char *at = memchr(hex, digits.p[i], sizeof(hex) - 1);

		if (at == NULL)
			return -1;
		*out = *out << 4 | (uint64_t)(at - hex);
	}
	return 0;
}

int
item_begin(struct item_writer *w, const struct call *call)
{
	struct arena *a = &call->request->arena;
	size_t bytes = (a->size - a->used) / ASIDE_PARTS;
	void *block = arena_alloc(a, bytes);

	w->call = call;
	if (block == NULL)
		return -1;
	arena_init(&w->aside, block, bytes);
	json_out_begin(&w->out, a);
	return 0;
}

void
item_end(struct item_writer *w)
{
	struct span body = json_out_end(&w->out);
	struct err e;

	if (body.p == NULL) {
		err_set(&e, ERR_TOO_LARGE,
		    "the answer needs too much memory: ask for less");
		problem_answer(w->call->request, &e, NULL);
	} else {
		reply(w->call, 200, body);
	}
}

static void
write_site(struct item_writer *w, const struct record *r)
{
	struct directory *d = w->call->worker->service->sites;
	struct json_out *o = &w->out;
	struct err ignored;
	struct site site = {0};

	directory_site(d, r->site, &site, &ignored);
	json_out_open(o, "site", '{');
	json_out_integer(o, "id", r->site);
	json_out_text(o, "name", span_of(site.name));
	json_out_close(o, '}');
}

static void
write_author(struct item_writer *w, const struct record *r)
{
	const struct comment_keys *keys = &w->call->worker->service->keys;
	struct json_out *o = &w->out;

	json_out_open(o, "author", '{');
	json_out_text_or_null(o, "id", r->author_id);
	json_out_text_or_null(o, "name", r->author_name);
	json_out_text_or_null(o, "url", r->author_url);
	json_out_text_or_null(o, "net", r->author_net);
	item_author_key(o, "key", check_record_author(r, keys));
	json_out_close(o, '}');
}

static void
write_comment(struct item_writer *w, const struct record *r)
{
	struct json_out *o = &w->out;

	json_out_text(o, "id", span_of(r->id));
	write_site(w, r);
	json_out_text_or_null(o, "engine_id", r->engine_id);
	json_out_text_or_null(o, "thread", r->thread);
	json_out_text_or_null(o, "parent", r->parent);
	json_out_text_or_null(o, "type", r->type);
	item_time(o, "received_at", r->received_at_ms);
	item_time(o, "created_at", r->created_at_ms);
	json_out_text(o, "content", r->content);
	json_out_text(o, "format", span_of(r->html ? "html" : "text"));
	write_author(w, r);
	json_out_text(o, "state", span_of(comment_state_name(r->state)));
	json_out_text(o, "action", r->action);
	json_out_text_or_null(o, "head", r->head);
	if (isnan(r->score))
		json_out_null(o, "score");
	else
		json_out_real(o, "score", r->score);
	json_out_raw(o, "verdict", r->verdict);
}

/* What holds about it, or null. 0 or -1. */
static int
write_decision(struct item_writer *w, struct store_ref ref, struct err *e)
{
	struct json_out *o = &w->out;
	struct decision d;

	if (store_get_decision(
		w->call->worker->reader, ref, &w->aside, &d, e) != 0) {
		json_out_null(o, "decision");
		return e->code == ERR_MISSING ? 0 : -1;
	}
	json_out_open(o, "decision", '{');
	json_out_text(o, "kind", span_of(decision_name(d.kind)));
	json_out_text(o, "actor", d.actor);
	item_time(o, "at", d.created_at_ms);
	json_out_close(o, '}');
	return 0;
}

/* What the challenger would have done otherwise, or null. */
static void
write_shadow(struct json_out *o, const struct queue_shadow *w)
{
	if (w->model[0] == '\0') {
		json_out_null(o, "shadow");
		return;
	}
	json_out_open(o, "shadow", '{');
	json_out_text(o, "model", span_of(w->model));
	json_out_text(o, "action", span_of(w->action));
	if (isnan(w->score))
		json_out_null(o, "score");
	else
		json_out_real(o, "score", w->score);
	json_out_close(o, '}');
}

static void
write_aside(struct item_writer *w, const struct queue_aside *a)
{
	struct json_out *o = &w->out;
	char id[ITEM_CAMPAIGN_BYTES + 1];

	json_out_text_or_null(o, "lang", span_of(a->lang));
	json_out_integer(o, "notes", a->notes);
	if (a->like_it > 1) {
		item_campaign(w->call, a->cluster, id);
		json_out_open(o, "campaign", '{');
		json_out_text(o, "id", span_of(id));
		json_out_integer(o, "size", a->like_it);
		json_out_close(o, '}');
	} else {
		json_out_null(o, "campaign");
	}
	json_out_integer(o, "version", a->version);
	write_shadow(o, &a->shadow);
	if (report_counts_sum(&a->reports) > 0) {
		json_out_open(o, "reports", '{');
		item_reports(o, &a->reports);
		json_out_close(o, '}');
	} else {
		json_out_null(o, "reports");
	}
}

/* A record and what is kept beside it, in memory to be rewound. 0 or -1. */
static int
read_item(struct item_writer *w, int64_t number, struct record *r,
    struct queue_aside *aside, struct err *e)
{
	struct store_reader *reader = w->call->worker->reader;

	arena_rewind(&w->aside, 0);
	if (store_get_number(reader, number, &w->aside, r, e) != 0)
		return -1;
	return store_get_aside(
	    reader, (struct store_ref){r->site, span_of(r->id)}, aside, e);
}

int
item_write(
    struct item_writer *w, const char *key, int64_t number, struct err *e)
{
	struct queue_aside aside;
	struct record r;

	if (read_item(w, number, &r, &aside, e) != 0) {
		if (e->code == ERR_MISSING && key != NULL)
			json_out_null(&w->out, key);
		return e->code == ERR_MISSING ? 0 : -1;
	}
	json_out_open(&w->out, key, '{');
	write_comment(w, &r);
	if (write_decision(w, (struct store_ref){r.site, span_of(r.id)}, e) !=
	    0)
		return -1;
	write_aside(w, &aside);
	json_out_close(&w->out, '}');
	return 0;
}
