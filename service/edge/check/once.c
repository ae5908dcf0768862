#include "once.h"

#include <pthread.h>
#include <stdlib.h>

#include "../http/problem.h"
#include "../process/container.h"
#include "../request/access.h"

enum { KEY_BYTES_MAX = 255, BUCKETS = 256 };

/*
 * A request from here to its answer, in its arena: the first with its key is
 * in the table, those after it wait with it.
 */
struct under_way {
	struct call call;
	struct store_once once;
	struct under_way *next; /* in the bucket, or among the waiting */
	struct under_way *waiting;
	struct loop_post post;
};

struct once_table {
	pthread_mutex_t lock;
	unsigned char salt[16]; /* or keys could be made to meet */
	struct under_way *buckets[BUCKETS];
};

static int
is_printable(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return 0;
	return 1;
}

/* The hash of what is asked: the same key must not stand for two things. */
static int
hash_request(const struct http_request *r, struct arena *a,
    unsigned char out[STORE_HASH_BYTES])
{
	/* a query may name the site */
	const struct span parts[] = {r->path,
	    span_of(r->query.n > 0 ? "?" : ""), r->query, span_of("\n"),
	    r->body};
	enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
	size_t used = a->used, n = 0;
	char *all;

	for (size_t i = 0; i < PARTS; i++)
		n += parts[i].n;
	all = arena_alloc(a, n);
	if (all == NULL)
		return -1;
	n = 0;
	for (size_t i = 0; i < PARTS; i++) {
		if (parts[i].n > 0)
			memcpy(all + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	secrets_hash((struct span){all, n}, out);
	arena_rewind(a, used);
	return 0;
}

/*
 * The key as stored begins with who sent it: an answer belongs to an API key,
 * for another one may not be allowed to see all of it. p NULL: arena full.
 */
static struct span
own_key(const struct call *call, struct span key)
{
	struct span id = span_of(call->caller.key);
	char *own = arena_alloc(&call->request->arena, id.n + 1 + key.n);

	if (own == NULL)
		return (struct span){NULL, 0};
	memcpy(own, id.p, id.n);
	own[id.n] = ' ';
	memcpy(own + id.n + 1, key.p, key.n);
	return (struct span){own, id.n + 1 + key.n};
}

static void
give(const struct call *call, struct span answer, struct http_header header)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = answer,
	    .headers = {header},
	};

	http_answer(call->request, &out);
}

static void
answer_again(const struct call *call, struct span answer)
{
	give(
	    call, answer, (struct http_header){"Idempotency-Replayed", "true"});
}

/* As store_get_answer, and answers the request unless 1 is returned. */
static int
look_up(
    const struct call *call, const struct store_once *once, struct span *answer)
{
	struct http_request *r = call->request;
	struct err e;
	int found =
	    store_get_answer(call->worker->reader, once, &r->arena, answer, &e);

	if (found == 0)
		answer_again(call, *answer);
	else if (found < 0)
		problem_answer(r, &e, NULL);
	return found;
}

static enum once_state
too_large(struct http_request *r)
{
	struct err e = ERR_NO_ROOM;

	problem_answer(r, &e, NULL);
	return ONCE_ANSWERED;
}

struct once_table *
once_open(const unsigned char secret[SECRET_BYTES])
{
	struct once_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	pthread_mutex_init(&t->lock, NULL);
	secrets_derive(secret, "once", t->salt);
	return t;
}

void
once_close(struct once_table *t)
{
	if (t == NULL)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Where the first with u's key is, or would be put. The caller has the lock. */
static struct under_way **
find(struct once_table *t, const struct under_way *u)
{
	uint64_t hash = secrets_mac(t->salt, u->once.key);
	struct under_way **at = &t->buckets[hash % BUCKETS];

	while (*at != NULL && ((*at)->once.site != u->once.site ||
				  !span_equal((*at)->once.key, u->once.key)))
		at = &(*at)->next;
	return at;
}

static void
repeat(struct loop_post *post)
{
	struct under_way *u = container_of(post, struct under_way, post);

	once_repeat(&u->call, &u->once);
}

/* The first is answered: those that wait look what it was. */
static void
leave(void *arg)
{
	struct under_way *u = arg, *next;
	struct once_table *t = u->call.worker->service->once;

	pthread_mutex_lock(&t->lock);
	*find(t, u) = u->next;
	pthread_mutex_unlock(&t->lock);
	for (u = u->waiting; u != NULL; u = next) {
		next = u->next; /* from loop_send on it may be gone */
		u->post.deliver = repeat;
		loop_send(u->call.worker->loop, &u->post);
	}
}

/* Whether nobody with the same key is under way; else `u` waits. */
static bool
enter(struct under_way *u)
{
	struct once_table *t = u->call.worker->service->once;
	struct under_way **at, *first;

	pthread_mutex_lock(&t->lock);
	at = find(t, u);
	first = *at;
	if (first == NULL) {
		*at = u;
	} else {
		u->next = first->waiting;
		first->waiting = u;
	}
	pthread_mutex_unlock(&t->lock);
	return first == NULL;
}

/* Takes its place among what is under way: ONCE_NEW when it is the first. */
static enum once_state
queue(const struct call *call, struct store_once *once)
{
	struct http_request *r = call->request;
	struct under_way *u = arena_array(&r->arena, 1, sizeof(*u));

	if (u == NULL)
		return too_large(r);
	u->call = *call;
	u->once = *once;
	if (!enter(u))
		return ONCE_ANSWERED;
	r->answered = leave;
	r->answered_arg = u;
	return look_up(call, once, &once->begun) == 1 ? ONCE_NEW
						      : ONCE_ANSWERED;
}

enum once_state
once_begin(const struct call *call, struct store_once *once)
{
	struct http_request *r = call->request;
	struct span key = http_header(r, "Idempotency-Key");
	struct site first;
	struct err e;

	*once = (struct store_once){.site = call->caller.site};
	if (key.p == NULL)
		return ONCE_NOT_ASKED;
	if (once->site == 0 && access_next_site(call, 0, &first) == 0)
		once->site = first.id; /* of those it is about */
	if (key.n == 0 || key.n > KEY_BYTES_MAX || !is_printable(key)) {
		err_set(&e, ERR_INPUT,
		    "Idempotency-Key: expected 1 to 255 printable characters");
		problem_answer(r, &e, NULL);
		return ONCE_ANSWERED;
	}
	once->key = own_key(call, key);
	if (once->key.p == NULL ||
	    hash_request(r, &r->arena, once->request) != 0)
		return too_large(r);
	return queue(call, once);
}

void
once_repeat(const struct call *call, const struct store_once *once)
{
	struct span begun;
	struct err e;

	if (look_up(call, once, &begun) == 1) {
		err_set(&e, ERR_BUSY, "the first answer cannot be read yet");
		problem_answer(call->request, &e, NULL);
	}
}

void
once_name(const struct store_once *once, char id[STORE_ID_BYTES + 1])
{
	if (once->begun.n == STORE_ID_BYTES)
		memcpy(id, once->begun.p, STORE_ID_BYTES + 1);
	else
		secrets_ulid(clock_unix_ms(), id);
}

static void
on_mark(struct store_put *p)
{
	struct once_mark *m = container_of(p, struct once_mark, put);

	if (p->result == STORE_DONE)
		m->marked(m);
	else if (p->result == STORE_REPEATED || p->result == STORE_CONFLICT)
		once_repeat(m->call, &p->once);
	else
		problem_answer(m->call->request, &p->err, NULL);
}

void
once_mark(struct once_mark *m, const struct store_once *once, const char *id)
{
	struct worker *w = m->call->worker;

	if (once->key.n == 0 || once->begun.n > 0) {
		m->marked(m);
		return;
	}
	m->put = (struct store_put){
	    .once = *once,
	    .answer = span_of(id),
	    .begins = true,
	    .loop = w->loop,
	    .done = on_mark,
	};
	store_put(w->service->store, &m->put);
}

/* An answer on its way to the store, in the request's arena. */
struct keeping {
	struct call call;
	struct store_put put;
};

/* What was done is done, whether or not that can be kept. */
static void
kept(struct store_put *p)
{
	struct keeping *k = container_of(p, struct keeping, put);

	give(&k->call, p->answer, (struct http_header){0});
}

void
once_answer(
    const struct call *call, const struct store_once *once, struct span answer)
{
	struct keeping *k = NULL;
	struct err e;

	if (answer.p == NULL) {
		err_set(&e, ERR_TOO_LARGE,
		    "the answer needs too much memory: ask for less");
		problem_answer(call->request, &e, NULL);
		return;
	}
	if (once->key.n > 0)
		k = arena_array(&call->request->arena, 1, sizeof(*k));
	if (k == NULL) {
		give(call, answer, (struct http_header){0});
		return;
	}
	k->call = *call;
	k->put = (struct store_put){
	    .once = *once,
	    .answer = answer,
	    .loop = call->worker->loop,
	    .done = kept,
	};
	store_put(call->worker->service->store, &k->put);
}
