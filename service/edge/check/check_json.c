#include "check_json.h"

#include <stdio.h>

#include "../format/json_in.h"
#include "../format/json_mend.h"
#include "../format/json_out.h"
#include "../http/problem.h"
#include "../request/admission.h"
#include "../request/reply.h"
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
	bool may_see = check_explains(i->check);
	enum verdict_detail detail =
	    may_see ? VERDICT_EXPLAINED : VERDICT_PLAIN;

	if (i->quota.floods) {
		i->shown = write_flood(i);
		return i->shown.p == NULL ? -1 : 0;
	}
	i->shown = may_see && i->explained.p != NULL
		       ? i->explained
		       : verdict_write(v, detail, arena_of(i->check));
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

	if (!batch)
		admission_tell(&c->call, q);
	if (!batch && q->floods)
		refuse_flood(c, q);
	else
		reply(&c->call, 200, c->put.answer);
}

static const struct check_dialect dialect = {
    .judged = judged,
    .encode = encode,
    .answer = answer,
    .refuse = refuse,
};

/* Reads the comments of a batch, which begin with `o`. */
static int
decode_batch(
    struct check *c, const struct json_in *o, struct problem_field *field)
{
	char base[32];

	for (uint32_t i = 0; i < c->n; i++, o = o->next) {
		snprintf(base, sizeof(base), "/comments/%u", i);
		if (comment_from_json(&c->items[i].comment, o, base, field) !=
		    0)
			return -1;
	}
	return 0;
}

/* How many comments are in a batch; 0: it is none, which `field` explains. */
static uint32_t
batch_size(const struct json_in *list, struct problem_field *field)
{
	if (list != NULL && list->kind == IN_ARRAY && list->n >= 1 &&
	    list->n <= CHECK_BATCH_MAX)
		return list->n;
	*field = (struct problem_field){
	    "/comments", "expected an array of 1 to 500 comments"};
	return 0;
}

/* The first step: bytes to comments. */
static enum err_code
decode(struct check_json *j, const struct call *call,
    const struct json_in *body, struct problem_field *field)
{
	const struct json_in *list =
	    j->batch ? json_in_member(body, "comments") : NULL;
	uint32_t n = j->batch ? batch_size(list, field) : 1;
	struct check *c = &j->check;
	int misfit;

	if (n == 0)
		return ERR_FIELD;
	if (check_init(c, &dialect, call, n) != 0)
		return ERR_TOO_LARGE;
	misfit = list != NULL
		     ? decode_batch(c, list->first, field)
		     : comment_from_json(&c->items[0].comment, body, "", field);
	return misfit ? ERR_FIELD : ERR_NONE;
}

static void
begin(struct check_json *j, const struct call *call, const struct json_in *body)
{
	struct problem_field field = {0};
	enum err_code code = decode(j, call, body, &field);
	struct err e;

	if (code == ERR_NONE) {
		check_go(&j->check);
		return;
	}
	err_set(&e, code, "%s",
	    code == ERR_FIELD ? "a field is not what was expected"
			      : "the comment needs too much memory");
	problem_answer(call->request, &e, &field);
}

static void
check(const struct call *call, bool batch)
{
	struct http_request *r = call->request;
	struct check_json *j = arena_array(&r->arena, 1, sizeof(*j));
	struct err e = ERR_NO_ROOM;
	const struct json_in *body = NULL;
	struct span text = r->body;

	if (j == NULL) {
		problem_answer(r, &e, NULL);
		return;
	}
	j->batch = batch;
	if (once_begin(call, &j->check.put.once) == ONCE_ANSWERED)
		return;
	if (json_mend(&text, &r->arena) == 0)
		body = json_in_read(text, &r->arena, &e);
	if (body == NULL)
		problem_answer(r, &e, NULL);
	else
		begin(j, call, body);
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
