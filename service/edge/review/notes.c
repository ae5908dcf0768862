#include "notes.h"

#include "../format/json.h"
#include "../http/problem.h"
#include "../store/store_notes.h"
#include "../store/store_queue.h"
#include "item_json.h"

enum { NOTE_BYTES_MAX = 2048 };

static void
write_note(void *arg, const struct note *n)
{
	struct json_out *o = arg;

	json_out_open(o, NULL, '{');
	json_out_text(o, "id", span_of(n->id));
	item_time(o, "at", n->created_at_ms);
	json_out_text(o, "by", n->author);
	json_out_text(o, "note", n->content);
	json_out_close(o, '}');
}

void
notes_get(const struct call *call)
{
	struct store_reader *r = call->worker->reader;
	struct store_ref ref = {call->caller.site, call->id};
	struct queue_aside aside;
	struct item_writer w;
	struct err e = {ERR_TOO_LARGE, "the request is too large"};
	int failed = store_get_aside(r, ref, &aside, &e);

	if (failed == 0)
		failed = item_begin(&w, call);
	if (failed == 0) {
		json_out_open(&w.out, NULL, '{');
		json_out_open(&w.out, "notes", '[');
		failed = store_each_note(
		    r, ref, &(struct note_visit){write_note, &w.out}, &e);
	}
	if (failed != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	json_out_close(&w.out, ']');
	json_out_close(&w.out, '}');
	item_end(&w);
}

/* Reads {"note":…}: 0, or -1 and `e`, `field`. */
static int
read_note(
    struct note *n, json_t *body, struct problem_field *field, struct err *e)
{
	const json_t *text = json_object_get(body, "note");

	n->content =
	    (struct span){json_string_value(text), json_string_length(text)};
	if (n->content.n > 0 && n->content.n <= NOTE_BYTES_MAX)
		return 0;
	*field = (struct problem_field){
	    "/note", "expected a string of 1 to 2048 bytes"};
	return err_set(e, ERR_FIELD, "a field is not what was expected");
}

void
notes_add(const struct call *call)
{
	struct http_request *r = call->request;
	struct problem_field field;
	struct queue_aside aside;
	struct item_writer w;
	struct note n = {
	    .site = call->caller.site,
	    .created_at_ms = clock_unix_ms(),
	    .comment = call->id,
	    .author = span_of(call->caller.key),
	};
	struct err e = {ERR_TOO_LARGE, "the request is too large"};
	json_t *body = json_read(r->body, &e);

	secrets_ulid(n.created_at_ms, n.id);
	if (body == NULL ||
	    store_get_aside(call->worker->reader,
		(struct store_ref){n.site, n.comment}, &aside, &e) != 0 ||
	    read_note(&n, body, &field, &e) != 0 ||
	    store_add_note(call->worker->service->store, &n, &e) != 0 ||
	    item_begin(&w, call) != 0) {
		problem_answer(r, &e, e.code == ERR_FIELD ? &field : NULL);
	} else {
		write_note(&w.out, &n);
		item_end(&w);
	}
	json_decref(body);
}
