#include "state_backend.h"

#include <errno.h>
#include <hiredis.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "../process/log.h"
#include "state_redis_command.h"
#include "state_redis_wire.h"

/*
 * A loop's link to the server: one connection on which touches go out in the
 * order given, all of a turn in one write, and are answered in that order.
 * The first thing that goes wrong on it ends it: what is pending is counted
 * by the table of the process, and a new connection is tried after a while.
 * Nothing here waits.
 */
enum {
	BURST = 10,            /* silences a touch may wait in a burst */
	HELLO_MS = 200,        /* to connect and be greeted */
	PROBE_MS = 1000,       /* without touches, until we ask how it is */
	EXPIRE_MS = 60000,     /* between two EXPIREs of the same hash */
	READ_BYTES = 16 << 10, /* that hiredis reads at once */
	UNREAD_MAX = 64 << 10, /* bytes of a reply that is not whole */
	ELEMENTS_MAX = 2 * SIGNAL_KEYS_MAX, /* of a reply that we asked for */
};

/* Until the next attempt, after so many failures in a row: healing is seen
 * within 2 s. A quarter of it is chance, so that loops do not march in step. */
static const int64_t retry_after_ms[] = {100, 200, 800, 1600};

/* Something asked, with its replies still to come. */
struct exchange {
	struct state_touch *touch; /* NULL: a command of the link's own */
	int64_t since_ms;
};

enum {
	PENDING_MAX = 4096,    /* exchanges; a power of two */
	PENDING_PER_TOUCH = 2, /* it and its EXPIRE */
	EXPIRES_SEEN = 256, /* sites and windows remembered; a power of two */
};

enum phase { AWAY, GREETING, UP };

struct link {
	struct state base;
	struct loop *loop;
	struct loop_source source;
	struct loop_idle idle;

	enum phase phase;
	redisContext *redis;            /* NULL: AWAY */
	redisReplyObjectFunctions make; /* hiredis's, but for arrays */
	void *(*make_array)(const redisReadTask *task, int n); /* its own */
	size_t unread;     /* bytes that came since the last whole reply */
	bool endless;      /* a reply of more elements than we asked for */
	bool writing;      /* the socket is watched for EPOLLOUT too */
	unsigned failures; /* in a row */
	int64_t retry_ms;  /* AWAY: when to try again */
	int64_t heard_ms;  /* last answer, or when the first pending began */
	char why[128];     /* what the server said when it went wrong */

	/* [first, last) modulo PENDING_MAX, the oldest first */
	struct exchange pending[PENDING_MAX];
	uint32_t first, last;
	unsigned replies; /* that the first one got already */

	/* when the hash of a site and window last had its EXPIRE */
	struct expire_seen {
		uint64_t site;
		int64_t window, at_ms;
	} expires[EXPIRES_SEEN];
};

static uint32_t
pending(const struct link *l)
{
	return l->last - l->first;
}

static struct exchange *
at(struct link *l, uint32_t i)
{
	return &l->pending[i % PENDING_MAX];
}

static void
push(struct link *l, struct state_touch *t, int64_t now_ms)
{
	if (pending(l) == 0)
		l->heard_ms = now_ms;
	*at(l, l->last++) = (struct exchange){.touch = t, .since_ms = now_ms};
}

/* Puts down that `n` commands of the link's own went out; -1: they did not. */
static int
push_own(struct link *l, int n, int64_t now_ms)
{
	for (int i = 0; i < n; i++)
		push(l, NULL, now_ms);
	return n < 0 ? -1 : 0;
}

static void
count_locally(struct link *l, struct state_touch *t)
{
	t->degraded = true;
	atomic_fetch_add_explicit(
	    &l->base.shared->degraded, 1, memory_order_relaxed);
	state_table_count(l->base.shared, t);
}

/* Ends all that is pending; counts first, so that order is kept when a
 * `done` brings the next touch. */
static void
settle(struct link *l)
{
	for (uint32_t i = l->first; i != l->last; i++)
		if (at(l, i)->touch != NULL)
			count_locally(l, at(l, i)->touch);
	l->replies = 0;
	while (pending(l) > 0) {
		struct state_touch *t = at(l, l->first++)->touch;

		if (t != NULL)
			t->done(t);
	}
}

static int64_t
retry_after(unsigned failures)
{
	size_t n = sizeof(retry_after_ms) / sizeof(retry_after_ms[0]);
	int64_t ms = retry_after_ms[failures < n ? failures : n - 1];
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ms - t.tv_nsec / 1000 % (ms / 4);
}

/* Gives the connection up for `why`. */
static void
drop(struct link *l, const char *why)
{
	if (l->phase == UP || l->failures == 0)
		log_line(LOG_WARN, "state.down", {"why", .text = why});
	if (l->source.fd >= 0)
		loop_forget(l->loop, &l->source);
	redisFree(l->redis);
	l->redis = NULL;
	l->source.fd = -1;
	l->phase = AWAY;
	l->retry_ms = clock_monotonic_ms() + retry_after(l->failures++);
	settle(l);
}

/* Writes what it can; the rest when the socket takes more. 0, or -1 and `why`.
 */
static int
flush(struct link *l)
{
	int whole = redis_write(l->redis);

	if (whole < 0) {
		snprintf(l->why, sizeof(l->why), "%s", strerror(errno));
		return -1;
	}
	if (l->writing == !whole)
		return 0;
	l->writing = !whole;
	return loop_watch(
	    l->loop, &l->source, l->writing ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void
greeted(struct link *l)
{
	l->phase = UP;
	memset(l->expires, 0, sizeof(l->expires));
	log_line(LOG_INFO, "state.up", {0});
}

/* Takes the next reply, whosever it is. 0, or -1: it makes no sense. */
static int
take(struct link *l, const redisReply *r)
{
	struct state_touch *t;
	int last = -1;

	if (pending(l) == 0)
		return -1;
	t = at(l, l->first)->touch;
	if (t != NULL)
		last = redis_take_reply(t, l->replies++, r);
	else if (redis_reply_is_good(r))
		last = 1;
	if (last <= 0)
		return last;
	l->first++;
	l->replies = 0;
	if (t != NULL) {
		l->failures = 0;
		t->done(t);
	} else if (l->phase == GREETING && pending(l) == 0) {
		greeted(l);
	}
	return 0;
}

static const char endless[] = "a reply without end";

/*
 * hiredis would make room for any number of elements that is announced, and
 * walk through all of it again to let it go.
 */
static void *
make_array(const redisReadTask *task, int n)
{
	struct link *l = task->privdata;

	l->endless = n > ELEMENTS_MAX;
	return l->endless ? NULL : l->make_array(task, n);
}

static void
bound_replies(struct link *l)
{
	redisReader *reader = l->redis->reader;

	l->make = *reader->fn;
	l->make_array = l->make.createArray;
	l->make.createArray = make_array;
	reader->fn = &l->make;
	reader->privdata = l;
	l->unread = 0;
	l->endless = false;
}

/* Takes all replies that are whole; NULL, or what is wrong. */
static const char *
take_replies(struct link *l)
{
	void *reply;
	redisReply *r;

	for (;;) {
		if (redisGetReplyFromReader(l->redis, &reply) != REDIS_OK)
			return l->endless ? endless : l->redis->errstr;
		r = reply;
		if (r == NULL)
			return NULL;
		if (take(l, r) != 0)
			break;
		freeReplyObject(r);
		l->unread = l->redis->reader->len - l->redis->reader->pos;
	}
	snprintf(l->why, sizeof(l->why), "%s",
	    r->type == REDIS_REPLY_ERROR ? r->str : "an odd reply");
	freeReplyObject(r);
	return l->why;
}

/* Reads and takes what there is; NULL, or what is wrong. */
static const char *
read_replies(struct link *l)
{
	const redisReader *reader = l->redis->reader;
	uint32_t first = l->first;
	const char *why = NULL;
	size_t before, got;

	do {
		before = reader->len;
		if (redisBufferRead(l->redis) != REDIS_OK)
			return l->redis->errstr;
		got = reader->len - before;
		l->unread += got;
		why = take_replies(l);
		if (why == NULL && l->unread > UNREAD_MAX)
			why = endless;
	} while (why == NULL && got == READ_BYTES);
	if (l->first != first)
		l->heard_ms = clock_monotonic_ms();
	return why;
}

static void
ready(struct loop_source *s, uint32_t events)
{
	struct link *l =
	    (struct link *)((char *)s - offsetof(struct link, source));
	const char *why = NULL;

	if ((events & EPOLLOUT) && flush(l) != 0)
		why = l->why;
	else if (events & ~(uint32_t)EPOLLOUT)
		why = read_replies(l);
	if (why != NULL)
		drop(l, why);
}

/* Starts to connect and says hello at once; the kernel sends it later. */
static void
connect_link(struct link *l, int64_t now_ms)
{
	const struct redis_uri *u = &l->base.shared->server;

	l->redis = redis_connect(u);
	if (l->redis == NULL || l->redis->err != 0) {
		drop(l, l->redis != NULL ? l->redis->errstr : "out of memory");
		return;
	}
	bound_replies(l);
	l->phase = GREETING;
	l->source.fd = l->redis->fd;
	l->writing = true;
	if (loop_watch(l->loop, &l->source, EPOLLIN | EPOLLOUT) != 0 ||
	    push_own(l, redis_append_hello(l->redis, u), now_ms) != 0 ||
	    push_own(l, redis_append_probe(l->redis), now_ms) != 0)
		drop(l, "out of memory");
}

/* Whether the hash of `t` needs an EXPIRE; puts down that they get one. */
static bool
expire_is_due(struct link *l, const struct state_touch *t, int64_t now_ms)
{
	int64_t window = counters_window(t->at_ms);
	uint64_t place = t->site * 31 + (uint64_t)window;
	struct expire_seen *x = &l->expires[place % EXPIRES_SEEN];

	if (x->at_ms != 0 && x->site == t->site && x->window == window &&
	    now_ms - x->at_ms < EXPIRE_MS)
		return false;
	*x = (struct expire_seen){t->site, window, now_ms};
	return true;
}

static void
touch(struct state *s, struct state_touch *t)
{
	struct link *l = (struct link *)s;
	int64_t now_ms;

	if (l->phase != UP || pending(l) + PENDING_PER_TOUCH > PENDING_MAX) {
		count_locally(l, t);
		t->done(t);
		return;
	}
	now_ms = clock_monotonic_ms();
	push(l, t, now_ms);
	if (redis_append_touch(l->redis, t) != 0 ||
	    (!t->peek && expire_is_due(l, t, now_ms) &&
		push_own(l, redis_append_expire(l->redis, t), now_ms) != 0))
		l->heard_ms = 0; /* the turn ends it: we may be in a reply */
}

static bool
up(const struct state *s)
{
	return ((const struct link *)s)->phase == UP;
}

/* When what is pending, or the quiet, has lasted long enough. */
static int64_t
due_ms(struct link *l)
{
	int64_t silence_ms = l->base.shared->silence_ms;
	int64_t total_ms = BURST * silence_ms;

	if (l->phase == AWAY)
		return l->retry_ms;
	if (pending(l) == 0)
		return l->heard_ms + PROBE_MS;
	if (l->phase == GREETING)
		silence_ms = total_ms = HELLO_MS;
	silence_ms += l->heard_ms;
	total_ms += at(l, l->first)->since_ms;
	return silence_ms < total_ms ? silence_ms : total_ms;
}

static void
act(struct link *l, int64_t now_ms)
{
	if (l->phase == AWAY)
		connect_link(l, now_ms);
	else if (pending(l) > 0)
		drop(l, "no answer in time");
	else if (push_own(l, redis_append_probe(l->redis), now_ms) != 0)
		drop(l, "out of memory");
}

static int
turn(struct loop_idle *i, int64_t now_ms)
{
	struct link *l =
	    (struct link *)((char *)i - offsetof(struct link, idle));
	uint32_t first = l->first;
	int64_t wait_ms;

	if (due_ms(l) <= now_ms)
		act(l, now_ms);
	if (l->phase != AWAY && !l->writing && flush(l) != 0)
		drop(l, l->why);
	/* what got its answer here may have work for this turn's others */
	if (l->first != first)
		return 0;
	wait_ms = due_ms(l) - now_ms;
	return wait_ms > 0 ? (int)wait_ms : 0;
}

static void
close_redis(struct state *s)
{
	struct link *l = (struct link *)s;

	loop_remove_idle(l->loop, &l->idle);
	if (l->source.fd >= 0)
		loop_forget(l->loop, &l->source);
	redisFree(l->redis);
	free(l);
}

static const struct state_ops ops = {
    .touch = touch,
    .up = up,
    .close = close_redis,
};

/* Turns the server's name into an address, once: links must not wait. */
static int
resolve(struct redis_uri *u, struct err *e)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	char name[sizeof(u->host)];
	int result = getaddrinfo(u->host, NULL, &hints, &list);

	if (result != 0)
		return err_set(e, ERR_DOWN, "no address for host %s: %s",
		    u->host, gai_strerror(result));
	result = getnameinfo(list->ai_addr, list->ai_addrlen, name,
	    sizeof(name), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(list);
	if (result != 0)
		return err_set(e, ERR_DOWN, "no address for host %s: %s",
		    u->host, gai_strerror(result));
	memcpy(u->host, name, sizeof(name));
	return 0;
}

static int
read_uri(struct state_shared *s, const char *uri, struct err *e)
{
	return uri_read_redis(&s->server, uri, e);
}

static int
share(struct state_shared *s, struct err *e)
{
	if (s->server.path[0] == '\0' && resolve(&s->server, e) != 0)
		return -1;
	s->silence_ms = STATE_SILENCE_MS;
	s->table = state_table_open(STATE_TABLE_LOG2, e);
	return s->table != NULL ? 0 : -1;
}

static struct state *
open_redis(struct state_shared *shared, struct loop *loop, struct err *e)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_set(e, ERR_DOWN, "out of memory");
		return NULL;
	}
	l->base = (struct state){.ops = &ops, .shared = shared};
	l->loop = loop;
	l->source = (struct loop_source){.fd = -1, .ready = ready};
	l->idle.turn = turn;
	loop_add_idle(loop, &l->idle);
	connect_link(l, clock_monotonic_ms());
	return (struct state *)l;
}

const struct state_backend state_redis = {
    .read = read_uri,
    .share = share,
    .open = open_redis,
};
