#include "webhooks.h"

#include <stdlib.h>

#include "form.h"
#include "json.h"
#include "secrets_seal.h"
#include "service.h"
#include "webhook_json.h"
#include "webhook_secret.h"

enum { LOG_DEFAULT = 50, LOG_MOST = 200 };
enum { OLD_SECRET_MS = 24 * 3600 * 1000 /* it signs so much longer */ };

enum { ALL_TYPES = (1 << NOTICE_PING) - 1 };

static struct arena *
arena_of(const struct call *call)
{
	return &call->request->arena;
}

static struct store_ref
ref_of(const struct call *call)
{
	return (struct store_ref){call->caller.site, call->id};
}

/* Answers with `o`, which is given back. */
static void
answer(const struct call *call, unsigned status, json_t *o)
{
	struct http_response out = {
	    .status = status,
	    .content_type = "application/json",
	    .body = json_write(o, arena_of(call)),
	};

	json_decref(o);
	if (out.body.p == NULL)
		problem_fill(
		    call->request, 500, "the answer does not fit", NULL, &out);
	http_answer(call->request, &out);
}

static void
answer_full(const struct call *call)
{
	struct err e;

	err_set(&e, ERR_TOO_LARGE, "the request needs too much memory");
	problem_answer(call->request, &e, NULL);
}

static void
append(void *arg, const struct webhook *w)
{
	json_array_append_new(arg, webhook_to_json(w, clock_unix_ms()));
}

void
webhooks_list(const struct call *call)
{
	json_t *all = json_array();
	struct store_ref ref = {call->caller.site, {NULL, 0}};
	struct webhook_visit visit = {append, all};
	struct err e;

	if (store_each_webhook(call->worker->reader, ref, &visit, &e) == 0) {
		answer(call, 200, json_pack("{s:o}", "webhooks", all));
		return;
	}
	json_decref(all);
	problem_answer(call->request, &e, NULL);
}

/* A webhook of the caller's site, in the request's arena. */
struct found {
	struct arena *arena;
	struct webhook webhook;
	enum { NOT_THERE, THERE, TOO_LARGE } how;
};

static void
keep(void *arg, const struct webhook *w)
{
	struct found *f = arg;
	struct span *const texts[] = {&f->webhook.url, &f->webhook.secret,
	    &f->webhook.old_secret, &f->webhook.why};

	f->webhook = *w;
	f->how = THERE;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		*texts[i] = arena_copy(f->arena, *texts[i]);
		if (texts[i]->p == NULL)
			f->how = TOO_LARGE;
	}
}

/* The one that the path names: 0, or -1: answered. */
static int
find(const struct call *call, struct webhook *out)
{
	struct found f = {.arena = arena_of(call)};
	struct webhook_visit visit = {keep, &f};
	struct err e;
	int failed =
	    store_each_webhook(call->worker->reader, ref_of(call), &visit, &e);

	*out = f.webhook;
	if (!failed && f.how == THERE)
		return 0;
	if (!failed && f.how == NOT_THERE)
		err_set(&e, ERR_MISSING, "there is no such webhook");
	if (!failed && f.how == TOO_LARGE)
		err_set(&e, ERR_TOO_LARGE, "the webhook is too large");
	problem_answer(call->request, &e, NULL);
	return -1;
}

void
webhooks_get(const struct call *call)
{
	struct webhook w;

	if (find(call, &w) == 0)
		answer(call, 200, webhook_to_json(&w, clock_unix_ms()));
}

/* Reads what the body wants; `o` holds it. 0, or -1: answered. */
static int
read_wish(const struct call *call, struct webhook_wish *w, json_t **o)
{
	const char *hosts = courier_hosts(call->worker->service->courier);
	struct problem_field field;
	struct err e;

	*o = json_read(call->request->body, &e);
	if (*o != NULL && webhook_wish_read(w, *o, hosts, &field) == ERR_NONE)
		return 0;
	if (*o != NULL)
		err_set(&e, ERR_FIELD, "a field is not what was expected");
	problem_answer(call->request, &e, *o == NULL ? NULL : &field);
	json_decref(*o);
	return -1;
}

/* Gives `w` a secret: the one that is wished for, else a new one, in `plain`.
 * -1: the arena is full. */
static int
set_secret(const struct call *call, struct webhook *w, struct span wished,
    struct span *plain)
{
	struct arena *a = arena_of(call);

	*plain = wished.p != NULL ? wished : webhook_secret_new(a);
	if (plain->p == NULL)
		return -1;
	w->secret = secrets_seal(call->worker->service->secret, *plain, a);
	return w->secret.p == NULL ? -1 : 0;
}

/* Changes what is wished for, all but the secret. */
static void
apply(struct webhook *w, const struct webhook_wish *wish)
{
	if (wish->url.p != NULL)
		w->url = wish->url;
	if (wish->types != 0)
		w->types = wish->types;
	if (wish->active >= 0)
		w->active = wish->active;
}

/* Writes `w` and answers with it, and with its secret for the only time. */
static void
set(const struct call *call, const struct webhook *w, unsigned status,
    struct span plain)
{
	struct err e;
	json_t *o;

	if (store_set_webhook(call->worker->service->store, w, &e) != 0) {
		problem_answer(call->request, &e, NULL);
		return;
	}
	o = webhook_to_json(w, clock_unix_ms());
	if (plain.p != NULL)
		json_object_set_new(o, "secret", json_span(plain));
	answer(call, status, o);
}

static void
count(void *arg, const struct webhook *w)
{
	(void)w;
	++*(unsigned *)arg;
}

/* 0, or -1: there are as many as there may be; answered. */
static int
check_room(const struct call *call)
{
	unsigned n = 0;
	struct webhook_visit visit = {count, &n};
	struct store_ref ref = {call->caller.site, {NULL, 0}};
	struct err e;

	if (store_each_webhook(call->worker->reader, ref, &visit, &e) == 0 &&
	    n >= WEBHOOKS_MAX)
		err_set(&e, ERR_TAKEN, "a site has %d webhooks at most",
		    WEBHOOKS_MAX);
	else if (n < WEBHOOKS_MAX)
		return 0;
	problem_answer(call->request, &e, NULL);
	return -1;
}

void
webhooks_add(const struct call *call)
{
	static const struct problem_field no_url = {
	    "/url", "expected the URL of the webhook"};
	struct webhook w = {
	    .site = call->caller.site,
	    .created_at_ms = clock_unix_ms(),
	    .types = ALL_TYPES,
	    .active = true,
	};
	struct webhook_wish wish;
	struct span plain;
	struct err e;
	json_t *o;

	if (check_room(call) != 0 || read_wish(call, &wish, &o) != 0)
		return;
	secrets_ulid(w.created_at_ms, w.id);
	apply(&w, &wish);
	if (w.url.p == NULL) {
		err_set(&e, ERR_FIELD, "a field is missing");
		problem_answer(call->request, &e, &no_url);
	} else if (set_secret(call, &w, wish.secret, &plain) != 0) {
		answer_full(call);
	} else {
		set(call, &w, 201, plain);
	}
	json_decref(o);
}

void
webhooks_change(const struct call *call)
{
	struct span plain = {NULL, 0};
	struct webhook w;
	struct webhook_wish wish;
	json_t *o;

	if (find(call, &w) != 0 || read_wish(call, &wish, &o) != 0)
		return;
	apply(&w, &wish);
	w.why = (struct span){NULL, 0};
	w.failures = 0;
	w.paused_until_ms = 0;
	if (wish.secret.p != NULL &&
	    set_secret(call, &w, wish.secret, &plain) != 0)
		answer_full(call);
	else
		set(call, &w, 200, (struct span){NULL, 0});
	json_decref(o);
}

void
webhooks_rotate(const struct call *call)
{
	struct span plain;
	struct webhook w;

	if (find(call, &w) != 0)
		return;
	w.old_secret = w.secret;
	w.old_until_ms = clock_unix_ms() + OLD_SECRET_MS;
	if (set_secret(call, &w, (struct span){NULL, 0}, &plain) != 0)
		answer_full(call);
	else
		set(call, &w, 200, plain);
}

void
webhooks_drop(const struct call *call)
{
	struct webhook w;
	struct err e;

	if (find(call, &w) != 0)
		return;
	if (store_drop_webhook(
		call->worker->service->store, ref_of(call), &e) == 0)
		answer(call, 200, webhook_to_json(&w, clock_unix_ms()));
	else
		problem_answer(call->request, &e, NULL);
}

/* That something is due now: the courier looks. */
static void
answer_due(const struct call *call, const char *id)
{
	courier_wake(call->worker->service->courier);
	answer(call, 202, json_pack("{s:s, s:s}", "id", id, "state", "due"));
}

void
webhooks_test(const struct call *call)
{
	struct ping ping = {.webhook = ref_of(call), .now_ms = clock_unix_ms()};
	struct webhook w;
	struct err e;

	if (find(call, &w) != 0)
		return;
	secrets_ulid(ping.now_ms, ping.id);
	if (!w.active)
		err_set(&e, ERR_TAKEN, "the webhook is not active");
	else if (store_add_ping(call->worker->service->store, &ping, &e) == 0) {
		answer_due(call, w.id);
		return;
	}
	problem_answer(call->request, &e, NULL);
}

void
webhooks_replay(const struct call *call)
{
	struct span id = arena_copy(arena_of(call), call->id);
	struct err e;

	if (id.p == NULL)
		answer_full(call);
	else if (store_replay_delivery(call->worker->service->store,
		     ref_of(call), clock_unix_ms(), &e) == 0)
		answer_due(call, id.p);
	else
		problem_answer(call->request, &e, NULL);
}

static void
append_delivery(void *arg, const struct delivery *d)
{
	json_array_append_new(arg, delivery_to_json(d));
}

/* How many are asked for: 1 to LOG_MOST; 0: that is no number. */
static unsigned
read_limit(struct span text)
{
	unsigned n = 0;

	if (text.p == NULL)
		return LOG_DEFAULT;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || n > LOG_MOST)
			return 0;
		n = n * 10 + (unsigned)(text.p[i] - '0');
	}
	return n > LOG_MOST ? 0 : n;
}

/* Fills the part of `visit` that the query says: 0, or -1: answered. */
static int
read_page(const struct call *call, struct delivery_visit *visit)
{
	static const struct problem_field wrong = {
	    "?limit", "expected a number from 1 to 200"};
	struct form query;
	struct err e;

	if (form_init(&query, arena_of(call)) != 0 ||
	    form_add_urlencoded(&query, call->request->query) != 0) {
		answer_full(call);
		return -1;
	}
	visit->before = form_get(&query, span_of("cursor"));
	visit->most = read_limit(form_get(&query, span_of("limit")));
	if (visit->most > 0)
		return 0;
	err_set(&e, ERR_FIELD, "a parameter is not what was expected");
	problem_answer(call->request, &e, &wrong);
	return -1;
}

void
webhooks_deliveries(const struct call *call)
{
	struct delivery_visit visit = {
	    .webhook = ref_of(call), .each = append_delivery};
	struct webhook w;
	struct err e;
	json_t *all, *o;

	if (find(call, &w) != 0 || read_page(call, &visit) != 0)
		return;
	visit.arg = all = json_array();
	if (store_each_delivery(call->worker->reader, &visit, &e) != 0) {
		json_decref(all);
		problem_answer(call->request, &e, NULL);
		return;
	}
	o = json_pack("{s:o}", "deliveries", all);
	if (json_array_size(all) == visit.most)
		json_object_set(o, "next",
		    json_object_get(json_array_get(all, visit.most - 1), "id"));
	answer(call, 200, o);
}
