#include "notes.h"

#include "../format/json.h"
#include "../request/fields.h"
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
	struct err e = ERR_NO_ROOM;
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
	static const char *const members[] = {"note", NULL};

	if (fields_only(body, members, field, e) != 0)
		return -1;
	n->content = json_text(json_object_get(body, "note"));
	if (n->content.n > 0 && n->content.n <= NOTE_BYTES_MAX)
		return 0;
	return fields_misfit(
	    field, e, "/note", "expected a string of 1 to 2048 bytes");
}

/* A note on its way to the store, in the request's arena. */
struct adding {
	struct aside_job job; /* first */
	struct call call;
	struct note note;
	json_t *body; /* of which the note borrows */
	int failed;
	struct err err; /* why */
};

static void
work(struct aside_job *j)
{
	struct adding *x = (struct adding *)j;

	x->failed =
	    store_add_note(x->call.worker->service->store, &x->note, &x->err);
}

static void
done(struct aside_job *j)
{
	struct adding *x = (struct adding *)j;
	json_t *body = x->body;
	struct item_writer w;

	if (!x->failed && item_begin(&w, &x->call) != 0)
		x->failed = err_no_answer(&x->err);
	if (x->failed) {
		problem_answer(x->call.request, &x->err, NULL);
	} else {
		write_note(&w.out, &x->note);
		item_end(&w);
	}
	json_decref(body);
}

/* Reads what is to be written; NULL and `e`, `field`. */
static struct adding *
begin(const struct call *call, struct problem_field *field, struct err *e)
{
	struct adding *x = arena_array(&call->request->arena, 1, sizeof(*x));
	struct queue_aside aside;

	if (x == NULL)
		return NULL;
	*x = (struct adding){
	    .job = {.work = work, .done = done, .loop = call->worker->loop},
	    .call = *call,
	    .note =
		{
		    .site = call->caller.site,
		    .created_at_ms = clock_unix_ms(),
		    .comment = call->id,
		},
	    .body = json_read(call->request->body, e),
	};
	x->note.author = span_of(x->call.caller.key);
	secrets_ulid(x->note.created_at_ms, x->note.id);
	if (x->body != NULL &&
	    store_get_aside(call->worker->reader,
		(struct store_ref){x->note.site, x->note.comment}, &aside,
		e) == 0 &&
	    read_note(&x->note, x->body, field, e) == 0)
		return x;
	json_decref(x->body);
	return NULL;
}

void
notes_add(const struct call *call)
{
	struct problem_field field;
	struct err e = ERR_NO_ROOM;
	struct adding *x = begin(call, &field, &e);

	if (x != NULL)
		aside_do(call->worker->service->aside, &x->job);
	else
		problem_answer(call->request, &e, &field);
}
