#include "perspective.h"

#include "admission.h"
#include "check.h"
#include "json.h"
#include "perspective_json.h"

struct analysis {
	struct check check; /* first */
	struct perspective_request asked;
};

/*
 * The value of a parameter of the query, p NULL when it is not there. Not
 * decoded: no character of an API key needs to be encoded.
 */
static struct span
query_value(struct span query, const char *name)
{
	size_t n = strlen(name);

	while (query.n > 0) {
		const char *end = memchr(query.p, '&', query.n);
		size_t whole = end != NULL ? (size_t)(end - query.p) : query.n;

		if (whole > n && memcmp(query.p, name, n) == 0 &&
		    query.p[n] == '=')
			return (struct span){query.p + n + 1, whole - n - 1};
		whole += end != NULL;
		query = (struct span){query.p + whole, query.n - whole};
	}
	return (struct span){NULL, 0};
}

/* Fills in the caller: 0, or -1 and `out`. */
static int
identify(struct call *call, struct perspective_error *out)
{
	struct http_request *r = call->request;
	struct span key = query_value(r->query, "key");
	struct err e;

	if (key.p == NULL)
		key = http_header(r, "X-Goog-Api-Key");
	if (key.n == 0)
		return perspective_error_set(out, PERSPECTIVE_KEYLESS,
		    "Method doesn't allow unregistered callers (callers "
		    "without established identity). Please use API Key or "
		    "other form of API consumer identity to call this API.");
	if (directory_find(call->worker->service->sites, key, SCOPE_CHECK,
		&call->caller, &e) != 0)
		admission_stranger(call, &e);
	else if (admission_key(call, &e) == 0)
		return 0;
	if (e.code == ERR_RATE)
		return perspective_error_set(
		    out, PERSPECTIVE_QUOTA, "Quota exceeded: %s.", e.text);
	if (e.code == ERR_SCOPE)
		return perspective_error_set(
		    out, PERSPECTIVE_SCOPE, "%s", e.text);
	return perspective_error_set(out, PERSPECTIVE_KEY,
	    "API key not valid. Please pass a valid API key.");
}

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
	static const enum perspective_fault faults[] = {
	    [ERR_TOO_LARGE] = PERSPECTIVE_LONG,
	    [ERR_BUSY] = PERSPECTIVE_DOWN,
	    [ERR_RATE] = PERSPECTIVE_QUOTA,
	    [ERR_DOWN] = PERSPECTIVE_DOWN,
	    [ERR_BUG] = PERSPECTIVE_BUG,
	};
	struct perspective_error out;

	perspective_error_set(&out, faults[e->code], "%s", e->text);
	perspective_error_answer(c->call.request, &out);
}

static int
judged(struct check_item *i, const struct verdict_answer *v)
{
	const struct analysis *a = (const struct analysis *)i->check;

	i->shown = perspective_write(
	    &a->asked, v->verdict->scores, &i->check->call.request->arena);
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
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = c->items[0].shown,
	};

	http_answer(c->call.request, &out);
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
	struct err e;
	json_t *body;
	int failed;

	if (a == NULL || check_init(&a->check, &dialect, call, 1) != 0)
		return perspective_error_set(
		    out, PERSPECTIVE_LONG, "Comment text too long.");
	body = json_read(r->body, &e);
	if (body == NULL)
		return perspective_error_set(out, PERSPECTIVE_JSON,
		    "Invalid JSON payload received: %s", e.text);
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

	if (identify(&own, &e) != 0 || begin(&own, &e) != 0)
		perspective_error_answer(call->request, &e);
}
