#include "../request/reply.h"
#include "../review/feedback.h"
#include "perspective.h"
#include "perspective_call.h"
#include "perspective_json.h"

struct suggestion {
	struct feedback feedback; /* first */
	struct perspective_request asked;
};

static const double bad_from = .5;

static enum decision_kind
kind_of(const struct perspective_request *q)
{
	static const enum decision_kind kinds[MODEL_HEADS] = {
	    [HEAD_SPAM] = DECISION_SPAM,
	    [HEAD_ABUSE] = DECISION_ABUSE,
	};

	for (int h = 0; h < MODEL_HEADS; h++)
		if (q->heads[h].asked && q->heads[h].value >= bad_from)
			return kinds[h];
	return DECISION_APPROVE;
}

static void
answer(const struct suggestion *s)
{
	const struct call *call = &s->feedback.call;
	struct http_request *r = call->request;
	struct span body = perspective_write_suggestion(&s->asked, &r->arena);
	struct err e;

	if (body.p != NULL) {
		reply(call, 200, body);
		return;
	}
	err_no_answer(&e);
	perspective_fail(r, &e);
}

static void
done(struct feedback *f, const struct err *e)
{
	if (e == NULL)
		answer((const struct suggestion *)f);
	else
		perspective_fail(f->call.request, e);
}

static void
decide(struct suggestion *s)
{
	struct feedback *f = &s->feedback;
	struct err e;

	feedback_fill(f, &f->one, kind_of(&s->asked));
	if (feedback_about_comment(f, &s->asked.comment, &e) != 0)
		perspective_fail(f->call.request, &e);
	else
		feedback_decide(f);
}

/* The first step: bytes to a decision on its way. 0, or -1 and `out`. */
static int
begin(const struct call *call, struct perspective_error *out)
{
	struct arena *a = &call->request->arena;
	struct suggestion *s = arena_array(a, 1, sizeof(*s));
	json_t *body;
	int failed;

	if (s == NULL)
		return perspective_error_set(
		    out, PERSPECTIVE_LONG, "Comment text too long.");
	body = perspective_body(call, out);
	if (body == NULL)
		return -1;
	feedback_init(&s->feedback, call, done);
	failed = perspective_read_suggestion(&s->asked, body, a, out);
	json_decref(body);
	if (failed != 0)
		return -1;
	if (s->asked.comment.test)
		answer(s);
	else
		decide(s);
	return 0;
}

void
perspective_suggest(const struct call *call)
{
	struct call own = *call;
	struct perspective_error e;

	if (perspective_identify(&own, SCOPE_FEEDBACK, &e) != 0 ||
	    begin(&own, &e) != 0)
		perspective_error_answer(call->request, &e);
}
