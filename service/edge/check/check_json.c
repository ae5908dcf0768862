#include "check_json.h"

#include <stdio.h>

#include "../format/json.h"
#include "../format/json_out.h"
#include "../http/problem.h"
#include "../request/admission.h"
#include "check.h"
#include "comment_json.h"
#include "once.h"

/* POST /v1/comments, and its batch. */
struct check_json {
	struct check check; /* first */
	bool batch;
};

static struct arena *
arena_of(const struct check *c)
{
	return &c->call.request->arena;
}

static void
refuse(struct check *c, const struct err *e)
{
	problem_answer(c->call.request, e, NULL);
}

static const char flood[] =
    "far too many comments of this author or address; nothing was recorded";

/* What a batch answers in the place of a verdict; p NULL when full. */
static struct span
write_flood(const struct check_item *i)
{
	struct json_out o;

	json_out_begin(&o, arena_of(i->check));
	json_out_open(&o, NULL, '{');
	json_out_open(&o, "error", '{');
	problem_write(&o, 429, flood);
	json_out_integer(&o, "retry_after_s", i->quota.reset_s);
	json_out_close(&o, '}');
	json_out_close(&o, '}');
	return json_out_end(&o);
}

static int
judged(struct check_item *i, const struct verdict_answer *v)
{
	const struct caller *caller = &i->check->call.caller;
	bool may_see = (caller->scopes & (SCOPE_MODERATE | SCOPE_ADMIN)) != 0;

	if (i->quota.floods) {
		i->shown = write_flood(i);
		return i->shown.p == NULL ? -1 : 0;
	}
	i->shown = may_see
		       ? i->explained
		       : verdict_write(v, VERDICT_PLAIN, arena_of(i->check));
	return i->shown.p == NULL ? -1 : 0;
}

/* {"results":[…]} of what was shown for each; p NULL when full. */
static struct span
join(const struct check *c)
{
	static const char head[] = "{\"results\":[", tail[] = "]}";
	size_t n = sizeof(head) + sizeof(tail) + c->n;
	char *p, *at;

	for (uint32_t i = 0; i < c->n; i++)
		n += c->items[i].shown.n;
	p = at = arena_alloc(arena_of(c), n);
	if (p == NULL)
		return (struct span){NULL, 0};
	at = mempcpy(at, head, sizeof(head) - 1);
	for (uint32_t i = 0; i < c->n; i++) {
		if (i > 0)
			*at++ = ',';
		at = mempcpy(at, c->items[i].shown.p, c->items[i].shown.n);
	}
	at = mempcpy(at, tail, sizeof(tail) - 1);
	return (struct span){p, (size_t)(at - p)};
}

static int
encode(struct check *c)
{
	bool batch = ((const struct check_json *)c)->batch;

	c->put.answer = batch ? join(c) : c->items[0].shown;
	return c->put.answer.p == NULL ? -1 : 0;
}

static void
refuse_flood(struct check *c, const struct commenter_quota *q)
{
	struct err e;

	err_set(&e, ERR_RATE, "%s", flood);
	admission_wait(&c->call, q->reset_s);
	problem_answer(c->call.request, &e, NULL);
}

static void
answer(struct check *c)
{
	bool batch = ((const struct check_json *)c)->batch;
	const struct commenter_quota *q = &c->items[0].quota;
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = c->put.answer,
	};

	if (!batch)
		admission_tell(&c->call, q);
	if (!batch && q->floods)
		refuse_flood(c, q);
	else
		http_answer(c->call.request, &out);
}

static const struct check_dialect dialect = {
    .judged = judged,
    .encode = encode,
    .answer = answer,
    .refuse = refuse,
};

/*
 * Reads the comments in `body`: the value itself, or the members of its
 * array `comments`.
 */
static enum err_code
decode(struct check_json *j, json_t *body, struct problem_field *field)
{
	struct check *c = &j->check;
	json_t *list = j->batch ? json_object_get(body, "comments") : NULL;
	char base[32] = "";
	enum err_code code = ERR_NONE;

	for (uint32_t i = 0; i < c->n && code == ERR_NONE; i++) {
		if (j->batch)
			snprintf(base, sizeof(base), "/comments/%u", i);
		code = comment_from_json(&c->items[i].comment,
		    j->batch ? json_array_get(list, i) : body, base,
		    arena_of(c), field);
	}
	return code;
}

/* How many comments are in a batch; 0: it is none, which `field` explains. */
static uint32_t
batch_size(json_t *body, struct problem_field *field)
{
	size_t n = json_array_size(json_object_get(body, "comments"));

	if (n >= 1 && n <= CHECK_BATCH_MAX)
		return (uint32_t)n;
	*field = (struct problem_field){
	    "/comments", "expected an array of 1 to 500 comments"};
	return 0;
}

/* The first step: bytes to comments. */
static void
begin(struct check_json *j, const struct call *call, json_t *body)
{
	struct problem_field field = {0};
	uint32_t n = j->batch ? batch_size(body, &field) : 1;
	enum err_code code = ERR_FIELD;
	struct err e;

	if (n > 0)
		code = check_init(&j->check, &dialect, call, n) == 0
			   ? decode(j, body, &field)
			   : ERR_TOO_LARGE;
	if (code == ERR_NONE) {
		check_go(&j->check);
		return;
	}
	err_set(&e, code, "%s",
	    code == ERR_FIELD ? "a field is not what was expected"
			      : "the comment needs too much memory");
	problem_answer(call->request, &e, code == ERR_FIELD ? &field : NULL);
}

static void
check(const struct call *call, bool batch)
{
	struct http_request *r = call->request;
	struct check_json *j = arena_array(&r->arena, 1, sizeof(*j));
	struct err e = {ERR_TOO_LARGE, "the request is too large"};
	json_t *body;

	if (j == NULL) {
		problem_answer(r, &e, NULL);
		return;
	}
	j->batch = batch;
	if (once_begin(call, &j->check.put.once) == ONCE_ANSWERED)
		return;
	body = json_read(r->body, &e);
	if (body == NULL)
		problem_answer(r, &e, NULL);
	else
		begin(j, call, body);
	json_decref(body);
}

void
check_one(const struct call *call)
{
	check(call, false);
}

void
check_batch(const struct call *call)
{
	check(call, true);
}
