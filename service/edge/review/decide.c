#include "decide.h"

#include <limits.h>

#include "../check/once.h"
#include "../format/form.h"
#include "../format/json.h"
#include "../request/fields.h"
#include "../request/query.h"
#include "../request/reply.h"
#include "decision_json.h"
#include "feedback.h"

struct deciding {
	struct feedback feedback; /* first */
	struct record record;
	struct decision_wish wish;
	struct span undo; /* the decision to be undone; p NULL: the last */
};

/* A decision that is looked for among those about its comment. */
struct search {
	struct deciding *of;
	bool found, undone;
	struct span answer; /* that it is undone */
};

static void
decided(struct feedback *f, const struct err *e)
{
	if (e == NULL)
		reply(&f->call, 200, f->put.answer);
	else
		feedback_refuse(f, e);
}

static int
read_record(struct deciding *d, struct err *e)
{
	const struct call *call = &d->feedback.call;
	struct store_ref ref = {call->caller.site, call->id};

	return store_get(
	    call->worker->reader, ref, &call->request->arena, &d->record, e);
}

static void
search_one(void *arg, const struct decision *one)
{
	struct search *s = arg;
	struct deciding *d = s->of;

	if (!span_equal(d->undo, span_of(one->id)))
		return;
	s->found = true;
	s->undone = one->undone_at_ms > 0;
	if (s->undone)
		s->answer = decision_answer(one, d->record.state, "undone",
		    &d->feedback.call.request->arena);
}

/*
 * What is to be undone is not the last that holds. If it was undone that is
 * answered again: a browser repeats what it got no answer to.
 */
static void
answer_late(struct deciding *d)
{
	const struct call *call = &d->feedback.call;
	struct store_ref ref = {call->caller.site, call->id};
	struct search s = {.of = d};
	struct decision_visit visit = {search_one, &s, UINT_MAX};
	struct err e = {ERR_MISSING, "there is no such decision"};

	d->feedback.one.site = call->caller.site;
	d->feedback.one.comment = call->id;
	if (read_record(d, &e) == 0 &&
	    store_each_of_comment(call->worker->reader, ref, &visit, &e) == 0 &&
	    s.found)
		err_set(&e, ERR_STALE,
		    "somebody else decided in between: look at it again");
	if (s.undone)
		reply(call, 200, s.answer);
	else
		feedback_refuse(&d->feedback, &e);
}

/* The state of the comment is what is decided now, whoever does. */
static void
undone(struct feedback *f, const struct err *e)
{
	struct deciding *d = (struct deciding *)f;
	struct err gone;

	if (e != NULL && e->code == ERR_STALE && d->undo.p != NULL) {
		answer_late(d);
		return;
	}
	if (e == NULL && read_record(d, &gone) != 0)
		e = &gone;
	if (e != NULL) {
		feedback_refuse(f, e);
		return;
	}
	f->one.undone_at_ms = f->undo.at_ms;
	f->one.undone_by = f->undo.by;
	reply(&f->call, 200,
	    decision_answer(
		&f->one, d->record.state, "undone", &f->call.request->arena));
}

/* Makes room and reads the record; NULL: answered. */
static struct deciding *
begin(const struct call *call,
    void (*done)(struct feedback *f, const struct err *e))
{
	struct deciding *d = arena_array(&call->request->arena, 1, sizeof(*d));
	struct err e = ERR_NO_ROOM;

	if (d != NULL) {
		feedback_init(&d->feedback, call, done);
		if (read_record(d, &e) == 0)
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
	return f->put.answer.p != NULL ? 0 : err_no_answer(e);
}

/* Reads what is asked for: 0, or -1 and answered. */
static int
read_wish(struct deciding *d, const struct call *call)
{
	static const char *const members[] = {
	    DECISION_WISH_MEMBERS, "if_state", NULL};
	struct http_request *r = call->request;
	struct problem_field field;
	struct err e;
	json_t *body = json_read(r->body, &e);
	int failed =
	    body == NULL || fields_only(body, members, &field, &e) != 0 ||
	    decision_wish_read(&d->wish, body, &r->arena, &field, &e) != 0;

	json_decref(body);
	if (!failed)
		return 0;
	problem_answer(r, &e, &field);
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

/* The decision that the query names; p NULL: none. 0 or -1. */
static int
read_undo(struct deciding *d, struct err *e)
{
	struct form query;

	if (query_read(&query, &d->feedback.call, e) != 0)
		return -1;
	d->undo = form_get(&query, span_of("decision"));
	return 0;
}

void
decide_undo(const struct call *call)
{
	struct deciding *d = begin(call, undone);
	struct store_ref ref = {call->caller.site, call->id};
	struct decision *last;
	struct err e;
	bool found;

	if (d == NULL)
		return;
	last = &d->feedback.one;
	found = read_undo(d, &e) == 0 &&
		store_get_decision(call->worker->reader, ref,
		    &call->request->arena, last, &e) == 0;
	if (!found && (d->undo.p == NULL || e.code != ERR_MISSING))
		problem_answer(call->request, &e, NULL);
	else if (d->undo.p == NULL || span_equal(d->undo, span_of(last->id)))
		feedback_undo(&d->feedback);
	else
		answer_late(d);
}
