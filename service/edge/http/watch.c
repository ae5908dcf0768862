#include "watch.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "../process/container.h"
#include "http_stream.h"

/* Shorter than the silence after which proxies cut a connection. */
enum { PULSE_MS = 15000, HEAD_BYTES_MAX = 128 };

/* What an event may need; a client whose own headers leave less gets none. */
enum { ROOM_LEAST = HEAD_BYTES_MAX + EVENT_BYTES_MAX };

struct watcher {
	struct http_stream stream; /* first */
	struct watch *watch;
	struct watch_order *order; /* NULL: gone */
	uint64_t seen;             /* the number of the last event */
	bool pulse;                /* to show that we are here */
	bool greeted;
	struct watcher *next, **link;
};

struct watch {
	struct events_listener listener; /* first */
	struct events *events;
	struct loop *loop;
	struct loop_post post;
	atomic_bool posted; /* `post` is under way */
	struct loop_idle idle;
	int64_t pulse_at_ms; /* monotonic */
	struct watcher *first;
	atomic_uint n;
};

static void
wake_all(struct watch *w)
{
	for (struct watcher *o = w->first; o != NULL; o = o->next)
		http_stream_wake(&o->stream);
}

static void
deliver(struct loop_post *post)
{
	struct watch *w = container_of(post, struct watch, post);

	atomic_store(&w->posted, false);
	wake_all(w);
}

static void
told(struct events_listener *l)
{
	struct watch *w = (struct watch *)l;

	if (atomic_load(&w->n) > 0 && !atomic_exchange(&w->posted, true))
		loop_send(w->loop, &w->post);
}

static int
turn(struct loop_idle *i, int64_t now_ms)
{
	struct watch *w = container_of(i, struct watch, idle);

	if (w->first == NULL)
		return -1;
	if (now_ms >= w->pulse_at_ms) {
		w->pulse_at_ms = now_ms + PULSE_MS;
		for (struct watcher *o = w->first; o != NULL; o = o->next)
			o->pulse = true;
		wake_all(w);
	}
	return (int)(w->pulse_at_ms - now_ms);
}

struct watch *
watch_open(struct events *e, struct loop *loop)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->events = e;
	w->loop = loop;
	w->listener.told = told;
	w->post.deliver = deliver;
	w->idle.turn = turn;
	loop_add_idle(loop, &w->idle);
	events_listen(e, &w->listener);
	return w;
}

void
watch_close(struct watch *w)
{
	if (w == NULL)
		return;
	loop_remove_idle(w->loop, &w->idle);
	free(w);
}

/* One event as text; JSON of ours has no line ends. */
static size_t
write_event(char *out, const struct event *e)
{
	size_t n = 0;

	if (e->number != 0)
		n = (size_t)snprintf(
		    out, HEAD_BYTES_MAX, "id: %" PRIu64 "\n", e->number);
	n += (size_t)snprintf(
	    out + n, HEAD_BYTES_MAX - n, "event: %s\ndata: ", e->kind);
	out = mempcpy(out + n, e->data, e->n);
	out[0] = out[1] = '\n';
	return n + e->n + 2;
}

/* That there were others, up to the one of its number. */
static const struct event *
as_missed(struct event *e)
{
	e->kind = "missed";
	e->n = 2;
	memcpy(e->data, "{}", e->n);
	return e;
}

/* The next event that it may see; 0: none. */
static size_t
read_event(struct watcher *w, char *out)
{
	enum events_next next;
	struct event e;

	while ((next = events_after(w->watch->events, w->seen, &e)) !=
	       EVENTS_NONE) {
		w->seen = e.number;
		if (next == EVENTS_MISSED)
			return write_event(out, as_missed(&e));
		if (w->order->show(w->order, &e))
			return write_event(out, &e);
	}
	return 0;
}

/* What it is told before all else, once; 0: nothing. */
static size_t
greet(struct watcher *w, char *out)
{
	struct event e = {0};
	bool first = !w->greeted;

	w->greeted = true;
	if (!first || w->order->greet == NULL || !w->order->greet(w->order, &e))
		return 0;
	return write_event(out, &e);
}

static ssize_t
read_events(struct http_stream *stream, char *out, size_t room)
{
	struct watcher *w = (struct watcher *)stream;
	struct watch_order *o = w->order;
	size_t n, more = 1;

	if (room < ROOM_LEAST || o == NULL ||
	    (o->holds != NULL && !o->holds(o)))
		return -1;
	n = greet(w, out);
	while (more > 0 && room - n >= ROOM_LEAST) {
		more = read_event(w, out + n);
		n += more;
	}
	if (n == 0 && w->pulse)
		n = (size_t)(stpcpy(out, ":\n\n") - out);
	w->pulse = false;
	return (ssize_t)n;
}

static void
end(struct watcher *w)
{
	struct watch_order *o = w->order;

	w->order = NULL;
	if (o != NULL && o->gone != NULL)
		o->gone(o);
}

static void
closed(struct http_stream *stream)
{
	struct watcher *w = (struct watcher *)stream;

	*w->link = w->next;
	if (w->next != NULL)
		w->next->link = w->link;
	atomic_fetch_sub(&w->watch->n, 1);
	end(w);
	free(w);
}

unsigned
watch_look(struct watch *w)
{
	unsigned n = 0;

	for (struct watcher *o = w->first; o != NULL; o = o->next) {
		if (o->order == NULL || !http_stream_left(&o->stream))
			continue;
		end(o);
		http_stream_wake(&o->stream);
		n++;
	}
	return n;
}

static uint64_t
seen_before(struct http_request *r, uint64_t newest)
{
	struct span id = http_header(r, "Last-Event-ID");
	uint64_t n = 0;

	if (id.n == 0 || id.n > 19)
		return newest;
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] < '0' || id.p[i] > '9')
			return newest;
		n = n * 10 + (uint64_t)(id.p[i] - '0');
	}
	return n;
}

static void
link_first(struct watch *w, struct watcher *one)
{
	one->next = w->first;
	one->link = &w->first;
	if (w->first != NULL)
		w->first->link = &one->next;
	w->first = one;
}

int
watch_answer(struct watch *w, struct http_request *r, struct watch_order *o)
{
	struct http_response head = {
	    .status = 200,
	    .content_type = "text/event-stream",
	    .headers = {{"X-Accel-Buffering", "no"}},
	};
	struct watcher *one = calloc(1, sizeof(*one));

	if (one == NULL)
		return -1;
	one->stream.read = read_events;
	one->stream.closed = closed;
	one->watch = w;
	one->order = o;
	one->seen = seen_before(r, events_newest(w->events));
	one->pulse = true; /* the client learns at once that it is heard */
	link_first(w, one);
	atomic_fetch_add(&w->n, 1);
	http_stream_answer(r, &head, &one->stream);
	return 0;
}
