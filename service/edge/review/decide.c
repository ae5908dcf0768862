#include "decide.h"

#include "../check/once.h"
#include "../format/json.h"
#include "../request/reply.h"
#include "decision_json.h"
#include "feedback.h"

struct deciding {
	struct feedback feedback; /* first */
	struct record record;
	struct decision_wish wish;
};

static void
decided(struct feedback *f, const struct err *e)
{
	if (e == NULL)
		reply(&f->call, 200, f->put.answer);
	else
		feedback_refuse(f, e);
}

/* The state of the comment is what is decided now, whoever does. */
static void
undone(struct feedback *f, const struct err *e)
{
	struct call *call = &f->call;
	struct store_ref ref = {f->one.site, f->one.comment};
	struct record now;
	struct err gone;

	if (e == NULL && store_get(call->worker->reader, ref,
			     &call->request->arena, &now, &gone) != 0)
		e = &gone;
	if (e != NULL) {
		feedback_refuse(f, e);
		return;
	}
	f->one.undone_at_ms = f->undo.at_ms;
	f->one.undone_by = f->undo.by;
	reply(call, 200,
	    decision_answer(
		&f->one, now.state, "undone", &call->request->arena));
}

/* Makes room and reads the record; NULL: answered. */
static struct deciding *
begin(const struct call *call,
    void (*done)(struct feedback *f, const struct err *e))
{
	struct arena *a = &call->request->arena;
	struct deciding *d = arena_array(a, 1, sizeof(*d));
	struct store_ref ref = {call->caller.site, call->id};
	struct err e = {ERR_TOO_LARGE, "the request is too large"};

	if (d != NULL) {
		feedback_init(&d->feedback, call, done);
		if (store_get(call->worker->reader, ref, a, &d->record, &e) ==
		    0)
			return d;
	}
	problem_answer(call->request, &e, NULL);
	return NULL;
}

/* Turns what was asked into a decision, and that into an answer. */
static int
fill(struct deciding *d, struct err *e)
{
	struct feedback *f = &d->feedback;
	const struct caller *caller = &f->call.caller;
	struct decision *one = &f->one;

	feedback_fill(f, one, d->wish.kind);
	one->learn = one->learn && d->wish.learn;
	one->reason = d->wish.reason;
	one->note = d->wish.note;
	if (caller->scopes & SCOPE_MODERATE)
		one->actor = span_of("moderator");
	if (d->wish.conditional)
		f->put.if_state = &d->wish.if_state;
	if (feedback_about_record(f, one, &d->record, e) != 0)
		return -1;
	f->put.answer = decision_answer(one, decision_state(one->kind),
	    "decision", &f->call.request->arena);
	return f->put.answer.p != NULL
		   ? 0
		   : err_set(e, ERR_TOO_LARGE, "the answer does not fit");
}

/* Reads what is asked for: 0, or -1 and answered. */
static int
read_wish(struct deciding *d, const struct call *call)
{
	struct http_request *r = call->request;
	struct problem_field field;
	struct err e;
	json_t *body = json_read(r->body, &e);

	if (body == NULL) {
		problem_answer(r, &e, NULL);
		return -1;
	}
	e.code = decision_wish_read(&d->wish, body, &r->arena, &field);
	json_decref(body);
	if (e.code == ERR_NONE)
		return 0;
	err_set(&e, e.code, "%s",
	    e.code == ERR_FIELD ? "a field is not what was expected"
				: "the request is too large");
	problem_answer(r, &e, e.code == ERR_FIELD ? &field : NULL);
	return -1;
}

void
decide(const struct call *call)
{
	struct store_once once;
	struct deciding *d;
	struct err e;

	if (once_begin(call, &once) == ONCE_ANSWERED)
		return;
	d = begin(call, decided);
	if (d == NULL || read_wish(d, call) != 0)
		return;
	d->feedback.put.once = once;
	if (fill(d, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		feedback_decide(&d->feedback);
}

void
decide_undo(const struct call *call)
{
	struct deciding *d = begin(call, undone);
	struct store_ref ref = {call->caller.site, call->id};
	struct err e;

	if (d == NULL)
		return;
	if (store_get_decision(call->worker->reader, ref, &call->request->arena,
		&d->feedback.one, &e) != 0)
		problem_answer(call->request, &e, NULL);
	else
		feedback_undo(&d->feedback);
}
