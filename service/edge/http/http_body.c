#include <string.h>

#include "../process/container.h"
#include "http_private.h"

enum {
	REFUSAL_BYTES = 1024, /* of a problem document */
	/* of a body for which there is no room, read so that the client hears
	 * why: no answer may come before its end */
	EXCESS_MAX = 64 * 1024,
	/* what a body that comes has beside its bytes: the rest of a page, and
	 * one of the kernel's tables */
	COMING_LEAST = 8 * 1024,
};

static bool
is_whole(const struct http_connection *c, size_t n)
{
	return !c->gate.chunked && n == c->gate.length;
}

/*
 * Of all requests the arena is taken once there is something to put into it.
 * Most bodies come at once, and get one whose pages are there already. For one
 * that does not, pages are there as its bytes are, so that what it has is
 * known: whoever had a block before could have left all of it.
 */
static int
take_arena(struct http_connection *c, size_t n)
{
	struct http_request *r = &c->request;
	struct blocks *b = &c->http->blocks;
	bool soon = c->unread || is_whole(c, n);
	size_t bytes = c->budget.arena_bytes;

	if ((soon ? blocks_take(b, bytes, &r->arena)
		  : blocks_map(b, bytes, &r->arena)) != 0)
		return -1;
	arena_init(
	    &r->refusal, arena_alloc(&r->arena, REFUSAL_BYTES), REFUSAL_BYTES);
	if (c->unread)
		r->body.n = 0;
	else if (c->gate.chunked)
		r->body.n = c->budget.body_bytes;
	r->body.p = arena_alloc(&r->arena, r->body.n);
	return r->body.p == NULL ? -1 : 0;
}

/* The arena is there when some of the body is. */
static bool
has_room(struct http_connection *c, size_t n)
{
	if (c->excess > 0 || (c->received == 0 && take_arena(c, n) != 0))
		return false;
	return n <= c->request.body.n - c->received;
}

static struct http_connection *
of_coming(struct deadline *d)
{
	return container_of(d, struct http_connection, coming);
}

/*
 * Who began first has had the longest time to send it: whoever fills memory
 * slowly, or fills it and waits, cuts himself off, and not a body that takes
 * a moment. Whether this one still comes.
 */
static bool
make_room(struct http_connection *c)
{
	struct http *h = c->http;
	struct http_connection *oldest;

	while (h->held > h->config.held_bytes && h->held > c->held) {
		oldest = of_coming(deadlines_expired(&h->coming, INT64_MAX));
		http_exchange_end(oldest);
		http_connection_cut(oldest);
	}
	return c->stage == HTTP_BODY;
}

/* There are `n` bytes more, but not all. */
static bool
wait_for_more(struct http_connection *c, size_t n)
{
	struct http *h = c->http;

	if (c->held == 0) {
		deadline_start(&h->coming, &c->coming, 0);
		n += COMING_LEAST;
	}
	c->held += n;
	h->held += n;
	h->moved = true;
	return make_room(c);
}

bool
http_body_add(struct http_connection *c, const char *data, size_t n)
{
	if (!has_room(c, n)) {
		c->excess += n;
		return c->excess <= EXCESS_MAX;
	}
	memcpy((char *)c->request.body.p + c->received, data, n);
	c->received += n;
	return is_whole(c, c->received) || wait_for_more(c, n);
}

unsigned
http_body_end(struct http_connection *c)
{
	http_held_leave(c);
	if (c->excess == 0 && c->received == 0 && take_arena(c, 0) != 0)
		return 503;
	if (c->excess > 0)
		return c->request.arena.base == NULL ? 503 : 413;
	c->request.body.n = c->received;
	return 0;
}

void
http_held_leave(struct http_connection *c)
{
	struct http *h = c->http;

	if (c->stage == HTTP_SENDING)
		h->untaken -= c->held;
	else
		h->held -= c->held;
	deadline_stop(&c->coming);
	c->held = 0;
}
