#include "webhooks.h"

#include "../format/json.h"
#include "../hook/webhook_secret.h"
#include "../process/secrets_seal.h"
#include "../request/reply.h"
#include "../request/service.h"
#include "webhook_json.h"

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
	return (struct store_ref){
	    call->caller.site, call->id, span_of(call->caller.key)};
}

static void
answer_full(const struct call *call)
{
	struct err e;

	err_set(&e, ERR_TOO_LARGE, "the request needs too much memory");
	problem_answer(call->request, &e, NULL);
}

/* A change on its way to the store, in the request's arena. */
struct change {
	struct aside_job job; /* first */
	struct call call;
	/* on the thread beside: 0 or -1 */
	int (*write)(struct change *x, struct err *e);
	unsigned status; /* when all went well */
	bool due;        /* then something is to be delivered now */
	struct webhook webhook;
	struct span plain; /* its secret, to be told once; or p NULL */
	json_t *body;      /* of which the webhook borrows; or NULL */
	struct ping ping;
	int failed;
	struct err err; /* why */
};

static struct store *
store_of(const struct change *x)
{
	return x->call.worker->service->store;
}

/* NULL: answered. */
static struct change *
begin(const struct call *call, unsigned status)
{
	struct change *x = arena_array(arena_of(call), 1, sizeof *x);

	if (x == NULL)
		answer_full(call);
	else
		*x = (struct change){.call = *call, .status = status};
	return x;
}

static void
work(struct aside_job *j)
{
	struct change *x = (struct change *)j;

	x->failed = x->write(x, &x->err);
}

/* The webhook, with its secret for the only time; or what is due now. */
static json_t *
tell(const struct change *x)
{
	json_t *o;

	if (x->due)
		return json_pack(
		    "{s:o, s:s}", "id", json_span(x->call.id), "state", "due");
	o = webhook_to_json(&x->webhook, clock_unix_ms());
	if (x->plain.p != NULL)
		json_object_set_new(o, "secret", json_span(x->plain));
	return o;
}

static void
done(struct aside_job *j)
{
	struct change *x = (struct change *)j;
	json_t *body = x->body;

	if (!x->failed && x->due)
		courier_wake(x->call.worker->service->courier);
	if (x->failed)
		problem_answer(x->call.request, &x->err, NULL);
	else
		reply_json(&x->call, x->status, tell(x));
	json_decref(body);
}

static void
go(struct change *x, int (*write)(struct change *x, struct err *e))
{
	x->write = write;
	x->job = (struct aside_job){
	    .work = work, .done = done, .loop = x->call.worker->loop};
	aside_do(x->call.worker->service->aside, &x->job);
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
		reply_json(call, 200, json_pack("{s:o}", "webhooks", all));
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

int
webhooks_find(const struct call *call, struct webhook *out)
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

	if (webhooks_find(call, &w) == 0)
		reply_json(call, 200, webhook_to_json(&w, clock_unix_ms()));
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
	problem_answer(call->request, &e, &field);
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

static int
set(struct change *x, struct err *e)
{
	x->webhook.by = span_of(x->call.caller.key);
	return store_set_webhook(store_of(x), &x->webhook, e);
}

static void
count(void *arg, const struct webhook *w)
{
	(void)w;
	++*(unsigned *)arg;
}

/* 0, or -1: there are as many as there may be, or who knows; answered. */
static int
check_room(const struct call *call)
{
	unsigned n = 0;
	struct webhook_visit visit = {count, &n};
	struct store_ref ref = {call->caller.site, {NULL, 0}};
	struct err e;

	if (store_each_webhook(call->worker->reader, ref, &visit, &e) == 0) {
		if (n < WEBHOOKS_MAX)
			return 0;
		err_set(&e, ERR_TAKEN, "a site has %d webhooks at most",
		    WEBHOOKS_MAX);
	}
	problem_answer(call->request, &e, NULL);
	return -1;
}

/* Makes what is wished for of the webhook: 0, or -1: answered. */
static int
fulfil(struct change *x, const struct webhook_wish *wish)
{
	static const struct problem_field no_url = {
	    "/url", "expected the URL of the webhook"};
	bool fresh = x->webhook.revision == 0;
	struct err e;

	apply(&x->webhook, wish);
	if (x->webhook.url.p == NULL) {
		err_set(&e, ERR_FIELD, "a field is missing");
		problem_answer(x->call.request, &e, &no_url);
		return -1;
	}
	if ((fresh || wish->secret.p != NULL) &&
	    set_secret(&x->call, &x->webhook, wish->secret, &x->plain) != 0) {
		answer_full(&x->call);
		return -1;
	}
	if (!fresh) /* who set it knows it */
		x->plain = (struct span){NULL, 0};
	return 0;
}

/* Reads what the body wants, and goes on to write it. */
static void
set_as_wished(struct change *x)
{
	struct webhook_wish wish;
	json_t *body;

	if (read_wish(&x->call, &wish, &body) != 0)
		return;
	x->body = body;
	if (fulfil(x, &wish) == 0)
		go(x, set);
	else
		json_decref(body);
}

void
webhooks_add(const struct call *call)
{
	struct change *x = begin(call, 201);

	if (x == NULL || check_room(call) != 0)
		return;
	x->webhook = (struct webhook){
	    .site = call->caller.site,
	    .created_at_ms = clock_unix_ms(),
	    .types = ALL_TYPES,
	    .active = true,
	};
	secrets_ulid(x->webhook.created_at_ms, x->webhook.id);
	set_as_wished(x);
}

/* Begins with the webhook that the path names; NULL: answered. */
static struct change *
begin_with_one(const struct call *call, unsigned status)
{
	struct change *x = begin(call, status);

	return x != NULL && webhooks_find(call, &x->webhook) == 0 ? x : NULL;
}

void
webhooks_change(const struct call *call)
{
	struct change *x = begin_with_one(call, 200);

	if (x == NULL)
		return;
	x->webhook.why = (struct span){NULL, 0};
	x->webhook.failures = 0;
	x->webhook.paused_until_ms = 0;
	set_as_wished(x);
}

void
webhooks_rotate(const struct call *call)
{
	struct change *x = begin_with_one(call, 200);
	struct span none = {NULL, 0};

	if (x == NULL)
		return;
	x->webhook.old_secret = x->webhook.secret;
	x->webhook.old_until_ms = clock_unix_ms() + OLD_SECRET_MS;
	if (set_secret(call, &x->webhook, none, &x->plain) != 0)
		answer_full(call);
	else
		go(x, set);
}

static int
drop(struct change *x, struct err *e)
{
	return store_drop_webhook(store_of(x), ref_of(&x->call), e);
}

void
webhooks_drop(const struct call *call)
{
	struct change *x = begin_with_one(call, 200);

	if (x != NULL)
		go(x, drop);
}

static int
add_ping(struct change *x, struct err *e)
{
	return store_add_ping(store_of(x), &x->ping, e);
}

void
webhooks_test(const struct call *call)
{
	struct change *x = begin_with_one(call, 202);
	struct err e;

	if (x == NULL)
		return;
	if (!x->webhook.active) {
		err_set(&e, ERR_TAKEN, "the webhook is not active");
		problem_answer(call->request, &e, NULL);
		return;
	}
	x->due = true;
	x->ping = (struct ping){
	    .webhook = ref_of(&x->call), .now_ms = clock_unix_ms()};
	secrets_ulid(x->ping.now_ms, x->ping.id);
	go(x, add_ping);
}

static int
replay(struct change *x, struct err *e)
{
	return store_replay_delivery(
	    store_of(x), ref_of(&x->call), clock_unix_ms(), e);
}

void
webhooks_replay(const struct call *call)
{
	struct change *x = begin(call, 202);

	if (x == NULL)
		return;
	x->due = true;
	go(x, replay);
}
