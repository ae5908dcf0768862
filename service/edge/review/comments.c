#include "comments.h"

#include "../format/charset.h"
#include "../format/form.h"
#include "../format/json.h"
#include "../format/json_members.h"
#include "../http/problem.h"
#include "../request/query.h"
#include "../request/reply.h"
#include "../request/service.h"
#include "../store/store_find.h"
#include "decision_json.h"

enum { ENGINE_ID_BYTES_MAX = 256, FOUND_MAX = 10, HISTORY_MAX = 100 };

static json_t *
author_to_json(const struct record *r)
{
	json_t *o = json_object();

	json_add_text(o, "id", r->author_id);
	json_add_text(o, "name", r->author_name);
	json_add_text(o, "url", r->author_url);
	json_add_text(o, "email_pseudonym", r->author_email);
	json_add_text(o, "ip_pseudonym", r->author_ip);
	json_add_text(o, "network", r->author_net);
	return o;
}

static json_t *
comment_to_json(const struct record *r)
{
	json_t *o = json_object();

	json_add_text(o, "id", r->engine_id);
	json_add_text(o, "thread", r->thread);
	json_add_text(o, "parent", r->parent);
	json_add_text(o, "type", r->type);
	json_object_set_new(o, "content", json_span(r->content));
	json_object_set_new(
	    o, "format", json_string(r->html ? "html" : "text"));
	json_add_time(o, "created_at", r->created_at_ms);
	json_object_set_new(o, "author", author_to_json(r));
	return o;
}

/* A history in the making. */
static void
add_decision(void *arg, const struct decision *d)
{
	json_array_append_new(arg, decision_to_json(d));
}

/* What people decided about it; NULL and `e`. */
static json_t *
history_to_json(const struct call *call, const struct record *r, struct err *e)
{
	struct store_ref ref = {r->site, span_of(r->id)};
	json_t *list = json_array();

	if (list == NULL)
		err_set(e, ERR_DOWN, "no memory for its history");
	else if (store_each_of_comment(call->worker->reader, ref,
		     &(struct decision_visit){add_decision, list, HISTORY_MAX},
		     e) == 0)
		return list;
	json_decref(list);
	return NULL;
}

/* With the answer that was given, read back as it was written. */
static json_t *
record_to_json(const struct call *call, const struct record *r, struct err *e)
{
	json_t *history = history_to_json(call, r, e);
	struct err ignored;
	json_t *o;

	if (history == NULL)
		return NULL;
	o = json_pack("{s:s, s:s, s:o, s:o, s:o}", "id", r->id, "state",
	    comment_state_name(r->state), "comment", comment_to_json(r),
	    "verdict", json_read(r->verdict, &ignored), "history", history);
	if (o == NULL) {
		err_set(e, ERR_BUG, "the record cannot be shown");
		return NULL;
	}
	json_add_time(o, "received_at", r->received_at_ms);
	json_add_time(o, "decided_at", r->decided_at_ms);
	return o;
}

/* Answers with `o` and gives it back; NULL: with `e`. */
static void
answer(const struct call *call, json_t *o, const struct err *e)
{
	if (o == NULL)
		problem_answer(call->request, e, NULL);
	else
		reply_json(call, 200, o);
}

void
comments_get(const struct call *call)
{
	struct http_request *r = call->request;
	struct store_ref ref = {call->caller.site, call->id};
	struct record record;
	struct err e;
	json_t *o = NULL;

	if (store_get(call->worker->reader, ref, &r->arena, &record, &e) == 0)
		o = record_to_json(call, &record, &e);
	answer(call, o, &e);
}

/* A list in the making. */
struct list {
	const struct call *call;
	json_t *records;
	struct err e;
	bool failed;
};

static void
add_record(void *arg, const struct record *r)
{
	struct list *l = arg;
	json_t *o = record_to_json(l->call, r, &l->e);

	l->failed |= o == NULL || json_array_append_new(l->records, o) != 0;
}

/* The id that is asked for; n == 0: none. */
static struct span
engine_id_of(const struct call *call)
{
	struct arena *a = &call->request->arena;
	struct form query;
	struct span id = {NULL, 0};
	struct err ignored; /* then none is asked for */

	if (query_read(&query, call, &ignored) == 0)
		id = form_get(&query, span_of("engine_id"));
	return charset_read(id, CHARSET_UTF8, ENGINE_ID_BYTES_MAX, a);
}

void
comments_find(const struct call *call)
{
	struct list l = {.call = call};
	struct store_ref ref = {call->caller.site, engine_id_of(call)};
	struct record_visit visit = {
	    .each = add_record,
	    .arg = &l,
	    .arena = &call->request->arena,
	    .most = FOUND_MAX,
	};
	json_t *o = NULL;

	if (ref.id.n == 0) {
		err_set(&l.e, ERR_INPUT,
		    "engine_id: expected the id that the engine gave");
		answer(call, NULL, &l.e);
		return;
	}
	l.records = json_array();
	if (store_each_of_engine_id(call->worker->reader, ref, &visit, &l.e) ==
		0 &&
	    !l.failed)
		o = json_pack("{s:O}", "comments", l.records);
	json_decref(l.records);
	answer(call, o, &l.e);
}
