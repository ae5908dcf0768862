#include "check.h"

#include <stdio.h>

#include "check_record.h"
#include "comment_json.h"
#include "json.h"
#include "once.h"
#include "problem.h"
#include "verdict_json.h"

/* A clock of an engine may be ahead of ours by this much. */
enum { CLOCK_AHEAD_MS = 5 * 60 * 1000 };

/* One comment on its way through. */
struct item {
	struct check *check;
	struct comment comment;
	struct reading reading;
	int64_t score_us; /* spent on reading and judging */
	struct state_touch touch;
	struct verdict verdict;
	struct span explained; /* the answer with scores and reasons */
	struct span shown;     /* the answer that the caller may see */
};

/* One request on its way through, in its arena. */
struct check {
	struct call call;
	bool batch;
	uint32_t n, pending; /* pending: touches not done yet */
	struct item *items;
	struct record *records;
	int64_t now_ms;
	struct store_put put;
};

static struct arena *
arena_of(const struct check *c)
{
	return &c->call.request->arena;
}

static void
refuse(struct check *c, enum err_code code, const char *detail,
    const struct problem_field *field)
{
	struct err e;

	err_set(&e, code, "%s", detail);
	problem_answer(c->call.request, &e, field);
}

static void
refuse_full(struct check *c)
{
	refuse(c, ERR_TOO_LARGE, "the comment needs too much memory", NULL);
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

static void
answer(struct check *c)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = c->put.answer,
	};

	http_answer(c->call.request, &out);
}

/* The last step: what was put is on disk, or not. */
static void
on_put(struct store_put *put)
{
	struct check *c =
	    (struct check *)((char *)put - offsetof(struct check, put));

	switch (put->result) {
	case STORE_DONE:
		answer(c);
		return;
	case STORE_REPEATED:
	case STORE_CONFLICT:
		once_repeat(&c->call, &put->once);
		return;
	case STORE_DOWN:
		metrics_add(c->call.worker->service->metrics, METRIC_DEGRADED,
		    PART_STORE, 1);
		problem_answer(c->call.request, &put->err, NULL);
		return;
	}
}

static void
record(struct check *c)
{
	if (c->put.n == 0) {
		answer(c);
		return;
	}
	c->put.records = c->records;
	c->put.loop = c->call.worker->loop;
	c->put.done = on_put;
	store_put(c->call.worker->service->store, &c->put);
}

static void
count_verdict(const struct item *i, const struct judge *j)
{
	struct metrics *m = i->check->call.worker->service->metrics;

	metrics_add(m, METRIC_COMMENTS, i->verdict.action, 1);
	metrics_observe(m, METRIC_SCORE_SECONDS, i->score_us);
	if (i->touch.degraded)
		metrics_add(m, METRIC_DEGRADED, PART_STATE, 1);
	if (j->model == NULL)
		metrics_add(m, METRIC_DEGRADED, PART_MODEL, 1);
}

/* Writes the answers to one comment and, unless it is a test, its record. */
static int
encode(struct check *c, struct item *i, const struct signals *s,
    const struct judge *j)
{
	struct arena *a = arena_of(c);
	struct record *out = &c->records[c->put.n];
	struct verdict_answer v = {
	    .id = i->comment.test ? NULL : out->id,
	    .comment = &i->comment,
	    .verdict = &i->verdict,
	    .signals = s,
	    .judge = j,
	    .state_degraded = i->touch.degraded,
	    .at_ms = i->touch.at_ms,
	};
	bool may_see =
	    (c->call.caller.scopes & (SCOPE_MODERATE | SCOPE_ADMIN)) != 0;

	if (!i->comment.test)
		secrets_ulid(c->now_ms, out->id);
	i->explained = verdict_write(&v, VERDICT_EXPLAINED, a);
	i->shown = may_see ? i->explained : verdict_write(&v, VERDICT_PLAIN, a);
	if (i->explained.p == NULL || i->shown.p == NULL)
		return -1;
	if (i->comment.test)
		return 0;
	out->site = c->call.caller.site;
	out->received_at_ms = c->now_ms;
	out->verdict = i->explained;
	c->put.n++;
	return check_record_fill(
	    out, &i->reading, &i->verdict, c->call.worker->service->secret, a);
}

static int
judge_one(struct check *c, struct item *i, const struct judge *j)
{
	struct signals s = signals_of(&i->reading.keys);
	size_t used = arena_of(c)->used;
	int64_t start_us = clock_monotonic_us();

	if (moderate_judge(&i->verdict, &i->reading, &s, j, arena_of(c)) != 0)
		return -1;
	i->score_us += clock_monotonic_us() - start_us;
	arena_rewind(arena_of(c), used);
	count_verdict(i, j);
	return encode(c, i, &s, j);
}

/* The step after the state: all touches of all comments are done. */
static void
judge(struct check *c)
{
	struct service *service = c->call.worker->service;
	struct judge j = {
	    .model = model_slot_acquire(service->models),
	    .limits = atomic_load(&service->limits),
	};
	int failed = 0;

	for (uint32_t i = 0; i < c->n && !failed; i++)
		failed = judge_one(c, &c->items[i], &j) != 0;
	model_slot_release(service->models, j.model);
	c->put.answer = c->batch ? join(c) : c->items[0].shown;
	if (failed || c->put.answer.p == NULL)
		refuse_full(c);
	else
		record(c);
}

static void
on_touched(struct state_touch *t)
{
	struct item *i =
	    (struct item *)((char *)t - offsetof(struct item, touch));

	if (--i->check->pending == 0)
		judge(i->check);
}

/* The time of the comment, as far as it can be. */
static int64_t
time_of(const struct comment *c, int64_t now_ms)
{
	bool said =
	    c->created_at_ms > 0 && c->created_at_ms <= now_ms + CLOCK_AHEAD_MS;

	return said ? c->created_at_ms : now_ms;
}

/*
 * The step after reading: counts the keys of every comment, in order. What a
 * store that is down will refuse does not count, or it would look like a
 * repeat when it is sent again.
 */
static void
touch(struct check *c)
{
	bool kept = store_up(c->call.worker->service->store);

	c->pending = c->n;
	for (uint32_t i = 0; i < c->n; i++) {
		struct item *item = &c->items[i];

		item->check = c;
		item->touch = (struct state_touch){
		    .site = (uint64_t)c->call.caller.site,
		    .at_ms = time_of(&item->comment, c->now_ms),
		    .keys = &item->reading.keys,
		    .peek = item->comment.test || !kept,
		    .done = on_touched,
		};
		state_touch(c->call.worker->state, &item->touch);
	}
}

/* The comment as data, then as text. */
static enum err_code
read_one(struct check *c, struct item *i, json_t *body, const char *base,
    struct problem_field *field)
{
	enum err_code code =
	    comment_from_json(&i->comment, body, base, arena_of(c), field);
	int64_t start_us = clock_monotonic_us();

	if (code == ERR_NONE &&
	    moderate_read(&i->reading, &i->comment, arena_of(c)) != 0)
		code = ERR_TOO_LARGE;
	i->score_us = clock_monotonic_us() - start_us;
	return code;
}

/*
 * Reads the comments in `body`: the value itself, or the members of its
 * array `comments`.
 */
static enum err_code
decode(struct check *c, json_t *body, struct problem_field *field)
{
	json_t *list = c->batch ? json_object_get(body, "comments") : NULL;
	char base[32] = "";
	enum err_code code = ERR_NONE;

	for (uint32_t i = 0; i < c->n && code == ERR_NONE; i++) {
		if (c->batch)
			snprintf(base, sizeof(base), "/comments/%u", i);
		code = read_one(c, &c->items[i],
		    c->batch ? json_array_get(list, i) : body, base, field);
	}
	return code;
}

static int
check_init(struct check *c, const struct call *call, uint32_t n)
{
	struct arena *a = &call->request->arena;

	c->call = *call;
	c->n = n;
	c->now_ms = clock_unix_ms();
	c->items = arena_array(a, n, sizeof(*c->items));
	c->records = arena_array(a, n, sizeof(*c->records));
	return c->items == NULL || c->records == NULL ? -1 : 0;
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
begin(struct check *c, const struct call *call, json_t *body)
{
	struct problem_field field = {0};
	uint32_t n = c->batch ? batch_size(body, &field) : 1;
	enum err_code code = ERR_FIELD;

	c->call = *call;
	if (n > 0)
		code = check_init(c, call, n) == 0 ? decode(c, body, &field)
						   : ERR_TOO_LARGE;
	if (code == ERR_NONE)
		touch(c);
	else if (code == ERR_FIELD)
		refuse(c, code, "a field is not what was expected", &field);
	else
		refuse_full(c);
}

static void
check(const struct call *call, bool batch)
{
	struct http_request *r = call->request;
	struct check *c = arena_array(&r->arena, 1, sizeof(*c));
	struct err e = {ERR_TOO_LARGE, "the request is too large"};
	json_t *body;

	if (c == NULL) {
		problem_answer(r, &e, NULL);
		return;
	}
	c->batch = batch;
	if (once_begin(call, &c->put.once) == ONCE_ANSWERED)
		return;
	body = json_read(r->body, &e);
	if (body == NULL)
		problem_answer(r, &e, NULL);
	else
		begin(c, call, body);
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
