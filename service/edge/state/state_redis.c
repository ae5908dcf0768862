#include "state_backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "../process/container.h"
#include "../process/log.h"
#include "state_redis_log.h"
#include "state_redis_name.h"
#include "state_redis_wire.h"

/*
 * A loop's link to the server: what a turn touched goes out in one write, or
 * in the next turn's when it is little, and one exchange is on its way at a
 * time. The first thing that goes wrong ends the connection: what is pending
 * is counted by the table of the process, and a new one is tried after a
 * while, at the address that the server's name has by then. Nothing here
 * waits.
 */
enum {
	ENOUGH = 16,     /* touches that are worth an exchange at once */
	BURST = 10,      /* silences a touch may wait in a burst */
	NAME_MS = 200,   /* for its address; then the last one has to do */
	HELLO_MS = 200,  /* to connect and be greeted, and for each page of
			  * what was missed */
	PROBE_MS = 1000, /* without touches, until we ask how it is */
};

/* A page, and what is around its entries. */
static const struct redis_bounds bounds = {
    .elements = REDIS_PAGE,
    .unread = REDIS_PAGE * (LOG_ENTRY_BYTES + 128),
};

/* Until the next attempt, after so many failures in a row: healing is seen
 * within 2 s. A quarter of it is chance, so that loops do not march in step. */
static const int64_t retry_after_ms[] = {100, 200, 800, 1400};

enum { WHY = 400 }; /* bytes that say what is wrong */

enum phase { AWAY, NAMING, GREETING, UP };

struct link {
	struct state base;
	struct loop *loop;
	struct loop_source source;
	struct loop_idle idle;
	struct redis_waiter waiter;

	enum phase phase;
	struct redis_wire wire;
	struct redis_log log;
	bool lingers;      /* for a turn, in which more touches may come */
	bool writing;      /* the socket is watched for EPOLLOUT too */
	unsigned failures; /* in a row */
	int64_t retry_ms;  /* AWAY: when to try again */
	int64_t heard_ms;  /* last reply, or when we asked */
};

static void
count_locally(void *link, struct state_touch *t)
{
	t->degraded = true;
	state_table_count(((struct link *)link)->base.shared->table, t, NULL);
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
	redis_wire_close(&l->wire);
	l->source.fd = -1;
	l->phase = AWAY;
	l->retry_ms = clock_monotonic_ms() + retry_after(l->failures++);
	redis_log_give_up(&l->log, count_locally, l);
}

/* Writes what it can; the rest when the socket takes more. 0 or -1. */
static int
flush(struct link *l)
{
	int whole = redis_wire_write(&l->wire);

	if (whole < 0)
		return -1;
	if (l->writing == !whole)
		return 0;
	l->writing = !whole;
	return loop_watch(
	    l->loop, &l->source, l->writing ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static int
take(void *link, const redisReply *r)
{
	struct link *l = link;
	uint32_t first = l->log.first;
	int taken;

	l->heard_ms = clock_monotonic_ms();
	taken = redis_log_take(&l->log, l->wire.c, r, l->heard_ms);
	if (l->log.first != first)
		l->failures = 0;
	if (taken > 0 && l->phase == GREETING) {
		l->phase = UP;
		log_line(LOG_INFO, "state.up", {0});
	}
	return taken < 0 ? -1 : 0;
}

static void
ready(struct loop_source *s, uint32_t events)
{
	struct link *l = container_of(s, struct link, source);
	const char *why = NULL;

	if ((events & EPOLLOUT) && flush(l) != 0)
		why = l->wire.why;
	else if (events & ~(uint32_t)EPOLLOUT)
		why = redis_wire_read(&l->wire, take, l);
	if (why != NULL)
		drop(l, why);
}

/* Where the server is now; whether that is known, or `why` not. */
static bool
find_place(const struct state_shared *s, struct redis_uri *place, char why[WHY])
{
	const char *none;

	*place = (struct redis_uri){.port = s->server.port};
	memcpy(place->path, s->server.path, sizeof(place->path));
	memcpy(place->host, s->server.host, sizeof(place->host));
	if (s->name == NULL)
		return true;
	none = redis_name_address(s->name, place->host);
	if (none != NULL)
		snprintf(why, WHY, "no address for host %s: %s", s->server.host,
		    none);
	return none == NULL;
}

/* Starts to connect and says hello at once; the kernel sends it later. */
static void
connect_link(struct link *l, int64_t now_ms)
{
	const struct state_shared *s = l->base.shared;
	const char *wrong;
	struct redis_uri place;
	char why[WHY];

	wrong = !find_place(s, &place, why)
		    ? why
		    : redis_wire_open(&l->wire, &place, bounds);
	if (wrong != NULL) {
		drop(l, wrong);
		return;
	}
	l->phase = GREETING;
	l->heard_ms = now_ms;
	l->source.fd = l->wire.c->fd;
	l->writing = true;
	if (loop_watch(l->loop, &l->source, EPOLLIN | EPOLLOUT) != 0 ||
	    redis_log_hello(&l->log, l->wire.c, &s->server) != 0)
		drop(l, "out of memory");
}

static void
named(struct loop_post *p)
{
	struct link *l = container_of(p, struct link, waiter.post);

	l->waiter.waits = false;
	if (l->phase == NAMING)
		connect_link(l, clock_monotonic_ms());
}

/* Begins an attempt. */
static void
try_again(struct link *l, int64_t now_ms)
{
	struct redis_name *name = l->base.shared->name;

	if (name == NULL) {
		connect_link(l, now_ms);
		return;
	}
	l->phase = NAMING;
	l->heard_ms = now_ms;
	redis_name_ask(name, &l->waiter);
}

static void
touch(struct state *s, struct state_touch *t)
{
	struct link *l = (struct link *)s;

	if (l->phase == UP && redis_log_add(&l->log, t, clock_monotonic_ms()))
		return;
	count_locally(l, t);
	t->done(t);
}

static bool
up(const struct state *s)
{
	return ((const struct link *)s)->phase == UP;
}

/* When what is on its way, or the quiet, has lasted long enough. */
static int64_t
due_ms(struct link *l)
{
	int64_t silence_ms = l->base.shared->silence_ms;
	int64_t since_ms = redis_log_since_ms(&l->log), due, late;

	if (l->phase == AWAY)
		return l->retry_ms;
	if (l->phase == NAMING)
		return l->heard_ms + NAME_MS;
	if (!redis_log_is_busy(&l->log))
		return l->heard_ms + PROBE_MS;
	if (l->phase == GREETING)
		return l->heard_ms + HELLO_MS;
	due = l->heard_ms + silence_ms;
	late = since_ms + BURST * silence_ms;
	return since_ms < 0 || due < late ? due : late;
}

/* Begins an exchange; 0, or -1: no memory. */
static int
begin(struct link *l, int64_t now_ms,
    int (*ask)(struct redis_log *, redisContext *, int64_t))
{
	l->heard_ms = now_ms;
	return ask(&l->log, l->wire.c, now_ms);
}

/* Does what is due. */
static void
act(struct link *l, int64_t now_ms)
{
	if (l->phase == AWAY)
		try_again(l, now_ms);
	else if (l->phase == NAMING)
		connect_link(l, now_ms);
	else if (redis_log_is_busy(&l->log))
		drop(l, "no answer in time");
	else if (begin(l, now_ms, redis_log_probe) != 0)
		drop(l, "out of memory");
}

/* Whether an exchange is to begin; with few touches a turn later, as one costs
 * both ends nearly as much whatever it carries. */
static bool
is_time(struct link *l)
{
	uint32_t n = l->log.end - l->log.first;
	bool may = n > 0 && !redis_log_is_busy(&l->log);

	l->lingers = may && n < ENOUGH && !l->lingers;
	return may && !l->lingers;
}

static int
turn(struct loop_idle *i, int64_t now_ms)
{
	struct link *l = container_of(i, struct link, idle);
	uint32_t first = l->log.first;
	int64_t wait_ms;

	if (is_time(l) && begin(l, now_ms, redis_log_ask) != 0)
		drop(l, "out of memory");
	if (due_ms(l) <= now_ms)
		act(l, now_ms);
	if (l->wire.c != NULL && !l->writing && flush(l) != 0)
		drop(l, l->wire.why);
	/* what got its answer here may have work for this turn's others */
	if (l->lingers || l->log.first != first)
		return 0;
	wait_ms = due_ms(l) - now_ms;
	return wait_ms > 0 ? (int)wait_ms : 0;
}

static void
close_redis(struct state *s)
{
	struct link *l = (struct link *)s;

	loop_remove_idle(l->loop, &l->idle);
	if (l->base.shared->name != NULL)
		redis_name_forget(l->base.shared->name, &l->waiter);
	if (l->source.fd >= 0)
		loop_forget(l->loop, &l->source);
	redis_wire_close(&l->wire);
	redis_log_close(&l->log);
	free(l);
}

static const struct state_ops ops = {
    .touch = touch,
    .up = up,
    .close = close_redis,
};

static int
read_uri(struct state_shared *s, const char *uri, struct err *e)
{
	return uri_read_redis(&s->server, uri, e);
}

static int
share(struct state_shared *s, struct err *e)
{
	bool is_named =
	    s->server.path[0] == '\0' && !redis_name_is_address(s->server.host);

	if (is_named)
		s->name = redis_name_open(s->server.host, e);
	if (is_named && s->name == NULL)
		return -1;
	s->silence_ms = STATE_SILENCE_MS;
	s->table_log2 = s->server.counters_log2 > 0 ? s->server.counters_log2
						    : STATE_TABLE_GROWN_LOG2;
	s->table = state_table_open(s->table_log2, e);
	return s->table != NULL ? 0 : -1;
}

static void
unshare(struct state_shared *s)
{
	redis_name_close(s->name);
}

static struct state *
open_redis(struct state_shared *shared, struct loop *loop, enum state_use use,
    struct err *e)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_set(e, ERR_DOWN, "out of memory");
		return NULL;
	}
	if (redis_log_open(&l->log, shared->secret, shared->table_log2, e) !=
	    0) {
		free(l);
		return NULL;
	}
	l->base = (struct state){.ops = &ops, .shared = shared};
	l->log.wanted = use == STATE_OFTEN;
	l->loop = loop;
	l->source = (struct loop_source){.fd = -1, .ready = ready};
	l->idle.turn = turn;
	l->waiter = (struct redis_waiter){.loop = loop, .post.deliver = named};
	loop_add_idle(loop, &l->idle);
	connect_link(l, clock_monotonic_ms());
	return (struct state *)l;
}

const struct state_backend state_redis = {
    .read = read_uri,
    .share = share,
    .unshare = unshare,
    .open = open_redis,
    .check_up = state_redis_check_up,
};
