#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "../process/container.h"
#include "http_private.h"

/* Nobody is in the way sooner than this after his last answer. */
enum { WAITED_MS = 1000 };

/*
 * Whether the first byte is there. Nobody who begins with a control character
 * speaks HTTP: most likely it is TLS, whose client would wait for an answer
 * that never comes.
 */
static bool
look_at_first(const struct http_connection *c)
{
	unsigned char byte;
	ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n == 1 && byte < ' ' && byte != '\r' && byte != '\n')
		shutdown(c->fd, SHUT_RDWR);
	return n >= 0 || errno != EAGAIN;
}

/* Runs before the library reads: the turn comes after the sources. */
static void
first_ready(struct loop_source *source, uint32_t events)
{
	struct http_connection *c =
	    container_of(source, struct http_connection, first);

	(void)events;
	if (!look_at_first(c))
		return;
	loop_forget(c->http->loop, source);
	source->fd = -1;
}

void
http_connection_cut(struct http_connection *c)
{
	shutdown(c->fd, SHUT_RDWR);
	c->http->cut++;
	if (c->stage == HTTP_STREAMING) /* the library may not look */
		http_stream_wake(c->stream);
}

static struct http_connection *
of_request_clock(struct deadline *d)
{
	return container_of(d, struct http_connection, request_clock);
}

static struct http_connection *
of_head_clock(struct deadline *d)
{
	return container_of(d, struct http_connection, head_clock);
}

/* The library's own timeout starts again with every byte: ours do not. */
static void
cut_expired(struct http *h, int64_t now_ms)
{
	struct deadline *d;

	while ((d = deadlines_expired(&h->heads, now_ms)) != NULL)
		http_connection_cut(of_head_clock(d));
	while ((d = deadlines_expired(&h->requests, now_ms)) != NULL ||
	       (d = deadlines_expired(&h->answers, now_ms)) != NULL)
		http_connection_cut(of_request_clock(d));
}

/* When clocks that began WAITED_MS ago expire. */
static int64_t
in_advance(const struct http *h, int64_t now_ms)
{
	return now_ms + h->requests.length_ms - WAITED_MS;
}

static unsigned
too_many(const struct http *h)
{
	unsigned n = h->connections, most = h->config.connections_max;

	return n > most ? n - most : 0;
}

/*
 * The stream that is open for longest, when they have more than half of the
 * connections: then whoever came a moment ago is no reason to end one, but all
 * of them together leave room for others.
 */
static struct deadline *
longest_stream(struct http *h, int64_t now_ms)
{
	struct deadline *longest = NULL;

	if (h->streaming > h->config.connections_max / 2)
		longest = deadlines_expired(&h->streams, now_ms);
	h->streaming -= longest != NULL;
	return longest;
}

/*
 * Beyond the limit those go that have been waited for longest, so that who
 * asks nothing never locks out who does.
 */
static void
make_room(struct http *h, int64_t now_ms)
{
	int64_t then_ms = in_advance(h, now_ms);
	struct deadline *d;

	for (unsigned n = too_many(h); n > 0; n--) {
		d = deadlines_expired(&h->requests, then_ms);
		if (d == NULL)
			d = deadlines_expired(&h->answers, then_ms);
		if (d == NULL)
			d = longest_stream(h, now_ms);
		if (d == NULL)
			return;
		http_connection_cut(of_request_clock(d));
	}
}

/* But one that is alone may be as large as it is. */
static bool
too_much_untaken(const struct http *h)
{
	struct deadline *d = deadlines_next(&h->answers);

	return d != NULL && h->untaken > h->config.held_bytes &&
	       h->untaken > of_request_clock(d)->held;
}

/* Likewise of memory: answers go that nobody has taken for longest. */
static void
make_room_for_answers(struct http *h, int64_t now_ms)
{
	int64_t then_ms = in_advance(h, now_ms);
	struct http_connection *c;
	struct deadline *d;

	while (too_much_untaken(h) &&
	       (d = deadlines_expired(&h->answers, then_ms)) != NULL) {
		c = of_request_clock(d);
		http_held_leave(c);
		http_connection_cut(c);
	}
}

void
http_connections_cut(struct http *h, int64_t now_ms)
{
	cut_expired(h, now_ms);
	make_room(h, now_ms);
	make_room_for_answers(h, now_ms);
}

int
http_connections_wait(const struct http *h, int64_t now_ms)
{
	int64_t then_ms = in_advance(h, now_ms);
	bool full = too_many(h) > 0;

	return deadlines_sooner(deadlines_wait(&h->heads, now_ms),
	    deadlines_sooner(
		deadlines_wait(&h->requests, full ? then_ms : now_ms),
		deadlines_wait(&h->answers,
		    full || too_much_untaken(h) ? then_ms : now_ms)));
}

static struct http_connection *
slot_take(struct http *h)
{
	struct http_connection *c = h->free_slots;

	if (c != NULL)
		h->free_slots = c->next_free;
	else if (h->slots_used <
		 h->config.connections_max + HTTP_CONNECTIONS_SPARE)
		c = &h->slots[h->slots_used++];
	else
		return NULL;
	h->connections++;
	c->http = h;
	c->stage = HTTP_IDLE;
	return c;
}

void
http_connection_free(struct http_connection *c)
{
	c->stage = HTTP_IDLE;
	c->next_free = c->http->free_slots;
	c->http->free_slots = c;
}

static void
begin(struct http *h, struct MHD_Connection *mhd, void **socket_context)
{
	struct http_connection *c = slot_take(h);
	int64_t now_ms = clock_monotonic_ms();

	if (c == NULL)
		return; /* http_exchange_step closes what has no slot */
	h->moved = true;
	c->mhd = mhd;
	c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)
		    ->connect_fd;
	deadline_start(&h->heads, &c->head_clock, now_ms);
	deadline_start(&h->requests, &c->request_clock, now_ms);
	*socket_context = c;
	c->first = (struct loop_source){.fd = -1, .ready = first_ready};
	if (look_at_first(c))
		return;
	c->first.fd = c->fd;
	if (loop_watch(h->loop, &c->first, EPOLLIN) != 0)
		c->first.fd = -1; /* do without */
}

static void
end(struct http *h, struct http_connection *c)
{
	if (c == NULL)
		return;
	if (c->first.fd >= 0)
		loop_forget(h->loop, &c->first);
	if (c->unread)
		http_linger(&h->lingers, c->fd);
	c->unread = false;
	deadline_stop(&c->head_clock);
	deadline_stop(&c->request_clock);
	c->fd = -1;
	if (c->pause != HTTP_LEFT)
		http_connection_free(c);
	h->connections--;
}

/* Closed is told before the descriptor is: it cannot be another's yet. */
void
http_connection_notify(void *cls, struct MHD_Connection *mhd,
    void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		begin(cls, mhd, socket_context);
	else
		end(cls, *socket_context);
}
