#include "comments.h"

#include "json.h"
#include "problem.h"
#include "rfc3339.h"
#include "service.h"

/* A member that is left out when there is nothing to say. */
static void
add(json_t *o, const char *name, struct span value)
{
	if (value.n > 0)
		json_object_set_new(o, name, json_span(value));
}

static void
add_time(json_t *o, const char *name, int64_t ms)
{
	char text[RFC3339_BYTES];

	if (ms <= 0)
		return;
	rfc3339_write(ms, text);
	json_object_set_new(o, name, json_string(text));
}

static json_t *
author_to_json(const struct record *r)
{
	json_t *o = json_object();

	add(o, "id", r->author_id);
	add(o, "name", r->author_name);
	add(o, "url", r->author_url);
	add(o, "email_pseudonym", r->author_email);
	add(o, "ip_pseudonym", r->author_ip);
	add(o, "network", r->author_net);
	return o;
}

static json_t *
comment_to_json(const struct record *r)
{
	json_t *o = json_object();

	add(o, "id", r->engine_id);
	add(o, "thread", r->thread);
	add(o, "parent", r->parent);
	add(o, "type", r->type);
	json_object_set_new(o, "content", json_span(r->content));
	json_object_set_new(
	    o, "format", json_string(r->html ? "html" : "text"));
	add_time(o, "created_at", r->created_at_ms);
	json_object_set_new(o, "author", author_to_json(r));
	return o;
}

/* The answer that was given, read back as it was written. */
static json_t *
record_to_json(const struct record *r)
{
	struct err e;
	json_t *o = json_pack("{s:s, s:o, s:o, s:[]}", "id", r->id, "comment",
	    comment_to_json(r), "verdict", json_read(r->verdict, &e),
	    "history");

	if (o != NULL)
		add_time(o, "received_at", r->received_at_ms);
	return o;
}

void
comments_get(const struct call *call)
{
	struct http_request *r = call->request;
	struct http_response out = {
	    .status = 200, .content_type = "application/json"};
	struct store_ref ref = {call->caller.site, call->id};
	struct record record;
	struct err e;
	json_t *o;

	if (store_get(call->worker->reader, ref, &r->arena, &record, &e) != 0) {
		problem_answer(r, &e, NULL);
		return;
	}
	o = record_to_json(&record);
	out.body = json_write(o, &r->arena);
	json_decref(o);
	if (out.body.p == NULL)
		problem_fill(r, 500, "the record cannot be shown", NULL, &out);
	http_answer(r, &out);
}
