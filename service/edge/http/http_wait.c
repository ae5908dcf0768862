#include "http_wait.h"

#include <sys/epoll.h>

#include "http_private.h"

enum {
	SOON_MS = 5, /* longer than others may have the processor at a time */
	/* nobody is believed after it was not soon, twice as long each time */
	DOUBT_LEAST_MS = 8,
	DOUBT_MOST_MS = 1024,
};

static void
put_aside(struct http_connection *c)
{
	c->suspended = true;
	MHD_suspend_connection(c->mhd);
}

static bool
may_stay(const struct http_connection *c)
{
	const struct http *h = c->http;

	return h->known_version && !h->draining && c->request.soon &&
	       c->request.start_us / 1000 >= h->doubt_until_ms;
}

void
http_wait_begin(struct http_connection *c)
{
	struct http *h = c->http;

	if (!may_stay(c)) {
		put_aside(c);
		return;
	}
	if (h->awake == 0)
		h->first_awake = NULL;
	c->awake = true;
	c->next = h->first_awake;
	h->first_awake = c;
	h->awake++;
}

bool
http_wait_end(struct http_connection *c)
{
	if (c->awake) {
		c->awake = false;
		c->http->awake--;
		c->http->doubt_ms = 0;
		return true;
	}
	if (c->suspended) {
		c->suspended = false;
		MHD_resume_connection(c->mhd);
	}
	return false;
}

void
http_wait_give_up(struct http *h)
{
	struct http_connection *c = h->first_awake;

	for (; h->awake > 0; c = c->next) {
		if (!c->awake)
			continue; /* it was answered */
		c->awake = false;
		h->awake--;
		put_aside(c);
	}
}

/* It was not soon. */
static void
begin_to_doubt(struct http *h, int64_t now_ms)
{
	http_wait_give_up(h);
	h->doubt_ms = h->doubt_ms == 0 ? DOUBT_LEAST_MS : 2 * h->doubt_ms;
	if (h->doubt_ms > DOUBT_MOST_MS)
		h->doubt_ms = DOUBT_MOST_MS;
	h->doubt_until_ms = now_ms + h->doubt_ms;
}

static void
hear(struct http *h, bool hears)
{
	if (h->deaf == !hears)
		return;
	h->deaf = !hears;
	loop_watch(h->loop, &h->source, hears ? EPOLLIN : 0);
}

void
http_wait_ready(struct http *h)
{
	if (h->awake > 0)
		hear(h, false);
}

int
http_wait_alone(struct http *h)
{
	h->alone_until_ms = clock_monotonic_ms() + SOON_MS;
	return SOON_MS;
}

int
http_wait_turn(struct http *h, int64_t now_ms)
{
	if (h->awake > 0 && now_ms < h->alone_until_ms)
		return (int)(h->alone_until_ms - now_ms);
	if (h->awake > 0)
		begin_to_doubt(h, now_ms);
	hear(h, true);
	return 0;
}
