#include "perspective.h"

#include "../check/check.h"
#include "../request/reply.h"
#include "perspective_call.h"
#include "perspective_json.h"

struct analysis {
	struct check check; /* first */
	struct perspective_request asked;
};

/* Bit h: the model in use has head h. */
static unsigned
heads_of(struct model_slot *models)
{
	const struct model *m = model_slot_acquire(models);
	unsigned heads = 0;

	for (int h = 0; m != NULL && h < MODEL_HEADS; h++)
		if (m->heads[h].trained_on > 0)
			heads |= 1u << h;
	model_slot_release(models, m);
	return heads;
}

static void
refuse(struct check *c, const struct err *e)
{
	perspective_fail(c->call.request, e);
}

enum { EVERY_HEAD = (1 << MODEL_HEADS) - 1 };

/*
 * What a person or a list said, as scores: an answer has nothing else to say it
 * by. What is about no head in particular shows in whatever is asked.
 */
static const struct said {
	unsigned heads; /* bit h: of head h */
	double score;
} said[RULING_BLOCKED + 1] = {
    [RULING_SPAM] = {1 << HEAD_SPAM, 1},
    [RULING_ABUSE] = {1 << HEAD_ABUSE, 1},
    [RULING_TRASH] = {EVERY_HEAD, 1},
    [RULING_BLOCKED] = {EVERY_HEAD, 1},
    [RULING_HAM] = {EVERY_HEAD, 0},
    [RULING_ALLOWED] = {EVERY_HEAD, 0},
};

/* What is held all the same, though somebody called it good, is the model's to
 * tell. */
static double
score_of(const struct check_item *i, int head)
{
	const struct said *s = &said[i->ruling];
	double model = i->verdict.scores[head];

	if (model < 0 || i->verdict.action == ACTION_HOLD ||
	    (s->heads & 1u << head) == 0)
		return model;
	return s->score;
}

static int
judged(struct check_item *i, const struct verdict_answer *v)
{
	const struct analysis *a = (const struct analysis *)i->check;
	double scores[MODEL_HEADS];

	(void)v;
	for (int h = 0; h < MODEL_HEADS; h++)
		scores[h] = score_of(i, h);
	i->shown = perspective_write(
	    &a->asked, scores, &i->check->call.request->arena);
	return i->shown.p == NULL ? -1 : 0;
}

static int
encode(struct check *c)
{
	(void)c; /* nothing to repeat: the dialect has no idempotency keys */
	return 0;
}

static void
answer(struct check *c)
{
	reply(&c->call, 200, c->items[0].shown);
}

static const struct check_dialect dialect = {
    .judged = judged,
    .encode = encode,
    .answer = answer,
    .refuse = refuse,
};

/* Reads the request into `a`: 0, or -1 and `out`. */
static int
decode(struct analysis *a, const struct call *call, json_t *body,
    struct perspective_error *out)
{
	unsigned heads = heads_of(call->worker->service->models);

	if (heads == 0)
		return perspective_error_set(
		    out, PERSPECTIVE_DOWN, "There is no model to judge with.");
	return perspective_read(
	    &a->asked, body, heads, &call->request->arena, out);
}

/* The first step: bytes to a comment on its way. 0, or -1 and `out`. */
static int
begin(const struct call *call, struct perspective_error *out)
{
	struct http_request *r = call->request;
	struct analysis *a = arena_array(&r->arena, 1, sizeof(*a));
	json_t *body;
	int failed;

	if (a == NULL || check_init(&a->check, &dialect, call, 1) != 0)
		return perspective_error_set(
		    out, PERSPECTIVE_LONG, "Comment text too long.");
	body = perspective_body(call, out);
	if (body == NULL)
		return -1;
	failed = decode(a, call, body, out);
	json_decref(body);
	if (failed != 0)
		return -1;
	a->check.items[0].comment = a->asked.comment;
	check_go(&a->check);
	return 0;
}

void
perspective_analyze(const struct call *call)
{
	struct call own = *call;
	struct perspective_error e;

	if (perspective_identify(&own, SCOPE_CHECK, &e) != 0 ||
	    begin(&own, &e) != 0)
		perspective_error_answer(call->request, &e);
}
