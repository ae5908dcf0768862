#include "once.h"

#include "problem.h"

enum { KEY_BYTES_MAX = 255 };

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
	size_t used = a->used;
	char *all = arena_alloc(a, r->path.n + 1 + r->body.n);

	if (all == NULL)
		return -1;
	memcpy(all, r->path.p, r->path.n);
	all[r->path.n] = '\n';
	if (r->body.n > 0)
		memcpy(all + r->path.n + 1, r->body.p, r->body.n);
	secrets_hash((struct span){all, r->path.n + 1 + r->body.n}, out);
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
answer_again(const struct call *call, struct span answer)
{
	struct http_response out = {
	    .status = 200,
	    .content_type = "application/json",
	    .body = answer,
	    .headers = {{"Idempotency-Replayed", "true"}},
	};

	http_answer(call->request, &out);
}

/* As store_get_answer, and answers the request unless 1 is returned. */
static int
look_up(const struct call *call, const struct store_once *once)
{
	struct http_request *r = call->request;
	struct span answer;
	struct err e;
	int found = store_get_answer(
	    call->worker->reader, once, &r->arena, &answer, &e);

	if (found == 0)
		answer_again(call, answer);
	else if (found < 0)
		problem_answer(r, &e, NULL);
	return found;
}

enum once_state
once_begin(const struct call *call, struct store_once *once)
{
	struct http_request *r = call->request;
	struct span key = http_header(r, "Idempotency-Key");
	struct err e;

	*once = (struct store_once){.site = call->caller.site};
	if (key.p == NULL)
		return ONCE_NOT_ASKED;
	if (key.n == 0 || key.n > KEY_BYTES_MAX || !is_printable(key)) {
		err_set(&e, ERR_INPUT,
		    "Idempotency-Key: expected 1 to 255 printable characters");
		problem_answer(r, &e, NULL);
		return ONCE_ANSWERED;
	}
	once->key = own_key(call, key);
	if (once->key.p == NULL ||
	    hash_request(r, &r->arena, once->request) != 0) {
		err_set(&e, ERR_TOO_LARGE, "the request is too large");
		problem_answer(r, &e, NULL);
		return ONCE_ANSWERED;
	}
	return look_up(call, once) == 1 ? ONCE_NEW : ONCE_ANSWERED;
}

void
once_repeat(const struct call *call, const struct store_once *once)
{
	struct err e;

	if (look_up(call, once) == 1) {
		err_set(&e, ERR_BUSY, "the first answer cannot be read yet");
		problem_answer(call->request, &e, NULL);
	}
}
